# SPDX-License-Identifier: BSD-3-Clause
"""Which number is a fixed-point code, and what happens at the two ends?"""

from __future__ import annotations

from fractions import Fraction

from numformats.oracle.codec import Codec
from numformats.oracle.rounding import cut, rounds_up
from numformats.oracle.values import (
    INVALID,
    NO_FLAGS,
    OVERFLOW,
    Exact,
    Flags,
    Special,
    Value,
    dyadic,
)

__all__ = ["FixedCodec"]

_OVERFLOWS = ("saturate", "saturate_symmetric", "zero", "wrap")


class FixedCodec(Codec):
    """The value is code * 2**-frac; two's complement when signed; no NaN, no infinity, no -0."""

    def _decode(self, code: int) -> Value:
        return dyadic(self.index(code), -self.row.frac)

    def encode(
        self, value: Exact, rounding: str, overflow: str, random: int | None
    ) -> tuple[int, Flags]:
        """Round abs(value) to the grid, then look at the two ends."""
        if overflow not in _OVERFLOWS:
            msg = f"overflow is {overflow!r}; a fixed format allows: {', '.join(_OVERFLOWS)}"
            raise ValueError(msg)
        low = -self.last if overflow == "saturate_symmetric" else self.first
        low *= self.row.is_signed
        if isinstance(value, Special):
            if value is Special.NAN:
                return 0, INVALID
            if value is Special.NEG_ZERO:
                return 0, NO_FLAGS
            end = self.last if value is Special.INF else low
            return end * (overflow != "zero") & self.mask, OVERFLOW
        negative = isinstance(value, Fraction) and value.numerator < 0
        steps, tail = cut(value, self.row.frac)
        steps += rounds_up(rounding, negative, steps & 1 == 1, tail, random)
        if negative:
            steps = -steps
        if low <= steps <= self.last:
            return steps & self.mask, NO_FLAGS
        if overflow == "zero":
            steps = 0
        elif overflow != "wrap":
            steps = low if negative else self.last
        return steps & self.mask, OVERFLOW

    @property
    def first(self) -> int:
        """The lowest code as an integer."""
        return -(1 << (self.bits - 1)) if self.row.is_signed else 0

    @property
    def last(self) -> int:
        """The highest code as an integer."""
        return (1 << (self.bits - self.row.is_signed)) - 1

    def index(self, code: int) -> int:
        """Read the code as an integer."""
        code &= self.mask
        return code - (1 << self.bits) if code > self.last else code

    def at_index(self, index: int, *, negative_zero: bool = False) -> int:  # noqa: ARG002
        """Write the integer as a code; there is one zero."""
        return index & self.mask
