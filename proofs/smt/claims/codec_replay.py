# SPDX-License-Identifier: BSD-3-Clause
"""What does the compiled core make of a code or of a number of the field, and what is right?

The row is the instance's, or, of a claim about all rows, the one that the counterexample names.
"""

from __future__ import annotations

import ctypes
from fractions import Fraction

from numformats.oracle.rounding import MODES
from proofs.native import Row
from proofs.smt.replay import decoded, oracle

TEXT_MAX = 192  # NF_FORMAT_TEXT_MAX
CLASSES = ("0", "", "infinity", "NaN")


class Unpacked(ctypes.Structure):
    """nf_unpacked of nf_types.h."""

    _fields_ = (
        ("cls", ctypes.c_uint8),
        ("sign", ctypes.c_uint8),
        ("exp", ctypes.c_int32),
        ("hi", ctypes.c_uint64),
        ("lo", ctypes.c_uint64),
    )

    def __str__(self):
        """The value, as the core says it."""
        value = CLASSES[self.cls] or exact_text(number(self.exp, self.hi << 64 | self.lo))
        return f"-{value}" if self.sign else value


def encoding(text, width):
    """The replay of a query that shows sign, exponent, significand and word of a finite number."""

    def lines(native, values):
        row, name = row_of(native, text, values)
        right = oracle(native.root, name)
        exp = values["exponent"] - (values["exponent"] >> 31 << 32)
        sig, sign = values["significand"] << (128 - width), values["sign"]
        value = number(exp, sig) * (-1 if sign else 1)
        encode = native.library.nf_encode
        encode.restype, env = ctypes.c_uint64, (ctypes.c_uint64 * 4)()
        x = Unpacked(1, sign, exp, sig >> 64, sig & ((1 << 64) - 1))
        given = encode(ctypes.byref(row), x, env)
        expected = right.encode(value, rounding=MODES[row.rounding], random=values["word"])
        said = [f"{name}, {MODES[row.rounding]}: {exact_text(value)}"]
        said += [f"  the compiled core gives {decoded(right, given)}"]
        said += [f"  right is                {decoded(right, expected)}"]
        if MODES[row.rounding] == "stochastic":
            said.append("  (right for the word of the counterexample; the core drew another)")
        return said

    return lines


def decoding(text, name="code"):
    """The replay of a query about what a code means."""

    def lines(native, values):
        row, said = row_of(native, text, values)
        decode = native.library.nf_decode
        decode.restype, decode.argtypes = Unpacked, (ctypes.c_void_p, ctypes.c_uint64)
        given = decode(ctypes.byref(row), values[name])
        return [
            f"{said}: {decoded(oracle(native.root, said), values[name])}",
            f"  the compiled core decodes it as {given}",
        ]

    return lines


def row_of(native, text, values):
    """The row of the counterexample and its text; fields that the query shows are its own."""
    shown = {k.removeprefix("row "): v for k, v in values.items() if k.startswith("row ")}
    every = text.startswith("every ")
    row = Row() if every else native.row(text)
    for name, value in shown.items():
        bits = 8 * getattr(Row, name).size
        signed = name in ("frac", "bias") and value >> (bits - 1)
        setattr(row, name, value - (1 << bits) if signed else value)
    buffer = ctypes.create_string_buffer(TEXT_MAX)
    native.library.nf_print_format(ctypes.byref(row), buffer)
    return row, buffer.value.decode() if every else text


def number(exp, sig):
    """The magnitude of an unpacked number of 128 bits."""
    return Fraction(sig, 1 << 127) * Fraction(2) ** exp


def exact_text(value):
    """A fraction; an odd number and a power of two where that is long."""
    n, d = value.numerator, value.denominator
    if n.bit_length() + d.bit_length() < 100:
        return str(value)
    power = (n & -n).bit_length() - d.bit_length()
    return f"{n // (n & -n):#x} * 2^{power}"
