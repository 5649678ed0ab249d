# SPDX-License-Identifier: BSD-3-Clause
"""Which numbers depend on which?  Blocks of numbered elements, walked from the last to the first.

Every element that is computed gets a number, an array of results a block of them; 0 is a constant.
Rearrangements, views, masks and assignments move numbers as NumPy moves values, so they are not
written down, need no rule and no special case for aliasing.  Broadcasting repeats a number;
summing what arrives at one number undoes it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from numformats.autodiff.arrivals import Arrivals, Operand
from numformats.autodiff.scatter import total

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Shape = tuple[int, ...]


class Pull(NamedTuple):
    """One operand, and the map from a cotangent of the result to its own."""

    operand: Operand
    back: Callable[[Any], Any]


def thaw(numbers: Numbers) -> None:
    """Make numbers writable; those of a block are frozen for as long as they stand in order."""
    if isinstance(numbers.base, np.ndarray):
        numbers.base.flags.writeable = True
    numbers.flags.writeable = True


def copy_of(numbers: Numbers) -> Numbers:
    """The same numbers in an array of their own; those of a block in order stay frozen."""
    copy = numbers.copy()
    copy.flags.writeable = not _is_whole(numbers)
    return copy


def _is_whole(numbers: Numbers) -> bool:
    """Are these the numbers of a whole block, in order?"""
    root = numbers if numbers.base is None else numbers.base
    return (
        isinstance(root, np.ndarray)
        and not root.flags.writeable
        and root.size == numbers.size > 0
        and numbers.flags.c_contiguous
    )


class Tape:
    """The blocks of a run; `exact`: what arrives at a number is summed with one rounding."""

    def __init__(self, *, exact: bool) -> None:
        self.exact = exact
        self.starts: list[int] = []  # of each block the first number
        self.shapes: list[Shape] = []
        self.dtypes: list[Any] = []  # of cotangents; None: as they arrive
        self.pulls: list[list[Pull]] = []
        self.ends = 1

    def __len__(self) -> int:
        return len(self.starts)

    def block(
        self,
        shape: Shape,
        operands: Iterable[tuple[Numbers, Callable[[Any], Any]]],
        dtype: Any = None,
    ) -> Numbers:
        """The numbers of a new block.

        operands: of each the numbers of its elements, and the map from the block's cotangent to
        what arrives there: an array of the shape of the numbers, or one that they broadcast to, or
        a Product of the shape of the numbers.  dtype: of the block's cotangent.
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
        self.dtypes.append(dtype)
        self.pulls.append(kept)
        # Not a view: a traced run copies the parts of a result that are views of something.
        numbers = np.empty(shape, np.int64)
        numbers.reshape(-1)[:] = np.arange(start, start + size)
        numbers.flags.writeable = False
        return numbers

    def _kept(self, numbers: Numbers) -> Operand | None:
        """Numbers for later: a whole block in order by its first, others copied; None: all 0."""
        if _is_whole(numbers):
            return Operand(int(numbers.flat[0]), None, numbers.shape)
        return Operand(0, numbers.copy(), numbers.shape) if numbers.any() else None

    def walk(
        self, results: Iterable[tuple[Numbers, Any]], held: Collection[int] = ()
    ) -> Iterator[tuple[int, Any]]:
        """Each block that moves the results, from the last to the first, with its cotangent.

        results: of each the numbers and the cotangent; held: blocks that get, in the place of a
        cotangent, the list of what arrived there, not added up and not rounded.  What the consumer
        does for a block is done before its cotangent is pulled back to the operands.
        """
        arrivals = Arrivals(self.starts, self.shapes, self.dtypes, held, exact=self.exact)
        for numbers, g in results:
            kept = self._kept(numbers)
            if kept is not None:
                arrivals.send(kept, g)
        for block in range(len(self) - 1, -1, -1):
            here = arrivals.take(block)
            if not here:
                continue
            if block in held:
                yield block, here
                continue
            g = total(here, self.shapes[block], self.dtypes[block], exact=self.exact)
            yield block, g
            for pull in self.pulls[block]:
                arrivals.send(pull.operand, pull.back(g))
