# SPDX-License-Identifier: BSD-3-Clause
"""What are the quantities of one case, by the oracle's exact values?

This is the definition.  `circuit` computes the same for columns, and for the solver, in words of
bits; the tests hold the two against each other.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, cast

from numformats.hardware.coverage.bins import CANCELLED
from numformats.hardware.coverage.scales import last_exponent, scales
from numformats.oracle import exact as exactly
from numformats.oracle import for_format
from numformats.oracle.ieee import FloatCodec
from numformats.oracle.rounding import TAIL, cut, rounds_up
from numformats.oracle.tapered import TaperedCodec
from numformats.oracle.values import Special, SquareRoot, Value, floor_log2, is_negative, is_zero

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numformats.hardware.operations import Operation
    from numformats.number_format import Format

__all__ = ["quantities_of"]

Quantities = dict[str, int]
Number = Fraction | SquareRoot


def quantities_of(operation: Operation, codes: Sequence[int]) -> Quantities:
    """The quantities of a case, by name; those that it has not are 0.

    >>> from numformats.hardware import operation
    >>> found = quantities_of(operation("posit8", "add"), (0x40, 0x48))  # 1 + 2 = 3
    >>> found["alignment"], found["normalisation"], found["tail"], found["lsb"]
    (-1, 0, 0, 0)
    """
    values = [for_format(f).decode(c) for f, c in zip(operation.operands, codes, strict=True)]
    q: Quantities = {"always": 1}
    for letter, f, value in zip("abc", operation.operands, values, strict=False):
        q[f"kind_{letter}"] = _kind(f, value)
        q[f"scale_{letter}"] = floor_log2(cast("Fraction", value)) if _is_number(value) else 0
    exact = operation.exact(*codes)
    all_numbers = all(map(_is_number, values))
    q["result"] = int(_is_number(exact))
    q["numbers"] = int(all_numbers and q["result"])
    if isinstance(exact, Fraction | SquareRoot) and _is_number(exact):
        q["scale_r"], q["negative"] = floor_log2(exact), int(is_negative(exact))
        q |= _cut(operation.result, exact)
    if q["numbers"] and len(values) > 1:
        q["place"] = _place(operation, q)
    q["shifted"] = int(all_numbers and (q.get("cut", 0) or is_zero(exact)))
    if q["shifted"]:
        q |= _shifts(operation.name, cast("list[Fraction]", values), q)
    return q


def _is_number(x: object) -> bool:
    """Is it a number, and not zero?"""
    return isinstance(x, SquareRoot) or (isinstance(x, Fraction) and bool(x))


def _kind(f: Format, value: Value) -> int:
    """The kind of an operand, as the module scales numbers them."""
    if value is Special.NAN:
        return 0
    if not isinstance(value, Fraction):
        rank = 0 if value is Special.NEG_ZERO else 5
    else:
        rank = _rank(f, abs(value))
    return 6 - rank if is_negative(value) else 7 + rank


def _rank(f: Format, size: Fraction) -> int:
    codec = for_format(f).codec
    if not size:
        return 0
    if size == codec.decode(codec.at_index(1)):
        return 1
    if size == codec.decode(codec.at_index(codec.last_finite)):
        return 4
    return 2 if isinstance(codec, FloatCodec) and floor_log2(size) < 1 - f.bias else 3


def _cut(f: Format, x: Number) -> Quantities:
    """Where the result is cut, what is cut off, and what rounding does then."""
    codec, exponent, negative = for_format(f).codec, floor_log2(x), is_negative(x)
    if isinstance(codec, FloatCodec):
        code, tail = _float_string(f, x)
    else:
        assert isinstance(codec, TaperedCodec)
        prefix = codec.prefix(exponent)
        if prefix is None:
            return {"end": 5 if exponent > 0 else 3}
        code, tail = _tapered_string(codec, x, exponent, prefix)
    up = rounds_up(f.rounding, negative, code & 1 == 1, tail, None)
    half = 1 << TAIL - 1
    rounded = code + up
    if isinstance(codec, FloatCodec):
        end = _float_end(codec, f, exponent, rounded)
    else:
        end = 2 if rounded == 0 else 4 if rounded >= codec.nar else 0
    return {
        "cut": int(not _is_far_float(f, exponent)),
        "lsb": code & 1,
        "guard": tail >> TAIL - 1,
        "round": tail >> TAIL - 2 & 1,
        "sticky": int(tail & ((half >> 1) - 1) != 0),
        "tail": 0 if not tail else 1 if tail < half else 2 if tail == half else 3,
        "carry": _carry(f, exponent, rounded) if up else 0,
        "end": end,
    }


def _tapered_string(
    codec: TaperedCodec, x: Number, exponent: int, prefix: tuple[int, int]
) -> tuple[int, int]:
    """The first bits of the string of a magnitude, as a code, and the tail after them."""
    head, length = prefix
    room = codec.bits - 1
    # So many bits of the fraction that the code is never longer than the string.
    more = max(0, room - length)
    significand, tail = cut(x, more - exponent)
    string = (head << more) + significand - (1 << more)
    beyond = length + more - room
    whole = string << TAIL | tail
    dropped = whole & ((1 << beyond + TAIL) - 1)
    return string >> beyond, dropped >> beyond | (dropped & ((1 << beyond) - 1) != 0)


def _float_string(f: Format, x: Number) -> tuple[int, int]:
    """The magnitude's code if exponents had no upper end, and the tail after it."""
    exponent, first = floor_log2(x), 1 - f.bias
    if exponent < first and not f.subnormals:
        return 0, cut(x, -first)[1]  # all between zero and the first normal number is one gap
    binade = max(exponent, first)
    significand, tail = cut(x, f.man - binade)
    return significand + (binade - first << f.man), tail


