# SPDX-License-Identifier: BSD-3-Clause
"""Where are roots, exponentials and logarithms exact, and how are they evaluated elsewhere?

Every function here takes a fraction that is not zero.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mpmath import libmp

from numformats.oracle import exact, function_values
from numformats.oracle import function_bounds as bounds
from numformats.oracle.function_powers import odd_and_exponent, root
from numformats.oracle.values import DIVIDE, Special, dyadic, floor_log2

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.oracle.function_bounds import Mpf, Outcome, Result

__all__ = [
    "FAR",
    "LONG",
    "cbrt",
    "exp",
    "exp2",
    "exp2m1",
    "exp10",
    "exp10m1",
    "expm1",
    "log",
    "log1p",
    "log2",
    "log2p1",
    "log10",
    "log10p1",
    "rsqrt",
]

_POLE: Outcome = (Special.NEG_INF, DIVIDE)
FAR = 512
"""e**-FAR, 2**-FAR and 10**-FAR are below 2**bounds.TINY."""
LONG = 200
"""5**LONG, and so 10**LONG, has more bits than any number at which a rounding changes."""


# Roots.


def rsqrt(x: Fraction) -> Outcome:
    """1 / sqrt(x)."""
    return bounds.OUTSIDE if x < 0 else exact.sqrt(1 / x)


def cbrt(x: Fraction) -> Result:
    """Cube root."""
    return root(x, 3)


# Exponentials: huge and tiny ones first, for which no more than their size matters.


def _exponential(f: Callable[[Fraction, int], Mpf], x: Fraction) -> Result:
    if bounds.is_tiny(x):
        return bounds.above(1) if x > 0 else bounds.below(1)
    if abs(x) >= bounds.HUGE_LOG2:
        return bounds.HUGE if x > 0 else bounds.LEAST
    return lambda p: f(x, p + bounds.GUARD)


def _less_one(f: Callable[[Fraction, int], Mpf], x: Fraction) -> Result:
    if x >= bounds.HUGE_LOG2:
        return bounds.HUGE
    return bounds.above(-1) if x <= -FAR else lambda p: f(x, p + bounds.GUARD)


def _times_ln10(x: Fraction, w: int) -> Mpf:
    w += max(0, floor_log2(x))
    return libmp.mpf_mul(bounds.to_mpf(x), libmp.mpf_ln10(w), w)


def _exp2m1(x: Fraction, w: int) -> Mpf:
    if 2 * abs(x) < 1:
        return function_values.expm1(libmp.mpf_mul(bounds.to_mpf(x), libmp.mpf_ln2(w), w), w)
    return libmp.mpf_sub(function_values.exp2(x, w), libmp.fone, w)


def exp(x: Fraction) -> Result:
    """e**x."""
    return _exponential(lambda x, w: libmp.mpf_exp(bounds.to_mpf(x), w), x)


def expm1(x: Fraction) -> Result:
    """e**x - 1, which is x + x*x/2 near 0."""
    if bounds.is_tiny(x):
        return bounds.above(x)
    return _less_one(lambda x, w: function_values.expm1(bounds.to_mpf(x), w), x)


def exp2(x: Fraction) -> Result:
    """2**x."""
    if x.denominator == 1 and abs(x) < bounds.HUGE_LOG2:
        return dyadic(1, x.numerator)
    return _exponential(function_values.exp2, x)


def exp2m1(x: Fraction) -> Result:
    """2**x - 1."""
    if x.denominator == 1 and -FAR < x < bounds.HUGE_LOG2:
        return dyadic(1, x.numerator) - 1
    return _less_one(_exp2m1, x)


def exp10(x: Fraction) -> Result:
    """10**x."""
    if x.denominator == 1 and 0 <= x <= LONG:
        return Fraction(10**x.numerator)
    return _exponential(lambda x, w: libmp.mpf_exp(_times_ln10(x, w), w), x)


def exp10m1(x: Fraction) -> Result:
    """10**x - 1."""
    if x.denominator == 1 and 0 <= x <= LONG:
        return Fraction(10**x.numerator - 1)
    return _less_one(lambda x, w: function_values.expm1(_times_ln10(x, w), w), x)


# Logarithms.


def _power_of_ten(x: Fraction) -> int | None:
    """Exponent k with x = 10**k; a fraction whose denominator is a power of two has no k < 0."""
    m, e = odd_and_exponent(x)
    return e if 0 <= e <= LONG and m == 5**e else None


def log(x: Fraction) -> Result | Outcome:
    """Natural logarithm."""
    if x < 0:
        return bounds.OUTSIDE
    return Fraction(0) if x == 1 else bounds.evaluator(libmp.mpf_log, x)


def log2(x: Fraction) -> Result | Outcome:
    """Logarithm to base 2."""
    if x < 0:
        return bounds.OUTSIDE
    m, e = odd_and_exponent(x)
    if m == 1:
        return Fraction(e)
    return bounds.evaluator(lambda x, w: libmp.mpf_div(libmp.mpf_log(x, w), libmp.mpf_ln2(w), w), x)


def log10(x: Fraction) -> Result | Outcome:
    """Logarithm to base 10."""
    if x < 0:
        return bounds.OUTSIDE
    k = _power_of_ten(x)
    if k is not None:
        return Fraction(k)
    return bounds.evaluator(
        lambda x, w: libmp.mpf_div(libmp.mpf_log(x, w), libmp.mpf_ln10(w), w), x
    )


def log1p(x: Fraction) -> Result | Outcome:
    """log(1 + x), which is x - x*x/2 near 0."""
    if x <= -1:
        return _POLE if x == -1 else bounds.OUTSIDE
    return bounds.below(x) if bounds.is_tiny(x) else bounds.evaluator(function_values.log1p, x)


def log2p1(x: Fraction) -> Result | Outcome:
    """log2(1 + x)."""
    if x <= -1:
        return _POLE if x == -1 else bounds.OUTSIDE
    size = floor_log2(x)
    m, e = odd_and_exponent(x if abs(size) > -bounds.TINY else 1 + x)
    if m == 1 and size >= bounds.TINY:
        return bounds.above(e) if size > -bounds.TINY else Fraction(e)
    return bounds.evaluator(
        lambda x, w: libmp.mpf_div(function_values.log1p(x, w), libmp.mpf_ln2(w), w), x
    )


def log10p1(x: Fraction) -> Result | Outcome:
    """log10(1 + x)."""
    if x <= -1:
        return _POLE if x == -1 else bounds.OUTSIDE
    k = _power_of_ten(1 + x) if abs(floor_log2(x)) <= -bounds.TINY else None
    if k is not None:
        return Fraction(k)
    return bounds.evaluator(
        lambda x, w: libmp.mpf_div(function_values.log1p(x, w), libmp.mpf_ln10(w), w), x
    )
