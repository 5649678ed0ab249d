# SPDX-License-Identifier: BSD-3-Clause
"""What is the sum of all that arrives at each element?  With one rounding, if asked."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.exact import fsum

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Places = NDArray[np.int64]


def total(
    arrived: list[tuple[Places | None, Any]], shape: tuple[int, ...], dtype: Any, *, exact: bool
) -> Any:
    """The sum of contributions to an array of that shape, each with its places (None: to all).

    dtype: of the sum, to which each contribution is rounded first (None: that of the first);
    exact: each element is summed at once and rounded once, so that no order of arrival shows;
    else in the order of arrival.
    """
    dtype = arrived[0][1].dtype if dtype is None else dtype
    arrived = [(at, g if g.dtype == dtype else g.astype(dtype)) for at, g in arrived]
    whole = [g for at, g in arrived if at is None]
    pieces = [(at, g) for at, g in arrived if at is not None]
    if pieces:
        if exact and whole:
            every = np.arange(math.prod(shape))
            pieces += [(every, g.reshape(-1)) for g in whole]
            whole = []
        at = np.concatenate([at for at, _ in pieces])
        g = pieces[0][1] if len(pieces) == 1 else np.concatenate([g for _, g in pieces])
        whole.append(_scatter(at, g, shape, exact=exact))
    if len(whole) > 1 and exact:
        return fsum(np.stack(whole), axis=0)
    result = whole[0]
    for g in whole[1:]:
        result = result + g
    return result


def _scatter(at: Places, g: Any, shape: tuple[int, ...], *, exact: bool) -> Any:
    """Contributions summed per element."""
    size = math.prod(shape)
    if not exact and isinstance(g, np.ndarray) and g.dtype == np.float64:
        return np.bincount(at, weights=g, minlength=size).reshape(shape)
    add = fsum if exact else np.sum
    counts = np.bincount(at, minlength=size)
    order = np.argsort(at, kind="stable")
    first = np.cumsum(counts) - counts
    out = np.zeros_like(g, shape=size)
    padded = np.concatenate([g, np.zeros_like(g[:1])])
    # Elements with about as many contributions, up to the next power of two, share one padded sum;
    # padding all to the largest number would be quadratic where one element gets most of them.
    widths = np.where(counts > 0, 1 << np.ceil(np.log2(np.maximum(counts, 1))).astype(int), 0)
    for width in np.unique(widths[widths > 0]):
        cells = np.flatnonzero(widths == width)
        steps = np.arange(width)
        inside = steps < counts[cells, None]
        places = order[np.minimum(first[cells, None] + steps, len(at) - 1)]
        rows = padded[np.where(inside, places, len(at))]
        out[cells] = rows[:, 0] if width == 1 else add(rows, axis=1)
    return out.reshape(shape)
