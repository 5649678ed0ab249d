# SPDX-License-Identifier: BSD-3-Clause
"""Where are the borders of blocks, and which views of an array keep them?"""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["block_count", "parts_of", "regrouped", "spread"]

Array = np.ndarray[Any, Any]


def block_count(length: int, block: int) -> int:
    """How many blocks there are along an axis; the last one may be shorter."""
    return -(-length // block)


def spread(scales: Array, block: int, length: int, axis: int) -> Array:
    """The scale of each element: every scale as often as its block has elements."""
    if block == 1:
        return scales
    return np.repeat(scales, block, axis).take(range(length), axis)


def parts_of(
    index: Any, shape: tuple[int, ...], axis: int, block: int
) -> tuple[tuple[Any, ...], tuple[Any, ...], int]:
    """An index into the codes as one into the codes, one into the scales, and the new axis.

    Integers and slices on other axes, slices from border to border on that of the blocks, `...` and
    None.  Raises IndexError.
    """
    items = _complete(index, len(shape))
    own: Any
    of_blocks: Any
    of_codes: list[Any] = []
    of_scales: list[Any] = []
    place = new_axis = 0
    for item in items:
        if item is None:
            of_codes.append(None)
            of_scales.append(None)
            new_axis += place <= axis
            continue
        if place == axis:
            own, of_blocks = _on_borders(item, shape[axis], block, axis)
        else:
            own = of_blocks = item if isinstance(item, slice) else _integer(item, place)
            new_axis += place < axis and isinstance(item, slice)
        of_codes.append(own)
        of_scales.append(of_blocks)
        place += 1
    return tuple(of_codes), tuple(of_scales), new_axis


def _complete(index: Any, ndim: int) -> list[Any]:
    """The index as a list with one item for each axis, and Nones."""
    items = list(index) if isinstance(index, tuple) else [index]
    given = sum(item is not None and item is not Ellipsis for item in items)
    if given > ndim:
        raise IndexError(f"too many indices: {given} for {ndim} dimensions")
    places = [i for i, item in enumerate(items) if item is Ellipsis]
    if len(places) > 1:
        raise IndexError("an index can only have a single ellipsis ('...')")
    at = places[0] if places else len(items)
    return items[:at] + [slice(None)] * (ndim - given) + items[at + 1 :]


def _integer(item: Any, place: int) -> int:
    if isinstance(item, bool | np.bool):
        raise IndexError(
            f"index {item!r} of axis {place}: must be an integer, a slice, ... or None"
        )
    try:
        return operator.index(item)
    except TypeError:
        raise IndexError(
            f"index of type {type(item).__name__} on axis {place}: must be an integer, a slice, ..."
            " or None; dequantize() gives an array that takes others"
        ) from None


def _on_borders(item: Any, length: int, block: int, axis: int) -> tuple[slice, slice]:
    """A slice along the axis of the blocks, as one of elements and one of blocks."""
    where = f"axis {axis} has blocks of {block}"
    if not isinstance(item, slice):
        raise IndexError(
            f"index {item!r}: {where}, which an index cuts; take a slice from border to border, or"
            " dequantize() first"
        )
    start, stop, step = item.indices(length)
    if step != 1:
        raise IndexError(f"step {step}: {where}; only step 1 keeps them")
    stop = max(start, stop)
    for what, value in (("begins", start), ("ends", stop)):
        if value % block and value != length and start != stop:
            low = value - value % block
            raise IndexError(
                f"slice {what} at {value}: {where}, with borders at {low} and"
                f" {min(low + block, length)}; only slices from border to border keep them"
            )
    return slice(start, stop), slice(block_count(start, block), block_count(stop, block))


def regrouped(
    shape: tuple[int, ...], new: Sequence[int], axis: int, block: int
) -> tuple[tuple[int, ...], tuple[int, ...], int]:
    """The new shape (one length may be -1) of codes and scales, and the new axis of the blocks.

    What lies before and after that axis may be regrouped; where its length is whole blocks, it may
    have more or fewer of them.  Raises ValueError where a block would be cut.
    """
    lengths = _lengths(shape, new)
    length, after = shape[axis], math.prod(shape[axis + 1 :])
    # Axes of length 1 leave a choice: where it was, else the first.
    for at in sorted(range(len(lengths)), key=lambda i: i != axis):
        n = lengths[at]
        whole = n == length or (n % block == 0 and length % block == 0)
        if whole and math.prod(lengths[at + 1 :]) == after:
            scales = (*lengths[:at], block_count(n, block), *lengths[at + 1 :])
            return lengths, scales, at
    raise ValueError(
        f"cannot reshape {shape} into {lengths}: axis {axis} has blocks of {block}, which must stay"
        f" whole: keep its length {length}, or make it another multiple of {block} where it is one"
    )


def _lengths(shape: tuple[int, ...], new: Sequence[int]) -> tuple[int, ...]:
    """The new lengths, -1 replaced by what is left."""
    lengths = [operator.index(n) for n in new]
    size = math.prod(shape)
    known = math.prod(n for n in lengths if n != -1)
    if lengths.count(-1) == 1 and known > 0 and size % known == 0:
        lengths[lengths.index(-1)] = size // known
    if any(n < 0 for n in lengths) or math.prod(lengths) != size:
        raise ValueError(f"cannot reshape an array of shape {shape} into shape {tuple(new)}")
    return tuple(lengths)
