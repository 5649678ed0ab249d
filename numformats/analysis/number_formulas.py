# SPDX-License-Identifier: BSD-3-Clause
"""What do the ufuncs do to one number of many digits?

Each formula is written over the functions that mpmath and MPFR share: c.sqrt, c.exp, c.log1p ... by
their names in C, c.inf, c.nan, c.pi, c.ln2, c.ln10, c.number to make a number, c.power and c.root
of positive numbers.  They work with some digits more than the truth is said to have, and know one
zero, without a sign: a quotient by it has the sign of the numerator.  What is not real is NaN.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FORMULAS", "LARGEST_EXPONENT", "exact_ratio", "is_number", "table"]

# Beyond these many bits a number is none that a program means, and sin or % of it would take hours.
LARGEST_EXPONENT = 1 << 22
_LARGEST_GAMMA = 1 << 40  # beyond it gamma is more than 2**(2**45), or less than its reciprocal


def exact_ratio(x: Any) -> Fraction:
    """The value of a finite number of any kind."""
    top, bottom = x.as_integer_ratio()
    return Fraction(int(top), int(bottom))


def is_number(x: Any) -> bool:
    """Is a value of any kind finite?  Posits sort their NaR below all numbers: no order tells."""
    return bool(x - x == 0)


def _is_nan(x: Any) -> bool:
    return bool(x != x)  # noqa: PLR0124


def _is_finite(c: Any, x: Any) -> bool:
    return bool(abs(x) < c.inf)


def _is_whole(c: Any, x: Any) -> bool:
    return _is_finite(c, x) and bool(c.floor(x) == x)


def _modest(c: Any, *xs: Any) -> None:
    for x in xs:
        if x != 0 and abs(c.exponent(x)) > LARGEST_EXPONENT:
            raise OverflowError(f"a number beyond 2**{LARGEST_EXPONENT} has no reference value")


def _divide(c: Any, x: Any, y: Any) -> Any:
    if y == 0:
        return c.nan if x == 0 or _is_nan(x) else c.inf if x > 0 else -c.inf
    return x / y


def _by_ratios(f: Callable[[Fraction, Fraction], Fraction | int]) -> Callable[..., Any]:
    """A function of the exact quotient, which may be longer than the numbers have digits."""

    def function(c: Any, x: Any, y: Any) -> Any:
        if not _is_finite(c, x) or _is_nan(y) or y == 0:
            return c.nan
        if not _is_finite(c, y):  # like a y that is much larger than x
            y = (4 * abs(x) + 1) * (1 if y > 0 else -1)
        _modest(c, x, y)
        return c.number(f(exact_ratio(x), exact_ratio(y)))

    return function


_floor_quotient = _by_ratios(lambda x, y: x // y)
_modulo = _by_ratios(lambda x, y: x % y)


def _floor_divide(c: Any, x: Any, y: Any) -> Any:
    return _divide(c, x, y) if y == 0 else _floor_quotient(c, x, y)


def _remainder(c: Any, x: Any, y: Any) -> Any:
    """Of the sign of y, and so infinite where an infinite y has the other sign than x."""
    opposite = abs(y) == c.inf and (x < 0 < y or y < 0 < x)
    return y if opposite and _is_finite(c, x) else _modulo(c, x, y)


def _fmod(x: Fraction, y: Fraction) -> Fraction:
    return x - y * int(x / y)


def _power(c: Any, x: Any, y: Any) -> Any:
    """As C's pow: the special cases first."""
    if y == 0 or x == 1:
        return c.number(1)
    if _is_nan(x) or _is_nan(y):
        return c.nan
    if not _is_finite(c, y):  # like a huge even number
        size = abs(x)
        return c.number(1) if size == 1 else c.inf if (size > 1) == (y > 0) else c.number(0)
    is_whole = _is_whole(c, y)
    if x < 0 and not is_whole and _is_finite(c, x):
        return c.nan
    size = _power_of_size(c, abs(x), y)
    return -size if x < 0 and is_whole and not _is_whole(c, y / 2) else size


