# SPDX-License-Identifier: BSD-3-Clause
"""Which number is a code of sign, exponent and fraction, and how is it rounded?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from numformats.oracle.codec import Codec
from numformats.oracle.float_layout import FloatLayout
from numformats.oracle.rounding import cut, rounds_up
from numformats.oracle.values import (
    INVALID,
    NO_FLAGS,
    OVERFLOW,
    Exact,
    Flags,
    Special,
    SquareRoot,
    Value,
    floor_log2,
    is_infinite,
    is_negative,
    is_zero,
    zero,
)

if TYPE_CHECKING:
    from fractions import Fraction

    from numformats.oracle.row import Row

__all__ = ["FloatCodec"]


class FloatCodec(Codec):
    """IEEE 754 and its relatives."""

    def __init__(self, row: Row) -> None:
        """Work out where the special codes are."""
        super().__init__(row)
        self.layout = FloatLayout(row)
        inf = ("inf",) if self.layout.inf_code is not None else ()
        nan = ("nan",) if self.layout.has_nan else ()
        self.overflows = (*inf, "saturate", "saturate_finite", *nan)

    def _decode(self, code: int) -> Value:
        layout = self.layout
        negative = code & layout.sign_bit != 0
        magnitude = code & ~layout.sign_bit
        if layout.is_nan(code):
            return Special.NAN
        if magnitude == layout.inf_code:
            return Special.NEG_INF if negative else Special.INF
        value = layout.magnitude_value(magnitude)
        if value == 0:
            return zero(negative and self.row.signed_zero)
        return -value if negative else value

    def encode(
        self, value: Exact, rounding: str, overflow: str, random: int | None
    ) -> tuple[int, Flags]:
        """Round abs(value) to the grid of codes, then look whether it was too large.

        P3109, 4.7.3: a value is rounded as if there were no ends, and then projected.
        """
        self._check_overflow(overflow)
        layout, negative = self.layout, is_negative(value)
        is_nan = value is Special.NAN
        if is_nan or (not self.row.zero and (negative or is_zero(value))):
            return layout.nan_code, NO_FLAGS if is_nan and layout.has_nan else INVALID
        if is_infinite(value):
            return self._project_infinity(negative, overflow)
        if isinstance(value, Special) or not value:
            return self._signed(0, negative), NO_FLAGS
        magnitude = self._round(value, rounding, negative, random)
        last = 0 if negative and not self.row.is_signed else layout.max_finite
        if magnitude <= last:
            return self._signed(magnitude, negative), NO_FLAGS
        if overflow.startswith("saturate") or self._stays(rounding, overflow, negative):
            return self._signed(last, negative), OVERFLOW
        return self._beyond(negative, overflow)

    def _project_infinity(self, negative: bool, overflow: str) -> tuple[int, Flags]:
        """Code of an exact infinity: itself, where there is one and the mode lets it be."""
        layout, has_side = self.layout, self.row.is_signed or not negative
        if layout.inf_code is not None and has_side and overflow != "saturate_finite":
            return self._signed(layout.inf_code, negative), NO_FLAGS
        if overflow.startswith("saturate"):
            return self._signed(layout.max_finite if has_side else 0, negative), OVERFLOW
        return self._beyond(negative, overflow)

    def _stays(self, rounding: str, overflow: str, negative: bool) -> bool:
        """Does a rounded number beyond the last finite one become that (P3109, 4.7.5)?"""
        if rounding == "to_odd":
            if negative and not self.row.is_signed:
                return False
            # Rounding to odd takes the odd one of the last finite code and the infinity after it.
            return overflow != "inf" or self.layout.max_finite % 2 == 1
        inward = "toward_positive" if negative else "toward_negative"
        return rounding in ("toward_zero", inward)

    def _beyond(self, negative: bool, overflow: str) -> tuple[int, Flags]:
        """Infinity or NaN; below 0 without a sign there is no infinity."""
        layout = self.layout
        if negative and not self.row.is_signed:
            return layout.nan_code, INVALID
        if overflow == "inf" and layout.inf_code is not None:
            return self._signed(layout.inf_code, negative), OVERFLOW
        return layout.nan_code, OVERFLOW

    def _round(
        self, x: Fraction | SquareRoot, rounding: str, negative: bool, random: int | None
    ) -> int:
        """Magnitude code of abs(x), which is not zero, as if the exponent field had no end."""
        man, layout = self.row.man, self.layout
        exponent = floor_log2(x)
        if exponent < layout.min_exponent and not self.row.zero:
            return 0  # the least power of two
        if exponent < layout.min_exponent and not self.row.subnormals:
            # From 0 to the smallest normal is one wide gap: 0 counts as even, the other end as odd.
            _, tail = cut(x, -layout.min_exponent)
            return layout.min_normal * rounds_up(rounding, negative, False, tail, random)
        binade = max(exponent, layout.min_exponent)
        significand, tail = cut(x, man - binade)
        code = significand + layout.binade_code(binade)
        return code + rounds_up(rounding, negative, code & 1 == 1, tail, random)

    def _check_overflow(self, overflow: str) -> None:
        if overflow not in self.overflows:
            msg = f"overflow is {overflow!r}; this format allows: {', '.join(self.overflows)}"
            raise ValueError(msg)

    def _signed(self, magnitude: int, negative: bool) -> int:
        if not negative or (magnitude == 0 and not self.row.signed_zero):
            return magnitude
        return magnitude | self.layout.sign_bit

    # The line of codes: the signed rank of the magnitude among the values that exist.

    @property
    def last_finite(self) -> int:
        """Rank of the largest finite magnitude."""
        return self.layout.rank(self.layout.max_finite)

    @property
    def last(self) -> int:
        """Rank of infinity, or of the largest finite magnitude."""
        return self.last_finite + (self.layout.inf_code is not None)

    @property
    def first(self) -> int:
        """Rank of -infinity or of the lowest value."""
        return -self.last if self.row.is_signed else 0

    def index(self, code: int) -> int:
        """Signed rank."""
        magnitude = code & self.mask & ~self.layout.sign_bit
        rank = self.last if magnitude == self.layout.inf_code else self.layout.rank(magnitude)
        return -rank if code & self.layout.sign_bit else rank

    def at_index(self, index: int, *, negative_zero: bool = False) -> int:
        """Code of a signed rank."""
        layout, rank = self.layout, abs(index)
        inf_code = layout.inf_code
        is_inf = inf_code is not None and rank == self.last
        magnitude = inf_code if is_inf and inf_code is not None else layout.unrank(rank)
        return self._signed(magnitude, index < 0 or (negative_zero and index == 0))

    # Signs live in the sign bit, NaN's too, where that bit cannot mean anything else.

    def _has_sign_bit(self, code: int) -> bool:
        row = self.row
        if not row.is_signed:
            return False
        if row.signed_zero:
            return True
        return row.nan == "ieee" and not is_zero(self.decode(code))

    def negative(self, code: int) -> tuple[int, Flags]:
        """Flip the sign bit."""
        if not self._has_sign_bit(code):
            return super().negative(code)
        return (code & self.mask) ^ self.layout.sign_bit, NO_FLAGS

    def copysign(self, code: int, negative: bool) -> tuple[int, Flags]:
        """Set the sign bit."""
        if not self._has_sign_bit(code):
            return super().copysign(code, negative)
        sign_bit = self.layout.sign_bit
        magnitude = code & self.mask & ~sign_bit
        return magnitude | (sign_bit if negative else 0), NO_FLAGS

    def signbit(self, code: int) -> bool:
        """Read the sign bit."""
        if not self._has_sign_bit(code):
            return super().signbit(code)
        return code & self.layout.sign_bit != 0
