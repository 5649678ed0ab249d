# SPDX-License-Identifier: BSD-3-Clause
"""How do arrays of Python numbers compute?  50 digits, 70 digits, or exact fractions."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.analysis import numbers_exact
from numformats.analysis.algebra_base import Algebra, Parts, no_meaning, to_f64
from numformats.analysis.number_formulas import table
from numformats.analysis.numbers_exact import NotRationalError, exact_table
from numformats.analysis.numbers_gmpy2 import Gmpy2Numbers, is_installed
from numformats.analysis.numbers_mpmath import MpmathNumbers

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["Objects", "digits_algebra", "fraction_algebra", "mp_algebra"]

# The operators of Python's numbers, which NumPy calls itself.
_OPERATORS = frozenset({np.add, np.subtract, np.multiply, np.negative, np.absolute})


class Objects(Algebra):
    """Arrays of objects: numbers says how one is made, the table what a ufunc does to some.

    digits: of decimal, None for exact numbers.  They know one zero, without a sign, as real
    numbers do.
    """

    def __init__(
        self, digits: int | None, numbers: Any, functions: dict[np.ufunc, Callable[..., Any]]
    ) -> None:
        self.digits, self.numbers, self.exact = digits, numbers, digits is None
        self.name = "exact" if digits is None else f"{digits} digits"
        self._number = np.frompyfunc(numbers.number, 1, 1)
        self._functions = {f: np.frompyfunc(g, f.nin, 1) for f, g in functions.items()}
        self._zero: Any = self.lift(0)[0][()]

    def lift(self, plain: Any) -> Parts:
        """The numbers of an array; of more digits than these have, rounded.  No complex ones."""
        plain = np.asarray(plain)
        if plain.dtype.kind not in "biufO" and not hasattr(plain.dtype.type, "as_integer_ratio"):
            raise TypeError(f"dtype {plain.dtype} holds no real numbers")
        out = np.empty(plain.shape, dtype=object)
        with np.errstate(all="ignore"), self.numbers.working():
            out[...] = self._number(plain.astype(object))
        return (out,)

    def ufunc(self, f: np.ufunc, *xs: Parts) -> Parts:
        """From the table, or by the operators of the numbers."""
        operands = [x[0] for x in xs]
        function = self._functions.get(f, f if f in _OPERATORS else None)
        if function is None:
            raise no_meaning(f, self.name, "has no exact value" if self.exact else "has no meaning")
        try:
            with np.errstate(all="ignore"), self.numbers.working():
                return (_as_objects(function(*operands)),)
        except NotRationalError:
            raise no_meaning(f, self.name, "has no exact value") from None

    def sum(self, x: Parts, axis: int | tuple[int, ...] | None, keepdims: bool) -> Parts:
        """One after the other, in so many digits."""
        with self.numbers.working():
            total: Any = np.sum(x[0], axis=axis, keepdims=bool(keepdims), initial=self._zero)
        return (_as_objects(total),)

    def cumsum(self, x: Parts, axis: int | None) -> Parts:
        """One after the other."""
        with self.numbers.working():
            return (np.cumsum(x[0], axis=axis),)

    def matmul(self, x: Parts, y: Parts) -> Parts:
        """Sums of products, one after the other; an empty sum is 0."""
        with self.numbers.working():
            product = _as_objects(np.matmul(x[0], y[0]))
        if x[0].shape[-1] == 0:
            product = np.full(product.shape, self._zero, dtype=object)
        return (product,)

    def keys(self, *xs: Parts) -> list[NDArray[Any]]:
        """The numbers themselves; where one is NaN, their ranks among all of them."""
        whole = np.concatenate([x[0].ravel() for x in xs])
        is_nan = (whole != whole).astype(bool)  # noqa: PLR0124
        if not is_nan.any():
            return [x[0] for x in xs]
        ranks = np.full(whole.shape, np.nan)
        ranks[~is_nan] = np.unique(whole[~is_nan], return_inverse=True)[1]
        ends = np.cumsum([x[0].size for x in xs])[:-1]
        return [r.reshape(x[0].shape) for r, x in zip(np.split(ranks, ends), xs, strict=True)]

    def face(self, x: Parts) -> NDArray[np.float64]:
        """Rounded; what is beyond the range of float64 is its largest or smallest number."""
        plain, ends = self.f64(x), np.finfo(np.float64)
        far = np.isinf(plain) & (abs(x[0]) != np.inf)
        near = (plain == 0) & (x[0] != 0)
        if far.any() or near.any():
            sign = np.where((x[0] < 0).astype(bool), -1.0, 1.0)
            plain = np.where(far, sign * ends.max, plain)
            plain = np.where(near, sign * ends.smallest_subnormal, plain)
        return plain

    def f64(self, x: Parts) -> NDArray[np.float64]:
        """Rounded; a zero is +0."""
        with self.numbers.working():
            return to_f64(x[0]) + 0.0


def _as_objects(a: Any) -> NDArray[np.object_]:
    if isinstance(a, np.ndarray):
        return a
    out = np.empty((), dtype=object)
    out[()] = a
    return out


def mp_algebra(digits: int = 50) -> Objects:
    """Numbers of so many decimal digits by mpmath, whatever else is installed."""
    numbers = MpmathNumbers(digits)
    return Objects(digits, numbers, table(numbers))


def digits_algebra(digits: int = 50) -> Objects:
    """Numbers of so many decimal digits, by gmpy2 where it is installed, else by mpmath."""
    if not is_installed():
        return mp_algebra(digits)
    numbers = Gmpy2Numbers(digits)
    return Objects(digits, numbers, table(numbers))


def fraction_algebra() -> Objects:
    """Exact fractions: for + - * / and what else keeps numbers rational."""
    numbers = sys.modules[numbers_exact.__name__]
    return Objects(None, numbers, exact_table(numbers))
