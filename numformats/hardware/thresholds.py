# SPDX-License-Identifier: BSD-3-Clause
"""Which wider float tells where an exact result lies, and between which of its numbers?"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.errors import FormatError
from numformats.hardware.arithmetic import Conversion, Elementwise
from numformats.number_format import Format
from numformats.oracle import for_format
from numformats.oracle.values import floor_log2

if TYPE_CHECKING:
    from numformats.oracle import Oracle

__all__ = ["Thresholds", "least_normal", "wider"]

Codes = np.ndarray[Any, Any]
Truths = np.ndarray[Any, np.dtype[np.bool_]]


def _exponents(f: Format) -> tuple[int, int]:
    """Exponents e of the least and the largest number of f, in size: 2^e <= size < 2^(e+1)."""
    codec = for_format(f).codec
    least = codec.decode(codec.at_index(0 if _lacks_zero(f) else 1))
    largest = codec.decode(codec.at_index(codec.last_finite))
    lowest = codec.decode(codec.at_index(codec.first)) if f.family == "fixed" else -1
    assert isinstance(least, Fraction)
    assert isinstance(largest, Fraction)
    ends = [floor_log2(v) for v in (largest, lowest) if isinstance(v, Fraction) and v]
    return floor_log2(least), max(ends)


def _lacks_zero(f: Format) -> bool:
    return f.family == "float" and not f.zero


def least_normal(f: Format) -> Fraction:
    """The least normal number of a float: below it a result is tiny."""
    return Fraction(2) ** ((1 if f.zero else 0) - f.bias)


@lru_cache(maxsize=256)
def wider(operation: Elementwise | Conversion) -> Format | None:
    """The float of two more fraction bits that rounds to odd and that no result leaves.

    None where it has more than 64 bits.  Of numbers 2^low <= |a| < 2^(high+1) of a format products,
    quotients, sums of products, remainders and roots lie in the exponents below.
    """
    f = operation.result
    low, high = _exponents(f)
    low = min(low, floor_log2(least_normal(f)) - f.man)  # of differences, also without subnormals
    if isinstance(operation, Conversion):
        ends = _exponents(operation.source)
        low, high = min(low, ends[0]), max(high, ends[1])
    else:
        low, high = min(2 * low, low - high - 1), max(2 * high + 3, high + 2, high - low + 1)
    low, high = low - 2, high + 2  # thresholds: half of the least number, one step beyond the last
    exp, man = max(2, (high - low + 3).bit_length()), f.man + 2
    try:
        return Format(
            "float", 1 + exp + man, exp=exp, man=man, bias=1 - low, signed_zero=True,
            subnormals=True, inf="ieee", nan="ieee", rounding="to_odd", overflow="inf",
        )  # fmt: skip
    except FormatError:
        return None


class Thresholds:
    """The numbers of W that tell the flags of a float f, as codes of W without their sign."""

    def __init__(self, f: Format, w: Format) -> None:
        """Find them."""
        self.f, self._oracle = f, for_format(w)
        self.mask = (1 << (w.bits - 1)) - 1
        self.inf = ((1 << w.exp) - 1) << w.man
        codec = for_format(f).codec
        largest = codec.decode(codec.at_index(codec.last_finite))
        assert isinstance(largest, Fraction)
        least = least_normal(f)
        step = Fraction(2) ** (max(floor_log2(largest), floor_log2(least)) - f.man)
        self._last = self._between(largest, largest + step, codec.at_index(codec.last_finite) & 1)
        # The number below the least normal one, were there no end below: its code is one less.
        self._least = self._between(
            least - least * Fraction(1, 2 << f.man), least, (for_format(f).encode(least) - 1) & 1
        )
        first = least if not f.subnormals else least * Fraction(1, 1 << f.man)
        self._first = self._between(Fraction(0), first, 0)

    def _between(self, low: Fraction, high: Fraction, odd: int) -> tuple[int, int, int, bool]:
        middle = (low + high) / 2
        at = [_code(self._oracle, v) for v in (low, middle, high)]
        return at[0], at[1], at[2], bool(odd)

    def _reaches(self, size: Codes, negative: Truths, gap: tuple[int, int, int, bool]) -> Truths:
        """Does a number beyond low round to high, or beyond?  `gap`: the codes, low's parity."""
        low, middle, high, odd = gap
        up = _UPWARD[self.f.rounding]
        below, half, above = (
            np.where(negative, up(True, odd, side), up(False, odd, side)) for side in (-1, 0, 1)
        )
        inside = np.where(size < middle, below, np.where(size == middle, half, above))
        return np.asarray((size >= high) | ((size > low) & inside), np.bool_)

    def overflows(self, size: Codes, negative: Truths) -> Truths:
        """Does the number round beyond the largest one?"""
        return self._reaches(size, negative, self._last)

    def leaves_zero(self, size: Codes) -> Truths:
        """Does a number below 0 not round to 0?"""
        return self._reaches(size, np.ones(len(size), np.bool_), self._first)

    @property
    def zero_stays(self) -> bool:
        """Below zero, which ends the numbers without a sign: does the mode pull toward zero?"""
        return self.f.rounding in {"toward_zero", "toward_positive"}

    def is_tiny(self, size: Codes, negative: Truths, tininess: str) -> Truths:
        """Is the number below the least normal one, after it is rounded or before?"""
        if tininess == "before":
            return np.asarray(size < self._least[2], np.bool_)
        return ~self._reaches(size, negative, self._least)


def _code(oracle: Oracle, value: Fraction) -> int:
    code = oracle.encode(value)
    if oracle.decode(code) != value:
        raise AssertionError(f"{value} is no number of {oracle.row}")
    return code


def _nearest(tie: Any) -> Any:
    return lambda negative, odd, side: side > 0 or (side == 0 and tie(negative, odd))


# Whether a mode rounds up in size: from the sign, the parity below, and the side of the midpoint.
_UPWARD: dict[str, Any] = {
    "nearest_even": _nearest(lambda _, odd: odd),
    "nearest_away": _nearest(lambda _, __: True),
    "nearest_zero": _nearest(lambda _, __: False),
    "nearest_positive": _nearest(lambda negative, _: not negative),
    "nearest_negative": _nearest(lambda negative, _: negative),
    "toward_zero": lambda _, __, ___: False,
    "toward_positive": lambda negative, _, __: not negative,
    "toward_negative": lambda negative, _, __: negative,
    "to_odd": lambda _, odd, __: not odd,
}
