# SPDX-License-Identifier: BSD-3-Clause
"""How does a datapath that truncates read operands and write results?"""

from __future__ import annotations

from fractions import Fraction

from numformats.oracle.ieee import FloatCodec
from numformats.oracle.values import (
    Exact,
    Flags,
    Special,
    SquareRoot,
    Value,
    dyadic,
    floor_log2,
    is_negative,
    scaled_floor,
    zero,
)

__all__ = ["TruncatedCodec"]


def _truncate(x: Fraction | SquareRoot, shift: int) -> Fraction:
    """Cut x toward zero to a multiple of 2**-shift."""
    steps, _ = scaled_floor(x, shift)
    return dyadic(-steps if is_negative(x) else steps, -shift)


class TruncatedCodec(FloatCodec):
    """IEEE storage, reached by nearest-even conversions, with arithmetic of compute_man bits.

    ``row.cut`` says where the bits are lost: of the exact "result", of each "operand", of the
    smaller term of a sum ("align"), of a "product", or of the "rounded" result's code.
    """

    def load(self, code: int) -> Value:
        """Flush a subnormal operand (daz), then cut it where operands are cut."""
        value = self.decode(code)
        if not isinstance(value, Fraction) or not value:
            return value
        if self.row.daz and floor_log2(value) < self.layout.min_exponent:
            return zero(is_negative(value))
        return self._to_compute_bits(value) if self.row.cut == "operand" else value

    def _to_compute_bits(self, x: Fraction) -> Fraction:
        return _truncate(x, self.row.compute_man - floor_log2(x))

    def product_term(self, product: Value) -> Value:
        """Cut the product inside a fused multiply-add where products are cut."""
        if self.row.cut == "product" and isinstance(product, Fraction) and product:
            return self._to_compute_bits(product)
        return product

    def align(self, x: Fraction, y: Fraction) -> tuple[Fraction, Fraction]:
        """Cut the term of smaller exponent to compute_man bits on the scale of the larger."""
        if self.row.cut != "align":
            return x, y
        scale_x, scale_y = floor_log2(x), floor_log2(y)
        if scale_x > scale_y:
            return x, _truncate(y, self.row.compute_man - scale_x)
        if scale_y > scale_x:
            return _truncate(x, self.row.compute_man - scale_y), y
        return x, y

    def store(self, value: Exact, random: int | None) -> tuple[int, Flags]:
        """Cut or round the exact result, then flush (ftz)."""
        if self.row.cut == "result":
            return self._flush(self._store_cut(value))
        code, flags = self.encode(value, "nearest_even", "inf", random)
        if self.row.cut == "rounded" and isinstance(self.decode(code), Fraction):
            code &= ~((1 << (self.row.man - self.row.compute_man)) - 1)
        return self._flush((code, flags))

    def store_product(self, value: Exact, random: int | None) -> tuple[int, Flags]:
        """Where products are cut, round the cut product: a * b is fma(a, b, 0)."""
        if isinstance(value, Fraction):
            value = self.product_term(value)
        return self.store(value, random)

    def _store_cut(self, value: Exact) -> tuple[int, Flags]:
        """Cut to compute_man bits of its own binade and to the grid of the storage."""
        if isinstance(value, Special) or value == 0:
            return self._exactly(value if isinstance(value, Special) else Fraction(0))
        row, layout = self.row, self.layout
        negative, scale = is_negative(value), floor_log2(value)
        if scale > floor_log2(layout.magnitude_value(layout.max_finite)):
            return self._beyond(negative, "inf")
        cut = _truncate(value, min(row.compute_man - scale, row.man - layout.min_exponent))
        return self._exactly(cut or zero(negative))

    def _flush(self, result: tuple[int, Flags]) -> tuple[int, Flags]:
        code, flags = result
        if self.row.ftz and code & ~self.layout.sign_bit < self.layout.min_normal:
            code &= self.layout.sign_bit
        return code, flags
