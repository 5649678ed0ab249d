# SPDX-License-Identifier: BSD-3-Clause
"""Which rows aim?  Solved for targets, ties, extremes, with every sign that keeps the aim."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from numformats.hardware.vectors.aim import Aim
from numformats.hardware.vectors.extremes import EXTREMES
from numformats.hardware.vectors.solved import SOLVERS
from numformats.hardware.vectors.ties import TIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numformats.hardware.abstract import Operation
    from numformats.hardware.vectors.aim import Row
    from numformats.hardware.vectors.draws import Draws
    from numformats.hardware.vectors.grid import Grid

__all__ = ["aimed_rows"]

# Operands to negate together so that a result that hits goes on hitting, or hits its negative.
_SIGNS: dict[str, tuple[tuple[int, ...], ...]] = {
    "add": ((0, 1),),
    "sub": ((0, 1),),
    "mul": ((0,), (1,), (0, 1)),
    "div": ((0,), (1,), (0, 1)),
    "fma": ((0, 1), (0, 2), (1, 2)),
    "ieee_remainder": ((0,), (1,), (0, 1)),
    "rint": ((0,),),
    "convert": ((0,),),
    "compare": ((0, 1),),
    "vcomp": ((0, 1), (0, 2), (1, 2)),
}
# Turns without anything new after which a search ends: small formats have few rows.
_PATIENCE = 1000


def aimed_rows(operation: Operation, count: int, draws: Draws) -> list[Row]:
    """At most `count` different rows, the same for the same stream; none for unknown operations."""
    if operation.solver not in SOLVERS:
        return []
    aim = Aim(operation, draws)
    found: dict[Row, None] = {}
    vain = 0
    for row in _rows(aim):
        if len(found) >= count or vain == _PATIENCE:
            break
        before = len(found)
        if row is not None:
            found[_signed(aim, row)] = None
        vain = vain + 1 if len(found) == before else 0
    return list(found)


def _rows(aim: Aim) -> Iterator[Row | None]:
    """Of each target some rows, then ties of its binade, and some extremes of any; or None."""
    name = aim.operation.solver
    solve, tie, extreme = SOLVERS[name], TIES.get(name), EXTREMES.get(name)
    for target, binade in aim.targets():
        yield from islice(solve(aim, target), 8)
        found = [tie(aim, binade) if tie else None]
        found += [extreme(aim) for _ in range(2)] if extreme else []
        yield from found


def _signed(aim: Aim, row: Row) -> Row:
    """The row, or with some operands negated."""
    patterns = _SIGNS.get(aim.operation.solver, ())
    if not patterns or aim.draws.one_in(2):
        return row
    pattern = aim.draws.choice(patterns)
    if not all(aim.operands[i].format.is_signed for i in pattern):
        return row
    return tuple(_negated(aim.operands[i], c) if i in pattern else c for i, c in enumerate(row))


def _negated(grid: Grid, code: int) -> int:
    return grid.oracle.neg(code)
