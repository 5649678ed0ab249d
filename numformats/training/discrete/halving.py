# SPDX-License-Identifier: BSD-3-Clause
"""How does a number of draws, or of lattice steps to a move, shrink from step to step to 1?"""

from __future__ import annotations

from dataclasses import dataclass

from numformats.training.counts import checked_count

__all__ = ["Halving"]


@dataclass(frozen=True)
class Halving:
    """An integer halved after every so many steps, rounded down, until it is 1.

    >>> [Halving(10, every=2)(step) for step in range(9)]
    [10, 10, 5, 5, 2, 2, 1, 1, 1]
    """

    first: int
    every: int

    def __post_init__(self) -> None:
        checked_count(self.first, "first")
        checked_count(self.every, "every")

    def __call__(self, step: int) -> int:
        """The number after so many steps."""
        return max(self.first >> (step // self.every), 1)
