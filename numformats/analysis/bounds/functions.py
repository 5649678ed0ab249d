# SPDX-License-Identifier: BSD-3-Clause
"""What do elementary functions do to enclosures and errors?

With a slope D that holds the derivative between the exact and the computed operand,
f(x + a) - f(x) is in D a (mean value theorem).  Ends of ranges are values of binary64 functions of
this package, which are correctly rounded, moved outwards by one step.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.analysis.bounds import interval as iv
from numformats.analysis.bounds.affine import Affine
from numformats.analysis.bounds.settling import Draft, Journal, middle_of, rounded

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from numformats.analysis.bounds.local_rounding import LocalRounding
    from numformats.analysis.bounds.quantity import Quantity

    Floats = NDArray[np.float64]
    Interval = tuple[Floats, Floats]
    _Range = Callable[[Interval], Interval]

__all__ = ["FUNCTIONS", "apply_function", "integer_power"]

_BINARY64 = nf.parse_format("binary64").dtype


def _at(f: Any, x: Floats) -> Floats:
    """f(x), correctly rounded to binary64."""
    x = np.ascontiguousarray(x, np.float64)
    with np.errstate(all="ignore"):
        return np.asarray(f(x.view(_BINARY64))).view(np.float64)


def _rising(f: Any) -> _Range:
    """The range of a function that does not fall."""
    return lambda x: (iv.down(_at(f, x[0])), iv.up(_at(f, x[1])))


def _falling(f: Any) -> _Range:
    return lambda x: (iv.down(_at(f, x[1])), iv.up(_at(f, x[0])))


def _constant(c: float) -> Interval:
    """Around a constant that float64 rounds."""
    return np.nextafter(np.float64(c), -np.inf), np.nextafter(np.float64(c), np.inf)


def _one(x: Interval) -> Interval:
    return np.ones_like(x[0]), np.ones_like(x[0])


def _plus_one(x: Interval) -> Interval:
    return iv.add(x, _one(x))


def _root_of_rest(x: Interval) -> Interval:
    """1 / sqrt(1 - x**2), the slope of arcsin."""
    return _inverse(iv.square_root(iv.subtract(_one(x), iv.square(x))))


def _times(c: float, f: _Range) -> _Range:
    return lambda x: iv.multiply(_constant(c), f(x))


def _inverse(x: Interval) -> Interval:
    return iv.divide(_one(x), x)


def _even(f: Any) -> _Range:
    """The range of a function that is even, and rises from 0 on."""
    return lambda x: _rising(f)(iv.absolute(x))


def _sine(x: Interval, quarter: float) -> Interval:
    """The range of sin (quarter 0) or cos (quarter 1): ends, and extremes in between."""
    f = np.cos if quarter else np.sin
    ends = [_at(f, end) for end in x]
    low, high = iv.down(np.minimum(*ends)), iv.up(np.maximum(*ends))
    unclear = ~((np.abs(x[0]) < 1e6) & (np.abs(x[1]) < 1e6))

    def has(turn: float) -> NDArray[np.bool_]:
        """May turn + k full turns lie inside?  The margin is far above float64's errors."""
        first, last = x[0] / (2 * math.pi) - turn, x[1] / (2 * math.pi) - turn
        return unclear | (np.floor(last + 1e-9) >= np.ceil(first - 1e-9))

    top = 0.25 * (1 - quarter)
    low = np.where(has(top + 0.5), -1.0, np.maximum(low, -1.0))
    return low, np.where(has(top), 1.0, np.minimum(high, 1.0))


def _tangent(x: Interval) -> Interval:
    cosine = _sine(x, 1)
    safe = ((cosine[0] > 0) | (cosine[1] < 0)) & (x[1] - x[0] < 3)
    low, high = _rising(np.tan)(x)
    return np.where(safe, low, -np.inf), np.where(safe, high, np.inf)


def _slope_of_erf(x: Interval) -> Interval:
    return _times(2 / math.sqrt(math.pi), _rising(np.exp))(iv.minus(iv.square(x)))


def _slope_of_sigmoid(x: Interval) -> Interval:
    return iv.multiply(_rising(nf.sigmoid)(x), _rising(nf.sigmoid)(iv.minus(x)))


def _slope_of_cbrt(x: Interval) -> Interval:
    return _inverse(_times(3.0, iv.square)(_rising(np.cbrt)(x)))


def _slope_of_arcsinh(x: Interval) -> Interval:
    return _inverse(iv.square_root(_plus_one(iv.square(x))))


def _slope_of_tanh(x: Interval) -> Interval:
    return iv.subtract(_one(x), iv.square(_rising(np.tanh)(x)))


def _slope_of_log1p(x: Interval) -> Interval:
    return _inverse(_plus_one(x))


def _slope_of_rsqrt(x: Interval) -> Interval:
    return iv.multiply(_times(-0.5, _inverse)(x), _falling(nf.rsqrt)(x))


@dataclass(frozen=True)
class _Function:
    """The range over an interval, that of the derivative, and where the function is defined."""

    range: _Range
    slope: _Range
    domain: tuple[float, float] = (-math.inf, math.inf)
    open_ends: bool = False


