# SPDX-License-Identifier: BSD-3-Clause
"""Which random operands reach many bins?  Every regime or exponent as often, and near opposites.

A solver takes milliseconds for a witness, and a draw some hundred nanoseconds: so bins that are
easily hit are left to draws.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numformats.hardware.operations import Operation
    from numformats.number_format import Format

__all__ = ["draws"]


def draws(operation: Operation, count: int, seed: int) -> list[Any]:
    """Columns of codes: the same of a seed on every machine."""
    source = _Source(seed, count)
    columns = [_codes(source, f) for f in operation.operands]
    first, last = operation.operands[0], operation.operands[-1]
    if len(columns) > 1 and first == last:
        # A third of the last operands is near the first or its negative, so that sums cancel.
        near = columns[0] + source.below(7) - 3
        flipped = -near if last.is_tapered else near ^ (1 << last.bits - 1)
        near = np.where(source.below(3) > 0, flipped, near) & _ones(last.bits)
        columns[-1] = np.where(source.below(3) == 0, near, columns[-1])
    return columns


class _Source:
    """Columns of random integers; the generator's raw words are the same in every NumPy."""

    def __init__(self, seed: int, count: int) -> None:
        self._generator = np.random.PCG64(seed)
        self._count = count

    def below(self, n: int) -> Any:
        """Integers from 0 to n - 1."""
        return (self._generator.random_raw(self._count) >> np.uint64(1)).astype(np.int64) % n

    def words(self, bits: int) -> Any:
        """Words of few ones, of few zeros, of as many of both, and of a quarter of ones."""
        x, y, z = (self.below(1 << bits) for _ in range(3))
        style = self.below(4)
        return np.select([style == 0, style == 1, style == 2], [x & y & z, x | y | z, x], x & y)


def _ones(bits: int) -> np.int64:
    return np.int64((1 << bits) - 1)


def _codes(source: _Source, f: Format) -> Any:
    if f.is_tapered:
        # From the second bit on a run of equal bits, then the opposite bit, then any.
        body = f.bits - 1
        end = np.int64(1) << source.below(body + 1) >> 1
        low = source.words(body) & np.maximum(end - 1, 0)
        size = np.where(source.below(2) == 0, end | low, _ones(body) & ~end & ~(end - 1) | low)
        return np.where(source.below(2) == 0, -size, size) & _ones(f.bits)
    top = (1 << f.exp) - 1
    ends = np.array([0, 1 & top, top - 1, top])[source.below(4)]
    field = np.where(source.below(4) == 0, ends, source.below(top + 1))
    sign = source.below(2 if f.is_signed else 1)
    return sign << f.exp + f.man | field << f.man | source.words(f.man)
