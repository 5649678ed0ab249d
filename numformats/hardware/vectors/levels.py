# SPDX-License-Identifier: BSD-3-Clause
"""Which operands make a level?  Corners with corners, rows that aim, and random ones."""

from __future__ import annotations

import importlib
import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.arrays import code_dtype
from numformats.hardware.cases import Cases
from numformats.hardware.vectors.aimed import aimed_rows
from numformats.hardware.vectors.corners import corners
from numformats.hardware.vectors.exhaustive import rows_at, size

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numformats.hardware.operations import Operation
    from numformats.hardware.vectors.draws import Draws

__all__ = ["AIMED", "LEVELS", "Columns", "columns_of", "random_rows", "rows_of_level"]

# About how many cases a level has, as Berkeley TestFloat's: 46,464 and 1,254,528 for f16_add.
LEVELS = {1: 60_000, 2: 1_000_000}
# How many of them aim at most; of fewer cases it is a sixth.
AIMED = {1: 8_000, 2: 60_000}

Columns = tuple[np.ndarray[Any, Any], ...]


def rows_of_level(
    operation: Operation, level: int, draws: Draws, count: int | None, *, witnesses: bool = False
) -> Columns:
    """Columns of operands: all there are where they are few, else corners, aimed and random rows.

    `count` cases, where it is given: random rows are added, or evenly spaced rows taken.
    `witnesses`: one more for each transition that none of them reaches, before all random rows.
    """
    wanted = LEVELS[level] if count is None else count
    total = size(operation)
    if total <= LEVELS[level] * 3 // 2 and (count is None or count >= total):
        return rows_at(operation, np.arange(total, dtype=np.uint64))
    aimed = aimed_rows(operation, min(AIMED[level], wanted // 6), draws)
    crossed = _crossed(operation, 2 * min(wanted, LEVELS[level]) // 3)
    made = _joined(operation, [crossed, columns_of(operation, aimed)])
    if witnesses:
        made = _joined(operation, [made, _witnesses(operation, made)])
    short = wanted - len(made[0])
    if short > 0:
        return _joined(operation, [made, random_rows(operation, short, draws)])
    if count is None:
        return made
    places = np.arange(count) * len(made[0]) // max(count, 1)
    return tuple(c[places] for c in made)


def _crossed(operation: Operation, share: int) -> Columns:
    """Every corner of each operand with every one of the others: at most `share` rows."""
    each = max(2, _root(share, len(operation.operands)))
    lists = [corners(f, each) for f in operation.operands]
    rows = itertools.islice(itertools.product(*lists), share)
    return columns_of(operation, rows)


def _root(n: int, k: int) -> int:
    """The integer part of the k-th root, the same on every machine."""
    root = 1
    while (root + 1) ** k <= n:
        root += 1
    return root


def _witnesses(operation: Operation, made: Columns) -> Columns:
    """Cases that a solver finds for the transition bins that stay empty."""
    coverage = importlib.import_module("numformats.hardware.coverage")
    seen = coverage.Coverage(operation)
    seen.add(Cases(made))
    found: Columns = coverage.fill(operation, seen.missing()).operands
    return found


def random_rows(operation: Operation, count: int, draws: Draws) -> Columns:
    """Codes that are all equally likely."""
    return tuple(draws.codes(count, f.bits).astype(code_dtype(f)) for f in operation.operands)


def columns_of(operation: Operation, rows: Iterable[Sequence[int]]) -> Columns:
    """Rows of codes as columns."""
    return tuple(operation.columns(list(rows)))


def _joined(operation: Operation, parts: Sequence[Columns]) -> Columns:
    return tuple(np.concatenate([p[i] for p in parts]) for i in range(len(operation.operands)))
