# SPDX-License-Identifier: BSD-3-Clause
"""How are columns of codes and rows of hexadecimal text made from one another, many at a time?

All rows that a program prints have one length, and their digits stand in the same columns: a block
of text is a matrix of bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Template", "digits_of"]

PIECE = 4096  # rows at a time: they stay in the cache, and little is done in vain

DIGITS = np.frombuffer(b"0123456789ABCDEF", np.uint8)
VALUES = np.full(256, 255, np.uint8)  # of characters; 255 is no digit
VALUES[DIGITS] = VALUES[np.frombuffer(b"0123456789abcdef", np.uint8)] = np.arange(16)


def digits_of(bits: int) -> int:
    """How many hexadecimal digits a field of so many bits has; flags have two, as 5 bits need."""
    return -(-bits // 4)


class Template:
    """Rows of fields of known widths between fixed texts, of which there is one more."""

    def __init__(self, texts: Sequence[str], bits: Sequence[int], end: bytes = b"\n") -> None:
        self.bits = tuple(bits)
        row, starts = texts[0], []
        for text, width in zip(texts[1:], bits, strict=True):
            starts.append(len(row))
            row += "0" * digits_of(width) + text
        self._row = np.frombuffer(row.encode() + end, np.uint8)
        self.length, self._starts = len(self._row), starts
        is_fixed = np.ones(self.length, bool)
        for start, width in zip(starts, bits, strict=True):
            is_fixed[start : start + digits_of(width)] = False
        self._fixed = np.flatnonzero(is_fixed)

    def write(self, columns: Sequence[np.ndarray[Any, Any]]) -> bytes:
        """The rows of these columns."""
        rows = np.tile(self._row, (len(columns[0]), 1))
        for column, start, bits in zip(columns, self._starts, self.bits, strict=True):
            rest = column.copy()
            for place in range(start + digits_of(bits) - 1, start - 1, -1):
                rows[:, place] = DIGITS[(rest & 15).astype(np.intp)]
                rest >>= 4
        return rows.tobytes()

    def read(
        self, block: bytes, start: int, dtypes: Sequence[np.dtype[Any]]
    ) -> list[tuple[np.ndarray[Any, Any], ...]]:
        """Columns, in pieces, of as many rows as there are from `start` on without a fault."""
        pieces = []
        count = (len(block) - start) // self.length
        for first in range(0, count, PIECE):
            n = min(PIECE, count - first)
            flat = np.frombuffer(block, np.uint8, n * self.length, start + first * self.length)
            columns = self._read_piece(flat.reshape(n, self.length), dtypes)
            if len(columns[0]):
                pieces.append(columns)
            if len(columns[0]) < n:
                break
        return pieces

    def _read_piece(
        self, rows: np.ndarray[Any, Any], dtypes: Sequence[np.dtype[Any]]
    ) -> tuple[np.ndarray[Any, Any], ...]:
        fits = (rows[:, self._fixed] == self._row[self._fixed]).all(axis=1)
        columns = []
        for start, bits, dtype in zip(self._starts, self.bits, dtypes, strict=True):
            digits = VALUES[rows[:, start : start + digits_of(bits)]]
            fits &= digits.max(axis=1) < 16
            fits &= digits[:, 0] < 1 << ((bits - 1) % 4 + 1)
            column = np.zeros(len(rows), dtype)
            for digit in digits.T:
                column <<= 4
                column |= digit
            columns.append(column)
        n = len(rows) if fits.all() else int(fits.argmin())
        return tuple(c[:n] for c in columns)
