# SPDX-License-Identifier: BSD-3-Clause
"""How do numbers become blocks?  An element is the exact quotient by its scales, rounded once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.arrays import code_dtype, from_bits, to_bits
from numformats.blocks import core_calls
from numformats.blocks.container import BlockArray
from numformats.blocks.kinds import as_kind
from numformats.blocks.layout import block_count
from numformats.blocks.scaling import ODD, block_scales, quotients, tensor_scale
from numformats.quantizing import quantize as rounded

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from numformats.blocks.kind import Kind
    from numformats.number_format import Overflow

__all__ = ["quantize"]

Array = np.ndarray[Any, Any]


def quantize(x: ArrayLike, kind: Kind | str, axis: int = -1) -> BlockArray:
    """Round x into blocks along an axis: exactly, each element once.

    Parameters
    ----------
    x : array_like of one dimension or more
        Numbers of any dtype, those of number formats included; none is rounded before its one
        rounding into a block.
    kind : str or Kind
        "mxfp8_e4m3", "mxfp8_e5m2", "mxfp6_e2m3", "mxfp6_e3m2", "mxfp4", "mxint8", "nvfp4", or a
        `Kind`, such as `BFP(bits, block)`.
    axis : int
        Blocks are runs of kind.block elements along it, from its begin; the last one is shorter
        where its length is no multiple.

    Returns
    -------
    BlockArray
        Its codes have x's shape; the scales have one element for each block.

    A block with a NaN has the scale NaN, and so has one with an infinity, unless the elements have
    infinities: then these stay, and the others decide the scale.  A block of zeros has the least
    scale.  Elements beyond the largest become the largest.

    Raises ValueError for a 0-d x, AxisError, UnknownFormatError for an unknown name, TypeError for
    what are no numbers.

    >>> import numpy as np, numformats as nf
    >>> a = nf.blocks.quantize([1, -0.3, 1000], "mxfp4")
    >>> a.codes, a.scales.astype(float), a.dequantize()
    (array([0, 8, 7], dtype=uint8), array([128.]), array([  0.,  -0., 768.], dtype=float32))

    Source: OCP Microscaling Formats (MX) Specification v1.0 (2023), 6.3; for NVFP4 see
    docs/explanation/block-formats.md.
    """
    kind = as_kind(kind)
    numbers = _numbers(x)
    if numbers.ndim == 0:
        raise ValueError("x is 0-d: blocks need an axis; give it one, as in [x]")
    axis = np.lib.array_utils.normalize_axis_index(axis, numbers.ndim)
    native = core_calls.serves(kind)
    if native and (axis == numbers.ndim - 1 or kind.block <= core_calls.LONGEST_ACROSS):
        parts = _by_the_core(np.ascontiguousarray(numbers), axis, kind)
        return BlockArray.made(*parts[:2], kind, axis, parts[2])
    rows = np.moveaxis(numbers, axis, -1)
    last = rows.ndim - 1
    codes, scales, tensor = (
        _by_the_core(np.ascontiguousarray(rows), last, kind) if native else _by_numpy(rows, kind)
    )
    codes, scales = (np.ascontiguousarray(np.moveaxis(part, -1, axis)) for part in (codes, scales))
    return BlockArray.made(codes, scales, kind, axis, tensor)


def _by_the_core(x: Array, axis: int, kind: Kind) -> tuple[Array, Array, float | None]:
    """Codes, scales and the tensor's scale of a dense array of float32 or float64 numbers."""
    if (made := core_calls.quantize_by_powers(x, axis, kind)) is not None:
        return made[0], from_bits(made[1], kind.scale), None
    largest = core_calls.measure(x, axis, kind)
    tensor = tensor_scale(largest, kind)
    scales = block_scales(largest, kind, tensor)
    divisors = scales * (1.0 if tensor is None else tensor)
    codes = core_calls.encode(x, axis, divisors, kind.element, kind.block)
    return codes, scales.astype(kind.scale.dtype), tensor


def _numbers(x: ArrayLike) -> Array:
    """The numbers as float32 if that holds them, else as doubles.

    What these cannot hold is rounded to odd, which decides no later rounding to fewer bits.
    """
    if isinstance(x, BlockArray):
        return x.dequantize(np.float64)
    a = np.asarray(x)
    if a.dtype.kind in "cmM" or a.dtype.fields is not None:
        raise TypeError(f"x has dtype {a.dtype}: blocks hold real numbers")
    # NumPy calls it safe to take a 64-bit integer for a double.
    long = a.dtype.kind in "ui" and a.dtype.itemsize == 8
    if isinstance(x, np.ndarray | np.generic) and not long:
        for dtype in (np.float32, np.float64):
            if np.can_cast(a.dtype, dtype, "safe"):
                return a.astype(dtype, copy=False)
    with np.errstate(all="ignore"):
        return np.asarray(rounded(x, ODD)).view(np.float64)


# ---- kinds that the loops of the core do not serve ----


def _by_numpy(rows: Array, kind: Kind) -> tuple[Array, Array, float | None]:
    """As `_by_the_core`, with blocks along the last axis."""
    largest = _measure(rows, kind)
    tensor = tensor_scale(largest, kind)
    scales = block_scales(largest, kind, tensor)
    divisors = scales * (1.0 if tensor is None else tensor)
    return _encode(rows, divisors, kind), scales.astype(kind.scale.dtype), tensor


def _in_blocks(rows: Array, block: int) -> Array:
    """The rows with zeros after their ends, as doubles of shape (..., blocks, block)."""
    count, length = block_count(rows.shape[-1], block), rows.shape[-1]
    full = np.zeros((*rows.shape[:-1], count * block))
    full[..., :length] = rows
    return full.reshape(*rows.shape[:-1], count, block)


def _measure(rows: Array, kind: Kind) -> Array:
    """As core_calls.measure."""
    magnitudes = np.abs(_in_blocks(rows, kind.block))
    infinite = np.isinf(magnitudes)
    magnitudes[infinite] = 0 if kind.element.has_inf else np.nan
    # The maximum of a block with a NaN is NaN.
    largest: Array = magnitudes.max(axis=-1, initial=0.0)
    return largest


def _encode(rows: Array, divisors: Array, kind: Kind) -> Array:
    """As core_calls.encode."""
    blocks, number = _in_blocks(rows, kind.block), ~np.isnan(divisors)
    x = quotients(blocks, np.where(divisors > 0, divisors, 1.0)[..., np.newaxis]).view(np.float64)
    x[divisors == 0] = np.copysign(0.0, x[divisors == 0])
    overflow: Overflow = "saturate"
    if kind.element.overflow == "saturate_symmetric":
        overflow = "saturate_symmetric"
    with np.errstate(all="ignore"):
        codes = to_bits(np.asarray(rounded(x, kind.element, overflow=overflow)))
    codes = np.where(number[..., np.newaxis], codes, code_dtype(kind.element).type(0))
    flat: Array = codes.reshape(*blocks.shape[:-2], blocks.shape[-2] * kind.block)
    return flat[..., : rows.shape[-1]]
