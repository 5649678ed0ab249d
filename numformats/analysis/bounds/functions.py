# SPDX-License-Identifier: BSD-3-Clause
"""What do elementary functions do to enclosures and errors?

With a slope D that holds the derivative between the exact and the computed operand,
f(x + a) - f(x) is in D a (mean value theorem).  Ends of ranges are values of binary64 functions of this
package, which are correctly rounded, moved outwards by one step.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
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

__all__ = ["FUNCTIONS", "apply_function", "integer_power"]

_BINARY64 = nf.parse_format("binary64").dtype


def _at(f: Any, x: Floats) -> Floats:
    """f(x), correctly rounded to binary64."""
    x = np.ascontiguousarray(x, np.float64)
    with np.errstate(all="ignore"):
        return np.asarray(f(x.view(_BINARY64))).view(np.float64)


def _rising(f: Any) -> Callable[[Interval], Interval]:
    """The range of a function that does not fall."""
    return lambda x: (iv.down(_at(f, x[0])), iv.up(_at(f, x[1])))


def _falling(f: Any) -> Callable[[Interval], Interval]:
    return lambda x: (iv.down(_at(f, x[1])), iv.up(_at(f, x[0])))


def _constant(c: float) -> Interval:
    """Around a constant that float64 rounds."""
    return np.nextafter(np.float64(c), -np.inf), np.nextafter(np.float64(c), np.inf)


def _one(x: Interval) -> Interval:
    return np.ones_like(x[0]), np.ones_like(x[0])


def _inverse(x: Interval) -> Interval:
    return iv.divide(_one(x), x)


def _even(f: Any) -> Callable[[Interval], Interval]:
    """The range of a function that is even, and rises from 0 on."""
    return lambda x: _rising(f)(iv.absolute(x))


def _sine(x: Interval, quarter: float) -> Interval:
    """The range of sin (quarter 0) or cos (quarter 1): at its ends, and at the extremes in between."""
    f = np.cos if quarter else np.sin
    ends = [_at(f, end) for end in x]
    low, high = iv.down(np.minimum(*ends)), iv.up(np.maximum(*ends))
    unclear = ~((np.abs(x[0]) < 1e6) & (np.abs(x[1]) < 1e6))

    def has(turn: float) -> NDArray[np.bool_]:
        """May an extreme (turn + k full turns) lie inside?  The margin is far above float64's errors."""
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


@dataclass(frozen=True)
class _Function:
    """The range over an interval, the range of the derivative, and where the function is defined."""

    range: Callable[[Interval], Interval]
    slope: Callable[[Interval], Interval]
    domain: tuple[float, float] = (-math.inf, math.inf)
    open_ends: bool = False


def _times(c: float, f: Callable[[Interval], Interval]) -> Callable[[Interval], Interval]:
    return lambda x: iv.multiply(_constant(c), f(x))


_LN2, _LN10 = math.log(2), math.log(10)
_plus_one = lambda x: iv.add(x, _one(x))  # noqa: E731
_positive = (0.0, math.inf)
FUNCTIONS: dict[Any, _Function] = {
    np.exp: _Function(_rising(np.exp), _rising(np.exp)),
    np.expm1: _Function(_rising(np.expm1), _rising(np.exp)),
    np.exp2: _Function(_rising(np.exp2), _times(_LN2, _rising(np.exp2))),
    np.log: _Function(_rising(np.log), _inverse, _positive, open_ends=True),
    np.log2: _Function(_rising(np.log2), _times(1 / _LN2, _inverse), _positive, open_ends=True),
    np.log10: _Function(_rising(np.log10), _times(1 / _LN10, _inverse), _positive, open_ends=True),
    np.log1p: _Function(_rising(np.log1p), lambda x: _inverse(_plus_one(x)), (-1.0, math.inf), open_ends=True),
    np.sin: _Function(lambda x: _sine(x, 0), lambda x: _sine(x, 1)),
    np.cos: _Function(lambda x: _sine(x, 1), lambda x: iv.minus(_sine(x, 0))),
    np.tan: _Function(_tangent, lambda x: _plus_one(iv.square(_tangent(x)))),
    np.sinh: _Function(_rising(np.sinh), _even(np.cosh)),
    np.cosh: _Function(_even(np.cosh), _rising(np.sinh)),
    np.tanh: _Function(_rising(np.tanh), lambda x: iv.subtract(_one(x), iv.square(_rising(np.tanh)(x)))),
    np.arctan: _Function(_rising(np.arctan), lambda x: _inverse(_plus_one(iv.square(x)))),
    np.arcsinh: _Function(_rising(np.arcsinh), lambda x: _inverse(iv.square_root(_plus_one(iv.square(x))))),
    np.arcsin: _Function(
        _rising(np.arcsin), lambda x: _inverse(iv.square_root(iv.subtract(_one(x), iv.square(x)))), (-1.0, 1.0)
    ),
    np.arccos: _Function(
        _falling(np.arccos),
        lambda x: iv.minus(_inverse(iv.square_root(iv.subtract(_one(x), iv.square(x))))),
        (-1.0, 1.0),
    ),
    np.cbrt: _Function(_rising(np.cbrt), lambda x: _inverse(_times(3.0, iv.square)(_rising(np.cbrt)(x)))),
    nf.rsqrt: _Function(
        _falling(nf.rsqrt), lambda x: _times(-0.5, lambda y: iv.multiply(_inverse(x), y))(_falling(nf.rsqrt)(x)), _positive, open_ends=True
    ),
    nf.sigmoid: _Function(
        _rising(nf.sigmoid), lambda x: iv.multiply(_rising(nf.sigmoid)(x), _rising(nf.sigmoid)(iv.minus(x)))
    ),
    nf.softplus: _Function(_rising(nf.softplus), _rising(nf.sigmoid)),
    nf.erf: _Function(
        _rising(nf.erf), lambda x: _times(2 / math.sqrt(math.pi), _rising(np.exp))(iv.minus(iv.square(x)))
    ),
}  # fmt: skip


