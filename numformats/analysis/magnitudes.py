# SPDX-License-Identifier: BSD-3-Clause
"""Where are the values of a format, and where between two of them does rounding turn upward?

The magnitudes of a format are cut into segments.  In each of them the values stand at one distance,
the gap, and a number between two neighbours goes to the lower one up to a threshold: half of the
gap when rounding to nearest, all of it toward zero.  Where exponent bits of a posit are cut off, a
segment is a single gap, whose threshold is the geometric mean of its ends; below the least value
lies the single gap from 0.  What overflows, saturates or wraps is beyond the limits.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from numformats._limits import floor_log2
from numformats.analysis.segments import Segment, fixed, floats, tapered, two
from numformats.format_info import finfo

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numformats.number_format import Format

__all__ = ["Line", "Turn", "conversion_line", "result_line"]

# The part of a gap up to which a magnitude is rounded down; None: either neighbour may be taken.
Turn = Fraction | None
_HALF, _ALL, _NOTHING = Fraction(1, 2), Fraction(1), Fraction(0)

# For each rounding: its turns above and below 0, and whether a tie leaves the last value there;
# None where the parity of its code decides.
_TURNS: dict[str, tuple[Turn, Turn, bool | None, bool | None]] = {
    "nearest_even": (_HALF, _HALF, None, None),
    "nearest_away": (_HALF, _HALF, True, True),
    "nearest_zero": (_HALF, _HALF, False, False),
    "nearest_positive": (_HALF, _HALF, True, False),
    "nearest_negative": (_HALF, _HALF, False, True),
    "toward_zero": (_ALL, _ALL, True, True),
    "toward_positive": (_NOTHING, _ALL, False, True),
    "toward_negative": (_ALL, _NOTHING, True, False),
    "to_odd": (None, None, False, False),
    "stochastic": (None, None, False, False),
}


@dataclass(frozen=True)
class Line:
    """The magnitudes of a format on one side of 0 and how numbers between them are rounded."""

    segments: tuple[Segment, ...]
    """In ascending order, without the gap from 0 to `least`."""
    least: Fraction
    """The least positive value that a result has."""
    turn: Turn
    """Of every gap that does not have a threshold of its own."""
    turn_at_zero: Turn
    """Of the gap from 0 to `least`: 0 where nothing is rounded to 0, 1 where all of it is."""
    limit: Fraction
    """Results beyond it have no bound: they overflow, saturate or wrap."""
    limit_is_out: bool
    """Is a result at the limit itself already one of them?"""
    has_zero: bool

    def all_segments(self) -> tuple[Segment, ...]:
        """The gap from 0 to the least value, then the others."""
        turn = self.turn_at_zero
        threshold = None if turn is None else turn * self.least
        return (Segment(_NOTHING, self.least, self.least, threshold), *self.segments)


def _from(least: Fraction, segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """The segments from the least value on."""
    above = (s for s in segments if s.high > least)
    return tuple(s if s.low >= least else replace(s, low=least, shape=None) for s in above)


def _limits(last: Fraction, gap: Fraction, turn: Turn, *, leaves: bool) -> tuple[Fraction, bool]:
    """The limit above the last value, and whether it is out."""
    limit = last if turn is None else last + turn * gap
    return limit, limit > last and leaves


@functools.cache
def conversion_line(f: Format, *, negative: bool = False) -> Line:
    """The line of conversions into f on one side; of results, too, but in truncated floats."""
    info = finfo(f)
    least, most = (Fraction(*x.as_integer_ratio()) for x in (info.minpos, info.maxpos))
    if f.is_tapered:
        # posits and takums are never rounded to 0, and beyond the last value is saturation
        segments = _from(least, tapered(f))
        return Line(segments, least, _HALF, _NOTHING, most, False, True)
    above, below, leaves_above, leaves_below = _TURNS[f.rounding]
    turn, leaves = (below, leaves_below) if negative else (above, leaves_above)
    last = info.lowest if negative else info.maxpos
    end = abs(Fraction(*last.as_integer_ratio())) if f.is_signed or not negative else _NOTHING
    segments = tuple(fixed(f, end) if f.family == "fixed" else floats(f, f.man, floor_log2(most)))
    gap = segments[-1].gap if end and segments else least
    if leaves is None:
        leaves = bool(last.bits & 1) and bool(end)
    limit, out = _limits(end, gap, turn, leaves=leaves)
    if not f.zero and f.family == "float":  # E8M0: nothing but positive numbers
        return Line(segments, least, turn, _NOTHING, _NOTHING if negative else limit, out, False)
    return Line(segments, least, turn, turn, limit, out, True)


@functools.cache
def result_line(f: Format, *, negative: bool = False) -> Line:
    """The line of results of operations on one side of 0."""
    line = conversion_line(f, negative=negative)
    if f.family != "truncated":
        return line
    normal = two(1 - f.bias)
    if f.cut in {"result", "rounded"}:
        line = _cut_line(f, line)
    if not f.ftz:
        return line
    # What is below the smallest normal number is flushed; a carry into it has a smaller error.
    kept = tuple(s for s in line.segments if s.low >= normal)
    return Line(kept, normal, line.turn, _ALL, line.limit, line.limit_is_out, True)


def _cut_line(f: Format, store: Line) -> Line:
    """The line where fraction bits of each result are cut, or masked after rounding."""
    most = store.segments[-1].high
    last = floor_log2(most) - 1
    if f.cut == "result":
        segments = tuple(floats(f, f.compute_man, last))
        return Line(segments, store.least, _ALL, _ALL, most, True, True)
    # Masked: down to the next multiple, but for the last half unit, which is rounded up before.
    turn = 1 - Fraction(1, 2 << (f.man - f.compute_man))
    segments = tuple(floats(f, f.compute_man, last, masked=True))
    least = two(1 - f.bias - f.compute_man)
    return Line(segments, least, turn, turn, store.limit, store.limit_is_out, True)
