# SPDX-License-Identifier: BSD-3-Clause
"""Numbers of any number of digits by mpmath: always there, the sure one, and slow."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import mpmath
import numpy as np

from numformats.analysis.number_formulas import exact_ratio, is_number

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["GUARD_BITS", "MpmathNumbers", "precision"]

GUARD_BITS = 40  # the formulas, of a few roundings each, may lose some: their results keep all
_LARGEST_EXP = 1 << 62  # exp of more is beyond what any format or program can mean


def precision(digits: int) -> int:
    """Bits to work with for results of so many decimal digits."""
    return int(digits * 3.3219280948873626) + 3 + GUARD_BITS


class MpmathNumbers:
    """mpmath's numbers in a context of their own: the caller's mpmath.mp plays no part."""

    def __init__(self, digits: int) -> None:
        self.context: Any = mpmath.MPContext()
        self.context.prec = precision(digits)
        c = self.context
        self.inf, self.nan, self.pi = c.inf, c.nan, +c.pi
        self.ln2, self.ln10 = +c.ln2, +c.ln10
        for name, theirs in _NAMES.items():
            setattr(self, name, self._real(getattr(c, theirs)))
        for name in _GROWING:
            setattr(self, name, self._bounded(getattr(c, name)))

    def working(self) -> AbstractContextManager[Any]:
        """Operators of these numbers know their precision: there is nothing to set."""
        return nullcontext()

    def number(self, value: Any) -> Any:
        """A number from any real one, exactly while it has no more bits than these have."""
        c = self.context
        if isinstance(value, c.mpf):
            return value
        if isinstance(value, float | int):
            return c.mpf(value)
        if isinstance(value, np.integer | np.bool_):
            return c.mpf(int(value))
        if not is_number(value):
            return c.mpf(float(value))
        ratio = exact_ratio(value)
        return c.mpf(ratio.numerator) / ratio.denominator

    def exponent(self, x: Any) -> int:
        """The e of 2**(e-1) <= abs(x) < 2**e."""
        return int(self.context.mag(x))

    def fma(self, x: Any, y: Any, z: Any) -> Any:
        """Rounded once."""
        c = self.context
        exact = abs(x) < c.inf and abs(y) < c.inf
        return c.fmul(x, y, exact=exact) + z

    def exp2(self, x: Any) -> Any:
        """2**x."""
        return self.power(self.context.mpf(2), x)

    def exp10(self, x: Any) -> Any:
        """10**x."""
        return self.power(self.context.mpf(10), x)

    def power(self, x: Any, y: Any) -> Any:
        """A power of a positive number; infinite or 0 where it is beyond all formats."""
        c = self.context
        if abs(y) > _LARGEST_EXP and x != 1:
            return c.inf if (x > 1) == (y > 0) else c.zero
        return c.power(x, y)

    def root(self, x: Any, n: int) -> Any:
        """The n-th root of x > 0."""
        return self.context.root(x, n)

    def lgamma(self, x: Any) -> Any:
        """log(abs(gamma(x)))."""
        return self.context.loggamma(x).real

    def _real(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, NaN where its value is not real."""

        def real(*xs: Any) -> Any:
            result = function(*xs)
            return self.nan if isinstance(result, self.context.mpc) else result

        return real

    def _bounded(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A growing function, which beyond all formats has the value that it has at infinity."""

        def bounded(x: Any) -> Any:
            if abs(x) > _LARGEST_EXP:
                return function(self.inf if x > 0 else -self.inf)
            return function(x)

        return bounded


_NAMES = {
    "sqrt": "sqrt", "exp": "exp", "expm1": "expm1", "log": "ln", "log2": "log2",
    "log10": "log10", "log1p": "log1p", "sin": "sin", "cos": "cos", "tan": "tan",
    "sinpi": "sinpi", "cospi": "cospi", "asin": "asin", "acos": "acos", "atan": "atan",
    "atan2": "atan2", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "asinh": "asinh",
    "acosh": "acosh", "atanh": "atanh", "erf": "erf", "erfc": "erfc", "gamma": "gamma",
    "floor": "floor", "ceil": "ceil", "rint": "nint",
}  # fmt: skip
_GROWING = ("exp", "expm1", "sinh", "cosh", "tanh", "erf", "erfc")
