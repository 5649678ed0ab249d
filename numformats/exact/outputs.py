# SPDX-License-Identifier: BSD-3-Clause
"""Where do results go, and in which dtype?  What `out=` and `dtype=` of sums and products say."""

from __future__ import annotations

from typing import Any

import numpy as np

from numformats import _array_formats

__all__ = ["deliver", "room_for", "separate", "target_of"]

Array = np.ndarray[Any, Any]


def target_of(out: Array | None, dtype: Any, *operands: Array) -> np.dtype[Any]:
    """Return the dtype that results are rounded into."""
    if out is not None and not isinstance(out, np.ndarray):
        msg = f"out must be an array, not {type(out).__name__}"
        raise TypeError(msg)
    if dtype is not None:
        return _array_formats.native(np.dtype(dtype))
    if out is not None:
        return _array_formats.native(out.dtype)
    return _array_formats.result_dtype(*(x.dtype for x in operands))


def room_for(out: Array | None, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """Return the array for results: `out` if it fits, else a new one."""
    if out is None:
        return np.empty(shape, dtype)
    if out.shape != shape:
        msg = f"out has shape {out.shape}; the result has {shape}"
        raise ValueError(msg)
    if not out.flags.writeable:
        msg = "out is read-only"
        raise ValueError(msg)
    return out if out.dtype == dtype else np.empty(shape, dtype)


def deliver(result: Array, out: Array | None) -> Any:
    """Return scalars as scalars; fill `out` if it is not the result itself."""
    if out is None:
        return result[()]
    if out is not result:
        np.copyto(out, result, casting="same_kind")
    return out


def separate(room: Array, *operands: Array) -> Array:
    """Return an array to compute in: not `room` if an operand lies in the same memory."""
    shared = any(np.may_share_memory(room, x) for x in operands)
    return np.empty(room.shape, room.dtype) if shared else room