_LN2, _LN10 = math.log(2), math.log(10)
_POSITIVE = (0.0, math.inf)
FUNCTIONS: dict[Any, _Function] = {
    np.exp: _Function(_rising(np.exp), _rising(np.exp)),
    np.expm1: _Function(_rising(np.expm1), _rising(np.exp)),
    np.exp2: _Function(_rising(np.exp2), _times(_LN2, _rising(np.exp2))),
    np.log: _Function(_rising(np.log), _inverse, _POSITIVE, open_ends=True),
    np.log2: _Function(_rising(np.log2), _times(1 / _LN2, _inverse), _POSITIVE, open_ends=True),
    np.log10: _Function(_rising(np.log10), _times(1 / _LN10, _inverse), _POSITIVE, open_ends=True),
    np.log1p: _Function(_rising(np.log1p), _slope_of_log1p, (-1.0, math.inf), open_ends=True),
    np.sin: _Function(lambda x: _sine(x, 0), lambda x: _sine(x, 1)),
    np.cos: _Function(lambda x: _sine(x, 1), lambda x: iv.minus(_sine(x, 0))),
    np.tan: _Function(_tangent, lambda x: _plus_one(iv.square(_tangent(x)))),
    np.sinh: _Function(_rising(np.sinh), _even(np.cosh)),
    np.cosh: _Function(_even(np.cosh), _rising(np.sinh)),
    np.tanh: _Function(_rising(np.tanh), _slope_of_tanh),
    np.arctan: _Function(_rising(np.arctan), lambda x: _inverse(_plus_one(iv.square(x)))),
    np.arcsinh: _Function(_rising(np.arcsinh), _slope_of_arcsinh),
    np.arcsin: _Function(_rising(np.arcsin), _root_of_rest, (-1.0, 1.0)),
    np.arccos: _Function(
        _falling(np.arccos), lambda x: iv.minus(_root_of_rest(x)), (-1.0, 1.0)
    ),
    np.cbrt: _Function(_rising(np.cbrt), _slope_of_cbrt),
    nf.rsqrt: _Function(_falling(nf.rsqrt), _slope_of_rsqrt, _POSITIVE, open_ends=True),
    nf.sigmoid: _Function(
        _rising(nf.sigmoid), _slope_of_sigmoid
    ),
    nf.softplus: _Function(_rising(nf.softplus), _rising(nf.sigmoid)),
    nf.erf: _Function(
        _rising(nf.erf), _slope_of_erf
    ),
}  # fmt: skip


def apply_function(journal: Journal, rounding: LocalRounding, x: Quantity, *, f: Any) -> Quantity:
    """The rule of f(x), rounded once (NumPy's own functions: as LocalRounding says)."""
    rule = FUNCTIONS[f]
    outside = _outside(iv.hull(x.exact, x.computed), rule)
    if outside.any():
        text = f"np.{f.__name__} may be asked beyond its domain"
        journal.overflows.setdefault(journal.line, text)
    draft = _through(x, rule, outside)
    if f is np.exp:  # exp(x + a) = exp(x) exp(a)
        units = np.where(x.error_size == 0, 0.0, iv.up(_at(np.expm1, x.error_size)))
        draft = replace(draft, relative=units)
    return rounded(journal, rounding, draft, "function")


def _outside(x: Interval, rule: _Function) -> NDArray[np.bool_]:
    low, high = rule.domain
    return (x[0] <= low) if rule.open_ends else (x[0] < low) | (x[1] > high)


def integer_power(journal: Journal, rounding: LocalRounding, x: Quantity, *, n: int) -> Quantity:
    """The rule of x**n, one rounding."""
    slope: _Range = _times(float(n), lambda i: iv.power(i, n - 1)) if n else _zero
    rule = _Function(lambda i: iv.power(i, n), slope)
    # 0**0 is 1, but NaR in posits and takums.
    lost = (x.computed[0] <= 0) & (x.computed[1] >= 0) & (n == 0 and rounding.format.is_tapered)
    draft = _through(x, rule, lost)
    units = np.zeros_like(x.relative)
    for _ in range(n):
        units = iv.total(units, x.relative, iv.times(units, x.relative))
    draft = replace(draft, relative=units)
    return rounded(journal, rounding, draft, "multiply" if n == 2 else "function", exactly=n < 2)


def _zero(x: Interval) -> Interval:
    return np.zeros_like(x[0]), np.zeros_like(x[0])


def _through(x: Quantity, rule: _Function, outside: NDArray[np.bool_]) -> Draft:
    """A smooth function by its mean value form; nothing is known where it is outside its domain."""
    whole = iv.whole(x.shape)
    exact = iv.where(outside, whole, rule.range(x.exact))
    before = iv.where(outside, whole, rule.range(x.computed))
    middle, reach = middle_of(rule.slope(iv.hull(x.exact, x.computed)))
    error, lost = x.error_form.scaled(middle)
    noise = iv.total(lost, iv.times(reach, x.error_size))
    value, value_noise = _value_form(x, rule)
    noise, value_noise = (np.where(outside, np.inf, n) for n in (noise, value_noise))
    return Draft(exact, value, value_noise, error, noise, before, np.full(x.shape, np.inf))


def _value_form(x: Quantity, rule: _Function) -> tuple[Affine, Floats]:
    """f(c) + D (x - c) about the middle c of the form."""
    middle, reach = middle_of(rule.slope(x.exact))
    form, lost = x.value_form.scaled(middle)
    center = np.clip(x.value_form.center, *x.exact)
    low, high = rule.range((center, center))
    away = iv.up(np.abs(x.value_form.center - center) + x.value_form.radius)
    shift = 0.5 * low + 0.5 * high - middle * center
    size = np.abs(form.center) + iv.magnitude((low, high)) + np.abs(middle * center)
    noise = iv.total(lost, iv.times(reach, away), size * 2.0**-50, high - low)
    return Affine(form.center + shift, form.symbols, form.coefficients), noise
