# SPDX-License-Identifier: BSD-3-Clause
"""What is the true result?  Numbers of 50 decimal digits that NumPy's object arrays can carry.

A context of mpmath of our own (so that the caller's ``mpmath.mp.dps`` plays no part) makes a class
of numbers of its own; it gets the methods that NumPy calls on the elements of object arrays, and
division and square root that give infinities and NaN where NumPy's floats do.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import mpmath
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

REFERENCE_DIGITS = 50

# NumPy finds the elementary functions of an object array as methods of its elements.
_METHODS = {
    "exp": "exp",
    "expm1": "expm1",
    "log": "ln",
    "log2": None,
    "log10": "log10",
    "log1p": "log1p",
    "cbrt": "cbrt",
    "sin": "sin",
    "cos": "cos",
    "tan": "tan",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "sinh": "sinh",
    "cosh": "cosh",
    "tanh": "tanh",
    "fabs": "fabs",
    "rint": "nint",
    "hypot": "hypot",
    "arctan2": "atan2",
}


def _make_context() -> Any:
    context = mpmath.MPContext()
    context.dps = REFERENCE_DIGITS
    number = context.mpf
    plain_divide = number.__truediv__

    def divide(x: Any, y: Any) -> Any:
        try:
            return plain_divide(x, y)
        except ZeroDivisionError:
            if x == 0 or context.isnan(x):
                return context.nan
            return context.inf if x > 0 else context.ninf

    def divide_from(x: Any, y: Any) -> Any:
        return divide(context.convert(y), x)

    def real_only(function: Callable[..., Any]) -> Callable[..., Any]:
        def method(*arguments: Any) -> Any:
            result = function(*arguments)
            return context.nan if isinstance(result, context.mpc) else result

        return method

    number.__truediv__ = divide
    number.__rtruediv__ = divide_from
    number.sqrt = real_only(context.sqrt)
    number.log2 = real_only(lambda x: context.log(x, 2))
    number.__floor__ = lambda x: int(context.floor(x))
    number.__ceil__ = lambda x: int(context.ceil(x))
    number.__trunc__ = int
    for name, function in _METHODS.items():
        if function is not None:
            setattr(number, name, real_only(getattr(context, function)))
    return context


CONTEXT: Any = _make_context()


def number(value: object) -> Any:
    """One reference number from a real number, exactly while it has at most 169 bits.

    >>> number(0.5) + number(Fraction(1, 4))
    mpf('0.75')
    """
    if isinstance(value, CONTEXT.mpf):
        return value
    if isinstance(value, int | float | np.integer | np.bool_):
        return CONTEXT.mpf(float(value) if isinstance(value, float) else int(value))
    if isinstance(value, np.floating) and not np.isfinite(value):
        return CONTEXT.mpf(float(value))
    if isinstance(value, Fraction | np.floating):  # also a longdouble: exactly
        top, bottom = value.as_integer_ratio()
        return CONTEXT.mpf(int(top)) / int(bottom)
    kind = type(value).__name__
    raise TypeError(f"a reference number cannot be made from {kind}")


_numbers = np.frompyfunc(number, 1, 1)


def to_reference(values: NDArray[Any]) -> NDArray[np.object_]:
    """An array of reference numbers (dtype object) with the values of `values`, exactly.

    >>> (to_reference(np.array([0.1])) * 10)[0] == 1
    False
    """
    out = np.empty(values.shape, dtype=object)
    with np.errstate(all="ignore"):  # making a NaN is no event here
        out[...] = _numbers(values.astype(object))
    return out


_floats = np.frompyfunc(float, 1, 1)


def to_float64(values: NDArray[np.object_]) -> NDArray[np.float64]:
    """Reference numbers rounded to float64."""
    with np.errstate(all="ignore"):
        return np.asarray(_floats(values), dtype=np.float64)
