# SPDX-License-Identifier: BSD-3-Clause
"""How far does one rounding into a format move a number of an interval?  Maxima of the tables."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats._array_formats import NUMPY_FLOATS, format_of
from numformats.analysis.bounds.rounding_tables import FIRST, LAST, error_tables, outward

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numformats import Format

    Floats = NDArray[np.float64]
    Interval = tuple[Floats, Floats]

__all__ = ["LocalRounding", "local_rounding"]

# NumPy's own functions of float16, float32 and float64 are tested by NumPy to 4 units in the last
# place (numpy/_core/tests/test_umath_accuracy.py); ours are correctly rounded.
_FUNCTION_FACTOR = 8.0  # half gaps


@dataclass(frozen=True, eq=False)
class LocalRounding:
    """The rounding errors of one format.

    `op` is "add" (everything else), "multiply", "load" (an operand is read) or "function" (of
    NumPy's floats).
    """

    format: Format
    dtype: np.dtype[Any]
    lowest: float
    largest: float
    smallest_normal: float
    levels: dict[str, list[Floats]]
    even: bool
    """Are all errors the same in both directions, and for both signs?"""
    function_factor: float

    @property
    def changes_operands(self) -> bool:
        """Are operands cut or flushed when they are read?"""
        return "load" in self.levels

    def alignment(self, x: Interval, y: Interval) -> Floats:
        """What a sum loses when its smaller term is cut at the scale of the larger."""
        f = self.format
        largest = np.maximum(
            np.maximum(np.abs(x[0]), np.abs(x[1])), np.maximum(np.abs(y[0]), np.abs(y[1]))
        )
        if f.family != "truncated" or f.cut != "align":
            return np.zeros_like(largest)
        scale = np.frexp(np.where(np.isfinite(largest), largest, 1.0))[1] - 1
        return np.where(np.isfinite(largest), np.ldexp(1.0, scale - f.compute_man), np.inf)

    def overflows(self, low: Floats, high: Floats) -> NDArray[np.bool_]:
        """May a number of the interval lie beyond the ends of the format?"""
        beyond = ~((low >= self.lowest) & (high <= self.largest))
        return beyond if self.format.zero else beyond | ((low <= 0) & (high >= 0))

    def errors(self, low: Floats, high: Floats, op: str = "add") -> Interval:
        """An enclosure of round(z) - z for all z of [low, high]; infinite where z may overflow."""
        return self.both(low, high, op)[0]

    def relative(self, low: Floats, high: Floats, op: str = "add") -> Floats:
        """A bound of |round(z) - z| / |z| for all z of [low, high]; infinite where z may be 0."""
        return self.both(low, high, op)[1]

    def both(self, low: Floats, high: Floats, op: str = "add") -> tuple[Interval, Floats]:
        """`errors` and `relative`."""
        levels = self.levels.get(op, self.levels["add"])
        size_low = np.maximum(np.maximum(low, -high), 0.0)
        five = _maxima(levels, size_low, np.maximum(np.abs(low), np.abs(high)))
        positive, negative = low >= 0, high <= 0
        if (positive | negative).all() or self.even:
            # Nothing is lost beyond the number itself.
            size = np.maximum(np.abs(low), np.abs(high))
            sides = [(np.minimum(five[i], size), five[i + 1]) for i in (0, 2)]
            if not (positive | negative).all():
                sides = [(np.maximum(*side), np.maximum(*side)) for side in sides]
        else:
            sides = [_side(levels, low, high, 0), _side(levels, -high, -low, 2)]
        (toward, away), (toward_mirrored, away_mirrored) = sides
        below = np.maximum(np.where(negative, 0.0, toward), np.where(positive, 0.0, away_mirrored))
        above = np.maximum(np.where(negative, 0.0, away), np.where(positive, 0.0, toward_mirrored))
        unit = five[4]
        if op == "function" and self.function_factor > 1:
            below = above = np.maximum(below, above) * self.function_factor
            unit = unit * self.function_factor
        beyond = self.overflows(low, high)
        known = (size_low > 0) & ~beyond
        errors = np.where(beyond, -np.inf, -below), np.where(beyond, np.inf, above)
        return errors, np.where(known, unit, np.inf)


def _side(levels: list[Floats], low: Floats, high: Floats, column: int) -> Interval:
    """Errors toward zero and away from it of the positive numbers of [low, high], or 0."""
    some = high > 0
    four = _maxima(levels, np.where(some, np.maximum(low, 0.0), 1.0), np.where(some, high, 1.0))
    toward = np.minimum(four[column], high)  # nothing is lost beyond the number itself
    return np.where(some, toward, 0.0), np.where(some, four[column + 1], 0.0)


def _maxima(levels: list[Floats], low: Floats, high: Floats) -> Floats:
    """The largest of each column over the binades of [low, high], 0 <= low <= high.

    levels[k][:, i] is the maximum over the binades i ... i + 2**k - 1: two of them cover a range.
    """
    last = _binade(high, closed=True)
    first = np.minimum(_binade(low, closed=False), last)
    level = np.frexp((last - first + 1).astype(np.float64))[1] - 1
    result = np.zeros((levels[0].shape[0], *low.shape))
    for k in np.unique(level):
        here = level == k
        table, left = levels[k], first[here]
        result[:, here] = np.maximum(table[:, left], table[:, last[here] - 2**k + 1])
    return result


def _binade(x: Floats, *, closed: bool) -> NDArray[np.int64]:
    """The place of the binade of x: (2**e, 2**(e+1)] if closed, else [2**e, 2**(e+1))."""
    fraction, exponent = np.frexp(np.where(np.isfinite(x), x, 1.0))
    e = exponent.astype(np.int64) - 1 - (closed & (fraction == 0.5))
    e = np.where(x <= 0, FIRST, np.where(np.isfinite(x), e, LAST))
    return np.clip(e, FIRST, LAST) - FIRST


@functools.cache
def local_rounding(dtype: np.dtype[Any]) -> LocalRounding:
    """The rounding of a dtype: a format, or float16, float32, float64; TypeError for others."""
    f = format_of(dtype, "the result")
    info = nf.finfo(f)
    levels = {}
    for op, errors in error_tables(f).items():
        levels[op] = [errors.columns()]
        while 2 ** len(levels[op]) <= LAST - FIRST + 1:
            last = levels[op][-1]
            step = 2 ** (len(levels[op]) - 1)
            levels[op].append(np.maximum(last[:, :-step], last[:, step:]))
    return LocalRounding(
        format=f,
        dtype=dtype,
        lowest=outward(Fraction(*info.lowest.as_integer_ratio()), 1),
        largest=outward(Fraction(*info.maxpos.as_integer_ratio()), -1),
        smallest_normal=outward(Fraction(*info.smallest_normal.as_integer_ratio()), 1),
        levels=levels,
        even=all(bool((columns[0][:4] == columns[0][0]).all()) for columns in levels.values()),
        function_factor=_FUNCTION_FACTOR if dtype.type in NUMPY_FLOATS else 1.0,
    )
