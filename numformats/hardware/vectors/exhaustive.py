# SPDX-License-Identifier: BSD-3-Clause
"""How are all operands of an operation walked through, in batches, without holding them?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.arrays import code_dtype

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numformats.hardware.operations import Operation

__all__ = ["MOST", "check_size", "every_row", "rows_at", "size"]

MOST = 1 << 34
"""More cases than these are refused: at ten million a second they take half an hour."""


def size(operation: Operation) -> int:
    """How many rows of operands there are."""
    return 1 << sum(f.bits for f in operation.operands)


def rows_at(
    operation: Operation, places: np.ndarray[Any, np.dtype[np.uint64]]
) -> tuple[np.ndarray[Any, Any], ...]:
    """The rows at these places of the list of all, where the last operand runs fastest."""
    columns = []
    rest = places
    for f in reversed(operation.operands):
        columns.append((rest & np.uint64((1 << f.bits) - 1)).astype(code_dtype(f)))
        rest = rest >> np.uint64(min(f.bits, 63)) if f.bits < 64 else np.zeros_like(rest)
    return tuple(reversed(columns))


def check_size(operation: Operation) -> None:
    """Raise ValueError where there are more than MOST rows."""
    total = size(operation)
    if total > MOST:
        raise ValueError(
            f"{operation.name} of {', '.join(map(str, operation.operands))} has {total:,} cases; "
            f"allowed: {MOST:,} (level 1 or 2 takes a choice of them)"
        )


def every_row(
    operation: Operation, batch: int, count: int | None = None
) -> Iterator[tuple[np.ndarray[Any, Any], ...]]:
    """Columns of operands, `batch` rows at a time: all, or `count` of them evenly spaced."""
    total = size(operation)
    wanted = total if count is None else min(count, total)
    for start in range(0, wanted, batch):
        end = min(start + batch, wanted)
        if wanted == total:
            places = np.arange(start, end, dtype=np.uint64)
        else:
            places = np.array([i * total // wanted for i in range(start, end)], np.uint64)
        yield rows_at(operation, places)
