# SPDX-License-Identifier: BSD-3-Clause
"""What must an arithmetic do to be the truth of a traced program?

An algebra holds numbers as a few arrays of one shape (the parts of a traced value) and says what
ufuncs, sums and products do to them.  Float64, DoubleDouble and Objects are the ones there are.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from numformats.tracing.value import TraceError, user_line

__all__ = ["COMPARISONS", "Algebra", "Parts", "no_meaning", "to_f64"]

Parts: TypeAlias = tuple[NDArray[Any], ...]

COMPARISONS = frozenset(
    {np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal}
)


def _float(x: Any) -> float:
    try:
        return float(x)
    except OverflowError:  # Fractions and Python's ints
        return float("inf") if x > 0 else float("-inf")


_floats = np.frompyfunc(_float, 1, 1)


def to_f64(a: Any) -> NDArray[np.float64]:
    """An array (of formats, of Python numbers) rounded to float64, to infinity if too large."""
    a = np.asarray(a)
    with np.errstate(all="ignore"):
        return np.asarray(_floats(a) if a.dtype == object else a, dtype=np.float64)


def no_meaning(f: Any, algebra: str, reason: str) -> TraceError:
    """The error of a function that an algebra cannot do, with file and line of the user's code."""
    name, line = user_line()
    place = f"{name.rsplit('/', 1)[-1]}:{line}: " if line else ""
    module = "np" if getattr(np, f.__name__, None) is f else "nf"
    return TraceError(f"{place}{module}.{f.__name__} {reason} in the reference ({algebra})")


class Algebra(ABC):
    """An arithmetic on arrays: how numbers are held, and what functions do to them."""

    name: str  # "float64", "double", "50 digits", "exact"
    digits: int | None  # correct decimal digits of a result; None: all
    count: int = 1  # arrays to a number
    exact: bool = False  # no result is ever rounded

    @abstractmethod
    def lift(self, plain: Any) -> Parts:
        """The numbers of an array (of NumPy's dtypes, of formats, of Python numbers), exactly."""

    @abstractmethod
    def ufunc(self, f: np.ufunc, *xs: Parts) -> Parts:
        """A ufunc with one number-valued result; TraceError names what has no meaning here."""

    @abstractmethod
    def sum(self, x: Parts, axis: int | tuple[int, ...] | None, keepdims: bool) -> Parts:
        """As numpy.sum."""

    @abstractmethod
    def cumsum(self, x: Parts, axis: int | None) -> Parts:
        """As numpy.cumsum."""

    @abstractmethod
    def matmul(self, x: Parts, y: Parts) -> Parts:
        """As numpy.matmul, of operands with one dimension or more."""

    @abstractmethod
    def keys(self, *xs: Parts) -> list[NDArray[Any]]:
        """One array for each value: they sort as the numbers do, also against each other."""

    def key(self, x: Parts) -> NDArray[Any]:
        """One array that sorts as the numbers do, NaN last."""
        return self.keys(x)[0]

    def compare(self, f: np.ufunc, x: Parts, y: Parts) -> NDArray[np.bool_]:
        """One of the six comparisons."""
        with np.errstate(all="ignore"):
            return np.asarray(f(x[0], y[0]), dtype=bool)

    def face(self, x: Parts) -> NDArray[np.float64]:
        """Float64 numbers of the same class: only what is infinite, NaN or 0 looks like it."""
        return self.f64(x)

    def f64(self, x: Parts) -> NDArray[np.float64]:
        """The numbers rounded to float64."""
        return to_f64(x[0])
