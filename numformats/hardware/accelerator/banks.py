# SPDX-License-Identifier: BSD-3-Clause
"""Which bank serves which lane at each edge, and what does a group of accesses find and leave?

A group is what `lanes` processors ask for together.  At an edge each bank serves one row: that of
the lowest lane that waits for it, and with it all lanes that wait for the same row.  The next group
comes when all of the group before are served.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.accelerator.error_cache import ErrorCache, Traffic

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["BankedMemory", "grants", "stride_traffic"]


def grants(waiting: Sequence[bool], banks: Sequence[int], rows: Sequence[int]) -> list[bool]:
    """Which lanes are served at this edge.

    >>> grants([True] * 4, [0, 0, 1, 0], [5, 6, 5, 5])  # lane 1 wants another row of bank 0
    [True, False, True, True]
    """
    open_row: dict[int, int] = {}
    served = []
    for wants, bank, row in zip(waiting, banks, rows, strict=True):
        if wants:
            open_row.setdefault(bank, row)
        served.append(wants and open_row[bank] == row)
    return served


@dataclass
class BankedMemory:
    """The error cache with its contents and its arbiter: 32 banks of 128 bits.

    geometry: sizes and places; lanes: how many errors a group has at most.  `read` and `write` run
    until their group is served.

    >>> memory = BankedMemory()
    >>> memory.write([0, 4, 128], [7, 8, 9])  # 0 and 128 are two rows of bank 0
    >>> memory.read([128, 4, 0]), memory.cycles, memory.conflicts
    ([9, 8, 7], 4, 2)
    """

    geometry: ErrorCache = field(default_factory=ErrorCache)
    lanes: int = 32
    cycles: int = field(init=False, default=0)
    groups: int = field(init=False, default=0)
    accesses: int = field(init=False, default=0)
    conflicts: int = field(init=False, default=0)
    """Rows that had to wait when their group came, of all banks and groups."""
    rows_served: int = field(init=False, default=0)
    """Rows that banks read or wrote."""

    def __post_init__(self) -> None:
        """Errors of 0; ValueError for no lanes."""
        if self.lanes < 1:
            raise ValueError(f"lanes={self.lanes!r}; allowed: 1 or more")
        g = self.geometry
        self._in_word = g.bank_bits // g.error_bits
        self.words = [[0] * g.rows for _ in range(g.banks)]
        """The 128 bits of each row of each bank."""

    @property
    def bits_moved(self) -> int:
        """Through the ports of all banks: a bank reads or writes whole rows."""
        return self.rows_served * self.geometry.bank_bits

    @property
    def traffic(self) -> Traffic:
        """The counts, as `ErrorCache.traffic` foretells them."""
        return Traffic(self.accesses, self.groups, self.cycles, self.conflicts)

    def read(self, errors: Sequence[int]) -> list[int]:
        """Patterns of one group of errors, by number."""
        found = [0] * len(errors)

        def serve(lane: int, bank: int, row: int, shift: int) -> None:
            found[lane] = self.words[bank][row] >> shift & self._mask

        self._group(errors, serve)
        return found

    def write(self, errors: Sequence[int], values: Sequence[int]) -> None:
        """Store one group of patterns; of two for one error the higher lane's stays.

        Raises ValueError for a pattern that does not fit, or another number of them.
        """
        if len(values) != len(errors) or any(v & ~self._mask for v in values):
            raise ValueError(f"{list(values)!r}; allowed: {len(errors)} patterns of "
                             f"{self.geometry.error_bits} bits")  # fmt: skip

        def serve(lane: int, bank: int, row: int, shift: int) -> None:
            rest = self.words[bank][row] & ~(self._mask << shift)
            self.words[bank][row] = rest | values[lane] << shift

        self._group(errors, serve)

    @property
    def _mask(self) -> int:
        return (1 << self.geometry.error_bits) - 1

    def _group(self, errors: Sequence[int], serve: Callable[[int, int, int, int], None]) -> None:
        """Edges until all lanes of a group are served."""
        if not 1 <= len(errors) <= self.lanes:
            raise ValueError(f"{len(errors)} errors in a group; allowed: 1 to {self.lanes}")
        bank, row = (place.tolist() for place in self.geometry.place(errors))
        wanted: dict[int, set[int]] = {}
        for b, r in zip(bank, row, strict=True):
            wanted.setdefault(b, set()).add(r)
        self.groups += 1
        self.accesses += len(errors)
        self.conflicts += sum(len(rows) - 1 for rows in wanted.values())
        waiting = [True] * len(errors)
        while any(waiting):
            self.cycles += 1
            served = grants(waiting, bank, row)
            lanes = [lane for lane, is_served in enumerate(served) if is_served]
            for lane in lanes:
                place = errors[lane] % self._in_word * self.geometry.error_bits
                serve(lane, bank[lane], row[lane], place)
                waiting[lane] = False
            self.rows_served += len({bank[lane] for lane in lanes})


def stride_traffic(stride: int, groups: int = 1, lanes: int = 32, **geometry: Any) -> Traffic:
    """What groups of accesses at a stride of whole words cost, by the closed form.

    A stride of t words visits banks / gcd(t, banks) banks in turn; of L lanes the busiest has
    ceil(L gcd / banks) rows.  ValueError for a stride that is no multiple of a word, or where rows
    repeat, in 0 or beyond the end of the cache.

    >>> [stride_traffic(4 * t).cycles for t in (1, 2, 3, 4, 31, 32)]
    [1, 2, 1, 4, 1, 32]
    >>> stride_traffic(128)
    Traffic(accesses=32, groups=1, cycles=32, conflicts=31)
    """
    cache = ErrorCache(**geometry)
    words, rest = divmod(stride, cache.bank_bits // cache.error_bits)
    if rest or words < 1 or (lanes - 1) * stride >= cache.errors:
        raise ValueError(
            f"stride={stride}; allowed: multiples of a word, all lanes within the cache"
        )
    visited = cache.banks // int(np.gcd(words, cache.banks))
    busiest, touched = -(-lanes // visited), min(lanes, visited)
    return Traffic(lanes * groups, groups, busiest * groups, (lanes - touched) * groups)
