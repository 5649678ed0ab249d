# SPDX-License-Identifier: BSD-3-Clause
"""Which block formats have names, and which are made by a call?  One table of kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numformats import _rules, factories
from numformats._native import NAMED, class_format
from numformats.blocks.kind import LONGEST_BLOCK, Kind
from numformats.parse import unknown

if TYPE_CHECKING:
    from typing import SupportsIndex

    from numformats.number_format import Format

__all__ = ["BFP", "KINDS", "PowerOfTwo", "as_kind"]


def _named(name: str, element: str, block: int = 32, **rest: Any) -> Kind:
    return Kind(_format(element), rest.pop("scale", _E8M0), block, name=name, **rest)


def _format(name: str) -> Format:
    return class_format(NAMED[name])


_E8M0 = _format("float8_e8m0fnu")

# OCP Microscaling Formats (MX) Specification v1.0, table 1; NVFP4 as NVIDIA's Blackwell has it.
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        _named("mxfp8_e4m3", "float8_e4m3fn"),
        _named("mxfp8_e5m2", "float8_e5m2"),
        _named("mxfp6_e2m3", "float6_e2m3fn"),
        _named("mxfp6_e3m2", "float6_e3m2fn"),
        _named("mxfp4", "float4_e2m1fn"),
        Kind(class_format(factories.Fixed(8, 6)), _E8M0, 32, name="mxint8"),
        _named("nvfp4", "float4_e2m1fn", 16, scale=_format("float8_e4m3fn"), rule="ratio",
               tensor=_format("binary32")),
    )
}  # fmt: skip


def as_kind(kind: Kind | str) -> Kind:
    """The Kind that a name or a Kind stands for; UnknownFormatError, TypeError."""
    if isinstance(kind, Kind):
        return kind
    if not isinstance(kind, str):
        raise TypeError(f"kind must be a name or a Kind, not {type(kind).__name__}")
    if kind not in KINDS:
        raise unknown("block format", kind, KINDS)
    return KINDS[kind]


def _shared_exponent(exponent_bits: SupportsIndex) -> Format:
    """An unsigned float of exponents only, whose top code is NaN: E8M0 for 8 bits."""
    e = _rules.integer("exponent_bits", exponent_bits, 2, 8)
    float_ = factories.Float(
        e, 0, signed=False, zero=False, subnormals=False, inf="none", nan="all_ones",
        rounding="nearest_away", overflow="nan",
    )  # fmt: skip
    return class_format(float_)


def BFP(  # noqa: N802 - a factory, as nf.Fixed
    bits: SupportsIndex, block: SupportsIndex, *, exponent_bits: SupportsIndex = 8
) -> Kind:
    """Block floating point: signed integers of `bits` bits (2..32) that share an exponent.

    An element is k * 2**(2 - bits) with -2**(bits-1) <= k < 2**(bits-1), in two's complement, so
    that the largest of a block uses the top bit; the exponent has `exponent_bits` bits (2..8).
    `BFP(8, 32)` is MXINT8.  Raises FormatError.

    >>> import numformats as nf
    >>> x = nf.blocks.quantize([1.0, 0.3, -0.3, 0], nf.blocks.BFP(4, 4))
    >>> x.codes, x.scales, x.dequantize()
    (array([ 4,  1, 15,  0], dtype=uint8), array([1.], dtype=float8_e8m0fnu), array([ 1.  ,  0.25, -0.25,  0.  ], dtype=float32))
    """  # noqa: E501 - three results in one line
    n = _rules.integer("bits", bits, 2, 32)
    element = class_format(factories.Fixed(n, n - 2))
    scale = _shared_exponent(exponent_bits)
    length = _rules.integer("block", block, 1, LONGEST_BLOCK)
    return Kind(element, scale, length, name=f"bfp{n}_{length}")


def PowerOfTwo(bits: SupportsIndex, block: SupportsIndex) -> Kind:  # noqa: N802 - a factory
    """Signed powers of two and 0 in `bits` bits (2..8): a sign, and an exponent below the scale's.

    The largest of 2**(bits-1) codes of a sign is the block's scale times 2**k; code 0 is 0.
    Numbers go to the nearest power of two, ties to the even code; "ceil" chooses the scale, so that
    nothing is cut at the top.  A product with such a weight is a shift: exact.

    >>> import numformats as nf
    >>> w = nf.blocks.quantize([0.9, -0.3, 0.01, 0], nf.blocks.PowerOfTwo(4, 4))
    >>> w.dequantize()
    array([ 1.      , -0.25    ,  0.015625,  0.      ], dtype=float32)
    """
    n = _rules.integer("bits", bits, 2, 8)
    element = factories.Float(n - 1, 0, subnormals=False, inf="none", nan="none")
    length = _rules.integer("block", block, 1, LONGEST_BLOCK)
    name = f"power_of_two{n}_{length}"
    return Kind(class_format(element), _E8M0, length, rule="ceil", name=name)
