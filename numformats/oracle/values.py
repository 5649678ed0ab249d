# SPDX-License-Identifier: BSD-3-Clause
"""What is an exact value: a fraction, a square root, or one of four special values?"""

from __future__ import annotations

import math
import numbers
from enum import Enum
from fractions import Fraction
from typing import TypeAlias

__all__ = [
    "BY_ZERO",
    "DIVIDE",
    "INVALID",
    "NO_FLAGS",
    "OVERFLOW",
    "Exact",
    "Flags",
    "Special",
    "SquareRoot",
    "Value",
    "compare",
    "dyadic",
    "exact_value",
    "floor_log2",
    "is_infinite",
    "is_negative",
    "is_zero",
    "negate",
    "scaled_floor",
    "zero",
]


class Special(Enum):
    """A value that is not a fraction.  A posit's NaR is NAN; +0 is ``Fraction(0)``."""

    NAN = "nan"
    INF = "inf"
    NEG_INF = "-inf"
    NEG_ZERO = "-0"


class SquareRoot:
    """The exact positive square root of a positive fraction that has no rational root."""

    __slots__ = ("radicand",)

    def __init__(self, radicand: Fraction) -> None:
        """Keep the radicand; nothing is computed until someone asks for leading bits."""
        self.radicand = radicand

    def __repr__(self) -> str:
        """Show the radicand."""
        return f"SquareRoot({self.radicand!r})"


Value: TypeAlias = Fraction | Special
Exact: TypeAlias = Fraction | Special | SquareRoot

Flags: TypeAlias = frozenset[str]
NO_FLAGS: Flags = frozenset()
INVALID: Flags = frozenset({"invalid"})
DIVIDE: Flags = frozenset({"divide"})
OVERFLOW: Flags = frozenset({"overflow"})
# No flag, but told beside them: the sign of this infinity is the sign of a zero.
BY_ZERO: Flags = frozenset({"sign of a zero"})

_ZERO = Fraction(0)


def zero(negative: bool) -> Value:
    """Zero of the given sign."""
    return Special.NEG_ZERO if negative else _ZERO


def is_negative(x: Exact) -> bool:
    """Is the sign minus?  -0 counts, NaN does not."""
    if isinstance(x, Fraction):
        return x.numerator < 0
    return x is Special.NEG_ZERO or x is Special.NEG_INF


def is_zero(x: Exact) -> bool:
    """Is it +0 or -0?"""
    return not x.numerator if isinstance(x, Fraction) else x is Special.NEG_ZERO


def is_infinite(x: Exact) -> bool:
    """Is it +infinity or -infinity?"""
    return x is Special.INF or x is Special.NEG_INF


def negate(x: Value) -> Value:
    """-x; NaN stays NaN and the zeros change places."""
    if isinstance(x, Fraction):
        return -x if x else Special.NEG_ZERO
    if x is Special.NAN:
        return x
    if x is Special.NEG_ZERO:
        return _ZERO
    return Special.NEG_INF if x is Special.INF else Special.INF


def dyadic(n: int, exponent: int) -> Fraction:
    """Return n * 2**exponent, exactly."""
    return Fraction(n << exponent) if exponent >= 0 else Fraction(n, 1 << -exponent)


def floor_log2(x: Fraction | SquareRoot) -> int:
    """Largest integer T with 2**T <= abs(x); x is not zero."""
    if isinstance(x, SquareRoot):
        return floor_log2(x.radicand) // 2
    n, d = abs(x.numerator), x.denominator
    t = n.bit_length() - d.bit_length()  # 2**(t-1) < n/d < 2**(t+1)
    below = n < d << t if t >= 0 else n << -t < d
    return t - below


def scaled_floor(x: Fraction | SquareRoot, shift: int) -> tuple[int, bool]:
    """floor(abs(x) * 2**shift), and whether anything was dropped.

    A root is found by comparing squares: r <= sqrt(y) exactly when r*r <= y.
    """
    if isinstance(x, SquareRoot):
        n, d, shift = x.radicand.numerator, x.radicand.denominator, 2 * shift
    else:
        n, d = abs(x.numerator), x.denominator
    if shift >= 0:
        n <<= shift
    else:
        d <<= -shift
    if isinstance(x, SquareRoot):
        root = math.isqrt(n // d)
        return root, root * root * d != n
    quotient, rest = divmod(n, d)
    return quotient, rest != 0


def compare(x: Value, y: Value) -> int | None:
    """-1, 0 or +1 as x is below, equal to or above y; None when either is NaN; -0 equals 0."""
    if x is Special.NAN or y is Special.NAN:
        return None
    if isinstance(x, Fraction) and isinstance(y, Fraction):
        left, right = x.numerator * y.denominator, y.numerator * x.denominator
        return (left > right) - (left < right)
    if is_infinite(x) or is_infinite(y):
        rank_x = (x is Special.INF) - (x is Special.NEG_INF)
        rank_y = (y is Special.INF) - (y is Special.NEG_INF)
        return (rank_x > rank_y) - (rank_x < rank_y)
    return compare(
        x if isinstance(x, Fraction) else _ZERO,
        y if isinstance(y, Fraction) else _ZERO,
    )


def exact_value(x: object) -> Exact:
    """Turn a number into an exact value without rounding.

    Takes Fraction, int, Special, SquareRoot, float, Decimal, NumPy scalars, mpmath's mpf and
    everything with ``as_integer_ratio``.  Raises TypeError for anything else.
    """
    if isinstance(x, Fraction | Special | SquareRoot):
        return x
    if isinstance(x, numbers.Rational):
        return Fraction(int(x.numerator), int(x.denominator))
    mpf = getattr(x, "_mpf_", None)
    if mpf is not None and mpf[1]:
        return dyadic(-int(mpf[1]) if mpf[0] else int(mpf[1]), int(mpf[2]))
    if mpf is None and not hasattr(x, "as_integer_ratio"):
        msg = f"an exact number is needed, not {type(x).__name__}"
        raise TypeError(msg)
    as_float = float(x)  # type: ignore[arg-type]  # only asked for signs and specials
    if mpf is not None or not math.isfinite(as_float) or as_float == 0:
        special = _special_or_tiny(x, as_float)
        if special is not None:
            return special
    n, d = x.as_integer_ratio()  # type: ignore[attr-defined]
    return Fraction(int(n), int(d))


def _special_or_tiny(x: object, as_float: float) -> Exact | None:
    """NaN, infinity or zero; None for a finite number beyond the range of float."""
    if as_float == 0:
        return zero(math.copysign(1.0, as_float) < 0) if x == 0 else None
    if math.isnan(as_float):
        return Special.NAN
    if x in (math.inf, -math.inf):
        return Special.INF if as_float > 0 else Special.NEG_INF
    return None
