# SPDX-License-Identifier: BSD-3-Clause
"""Which tiles of errors are in the cache, who has to leave, and what does that cost?

The article has write_error and read_comp for a tile and is silent on the rest.  Chosen here: a
tile takes whole lines (a line is one row of all banks, 128 errors), any that are free, so that
nothing is fragmented; the tile that was used longest ago leaves; and what leaves is either dropped,
so that the tile starts at 0 again, as `numformats.training.compensation.ResidualStore` has it, or
written back.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from numformats.hardware.accelerator.banks import BankedMemory

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

__all__ = ["ErrorTiles"]

EVICTIONS = ("drop", "write_back")


@dataclass
class _Tile:
    """Where a tile is."""

    lines: list[int]
    size: int
    changed: bool = False


@dataclass
class ErrorTiles:
    """write_error and read_comp of tiles, by any key, in the banks of the error cache.

    eviction: "drop", or "write_back" to a memory behind, from which a tile comes again.  Raises
    ValueError for another one.

    >>> tiles = ErrorTiles()
    >>> tiles.write_error("w", [1, 2, 3])
    >>> tiles.read_comp("w", 3), tiles.read_comp("v", 2), tiles.hits, tiles.misses
    ([1, 2, 3], [0, 0], 1, 2)
    """

    memory: BankedMemory = field(default_factory=BankedMemory)
    eviction: str = "drop"
    hits: int = field(init=False, default=0)
    misses: int = field(init=False, default=0)
    """First uses, and uses of what had to leave."""
    evictions: int = field(init=False, default=0)
    bits_behind: int = field(init=False, default=0)
    """Moved to and from the memory behind."""

    def __post_init__(self) -> None:
        """All lines are free."""
        if self.eviction not in EVICTIONS:
            raise ValueError(f"eviction={self.eviction!r}; allowed: {', '.join(EVICTIONS)}")
        self._free = list(range(self.memory.geometry.rows))
        self._tiles: OrderedDict[Hashable, _Tile] = OrderedDict()
        self._behind: dict[Hashable, list[int]] = {}

    @property
    def line(self) -> int:
        """Errors in a line."""
        return self.memory.geometry.errors // self.memory.geometry.rows

    def __contains__(self, key: Hashable) -> bool:
        return key in self._tiles

    def write_error(self, key: Hashable, errors: Sequence[int]) -> None:
        """Store the patterns of a tile's errors; ValueError for more than the cache holds."""
        tile = self._here(key, len(errors), filled=False)
        self._move(tile, list(errors))
        tile.changed = True

    def read_comp(self, key: Hashable, size: int) -> list[int]:
        """The patterns of a tile's errors: 0 of one that is new or was dropped."""
        return self._move(self._here(key, size, filled=True), None)

    def _here(self, key: Hashable, size: int, *, filled: bool) -> _Tile:
        """The tile, after others have made room for it; filled: with what it held last, or 0."""
        needed = -(-size // self.line)
        if not 1 <= needed <= self.memory.geometry.rows:
            most = self.memory.geometry.errors
            raise ValueError(f"a tile of {size} errors; allowed: 1 to {most}")
        tile = self._tiles.get(key)
        if tile is not None and tile.size == size:
            self.hits += 1
            self._tiles.move_to_end(key)
            return tile
        if tile is not None:
            raise ValueError(f"tile {key!r} has {tile.size} errors; asked for {size}")
        self.misses += 1
        while len(self._free) < needed:
            self._evict()
        lines, self._free = self._free[:needed], self._free[needed:]
        tile = self._tiles[key] = _Tile(lines, size)
        held = self._behind.pop(key, None)
        if filled:
            self._move(tile, held or [0] * size)
            self.bits_behind += len(held or ()) * self.memory.geometry.error_bits
        return tile

    def _evict(self) -> None:
        key, tile = self._tiles.popitem(last=False)
        self.evictions += 1
        if self.eviction == "write_back" and tile.changed:
            self._behind[key] = self._move(tile, None)
            self.bits_behind += tile.size * self.memory.geometry.error_bits
        self._free += tile.lines

    def _move(self, tile: _Tile, errors: list[int] | None) -> list[int]:
        """Read a tile, or write it, `lanes` errors at a time."""
        numbers = [self.line * tile.lines[i // self.line] + i % self.line for i in range(tile.size)]
        found: list[int] = []
        for i in range(0, tile.size, self.memory.lanes):
            group = numbers[i : i + self.memory.lanes]
            if errors is None:
                found += self.memory.read(group)
            else:
                self.memory.write(group, errors[i : i + self.memory.lanes])
        return found
