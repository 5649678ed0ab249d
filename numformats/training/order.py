# SPDX-License-Identifier: BSD-3-Clause
"""In which order does an epoch take the samples?  One that seed and epoch alone decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["batches", "order"]


def order(samples: int, seed: int, epoch: int) -> NDArray[np.int64]:
    """The numbers of all samples in the order of that epoch.

    They are sorted by raw words of Philox, whose streams NumPy promises never to change; those of
    `Generator.permutation` may.

    >>> order(5, seed=0, epoch=1).tolist() == order(5, seed=0, epoch=1).tolist()
    True
    """
    words = np.random.Philox(key=[seed % 2**64, epoch]).random_raw(samples)
    return np.argsort(words, kind="stable")


def batches(
    samples: int, batch: int, *, seed: int, epoch: int, done: int = 0
) -> Iterator[NDArray[Any]]:
    """The samples' numbers of each batch of an epoch, without the first `done`; the last is short.

    >>> [len(b) for b in batches(7, 3, seed=0, epoch=0)]
    [3, 3, 1]
    """
    numbers = order(samples, seed, epoch)
    for first in range(done * batch, samples, batch):
        yield numbers[first : first + batch]
