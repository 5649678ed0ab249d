# SPDX-License-Identifier: BSD-3-Clause
"""What is a block format?  Formats of elements and scales, a length, and a rule for the scale."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from numformats import _rules, factories
from numformats._frozen import Frozen
from numformats._native import class_format, lib, row
from numformats.arrays import from_bits
from numformats.errors import FormatError
from numformats.parse import as_format

if TYPE_CHECKING:
    from numformats.number_format import Format


__all__ = ["LONGEST_BLOCK", "Kind", "Rule", "largest_of"]

Rule = Literal["floor", "ceil", "ratio"]
_RULES = ("floor", "ceil", "ratio")
LONGEST_BLOCK = 1 << 20
# A quotient is decided in binary64, rounded to odd: what it is compared with, half an element's
# step times the scales, must be one of its values with a bit to spare.
_SIGNIFICAND_BITS = 52
# Exponents of scales and of elements times scales stay within those of normal doubles.
_LEAST, _MOST = -1000, 1000


@dataclass(frozen=True)
class _Reach:
    """Of a format's positive numbers: significant bits, exponents of the least and the largest."""

    bits: int
    least: int
    most: int


def _reach(f: Format) -> _Reach:
    limits = lib.nf_limits_of(row(f))
    if f.family == "fixed":
        # The negative end is a power of two above the largest number.
        return _Reach(f.bits - f.is_signed, limits.min_exp, limits.max_exp + f.is_signed)
    bits = f.man + 1 if f.family == "float" else f.bits - 1
    return _Reach(bits, limits.min_exp, limits.max_exp)


def _lowest_bit(f: Format) -> int:
    """All numbers of f are multiples of 2 to this."""
    reach = _reach(f)
    # The least number is 2 to this, but for a takum's, and a float's that is followed by no other.
    one_bit = f.family in {"fixed", "posit"} or (f.family == "float" and f.subnormals)
    return reach.least - (0 if one_bit else reach.bits - 1)


@functools.lru_cache(maxsize=256)
def _product(one: Format, other: Format) -> Format:
    """The float that holds the products of the numbers of two formats."""
    a, b = _reach(one), _reach(other)
    # Two significands of several bits may carry into one more exponent.
    most, least = a.most + b.most + 1, a.least + b.least
    # One bit times a significand is that significand.
    bits = a.bits + b.bits - (min(a.bits, b.bits) == 1)
    exp = max(2, (max(most, 1 - least, 1)).bit_length() + 1)
    return class_format(factories.Float(exp, max(1, bits - 1)))


@functools.lru_cache(maxsize=256)
def largest_of(f: Format) -> float:
    """The largest finite number of a format."""
    return float(from_bits(lib.nf_limits_of(row(f)).maxpos, f))


