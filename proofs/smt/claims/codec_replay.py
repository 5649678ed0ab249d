# SPDX-License-Identifier: BSD-3-Clause
"""What does the compiled core make of a number of the field, and what is right?"""

from __future__ import annotations

import ctypes
from fractions import Fraction

from proofs.smt.replay import decoded, oracle


class Unpacked(ctypes.Structure):
    """nf_unpacked of nf_types.h."""

    _fields_ = (
        ("cls", ctypes.c_uint8),
        ("sign", ctypes.c_uint8),
        ("exp", ctypes.c_int32),
        ("hi", ctypes.c_uint64),
        ("lo", ctypes.c_uint64),
    )


def encoding(text, width):
    """The replay of a query that shows sign, exponent, significand and word of a finite number."""

    def lines(native, values):
        exp = values["exponent"] - (values["exponent"] >> 31 << 32)
        sig, sign = values["significand"] << (128 - width), values["sign"]
        right = oracle(native.root, text)
        value = Fraction(sig, 1 << 127) * Fraction(2) ** exp * (-1 if sign else 1)
        x = Unpacked(1, sign, exp, sig >> 64, sig & ((1 << 64) - 1))
        encode = native.library.nf_encode
        encode.restype, encode.argtypes = ctypes.c_uint64, None
        row, env = native.row(text), (ctypes.c_uint64 * 4)()
        given = encode(ctypes.byref(row), x, env)
        expected = right.encode(value, random=values["word"])
        return [
            f"{text}: {float_text(value)}",
            f"  the compiled core gives {decoded(right, given)}",
            f"  right is                {decoded(right, expected)}",
        ]

    return lines


def float_text(value):
    """A fraction, short: a power of two and a significand where it is long."""
    n, d = value.numerator, value.denominator
    return (
        str(value) if n.bit_length() + d.bit_length() < 100 else f"{n:#x} / 2^{d.bit_length() - 1}"
    )