def _power_of_size(c: Any, x: Any, y: Any) -> Any:
    if x == 0 or not _is_finite(c, x):
        return c.number(0) if (x == 0) == (y > 0) else c.inf
    return c.power(x, y)


def _rootn(c: Any, x: Any, n: Any) -> Any:
    n = int(n)
    if n == 0 or _is_nan(x) or (x < 0 and n % 2 == 0):
        return c.nan
    if x < 0:
        return -_rootn(c, -x, n)
    if x == 0 or not _is_finite(c, x):
        return c.number(0) if (x == 0) == (n > 0) else c.inf
    size = c.root(x, abs(n))
    return size if n > 0 else 1 / size


def _compound(c: Any, x: Any, n: Any) -> Any:
    if n == 0 and not x < -1:
        return c.number(1)
    if _is_nan(x) or x < -1:
        return c.nan
    if x == -1 or not _is_finite(c, x):
        return _power(c, 1 + x, n)
    return c.exp(n * c.log1p(x))


def _arctan2(c: Any, y: Any, x: Any) -> Any:
    return c.nan if _is_nan(x) or _is_nan(y) else c.atan2(y + 0, x + 0)  # -0 + 0 is 0


def _hypot(c: Any, x: Any, y: Any) -> Any:
    if abs(x) == c.inf or abs(y) == c.inf:
        return c.inf
    return c.sqrt(x * x + y * y)


def _log_sum(c: Any, x: Any, y: Any, exp: Callable[[Any], Any], unit: Any) -> Any:
    if _is_nan(x) or _is_nan(y):
        return c.nan
    if x == y:
        return x + c.ln2 / unit
    return max(x, y) + c.log1p(exp(-abs(x - y))) / unit


def _sigmoid(c: Any, x: Any) -> Any:
    if x >= 0:
        return 1 / (1 + c.exp(-x))
    e = c.exp(x)
    return e / (1 + e)


def _away(c: Any, x: Any) -> Any:
    if not _is_finite(c, x):
        return x
    below = c.floor(abs(x))
    size = below + 1 if 2 * (abs(x) - below) >= 1 else below
    return size if x > 0 else -size


def _sign(c: Any, x: Any) -> Any:
    return x if _is_nan(x) else c.number((x > 0) - (x < 0))


def _gamma(c: Any, x: Any) -> Any:
    if x <= 0 and (_is_whole(c, x) or x == -c.inf):
        return c.inf if x == 0 else c.nan
    if abs(x) > _LARGEST_GAMMA:
        return c.inf if x > 0 else c.number(0)
    return c.gamma(x)


def _lgamma(c: Any, x: Any) -> Any:
    if abs(x) == c.inf or (x <= 0 and _is_whole(c, x)):
        return c.inf
    return c.lgamma(x)


