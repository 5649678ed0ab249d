# SPDX-License-Identifier: BSD-3-Clause
"""Where are functions of the circle and the hyperbola exact, and how are they evaluated elsewhere?

Every function here takes a fraction that is not zero.  A sine or cosine of a rational part of a
turn is rational only at multiples of 1/12 turn (Niven), and then 0, +-1/2 or +-1.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mpmath import libmp

from numformats.oracle import function_bounds as bounds
from numformats.oracle import function_values
from numformats.oracle.function_growth import FAR
from numformats.oracle.values import BY_ZERO, DIVIDE, Special, floor_log2, zero

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.oracle.function_bounds import Evaluator, Mpf, Outcome, Result

__all__ = [
    "angle",
    "arccos",
    "arccosh",
    "arccospi",
    "arcsin",
    "arcsinh",
    "arcsinpi",
    "arctan",
    "arctanh",
    "arctanpi",
    "cos",
    "cosh",
    "cospi",
    "sin",
    "sinc",
    "sinh",
    "sinpi",
    "tan",
    "tanh",
    "tanpi",
]

_HALF = Fraction(1, 2)
_QUARTER = Fraction(1, 4)
_POLE: Outcome = (Special.INF, DIVIDE)
_NEG_POLE: Outcome = (Special.NEG_INF, DIVIDE)


def angle(turns: Fraction) -> Evaluator:
    """Pi times a fraction whose denominator is a power of two."""
    return lambda p: libmp.mpf_mul(
        libmp.mpf_pi(p + bounds.GUARD), bounds.to_mpf(turns), p + bounds.GUARD
    )


def _per_pi(f: Callable[[Mpf, int], Mpf], x: Fraction) -> Evaluator:
    return bounds.evaluator(lambda x, w: libmp.mpf_div(f(x, w), libmp.mpf_pi(w), w), x)


# Functions of an angle in radians.


def sin(x: Fraction) -> Result:
    """Sine."""
    return bounds.shrunk(x) if bounds.is_tiny(x) else bounds.evaluator(libmp.mpf_sin, x)


def cos(x: Fraction) -> Result:
    """Cosine."""
    return bounds.below(1) if bounds.is_tiny(x) else bounds.evaluator(libmp.mpf_cos, x)


def tan(x: Fraction) -> Result:
    """Tangent."""
    return bounds.grown(x) if bounds.is_tiny(x) else bounds.evaluator(libmp.mpf_tan, x)


def arcsin(x: Fraction) -> Result | Outcome:
    """Inverse sine."""
    if abs(x) > 1:
        return bounds.OUTSIDE
    return bounds.grown(x) if bounds.is_tiny(x) else bounds.evaluator(function_values.arcsin, x)


def arccos(x: Fraction) -> Result | Outcome:
    """Inverse cosine."""
    if abs(x) > 1:
        return bounds.OUTSIDE
    return Fraction(0) if x == 1 else bounds.evaluator(function_values.arccos, x)


def arctan(x: Fraction) -> Result:
    """Inverse tangent."""
    return bounds.shrunk(x) if bounds.is_tiny(x) else bounds.evaluator(libmp.mpf_atan, x)


# Functions of an angle in half turns.


def sinpi(x: Fraction) -> Result:
    """sin(pi x)."""
    if (2 * x).denominator == 1:
        return (zero(x < 0), Fraction(1), zero(x < 0), Fraction(-1))[int(2 * x) % 4]
    return lambda p: function_values.sin_pi(x, p + bounds.GUARD)


def cospi(x: Fraction) -> Result:
    """cos(pi x)."""
    if (2 * x).denominator == 1:
        return Fraction((1, 0, -1, 0)[int(2 * x) % 4])
    return (
        bounds.below(1)
        if bounds.is_tiny(x)
        else lambda p: function_values.cos_pi(x, p + bounds.GUARD)
    )


def tanpi(x: Fraction) -> Result | Outcome:
    """tan(pi x)."""
    quarters = 4 * x
    if quarters.denominator != 1:
        return lambda p: function_values.tan_pi(x, p + bounds.GUARD)
    turn = int(quarters) % 8
    if turn % 4 == 2:
        # the infinity that sin/cos has where the cosine is taken as +0
        return (Special.INF if turn == 2 else Special.NEG_INF), DIVIDE | BY_ZERO
    if turn % 4 == 0:
        return zero((x < 0) == (turn == 0))
    return Fraction(1 if turn % 4 == 1 else -1)


def sinc(x: Fraction) -> Result:
    """sin(pi x) / (pi x)."""
    if x.denominator == 1:
        return Fraction(0)
    if bounds.is_tiny(x):
        return bounds.below(1)

    def value(p: int) -> Mpf:
        w = p + bounds.GUARD
        return libmp.mpf_div(
            function_values.sin_pi(x, w), libmp.mpf_mul(libmp.mpf_pi(w), bounds.to_mpf(x), w), w
        )

    return value


def arcsinpi(x: Fraction) -> Result | Outcome:
    """arcsin(x) / pi."""
    if abs(x) >= 1:
        return bounds.OUTSIDE if abs(x) > 1 else x / 2
    return _per_pi(function_values.arcsin, x)


def arccospi(x: Fraction) -> Result | Outcome:
    """arccos(x) / pi, which is 1/2 - x/pi near 0."""
    if abs(x) >= 1:
        return bounds.OUTSIDE if abs(x) > 1 else (1 - x) / 2
    if bounds.is_tiny(x):
        return bounds.below(_HALF) if x > 0 else bounds.above(_HALF)
    return _per_pi(function_values.arccos, x)


def arctanpi(x: Fraction) -> Result:
    """arctan(x) / pi."""
    if abs(x) == 1:
        return x * _QUARTER
    if floor_log2(x) > -bounds.TINY:
        return bounds.shrunk(_HALF if x > 0 else -_HALF)
    return _per_pi(libmp.mpf_atan, x)


# Functions of the hyperbola.


def sinh(x: Fraction) -> Result:
    """Hyperbolic sine."""
    if bounds.is_tiny(x):
        return bounds.grown(x)
    if abs(x) >= bounds.HUGE_LOG2:
        return bounds.HUGE if x > 0 else -bounds.HUGE
    return bounds.evaluator(function_values.sinh, x)


def cosh(x: Fraction) -> Result:
    """Hyperbolic cosine."""
    if bounds.is_tiny(x):
        return bounds.above(1)
    return bounds.HUGE if abs(x) >= bounds.HUGE_LOG2 else bounds.evaluator(function_values.cosh, x)


def tanh(x: Fraction) -> Result:
    """Hyperbolic tangent."""
    if bounds.is_tiny(x):
        return bounds.shrunk(x)
    if abs(x) >= FAR:
        return bounds.shrunk(1 if x > 0 else -1)
    return bounds.evaluator(function_values.tanh, x)


def arcsinh(x: Fraction) -> Result:
    """Inverse hyperbolic sine."""
    return bounds.shrunk(x) if bounds.is_tiny(x) else bounds.evaluator(function_values.arcsinh, x)


def arccosh(x: Fraction) -> Result | Outcome:
    """Inverse hyperbolic cosine."""
    if x < 1:
        return bounds.OUTSIDE
    return Fraction(0) if x == 1 else bounds.evaluator(function_values.arccosh, x)


def arctanh(x: Fraction) -> Result | Outcome:
    """Inverse hyperbolic tangent."""
    if abs(x) >= 1:
        return bounds.OUTSIDE if abs(x) > 1 else (_POLE if x > 0 else _NEG_POLE)
    return bounds.grown(x) if bounds.is_tiny(x) else bounds.evaluator(function_values.arctanh, x)
