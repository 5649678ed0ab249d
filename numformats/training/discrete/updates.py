# SPDX-License-Identifier: BSD-3-Clause
"""By how many steps of the lattice does each weight move?  Integer updates from a gradient.

Every function gives an integer array u of the gradient's shape, for w <- w - delta * u: u has the
signs of the gradient.  g: lists or an array of any shape, of integers, floats or a format; it is
taken as the exact numbers that it holds, and so are lr, delta and c.  Integers alone decide what is
drawn (`numformats.sampling`), and the same seed gives the same u on every machine.  An infinity or
a NaN raises ValueError with its place.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, SupportsIndex

import numpy as np

from numformats.magnitudes import magnitudes
from numformats.prefix_sums import PrefixSums
from numformats.sampling import (
    Key,
    exact,
    multinomial,
    poisson,
    round_randomly,
    round_randomly_once,
)
from numformats.training.counts import checked_count

if TYPE_CHECKING:
    from fractions import Fraction

    from numpy.typing import ArrayLike, NDArray

    from numformats.magnitudes import Magnitudes

    Seed = Key | SupportsIndex
    Update = NDArray[np.int64]

__all__ = [
    "clip_update",
    "multinomial_update",
    "poisson_update",
    "sign_update",
    "stochastic_rounding_update",
    "unbiased_update",
]


def multinomial_update(g: ArrayLike, n: SupportsIndex, c: Any, seed: Seed) -> Update:
    """The published rule: n draws of a weight, with probability (|g_i| + c) / (sum |g| + d c).

    A draw moves its weight one step against the gradient; where the gradient is 0 it does nothing
    ("zero-inflated").  So the sum of |u| is n, less what fell on zeros.  The mean is n (g + c
    sign(g)) / (sum |g| + d c): a direction of descent, but proportional to g only if c is 0 (or
    all |g_i| are equal); with c far above |g| it is that of sign(g).

    n: 0 or more; c: 0 or more, in the units of g.  A gradient of zeros gives zeros.  Raises
    ValueError and TypeError for others.

    >>> multinomial_update([3.0, -1.0, 0.0], 8, 0, seed=1).tolist()
    [5, -3, 0]

    Source: Wilson, Zanasi and Constantinides, "Convergence for Discrete Parameter Updates" (2025),
    arXiv 2512.04051, and its authors' code, where c is 1.
    """
    given, c = magnitudes(g, "g"), exact(c, "c")
    n = checked_count(n, "n", 0)
    if c < 0:
        raise ValueError(f"c={c}; allowed: 0 or more")
    if not given.sign.any():
        return np.zeros(given.shape, np.int64)
    return _signed(multinomial(given, n, seed, plus=c), given)


def unbiased_update(
    g: ArrayLike, lr: Any, delta: Any, n: SupportsIndex | None = None, seed: Seed = 0
) -> Update:
    """Draws of weights whose mean is the gradient step: E[delta * u] = lr * g exactly.

    lr * sum |g| / delta steps are due; they are rounded to an integer t at random, so that its mean
    is that (sum |u| is t).  A draw takes weight i with probability |g_i| / sum |g|.

    n: None makes t draws that move one step each; an integer, 1 or more, at most so many draws,
    over which the t steps are spread evenly, so that no more than n weights are written.  The mean
    is the same for every n; the fewer draws, the larger the variance.

    lr: 0 or more; delta: above 0.  Raises ValueError and TypeError for others, and where t would
    be 2**31 or more without a limit of the draws, 2**62 with one.

    >>> unbiased_update([0.3, -0.1, 0.0], lr=1.0, delta=0.05, seed=1).tolist()
    [5, -3, 0]
    >>> unbiased_update([0.3, -0.1, 0.0], lr=1.0, delta=0.05, n=1, seed=1).tolist()
    [8, 0, 0]

    Source: derived from the rule of `multinomial_update`; docs/explanation/discrete-updates.md.
    """
    given, rate = magnitudes(g, "g"), _rate(lr, delta)
    limit = None if n is None else checked_count(n, "n")
    key = seed if isinstance(seed, Key) else Key(seed)  # type: ignore[arg-type]
    sums = PrefixSums(given)
    due = rate * sums.total()
    if due >= (2**31 if limit is None else 2**62):
        allowed = "below 2**31, or a limit n of the draws" if limit is None else "below 2**62"
        raise ValueError(f"lr * sum |g| / delta is {float(due):g} steps; allowed: {allowed}")
    steps = round_randomly_once(due, replace(key, purpose=key.purpose + 1))
    draws = steps if limit is None else min(limit, steps)
    return _signed(multinomial(sums, draws, key, units=steps), given)


def poisson_update(g: ArrayLike, lr: Any, delta: Any, seed: Seed) -> Update:
    """Independent Poisson variates of mean lr |g_i| / delta, with the signs of g.

    E[delta * u] = lr * g exactly, as for `unbiased_update`, without sums over the gradient: each
    element may be drawn where it is computed.  The time grows with the sum of |u|.  lr: 0 or more;
    delta: above 0.  Raises ValueError and TypeError for others, and for a mean of 2**31 or more.

    >>> poisson_update([0.3, -0.1, 0.0], lr=1.0, delta=0.05, seed=3).tolist()
    [4, -4, 0]
    """
    given = magnitudes(g, "g")
    return _signed(poisson(given, seed, _rate(lr, delta)), given)


def stochastic_rounding_update(g: ArrayLike, lr: Any, delta: Any, seed: Seed) -> Update:
    """The step lr g_i / delta, each element rounded to one of its two neighbours at random.

    E[delta * u] = lr * g exactly, with the least variance that an integer can have, f (1 - f) for a
    fraction f.  The product is not rounded before.  lr: 0 or more; delta: above 0.  Raises
    ValueError and TypeError for others, and for a step of 2**62 or more.

    >>> stochastic_rounding_update([0.3, -0.11, 0.0], lr=1.0, delta=0.05, seed=1).tolist()
    [6, -2, 0]
    """
    return round_randomly(magnitudes(g, "g"), seed, _rate(lr, delta))


def sign_update(g: ArrayLike) -> Update:
    """One step for every weight whose gradient is not 0.

    >>> sign_update([0.3, -0.1, 0.0]).tolist()
    [1, -1, 0]

    Source: Bernstein, Wang, Azizzadenesheli and Anandkumar, "signSGD" (2018).
    """
    given = magnitudes(g, "g")
    return given.sign.reshape(given.shape).astype(np.int64)


def clip_update(u: ArrayLike, k: SupportsIndex) -> tuple[Update, int]:
    """The update with every element moved into -k..k, and the sum of what was cut off.

    Clipping makes an unbiased update biased: by how much, the clipped mass tells.

    >>> clipped, mass = clip_update([5, -1, -3], 2)
    >>> clipped.tolist(), mass
    ([2, -1, -2], 4)
    """
    k = checked_count(k, "k")
    update = np.asarray(u)
    if update.dtype.kind not in "iu":
        raise TypeError(f"u has dtype {update.dtype}; allowed: integers")
    update = update.astype(np.int64)
    clipped = np.clip(update, -k, k)
    return clipped, int((np.abs(update) - np.abs(clipped)).sum())


def _rate(lr: Any, delta: Any) -> Fraction:
    """Steps of the lattice per unit of the gradient."""
    rate, step = exact(lr, "lr"), exact(delta, "delta")
    if rate < 0:
        raise ValueError(f"lr={lr!r}; allowed: 0 or more")
    if step <= 0:
        raise ValueError(f"delta={delta!r}; allowed: above 0")
    return rate / step


def _signed(counts: Update, given: Magnitudes) -> Update:
    counts *= given.sign.reshape(given.shape)
    return counts
