# SPDX-License-Identifier: BSD-3-Clause
"""Which cases do tests of coverage look at?"""

from __future__ import annotations

import numpy as np

from numformats.hardware import Cases


def all_cases(operation):
    """Every combination of codes."""
    codes = [np.arange(1 << f.bits, dtype=np.uint16) for f in operation.operands]
    return Cases(tuple(x.ravel() for x in np.meshgrid(*codes, indexing="ij")))


def some_cases(operation, count, seed=0):
    """Codes at random, a third of them about 1, 0 and the ends, where most codes are not."""
    rng = np.random.default_rng(seed)
    columns = []
    for f in operation.operands:
        codes = rng.integers(0, 1 << f.bits, count, dtype=np.uint64)
        quarter = 1 << f.bits - 2
        near = quarter * rng.integers(0, 4, count, dtype=np.uint64)
        near += rng.integers(0, 8, count, dtype=np.uint64) - np.uint64(4)
        codes = np.where(rng.random(count) < 1 / 3, near & np.uint64((1 << f.bits) - 1), codes)
        columns.append(codes)
    return Cases(tuple(c.astype(np.uint64) for c in columns))
