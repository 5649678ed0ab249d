# SPDX-License-Identifier: BSD-3-Clause
"""Which segments of evenly spaced values has a format?  From the definition of each family.

Sources: Posit Standard (2022) 3.3; Gustafson, Jonnalagadda and Thotli, arXiv 2603.01615; Hunhold,
arXiv 2404.18603, definition 8; IEEE 754-2019, 3.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from numformats._limits import floor_log2

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numformats.number_format import Format

__all__ = ["Segment", "fixed", "floats", "tapered", "two"]


def two(exponent: int) -> Fraction:
    """2**exponent.

    >>> two(-3)
    Fraction(1, 8)
    """
    return Fraction(1 << exponent) if exponent >= 0 else Fraction(1, 1 << -exponent)


@dataclass(frozen=True)
class Segment:
    """The magnitudes low <= x < high, in which the values are low + i * gap.

    `threshold` belongs to a segment that is a single gap, where the values next to it do not tell
    it: x is rounded down up to it, and up from it.
    """

    low: Fraction
    high: Fraction
    gap: Fraction
    threshold: Fraction | None = None
    tie_goes_down: bool = False
    """Is a number at the threshold rounded down, the code of `low` being even?"""
    shape: int | None = None
    """Equal in segments that are each other's multiples, if it is known."""

    @property
    def is_single(self) -> bool:
        """Is it one gap, with a value at each end and none within?"""
        return self.gap == self.high - self.low


def tapered(f: Format) -> Iterator[Segment]:
    """The binades of a posit or takum, then regime by regime where exponent bits are cut off.

    A positive code is a prefix that tells the exponent, then the fraction.  With d bits of the
    prefix cut off, neighbours are a factor 2**2**d apart, and the code of one more bit between
    them, where rounding turns, is their geometric mean.

    >>> import numformats as nf
    >>> from numformats.analysis.segments import tapered
    >>> [int(s.threshold) for s in tapered(nf.Posit(5, es=1).format) if s.low > 8 and s.threshold]
    [32, 128]
    """
    for start, stop, prefix, last_bit in _regimes(f):
        fraction = f.bits - 1 - prefix
        step = 1 << max(0, -fraction)
        for e in range(start, stop, step):
            low, high = two(e), two(e + step)
            if fraction >= 0:
                yield Segment(low, high, two(e - fraction), shape=fraction)
            else:
                odd = (e - start) // step % 2 if step < stop - start else last_bit
                yield Segment(low, high, high - low, two(e + step // 2), not odd, -step)


def _regimes(f: Format) -> Iterator[tuple[int, int, int, int]]:
    """First exponent, the one after the last, bits of the prefix and last bit, of each regime."""
    if f.family == "takum_linear":
        for r in range(7, -1, -1):
            yield 1 - (2 << r), 1 - (1 << r), 4 + r, 0
        for r in range(8):
            yield (1 << r) - 1, (2 << r) - 1, 4 + r, 0
        return
    for k in range(-f.rs, f.rs):
        length = k + 2 if k >= 0 else 1 - k
        # A regime ends with the other bit, unless its run is as long as runs may be.
        ends_with_one = (k < 0) == (length <= f.rs)
        yield k << f.es, (k + 1) << f.es, min(length, f.rs) + f.es, int(ends_with_one)


def floats(f: Format, man: int, last: int, *, masked: bool = False) -> Iterator[Segment]:
    """The binades of a float up to that of 2**last with man fraction bits, and its subnormals.

    `masked`: the low bits of the code are cleared, so that subnormals have man bits, too.
    """
    first = f.zero - f.bias
    finest = first - (man if masked else f.man)
    lowest = finest if f.subnormals else first
    for e in range(lowest, last + 1):
        gap = max(e - man, finest)
        yield Segment(two(e), two(e + 1), two(gap), shape=e - gap)


def fixed(f: Format, end: Fraction) -> Iterator[Segment]:
    """The binades of fixed point up to its last magnitude."""
    if not end:
        return
    for e in range(-f.frac, floor_log2(end) + 1):
        yield Segment(two(e), two(e + 1), two(-f.frac))
