# SPDX-License-Identifier: BSD-3-Clause
"""What is the exact result of an operation on exact values, and which flags does it raise?"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import TypeAlias

from numformats.oracle.values import (
    BY_ZERO,
    DIVIDE,
    INVALID,
    NO_FLAGS,
    Exact,
    Flags,
    Special,
    SquareRoot,
    Value,
    is_infinite,
    is_negative,
    is_zero,
    zero,
)

__all__ = ["add", "div", "floor_divide", "fmod", "ieee_remainder", "mul", "power", "remainder",
           "sqrt", "to_integer"]  # fmt: skip

Result: TypeAlias = tuple[Value, Flags]

_NAN: Result = (Special.NAN, NO_FLAGS)
_INVALID: Result = (Special.NAN, INVALID)
Aligner: TypeAlias = Callable[[Fraction, Fraction], tuple[Fraction, Fraction]]


def _infinity(negative: bool) -> Value:
    return Special.NEG_INF if negative else Special.INF


def add(x: Value, y: Value, align: Aligner, *, downward: bool = False) -> Result:
    """Return x + y.  ``align`` prepares two non-zero terms; ``downward``: 0 + -0 is -0, not +0."""
    if isinstance(x, Fraction) and isinstance(y, Fraction) and x and y:
        x, y = align(x, y)
        return x + y or zero(downward), NO_FLAGS
    if x is Special.NAN or y is Special.NAN:
        return _NAN
    if is_infinite(x) and is_infinite(y) and x is not y:
        return _INVALID
    if is_infinite(x) or is_infinite(y):
        return (x if is_infinite(x) else y), NO_FLAGS
    if is_zero(x) and is_zero(y):
        both = is_negative(x) and is_negative(y)
        either = is_negative(x) or is_negative(y)
        return zero(either if downward else both), NO_FLAGS
    return (y if is_zero(x) else x), NO_FLAGS


def mul(x: Value, y: Value) -> Result:
    """Return x * y."""
    if isinstance(x, Fraction) and isinstance(y, Fraction):
        product = x * y
        return product or zero(is_negative(x) != is_negative(y)), NO_FLAGS
    if x is Special.NAN or y is Special.NAN:
        return _NAN
    negative = is_negative(x) != is_negative(y)
    if is_zero(x) or is_zero(y):
        return _INVALID if is_infinite(x) or is_infinite(y) else (zero(negative), NO_FLAGS)
    return _infinity(negative), NO_FLAGS


def div(x: Value, y: Value) -> Result:
    """Return x / y; x/0 is an infinity of the zero's sign, with the flag divide; 0/0 is invalid."""
    if x is Special.NAN or y is Special.NAN:
        return _NAN
    negative = is_negative(x) != is_negative(y)
    if is_infinite(x):
        flags = BY_ZERO if is_zero(y) else NO_FLAGS
        return _INVALID if is_infinite(y) else (_infinity(negative), flags)
    if is_zero(y):
        return _INVALID if is_zero(x) else (_infinity(negative), DIVIDE | BY_ZERO)
    if is_zero(x) or is_infinite(y):
        return zero(negative), NO_FLAGS
    assert isinstance(x, Fraction)
    assert isinstance(y, Fraction)
    return x / y, NO_FLAGS


def sqrt(x: Value) -> tuple[Exact, Flags]:
    """Square root: a fraction where it is one, else a SquareRoot."""
    if x is Special.NAN:
        return _NAN
    if is_zero(x) or x is Special.INF:
        return x, NO_FLAGS
    if is_negative(x):
        return _INVALID
    assert isinstance(x, Fraction)
    n, d = math.isqrt(x.numerator), math.isqrt(x.denominator)
    if n * n == x.numerator and d * d == x.denominator:
        return Fraction(n, d), NO_FLAGS
    return SquareRoot(x), NO_FLAGS


def to_integer(x: Value, rounded: Callable[[Fraction], int]) -> Value:
    """Apply a rounding to an integer; a zero keeps the sign of x, infinities and NaN stay."""
    if not isinstance(x, Fraction):
        return x
    return Fraction(rounded(x)) or zero(is_negative(x))


def floor_divide(x: Value, y: Value) -> Result:
    """floor(x / y), as NumPy: a zero has the sign of x/y."""
    if x is Special.NAN or y is Special.NAN:
        return _NAN
    if is_zero(y):
        return div(x, y)
    if is_infinite(x):
        return _INVALID
    negative = is_negative(x) != is_negative(y)
    if is_infinite(y):
        return (Fraction(-1) if negative and not is_zero(x) else zero(negative)), NO_FLAGS
    if is_zero(x):
        return zero(negative), NO_FLAGS
    assert isinstance(x, Fraction)
    assert isinstance(y, Fraction)
    return Fraction(x // y), NO_FLAGS


def remainder(x: Value, y: Value) -> Result:
    """Return x - y * floor(x / y), with the sign of y, as Python's %."""
    if x is Special.NAN or y is Special.NAN:
        return _NAN
    if is_infinite(x) or is_zero(y):
        return _INVALID
    if is_zero(x):
        return zero(is_negative(y)), NO_FLAGS
    if is_infinite(y):
        return (x if is_negative(x) == is_negative(y) else y), NO_FLAGS
    assert isinstance(x, Fraction)
    assert isinstance(y, Fraction)
    return x % y or zero(is_negative(y)), NO_FLAGS


def _remainder_of_specials(x: Value, y: Value) -> Result | None:
    """What fmod and ieee_remainder give unless both numbers are finite and neither is 0."""
    if x is Special.NAN or y is Special.NAN:
        return _NAN
    if is_infinite(x) or is_zero(y):
        return _INVALID
    return (x, NO_FLAGS) if is_zero(x) or is_infinite(y) else None


def fmod(x: Value, y: Value) -> Result:
    """Return x - y * trunc(x / y), with the sign of x, as C's fmod."""
    known = _remainder_of_specials(x, y)
    if known is not None:
        return known
    assert isinstance(x, Fraction)
    assert isinstance(y, Fraction)
    rest = abs(x) % abs(y)
    return (-rest if is_negative(x) else rest) or zero(is_negative(x)), NO_FLAGS


def ieee_remainder(x: Value, y: Value) -> Result:
    """Return x - y * n, n the integer nearest to x / y, ties to even (IEEE 754-2019, 5.3.1)."""
    known = _remainder_of_specials(x, y)
    if known is not None:
        return known
    assert isinstance(x, Fraction)
    assert isinstance(y, Fraction)
    return x - y * round(x / y) or zero(is_negative(x)), NO_FLAGS


def power(x: Value, k: int) -> Result:
    """x**k; x**0 is 1 even for 0 and NaN; 0 to a negative power is 1/0."""
    if k == 0:
        return Fraction(1), NO_FLAGS
    if x is Special.NAN:
        return _NAN
    negative = is_negative(x) and k % 2 == 1
    if is_infinite(x):
        return (_infinity(negative) if k > 0 else zero(negative)), NO_FLAGS
    if is_zero(x):
        if k > 0:
            return zero(negative), NO_FLAGS
        return _infinity(negative), DIVIDE | BY_ZERO if k % 2 else DIVIDE
    assert isinstance(x, Fraction)
    return x**k, NO_FLAGS
