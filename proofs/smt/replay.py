# SPDX-License-Identifier: BSD-3-Clause
"""What does the compiled core give at a counterexample, what do its codes mean, and what is right?

What is right is what the package's oracle says, which shares nothing with the C text.
"""

from __future__ import annotations

import functools

OPERANDS = {"sqrt": 1, "square": 1, "reciprocal": 1, "fma": 3}  # else 2
SEARCHED = ("add", "sub", "mul", "div", "sqrt", "fma")


@functools.cache
def oracle(root, text):
    """The oracle of the row that a text names, as the core of a checkout reads it."""
    from numformats.oracle import Row, for_format
    from numformats.oracle.rounding import MODES
    from numformats.oracle.row import _WORDS, FAMILIES
    from proofs.native import native

    fields = native(root).row(text).fields()
    words = {"family": FAMILIES, "rounding": MODES, **_WORDS}
    flags = ("is_signed", "zero", "signed_zero", "subnormals", "ftz", "daz")
    said = {
        name: words[name][value] if name in words else bool(value) if name in flags else value
        for name, value in fields.items()
    }
    return for_format(Row(**said))


def decoded(right, code):
    """A code and its value as a person reads it."""
    value = right.decode(code)
    digits = -(-right.row.bits // 4)
    return f"{code:#0{digits + 2}x} = {value}"


def compared(native, op, text, codes):
    """Lines for one operation at these codes; and whether the compiled core is right."""
    right = oracle(native.root, text)
    given, _ = native.call(op, native.row(text), *codes)
    expected = getattr(right, op)(*codes)
    lines = [f"{text}: {op}({', '.join(hex(c) for c in codes)})"]
    lines += [
        f"  {name} = {decoded(right, code)}" for name, code in zip("abc", codes, strict=False)
    ]
    lines += [
        f"  the compiled core gives {decoded(right, given)}",
        f"  right is                {decoded(right, expected)}",
    ]
    return lines, given == expected


def operation(op, text, *names):
    """The replay of a query whose `shown` holds the codes of the operands under these names."""

    def lines(native, values):
        return compared(native, op, text, [values[name] for name in names])[0]

    return lines


def round_trip(text, width, name="code"):
    """The replay of a query about decoding and encoding at one field width."""

    def lines(native, values):
        code = values[name]
        given, flags = native.call(f"round_trip_{width}", native.row(text), code)
        right = oracle(native.root, text)
        return [
            f"{text}: {decoded(right, code)}",
            f"  decoded and encoded at {width} bits, the compiled core gives {decoded(right, given)}, flags {flags}",
        ]

    return lines


def search(op, text):
    """The replay of a lemma: looks for codes of a row at which the compiled core is wrong.

    The cases are those that numformats makes for hardware: operands beside midpoints, at the ends
    of the range, with long carries.  Results are judged by the oracle.
    """

    def lines(native, _values):
        for codes in cases(op, text):
            found, right = compared_quickly(native, op, text, codes)
            if not right:
                return found()
        return [f"{text}: no case of level 1 of {op} shows it in the compiled core"]

    return lines


def compared_quickly(native, op, text, codes):
    """As `compared`, with the lines made only where they are asked for."""
    right = oracle(native.root, text)
    same = native.call(op, native.row(text), *codes)[0] == getattr(right, op)(*codes)
    return (lambda: compared(native, op, text, codes)[0]), same


def cases(op, text, count=None):
    """Codes of operands that look for faults of an operation: all of level 1, or so many of all kinds."""
    from numformats import hardware

    for batch in hardware.vectors(text, op, level=1, count=count):
        yield from zip(*(column.tolist() for column in batch.operands), strict=True)
