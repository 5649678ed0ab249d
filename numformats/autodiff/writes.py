# SPDX-License-Identifier: BSD-3-Clause
"""What stood in the arrays when the tape was at this block?  Writes, undone on the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Writes"]


class _Write(NamedTuple):
    blocks: int  # on the tape when it happened
    array: Any
    place: Any
    other: Any  # what stood there, or stands there while it is undone

    def swapped(self) -> _Write:
        now = np.copy(self.array[self.place])
        self.array[self.place] = self.other
        return self._replace(other=now)


class Writes:
    """The writes of a run to arrays that its tape refers to."""

    def __init__(self) -> None:
        self._done: list[_Write] = []

    def log(self, blocks: int, array: Any, place: Any) -> None:
        """array[place] is about to be written; so many blocks are on the tape."""
        if blocks:
            self._done.append(_Write(blocks, array, place, np.copy(array[place])))

    def undoing(self, walk: Iterator[tuple[int, Any]]) -> Iterator[tuple[int, Any]]:
        """The walk of a tape, each array as it stood at the block; at the end, as before."""
        waiting, undone = list(self._done), []
        try:
            for block, g in walk:
                while waiting and waiting[-1].blocks > block:
                    undone.append(waiting.pop().swapped())
                yield block, g
        finally:
            while undone:
                undone.pop().swapped()
