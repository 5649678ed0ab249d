# SPDX-License-Identifier: BSD-3-Clause
"""What do posits and takums share: two's complement, NaR, and rounding of a bit string?"""

from __future__ import annotations

from abc import abstractmethod
from fractions import Fraction

from numformats.oracle.codec import Codec
from numformats.oracle.rounding import TAIL, cut, rounds_up
from numformats.oracle.values import (
    INVALID,
    NO_FLAGS,
    Exact,
    Flags,
    Special,
    SquareRoot,
    floor_log2,
)

__all__ = ["TaperedCodec"]


class TaperedCodec(Codec):
    """Codes are two's complement integers in the order of their values; 10...0 is NaR.

    A positive value is an infinite bit string: a prefix that gives its exponent, then the bits
    of its fraction.  The first bits - 1 of them are the truncated code.
    """

    nan_equals_nan = True

    @abstractmethod
    def prefix(self, exponent: int) -> tuple[int, int] | None:
        """Bits before the fraction of 2**exponent * (1 + f), as (integer, number of bits).

        None when the exponent cannot be written at all.
        """

    @property
    def rounding(self) -> str:
        """These families have one rounding."""
        return "nearest_even"

    @property
    def overflow(self) -> str:
        """These families saturate."""
        return "saturate"

    @property
    def nar(self) -> int:
        """The code 10...0."""
        return 1 << (self.bits - 1)

    def encode(
        self, value: Exact, rounding: str, overflow: str, random: int | None
    ) -> tuple[int, Flags]:
        """Round on the code; never to 0 or NaR; beyond maxpos is maxpos."""
        if overflow != "saturate":
            msg = f"overflow is {overflow!r}; a {self.row.family} only saturates"
            raise ValueError(msg)
        if isinstance(value, Special):
            if value is Special.NEG_ZERO:
                return 0, NO_FLAGS
            return self.nar, NO_FLAGS if value is Special.NAN else INVALID
        negative = False
        if isinstance(value, Fraction):
            if not value.numerator:
                return 0, NO_FLAGS
            negative = value.numerator < 0
        magnitude = self._round(value, rounding, negative, random)
        magnitude = max(1, min(magnitude, self.nar - 1))
        return (-magnitude & self.mask if negative else magnitude), NO_FLAGS

    def rounds_to(self, value: Fraction, code: int, rounding: str) -> bool:
        """Say whether the rounded bit string is the code, before 0 and NaR are avoided."""
        negative = value.numerator < 0
        magnitude = -code & self.mask if negative else code
        return self._round(value, rounding, negative, None) == magnitude

    def _round(
        self, x: Fraction | SquareRoot, rounding: str, negative: bool, random: int | None
    ) -> int:
        """Code of abs(x), which is not zero; 0 or NaR when it is outside minpos..maxpos."""
        exponent = floor_log2(x)
        prefix = self.prefix(exponent)
        if prefix is None:
            return self.nar if exponent > 0 else 0
        head, length = prefix
        # abs(x) = 2**exponent * (1 + f).  Write head, then f, as one string of which bits - 1
        # are before the cut; where the head alone is longer, its end is part of what is dropped.
        fraction_bits = self.bits - 1 - length
        if fraction_bits >= 0:
            significand, tail = cut(x, fraction_bits - exponent)
            code = (head << fraction_bits) + significand - (1 << fraction_bits)
        else:
            significand, tail = cut(x, -exponent)
            beyond = -fraction_bits
            code = head >> beyond
            whole = (head & ((1 << beyond) - 1)) << TAIL | tail
            tail = whole >> beyond | (whole & ((1 << beyond) - 1) != 0)
        return code + rounds_up(rounding, negative, code & 1 == 1, tail, random)

    @property
    def first(self) -> int:
        """The negative of maxpos."""
        return -self.last

    @property
    def last(self) -> int:
        """The maxpos."""
        return self.nar - 1

    def index(self, code: int) -> int:
        """Read the code as a signed integer."""
        code &= self.mask
        return code - (1 << self.bits) if code >= self.nar else code

    def at_index(self, index: int, *, negative_zero: bool = False) -> int:  # noqa: ARG002
        """Write the signed integer as a code; there is one zero."""
        return index & self.mask
