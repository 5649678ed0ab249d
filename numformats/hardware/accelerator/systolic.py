# SPDX-License-Identifier: BSD-3-Clause
"""What is in every cell of a systolic matrix unit after each edge, and how long is a product?

Operands enter at the left edge and move to the right.  Row i gets its operand i edges later than
row 0 (the skew), so that what belongs together meets.

    output-stationary: the other operand enters at the top, column j later by j, and moves down;
                       each cell adds its products to its own accumulator, read out at the end.
    weight-stationary: each cell holds a weight; sums move down, and leave at the bottom to the
                       accumulators below, which add the sums of one slice of K after another.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from numformats.accelerator.words import OVERFLOWS, TrapError, register, width

__all__ = ["ArrayActivity", "SystolicArray"]

Array = np.ndarray[Any, Any]
DATAFLOWS = ("output", "weight")


@dataclass
class ArrayActivity:
    """What a matrix unit has done so far: exact counts."""

    cycles: int = 0
    macs: int = 0
    """Multiplications with their addition, of cells that held operands of the matrices."""
    bits_in: int = 0
    """Bits of operands that came from memory."""
    bits_out: int = 0
    """Bits of accumulators that were read out, or written below the array and read there again."""
    bits_between: int = 0
    """Bits of registers of cells that took an operand or a sum."""


@dataclass
class SystolicArray:
    """rows x columns cells of fixed point: integers of `operand_bits`, sums of `bits`.

    dataflow: "output" or "weight" stationary; overflow: "wrap", "saturate" or "trap", at each
    addition.  Raises ValueError for what is not allowed.

    >>> unit = SystolicArray(2, 2, operand_bits=8, bits=16)
    >>> unit.multiply([[1, 2, 3], [4, 5, 6]], [[1, 0], [0, 1], [1, 1]]).tolist()
    [[4, 5], [10, 11]]
    >>> unit.activity.cycles == unit.cycles(2, 3, 2), unit.activity.macs
    (True, 12)
    """

    rows: int = 8
    columns: int = 8
    operand_bits: int = 8
    bits: int = 32
    overflow: str = "wrap"
    dataflow: str = "output"
    activity: ArrayActivity = field(init=False, default_factory=ArrayActivity)

    def __post_init__(self) -> None:
        """Check the parameters, and clear the cells."""
        width(self.operand_bits, "operand_bits", most=64)
        width(self.bits)
        for name, allowed in (("overflow", OVERFLOWS), ("dataflow", DATAFLOWS)):
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name}={getattr(self, name)!r}; allowed: {', '.join(allowed)}")
        if min(self.rows, self.columns) < 1:
            raise ValueError(f"{self.rows} x {self.columns} cells; allowed: 1 or more each")
        # Sums of int64 are exact here, as they have a bit more than the longer of their terms.
        self._wide = max(2 * self.operand_bits, self.bits) > 62
        self.clear()

    def clear(self) -> None:
        """No operand anywhere, all sums 0."""
        shape, kind = (self.rows, self.columns), object if self._wide else np.int64
        self.right, self.down, self.sums = (np.zeros(shape, kind) for _ in range(3))
        self.right_valid, self.down_valid = np.zeros(shape, bool), np.zeros(shape, bool)

    @property
    def register_bits(self) -> int:
        """Of all cells: the operand that moves on, the other or the weight, the sum, valid bits."""
        return self.rows * self.columns * (2 * (self.operand_bits + 1) + self.bits)

    def cycles(self, m: int, k: int, n: int) -> int:
        """Edges of a product of m x k and k x n, by the formula.

        Output-stationary, for each tile of rows x columns of the result: k + rows + columns - 2
        until the last cell has its last product, and `rows` to read the accumulators out at the
        bottom.  Weight-stationary, for each tile of rows x columns of weights: `rows` to load them,
        m + rows + columns - 2 until the last sum is at the bottom, and 1 to add it there.
        """
        across = -(-n // self.columns)
        if self.dataflow == "output":
            return -(-m // self.rows) * across * (k + 2 * self.rows + self.columns - 2)
        return -(-k // self.rows) * across * (m + 2 * self.rows + self.columns - 1)

    @property
    def utilisation(self) -> float:
        """Which part of all cells' cycles was a multiplication of operands of the matrices."""
        return self.activity.macs / (self.activity.cycles * self.rows * self.columns)

    def multiply(self, a: Any, b: Any) -> Array:
        """The matrix product of integers, tile by tile; accumulators as signed integers.

        Raises ValueError for shapes that do not match, TypeError and ValueError for what does not
        fit, TrapError (overflow="trap") with the index (row, column, k) at the first edge at which
        a sum did not fit, of two at one edge the first in rows.
        """
        x, y = (register(v, self.operand_bits, s, wide=self._wide) for v, s in ((a, "a"), (b, "b")))
        if x.ndim != 2 or y.ndim != 2 or x.shape[1] != y.shape[0] or not x.size or not y.size:
            raise ValueError(f"shapes {x.shape} and {y.shape}; allowed: (m, k) and (k, n)")
        result = np.zeros((x.shape[0], y.shape[1]), self.sums.dtype)
        tile = self._tile_of_results if self.dataflow == "output" else self._tile_of_weights
        down = x.shape[0] if self.dataflow == "output" else x.shape[1]
        for i in range(0, down, self.rows):
            for j in range(0, y.shape[1], self.columns):
                tile(x, y, result, (i, j))
        return result

    # One edge.

    def _fitted(self, totals: Array, at: Any) -> Array:
        """Totals as sums of `bits`; `at` gives the index of a trap by its place."""
        low, high = -(1 << (self.bits - 1)), (1 << (self.bits - 1)) - 1
        outside = (totals < low) | (totals > high)
        if not outside.any():
            return totals
        if self.overflow == "trap":
            place = tuple(int(p) for p in np.argwhere(outside)[0])
            raise TrapError("accumulator", at(*place), int(totals[place]), self.bits)
        if self.overflow == "saturate":
            return np.minimum(np.maximum(totals, low), high)
        return ((totals - low) & ((1 << self.bits) - 1)) + low

    def step(
        self, left: Array, left_valid: Array, top: Array, top_valid: Array, at: Any = None
    ) -> None:
        """One edge: operands move, and each cell whose operands are valid adds its product.

        left, left_valid: one for each row; top, top_valid: one for each column: operands, or sums
        where weights are stationary (`down` has those then).
        """
        self.activity.cycles += 1
        right = np.concatenate([left[:, None], self.right[:, :-1]], axis=1)
        right_valid = np.concatenate([left_valid[:, None], self.right_valid[:, :-1]], axis=1)
        if self.dataflow == "output":
            down = np.concatenate([top[None], self.down[:-1]])
            down_valid = np.concatenate([top_valid[None], self.down_valid[:-1]])
            works, factor, terms = right_valid & down_valid, down, self.sums
            self.down, self.down_valid = down, down_valid
            moved = int(down_valid.sum()) * self.operand_bits
        else:
            terms = np.concatenate([top[None], self.sums[:-1]])
            works, factor, moved = right_valid, self.down, 0
        totals = np.where(works, terms + right * factor, terms)
        self.sums = self._fitted(totals, at or (lambda i, j: (i, j)))
        self.right, self.right_valid = right, right_valid
        moved += int(right_valid.sum()) * self.operand_bits + int(works.sum()) * self.bits
        self.activity.bits_between += moved

    # Tiles.

    def _fed(self, lines: Array, edge: int) -> tuple[Array, Array]:
        """Of lines of operands, those that go in at an edge: line i is i edges late."""
        count, length = lines.shape
        places = edge - np.arange(count)
        valid = (places >= 0) & (places < length)
        found = lines[np.arange(count), np.clip(places, 0, length - 1)]
        return np.where(valid, found, 0), valid

    def _padded(self, part: Array, count: int) -> tuple[Array, Array]:
        """Lines of zeros after those that there are, and which are there."""
        more = np.zeros((count - len(part), part.shape[1]), part.dtype)
        return np.concatenate([part, more]), np.arange(count) < len(part)

    def _tile_of_results(self, x: Array, y: Array, result: Array, start: tuple[int, int]) -> None:
        """Output-stationary: all of K runs through the cells of a tile of the result."""
        (i, j), k = start, x.shape[1]
        rows, used_rows = self._padded(x[i : i + self.rows], self.rows)
        columns, used_columns = self._padded(y[:, j : j + self.columns].T, self.columns)
        self.clear()
        for edge in range(k + self.rows + self.columns - 2):
            left, valid_left = self._fed(rows, edge)
            top, valid_top = self._fed(columns, edge)

            def at(r: int, c: int, edge: int = edge) -> tuple[int, int, int]:
                return i + r, j + c, edge - r - c

            valid = valid_left & used_rows, valid_top & used_columns
            self.activity.bits_in += int(valid[0].sum() + valid[1].sum()) * self.operand_bits
            self.step(left, valid[0], top, valid[1], at)
        self.activity.cycles += self.rows  # the accumulators move down and out
        here = result[i : i + self.rows, j : j + self.columns]
        here[...] = self.sums[: here.shape[0], : here.shape[1]]
        self.activity.bits_out += here.size * self.bits
        self.activity.macs += here.size * k

    def _tile_of_weights(self, x: Array, y: Array, result: Array, start: tuple[int, int]) -> None:
        """Weight-stationary: all rows of x run over a tile of weights, a slice of K."""
        (k, j), m = start, x.shape[0]
        lines, used = self._padded(x[:, k : k + self.rows].T, self.rows)
        weights = y[k : k + self.rows, j : j + self.columns]
        self.clear()
        self.down[: weights.shape[0], : weights.shape[1]] = weights
        self.activity.cycles += self.rows  # the weights move down into their rows
        self.activity.bits_in += weights.size * self.operand_bits
        nothing = np.zeros(self.columns, self.sums.dtype)
        last = m + self.rows + self.columns - 2
        for edge in range(last):
            self._add_below(result, edge, start)
            left, valid = self._fed(lines, edge)

            def at(r: int, c: int, edge: int = edge) -> tuple[int, int, int]:
                return edge - r - c, j + c, k + r

            self.activity.bits_in += int((valid & used).sum()) * self.operand_bits
            self.step(left, valid & used, nothing, np.ones(self.columns, bool), at)
        self._add_below(result, last, start)
        self.activity.cycles += 1
        self.activity.macs += m * weights.size

    def _add_below(self, result: Array, edge: int, start: tuple[int, int]) -> None:
        """Add what arrived at the bottom one edge ago: in column c, of row edge - rows - c."""
        k, j = start
        last = k + self.rows - 1  # of a trap the last product of its slice
        for c in range(min(self.columns, result.shape[1] - j)):
            row = edge - self.rows - c
            if 0 <= row < result.shape[0]:
                total = self.sums[-1:, c] + (result[row, j + c] if k else 0)
                kept = self._fitted(total, lambda _, at=(row, j + c, last): at)
                result[row, j + c] = kept[0]
                self.activity.bits_out += self.bits * (2 if k else 1)
