# SPDX-License-Identifier: BSD-3-Clause
"""What is each element worth with its scales?  Exactly, and rounded once."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats._native import NAMED, class_format, lib, row
from numformats.arrays import from_bits, to_bits
from numformats.blocks import core_calls
from numformats.blocks.layout import spread

if TYPE_CHECKING:
    from numformats.blocks.container import BlockArray
    from numformats.blocks.kind import Kind

__all__ = ["products", "values"]

Array = np.ndarray[Any, Any]
DType = np.dtype[Any]
_LONGEST_ENTRY = 8


def products(a: BlockArray, target: DType | None = None) -> Array:
    """Every element times its block's scale, in `a.kind.product` or rounded into a dtype."""
    kind, dtype = a.kind, a.kind.product.dtype if target is None else target
    if not core_calls.looks_up(kind) or dtype.hasobject or dtype.itemsize > _LONGEST_ENTRY:
        scales = spread(a.scales, kind.block, a.shape[a.axis], a.axis)
        return _times(a.elements, scales, kind).astype(dtype, copy=False)
    table, parts = _table(kind, dtype), (a.codes, to_bits(a.scales))
    codes, scales = (np.moveaxis(part, a.axis, -1) for part in parts)
    if codes.flags.c_contiguous and scales.flags.c_contiguous:  # a transposed one, say
        found = core_calls.look_up(codes, scales, a.ndim - 1, table, kind)
        return np.moveaxis(found, -1, a.axis)
    codes, scales = map(np.ascontiguousarray, parts)
    return core_calls.look_up(codes, scales, a.axis, table, kind)


def values(a: BlockArray, target: DType) -> Array:
    """The numbers in a dtype."""
    if a.tensor_scale is None:
        return products(a, target)
    if target == np.float32 and _is_single(a.kind):
        singles = products(a, target)
        singles *= np.float32(a.tensor_scale)
        return singles
    # Exact: the kind's significands, all three together, fit into a double.
    return (products(a, np.dtype(np.float64)) * a.tensor_scale).astype(target)


def _times(elements: Array, scales: Array, kind: Kind) -> Array:
    dtype = kind.product.dtype
    with np.errstate(invalid="ignore"):  # 0 times NaN
        exact: Array = elements.astype(dtype) * scales.astype(dtype)
    return exact


@functools.lru_cache(maxsize=32)
def _table(kind: Kind, dtype: DType) -> Array:
    """What each code (columns) is worth with each scale code (rows), rounded once into a dtype."""
    elements, scales = (
        from_bits(np.arange(2**f.bits, dtype=np.uint8), f) for f in (kind.element, kind.scale)
    )
    with np.errstate(all="ignore"):
        return _times(elements, scales[:, np.newaxis], kind).astype(dtype)


def _is_single(kind: Kind) -> bool:
    """Are the kind's products and its tensor's scale numbers of binary32?"""
    single = row(class_format(NAMED["binary32"]))
    return all(lib.nf_contains(single, row(f)) for f in (kind.product, kind.tensor) if f)
