# SPDX-License-Identifier: BSD-3-Clause
"""What do the wires between the registers of a truncating floating-point unit compute?

Everything is an integer of a known width, as in a netlist: no fraction, no float, no format's
arithmetic.  A finite operand has a significand with its leading one at the top and a biased
exponent in two's complement; an arithmetic result has three more bits below, the last one sticky.

    s = 1 . f f f ... f | g r t          t: whether anything lower was not zero
        M+1 bits          3 bits
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from numformats.hardware.accelerator.bits import as_signed, ones, pattern, shift_right
from numformats.parse import as_format

if TYPE_CHECKING:
    from numformats.parse import FormatLike

__all__ = ["FINITE", "INFINITE", "NAN", "ZERO", "FloatPath", "Term"]

# What an operand or a result is: two wires.
FINITE, ZERO, INFINITE, NAN = range(4)
BELOW = 3  # guard, round and sticky bit


class Term(NamedTuple):
    """A number inside the datapath; the exponent is a pattern of `FloatPath.exp_bits`."""

    sign: int
    exp: int
    sig: int
    kind: int


@dataclass(frozen=True)
class FloatPath:
    """The combinational parts of a unit: widths, and where bits are cut to `keep` fraction bits.

    cut: "result", "operand", "align", "product", "rounded", as `nf.TruncatedFloat` has them;
    ftz, daz: whether results and operands below the smallest normal number count as zeros.
    """

    exp: int
    man: int
    keep: int
    ftz: bool
    daz: bool
    cut: str

    @classmethod
    def of(cls, format: FormatLike) -> FloatPath:  # noqa: A002 - as everywhere in this room
        """The datapath of a truncated float, or of an IEEE float that rounds to nearest even.

        The second one keeps all bits and flushes nothing.  ValueError for other formats.

        >>> FloatPath.of("mlu32").cut, FloatPath.of("binary32").exp_bits
        ('result', 10)
        """
        f = as_format(format)
        if f.family == "truncated":
            return cls(f.exp, f.man, f.compute_man, f.ftz, f.daz, f.cut)
        usual = f.family == "float" and f.is_signed and f.zero and f.signed_zero and f.subnormals
        if not (usual and f.inf == f.nan == "ieee" and f.overflow == "inf" and f.man):
            raise ValueError(f"{f}; allowed: TruncatedFloat, and floats of IEEE 754")
        if f.rounding != "nearest_even" or f.bias != (1 << (f.exp - 1)) - 1:
            raise ValueError(f"{f}; allowed: rounding to nearest even, and the usual bias")
        return cls(f.exp, f.man, f.man, ftz=False, daz=False, cut="operand")

    @property
    def bits(self) -> int:
        """Of a code."""
        return 1 + self.exp + self.man

    @property
    def bias(self) -> int:
        """Of the exponent field."""
        return ones(self.exp - 1)

    @property
    def exp_bits(self) -> int:
        """Of an exponent inside: two more than the field, or what long subnormals need."""
        lowest = 0 if self.daz else 2 * self.man + self.bias
        return 1 + max(self.exp + 1, lowest.bit_length())

    @property
    def term_widths(self) -> dict[str, int]:
        """Of the registers of an unpacked operand."""
        return {"sign": 1, "exp": self.exp_bits, "sig": self.man + 1, "kind": 2}

    def unpack(self, code: int) -> Term:
        """An operand without its hidden bit hidden; it is cut here where operands are."""
        sign, field = code >> (self.exp + self.man), code >> self.man & ones(self.exp)
        fraction = code & ones(self.man)
        if field == ones(self.exp):
            return Term(sign, 0, 0, NAN if fraction else INFINITE)
        if field == 0 and (self.daz or not fraction):
            return Term(sign, 0, 0, ZERO)
        # A subnormal number is shifted until its leading one is at the top.
        places = 0 if field else self.man + 1 - fraction.bit_length()
        sig = fraction << places if places else fraction | 1 << self.man
        if self.cut == "operand":
            sig &= ~ones(self.man - self.keep)
        return Term(sign, pattern((field or 1) - places, self.exp_bits), sig, FINITE)

    def multiply(self, x: Term, y: Term) -> Term:
        """The product of two significands, twice as wide; 1.0 is 1 << 2 man."""
        kinds = {x.kind, y.kind}
        kind = NAN if kinds == {ZERO, INFINITE} else max(kinds)  # in the order of their codes
        sum_of = as_signed(x.exp, self.exp_bits) + as_signed(y.exp, self.exp_bits) - self.bias
        exp = pattern(sum_of, self.exp_bits) if kind == FINITE else 0
        return Term(x.sign ^ y.sign, exp, x.sig * y.sig, kind)

    def align(self, x: Term, y: Term, width: int) -> dict[str, int]:
        """The larger term and the smaller one on its scale, of significands of `width` bits."""
        kind, sign = self._kind_of_sum(x, y)
        ex, ey = as_signed(x.exp, self.exp_bits), as_signed(y.exp, self.exp_bits)
        x_is_big = y.kind == ZERO or (x.kind != ZERO and (ex, x.sig) >= (ey, y.sig))
        big, small, places = (x, y, ex - ey) if x_is_big else (y, x, ey - ex)
        below = shift_right(small.sig << BELOW, max(places, 0)) if kind == FINITE else 0
        if self.cut == "align" and places > 0:
            below &= ~ones(width + BELOW - 1 - self.keep)
        return {
            "sign": big.sign if kind == FINITE else sign,
            "exp": big.exp,
            "big": big.sig << BELOW,
            "small": below,
            "subtract": x.sign ^ y.sign,
            "kind": kind,
        }

    @staticmethod
    def _kind_of_sum(x: Term, y: Term) -> tuple[int, int]:
        """What a sum is, and the sign of one that is an infinity or of two zeros."""
        if NAN in {x.kind, y.kind} or (x.kind == y.kind == INFINITE and x.sign != y.sign):
            return NAN, 0
        if INFINITE in {x.kind, y.kind}:
            return INFINITE, x.sign if x.kind == INFINITE else y.sign
        return (ZERO, x.sign & y.sign) if x.kind == y.kind == ZERO else (FINITE, 0)

    @staticmethod
    def add(big: int, small: int, subtract: int) -> int:
        """The sum or the difference of the magnitudes, which is not negative."""
        return big - small if subtract else big + small

    def normalise(self, exp: int, total: int, one: int) -> tuple[int, int]:
        """Exponent and significand with its leading one at the top, three bits below; not of 0.

        one: the place of 1.0 in total.
        """
        top, leading = self.man + BELOW, total.bit_length() - 1
        down = leading - top
        sig = shift_right(total, down) if down > 0 else total << -down
        moved = as_signed(exp, self.exp_bits) + leading - one
        return pattern(moved, self.exp_bits), sig

    def cut_result(self, exp: int, sig: int, *, is_product: bool) -> int:
        """The magnitude's code, as if the exponent field had no end.

        Below the smallest normal number the grid is that of subnormal numbers, even where they are
        flushed afterwards: whether a result is flushed is decided on the value after its cut.
        """
        number = as_signed(exp, self.exp_bits)
        if self.cut == "result" or (self.cut == "product" and is_product):
            sig &= ~ones(self.man + BELOW - self.keep)
        sig = shift_right(sig, max(0, 1 - number))
        kept, tail = sig >> BELOW, sig & ones(BELOW)
        if self.cut != "result":
            kept += tail > 4 or (tail == 4 and kept & 1)
        if self.cut == "rounded":
            kept &= ~ones(self.man - self.keep)
        return (max(number - 1, 0) << self.man) + kept

    def pack(self, sign: int, magnitude: int, kind: int) -> int:
        """The code of the result."""
        infinity = ones(self.exp) << self.man
        if kind == NAN:
            return infinity | (1 << self.man >> 1)
        if kind == ZERO or (kind == FINITE and self.ftz and not magnitude >> self.man):
            magnitude = 0
        elif kind == INFINITE or magnitude > infinity:
            magnitude = infinity
        return sign << (self.exp + self.man) | magnitude
