# SPDX-License-Identifier: BSD-3-Clause
"""How far is a random update's mean from the gradient, and how noisy is it?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Moments", "moments_of"]


@dataclass(frozen=True)
class Moments:
    """Of an update u of a gradient g.

    mean: E[u]; mean_square: E[|u|^2] (Euclidean norms); cosine: between E[u] and g, 1 where the
    rule is unbiased; noise: E[|u|^2] / |E[u]|^2, 1 where nothing is random.  Both are NaN where a
    mean is 0.

    >>> import numpy as np
    >>> from numformats.training.discrete import Multinomial
    >>> m = Multinomial(n=4, c=1).moments(np.array([3.0, -1.0]), None, None)
    >>> m.mean, round(m.cosine, 4), round(m.noise, 4)
    (array([ 2.66666667, -1.33333333]), 0.9899, 1.2)
    """

    mean: NDArray[Any]
    mean_square: float
    cosine: float
    noise: float


def moments_of(g: NDArray[Any], mean: NDArray[Any], mean_square: float) -> Moments:
    """What follows from gradient, mean and mean square."""
    size, length = math.sqrt((mean * mean).sum()), math.sqrt((g * g).sum())
    cosine = float((mean * g).sum()) / (size * length) if size and length else math.nan
    noise = float(mean_square) / size**2 if size else math.nan
    return Moments(mean, float(mean_square), cosine, noise)
