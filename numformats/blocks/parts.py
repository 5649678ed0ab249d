# SPDX-License-Identifier: BSD-3-Clause
"""What may somebody give as codes, as scales, and as a dtype?  All of it is checked, and copied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats._array_formats import format_of
from numformats.arrays import code_dtype, from_bits, to_bits
from numformats.parse import as_dtype

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from numformats.blocks.kind import Kind
    from numformats.number_format import Format

__all__ = ["checked_codes", "checked_tensor_scale", "dtype_of"]

Array = np.ndarray[Any, Any]


def dtype_of(dtype: Any) -> np.dtype[Any]:
    """The dtype that a format, or whatever NumPy takes for one, stands for."""
    try:
        found: np.dtype[Any] = np.dtype(dtype)
    except (TypeError, ValueError):  # the latter of texts with commas
        return as_dtype(dtype)
    return found


def checked_codes(name: str, given: ArrayLike, f: Format) -> Array:
    """A copy of the codes that are given as integers or in their format."""
    a = np.asarray(given)
    if _format_or_none(a.dtype) == f:
        return np.array(to_bits(a))
    if a.dtype.kind not in "uiO" and a.size:
        raise TypeError(f"{name} have dtype {a.dtype}; allowed: {f}, or integers, its codes")
    integers = a.astype(code_dtype(f)) if a.size == 0 else a
    return np.array(to_bits(np.asarray(from_bits(integers, f))))


def _format_or_none(dtype: np.dtype[Any]) -> Format | None:
    try:
        return format_of(dtype, "an array")
    except TypeError:
        return None


def checked_tensor_scale(given: float | None, kind: Kind) -> float | None:
    """The scale of the array, checked against the kind's format for it."""
    if kind.tensor is None:
        if given is not None:
            raise ValueError(f"tensor_scale={given!r}: {kind} has no scale for the whole array")
        return None
    if given is None:
        raise ValueError(f"tensor_scale is missing: {kind} has one, of {kind.tensor}")
    value = float(given)
    if not 0 < value < np.inf or float(np.float64(value).astype(kind.tensor.dtype)) != value:
        raise ValueError(f"tensor_scale={given!r}: must be a positive number of {kind.tensor}")
    return value
