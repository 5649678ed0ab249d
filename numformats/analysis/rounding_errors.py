# SPDX-License-Identifier: BSD-3-Clause
"""How large can the error of one rounding be, for an array of exact results?

Exact results are known as intervals of float64, most of them points.  All bounds are rounded
upward: they are made of powers of two and differences, which float64 has or `up` makes larger.
"""

from __future__ import annotations

import functools
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats._limits import floor_log2
from numformats.analysis.magnitudes import Line, conversion_line, result_line
from numformats.analysis.segments import Segment
from numformats.analysis.units import segment_unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numformats.number_format import Format

    Floats = NDArray[np.float64]

__all__ = ["RoundingErrors", "at_least", "at_most", "errors_of", "up"]

_TINY = 2.0**-1074
_LARGEST = Fraction(float(np.finfo(np.float64).max))
_LEAST = Fraction(1, 1 << 1075)
_NEVER = 1 << 40  # the exponent of a gap that no multiple of anything need respect


def up(x: Any) -> Any:
    """The next float64 above each positive element; zeros stay: they are exact.

    >>> float(up(np.float64(1.0))) - 1
    2.220446049250313e-16
    """
    return np.where(np.asarray(x) == 0, 0.0, np.nextafter(x, np.inf))


def at_least(x: Fraction) -> float:
    """The least float64 that is not below x.

    >>> at_least(Fraction(1, 3)) > Fraction(1, 3) >= at_most(Fraction(1, 3))
    True
    """
    try:
        near = float(x)
    except OverflowError:
        near = np.inf if x > 0 else -np.inf
    return float(np.nextafter(near, np.inf)) if near < x else near


def at_most(x: Fraction) -> float:
    """The greatest float64 that is not above x."""
    return -at_least(-x)


# The last float64 of each binade; the exponent that np.frexp gives, + 1074, is its place here.
_BINADE_ENDS = np.ldexp(1 - 2.0**-53, np.arange(-1074, 1025))


class Side:
    """One side of 0, in tables over the exponents of float64."""

    def __init__(self, line: Line) -> None:
        self.limit, self.limit_is_out = at_most(line.limit), line.limit_is_out
        if self.limit != line.limit:
            self.limit_is_out = False  # what lies between the two float64 is out, too
        segments = [s for s in line.all_segments() if s.low <= _LARGEST and s.high >= _LEAST]
        if segments[0].low:  # all that is below float64 is one gap, of unknown turn
            segments.insert(0, Segment(Fraction(0), segments[0].low, segments[0].low))
        self.low = np.array([at_most(s.low) for s in segments])
        self.high = np.array([at_least(s.high) for s in segments])
        self.single = np.array([s.is_single for s in segments])
        turns = [_turns(line, s) for s in segments]
        self.turn_low = np.array([at_most(t[0]) for t in turns])
        self.turn_high = np.array([at_least(t[1]) for t in turns])
        self.tie_down = np.array([s.threshold is not None and s.tie_goes_down for s in segments])
        self.tie_up = np.array([s.threshold is not None and not s.tie_goes_down for s in segments])
        even = [s.low > 0 and s.threshold is None for s in segments]
        self.gap = np.array(
            [floor_log2(s.gap) if e else _NEVER for s, e in zip(segments, even, strict=True)]
        )
        worst = [
            max(b - s.low, s.low + s.gap - a) for s, (a, b) in zip(segments, turns, strict=True)
        ]
        self.worst = np.maximum([at_least(w) for w in worst], _TINY)
        self._by_exponent = np.searchsorted(self.low, _BINADE_ENDS, side="right") - 1
        self.has_zero = line.has_zero
        self.cuts = line.turn == 1 and line.turn_at_zero == 1
        self._units = np.array(
            [np.inf] + [at_least(segment_unit(s, line.turn)) for s in segments[1:]]
        )

    def error(self, t1: Floats, t2: Floats, quantum: NDArray[np.int64]) -> Floats:
        """The largest error of the magnitudes in [t1, t2], known to be multiples of 2**quantum."""
        last = self._places(t2)
        low = self.low[last]
        found = self._within(last, np.maximum(t1, low), t2, quantum)
        wide = t1 < low
        if np.any(wide):
            x1, x2, place, q = (a[wide] for a in np.broadcast_arrays(t1, t2, last, quantum))
            first = self._places(x1)
            lower = self._within(first, x1, np.minimum(x2, self.high[first]), q)
            # Worst errors do not fall from segment to segment: one stands for all between.
            between = np.where(place > first + 1, self.worst[np.maximum(place - 1, 0)], 0.0)
            found[wide] = np.maximum(found[wide], np.maximum(lower, between))
        found[self._is_out(t2)] = np.inf
        return found

    def _is_out(self, t: Floats) -> NDArray[np.bool_]:
        at_limit = (t == self.limit) & self.limit_is_out
        out: NDArray[np.bool_] = (t > self.limit) | at_limit | ~np.isfinite(t)
        return out

    def _places(self, t: Floats) -> NDArray[np.intp]:
        """The segments of magnitudes: one begins at most within a binade, at the least value."""
        place = self._by_exponent[np.frexp(t)[1] + 1074]
        place = np.where(t < self.low[place], place - 1, place)
        found: NDArray[np.intp] = np.where(t < self.low[1 if self.low.size > 1 else 0], 0, place)
        return found

    def unit(self, t: Floats) -> Floats:
        """The unit roundoff at magnitudes."""
        return np.where(self._is_out(t), np.inf, self._units[self._places(t)])

    def _within(self, place: Any, t1: Floats, t2: Floats, quantum: NDArray[np.int64]) -> Floats:
        """The same within one segment."""
        found = np.where(quantum >= self.gap[place], 0.0, self.worst[place])
        single = self.single[place] & (found > 0)
        if np.any(single):
            x1, x2, where = (a[single] for a in np.broadcast_arrays(t1, t2, place))
            found[single] = self._in_gap(where, x1, x2)
        return found

    def _in_gap(self, place: Any, t1: Floats, t2: Floats) -> Floats:
        """In a single gap: t - low for what is rounded down, high - t for what is rounded up."""
        low, high, worst = self.low[place], self.high[place], self.worst[place]
        turn_low, turn_high = self.turn_low[place], self.turn_high[place]
        tie = (t1 == t2) & (t1 == turn_low)
        goes_down = (t1 <= turn_high) & ~(tie & self.tie_up[place])
        goes_up = (t2 >= turn_low) & ~(tie & self.tie_down[place])
        down = np.where(goes_down, np.minimum(t2, turn_high) - low, 0.0)
        upward = np.where(goes_up, high - np.maximum(t1, turn_low), 0.0)
        is_value = (t1 == t2) & ((t2 == low) | (t2 == high))
        return np.where(is_value, 0.0, np.minimum(up(np.maximum(down, upward)), worst))


