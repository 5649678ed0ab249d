# SPDX-License-Identifier: BSD-3-Clause
"""What has been sent to which elements of the tape on the way back?"""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from numformats.autodiff.contractions import Product

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Shape = tuple[int, ...]
    # What is sent to the elements of a block: their places (None: all, in order), and what.
    Arrival = tuple[Numbers | None, Any]

__all__ = ["Arrivals", "Operand"]


class Operand(NamedTuple):
    """The numbers of an operand's elements, for as long as the tape lives."""

    first: int  # of a whole block in order; 0: they stand in `numbers`
    numbers: Numbers | None
    shape: Shape

    def array(self) -> Numbers:
        """The numbers themselves."""
        if self.numbers is not None:
            return self.numbers
        return np.arange(self.first, self.first + math.prod(self.shape)).reshape(self.shape)


class Arrivals:
    """Contributions by blocks; `held`: blocks that get products of matrices uncomputed.

    starts, shapes, dtypes: of each block the first number, the shape and the dtype of cotangents.
    """

    def __init__(
        self,
        starts: list[int],
        shapes: list[Shape],
        dtypes: list[Any],
        held: Collection[int],
        *,
        exact: bool,
    ) -> None:
        self._first, self._shapes, self._dtypes = starts, shapes, dtypes
        self._starts = np.array(starts, dtype=np.int64)
        self._held, self._exact = held, exact
        self._arrived: list[list[Arrival]] = [[] for _ in starts]

    def take(self, block: int) -> list[Arrival]:
        """What has been sent to the block; it is forgotten here."""
        here, self._arrived[block] = self._arrived[block], []
        return here

    def send(self, operand: Operand, g: Any) -> None:
        """Give the contributions g, an array or a Product, to the blocks of the elements."""
        whole = bisect_right(self._first, operand.first) - 1 if operand.first else -1
        if isinstance(g, Product):
            if self._hold(operand, whole, g):
                return
            dtype = self._dtypes[whole] if operand.first else None
            g = g.rounded(dtype, exact=self._exact)
        if operand.first and g.size == math.prod(operand.shape):
            self._arrived[whole].append((None, g.reshape(self._shapes[whole])))
            return
        flat, g = np.broadcast_to(operand.array(), g.shape).reshape(-1), g.reshape(-1)
        if flat.size:
            self._scatter(flat, g)

    def _scatter(self, flat: Numbers, g: Any) -> None:
        """Give each its own."""
        low, high = (bisect_right(self._first, int(end)) - 1 for end in (flat.min(), flat.max()))
        if low == high and low >= 0:  # mostly all are of one block
            self._arrived[low].append((flat - self._starts[low], g))
            return
        blocks = self._blocks(flat)
        for block in _present(blocks):
            here = np.flatnonzero(blocks == block)
            self._arrived[block].append((flat[here] - self._starts[block], g[here]))

    def _blocks(self, flat: Numbers) -> Numbers:
        """The blocks of numbers; -1 of constants."""
        return np.searchsorted(self._starts, flat, side="right") - 1

    def _hold(self, operand: Operand, whole: int, g: Product) -> bool:
        """Give a product to held blocks, with place -1 for the elements that are not theirs.

        False, and nothing done, where some elements are of blocks that are not held.
        """
        if not self._held:
            return False
        if operand.first:
            if whole in self._held:
                self._arrived[whole].append((None, g))
            return whole in self._held
        flat = operand.array().reshape(-1)
        blocks = self._blocks(flat)
        found = _present(blocks)
        if not all(block in self._held for block in found):
            return False
        for block in found:
            here = blocks == block
            self._arrived[block].append((np.where(here, flat - self._starts[block], -1), g))
        return True


def _present(blocks: Numbers) -> list[int]:
    """Which blocks there are, without -1; np.unique takes ten times as long."""
    return np.flatnonzero(np.bincount(blocks + 1)[1:]).tolist()
