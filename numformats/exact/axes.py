# SPDX-License-Identifier: BSD-3-Clause
"""How do the axes of a reduction become the rows of a matrix?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["normal_axes", "rows_over"]

Array = np.ndarray[Any, Any]


def normal_axes(axis: int | Sequence[int] | None, ndim: int) -> tuple[int, ...]:
    """Return axes as a tuple of 0..ndim-1; None: all."""
    if axis is None:
        return tuple(range(ndim))
    return np.lib.array_utils.normalize_axis_tuple(axis, ndim)


def rows_over(
    a: Array, axis: int | Sequence[int] | None, *, keepdims: bool
) -> tuple[Array, tuple[int, ...]]:
    """Return a matrix with one row for each result of a reduction, and the shape of the results.

    A row holds what is reduced to one number, which may be nothing.
    """
    axes = normal_axes(axis, a.ndim)
    kept = [i for i in range(a.ndim) if i not in axes]
    shape = tuple(a.shape[i] for i in kept)
    count = math.prod(a.shape[i] for i in axes)
    rows = a.transpose(*kept, *axes).reshape(math.prod(shape), count)
    return rows, tuple(1 if i in axes else n for i, n in enumerate(a.shape)) if keepdims else shape
