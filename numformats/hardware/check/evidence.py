# SPDX-License-Identifier: BSD-3-Clause
"""What does the oracle know of one row: its exact result, and where between two codes that lies?"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from numformats.oracle import Oracle, Special, SquareRoot, for_format
from numformats.oracle.values import Exact, Value, floor_log2, is_negative, scaled_floor

if TYPE_CHECKING:
    from numformats.hardware.operations import Operation
    from numformats.number_format import Format

__all__ = ["BETWEEN", "Evidence", "oracle_of"]

BETWEEN = ("below", "tie", "above")
"""Places of a result that is rounded: below the middle of two codes, on it, or above."""

_ORACLES: dict[Format, Oracle] = {}


def oracle_of(f: Format) -> Oracle:
    """The oracle of a format, made once."""
    if f not in _ORACLES:
        _ORACLES[f] = for_format(f)
    return _ORACLES[f]


@dataclass
class Evidence:
    """One answer of a device beside what is known of it; everything is found when asked for.

    Codes that are NaN stand as the one NaN of the format, unless `nans` is "same".
    """

    operation: Operation
    operands: tuple[int, ...]
    got: int
    reference: int | None = None
    """What compiled arithmetic says."""
    flags: tuple[int, int] | None = None
    """The device's flags, and the right ones."""
    line: int | None = None
    nans: str = "any"

    def __post_init__(self) -> None:
        """Write the device's NaN as the format's one."""
        self.got = self.settle(self.got)
        self._rounded: dict[str, int] = {}

    @cached_property
    def oracle(self) -> Oracle:
        """Of the result."""
        return oracle_of(self.operation.result)

    def settle(self, code: int) -> int:
        """The code, or the one NaN instead of any other."""
        codec = self.oracle.codec
        if self.nans == "any" and codec.decode(code) is Special.NAN:
            return codec.nan
        return code

    @cached_property
    def expected(self) -> int:
        """The right code, by the oracle."""
        return self.settle(self.operation.by_oracle(*self.operands)[0])

    @property
    def agrees(self) -> bool:
        """Is the device's code the right one?"""
        return self.got == self.expected

    @cached_property
    def values(self) -> tuple[Value, ...]:
        """What the operands are."""
        pairs = zip(self.operation.operands, self.operands, strict=True)
        return tuple(oracle_of(f).codec.load(code) for f, code in pairs)

    @cached_property
    def exact(self) -> Exact:
        """The result before it is rounded."""
        return self.operation.exact(*self.operands)

    @property
    def is_number(self) -> bool:
        """Is the exact result a number other than 0, so that rounding has something to do?"""
        return isinstance(self.exact, SquareRoot) or bool(
            isinstance(self.exact, Fraction) and self.exact
        )

    @cached_property
    def negative(self) -> bool:
        """Is the exact result below 0?"""
        return is_negative(self.exact)

    @cached_property
    def place(self) -> str:
        """Where the exact result lies: "special", "zero", "beyond", "under", "exact" or BETWEEN.

        "beyond": the two codes beside it are not both numbers, for it is above the largest, or
        above what rounds to that or to infinity.  "under": below the least number of a posit or
        takum, which never round to 0.
        """
        if not self.is_number:
            return "zero" if self.exact in (0, Special.NEG_ZERO) else "special"
        if isinstance(self.exact, Fraction):
            least, most = _ends(self.operation.result, self.negative)
            if abs(self.exact) > most:
                return "beyond"
            if abs(self.exact) < least and self.operation.result.is_tapered:
                return "under"
        inward = self.round("toward_zero")
        if inward == self.round("toward_negative" if self.negative else "toward_positive"):
            return "exact"
        if self.round("nearest_zero") != self.round("nearest_away"):
            return "tie"
        return "below" if self.round("nearest_zero") == inward else "above"

    def round(self, mode: str) -> int:
        """The code of the exact result in another rounding; ends as the format has them."""
        if mode not in self._rounded:
            self._rounded[mode] = self.code_of(self.exact, mode)
        return self._rounded[mode]

    def code_of(self, value: Exact, mode: str | None = None) -> int:
        """A value rounded into the result's format, by its own rounding unless another is given."""
        codec = self.oracle.codec
        if mode is None:
            return self.settle(codec.store(value, None)[0])
        return self.settle(codec.encode(value, mode, codec.overflow, None)[0])

    @cached_property
    def outward(self) -> int:
        """The code beyond the exact result, away from 0."""
        return self.round("toward_negative" if self.negative else "toward_positive")

    @cached_property
    def fraction_bits(self) -> int | None:
        """How many fraction bits a code has at the exact result's exponent.

        Below 0: so many exponent bits are cut off.  None: the format does not taper, or the result
        is no number.
        """
        prefix = getattr(self.oracle.codec, "prefix", None)
        if prefix is None or not self.is_number:
            return None
        assert not isinstance(self.exact, Special)
        head = prefix(floor_log2(self.exact))
        return None if head is None else self.operation.result.bits - 1 - head[1]

    def chopped(self, bits: int) -> Fraction:
        """The exact result cut toward 0 behind so many significand bits; it is a number."""
        assert not isinstance(self.exact, Special)
        shift = bits - 1 - floor_log2(self.exact)
        steps = scaled_floor(self.exact, shift)[0]
        return (-steps if self.negative else steps) / Fraction(2) ** shift


@lru_cache(maxsize=256)
def _ends(f: Format, negative: bool) -> tuple[Fraction, Fraction]:
    """Least number and end of the range on one side of 0; zeros where it has no numbers there."""
    codec = oracle_of(f).codec
    # Two's complement has one more number below 0; an infinity there is no number.
    far = max(codec.first, -codec.last_finite - 1) if negative else codec.last_finite
    near = [codec.decode(codec.at_index(i)) for i in (0, -1 if negative else 1)]
    most = [codec.decode(codec.at_index(i)) for i in (far, far + negative)]
    least = [abs(v) for v in near if isinstance(v, Fraction) and v and (v < 0) == negative]
    largest = [abs(v) for v in most if isinstance(v, Fraction) and (v < 0) == negative]
    if not (least and largest):
        return Fraction(0), Fraction(0)
    end = max(largest)
    if (
        f.has_inf and f.overflow == "inf"
    ):  # what lies before the next binade has two codes beside it
        end = Fraction(2) ** (floor_log2(end) + 1)
        end -= end / (1 << 200)
    return least[0], end
