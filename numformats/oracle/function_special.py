# SPDX-License-Identifier: BSD-3-Clause
"""What is a function of one operand at zero and at infinity, and which rule holds elsewhere?

IEEE 754-2019, clause 9.2.1, where it has the function, else the function's limit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from mpmath import libmp

from numformats.oracle import function_bounds as bounds
from numformats.oracle import function_circle as circle
from numformats.oracle import function_growth as growth
from numformats.oracle import function_values
from numformats.oracle.function_growth import FAR, LONG
from numformats.oracle.values import BY_ZERO, DIVIDE, NO_FLAGS, Special, Value, is_infinite, is_zero

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.oracle.function_bounds import Evaluator, Outcome, Result

__all__ = ["FUNCTIONS", "Rule", "of_one"]

_HALF = Fraction(1, 2)
_ZERO: Outcome = (Fraction(0), NO_FLAGS)
_ONE: Outcome = (Fraction(1), NO_FLAGS)
_TWO: Outcome = (Fraction(2), NO_FLAGS)
_MINUS_ONE: Outcome = (Fraction(-1), NO_FLAGS)
_PLUS_HALF: Outcome = (_HALF, NO_FLAGS)
_MINUS_HALF: Outcome = (-_HALF, NO_FLAGS)
_RIGHT_ANGLE: Outcome = (circle.angle(_HALF), NO_FLAGS)
_MINUS_RIGHT_ANGLE: Outcome = (circle.angle(-_HALF), NO_FLAGS)
_NEG_ZERO: Outcome = (Special.NEG_ZERO, NO_FLAGS)
_INF: Outcome = (Special.INF, NO_FLAGS)
_POLE: Outcome = (Special.INF, DIVIDE)
_NEG_POLE: Outcome = (Special.NEG_INF, DIVIDE)
_POLE_BY_ZERO: Outcome = (Special.INF, DIVIDE | BY_ZERO)
_NEG_POLE_BY_ZERO: Outcome = (Special.NEG_INF, DIVIDE | BY_ZERO)


@dataclass(frozen=True, slots=True)
class Rule:
    """One function at zero, at the infinities, elsewhere; None: the operand is the result."""

    at_zero: Outcome | None
    at_inf: Outcome | None
    at_neg_inf: Outcome | None
    elsewhere: Callable[[Fraction], Result | Outcome]
    at_neg_zero: Outcome | None = None
    """Where it is not as at zero."""

    def limit(self, x: Value) -> Outcome:
        """Result at a zero or an infinity."""
        if is_infinite(x):
            found = self.at_inf if x is Special.INF else self.at_neg_inf
        elif x is Special.NEG_ZERO and self.at_neg_zero is not None:
            found = self.at_neg_zero
        else:
            found = self.at_zero
        return (x, NO_FLAGS) if found is None else found


def of_one(name: str, x: Value) -> Outcome:
    """Apply the function of that name to x."""
    if x is Special.NAN:
        return x, NO_FLAGS
    rule = FUNCTIONS[name]
    if is_infinite(x) or is_zero(x):
        return rule.limit(x)
    assert isinstance(x, Fraction)
    return bounds.with_flags(rule.elsewhere(x))


# Functions of neural networks and statistics.


def _sigmoid(x: Fraction) -> Result:
    """1 / (1 + e**-x), which is 1/2 + x/4 near 0."""
    if bounds.is_tiny(x):
        return bounds.above(_HALF) if x > 0 else bounds.below(_HALF)
    if x >= FAR:
        return bounds.below(1)
    return bounds.LEAST if x <= -bounds.HUGE_LOG2 else bounds.evaluator(function_values.sigmoid, x)


def _softplus(x: Fraction) -> Result:
    """log(1 + e**x)."""
    if x >= FAR:
        return bounds.above(x)
    return bounds.LEAST if x <= -bounds.HUGE_LOG2 else bounds.evaluator(function_values.softplus, x)


def _silu(x: Fraction) -> Result:
    """Return x / (1 + e**-x), which is x/2 + x*x/4 near 0."""
    if bounds.is_tiny(x):
        return bounds.above(x / 2)
    if x >= FAR:
        return bounds.below(x)
    if x <= -bounds.HUGE_LOG2:
        return -bounds.LEAST
    return bounds.evaluator(lambda x, w: libmp.mpf_mul(x, function_values.sigmoid(x, w), w), x)


def _gelu(x: Fraction) -> Result:
    """x/2 erfc(-x / sqrt(2)), which is x/2 + x*x/sqrt(2 pi) near 0."""
    if bounds.is_tiny(x):
        return bounds.above(x / 2)
    if x >= 32:  # the value is within e**-512 of x
        return bounds.below(x)
    return -bounds.LEAST if x <= -1024 else bounds.evaluator(function_values.gelu, x)


def _erf(x: Fraction) -> Result:
    """Error function."""
    if abs(x) >= 16:  # the value is within e**-256 of 1 or -1
        return bounds.shrunk(1 if x > 0 else -1)
    return bounds.evaluator(libmp.mpf_erf, x)


def _erfc(x: Fraction) -> Result:
    """1 - erf(x)."""
    if bounds.is_tiny(x):
        return bounds.below(1) if x > 0 else bounds.above(1)
    if x <= -16:
        return bounds.below(2)
    return bounds.LEAST if x >= 512 else bounds.evaluator(libmp.mpf_erfc, x)


def _gamma(x: Fraction) -> Result | Outcome:
    """Gamma function, which is 1/x - euler near 0."""
    if x.denominator == 1:
        if x < 0:
            return bounds.OUTSIDE
        if x <= LONG:
            return Fraction(math.factorial(x.numerator - 1))
    if x >= 1 << 15:  # the factorial of 2**15 is above 2**(2**18)
        return bounds.HUGE
    if x <= -(1 << 15):
        return bounds.LEAST if math.floor(x) % 2 == 0 else -bounds.LEAST
    return (
        bounds.below(1 / x)
        if bounds.is_tiny(x)
        else lambda p: function_values.gamma(x, p + bounds.GUARD)
    )


def _lgamma(x: Fraction) -> Result | Outcome:
    """log(abs(Gamma(x)))."""
    if x.denominator == 1:
        if x < 0:
            return _POLE
        if x <= 2:
            return Fraction(0)
    return lambda p: function_values.lgamma(x, p)


def _deg2rad(x: Fraction) -> Evaluator:
    return bounds.evaluator(
        lambda x, w: libmp.mpf_div(libmp.mpf_mul(x, libmp.mpf_pi(w), w), libmp.from_int(180), w), x
    )


def _rad2deg(x: Fraction) -> Evaluator:
    return bounds.evaluator(
        lambda x, w: libmp.mpf_div(libmp.mpf_mul(x, libmp.from_int(180), w), libmp.mpf_pi(w), w), x
    )


# For each function, its results at zero, infinity, -infinity and elsewhere, and at -0 if another.
FUNCTIONS: dict[str, Rule] = {
    "rsqrt": Rule(_POLE_BY_ZERO, _ZERO, bounds.OUTSIDE, growth.rsqrt, _NEG_POLE_BY_ZERO),
    "cbrt": Rule(None, None, None, growth.cbrt),
    "exp": Rule(_ONE, None, _ZERO, growth.exp),
    "expm1": Rule(None, None, _MINUS_ONE, growth.expm1),
    "exp2": Rule(_ONE, None, _ZERO, growth.exp2),
    "exp2m1": Rule(None, None, _MINUS_ONE, growth.exp2m1),
    "exp10": Rule(_ONE, None, _ZERO, growth.exp10),
    "exp10m1": Rule(None, None, _MINUS_ONE, growth.exp10m1),
    "log": Rule(_NEG_POLE, None, bounds.OUTSIDE, growth.log),
    "log1p": Rule(None, None, bounds.OUTSIDE, growth.log1p),
    "log2": Rule(_NEG_POLE, None, bounds.OUTSIDE, growth.log2),
    "log2p1": Rule(None, None, bounds.OUTSIDE, growth.log2p1),
    "log10": Rule(_NEG_POLE, None, bounds.OUTSIDE, growth.log10),
    "log10p1": Rule(None, None, bounds.OUTSIDE, growth.log10p1),
    "sin": Rule(None, bounds.OUTSIDE, bounds.OUTSIDE, circle.sin),
    "cos": Rule(_ONE, bounds.OUTSIDE, bounds.OUTSIDE, circle.cos),
    "tan": Rule(None, bounds.OUTSIDE, bounds.OUTSIDE, circle.tan),
    "arcsin": Rule(None, bounds.OUTSIDE, bounds.OUTSIDE, circle.arcsin),
    "arccos": Rule(_RIGHT_ANGLE, bounds.OUTSIDE, bounds.OUTSIDE, circle.arccos),
    "arctan": Rule(None, _RIGHT_ANGLE, _MINUS_RIGHT_ANGLE, circle.arctan),
    "sinpi": Rule(None, bounds.OUTSIDE, bounds.OUTSIDE, circle.sinpi),
    "cospi": Rule(_ONE, bounds.OUTSIDE, bounds.OUTSIDE, circle.cospi),
    "tanpi": Rule(None, bounds.OUTSIDE, bounds.OUTSIDE, circle.tanpi),
    "arcsinpi": Rule(None, bounds.OUTSIDE, bounds.OUTSIDE, circle.arcsinpi),
    "arccospi": Rule(_PLUS_HALF, bounds.OUTSIDE, bounds.OUTSIDE, circle.arccospi),
    "arctanpi": Rule(None, _PLUS_HALF, _MINUS_HALF, circle.arctanpi),
    "sinh": Rule(None, None, None, circle.sinh),
    "cosh": Rule(_ONE, None, _INF, circle.cosh),
    "tanh": Rule(None, _ONE, _MINUS_ONE, circle.tanh),
    "arcsinh": Rule(None, None, None, circle.arcsinh),
    "arccosh": Rule(bounds.OUTSIDE, None, bounds.OUTSIDE, circle.arccosh),
    "arctanh": Rule(None, bounds.OUTSIDE, bounds.OUTSIDE, circle.arctanh),
    "sigmoid": Rule(_PLUS_HALF, _ONE, _ZERO, _sigmoid),
    "softplus": Rule((lambda p: libmp.mpf_ln2(p + bounds.GUARD), NO_FLAGS), None, _ZERO, _softplus),
    "silu": Rule(None, None, _NEG_ZERO, _silu),
    "gelu": Rule(None, None, _NEG_ZERO, _gelu),
    "erf": Rule(None, _ONE, _MINUS_ONE, _erf),
    "erfc": Rule(_ONE, _ZERO, _TWO, _erfc),
    "gamma": Rule(_POLE_BY_ZERO, None, bounds.OUTSIDE, _gamma, _NEG_POLE_BY_ZERO),
    "lgamma": Rule(_POLE, None, _INF, _lgamma),
    "sinc": Rule(_ONE, _ZERO, _ZERO, circle.sinc),
    "deg2rad": Rule(None, None, None, _deg2rad),
    "rad2deg": Rule(None, None, None, _rad2deg),
}
