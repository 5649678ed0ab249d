# SPDX-License-Identifier: BSD-3-Clause
"""Which accesses to a banked memory of errors collide?  128 KiB, 32 banks of 128 bits.

A cycle serves one row of each bank.  Error i lies at byte 4 i; words of 16 bytes go around the
banks.  Accesses of one group to the same word are one; to two rows of one bank they wait.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

__all__ = ["ErrorCache", "Traffic"]

Array = np.ndarray[Any, Any]


class Traffic(NamedTuple):
    """What some accesses cost."""

    accesses: int
    groups: int
    """Cycles that they take without conflicts."""
    cycles: int
    """Of each group as many as the busiest bank has rows to serve."""
    conflicts: int
    """Rows that had to wait, of all banks and groups."""


@dataclass(frozen=True)
class ErrorCache:
    """The memory of a described accelerator for rounding errors: sizes, places and conflicts.

    It holds nothing: what an evicted residual does is the business of
    `numformats.training.compensation.ResidualStore`.  Raises ValueError for sizes that do not
    divide each other.

    >>> cache = ErrorCache()
    >>> cache.rows, cache.errors, int(cache.errors**0.5)  # a square tile of 181 x 181 fits
    (256, 32768, 181)
    >>> cache.traffic(cache.tile(32, 32, pitch=128, order="columns")).cycles  # all in one bank
    1024
    >>> cache.traffic(cache.tile(32, 32, pitch=132, order="columns")).cycles  # a word of padding
    32
    """

    size: int = 128 * 1024
    """Bytes."""
    banks: int = 32
    bank_bits: int = 128
    error_bits: int = 32

    def __post_init__(self) -> None:
        word = self.bank_bits // 8
        if min(self.size, self.banks, word, self.error_bits) < 1 or (
            self.bank_bits % 8
            or self.size % (self.banks * word)
            or self.bank_bits % self.error_bits
        ):
            raise ValueError(f"{self}: rows of all banks must fill it, and errors a word")

    @property
    def rows(self) -> int:
        """Rows of each bank."""
        return self.size // (self.banks * self.bank_bits // 8)

    @property
    def errors(self) -> int:
        """How many errors fit."""
        return 8 * self.size // self.error_bits

    def place(self, errors: Any) -> tuple[Array, Array]:
        """Bank and row of errors by number.

        Raises IndexError for one that is not there, TypeError for what are no integers.

        >>> [found.tolist() for found in ErrorCache().place([0, 3, 4, 128, 32767])]
        [[0, 0, 1, 0, 31], [0, 0, 0, 1, 255]]
        """
        index = np.asarray(errors)
        if index.dtype.kind not in "iu" and index.size:
            raise TypeError(f"errors have dtype {index.dtype}; allowed: integers")
        bad = (index < 0) | (index >= self.errors)
        if np.any(bad):
            raise IndexError(f"error {index[bad].ravel()[0]}: the cache has {self.errors}")
        word = index.astype(np.int64) // (self.bank_bits // self.error_bits)
        return word % self.banks, word // self.banks

    def tile(
        self,
        rows: int,
        columns: int,
        *,
        start: int = 0,
        pitch: int | None = None,
        order: str = "rows",
    ) -> Array:
        """The numbers of a tile's errors in the order of access.

        pitch: from one row to the next, at least the columns (that, if None); order: "rows" or
        "columns", one after the other.  Raises ValueError; IndexError where the tile does not fit.
        """
        step = columns if pitch is None else pitch
        if order not in {"rows", "columns"} or rows < 1 or columns < 1 or step < columns:
            raise ValueError(
                f"rows={rows}, columns={columns}, pitch={pitch}, order={order!r}; allowed: 1 or "
                "more, a pitch of at least the columns, 'rows' or 'columns'"
            )
        found = start + step * np.arange(rows)[:, None] + np.arange(columns)
        if start < 0 or found[-1, -1] >= self.errors:
            raise IndexError(f"the tile ends at error {found[-1, -1]}: the cache has {self.errors}")
        return (found if order == "rows" else found.T).reshape(-1)

    def traffic(self, errors: Any, lanes: int = 32) -> Traffic:
        """What accesses cost when `lanes` of them, in order, start together.

        Raises as `place`; ValueError for no lanes.
        """
        if lanes < 1:
            raise ValueError(f"lanes={lanes!r}; allowed: 1 or more")
        bank, row = self.place(np.asarray(errors).reshape(-1))
        group = np.arange(bank.size) // lanes
        groups = -(-bank.size // lanes)
        # One number for each (group, bank, row), so that equal words are counted once.
        served = np.unique((group * self.banks + bank) * self.rows + row) // self.rows
        waiting = np.bincount(served, minlength=groups * self.banks).reshape(groups, self.banks)
        cycles = int(waiting.max(axis=1, initial=0).sum())
        return Traffic(bank.size, groups, cycles, int(np.maximum(waiting - 1, 0).sum()))
