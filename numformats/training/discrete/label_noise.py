# SPDX-License-Identifier: BSD-3-Clause
"""Does a rule stand wrong labels better?  Noisy labels, and means of few runs with intervals."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.sampling import Key, bernoulli, uniform_below
from numformats.training.counts import checked_count

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

__all__ = ["Interval", "mean_interval", "noisy_labels"]

# Student's t, two-sided 95 per cent, for 1, 2, ... degrees of freedom; then that of the last row.
_T95 = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
    2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
    2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
)  # fmt: skip


@dataclass(frozen=True)
class Interval:
    """A middle, and how far it may be off: `x in interval` asks whether it is no farther.

    >>> 2 in Interval(1.5, 0.5), 2.1 in Interval(1.5, 0.5), str(Interval(1.5, 0.25))
    (True, False, '1.5 ± 0.25')
    """

    middle: float
    half: float

    def __contains__(self, value: float) -> bool:
        return abs(value - self.middle) <= self.half

    def __str__(self) -> str:
        return f"{self.middle:.4g} ± {self.half:.2g}"


def mean_interval(values: Iterable[float]) -> Interval:
    """The mean of normal observations and Student's 95 per cent interval; infinite of one value.

    >>> str(mean_interval([0.90, 0.92, 0.94]))
    '0.92 ± 0.05'
    """
    found = list(values)
    middle = statistics.fmean(found)
    if len(found) < 2:
        return Interval(middle, math.inf)
    t = _T95[min(len(found) - 1, len(_T95)) - 1]
    return Interval(middle, t * statistics.stdev(found) / math.sqrt(len(found)))


def noisy_labels(y: ArrayLike, share: Any, classes: int, seed: int) -> NDArray[Any]:
    """Labels of which each is, with probability `share`, one of the other classes, all as likely.

    y: integers 0..classes - 1; others raise ValueError.

    >>> noisy_labels([0, 1, 2, 3, 4, 5], 0.5, 10, seed=1).tolist()
    [3, 6, 2, 3, 8, 1]
    """
    labels = np.array(y)
    if checked_count(classes, "classes") < 2:
        raise ValueError(f"classes={classes}; allowed: 2 and more")
    if labels.dtype.kind not in "iu" or (
        labels.size and not 0 <= labels.min() <= labels.max() < classes
    ):
        raise ValueError(f"y must hold integers 0..{classes - 1}")
    flips = bernoulli(share, labels.size, Key(seed, purpose=0)).reshape(labels.shape)
    others = 1 + uniform_below(classes - 1, labels.size, Key(seed, purpose=1))
    moved = (labels + others.reshape(labels.shape).astype(labels.dtype)) % classes
    return np.where(flips, moved, labels).astype(labels.dtype)
