# SPDX-License-Identifier: BSD-3-Clause
"""What are the exact running sums of weights, by which places are drawn?"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats import _dtypes, _native
from numformats._native import ffi, lib

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numformats.magnitudes import Magnitudes

__all__ = ["MOST_BITS", "PrefixSums", "pointer", "words"]

MOST_BITS = 64 * lib.NF_LIMBS


class PrefixSums:
    """Prefix sums of magnitudes plus a number, in units of `unit`, as rows of 64-bit words."""

    def __init__(self, x: Magnitudes, plus: Fraction = Fraction(0)) -> None:
        # All weights times the odd part of plus's denominator are multiples of a power of two.
        down = (plus.denominator & -plus.denominator).bit_length() - 1
        odd = plus.denominator >> down
        if odd >> 64:
            raise ValueError(f"plus={plus}: {odd} in its denominator; allowed: below 2**64")
        low, high = x.span()
        if plus:
            low, high = min(low, -down), max(high, plus.numerator.bit_length())
        bits = high - low + odd.bit_length() + len(x).bit_length() + 1
        if bits > MOST_BITS:
            raise ValueError(
                f"weights of 2**{low} to 2**{high} need {bits} bits; allowed: {MOST_BITS}"
            )
        self.shape = x.shape
        self.limbs = -(-bits // 64)
        self.unit = Fraction(2) ** low / odd
        self.sums = np.empty((len(x), self.limbs), np.uint64)
        addend = words(int(plus / self.unit), self.limbs)
        if not lib.nf_prefix_sums(
            x.native(), low, odd, pointer(addend), self.limbs, pointer(self.sums)
        ):
            _dtypes.raise_stop()

    def last(self) -> int:
        """The sum of all, in units."""
        if not len(self.sums):
            return 0
        return int.from_bytes(self.sums[-1].astype("<u8").tobytes(), "little")

    def total(self) -> Fraction:
        """The sum of the magnitudes and of what was added to each."""
        return self.last() * self.unit

    def places(self) -> Any:
        """The C struct; self keeps its arrays alive."""
        bits = min((len(self.sums) - 1).bit_length(), self.last().bit_length(), 20)
        self.guide = np.empty(2**bits + 1, np.int64)
        return ffi.new(
            "nf_places *",
            {
                "sums": pointer(self.sums),
                "count": len(self.sums),
                "limbs": self.limbs,
                "guide_bits": bits,
                "guide": ffi.cast("int64_t *", _native.address(self.guide)),
            },
        )


def words(n: int, count: int | None = None) -> NDArray[np.uint64]:
    """An integer as 64-bit words, the lowest first."""
    count = max(1, -(-n.bit_length() // 64)) if count is None else count
    return np.frombuffer(n.to_bytes(8 * count, "little"), "<u8").astype(np.uint64)


def pointer(words: NDArray[np.uint64]) -> Any:
    """Words as C sees them."""
    return ffi.cast("uint64_t *", _native.address(words))
