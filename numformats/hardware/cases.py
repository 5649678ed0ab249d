# SPDX-License-Identifier: BSD-3-Clause
"""What goes to a device and what comes back: columns of codes, one row for each case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

__all__ = ["DIVIDE", "INEXACT", "INVALID", "OVERFLOW", "UNDERFLOW", "Cases"]

Codes: TypeAlias = np.ndarray[Any, Any]

# The five flags of IEEE 754 as bits of one byte, as Berkeley TestFloat prints them.
INVALID, DIVIDE, OVERFLOW, UNDERFLOW, INEXACT = 16, 8, 4, 2, 1


@dataclass(frozen=True)
class Cases:
    """Rows of operands with results, flags and the lines where they stood, as far as known.

    `operands` has a column for each operand and `results` one, codes in the unsigned integers of
    their formats' storage; `flags` are bytes (16 invalid, 8 divide by zero, 4 overflow,
    2 underflow, 1 inexact), `lines` the numbers of lines in a file, from 1.

    Raises ValueError for columns of two lengths.

    >>> len(Cases((np.array([0x40], np.uint8), np.array([0x48], np.uint8))))
    1
    """

    operands: tuple[Codes, ...]
    results: Codes | None = None
    flags: Codes | None = None
    lines: Codes | None = None

    def __post_init__(self) -> None:
        """See that all columns are of one length."""
        given = (*self.operands, self.results, self.flags, self.lines)
        lengths = {len(c) for c in given if c is not None}
        if len(lengths) > 1:
            raise ValueError(f"columns of lengths {sorted(lengths)}; allowed: one length")

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.operands[0])
