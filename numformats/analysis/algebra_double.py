# SPDX-License-Identifier: BSD-3-Clause
"""How do arrays compute in twice the precision of float64?  In pairs, what is odd in decimals."""

from __future__ import annotations

import functools
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.analysis.algebra_base import Algebra, Parts, no_meaning, to_f64
from numformats.analysis.algebra_float64 import WITHOUT_MEANING, Float64
from numformats.analysis.algebra_objects import digits_algebra
from numformats.analysis.double_double import EXACT, FUNCTIONS, PI
from numformats.analysis.number_formulas import FORMULAS, exact_ratio
from numformats.analysis.pairs import (
    Pair,
    absolute,
    copysign,
    multiply,
    reciprocal,
    subtract,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from numformats.analysis.algebra_objects import Objects

__all__ = ["DoubleDouble", "is_in_range"]

BLOCK = 4096  # elements whose intermediate arrays stay in the cache
TERMS = 1 << 16  # products of a matrix product at a time
SURE_DIGITS = 40  # 133 bits where a pair has 106
LEAST, LARGEST = 2.0**-960, 2.0**990  # between them no formula in pairs over- or underflows
LONGEST_POWER = 64  # x**n of more is exp(n log(x))
HALF_TURN = {np.arctan2: PI, nf.arctan2pi: (1.0, 0.0)}
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


class DoubleDouble(Algebra):
    """Pairs of float64: 106 bits, at some ten array operations each.

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
        if plain.dtype.char in _ONE_DOUBLE:
            return high, np.zeros_like(high)
        with np.errstate(all="ignore"):
            if plain.dtype != object and _LONG_IS_LONGER:
                low = plain.astype(np.longdouble) - high
            else:
                low = _differences(plain.astype(object), high)
            return high, np.where(np.isfinite(high), low, 0.0).astype(np.float64)

    def ufunc(self, f: np.ufunc, *xs: Parts) -> Parts:
        """In pairs, block by block; what is out of the ordinary in decimal digits."""
        if f in WITHOUT_MEANING or not (f in FUNCTIONS or f in FORMULAS):
            raise no_meaning(f, self.name, "has no meaning")
        shape = np.broadcast_shapes(*(x[0].shape for x in xs))
        flat = [_pair(x, lambda p: np.broadcast_to(p, shape).reshape(-1)) for x in xs]
        size = flat[0][0].size
        high, low = np.empty(size), np.empty(size)
        with np.errstate(all="ignore"):
            for start in range(0, size, BLOCK):
                part = slice(start, start + BLOCK)
                block = [(x[0][part], x[1][part]) for x in flat]
                high[part], low[part] = self._block(f, block)
        return high.reshape(shape), low.reshape(shape)

    def _block(self, f: np.ufunc, xs: list[Pair]) -> Pair:
        """The formula, and a second look at results that it may have spoilt."""
        high, low = self._formula(f, xs)
        if f in EXACT:
            odd = (high == 0) | ~np.isfinite(high)
        else:
            odd = ~_is_ordinary(high)
            for x in xs:
                odd |= ~(_is_ordinary(x[0]) | (x[0] == 0))
        if odd.any():
            high, low = np.array(high), np.array(low)
            high[odd], low[odd] = self._look_again(
                f, [_at(x, odd) for x in xs], high[odd], low[odd]
            )
        return high, low

    def _formula(self, f: np.ufunc, xs: list[Pair]) -> Pair:
        if f in {np.power, np.float_power}:
            exponent = _small_exponent(xs[1])
            if exponent is not None:
                return _integer_power(xs[0], exponent)
        if f in HALF_TURN:
            return self._arctan2(f, *xs)
        return FUNCTIONS[f](*xs) if f in FUNCTIONS else self._in_decimals(f, xs)

    def _arctan2(self, f: np.ufunc, y: Pair, x: Pair) -> Pair:
        """Of the first quadrant in decimal digits, of others by the signs: of zeros, too."""
        size = self._in_decimals(f, [absolute(y), absolute(x)])
        half_turn = tuple(np.full_like(x[0], part) for part in HALF_TURN[f])
        beyond = np.signbit(x[0])
        turned = subtract((half_turn[0], half_turn[1]), size)
        pair = np.where(beyond, turned[0], size[0]), np.where(beyond, turned[1], size[1])
        return copysign(pair, y)

    def _look_again(
        self, f: np.ufunc, xs: list[Pair], high: NDArray[np.float64], low: NDArray[np.float64]
    ) -> Pair:
        """Infinite, NaN and zero as in float64, with its signs; the rest in decimal digits."""
        plain = self._plain.ufunc(f, *((x[0],) for x in xs))[0]
        special = ((high == 0) | ~np.isfinite(high)) & ((plain == 0) | ~np.isfinite(plain))
        high, low = np.where(special, plain, high), np.where(special, 0.0, low)
        rest = ~special
        if f in FUNCTIONS and rest.any():
            high[rest], low[rest] = self._in_decimals(f, [_at(x, rest) for x in xs])
        return high, low

    def _in_decimals(self, f: np.ufunc, xs: list[Pair]) -> Pair:
        sure = self._sure
        operands = [sure.ufunc(np.add, sure.lift(x[0]), sure.lift(x[1])) for x in xs]
        result = sure.ufunc(f, *operands)
        high = sure.f64(result)
        rest = sure.ufunc(np.subtract, result, sure.lift(high))
        return high, np.where(np.isfinite(high), sure.f64(rest), 0.0)

    def sum(self, x: Parts, axis: int | tuple[int, ...] | None, keepdims: bool) -> Parts:
        """By halves."""
        ndim = x[0].ndim
        axes = range(ndim) if axis is None else np.atleast_1d(axis)
        first = sorted(int(a) % ndim for a in axes)
        order = [*first, *(i for i in range(ndim) if i not in first)]
        kept = [x[0].shape[i] for i in order[len(first) :]]
        rows = int(np.prod([x[0].shape[i] for i in first], dtype=int))
        total = _pair(x, lambda p: np.transpose(p, order).reshape(rows, *kept))
        while len(total[0]) > 1:
            half = len(total[0]) // 2
            pairs = (_at(total, slice(half)), _at(total, slice(half, 2 * half)))
            added, rest = self.ufunc(np.add, *pairs), _at(total, slice(2 * half, None))
            total = (np.concatenate([added[0], rest[0]]), np.concatenate([added[1], rest[1]]))
        shape = [1 if i in first else n for i, n in enumerate(x[0].shape)] if keepdims else kept
        return _pair(total, lambda p: np.asarray(p[0] if len(p) else np.zeros(kept)).reshape(shape))

    def cumsum(self, x: Parts, axis: int | None) -> Parts:
        """Hillis and Steele's: log2(n) additions of arrays."""
        place = 0 if axis is None else axis
        total = _pair(x, lambda p: p.ravel() if axis is None else np.moveaxis(p, place, 0))
        step = 1
        while step < len(total[0]):
            earlier, later = _at(total, slice(None, -step)), _at(total, slice(step, None))
            added, first = self.ufunc(np.add, later, earlier), _at(total, slice(step))
            total = (np.concatenate([first[0], added[0]]), np.concatenate([first[1], added[1]]))
            step *= 2
        return _pair(total, lambda p: np.moveaxis(p, 0, place).copy())

    def matmul(self, x: Parts, y: Parts) -> Parts:
        """All products of a strip of terms, their sums, and the sums of strips."""
        rows = _pair(x, lambda p: p[None, :] if p.ndim == 1 else p)
        columns = _pair(y, lambda p: p[:, None] if p.ndim == 1 else p)
        batch = np.broadcast_shapes(rows[0].shape[:-2], columns[0].shape[:-2])
        shape = (*batch, rows[0].shape[-2], columns[0].shape[-1])
        length = rows[0].shape[-1]
        if columns[0].shape[-2] != length:
            raise ValueError(f"matmul: {x[0].shape} and {y[0].shape} do not match")
        total: Parts = (np.zeros(shape), np.zeros(shape))
        strip = max(1, TERMS // max(1, int(np.prod(shape))))
        for start in range(0, length, strip):
            terms = slice(start, start + strip)
            left = _at(rows, (..., slice(None), terms, None))
            right = _at(columns, (..., None, terms, slice(None)))
            part = self.sum(self.ufunc(np.multiply, left, right), -2, keepdims=False)
            total = part if start == 0 else self.ufunc(np.add, total, part)
        total = _at(total, (..., 0, slice(None))) if x[0].ndim == 1 else total
        return _at(total, (..., 0)) if y[0].ndim == 1 else total

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
        with np.errstate(all="ignore"):
            return np.asarray(f(*self.keys(x, y)), dtype=bool)


def _pair(x: Parts, change: Callable[[NDArray[Any]], NDArray[Any]]) -> Pair:
    """The same change of both arrays."""
    return change(x[0]), change(x[1])


def _at(x: Parts, place: Any) -> Pair:
    """The same elements of both arrays."""
    return x[0][place], x[1][place]


def _is_ordinary(high: NDArray[np.float64]) -> NDArray[np.bool_]:
    size = np.abs(high)
    return np.asarray((size >= LEAST) & (size <= LARGEST))


def _difference(value: Any, high: float) -> float:
    return float(exact_ratio(value) - Fraction(high)) if abs(high) < float("inf") else 0.0


_differences = np.frompyfunc(_difference, 2, 1)


def _small_exponent(y: Pair) -> int | None:
    """The whole number that all exponents are, if it is small."""
    first = y[0].flat[0] if y[0].size else 0.0
    same = (y[0] == first).all() and not y[1].any()
    return int(first) if same and first == np.rint(first) and abs(first) <= LONGEST_POWER else None


def _integer_power(x: Pair, n: int) -> Pair:
    """By squares and products."""
    result: Pair = (np.ones_like(x[0]), np.zeros_like(x[0]))
    for bit in f"{abs(n):b}":
        result = multiply(result, result)
        result = multiply(result, x) if bit == "1" else result
    return reciprocal(result) if n < 0 else result
