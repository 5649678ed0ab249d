# SPDX-License-Identifier: BSD-3-Clause
"""How do dense rows reach the loops of the core, and which kinds do these serve?"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats import _dtypes
from numformats._native import address, ffi, lib, row
from numformats.arrays import code_dtype
from numformats.blocks.layout import block_count

if TYPE_CHECKING:
    from numformats.blocks.kind import Kind
    from numformats.number_format import Format

__all__ = [
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


@functools.lru_cache(maxsize=256)
def encodes(element: Format) -> bool:
    """Do the core's loops round quotients into this format?"""
    return bool(lib.nf_blocks_possible(row(element)))


def serves(kind: Kind) -> bool:
    """Do the core's loops measure and encode blocks of this kind?"""
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


def _described(rows: Array, element: Format, block: int) -> Any:
    """The nf_blocks of rows of float32 or float64 numbers, dense."""
    b = ffi.new("nf_blocks *")
    b.element = row(element)[0]
    b.x, b.doubles = address(rows), rows.dtype == np.float64
    b.length, b.block = rows.shape[-1], block
    b.rows = rows.size // rows.shape[-1] if rows.size else 0
    return b


def _block_shape(rows: Array, kind: Kind) -> tuple[int, ...]:
    return (*rows.shape[:-1], block_count(rows.shape[-1], kind.block))


def _finished(done: bool) -> None:
    if not done:
        _dtypes.raise_stop()


def measure(rows: Array, kind: Kind) -> Array:
    """The largest magnitude of each block, NaN for one that cannot be numbers."""
    largest = np.empty(_block_shape(rows, kind))
    data = ffi.cast("double *", address(largest))
    _finished(lib.nf_blocks_measure(_described(rows, kind.element, kind.block), data))
    return largest


def encode(rows: Array, divisors: Array, element: Format, block: int) -> Array:
    """The codes of the rows, each block divided by its divisor (0: zeros; NaN: code 0)."""
    codes = np.empty(rows.shape, code_dtype(element))
    dense = np.ascontiguousarray(divisors)
    data = ffi.cast("double *", address(dense))
    _finished(lib.nf_blocks_encode(_described(rows, element, block), data, address(codes)))
    return codes


def quantize_by_powers(rows: Array, kind: Kind) -> tuple[Array, Array] | None:
    """Codes and scale codes in one pass, or None for a kind of other scales."""
    powers = _powers(kind)
    if powers is None:
        return None
    codes = np.empty(rows.shape, code_dtype(kind.element))
    scales = np.empty(_block_shape(rows, kind), np.uint8)
    data = ffi.cast("uint8_t *", address(scales))
    b = _described(rows, kind.element, kind.block)
    _finished(lib.nf_blocks_quantize(b, powers, address(codes), data))
    return codes, scales


def looks_up(kind: Kind) -> bool:
    """Are there so few codes that a table has every element times every scale?"""
    return kind.element.bits <= 8 and kind.scale.bits <= 8


def look_up(codes: Array, scales: Array, table: Array, kind: Kind) -> Array:
    """table[scale code, code] for dense rows of codes, whose scales are codes too."""
    out = np.empty(codes.shape, table.dtype)
    b = ffi.new("nf_block_values *")
    b.codes, b.scales = (ffi.cast("uint8_t *", address(a)) for a in (codes, scales))
    b.table, b.entry, b.width = address(table), table.itemsize, table.shape[1]
    b.length, b.block = codes.shape[-1], kind.block
    b.rows = codes.size // codes.shape[-1] if codes.size else 0
    _finished(lib.nf_blocks_look_up(b, address(out)))
    return out


def scaled_to_odd(sums: Array, factor: float) -> Array:
    """Sums * factor, doubles rounded to odd; neither they nor the products are near the ends."""
    dense = np.ascontiguousarray(sums)
    out = np.empty(dense.shape)
    x, data = (ffi.cast("double *", address(a)) for a in (dense, out))
    _finished(lib.nf_blocks_scale(x, factor, dense.size, data))
    return out
