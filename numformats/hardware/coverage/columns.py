# SPDX-License-Identifier: BSD-3-Clause
"""What are the quantities of columns of cases?  By the circuit, or one by one by the definition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.hardware.coverage.bins import groups_of
from numformats.hardware.coverage.circuit import quantities, width
from numformats.hardware.coverage.definition import quantities_of
from numformats.hardware.coverage.words import Integers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numformats.hardware.operations import Operation

__all__ = ["columns_of", "is_fast"]

_WORD = 64


def is_fast(operation: Operation) -> bool:
    """Do words of 64 bits suffice?"""
    return width(operation) <= _WORD


def columns_of(operation: Operation, operands: Sequence[Any]) -> dict[str, Any]:
    """A column of integers for each quantity that a table of the operation needs.

    Bits of operands above the width of their format are ignored.
    """
    groups = groups_of(operation)
    wanted = {g.when for g in groups} | {c.name for g in groups for c in g.coordinates}
    if is_fast(operation):
        pairs = zip(operands, operation.operands, strict=True)
        words = [np.asarray(c).astype(np.int64) & ((1 << f.bits) - 1) for c, f in pairs]
        q = quantities(Integers(), operation, words)
        return {name: q[name] for name in wanted}
    # Words of 64 bits are too short: each case by itself, in Python's integers.
    rows = zip(*(column.tolist() for column in operands), strict=True)
    found = [quantities_of(operation, codes) for codes in rows]
    return {name: np.array([q.get(name, 0) for q in found], np.int64) for name in wanted}
