# SPDX-License-Identifier: BSD-3-Clause
"""Which numbers depend on which?  Blocks of numbered elements, walked from the last to the first.

Every element that is computed gets a number, an array of results a block of them; 0 is a constant.
Rearrangements, views, masks and assignments move numbers as NumPy moves values, so they are not
written down, need no rule and no special case for aliasing.  Broadcasting repeats a number;
summing what arrives at one number undoes it.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from numformats.autodiff.scatter import total

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Shape = tuple[int, ...]


class _Operand(NamedTuple):
    """The numbers of an operand's elements, for as long as the tape lives."""

    first: int  # of a whole block in order; 0: they stand in `numbers`
    numbers: Numbers | None
    shape: Shape

    def array(self) -> Numbers:
        if self.numbers is not None:
            return self.numbers
        return np.arange(self.first, self.first + math.prod(self.shape)).reshape(self.shape)


class Pull(NamedTuple):
    """One operand, and the map from a cotangent of the result to its own."""

    operand: _Operand
    back: Callable[[Any], Any]


def thaw(numbers: Numbers) -> None:
    """Make numbers writable; those of a block are frozen for as long as they stand in order."""
    if isinstance(numbers.base, np.ndarray):
        numbers.base.flags.writeable = True
    numbers.flags.writeable = True


class Tape:
    """The blocks of a run; `exact`: what arrives at a number is summed with one rounding."""

    def __init__(self, *, exact: bool) -> None:
        self.exact = exact
        self.starts: list[int] = []  # of each block the first number
        self.shapes: list[Shape] = []
        self.pulls: list[list[Pull]] = []
        self.ends = 1

    def __len__(self) -> int:
        return len(self.starts)

    def block(
        self, shape: Shape, operands: Iterable[tuple[Numbers, Callable[[Any], Any]]]
    ) -> Numbers:
        """The numbers of a new block.

        operands: of each the numbers of its elements, and the map from the block's cotangent to
        what arrives there: an array of the shape of the numbers, or one that they broadcast to.
        """
        kept = [
            Pull(operand, back)
            for numbers, back in operands
            if (operand := self._kept(numbers)) is not None
        ]
        size = math.prod(shape)
        start, self.ends = self.ends, self.ends + size
        self.starts.append(start)
        self.shapes.append(shape)
        self.pulls.append(kept)
        numbers = np.arange(start, start + size)
        numbers.flags.writeable = False
        return numbers.reshape(shape)

    def _kept(self, numbers: Numbers) -> _Operand | None:
        """Numbers for later: a whole block in order by its first, others copied; None: all 0."""
        root = numbers if numbers.base is None else numbers.base
        whole = (
            isinstance(root, np.ndarray)
            and not root.flags.writeable
            and root.size == numbers.size
            and numbers.flags.c_contiguous
        )
        if whole and numbers.size:
            return _Operand(int(numbers.flat[0]), None, numbers.shape)
        return _Operand(0, numbers.copy(), numbers.shape) if numbers.any() else None

    def walk(self, results: Iterable[tuple[Numbers, Any]]) -> Iterator[tuple[int, Any]]:
        """Each block that moves the results, from the last to the first, with its cotangent.

        results: of each the numbers and the cotangent.  What the consumer does for a block is done
        before its cotangent is pulled back to the operands.
        """
        arrived: list[list[tuple[Numbers | None, Any]]] = [[] for _ in self.starts]
        starts = np.array(self.starts, dtype=np.int64)
        for numbers, g in results:
            kept = self._kept(numbers)
            if kept is not None:
                self._send(arrived, starts, kept, g)
        for block in range(len(self) - 1, -1, -1):
            if arrived[block]:
                g = total(arrived[block], self.shapes[block], exact=self.exact)
                arrived[block] = []
                yield block, g
                for pull in self.pulls[block]:
                    self._send(arrived, starts, pull.operand, pull.back(g))

    def _send(
        self,
        arrived: list[list[tuple[Numbers | None, Any]]],
        starts: Numbers,
        operand: _Operand,
        g: Any,
    ) -> None:
        """Give the contributions g to the blocks of the operand's elements."""
        if operand.first and g.size == math.prod(operand.shape):
            block = bisect_right(self.starts, operand.first) - 1
            arrived[block].append((None, g.reshape(self.shapes[block])))
            return
        flat, g = np.broadcast_to(operand.array(), g.shape).reshape(-1), g.reshape(-1)
        if not flat.size:
            return
        low, high = (bisect_right(self.starts, int(end)) - 1 for end in (flat.min(), flat.max()))
        if low == high and low >= 0:  # mostly all are of one block
            arrived[low].append((flat - starts[low], g))
            return
        blocks = np.searchsorted(starts, flat, side="right") - 1
        for block in np.unique(blocks):
            if block >= 0:
                here = np.flatnonzero(blocks == block)
                arrived[block].append((flat[here] - starts[block], g[here]))
