# SPDX-License-Identifier: BSD-3-Clause
"""Which scale does a block get, from the largest magnitude in it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats import factories
from numformats._native import lib, row
from numformats.arrays import from_bits
from numformats.quantizing import quantize

if TYPE_CHECKING:
    from numformats.blocks.kinds import Kind
    from numformats.number_format import Format

__all__ = ["ODD", "block_scales", "largest_of", "quotients", "tensor_scale"]

Array = np.ndarray[Any, Any]

# Binary64 rounded to odd: a second rounding, to at most 51 bits, is as one of the exact value.
ODD = factories.Float(11, 52, rounding="to_odd").dtype


def largest_of(f: Format) -> float:
    """The largest finite number of a format."""
    return float(from_bits(lib.nf_limits_of(row(f)).maxpos, f))


def quotients(x: Any, divisor: Array | float) -> Array:
    """Divide x, doubles, by the divisor: rounded to odd."""
    with np.errstate(all="ignore"):
        odd: Array = np.asarray(x).view(ODD) / np.asarray(divisor, np.float64).view(ODD)
    return odd


def _rounded(x: Array, f: Format) -> Array:
    """The nearest number of f by f's rounding, as a double; its nearest end beyond them."""
    with np.errstate(all="ignore"):
        return np.asarray(quantize(x, f, overflow="saturate")).astype(np.float64)


def tensor_scale(largest: Array, kind: Kind) -> float | None:
    """The scale of the whole array, exact in double; None for a kind that has none.

    `largest`: of each block, NaN where a block is none.  1 where all numbers are 0.
    """
    if kind.tensor is None:
        return None
    numbers = largest[np.isfinite(largest)]
    most = numbers.max(initial=0.0)
    if most == 0:
        return 1.0
    unit = largest_of(kind.element) * largest_of(kind.scale)
    scale = float(_rounded(quotients(np.float64(most), unit), kind.tensor))
    return scale or float(from_bits(lib.nf_limits_of(row(kind.tensor)).minpos, kind.tensor))


def block_scales(largest: Array, kind: Kind, tensor: float | None) -> Array:
    """The scale of each block, exact in double; NaN where `largest` is no finite number."""
    number = np.isfinite(largest)
    most = np.where(number, largest, 0.0)
    if kind.rule == "ratio":
        unit = largest_of(kind.element) * (1.0 if tensor is None else tensor)
        scales: Array = quotients(most, unit)
    else:
        scales = _powers(most, kind)
    return np.where(number, _rounded(scales, kind.scale), np.nan)


def _powers(most: Array, kind: Kind) -> Array:
    """Powers of two by the rules "floor" and "ceil", within the scale format's range.

    Of a block of zeros it is the least one.
    """
    limits = lib.nf_limits_of(row(kind.scale))
    top_fraction, top = np.frexp(largest_of(kind.element))
    fraction, exponent = np.frexp(most)
    exponent = exponent - top
    if kind.rule == "ceil":
        exponent += fraction > top_fraction
    exponent = np.where(most == 0, limits.min_exp, exponent)
    powers: Array = np.ldexp(1.0, np.clip(exponent, limits.min_exp, limits.max_exp))
    return powers
