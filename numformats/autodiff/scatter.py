# SPDX-License-Identifier: BSD-3-Clause
"""What is the sum of all that arrives at each element?  With one rounding, if asked."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.exact import fsum

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Places = NDArray[np.int64]

__all__ = ["grouped", "total"]


def total(
    arrived: list[tuple[Places | None, Any]], shape: tuple[int, ...], dtype: Any, *, exact: bool
) -> Any:
    """The sum of contributions to an array of that shape, each with its places (None: to all).

    dtype: what the sum is rounded to (None: as it arrives); exact: each element is summed at once
    and rounded once, so that no order of arrival shows; else in the order of arrival.
    """
    arrived = _of_one_dtype(arrived, dtype)
    summed = _total(arrived, shape, dtype, exact=exact)
    return summed if dtype is None or summed.dtype == dtype else summed.astype(dtype)


def _of_one_dtype(arrived: list[tuple[Places | None, Any]], dtype: Any) -> list[Any]:
    """The contributions in one dtype that has all their values, else in that of the sum."""
    dtypes = {g.dtype for _, g in arrived}
    if len(dtypes) == 1:
        return arrived
    try:
        common = np.result_type(*dtypes)
    except TypeError:
        common = arrived[0][1].dtype if dtype is None else dtype
    return [(at, g if g.dtype == common else g.astype(common)) for at, g in arrived]


def _total(
    arrived: list[tuple[Places | None, Any]], shape: tuple[int, ...], dtype: Any, *, exact: bool
) -> Any:
    whole = [g for at, g in arrived if at is None]
    pieces = [(at, g) for at, g in arrived if at is not None]
    if pieces:
        if exact and whole:
            every = np.arange(math.prod(shape))
            pieces += [(every, g.reshape(-1)) for g in whole]
            whole = []
        at = np.concatenate([at for at, _ in pieces])
        g = pieces[0][1] if len(pieces) == 1 else np.concatenate([g for _, g in pieces])
        whole.append(_scatter(at, g, shape, dtype, exact=exact))
    if len(whole) > 1 and exact:
        return fsum(np.stack(whole), axis=0, dtype=dtype)
    result = whole[0]
    for g in whole[1:]:
        result = result + g
    return result


def _scatter(at: Places, g: Any, shape: tuple[int, ...], dtype: Any, *, exact: bool) -> Any:
    """Contributions summed per element."""
    size = math.prod(shape)
    if not exact and isinstance(g, np.ndarray) and g.dtype == np.float64:
        return np.bincount(at, weights=g, minlength=size).reshape(shape)
    out = np.zeros_like(g, shape=size, dtype=dtype)
    if np.bincount(at, minlength=1).max() == 1:  # as where parts of an array were put together
        out[at] = g.astype(out.dtype)
        return out.reshape(shape)
    padded = np.concatenate([g, np.zeros_like(g[:1])])
    for cells, places in grouped(at, size):
        rows = padded[places]
        if places.shape[1] == 1:
            out[cells] = rows[:, 0].astype(out.dtype)
        else:
            out[cells] = fsum(rows, axis=1, dtype=dtype) if exact else np.sum(rows, axis=1)
    return out.reshape(shape)


def grouped(at: Places, size: int) -> Iterator[tuple[Places, Places]]:
    """Cells below `size` with the places in `at` where each stands, one row a cell.

    Rows are filled up with len(at).  Cells with about as many places, up to the next power of two,
    come together; padding all to the largest number would be quadratic where one cell gets most.
    """
    counts = np.bincount(at, minlength=size)
    order = np.argsort(at, kind="stable")
    first = np.cumsum(counts) - counts
    widths = np.where(counts > 0, 1 << np.ceil(np.log2(np.maximum(counts, 1))).astype(int), 0)
    for width in np.unique(widths[widths > 0]):
        cells = np.flatnonzero(widths == width)
        steps = np.arange(width)
        inside = steps < counts[cells, None]
        places = order[np.minimum(first[cells, None] + steps, len(at) - 1)]
        yield cells, np.where(inside, places, len(at))