def apply_function(journal: Journal, f: Any, x: Quantity, rounding: LocalRounding) -> Quantity:
    """f(x), rounded once (NumPy's own functions: as LocalRounding says)."""
    rule = FUNCTIONS[f]
    both = iv.hull(x.exact, x.computed)
    outside = _outside(both, rule)
    if outside.any():
        journal.overflows.setdefault(
            journal.line, f"np.{f.__name__} may be asked beyond its domain"
        )
    draft = _through(x, rule.range, rule.slope, outside)
    if f in {np.exp, np.exp2}:  # exp(x + a) = exp(x) exp(a)
        relative = np.where(x.error_size == 0, 0.0, iv.up(_at(np.expm1, x.error_size)))
        draft = Draft(
            draft.exact,
            draft.value,
            draft.value_noise,
            draft.error,
            draft.noise,
            draft.before,
            relative,
        )
    return rounded(journal, draft, rounding, "function")


def _outside(x: Interval, rule: _Function) -> NDArray[np.bool_]:
    low, high = rule.domain
    return (x[0] <= low) if rule.open_ends else (x[0] < low) | (x[1] > high)


def integer_power(journal: Journal, x: Quantity, n: int, rounding: LocalRounding) -> Quantity:
    """x**n, one rounding."""
    draft = _through(x, lambda i: iv.power(i, n), _power_slope(n), np.zeros(x.shape, bool))
    relative = np.zeros_like(x.relative)
    for _ in range(n):
        relative = iv.total(relative, x.relative, iv.times(relative, x.relative))
    draft = Draft(
        draft.exact,
        draft.value,
        draft.value_noise,
        draft.error,
        draft.noise,
        draft.before,
        relative,
    )
    return rounded(journal, draft, rounding, "multiply" if n == 2 else "function", n < 2)


def _power_slope(n: int) -> Callable[[Interval], Interval]:
    if n == 0:
        return lambda x: (np.zeros_like(x[0]), np.zeros_like(x[0]))
    return _times(float(n), lambda x: iv.power(x, n - 1))


def _through(
    x: Quantity,
    range_: Callable[[Interval], Interval],
    slope: Callable[[Interval], Interval],
    outside: NDArray[np.bool_],
) -> Draft:
    """A smooth function by its mean value form; infinite noise where it is asked outside its domain."""
    exact, before = range_(x.exact), range_(x.computed)
    middle, reach = middle_of(slope(iv.hull(x.exact, x.computed)))
    error, lost = x.error_form.scaled(middle)
    noise = iv.total(lost, iv.times(reach, x.error_size))
    own_middle, own_reach = middle_of(slope(x.exact))
    form, form_lost = x.value_form.scaled(own_middle)
    center = np.clip(x.value_form.center, *x.exact)
    point = range_((center, center))
    away = iv.up(np.abs(x.value_form.center - center) + x.value_form.radius)
    shifted = Affine(
        form.center + (0.5 * point[0] + 0.5 * point[1]) - own_middle * center,
        form.symbols,
        form.coefficients,
    )
    size = np.abs(form.center) + iv.magnitude(point) + np.abs(own_middle * center)
    value_noise = iv.total(
        form_lost, iv.times(own_reach, away), size * 2.0**-50, point[1] - point[0]
    )
    unknown = lambda a: np.where(outside | np.isnan(a), np.inf, a)  # noqa: E731
    whole = iv.whole(x.shape)
    exact = tuple(np.where(outside, w, e) for w, e in zip(whole, exact, strict=True))
    before = tuple(np.where(outside, w, e) for w, e in zip(whole, before, strict=True))
    return Draft(
        exact,
        shifted,
        unknown(value_noise),
        error,
        unknown(noise),
        before,
        np.full(x.shape, np.inf),
    )  # type: ignore[arg-type]