@dataclass(frozen=True, repr=False)
class Kind(Frozen):
    """A block format: blocks of elements, each block with a scale, perhaps a scale for all.

    An element is worth its code times its block's scale, times the scale of the tensor where the
    kind has one.  Parameters:

    * element: the format of the elements, anything that stands for a format
    * scale: the format of the block scales
    * block: how many elements share a scale, 1..2**20
    * rule: how a block's scale follows from the largest magnitude in it, A.
      "floor": 2**(floor(log2 A) - floor(log2 L)), L the largest element (OCP MX v1.0, 6.3);
      "ceil": the least power of two with which no element exceeds L;
      "ratio": A / L, rounded once into the scale's format
    * tensor: None, or the format of one scale for the whole array, of largest magnitude A:
      A / (L * the largest scale), rounded once; the block scales then hold the quotients by it
    * name: its name, which takes no part in comparisons

    Scales that the scale's format lacks become its nearest end.  Raises FormatError.

    >>> import numformats as nf
    >>> kind = nf.blocks.Kind(nf.float8_e3m4, nf.float8_e8m0fnu, 16, rule="ceil")
    >>> nf.blocks.quantize([[1, 2.3, -3]], kind).dequantize()
    array([[ 1.  ,  2.25, -3.  ]], dtype=float32)
    """

    element: Format
    scale: Format
    block: int
    rule: Rule = "floor"
    tensor: Format | None = None
    name: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        """Turn what stands for formats into Formats, and check that products are exact."""
        for part in ("element", "scale", "tensor"):
            given = getattr(self, part)
            if given is not None or part != "tensor":
                object.__setattr__(self, part, as_format(given))
        block = _rules.integer("block", self.block, 1, LONGEST_BLOCK)
        object.__setattr__(self, "block", block)
        if self.rule not in _RULES:
            raise FormatError(f"rule={self.rule!r}: must be one of {', '.join(_RULES)}")
        self._check_formats()
        self._check_exactness()

    def _check_formats(self) -> None:
        for part in ("element", "scale", "tensor"):
            f = getattr(self, part)
            if f is None:
                continue
            if f.family == "truncated" or f.rounding == "stochastic":
                raise FormatError(f"{part}={f}: must be a format that rounds to a known value")
            if part != "element" and not f.has_nan:
                raise FormatError(f"{part}={f}: must have a NaN, for blocks that are not numbers")
        if self.tensor is not None and self.rule != "ratio":
            raise FormatError(f"tensor={self.tensor}: needs rule='ratio', not {self.rule!r}")

    def _check_exactness(self) -> None:
        element, scale = _reach(self.element), _reach(self.scale)
        tensor = _Reach(0, 0, 0) if self.tensor is None else _reach(self.tensor)
        bits = element.bits + 1 + scale.bits + tensor.bits
        if bits > _SIGNIFICAND_BITS:
            raise FormatError(
                f"element={self.element}, scale={self.scale}, tensor={self.tensor}: significands of"
                f" products have {bits - 1} bits; at most {_SIGNIFICAND_BITS - 1} are allowed"
            )
        least = element.least + scale.least + tensor.least
        most = element.most + scale.most + tensor.most
        if min(least, scale.least) < _LEAST or max(most, scale.most) > _MOST:
            raise FormatError(
                f"element={self.element}, scale={self.scale}, tensor={self.tensor}: a product goes"
                f" from 2**{least} to 2**{most}; allowed: 2**{_LEAST} to 2**{_MOST}"
            )

    @property
    def bits(self) -> float:
        """Bits of storage for each element: its own and its part of the block's scale.

        >>> import numformats as nf
        >>> nf.blocks.KINDS["mxfp4"].bits
        4.25
        """
        return self.element.bits + self.scale.bits / self.block

    @property
    def product(self) -> Format:
        """The float that holds every element times every block scale, exactly.

        >>> import numformats as nf
        >>> nf.blocks.KINDS["mxfp8_e4m3"].product
        Float(exp=9, man=3)
        """
        return _product(self.element, self.scale)

    @property
    def largest(self) -> float:
        """The largest element, L in the rules.

        >>> import numformats as nf
        >>> nf.blocks.KINDS["mxfp8_e4m3"].largest
        448.0
        """
        return largest_of(self.element)

    @property
    def scale_range(self) -> tuple[int, int]:
        """The exponents of the least and of the largest product of a block's scale and the array's.

        >>> import numformats as nf
        >>> nf.blocks.KINDS["mxfp4"].scale_range
        (-127, 128)
        """
        scale = _reach(self.scale)
        tensor = _Reach(0, 0, 0) if self.tensor is None else _reach(self.tensor)
        return scale.least + tensor.least, scale.most + tensor.most + 1

    @property
    def lowest(self) -> int:
        """Every element times a block scale is a multiple of 2**lowest.

        >>> import numformats as nf
        >>> nf.blocks.KINDS["nvfp4"].lowest
        -10
        """
        return _lowest_bit(self.element) + _lowest_bit(self.scale)

    def __str__(self) -> str:
        """Its name, or what its parameters are."""
        return self.name or repr(self)

    def __repr__(self) -> str:
        """The call that makes it."""
        parts = (
            f"element={self.element}, scale={self.scale}, block={self.block}, rule={self.rule!r}"
        )
        return f"Kind({parts}{'' if self.tensor is None else f', tensor={self.tensor}'})"
