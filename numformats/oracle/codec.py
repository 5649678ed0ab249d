# SPDX-License-Identifier: BSD-3-Clause
"""What must every family of formats say about its codes?"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from numformats.oracle.values import (
    Exact,
    Flags,
    Special,
    Value,
    is_negative,
    negate,
)

if TYPE_CHECKING:
    from fractions import Fraction

    from numformats.oracle.row import Row

__all__ = ["Codec"]

_CACHED_BITS = 16


class Codec(ABC):
    """Codes of one format: reading, rounding, order.

    Codes stand in a line: ``index`` gives a number's place, so that neighbours differ by one
    and zero, where there is one, has place 0; ``at_index`` is its inverse.
    """

    nan_equals_nan = False
    """Posits and takums: NaR equals NaR and is below everything."""

    def __init__(self, row: Row) -> None:
        """Remember the parameters; codes of narrow formats are decoded once."""
        self.row = row
        self.bits = row.bits
        self.mask = (1 << row.bits) - 1
        self._cache: dict[int, Value] = {}

    def decode(self, code: int) -> Value:
        """Return the exact value of a code; bits above the format's width are ignored."""
        code &= self.mask
        if self.bits > _CACHED_BITS:
            return self._decode(code)
        value = self._cache.get(code)
        if value is None:
            value = self._cache[code] = self._decode(code)
        return value

    @abstractmethod
    def _decode(self, code: int) -> Value: ...

    @abstractmethod
    def encode(
        self, value: Exact, rounding: str, overflow: str, random: int | None
    ) -> tuple[int, Flags]:
        """Round once.  Returns the code and the flags."""

    @property
    def rounding(self) -> str:
        """The format's own rounding."""
        return self.row.rounding

    @property
    def overflow(self) -> str:
        """The format's own treatment of values that are too large."""
        return self.row.overflow

    def rounds_to(self, value: Fraction, code: int, rounding: str) -> bool:
        """Say whether rounding alone, not overflow or a clamp at the ends, takes value to code."""
        result, flags = self.encode(value, rounding, "saturate", None)
        return result == code and not flags

    # Arithmetic reads and writes with these, which are decode and encode but in truncated floats.

    def load(self, code: int) -> Value:
        """Read an operand of arithmetic."""
        return self.decode(code)

    def store(self, value: Exact, random: int | None) -> tuple[int, Flags]:
        """Round a result of arithmetic."""
        return self.encode(value, self.rounding, self.overflow, random)

    def store_product(self, value: Exact, random: int | None) -> tuple[int, Flags]:
        """Round a result that is a product."""
        return self.store(value, random)

    def product_term(self, product: Value) -> Value:
        """Turn the exact product inside a fused multiply-add into what the adder sees."""
        return product

    def align(self, x: Fraction, y: Fraction) -> tuple[Fraction, Fraction]:
        """Turn the two non-zero terms of a sum into what the adder sees."""
        return x, y

    # The line of codes.

    @property
    @abstractmethod
    def first(self) -> int:
        """Index of the lowest value, infinities included."""

    @property
    @abstractmethod
    def last(self) -> int:
        """Index of the highest value, infinities included."""

    @abstractmethod
    def index(self, code: int) -> int:
        """Place of a code that is not NaN."""

    @abstractmethod
    def at_index(self, index: int, *, negative_zero: bool = False) -> int:
        """Code at a place; the zero is -0 when asked for and the format has one."""

    @property
    def last_finite(self) -> int:
        """Index of the largest finite value."""
        return self.last

    # Signs.

    def negative(self, code: int) -> tuple[int, Flags]:
        """-x, by value."""
        return self._exactly(negate(self.decode(code)))

    def copysign(self, code: int, negative: bool) -> tuple[int, Flags]:
        """abs(x) with the given sign, by value."""
        value = self.decode(code)
        return self._exactly(value if is_negative(value) == negative else negate(value))

    def signbit(self, code: int) -> bool:
        """Is the sign minus?"""
        return is_negative(self.decode(code))

    def _exactly(self, value: Value) -> tuple[int, Flags]:
        """Encode a value that needs no rounding, only perhaps the overflow rule."""
        return self.encode(value, self.rounding, self.overflow, None)

    @property
    def nan(self) -> int:
        """Code that NaN becomes."""
        return self.encode(Special.NAN, "nearest_even", self.overflow, None)[0]
