# SPDX-License-Identifier: BSD-3-Clause
"""What is aimed at, and with which operands?  Targets of an operation, and simple numbers."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, TypeVar

from numformats.hardware.vectors.grid import Binade, Grid, power

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from numformats.hardware.abstract import Operation
    from numformats.hardware.vectors.draws import Draws

__all__ = ["Aim", "Row"]

Row = tuple[int, ...]
_T = TypeVar("_T")

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
        """Numbers to hit and their binades, without end.

        In each turn an eighth of all binades, about as many with all precisions evenly, and both
        ends of the range.  Two of three numbers are midpoints, where rounding to nearest changes
        its mind; the others are of the format: beside these directed roundings and cuts do.
        """
        grid, turn = self.result, 0
        truncates = grid.format.family == "truncated"
        precisions: dict[int, list[Binade]] = {}
        for b in grid.binades:
            precisions.setdefault(b.fraction, []).append(b)
        while True:
            spread = grid.binades[turn % 8 :: 8]
            each = range(turn, turn + max(1, len(spread) // len(precisions)))
            chosen = [self._one_of(of, kind) for of in precisions.values() for kind in each]
            for b in [*chosen, *spread]:
                place = self._place(b)
                is_value = truncates or self.draws.one_in(3)
                yield (grid.value(place) if is_value else grid.midpoint(place)), b
            yield (grid.midpoint(0) if grid.first else grid.value(0) / 2), grid.binades[0]
            yield grid.midpoint(grid.last), grid.binades[-1]
            turn += 1

    def _place(self, b: Binade) -> int:
        """The first of a binade, the last, or any: there may be more than a range can tell."""
        kind = self.draws.below(5)
        return (b.first, b.last)[kind] if kind < 2 else self.draws.between(b.first, b.last)

    def _one_of(self, of: Sequence[_T], kind: int) -> _T:
        """The first, the last, or any."""
        return of[(0, -1)[kind % 4]] if kind % 4 < 2 else self.draws.choice(of)

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
