# SPDX-License-Identifier: BSD-3-Clause
"""Which scale does a block get, from the largest magnitude in it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats import factories
from numformats._native import lib, row
from numformats.arrays import from_bits
from numformats.blocks import core_calls
from numformats.blocks.kind import largest_of
from numformats.quantizing import quantize

if TYPE_CHECKING:
    from numformats.blocks.kind import Kind
    from numformats.number_format import Format

__all__ = ["ODD", "block_scales", "quotients", "tensor_scale"]

Array = np.ndarray[Any, Any]

# Divisors from this to its reciprocal are for the core.
_LEAST = 2.0**-400
# Binary64 rounded to odd: a second rounding, to at most 51 bits, is as one of the exact value.
ODD = factories.Float(11, 52, rounding="to_odd").dtype


def quotients(x: Any, divisor: Array | float) -> Array:
    """Divide x, doubles, by the divisor: rounded to odd."""
    with np.errstate(all="ignore"):
        odd: Array = np.asarray(x).view(ODD) / np.asarray(divisor, np.float64).view(ODD)
    return odd


def _rounded(x: Array, divisor: float, f: Format) -> Array:
    """Divide and round once into f; beyond its ends they.  Doubles; x has one axis or more."""
    if core_calls.encodes(f) and _LEAST < divisor < 1 / _LEAST:
        flat = np.ascontiguousarray(x).reshape(-1)
        codes = core_calls.encode(flat, 0, np.array([divisor]), f, max(1, flat.size))
        exact: Array = from_bits(codes.reshape(x.shape), f).astype(np.float64)
        return exact
    with np.errstate(all="ignore"):
        rounded = quantize(quotients(x, divisor), f, overflow="saturate")
    return np.asarray(rounded).astype(np.float64)


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
    unit = kind.largest * largest_of(kind.scale)
    scale = float(_rounded(np.array([most]), unit, kind.tensor)[0])
    return scale or float(from_bits(lib.nf_limits_of(row(kind.tensor)).minpos, kind.tensor))


def block_scales(largest: Array, kind: Kind, tensor: float | None) -> Array:
    """The scale of each block, exact in double; NaN where `largest` is no finite number."""
    number = np.isfinite(largest)
    most = np.where(number, largest, 0.0)
    if kind.rule == "ratio":
        unit = kind.largest * (1.0 if tensor is None else tensor)
        scales = _rounded(most, unit, kind.scale)
    else:
        scales = _rounded(_powers(most, kind), 1.0, kind.scale)
    return np.where(number, scales, np.nan)


def _powers(most: Array, kind: Kind) -> Array:
    """Powers of two by the rules "floor" and "ceil", within the scale format's range.

    Of a block of zeros it is the least one.
    """
    limits = lib.nf_limits_of(row(kind.scale))
    top_fraction, top = np.frexp(kind.largest)
    fraction, exponent = np.frexp(most)
    exponent = exponent - top
    if kind.rule == "ceil":
        exponent += fraction > top_fraction
    exponent = np.where(most == 0, limits.min_exp, exponent)
    powers: Array = np.ldexp(1.0, np.clip(exponent, limits.min_exp, limits.max_exp))
    return powers
