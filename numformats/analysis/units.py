# SPDX-License-Identifier: BSD-3-Clause
"""Which relative error has one rounding, over a range of magnitudes?

Two numbers answer it.  The least u with |fl(x) - x| <= u |x| for all x of the range is what
`u_of_range` returns; where values have f fraction bits and are rounded to nearest it is
v / (1 + v) with v = 2**-(f + 1).  That v is the unit roundoff of the textbooks, the largest error
in units of the power of two below x (`unit_roundoff`); bounds of computations are written in it.
Proved, for tapered formats at every scale: proofs/coq/Tapered.v, proofs/coq/Takums.v.
"""

from __future__ import annotations

import functools
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from numformats._limits import floor_log2
from numformats.analysis.magnitudes import Line, Turn, result_line
from numformats.analysis.problems import NoBoundError
from numformats.analysis.segments import Segment, two
from numformats.oracle.values import exact_value

if TYPE_CHECKING:
    from numformats.number_format import Format

__all__ = ["floor_of_precision", "range_of", "segment_unit", "u_of_range_of", "unit_roundoff"]


def u_of_range_of(f: Format, lo: Any = None, hi: Any = None) -> Fraction:
    """The least u, exactly; `u_of_range` rounds it upward."""
    f = _one_rounding(f)
    first, last = range_of(f, lo, hi)
    sides = (False, True) if f.is_signed else (False,)
    return max(_relative(result_line(f, negative=side), first, last) for side in sides)


def unit_roundoff(f: Format, lo: Any = None, hi: Any = None) -> Fraction:
    """The textbooks' unit roundoff of results of a format, over a range of magnitudes.

    Errors as for `u_of_range`.

    >>> import numformats as nf
    >>> [unit_roundoff(T.format) for T in (nf.binary16, nf.mlu32, nf.bposit32)] == [
    ...     Fraction(1, 2**11), Fraction(1, 2**20), Fraction(1, 2**21)]
    True
    >>> unit_roundoff(nf.posit32.format, 2**-4, 15.9) == Fraction(1, 2**28)
    True
    """
    if lo is None and hi is None:
        return _whole_unit(f)
    return _unit_within(_one_rounding(f), *range_of(_one_rounding(f), lo, hi))


@functools.cache
def _whole_unit(f: Format) -> Fraction:
    """That of all normal results."""
    f = _one_rounding(f)
    return _unit_within(f, *range_of(f, None, None))


def _unit_within(f: Format, first: Fraction, last: Fraction) -> Fraction:
    line = result_line(f)
    other = result_line(f, negative=True) if f.is_signed else line
    found = Fraction(0)
    for side in (line, other):
        inside = [s for s in side.segments if s.low <= last and s.high > first]
        shapes = {s.shape: s for s in inside if s.shape is not None}
        unlike = [s for s in inside if s.shape is None]
        found = max([found, *(segment_unit(s, side.turn) for s in (*shapes.values(), *unlike))])
    return found


def range_of(f: Format, lo: Any, hi: Any) -> tuple[Fraction, Fraction]:
    """The range as fractions, by default that of all normal results; NoBoundError where none is."""
    line = result_line(f)
    if lo is None and hi is None:
        return _whole_range(f, line)
    if lo is None or hi is None:
        msg = f"lo={lo!r}, hi={hi!r}: give both ends of the range or none"
        raise ValueError(msg)
    first, last = _end("lo", lo), _end("hi", hi)
    if not 0 <= first <= last:
        msg = f"lo={lo!r}, hi={hi!r}: must be 0 <= lo <= hi, they are magnitudes"
        raise ValueError(msg)
    if first < line.least:
        what = "0 and " if first == 0 else ""
        where = "to it" if line.turn_at_zero == 0 else "to 0 or to it"
        msg = (
            f"{f} has no relative bound from lo={lo!r}: the range has {what}numbers below the "
            f"least result {float(line.least):.6g}, which are rounded {where}"
        )
        raise NoBoundError(msg)
    limits = [line] + [result_line(f, negative=True)] * f.is_signed
    if any(last > s.limit or (last == s.limit and s.limit_is_out) for s in limits):
        msg = (
            f"{f} has no relative bound up to hi={hi!r}: results overflow or saturate beyond "
            f"{float(min(s.limit for s in limits)):.6g}"
        )
        raise NoBoundError(msg)
    return first, last


