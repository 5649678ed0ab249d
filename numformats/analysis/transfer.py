# SPDX-License-Identifier: BSD-3-Clause
"""What is lost when the values of one format are stored in another?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from numformats.analysis.candidate import as_candidate
from numformats.analysis.figures import short
from numformats.analysis.number_line import NumberLine, finite_or_none, line_of
from numformats.oracle.values import Special, dyadic, floor_log2

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numformats.oracle.values import Value

__all__ = ["TransferError", "lossless", "transfer_error"]

ALL_CODES_BITS = 16


@dataclass(frozen=True)
class TransferError:
    """The largest error of the conversion from one format into another, over all of its values.

    `relative` and `absolute` are exact Fractions, math.inf where a finite value becomes NaN or
    infinite, or 0 something else.  `at` is a value with that relative error, `becomes` what it
    turns into; `at_absolute` likewise.  `specials_lost`: which of "nan", "inf", "-inf" of the
    source the target has not.  `proof`: "all codes" of the source were converted, or, beyond 16
    bits, "structure": the values of both are equally spaced within a binade, by steps that divide
    one another, so that the values beside the cells' ends at both ends of every binade are enough.
    """

    source: str
    target: str
    relative: Fraction | float
    at: Fraction
    becomes: Value
    absolute: Fraction | float
    at_absolute: Fraction
    specials_lost: tuple[str, ...]
    proof: str

    @property
    def lossless(self) -> bool:
        """Is every value of the source one of the target, NaN and infinities included?"""
        return self.relative == 0 and not self.specials_lost

    def __float__(self) -> float:
        """The relative error, rounded."""
        return float(self.relative)

    def __repr__(self) -> str:
        """One line."""
        lost = "".join(f", {name} is lost" for name in self.specials_lost)
        what = f"relative error at most {short(float(self))}" if self.relative else "no error"
        return f"<{self.source} into {self.target}: {what}{lost} (by {self.proof})>"


def lossless(A: object, B: object) -> bool:  # noqa: N803 - A and B are types
    """Is every value of format A, NaN and infinities included, a value of format B?

    -0 counts as 0.  A and B: class, dtype or name.  Exact: all codes up to 16 bits, beyond by the
    structure: what holds the first two values and the last one of a binade holds all of them, as
    the values of both formats are equally spaced there.  The same answer as `np.can_cast(A, B,
    "safe")`, which the C core derives another way.  Raises CompareError for what is no format.

    >>> import numformats as nf
    >>> nf.analysis.lossless(nf.posit16, "float32"), nf.analysis.lossless("float32", nf.posit32)
    (True, False)
    """
    source, target = as_candidate(A), as_candidate(B)
    if source.canonical == target.canonical:  # even the code that symmetric saturation never gives
        return True
    a, b = line_of(source), line_of(target)
    if any(_lost_specials(a, b)):
        return False
    places = _all_places(a) if source.bits <= ALL_CODES_BITS else _holding_places(a)
    return all(finite_or_none(b.rounded(a.value(place))) == a.value(place) for place in places)


def transfer_error(A: object, B: object) -> TransferError:  # noqa: N803
    """The largest error of converting a value of format A into format B, and the value with it.

    Exact rationals; see `TransferError` for what is proved and how.  A format with stochastic
    rounding counts with the worse of its two answers.  Raises CompareError for what is no format.

    >>> import numformats as nf
    >>> nf.analysis.transfer_error(nf.binary16, nf.bfloat16)
    <binary16 into bfloat16: relative error at most 3.89e-03 (by all codes)>
    >>> nf.analysis.transfer_error("posit32", "float64")
    <posit32 into float64: no error (by structure)>
    """
    source, target = as_candidate(A), as_candidate(B)
    a, b = line_of(source), line_of(target)
    few = source.bits <= ALL_CODES_BITS
    tried = _all_places(a) if few else _telling_places(a, b)
    if source.canonical == target.canonical:
        tried = ()  # nothing is converted
    relative: tuple[Fraction | float, Fraction] = (Fraction(0), Fraction(0))
    absolute = relative
    for place in tried:
        x = a.value(place)
        y = finite_or_none(b.rounded(x))
        if y == x:
            continue
        off = math.inf if y is None else abs(x - y)
        absolute = max(absolute, (off, x), key=_first)
        relative = max(relative, (math.inf if x == 0 else off / abs(x), x), key=_first)
    return TransferError(
        source=source.name, target=target.name,
        relative=relative[0], at=relative[1], becomes=b.rounded(relative[1]),
        absolute=absolute[0], at_absolute=absolute[1],
        specials_lost=tuple(_lost_specials(a, b)),
        proof="all codes" if few else "structure",
    )  # fmt: skip


def _first(pair: tuple[Fraction | float, Fraction]) -> Fraction | float:
    return pair[0]


def _lost_specials(a: NumberLine, b: NumberLine) -> Iterator[str]:
    """The specials of a that do not come back from b."""
    has_inf = a.row.family in {"float", "truncated"} and a.row.inf != "none"
    signed = a.bottom < 0
    tapered = a.row.family in {"posit", "takum_linear"}
    has_nan = tapered or (a.row.family != "fixed" and a.row.nan != "none")
    present = {Special.NAN: has_nan, Special.INF: has_inf, Special.NEG_INF: has_inf and signed}
    for special, there in present.items():
        if there and b.rounded_special(special) is not special:
            yield special.value


def _all_places(a: NumberLine) -> Iterable[int]:
    return range(a.bottom, a.last + 1)


def _holding_places(a: NumberLine) -> Iterator[int]:
    """Places of a such that whatever holds the values there holds all finite ones."""
    yield from (z for z in (0, a.last, a.bottom) if a.bottom <= z <= a.last)
    for low, high in _binades(a):
        yield from (low, min(low + 1, high), max(low, high - 1), high)


def _telling_places(a: NumberLine, b: NumberLine) -> set[int]:
    """Places of a such that the largest errors of its values in b are among theirs."""
    places = {a.bottom, a.last, *(z for z in (-1, 0, 1) if a.bottom <= z <= a.last)}
    for low, high in _binades(a):
        if low < 0 and a.symmetric and b.symmetric:
            continue
        places |= {low, low + 1, high - 1, high}
        first, last = a.value(low), a.value(high)
        step = a.value(low + 1) - first if low < high else Fraction(1)
        for gap in _gaps_at_ends(b, first, last):
            for piece in b.pieces(gap):
                for end in (piece.low, piece.high):
                    beside = low + math.floor((end - first) / step)
                    places |= {p for p in range(beside - 1, beside + 2) if low <= p <= high}
    return {p for p in places if a.bottom <= p <= a.last}


def _binades(a: NumberLine) -> Iterator[tuple[int, int]]:
    """First and last place of the values of every binade, negative ones too."""
    place = 1
    while 0 <= place <= a.last:
        end = dyadic(2, floor_log2(a.value(place))) if a.value(place) else Fraction(0)
        last = a.last if end > a.largest else a.place(end) - (a.value(a.place(end)) == end)
        yield place, last
        place = last + 1
    place = -1
    while a.bottom <= place < 0:
        end = -dyadic(2, floor_log2(a.value(place)))
        first = a.bottom if end < a.lowest else a.place(end) + 1
        yield first, place
        place = first - 1


def _gaps_at_ends(b: NumberLine, low: Fraction, high: Fraction) -> Iterator[int]:
    """The first and last gaps of b between two numbers; three, as rounding to odd alternates."""
    for end, steps in ((low, range(3)), (high, range(-2, 1))):
        here = b.place(min(max(end, b.lowest), b.largest))
        yield from (here + k for k in steps if b.first <= here + k < b.last)
