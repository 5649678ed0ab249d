# SPDX-License-Identifier: BSD-3-Clause
"""How do dense rows reach the loops of the core, and which kinds do these serve?"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats import _dtypes
from numformats._native import NAMED, address, class_format, ffi, lib, row
from numformats.arrays import code_dtype, from_bits
from numformats.blocks.layout import block_count
from numformats.blocks.scaling import largest_of

if TYPE_CHECKING:
    from numformats.blocks.kinds import Kind
    from numformats.number_format import Format

__all__ = ["encode", "measure", "quantize_by_powers", "serves", "values"]

Array = np.ndarray[Any, Any]

# Between these powers of two the core divides by a scale.
_DIVISORS = 400
_BINARY32 = class_format(NAMED["binary32"])


@functools.lru_cache(maxsize=256)
def serves(kind: Kind) -> bool:
    """Do the core's loops measure and encode blocks of this kind?"""
    least, most = kind.scale_range
    return bool(lib.nf_blocks_possible(row(kind.element))) and -_DIVISORS < least <= most < _DIVISORS


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
    fraction, top = np.frexp(largest_of(kind.element))
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


def _described(rows: Array, kind: Kind) -> Any:
    """The nf_blocks of rows of float32 or float64 numbers, dense."""
    b = ffi.new("nf_blocks *")
    b.element = row(kind.element)[0]
    b.x, b.doubles = address(rows), rows.dtype == np.float64
    b.length, b.block = rows.shape[-1], kind.block
    b.rows = rows.size // rows.shape[-1] if rows.size else 0
    return b


def _block_shape(rows: Array, kind: Kind) -> tuple[int, ...]:
    return (*rows.shape[:-1], block_count(rows.shape[-1], kind.block))


def _finished(done: bool) -> None:  # noqa: FBT001 - what the core returns
    if not done:
        _dtypes.raise_stop()


def measure(rows: Array, kind: Kind) -> Array:
    """The largest magnitude of each block, NaN for one that cannot be numbers."""
    largest = np.empty(_block_shape(rows, kind))
    data = ffi.cast("double *", address(largest))
    _finished(lib.nf_blocks_measure(_described(rows, kind), data))
    return largest


def encode(rows: Array, divisors: Array, kind: Kind) -> Array:
    """The codes of the rows, each block divided by its divisor (0: zeros; NaN: code 0)."""
    codes = np.empty(rows.shape, code_dtype(kind.element))
    dense = np.ascontiguousarray(divisors)
    data = ffi.cast("double *", address(dense))
    _finished(lib.nf_blocks_encode(_described(rows, kind), data, address(codes)))
    return codes


def quantize_by_powers(rows: Array, kind: Kind) -> tuple[Array, Array] | None:
    """Codes and scale codes in one pass, or None for a kind of other scales."""
    powers = _powers(kind)
    if powers is None:
        return None
    codes = np.empty(rows.shape, code_dtype(kind.element))
    scales = np.empty(_block_shape(rows, kind), np.uint8)
    data = ffi.cast("uint8_t *", address(scales))
    _finished(lib.nf_blocks_quantize(_described(rows, kind), powers, address(codes), data))
    return codes, scales


def _is_single(f: Format) -> bool:
    """Is every number of f one of binary32?"""
    return bool(lib.nf_contains(row(_BINARY32), row(f)))


@functools.lru_cache(maxsize=256)
def _table(kind: Kind) -> Array | None:
    """What each code is worth in binary32, or None where that would round twice."""
    f = kind.element
    if f.bits > 8 or not _is_single(f) or not _is_single(kind.scale):
        return None
    if kind.tensor is not None and not (
        _is_single(kind.tensor) and _is_single(kind.product) and kind.product.exp <= 7
    ):
        return None
    table = np.zeros(256, np.float32)
    codes = np.arange(2**f.bits, dtype=np.uint8)
    table[: 2**f.bits] = from_bits(codes, f).astype(np.float32)
    return table


def values(codes: Array, scales: Array, kind: Kind, tensor: float | None) -> Array | None:
    """The numbers of dense rows in float32, or None for a kind that the loops do not serve."""
    table = _table(kind)
    if table is None:
        return None
    out, factors = np.empty(codes.shape, np.float32), scales.astype(np.float32)
    b = ffi.new("nf_block_values *")
    b.codes, b.tensor = ffi.cast("uint8_t *", address(codes)), tensor or 1.0
    b.table, b.scales = (ffi.cast("float *", address(a)) for a in (table, factors))
    b.length, b.block = codes.shape[-1], kind.block
    b.rows = codes.size // codes.shape[-1] if codes.size else 0
    _finished(lib.nf_blocks_dequantize(b, ffi.cast("float *", address(out))))
    return out
