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
    rng = np.random.default_rng(seed)
    columns = [_codes(rng, f, count) for f in operation.operands]
    if len(columns) > 1 and operation.operands[0] == operation.operands[-1]:
        # A third of the last operands is near the first or its negative, so that sums cancel.
        near = columns[0] + rng.integers(-3, 4, count)
        f = operation.operands[0]
        flipped = -near if f.is_tapered else near ^ (1 << f.bits - 1)
        near = np.where(rng.random(count) < 0.7, flipped, near) & _ones(f.bits)
        columns[-1] = np.where(rng.random(count) < 1 / 3, near, columns[-1])
    return columns


def _ones(bits: int) -> np.int64:
    return np.int64((1 << bits) - 1)


def _words(rng: np.random.Generator, bits: int, count: int) -> Any:
    """Words of few ones, of few zeros, and of as many of both."""
    x, y, z = (rng.integers(0, 1 << bits, count, dtype=np.int64) for _ in range(3))
    style = rng.integers(0, 4, count)
    return np.select([style == 0, style == 1, style == 2], [x & y & z, x | y | z, x], x & y)


def _codes(rng: np.random.Generator, f: Format, count: int) -> Any:
    if f.is_tapered:
        # A run of equal bits from the second bit on, its end, and any bits.
        body = f.bits - 1
        end = rng.integers(0, body + 1, count)
        low = _words(rng, body, count) & ((np.int64(1) << end) - 1)
        run = (_ones(body) >> end << end) & _ones(body)
        first = low | np.where(end < body, np.int64(1) << end, 0) & _ones(body)
        codes = np.where(rng.random(count) < 0.5, first, (run | low) & _ones(body))
        negative = rng.random(count) < 0.5
        return np.where(negative, -codes, codes) & _ones(f.bits)
    fields = rng.integers(0, 1 << f.exp, count, dtype=np.int64)
    ends = rng.choice(np.array([0, 1, (1 << f.exp) - 2, (1 << f.exp) - 1]), count)
    fields = np.where(rng.random(count) < 1 / 4, np.maximum(ends, 0), fields)
    sign = rng.integers(0, 1 + f.is_signed, count, dtype=np.int64) << f.exp + f.man
    return sign | fields << f.man | _words(rng, f.man, count)