def _value(f: Format, code: int) -> Value:
    """The value of a magnitude's code, of a float as if exponents had no upper end."""
    if f.family != "float":
        return for_format(f).decode(code)
    field, fraction = code >> f.man, code & ((1 << f.man) - 1)
    if not field:
        # Without subnormals the code after zero is the first normal number.
        return Fraction(fraction) * Fraction(2) ** (1 - f.bias - f.man)
    return (Fraction(fraction, 1 << f.man) + 1) * Fraction(2) ** (field - f.bias)


def _carry(f: Format, exponent: int, rounded: int) -> int:
    """What a rounding up leads to: the same binade, the next, or the next regime."""
    if f.family == "float" and not f.subnormals and exponent < 1 - f.bias:
        return 2
    value = _value(f, rounded)
    if value is Special.NAN:
        return 3
    assert isinstance(value, Fraction)
    after = floor_log2(value)
    if after == exponent:
        return 1
    before, then = scales(f, "").classes([exponent, after])
    return 3 if f.is_tapered and before != then else 2


def _is_far_float(f: Format, exponent: int) -> bool:
    """Is a float's result beyond the last binade, or below half of the least number?"""
    if f.family != "float":
        return False
    least = 1 - f.bias - (f.man if f.subnormals else 0)
    return exponent > last_exponent(f) or exponent < least - 1


def _float_end(codec: FloatCodec, f: Format, exponent: int, rounded: int) -> int:
    far = _is_far_float(f, exponent)
    if rounded > codec.layout.max_finite:
        return 5 if far else 4
    return (3 if far else 2) if not rounded else int(exponent < 1 - f.bias)


def _place(operation: Operation, q: Quantities) -> int:
    """Where the result's scale is among those of a and b."""
    a, b, r = (
        int(scales(f, "").classes(q[name]))
        for f, name in zip(
            (*operation.operands[:2], operation.result),
            ("scale_a", "scale_b", "scale_r"),
            strict=True,
        )
    )
    low, high = min(a, b), max(a, b)
    if r < low:
        return 0
    if r > high:
        return 4
    return 3 if r == high else 1 if r == low else 2


def _shifts(name: str, values: list[Fraction], q: Quantities) -> Quantities:
    """How far terms are shifted before they are added, and the result after the operation."""
    scale = q.get("scale_r", 0)
    if name in {"mul", "div"}:
        sign = 1 if name == "mul" else -1
        return {"normalisation": scale - q["scale_a"] - sign * q["scale_b"]}
    if name not in {"add", "sub", "fma"}:
        return {}
    first, second = values[0], values[-1] * (-1 if name == "sub" else 1)
    if name == "fma":
        first = cast("Fraction", exactly.mul(*values[:2])[0])
    highest = max(floor_log2(first), floor_log2(second))
    return {
        "difference": int((first < 0) != (second < 0)),
        "alignment": floor_log2(first) - floor_log2(second),
        "normalisation": scale - highest if q["result"] else CANCELLED,
    }
