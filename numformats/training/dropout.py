# SPDX-License-Identifier: BSD-3-Clause
"""Which layer leaves out numbers at random, and how are they chosen?"""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.training.dtypes import has_value, wide
from numformats.training.layer import Layer
from numformats.training.optimizer import fraction

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numformats.training.layer import Arrays, Pass

__all__ = ["Dropout", "random_words"]


def random_words(run: Pass, count: int) -> NDArray[np.uint64]:
    """As many random words for each sample of a pass: a row is a function of its sample's number.

    Philox4x64-10 with the key (run.seed, hash of run.path) and the counter (0, 0, run.step,
    sample), as `np.random.Philox` counts it; the hash is the first 8 bytes of BLAKE2b, the lowest
    first.  So neither the order of a batch nor its split shows.  Raises ValueError when the pass
    has no sample numbers.

    >>> from numformats.training import Pass
    >>> both = random_words(Pass(seed=1, samples=[7, 8]), 3)
    >>> bool((random_words(Pass(seed=1, samples=[8]), 3) == both[1]).all())
    True

    Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011).
    """
    if run.samples is None:
        raise ValueError("random words belong to samples: give Pass(samples=...), their numbers")
    path = int.from_bytes(hashlib.blake2b(run.path.encode(), digest_size=8).digest(), "little")
    key = np.array([run.seed % 2**64, path], np.uint64)
    words = np.empty((len(run.samples), count), np.uint64)
    for row, sample in zip(words, run.samples, strict=True):
        counter = np.array([0, 0, run.step, int(sample) % 2**64], np.uint64)
        row[:] = np.random.Philox(key=key, counter=counter).random_raw(count)
    return words


class Dropout(Layer):
    """In training each number is 0 with this probability, else divided by 1 minus it.

    Which ones depends on the seed, the step, the layer's path and the number of the sample, never
    on its row.  The quotient is rounded once.  In use the input passes as it is.

    >>> import numpy as np
    >>> from numformats.training import Pass
    >>> run = Pass(training=True, seed=1, step=0, samples=np.arange(2))
    >>> Dropout(0.5).forward({}, np.ones((2, 6)), run)
    array([[2., 0., 2., 0., 2., 2.],
           [2., 2., 0., 2., 0., 0.]])

    Source: Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov (2014).
    """

    def __init__(self, probability: float) -> None:
        super().__init__()
        self.probability = fraction("probability", probability)

    def describe(self) -> str:
        """The probability."""
        return f"Dropout {self.probability:g}"

    def forward(self, parameters: Arrays, x: Any, run: Pass) -> Any:  # noqa: ARG002
        """The numbers that stay, larger, in training."""
        self.check(run, x, (), "numbers")
        if not run.training or not self.probability:
            return x
        if run.samples is None or len(run.samples) != len(x):
            self.refuse(run, f"a batch of {len(x)} needs as many sample numbers: Pass(samples=...)")
        if not has_value(x.dtype, 0):
            self.refuse(run, f"{x.dtype} has no zero to put in the place of what is left out")
        words = random_words(run, math.prod(x.shape[1:])).reshape(x.shape)
        stays = words >= np.uint64(min(round(self.probability * 2**64), 2**64 - 1))
        return np.where(stays, (wide(x) / (1 - self.probability)).astype(x.dtype), 0)
