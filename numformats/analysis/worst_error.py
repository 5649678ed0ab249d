# SPDX-License-Identifier: BSD-3-Clause
"""How wrong can a format be about a number of [a, b], and which format is the least wrong?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from numformats.analysis.candidate import as_candidate
from numformats.analysis.default_candidates import chosen
from numformats.analysis.figures import short
from numformats.analysis.hardware_cost import cost_of
from numformats.analysis.number_line import NumberLine, Piece, finite_or_none, line_of
from numformats.analysis.problems import CompareError
from numformats.oracle.values import exact_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numformats.oracle.values import Value

__all__ = ["WorstError", "minimax_format", "worst_relative_error"]


@dataclass(frozen=True)
class WorstError:
    """The largest relative error of one format on an interval, and where it is.

    `error` is an exact Fraction (math.inf where there is no bound: a number that becomes NaN or
    infinite, or one beside 0 that cannot become 0); `float(result)` rounds it.  `at` is the number
    with that error and `rounded` what it becomes.  Not `attained`: `at` itself goes elsewhere, as
    at a tie; the error is then the least upper bound, approached by numbers beside it.
    """

    format: str
    low: Fraction
    high: Fraction
    error: Fraction | float
    at: Fraction
    rounded: Value
    attained: bool

    def __float__(self) -> float:
        """The error, rounded."""
        return float(self.error)

    def __repr__(self) -> str:
        """One line."""
        name = f"<{self.format} on [{float(self.low):g}, {float(self.high):g}]"
        return f"{name}: relative error at most {short(float(self))}, near {float(self.at):g}>"


def worst_relative_error(T: object, a: object, b: object) -> WorstError:  # noqa: N803
    """The maximum of abs(x - T(x)) / abs(x) over all real numbers x of [a, b], exactly.

    T is a format (class, dtype, name; float16, float32, float64 too); T(x) is the conversion into
    it, in its own rounding and overflow.  (mlu32 converts to nearest and truncates only in
    arithmetic.) a <= b are finite real numbers, taken exactly.  Found from the cells, the sets of
    numbers that round to one value: on each side of it the error grows toward the cell's end, and
    of the equal cells of a binade the first is the worst.  At x = 0 the error is 0 if 0 is a value.
    Raises CompareError where T is no format or a, b are no interval.

    >>> import numformats as nf
    >>> worst = nf.analysis.worst_relative_error(nf.posit16, 1, 2)
    >>> worst.error, worst.at
    (Fraction(1, 4097), Fraction(4097, 4096))
    >>> float(nf.analysis.worst_relative_error(nf.posit16, 2**54, 2**56))
    3.0
    """
    candidate = as_candidate(T)
    low, high = interval(a, b)
    line = line_of(candidate)
    error, at, value = max(_errors(line, low, high), key=lambda found: found[0])
    there = line.rounded(at)  # of a tie the other end, which is as far away
    attained = _relative(at, finite_or_none(there)) == error
    return WorstError(candidate.name, low, high, error, at, there if attained else value, attained)


def interval(a: object, b: object) -> tuple[Fraction, Fraction]:
    """Both ends as exact fractions, or CompareError."""
    try:
        ends = exact_value(a), exact_value(b)
    except TypeError as problem:
        raise CompareError(f"[{a!r}, {b!r}] is no interval: {problem}") from None
    low, high = (finite_or_none(end) if not hasattr(end, "radicand") else None for end in ends)
    if low is None or high is None or low > high:
        raise CompareError(f"[{a!r}, {b!r}] is no interval: needed are finite numbers a <= b")
    return low, high


def _errors(
    line: NumberLine, low: Fraction, high: Fraction
) -> Iterator[tuple[Fraction | float, Fraction, Value]]:
    """The errors among which the worst is: (error, x, what x becomes)."""
    for x in {low, high, *(z for z in (Fraction(0),) if low <= z <= high)}:
        value = line.rounded(x)
        yield _relative(x, finite_or_none(value)), x, value
    for place in line.gaps(low, high):
        for piece in line.pieces(place):
            part = piece.clipped(low, high)
            if part is not None and part.low < part.high:
                yield from _ends(part)
    yield from _first_wraps(line, low, high)


def _ends(part: Piece) -> Iterator[tuple[Fraction | float, Fraction, Fraction]]:
    """The limits of the error at both ends of a piece that is more than one number."""
    yield from ((_relative(x, part.value), x, part.value) for x in (part.low, part.high))


def _first_wraps(
    line: NumberLine, low: Fraction, high: Fraction
) -> Iterator[tuple[Fraction | float, Fraction, Value]]:
    """Beyond an end a wrapping format turns back; the first number that does is the worst."""
    if line.row.overflow != "wrap":
        return
    step = line.value(line.first + 1) - line.lowest
    for x, value in ((line.largest + step, line.lowest), (line.lowest - step, line.largest)):
        for near in (x, x - step / 2 if x > 0 else x + step / 2):
            if low <= near <= high and near and line.rounded(near) == value:
                yield _relative(near, value), near, value


def _relative(x: Fraction, value: Fraction | None) -> Fraction | float:
    if value is None:
        return math.inf
    if x == 0:
        return Fraction(0) if value == 0 else math.inf
    return abs(x - value) / abs(x)


def minimax_format(
    a: object, b: object, candidates: Iterable[object] | None = None, *, bits: int | None = None
) -> list[WorstError]:
    """The candidates by their worst relative error on [a, b], the best first; ties: the cheapest.

    `candidates` are formats as in `worst_relative_error`; None: the named formats.  `bits`: only
    those of at most so many bits.  Raises CompareError when none is left.

    >>> import numformats as nf
    >>> [w.format for w in nf.analysis.minimax_format(2**14, 2**17, bits=16)[:3]]
    ['bposit16', 'bposit16q', 'bfloat16']
    """
    able = [c for c in chosen(candidates) if bits is None or c.bits <= bits]
    if not able:
        raise CompareError(f"no candidate has at most {bits} bits")
    worst = {c.name: (worst_relative_error(c, a, b), c) for c in able}
    ranked = sorted(worst.values(), key=lambda w: (w[0].error, w[1].bits, cost_of(w[1]).total))
    return [found for found, _ in ranked]
