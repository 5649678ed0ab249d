# SPDX-License-Identifier: BSD-3-Clause
"""Which rows are kept of a stream that is too long to keep?  A fair sample of each group.

Each row draws a number, and a group keeps those with the least: so the sample depends on the rows
and the seed, not on how the stream was cut into batches.
"""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["Samples"]

Table = np.ndarray[Any, Any]


class Samples:
    """Rows of columns, at most so many of each group, and how many there were."""

    def __init__(self, capacities: list[int], seed: int) -> None:
        """One capacity for each group."""
        self.capacities = capacities
        self.counts = [0] * len(capacities)
        self._draws = np.random.default_rng(seed)
        self._kept: list[tuple[Table, ...] | None] = [None] * len(capacities)

    def add(self, groups: Table, columns: tuple[Table, ...]) -> None:
        """Take note of some rows: their groups and whatever else is known of them."""
        draws = self._draws.random(len(groups))
        for group, count in enumerate(np.bincount(groups, minlength=len(self.capacities))):
            if count:
                self.counts[group] += int(count)
                self._merge(group, np.flatnonzero(groups == group), draws, columns)

    def _merge(self, group: int, at: Table, draws: Table, columns: tuple[Table, ...]) -> None:
        kept, capacity = self._kept[group], self.capacities[group]
        if kept is not None and len(kept[0]) == capacity:
            at = at[draws[at] < kept[0].max(initial=0)]
        rows = (draws[at], *(column[at] for column in columns))
        if kept is not None:
            rows = tuple(np.concatenate(pair) for pair in zip(kept, rows, strict=True))
        if len(rows[0]) > capacity:
            least = np.argpartition(rows[0], capacity)[:capacity]
            rows = tuple(column[least] for column in rows)
        self._kept[group] = rows

    def rows(self, group: int) -> list[list[int]]:
        """The kept rows of a group, columns in the order of `add`, in the order of their draws."""
        kept = self._kept[group]
        if kept is None:
            return []
        order = np.argsort(kept[0], kind="stable")
        columns = [column[order].tolist() for column in kept[1:]]
        return [list(row) for row in zip(*columns, strict=True)]
