# SPDX-License-Identifier: BSD-3-Clause
"""What is aimed at, and with which operands?  Targets of an operation, and simple numbers."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from numformats.hardware.vectors.grid import Binade, Grid, power

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from numformats.hardware.abstract import Operation
    from numformats.hardware.vectors.draws import Draws

__all__ = ["Aim", "Row"]

Row = tuple[int, ...]

_grid = lru_cache(maxsize=32)(Grid)


class Aim:
    """An operation with the grids of its operands and of its result, and a stream of words."""

    def __init__(self, operation: Operation, draws: Draws) -> None:
        """Look at the formats."""
        self.operation, self.draws = operation, draws
        self.operands = [_grid(f) for f in operation.operands]
        self.result = _grid(operation.result)

    @cached_property
    def result_binades(self) -> dict[int, Binade]:
        """Binades of the result by their exponents."""
        return {b.exponent: b for b in self.result.binades}

    def targets(self) -> Iterator[tuple[Fraction, Binade]]:
        """Numbers to hit and their binades, without end: in turn the ends and numbers within.

        Two of three are midpoints, where rounding to nearest changes its mind; the others are
        numbers of the format, beside which directed roundings and truncation do.
        """
        grid, draws, turn = self.result, self.draws, 0
        truncates = grid.format.family == "truncated"
        while True:
            for b in grid.binades:
                kind = turn % 5
                place = (b.first, b.last, b.last - 1)[kind] if kind < 3 else 0
                if not b.first <= place <= b.last:
                    place = draws.between(b.first, b.last)
                is_value = truncates or turn % 3 == 2
                yield (grid.value(place) if is_value else grid.midpoint(place)), b
            yield (grid.midpoint(0) if grid.first else grid.value(0) / 2), grid.binades[0]
            yield grid.midpoint(grid.last), grid.binades[-1]
            turn += 1

    def binade(self, operand: int) -> Binade:
        """A binade of an operand: any, the most precise ones more often."""
        binades = self.operands[operand].binades
        if self.draws.one_in(3):
            most = max(b.fraction for b in binades)
            binades = [b for b in binades if b.fraction == most]
        return self.draws.choice(binades)

    def simple(self, operand: int) -> Fraction:
        """A number of at most four significant bits."""
        b = self.binade(operand)
        bits = 1 + self.draws.below(min(4, b.fraction + 1))
        return self.draws.odd(bits) * power(b.exponent - bits + 1)

    def full(self, operand: int) -> Fraction:
        """A number, all of a binade equally likely."""
        b = self.binade(operand)
        return self.operands[operand].value(self.draws.between(b.first, b.last))

    def some(self, operand: int) -> Fraction:
        """A simple number or any: results that are hit exactly, or nearly."""
        return self.simple(operand) if self.draws.one_in(2) else self.full(operand)

    def codes(self, *values: Fraction) -> Row | None:
        """The codes of values of the first operands; None where one is no number of its format."""
        found = [g.code(v) for g, v in zip(self.operands, values, strict=False)]
        return None if None in found else tuple(c for c in found if c is not None)
