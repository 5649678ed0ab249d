# SPDX-License-Identifier: BSD-3-Clause
"""Where do a format's numbers lie, and where between them does rounding change its mind?"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from numformats.oracle import Row, for_format
from numformats.oracle.values import floor_log2

if TYPE_CHECKING:
    from numformats.number_format import Format
    from numformats.oracle import Oracle

__all__ = ["Binade", "Grid", "power"]

MOST_BINADES = 520


def power(exponent: int) -> Fraction:
    """2**exponent."""
    return Fraction(1 << exponent) if exponent >= 0 else Fraction(1, 1 << -exponent)


class Binade(NamedTuple):
    """Positive numbers of a format in [2^exponent, 2^(exponent + 1)): places first ... last.

    `fraction` is the number of their fraction bits: less where numbers are subnormal or a regime is
    long.  A posit whose exponent bits are cut off has binades without numbers.
    """

    exponent: int
    fraction: int
    first: int
    last: int


class Grid:
    """The positive numbers of a format by their places in its line of codes."""

    def __init__(self, f: Format) -> None:
        """Look at the format; binades are found when they are asked for."""
        self.format = f
        self.oracle: Oracle = for_format(f)
        self.codec = self.oracle.codec
        self.first = 0 if f.family == "float" and not f.zero else 1
        self.last = self.codec.last_finite
        self._finer = for_format(_finer(f)) if f.is_tapered else None

    def value(self, place: int) -> Fraction:
        """The number at a place."""
        value = self.codec.decode(self.codec.at_index(place))
        return value if isinstance(value, Fraction) else Fraction(0)

    def midpoint(self, place: int) -> Fraction:
        """Where rounding to nearest changes from this place to the next.

        Posits and takums round on the bit string: it is the code of one bit more between the two.
        Floats and fixed point: the mean, beyond the largest number of it and of what would follow.
        A tapered format never rounds to 0 and saturates: outside its ends, a number out of range.
        """
        if self._finer is not None:
            if place < 1:
                return self.value(1) / 2
            if place >= self.last:
                return self.value(self.last) * 2
            value = self._finer.decode(2 * self.codec.at_index(place) + 1)
            assert isinstance(value, Fraction)
            return value
        here = self.value(place)
        if place < self.last:
            return (here + self.value(place + 1)) / 2
        return here + power(self.binades[-1].exponent - self.binades[-1].fraction - 1)

    def place(self, value: Fraction) -> int:
        """The place of the greatest number that is not above a positive value."""
        return self.codec.index(self.oracle.encode(value, "toward_zero", "saturate"))

    def code(self, value: Fraction) -> int | None:
        """The code of a value, None where it is no number of the format."""
        if not value:
            return self.codec.at_index(0) if self.first else None
        if value < 0 and not self.format.is_signed:
            return None
        code = self.oracle.encode(value, "toward_zero", "saturate")
        return code if self.oracle.decode(code) == value else None

    def around(self, value: Fraction) -> list[int]:
        """The code of a value, or those of the numbers below and above; then one step further."""
        if value < 0 and not self.format.is_signed:
            return []
        code = self.oracle.encode(value, "toward_zero", "saturate")
        below, above = self.oracle.next_down(code), self.oracle.next_up(code)
        if self.oracle.decode(code) == value:
            return [code, below, above]
        return [code, above if value > 0 else below]

    @cached_property
    def binades(self) -> list[Binade]:
        """All binades, of very many a part: both ends, those around 1, and some between."""
        low, high = floor_log2(self.value(self.first)), floor_log2(self.value(self.last))
        exponents = range(low, high + 1)
        if len(exponents) > MOST_BINADES:
            near = [e for e in range(-50, 51) if low <= e <= high]
            step = len(exponents) // 100
            chosen = {*exponents[:70], *exponents[-70:], *near, *exponents[::step]}
            exponents = sorted(chosen)  # type: ignore[assignment]
        found = [self._binade(e) for e in exponents]
        return [b for b in found if b is not None]

    def _binade(self, exponent: int) -> Binade | None:
        first = self.place(power(exponent))
        if first < self.first or self.value(first) < power(exponent):
            first += 1  # what is below 2^exponent is of another binade
        last = self.place(power(exponent + 1))
        if self.value(last) == power(exponent + 1):
            last -= 1
        if not self.first <= first <= last:
            return None
        return Binade(exponent, self._fraction(exponent, last - first + 1), first, last)

    def _fraction(self, exponent: int, numbers: int) -> int:
        """Fraction bits of numbers of an exponent: told by the step, or by how many there are."""
        f = self.format
        if f.family == "fixed":
            return exponent + f.frac
        if f.is_tapered:
            return (numbers - 1).bit_length()  # of the least ones the code 0 may be missing
        kept = f.compute_man if f.family == "truncated" else f.man
        least = (1 if f.zero else 0) - f.bias
        return min(kept, exponent - least + f.man)


def _finer(f: Format) -> Row:
    """The format with one bit more at the end of each code."""
    rs = f.rs + 1 if f.rs == f.bits - 1 else f.rs
    return replace(Row.of(f), bits=f.bits + 1, rs=rs)
