# SPDX-License-Identifier: BSD-3-Clause
"""Which elements of a large array are measured?  One of each of as many equal stretches.

The stretches of n elements in C order begin at floor(k n / SAMPLE); from each the element at the
fraction frac(k phi) of it is taken, phi the golden ratio: spread evenly, without the rhythm of rows
and columns, and the same in every run.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SAMPLE", "sample_of", "taken"]

SAMPLE = 1 << 14


@functools.lru_cache(maxsize=16)
def sample_of(size: int) -> NDArray[np.int64]:
    """The places of SAMPLE elements among `size`, ascending.

    >>> sample_of(10**6)[:3].tolist(), len(sample_of(10**6))
    ([0, 98, 136], 16384)
    """
    ends = np.arange(SAMPLE + 1) * size // SAMPLE
    within = np.modf(np.arange(SAMPLE) * 0.6180339887498949)[0]
    places: NDArray[np.int64] = ends[:-1] + (within * np.diff(ends)).astype(np.int64)
    places.flags.writeable = False
    return places


def taken(x: NDArray[Any], shape: tuple[int, ...], sample: NDArray[np.int64]) -> NDArray[Any]:
    """These elements of an array that broadcasts to `shape`."""
    if x.size == 1:
        return x.reshape(())
    if x.shape == shape:
        return x.reshape(-1)[sample]
    return np.broadcast_to(x, shape)[np.unravel_index(sample, shape)]
