# SPDX-License-Identifier: BSD-3-Clause
"""What are the moments of an update when it is drawn many times?  Estimates with intervals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.sampling import Key
from numformats.training.counts import checked_count
from numformats.training.discrete.label_noise import Interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numformats.training.discrete.rules import Rule

__all__ = ["Simulated", "simulated"]


@dataclass(frozen=True)
class Simulated:
    """Estimates of `Moments` from draws.

    mean, error: of each element the average and its standard error; mean_square, cosine, noise:
    95 per cent intervals, the last two by the jackknife (leaving out one draw at a time).  Where
    the cosine is 1 nothing of first order is left of its error, and the interval is too narrow: the
    mean and its errors judge whether a rule is unbiased.
    """

    mean: NDArray[np.float64]
    error: NDArray[np.float64]
    mean_square: Interval
    cosine: Interval
    noise: Interval


def simulated(  # noqa: PLR0913 - a rule, what it is given, and how often
    rule: Rule, g: Any, lr: Any, delta: Any, draws: int = 1000, seed: int = 0
) -> Simulated:
    """Draw an update so often, with keys (seed, stream 0, 1, ...), and average.

    The square of the mean's length is estimated without the bias of the draws' own noise.  Raises
    ValueError for fewer than 2 draws.

    >>> from numformats.training.discrete import Unbiased
    >>> found = simulated(Unbiased(), [0.3, -0.2], lr=1.0, delta=0.1, draws=400)
    >>> bool((abs(found.mean - [3, -2]) < 4 * found.error).all())
    True
    """
    if checked_count(draws, "draws") < 2:
        raise ValueError(f"draws={draws}; allowed: 2 and more")
    g = np.asarray(g)
    key = Key(seed)
    u = np.array([rule.draw(g, lr, delta, replace(key, stream=i)) for i in range(draws)])
    u = u.reshape(draws, -1).astype(np.float64)
    flat = g.reshape(-1).astype(np.float64)
    sums, squares, along = u.sum(axis=0), (u * u).sum(axis=1), u @ flat
    error = u.std(axis=0, ddof=1) / np.sqrt(draws)
    # Of all draws (last), and of all but one.
    n = np.append(np.full(draws, draws - 1.0), draws)
    square = np.append(squares.sum() - squares, squares.sum())
    product = np.append(along.sum() - along, along.sum()) / n
    length2 = np.append(sums @ sums - 2 * (u @ sums) + squares, sums @ sums)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean2 = (length2 - square) / (n * (n - 1))
        cosine = product / np.sqrt(mean2 * (flat @ flat))
        noise = square / n / mean2
    return Simulated(
        (sums / draws).reshape(g.shape),
        error.reshape(g.shape),
        Interval(float(squares.mean()), float(1.96 * squares.std(ddof=1) / np.sqrt(draws))),
        _jackknife(cosine),
        _jackknife(noise),
    )


def _jackknife(values: NDArray[np.float64]) -> Interval:
    """From the values without each draw and, at the end, that of all."""
    without, whole = values[:-1], values[-1]
    n = len(without)
    spread = np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum())
    return Interval(float(whole), float(1.96 * spread))
