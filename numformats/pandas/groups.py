# SPDX-License-Identifier: BSD-3-Clause
"""How are the groups of a column reduced together, one call for all groups of one size?

A whole column is one group.  Groups of n elements make up a matrix of n columns; there are at most
sqrt(2 N) different sizes in N elements, so that the work is in NumPy's loops, not in Python's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.pandas.convert import fill
from numformats.pandas.reductions import ACCUMULATIONS, EMPTY, REDUCTIONS, SPREADS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numformats.pandas.array import FormatArray

Array = np.ndarray[Any, Any]

__all__ = ["accumulate", "reduce"]


def _batches(ids: Array, wanted: Array, groups: int) -> Iterator[tuple[Array, Array]]:
    """For each size: the groups of that size, and the positions of their elements as rows."""
    places = np.flatnonzero(wanted & (ids >= 0))
    if groups == 1:
        yield np.zeros(1, np.intp), places[None, :]
        return
    short = ids[places].astype(np.min_scalar_type(groups))  # few bits are sorted by counting
    order = places[np.argsort(short, kind="stable")]
    sizes = np.bincount(ids[places], minlength=groups)
    starts = np.cumsum(sizes) - sizes
    for size in np.unique(sizes):
        same = np.flatnonzero(sizes == size)
        yield same, order[starts[same, None] + np.arange(size)]


def reduce(  # noqa: PLR0913 - what pandas hands to a group operation
    column: FormatArray,
    name: str,
    ids: Array,
    groups: int,
    *,
    skipna: bool = True,
    min_count: int = 0,
    ddof: int = 1,
) -> Any:
    """One result for each group: a column, or booleans for "any" and "all"."""
    data, missing = column.numbers, column.isna()
    dtype = bool if name in {"any", "all"} else data.dtype
    out, unknown = np.empty(groups, dtype), np.zeros(groups, bool)
    least = max(min_count, ddof + 1 if name in SPREADS else 0 if name in EMPTY else 1)
    for same, rows in _batches(ids, ~missing, groups):
        size = rows.shape[1]
        if size < least:
            unknown[same] = True
        elif not size:
            out[same] = EMPTY[name]
        else:  # a group of all elements needs no choice of them
            part = data[None, :] if size == len(data) else data[rows]
            out[same] = REDUCTIONS[name](part, ddof)
    if dtype is bool:
        return out
    if not skipna:
        unknown[ids[missing & (ids >= 0)]] = True
    return type(column)(*fill(out, unknown, column.dtype))


def accumulate(
    column: FormatArray, name: str, ids: Array, groups: int, *, skipna: bool = True
) -> FormatArray:
    """Running sums, products, minima or maxima within each group, rounded at each step."""
    data, missing = column.numbers, column.isna()
    out, unknown = data.copy(), missing | (ids < 0)
    for _, rows in _batches(ids, ~missing, groups):
        out[rows] = ACCUMULATIONS[name].accumulate(data[rows], axis=1)
    if not skipna:  # nothing is known behind a missing element
        for _, rows in _batches(ids, np.ones(len(data), bool), groups):
            unknown[rows] = np.logical_or.accumulate(missing[rows], axis=1)
    return type(column)(*fill(out, unknown, column.dtype))
