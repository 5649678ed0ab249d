# SPDX-License-Identifier: BSD-3-Clause
"""Exact numbers: Fractions, with the infinities and NaN of Python's float beside them."""

from __future__ import annotations

import math
from contextlib import AbstractContextManager, nullcontext
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.analysis.number_formulas import FORMULAS, exact_ratio, is_number

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["NotRationalError", "exact_table", "number", "working"]


class NotRationalError(ArithmeticError):
    """A value that no fraction has."""


inf, nan = math.inf, math.nan


def working() -> AbstractContextManager[Any]:
    """Nothing to set."""
    return nullcontext()


def number(value: Any) -> Any:
    """A Fraction, or the float inf, -inf or nan.

    >>> number(0.5), number(float("inf"))
    (Fraction(1, 2), inf)
    """
    if isinstance(value, Fraction):
        return value
    if isinstance(value, int | np.integer | np.bool_):
        return Fraction(int(value))
    return exact_ratio(value) if is_number(value) else float(value)


def sqrt(x: Any) -> Any:
    """The root of the square of a fraction; NotRationalError of anything else."""
    if not 0 < x < inf:
        return nan if x < 0 else x
    top, bottom = math.isqrt(x.numerator), math.isqrt(x.denominator)
    if top * top != x.numerator or bottom * bottom != x.denominator:
        raise NotRationalError
    return Fraction(top, bottom)


def power(x: Any, y: Any) -> Any:
    """Whole exponents, and halves of squares."""
    if y.denominator == 2:
        return sqrt(x) ** y.numerator
    if y.denominator != 1:
        raise NotRationalError
    return x ** int(y)


def fma(x: Any, y: Any, z: Any) -> Any:
    """Exact."""
    return x * y + z


def floor(x: Any) -> Any:
    """Of an infinity itself."""
    return Fraction(math.floor(x)) if abs(x) < inf else x


def ceil(x: Any) -> Any:
    """Of an infinity itself."""
    return -floor(-x)


def rint(x: Any) -> Any:
    """Halves go to the even neighbour."""
    return Fraction(round(x)) if abs(x) < inf else x


def exponent(x: Any) -> int:
    """Near enough to tell astronomic numbers."""
    return int(x.numerator.bit_length() - x.denominator.bit_length())


# Of these the formula is one of fractions, or exact where the functions above are.
_RATIONAL = frozenset(
    {np.add, np.subtract, np.multiply, np.negative, np.absolute, np.divide, np.reciprocal,
     np.square, np.positive, np.conjugate, np.fabs, np.sign, np.trunc, np.floor, np.ceil, np.rint,
     np.maximum, np.minimum, np.fmax, np.fmin, np.copysign, np.heaviside, np.power, np.float_power,
     np.sqrt, np.hypot, np.floor_divide, np.remainder, np.fmod, np.ldexp,
     nf.fma, nf.fmm, nf.ieee_remainder, nf.rint_ties_away, nf.rsqrt}
)  # fmt: skip
_OPERATORS: dict[np.ufunc, Callable[..., Any]] = {
    np.add: lambda _, x, y: x + y,
    np.subtract: lambda _, x, y: x - y,
    np.multiply: lambda _, x, y: x * y,
    np.negative: lambda _, x: -x,
    np.absolute: lambda _, x: abs(x),
}


def exact_table(c: Any) -> dict[np.ufunc, Callable[..., Any]]:
    """The formulas that have rational values, as functions of the numbers of the module c."""

    def bind(formula: Callable[..., Any]) -> Callable[..., Any]:
        def function(*xs: Any) -> Any:
            result = formula(c, *xs)  # a float may be 0, of 1 / inf
            return result if type(result) is Fraction else number(result)

        return function

    formulas = FORMULAS | _OPERATORS
    return {f: bind(formulas[f]) for f in formulas if f in _RATIONAL}