def floor_of_precision(f: Format) -> int | None:
    """The least number of fraction bits of a tapered format, None where exponent bits are cut."""
    line = result_line(f)
    if any(s.threshold is not None for s in line.segments if s.low < line.limit):
        return None
    return min(floor_log2(s.low) - floor_log2(s.gap) for s in line.segments if s.low < line.limit)


def _whole_range(f: Format, line: Line) -> tuple[Fraction, Fraction]:
    """All normal results of a format that has one unit roundoff."""
    if f.family == "fixed":
        msg = f"{f} has no unit roundoff: its errors are absolute; give lo and hi"
        raise NoBoundError(msg)
    standard = f.family == "posit" and f.rs == f.bits - 1
    if f.is_tapered and (standard or floor_of_precision(f) is None):
        msg = (
            f"{f} has no unit roundoff without a range: its precision falls with the distance from"
            " 1, until relative errors are 100 % and more; give lo and hi"
        )
        raise NoBoundError(msg)
    if f.is_tapered or not f.zero:
        return line.least, line.limit
    last = line.segments[-1]
    return max(line.least, min(two(1 - f.bias), last.low)), min(line.limit, last.high - last.gap)


def _one_rounding(f: Format) -> Format:
    """The format whose line tells the relative error of a result of f."""
    if f.family != "truncated" or f.cut in {"result", "rounded"}:
        return f
    if f.cut == "product":
        return replace(f, cut="result", ftz=True)  # a cut product of normal size is a value
    msg = (
        f"{f} has no relative bound: it cuts operands, so that what cancels loses all; "
        "model(T).bound(op, x, y) bounds each operation"
    )
    raise NoBoundError(msg)


def _end(name: str, x: Any) -> Fraction:
    value = exact_value(x)
    if not isinstance(value, Fraction):
        if value is not None and getattr(value, "name", "") == "NEG_ZERO":
            return Fraction(0)
        msg = f"{name}={x!r}: must be a finite number"
        raise ValueError(msg)
    return value


def segment_unit(s: Segment, turn: Turn) -> Fraction:
    """The largest error in units of the power of two below; relative where a gap stands alone."""
    if s.threshold is not None:
        return (s.high - s.threshold) / s.threshold
    part = Fraction(1) if turn is None else max(turn, 1 - turn)
    return part * s.gap / two(floor_log2(s.low))


def _relative(line: Line, first: Fraction, last: Fraction) -> Fraction:
    """The supremum of |fl(x) - x| / x for first <= x <= last."""
    seen: set[int] = set()
    found = Fraction(0)
    for s in line.segments:
        if s.high < first or s.low > last:
            continue
        # All of one shape have the same supremum, unless the range cuts them.
        if s.shape is not None and first <= s.low and s.high <= last:
            if s.shape in seen:
                continue
            seen.add(s.shape)
        found = max(found, _relative_within(s, line.turn, max(first, s.low), min(last, s.high)))
    return found


def _relative_within(s: Segment, turn: Turn, x1: Fraction, x2: Fraction) -> Fraction:
    """The same within a segment.

    From gap to gap the relative error falls, so that the first whole one has the largest, or one
    that is not whole at either end.
    """
    i, j = int((x1 - s.low) / s.gap), int((x2 - s.low) / s.gap)
    found = Fraction(0)
    for k in {i, min(i + 1, j), j}:
        low = s.low + k * s.gap
        left, right = max(x1, low), min(x2, low + s.gap)
        if left < right or (left == right and left not in {low, low + s.gap}):
            found = max(found, _relative_in_gap(replace(s, low=low), turn, left, right))
    return found


def _relative_in_gap(s: Segment, turn: Turn, left: Fraction, right: Fraction) -> Fraction:
    """The same within the first gap of a segment, left <= x <= right."""
    if s.threshold is None and turn is None:
        return max((right - s.low) / right, (s.low + s.gap - left) / left)
    at = s.threshold or s.low + (turn or 0) * s.gap
    found = Fraction(0)
    if left < at or (left == at and s.tie_goes_down):
        x = min(right, at)
        found = (x - s.low) / x
    if right > at or (right == at and not s.tie_goes_down):
        x = max(left, at)
        found = max(found, (s.low + s.gap - x) / x)
    return found