def _zero_at_bottom(f: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """f, which vanishes at minus infinity."""
    return lambda c, x: c.number(0) if x == -c.inf else f(c, x)


def _angle(f: str) -> Callable[[Any, Any], Any]:
    def function(c: Any, x: Any) -> Any:
        if not _is_finite(c, x):
            return c.nan
        _modest(c, x)
        return getattr(c, f)(x)

    return function


def _named(name: str) -> Callable[..., Any]:
    return lambda c, *xs: getattr(c, name)(*xs)


FORMULAS: dict[np.ufunc, Callable[..., Any]] = {
    getattr(np, ours): _named(theirs)
    for ours, theirs in {
        "sqrt": "sqrt", "exp": "exp", "exp2": "exp2", "expm1": "expm1", "log": "log",
        "log2": "log2", "log10": "log10", "log1p": "log1p", "arcsin": "asin", "arccos": "acos",
        "arctan": "atan", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "arcsinh": "asinh",
        "arccosh": "acosh", "arctanh": "atanh", "floor": "floor", "ceil": "ceil", "rint": "rint",
    }.items()
}  # fmt: skip
FORMULAS |= {np.sin: _angle("sin"), np.cos: _angle("cos"), np.tan: _angle("tan")}
FORMULAS |= {
    np.divide: _divide,
    np.reciprocal: lambda c, x: _divide(c, c.number(1), x),
    np.square: lambda _, x: x * x,
    np.positive: lambda _, x: x,
    np.conjugate: lambda _, x: x,
    np.fabs: lambda _, x: abs(x),
    np.sign: _sign,
    np.cbrt: lambda c, x: _rootn(c, x, 3),
    np.trunc: lambda c, x: c.floor(x) if x > 0 else c.ceil(x),
    np.deg2rad: lambda c, x: x * c.pi / 180,
    np.radians: lambda c, x: x * c.pi / 180,
    np.rad2deg: lambda c, x: x * 180 / c.pi,
    np.degrees: lambda c, x: x * 180 / c.pi,
    np.maximum: lambda _, x, y: x if x >= y or _is_nan(x) else y,
    np.minimum: lambda _, x, y: x if x <= y or _is_nan(x) else y,
    np.fmax: lambda _, x, y: x if x >= y or _is_nan(y) else y,
    np.fmin: lambda _, x, y: x if x <= y or _is_nan(y) else y,
    np.copysign: lambda _, x, y: -abs(x) if y < 0 else abs(x),
    np.heaviside: lambda c, x, y: x if _is_nan(x) else y if x == 0 else c.number(int(x > 0)),
    np.power: _power,
    np.float_power: _power,
    np.hypot: _hypot,
    np.arctan2: _arctan2,
    np.logaddexp: lambda c, x, y: _log_sum(c, x, y, c.exp, 1),
    np.logaddexp2: lambda c, x, y: _log_sum(c, x, y, c.exp2, c.ln2),
    np.floor_divide: _floor_divide,
    np.remainder: _remainder,
    np.fmod: _by_ratios(_fmod),
    np.ldexp: lambda c, x, n: x * c.power(c.number(2), n),
}
FORMULAS |= {
    nf.fma: lambda c, x, y, z: c.fma(x, y, z),
    nf.fmm: lambda _, x, y, z: x * y * z,
    nf.ieee_remainder: _by_ratios(lambda a, b: a - b * round(a / b)),
    nf.rint_ties_away: _away,
    nf.rsqrt: lambda c, x: _divide(c, c.number(1), c.sqrt(x)),
    nf.exp10: lambda c, x: c.exp10(x),
    nf.exp2m1: lambda c, x: c.expm1(x * c.ln2),
    nf.exp10m1: lambda c, x: c.expm1(x * c.ln10),
    nf.log2p1: lambda c, x: c.log1p(x) / c.ln2,
    nf.log10p1: lambda c, x: c.log1p(x) / c.ln10,
    nf.sinpi: _angle("sinpi"),
    nf.cospi: _angle("cospi"),
    nf.tanpi: lambda c, x: _divide(c, _angle("sinpi")(c, x), _angle("cospi")(c, x)),
    nf.arcsinpi: lambda c, x: c.asin(x) / c.pi,
    nf.arccospi: lambda c, x: c.acos(x) / c.pi,
    nf.arctanpi: lambda c, x: c.atan(x) / c.pi,
    nf.arctan2pi: lambda c, y, x: _arctan2(c, y, x) / c.pi,
    nf.sigmoid: _sigmoid,
    nf.softplus: lambda c, x: c.log1p(c.exp(x)) if x <= 0 else x + c.log1p(c.exp(-x)),
    nf.silu: _zero_at_bottom(lambda c, x: x * _sigmoid(c, x)),
    nf.gelu: _zero_at_bottom(lambda c, x: x * c.erfc(-x / c.sqrt(c.number(2))) / 2),
    nf.erf: lambda c, x: c.erf(x),
    nf.erfc: lambda c, x: c.erfc(x),
    nf.gamma: _gamma,
    nf.lgamma: _lgamma,
    nf.sinc: lambda c, x: (
        c.number(int(x == 0)) if x == 0 or abs(x) == c.inf else _angle("sinpi")(c, x) / (c.pi * x)
    ),
    nf.compound: _compound,
    nf.rootn: _rootn,
}


def table(c: Any) -> dict[np.ufunc, Callable[..., Any]]:
    """The formulas as plain functions of the numbers of one kind."""

    def bind(formula: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *xs: formula(c, *xs)

    return {f: bind(formula) for f, formula in FORMULAS.items()}
