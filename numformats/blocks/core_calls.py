# SPDX-License-Identifier: BSD-3-Clause
"""How do dense arrays reach the loops of the core, and which kinds do these serve?"""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats import _dtypes
from numformats._native import address, ffi, lib, row
from numformats.arrays import code_dtype
from numformats.blocks.layout import block_count

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    from numformats.blocks.kind import Kind
    from numformats.number_format import Format

__all__ = [
    "LONGEST_ACROSS",
    "encode",
    "encodes",
    "look_up",
    "looks_up",
    "measure",
    "quantize_by_powers",
    "scaled_to_odd",
    "serves",
]

Array = np.ndarray[Any, Any]

# Between these powers of two the core divides by a scale.
_DIVISORS = 400
LONGEST_ACROSS: int = lib.NF_BLOCK_ACROSS


@functools.lru_cache(maxsize=256)
def encodes(element: Format) -> bool:
    """Do the core's loops round quotients into this format?"""
    return bool(lib.nf_blocks_possible(row(element)))


def serves(kind: Kind) -> bool:
    """Do the core's loops measure and encode blocks of this kind?

    Blocks longer than LONGEST_ACROSS must lie along the last axis.
    """
    least, most = kind.scale_range
    return encodes(kind.element) and -_DIVISORS < least <= most < _DIVISORS


@functools.lru_cache(maxsize=256)
def _powers(kind: Kind) -> Any:
    """The nf_block_powers of a kind whose scales the core chooses, or None: exponents alone."""
    f = kind.scale
    codes_are_exponents = (
        f.family == "float" and f.man == 0 and f.bits <= 8 and not (f.is_signed or f.zero)
    )
    if kind.rule == "ratio" or not codes_are_exponents or f.nan != "all_ones":
        return None
    limits = lib.nf_limits_of(row(f))
    fraction, top = np.frexp(kind.largest)
    return ffi.new(
        "nf_block_powers *",
        {
            "top": int(top),
            "least": limits.min_exp,
            "most": limits.max_exp,
            "f": float(fraction) if kind.rule == "ceil" else 0.0,
            "nan": limits.nan,
        },
    )


def _described(x: Array, axis: int, element: Format, block: int) -> Any:
    """The nf_blocks of a dense array of float32 or float64 numbers."""
    b = ffi.new("nf_blocks *")
    b.element = row(element)[0]
    b.x, b.doubles = address(x), x.dtype == np.float64
    _lay_out(b, x, axis, block)
    return b


def _lay_out(b: Any, x: Array, axis: int, block: int) -> None:
    b.rows, b.length, b.inner = (
        math.prod(x.shape[:axis]),
        x.shape[axis],
        math.prod(x.shape[axis + 1 :]),
    )
    b.block = block


def _of_each_block(x: Array, axis: int, block: int, dtype: DTypeLike) -> Array:
    """Room for something of each block."""
    count = block_count(x.shape[axis], block)
    return np.empty((*x.shape[:axis], count, *x.shape[axis + 1 :]), dtype)


def _finished(done: bool) -> None:
    if not done:
        _dtypes.raise_stop()


def measure(x: Array, axis: int, kind: Kind) -> Array:
    """The largest magnitude of each block, NaN for one that cannot be numbers."""
    largest = _of_each_block(x, axis, kind.block, np.float64)
    data = ffi.cast("double *", address(largest))
    _finished(lib.nf_blocks_measure(_described(x, axis, kind.element, kind.block), data))
    return largest


def encode(x: Array, axis: int, divisors: Array, element: Format, block: int) -> Array:
    """The codes of x, each block divided by its divisor (0: zeros; NaN: code 0)."""
    codes, dense = np.empty(x.shape, code_dtype(element)), np.ascontiguousarray(divisors)
    data = ffi.cast("double *", address(dense))
    _finished(lib.nf_blocks_encode(_described(x, axis, element, block), data, address(codes)))
    return codes


def quantize_by_powers(x: Array, axis: int, kind: Kind) -> tuple[Array, Array] | None:
    """Codes and scale codes in one pass, or None for a kind of other scales."""
    powers = _powers(kind)
    if powers is None:
        return None
    codes = np.empty(x.shape, code_dtype(kind.element))
    scales = _of_each_block(x, axis, kind.block, np.uint8)
    data, b = ffi.cast("uint8_t *", address(scales)), _described(x, axis, kind.element, kind.block)
    _finished(lib.nf_blocks_quantize(b, powers, address(codes), data))
    return codes, scales


def looks_up(kind: Kind) -> bool:
    """Are there so few codes that a table has every element times every scale?"""
    return kind.element.bits <= 8 and kind.scale.bits <= 8


def look_up(codes: Array, scales: Array, axis: int, table: Array, kind: Kind) -> Array:
    """table[scale code, code] for dense codes and scale codes."""
    out = np.empty(codes.shape, table.dtype)
    b = ffi.new("nf_block_values *")
    b.codes, b.scales = (ffi.cast("uint8_t *", address(a)) for a in (codes, scales))
    b.table, b.entry, b.width = address(table), table.itemsize, table.shape[1]
    _lay_out(b, codes, axis, kind.block)
    _finished(lib.nf_blocks_look_up(b, address(out)))
    return out


def scaled_to_odd(sums: Array, factor: float) -> Array:
    """Sums * factor, doubles rounded to odd; neither they nor the products are near the ends."""
    dense = np.ascontiguousarray(sums)
    out = np.empty(dense.shape)
    x, data = (ffi.cast("double *", address(a)) for a in (dense, out))
    _finished(lib.nf_blocks_scale(x, factor, dense.size, data))
    return out
