# SPDX-License-Identifier: BSD-3-Clause
"""Which values of a format are neighbours, and which real numbers between them round to which?

The finite values of a format stand in a line, each at an integer place.  In every family the values
of a binade [2**e, 2**(e+1)) are equally far apart, or (where a posit's exponent is cut) there is at
most one of them: that is all the structure which the exact statements of this room rest on.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from numformats.oracle import Row, for_format
from numformats.oracle.values import Special, Value, dyadic, floor_log2

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numformats.analysis.candidate import Candidate
    from numformats.oracle import Oracle

__all__ = ["NumberLine", "Piece", "line_of"]


@dataclass(frozen=True)
class Piece:
    """The real numbers from `low` to `high` that round to `value`; the ends may round elsewhere."""

    low: Fraction
    high: Fraction
    value: Fraction

    def clipped(self, low: Fraction, high: Fraction) -> Piece | None:
        """The part inside [low, high]; None where there is none."""
        first, last = max(self.low, low), min(self.high, high)
        return Piece(first, last, self.value) if first <= last else None


class NumberLine:
    """The finite values of one format in order, as its conversions produce them."""

    def __init__(self, oracle: Oracle) -> None:
        """Find the ends of the line."""
        self.oracle, self.row, self._codec = oracle, oracle.row, oracle.codec
        self.last = self._codec.last_finite
        signed = self._codec.first < 0
        # the lowest code of a format that saturates symmetrically is no result
        self.first = -self.last if signed and self.row.family != "fixed" else self._codec.first
        self.bottom = self.first  # of all codes; the lowest is no result if it is not used
        self.first += signed and self.row.overflow == "saturate_symmetric"
        self._values: dict[int, Fraction] = {}
        self.lowest, self.largest = self.value(self.first), self.value(self.last)

    def value(self, place: int) -> Fraction:
        """The exact value at a place from first to last."""
        value = self._values.get(place)
        if value is None:
            found = self.oracle.decode(self._codec.at_index(place))
            value = self._values[place] = found if isinstance(found, Fraction) else Fraction(0)
        return value

    @property
    def symmetric(self) -> bool:
        """Is -x rounded to the negative of what x is rounded to?"""
        sided = {"toward_positive", "toward_negative", "nearest_positive", "nearest_negative"}
        return self.bottom == self.first == -self.last and self.row.rounding not in sided

    def place(self, x: Fraction) -> int:
        """The place of the largest value that is not above x, which lies in lowest..largest."""
        mode = (
            "saturate" if self.row.overflow not in {"saturate_symmetric", "wrap", "zero"} else None
        )
        here = self._codec.index(self.oracle.encode(x, rounding="toward_negative", overflow=mode))
        return here - (self.value(here) > x)  # tapered formats never round to 0

    def rounded(self, x: Fraction) -> Value:
        """What x becomes; of the two answers of stochastic rounding the one farther away."""
        if self.row.rounding != "stochastic":
            return self.oracle.decode(self.oracle.encode(x))
        ends = [
            self.oracle.decode(self.oracle.encode(x, m))
            for m in ("toward_negative", "toward_positive")
        ]
        far = [v for v in ends if not isinstance(v, Fraction)]
        return far[0] if far else max(ends, key=lambda v: abs(v - x))  # type: ignore[operator]

    def rounded_special(self, special: Special) -> Value:
        """What a NaN or an infinity becomes."""
        return self.oracle.decode(self.oracle.encode(special))

    def pieces(self, place: int) -> list[Piece]:
        """What becomes of the real numbers between the values at place and place + 1."""
        u, v = self.value(place), self.value(place + 1)
        down, up = Piece(u, v, u), Piece(u, v, v)
        mode = self._mode(place)
        if mode == "stochastic":
            return [down, up]
        if mode in {"down", "up"}:
            return [down if mode == "down" else up]
        middle = self._switch(place, u, v)
        return [Piece(u, middle, u), Piece(middle, v, v)]

    def _mode(self, place: int) -> str:
        """Which end of this gap its numbers go to: "down", "up", "stochastic" or "nearest"."""
        rounding, negative = self.row.rounding, place < 0
        if self.row.family in {"posit", "takum_linear"} or rounding.startswith("nearest"):
            return "nearest"
        if rounding == "to_odd":
            odd = self._codec.at_index(place + negative) & 1  # of the end nearer to zero
            return "down" if odd != negative else "up"
        if rounding == "toward_zero":
            return "up" if negative else "down"
        return {"toward_negative": "down", "toward_positive": "up"}.get(rounding, rounding)

    def _switch(self, place: int, u: Fraction, v: Fraction) -> Fraction:
        """Where rounding to nearest changes from u to v: of tapered formats on the bit string."""
        if self.row.family not in {"posit", "takum_linear"}:
            return (u + v) / 2
        if u == 0 or v == 0:  # no number but 0 becomes 0
            return Fraction(0)
        lower = min(abs(place), abs(place + 1))
        middle = _one_bit_more(self.row).decode(2 * lower + 1)
        assert isinstance(middle, Fraction)
        return -middle if place < 0 else middle

    def binades(self, low: Fraction, high: Fraction) -> Iterable[Fraction]:
        """Every power of two, and negative of one, inside [low, high] and the format's range."""
        for sign in (1, -1):
            ends = sorted((sign * low, sign * high))
            least = self.value(1) if self.first < 1 <= self.last else abs(self.value(self.first))
            bottom, top = max(ends[0], least), min(ends[1], max(self.largest, -self.lowest))
            if 0 < bottom <= top:
                for e in range(floor_log2(bottom), floor_log2(top) + 1):
                    yield sign * dyadic(1, e)

    def gaps(self, low: Fraction, high: Fraction) -> list[int]:
        """Places of gaps such that the largest relative error in [low, high] is in one of them.

        Within a binade the gaps are equal and their numbers grow, so the first gaps of a
        binade are the worst; two, as rounding to odd alternates.  The gaps at both ends may be cut.
        """
        inside = [p for p in (low, high, Fraction(0)) if low <= p <= high]
        found: set[int] = set()
        for point in (*inside, *self.binades(low, high)):
            here = self.place(min(max(point, self.lowest), self.largest))
            found.update(range(here - 2, here + 3))
        return sorted(place for place in found if self.first <= place < self.last)


@functools.lru_cache(maxsize=32)
def _one_bit_more(row: Row) -> Oracle:
    """The tapered format whose odd codes are where the rounding of `row` changes its mind."""
    standard = row.family == "posit" and row.rs == row.bits - 1
    return for_format(replace(row, bits=row.bits + 1, rs=row.rs + standard))


def line_of(candidate: Candidate) -> NumberLine:
    """The line of a candidate's values, which remembers those that were asked for."""
    return _line(candidate.canonical)


@functools.lru_cache(maxsize=32)
def _line(canonical: str) -> NumberLine:
    return NumberLine(for_format(canonical))


def finite_or_none(value: Value) -> Fraction | None:
    """The number, 0 for -0; None for NaN and infinities."""
    if value is Special.NEG_ZERO:
        return Fraction(0)
    return value if isinstance(value, Fraction) else None