def _turns(line: Line, s: Any) -> tuple[Fraction, Fraction]:
    """Where in a segment rounding may begin to go up, and up to where it may go down."""
    if s.threshold is not None:
        return s.threshold, s.threshold
    if line.turn is None or (not s.low and line.turn_at_zero is None):
        return s.low, s.low + s.gap
    turn = s.low + line.turn * s.gap
    return turn, turn


class RoundingErrors:
    """Bounds of |rounded - exact| for results of operations, or of conversions, of one format."""

    def __init__(self, f: Format, *, conversion: bool = False) -> None:
        line = conversion_line if conversion else result_line
        above, below = line(f), line(f, negative=True)
        self.above = Side(above)
        self.below = self.above if below == above else Side(below)

    def bound(self, low: Floats, high: Floats, quantum: NDArray[np.int64]) -> Floats:
        """The largest error over low <= z <= high, z a multiple of 2**quantum; inf for NaN."""
        low, high, quantum = np.broadcast_arrays(low, high, quantum)
        with np.errstate(all="ignore"):
            if self.below is self.above:
                outer = np.maximum(np.abs(low), np.abs(high))
                inner = np.maximum(np.maximum(low, -high), 0.0)
                found = self.above.error(inner, outer, quantum)
            else:
                positive = self.above.error(np.maximum(low, 0.0), np.maximum(high, 0.0), quantum)
                negative = self.below.error(np.maximum(-high, 0.0), np.maximum(-low, 0.0), quantum)
                found = np.where(high > 0, positive, 0.0)
                found = np.maximum(found, np.where(low < 0, negative, 0.0))
        lost = np.isnan(low) | np.isnan(high)
        if not self.above.has_zero:
            lost |= (low <= 0) & (high >= 0)
        return np.where(lost, np.inf, found)

    def bound_of(self, x: Fraction) -> float:
        """The bound for one exact result."""
        low, high = np.array(at_most(x)), np.array(at_least(x))
        dyadic = x.denominator & (x.denominator - 1) == 0
        quantum = 1 - x.denominator.bit_length() if dyadic else -_NEVER
        return float(self.bound(low, high, np.array(quantum)))

    def worst_up_to(self, t: float) -> float:
        """The largest error of all magnitudes up to t."""
        sides = (self.above, self.below)
        places = [np.searchsorted(s.low, t, side="right") - 1 for s in sides]
        return float(max(s.worst[p] for s, p in zip(sides, places, strict=True)))


@functools.lru_cache(maxsize=256)
def errors_of(f: Format, *, conversion: bool = False) -> RoundingErrors:
    """The tables of a format, made once."""
    return RoundingErrors(f, conversion=conversion and f.family == "truncated")
