# SPDX-License-Identifier: BSD-3-Clause
"""What are distances, angles and sums of logarithms, and which functions have two operands?

``tapered`` is for posits and takums, where the angle of (0, 0) is NaR (Posit Standard 2022).
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mpmath import libmp

from numformats.oracle import exact, function_values
from numformats.oracle import function_bounds as bounds
from numformats.oracle.function_circle import angle
from numformats.oracle.function_powers import compound, pow_, rootn
from numformats.oracle.values import (
    NO_FLAGS,
    Special,
    Value,
    dyadic,
    floor_log2,
    is_infinite,
    is_negative,
    is_zero,
    negate,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.oracle.function_bounds import Mpf, Outcome, Result

__all__ = ["FUNCTIONS_OF_TWO", "INTEGER_SECOND"]

_ONE = Fraction(1)
_TINY = dyadic(1, bounds.TINY)
_NAN: Outcome = (Special.NAN, NO_FLAGS)


def _number(x: Value) -> Fraction:
    return x if isinstance(x, Fraction) else Fraction(0)


# Distances.


def hypot(x: Value, y: Value, tapered: bool) -> Outcome:
    """sqrt(x*x + y*y)."""
    if not tapered and (is_infinite(x) or is_infinite(y)):
        return Special.INF, NO_FLAGS
    if Special.NAN in (x, y):
        return _NAN
    least, most = sorted((abs(_number(x)), abs(_number(y))))
    if not least:
        return most, NO_FLAGS
    if floor_log2(most) - floor_log2(least) > -bounds.TINY:
        return bounds.above(most), NO_FLAGS
    return exact.sqrt(most * most + least * least)


# Angles.


def _half_turns(y: Value, x: Value) -> Value | None:
    """Angle of (x, y) in half turns, where it is a multiple of 1/4; -0 where y is -0."""
    if is_zero(y) or (x is Special.INF and not is_infinite(y)):
        part = Fraction(is_negative(x) and 1)
    elif x is Special.NEG_INF and not is_infinite(y):
        part = _ONE
    elif is_infinite(y) and is_infinite(x):
        part = Fraction(3 if is_negative(x) else 1, 4)
    elif is_infinite(y) or is_zero(x):
        part = Fraction(1, 2)
    else:
        assert isinstance(x, Fraction)
        assert isinstance(y, Fraction)
        if abs(x) != abs(y):
            return None
        part = Fraction(3 if x < 0 else 1, 4)
    return negate(part) if is_negative(y) else part


def _angle(y: Fraction, x: Fraction, w: int) -> Mpf:
    """Angle of (x, y), which is pi - arctan(abs(y/x)) on the left, of the sign of y."""
    v = libmp.mpf_atan(libmp.mpf_div(bounds.to_mpf(abs(y)), bounds.to_mpf(abs(x)), w), w)
    if x < 0:
        v = libmp.mpf_sub(libmp.mpf_pi(w), v, w)
    return libmp.mpf_neg(v) if y < 0 else v


def arctan2(y: Value, x: Value, tapered: bool) -> Outcome:
    """Angle of the point (x, y), in radians."""
    if Special.NAN in (x, y):
        return _NAN
    if tapered and is_zero(x) and is_zero(y):
        return bounds.OUTSIDE
    part = _half_turns(y, x)
    if part is not None:
        return (part if is_zero(part) else angle(_number(part))), NO_FLAGS
    assert isinstance(x, Fraction)
    assert isinstance(y, Fraction)
    if x > 0 and floor_log2(y) - floor_log2(x) < bounds.TINY:
        return bounds.shrunk(y / x), NO_FLAGS
    return (lambda p: _angle(y, x, p + bounds.GUARD)), NO_FLAGS


def arctan2pi(y: Value, x: Value, tapered: bool) -> Outcome:
    """Angle of the point (x, y), in half turns."""
    if Special.NAN in (x, y):
        return _NAN
    if tapered and is_zero(x) and is_zero(y):
        return bounds.OUTSIDE
    part = _half_turns(y, x)
    if part is not None:
        return part, NO_FLAGS
    assert isinstance(x, Fraction)
    assert isinstance(y, Fraction)
    slope = floor_log2(y) - floor_log2(x)
    sign = -1 if y < 0 else 1
    if slope > -bounds.TINY:
        return (bounds.grown if x < 0 else bounds.shrunk)(Fraction(sign, 2)), NO_FLAGS
    if slope < bounds.TINY and x < 0:
        return bounds.shrunk(sign), NO_FLAGS
    return (
        lambda p: libmp.mpf_div(
            _angle(y, x, p + bounds.GUARD), libmp.mpf_pi(p + bounds.GUARD), p + bounds.GUARD
        )
    ), NO_FLAGS


# Logarithms of sums: with m = max(x, y) and d = abs(x - y), m + log(1 + base**-d).


def _log_of_ends(x: Value, y: Value) -> Outcome | None:
    """Where an operand is NaN or infinite."""
    if Special.NAN in (x, y):
        return _NAN
    if Special.INF in (x, y):
        return Special.INF, NO_FLAGS
    if Special.NEG_INF in (x, y):
        return (y if x is Special.NEG_INF else x), NO_FLAGS
    return None


def _log_of_sum(m: Fraction, d: Fraction, small: Callable[[Fraction, int], Mpf]) -> Result:
    """Return m + small(d), where small(d) is below 2**-int(d), which never cancels exactly."""
    if m and floor_log2(m) + int(d) > -bounds.TINY:
        return bounds.above(m)
    if d >= bounds.HUGE_LOG2:
        return bounds.LEAST
    most = bounds.to_mpf(m)
    return lambda p: bounds.sharpen(lambda w: libmp.mpf_add(most, small(d, w), w), p)


def _log1p_exp(d: Fraction, w: int) -> Mpf:
    return function_values.log1p(libmp.mpf_exp(bounds.to_mpf(-d), w), w)


def _log2p1_exp2(d: Fraction, w: int) -> Mpf:
    return libmp.mpf_div(function_values.log1p(function_values.exp2(-d, w), w), libmp.mpf_ln2(w), w)


def logaddexp(x: Value, y: Value, tapered: bool) -> Outcome:  # noqa: ARG001 - NaN is NaN for all
    """log(e**x + e**y)."""
    end = _log_of_ends(x, y)
    if end is not None:
        return end
    least, most = sorted((_number(x), _number(y)))
    return _log_of_sum(most, most - least, _log1p_exp), NO_FLAGS


def logaddexp2(x: Value, y: Value, tapered: bool) -> Outcome:  # noqa: ARG001 - NaN is NaN for all
    """log2(2**x + 2**y)."""
    end = _log_of_ends(x, y)
    if end is not None:
        return end
    least, most = sorted((_number(x), _number(y)))
    if least == most:
        return most + 1, NO_FLAGS
    if max(abs(least), abs(most)) < _TINY:
        # the mean of x and y, then a square of their difference, are added to 1
        return (bounds.above if least + most >= 0 else bounds.below)(1), NO_FLAGS
    return _log_of_sum(most, most - least, _log2p1_exp2), NO_FLAGS


FUNCTIONS_OF_TWO: dict[str, Callable[[Value, Value, bool], Outcome]] = {
    "hypot": hypot,
    "pow": pow_,
    "arctan2": arctan2,
    "arctan2pi": arctan2pi,
    "logaddexp": logaddexp,
    "logaddexp2": logaddexp2,
}
INTEGER_SECOND: dict[str, Callable[[Value, int, bool], Outcome]] = {
    "compound": compound,
    "rootn": rootn,
}
