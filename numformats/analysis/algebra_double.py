# SPDX-License-Identifier: BSD-3-Clause
"""How do arrays compute in twice the precision of float64?  In the core, or in decimal digits."""

from __future__ import annotations

import functools
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.analysis.algebra_base import Algebra, Parts, no_meaning, to_f64
from numformats.analysis.algebra_float64 import WITHOUT_MEANING, Float64
from numformats.analysis.algebra_objects import digits_algebra
from numformats.analysis.double_double_blocks import (
    BLOCKS,
    COMPARISONS,
    Pair,
    cumsum,
    matmul,
    total,
)
from numformats.analysis.number_formulas import FORMULAS, exact_ratio

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from numformats.analysis.algebra_objects import Objects

__all__ = ["DoubleDouble", "is_in_range"]

SURE_DIGITS = 40  # 133 bits where a pair has 106
_PI = np.array(np.pi), np.array(float.fromhex("0x1.1a62633145c07p-53"))
# What the core does not name.
FUNCTIONS: dict[np.ufunc, Callable[..., Pair]] = BLOCKS | {
    np.conjugate: BLOCKS[np.positive],
    nf.arctan2pi: lambda y, x: BLOCKS[np.divide](BLOCKS[np.arctan2](y, x), _PI),
}
_ONE_DOUBLE = frozenset("?bBhHiIefd")  # NumPy's dtypes whose numbers are doubles
_LONG_IS_LONGER = np.finfo(np.longdouble).nmant >= 63  # bits: of 64-bit formats, too


def is_in_range(dtype: np.dtype[Any]) -> bool:
    """Can pairs be the truth of a format?  Not with 12 bits of exponent or more.

    >>> is_in_range(nf.posit64.dtype), is_in_range(nf.Float(12, 40).dtype)
    (True, False)
    """
    if dtype.char in _ONE_DOUBLE or dtype.kind in "iu":
        return True
    if dtype.char == "g":
        return np.finfo(dtype).maxexp <= 1024
    info = nf.finfo(dtype)
    return bool(info.smallest_exponent >= -1074 and info.largest_exponent < 1024)


@functools.cache
def _is_one_double(dtype: np.dtype[Any]) -> bool:
    """Is every number of the dtype a double?  Of a format a safe cast says it; of int64 it lies."""
    if dtype.char in _ONE_DOUBLE:
        return True
    return dtype.kind not in "iuO" and dtype.char != "g" and np.can_cast(dtype, np.float64)


class DoubleDouble(Algebra):
    """Pairs of float64: 106 bits, in the core (double_double_blocks.py).

    Numbers below 2**-968 have absolute errors of 2**-1075; beyond 2**1024 they are infinite.
    """

    name, digits, count = "double", 31, 2

    def __init__(self) -> None:
        self._plain = Float64()

    @functools.cached_property
    def _sure(self) -> Objects:
        return digits_algebra(SURE_DIGITS)

    def lift(self, plain: Any) -> Parts:
        """The numbers of an array, exactly: those of 64-bit formats and integers, too."""
        plain = np.asarray(plain)
        high = to_f64(plain)
        if _is_one_double(plain.dtype):
            return high, np.zeros_like(high)
        with np.errstate(all="ignore"):
            if plain.dtype != object and _LONG_IS_LONGER:
                low = plain.astype(np.longdouble) - high
            else:
                low = _differences(plain.astype(object), high)
            return high, np.where(np.isfinite(high), low, 0.0).astype(np.float64)

    def ufunc(self, f: np.ufunc, *xs: Parts) -> Parts:
        """In the core; what that has not, in decimal digits."""
        if f in FUNCTIONS:
            return FUNCTIONS[f](*xs)
        if f in WITHOUT_MEANING or f not in FORMULAS:
            raise no_meaning(f, self.name, "has no meaning")
        shape = np.broadcast_shapes(*(x[0].shape for x in xs))
        flat = [_pair(x, lambda p: np.broadcast_to(p, shape).reshape(-1)) for x in xs]
        with np.errstate(all="ignore"):
            high, low = self._in_decimals(f, flat)
            plain = self._plain.ufunc(f, *((x[0],) for x in flat))[0]
            special = ((high == 0) | ~np.isfinite(high)) & ((plain == 0) | ~np.isfinite(plain))
            high, low = np.where(special, plain, high), np.where(special, 0.0, low)
        return high.reshape(shape), low.reshape(shape)

    def _in_decimals(self, f: np.ufunc, xs: list[Pair]) -> Pair:
        sure = self._sure
        operands = [sure.ufunc(np.add, sure.lift(x[0]), sure.lift(x[1])) for x in xs]
        result = sure.ufunc(f, *operands)
        high = sure.f64(result)
        rest = sure.ufunc(np.subtract, result, sure.lift(high))
        return high, np.where(np.isfinite(high), sure.f64(rest), 0.0)

    def sum(self, x: Parts, axis: int | tuple[int, ...] | None, keepdims: bool) -> Parts:
        """In pairs."""
        ndim = x[0].ndim
        axes = range(ndim) if axis is None else np.atleast_1d(axis)
        first = sorted(int(a) % ndim for a in axes)
        order = [*first, *(i for i in range(ndim) if i not in first)]
        kept = [x[0].shape[i] for i in order[len(first) :]]
        rows = int(np.prod([x[0].shape[i] for i in first], dtype=int))
        added = total(_pair(x, lambda p: np.transpose(p, order).reshape(rows, *kept)), 0)
        shape = [1 if i in first else n for i, n in enumerate(x[0].shape)] if keepdims else kept
        return _pair(added, lambda p: p.reshape(shape))

    def cumsum(self, x: Parts, axis: int | None) -> Parts:
        """One by one."""
        if axis is None:
            return cumsum(_pair(x, np.ravel), 0)
        return cumsum((x[0], x[1]), axis % x[0].ndim)

    def matmul(self, x: Parts, y: Parts) -> Parts:
        """Product by product."""
        rows = _pair(x, lambda p: p[None, :] if p.ndim == 1 else p)
        columns = _pair(y, lambda p: p[:, None] if p.ndim == 1 else p)
        if rows[0].shape[-1] != columns[0].shape[-2]:
            raise ValueError(f"matmul: {x[0].shape} and {y[0].shape} do not match")
        product = matmul(rows, columns)
        product = _at(product, (..., 0, slice(None))) if x[0].ndim == 1 else product
        return _at(product, (..., 0)) if y[0].ndim == 1 else product

    def keys(self, *xs: Parts) -> list[NDArray[Any]]:
        """High parts as real parts, low ones as imaginary: NumPy sorts complex numbers so."""
        found = []
        for x in xs:
            key = np.empty(x[0].shape, dtype=np.complex128)
            key.real, key.imag = x
            found.append(key)
        return found

    def compare(self, f: np.ufunc, x: Parts, y: Parts) -> NDArray[np.bool_]:
        """By high parts, and by low parts where these are equal."""
        return COMPARISONS[f]((x[0], x[1]), (y[0], y[1]))


def _pair(x: Parts, change: Callable[[NDArray[Any]], NDArray[Any]]) -> Pair:
    """The same change of both arrays."""
    return change(x[0]), change(x[1])


def _at(x: Parts, place: Any) -> Pair:
    """The same elements of both arrays."""
    return x[0][place], x[1][place]


def _difference(value: Any, high: float) -> float:
    return float(exact_ratio(value) - Fraction(high)) if abs(high) < float("inf") else 0.0


_differences = np.frompyfunc(_difference, 2, 1)
