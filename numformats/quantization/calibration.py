# SPDX-License-Identifier: BSD-3-Clause
"""Which range shall the codes cover: all that was seen, or less of it for finer steps?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.quantization.code_range import code_range

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.quantization.layout import Layout

    Range = tuple[Any, Any]

__all__ = ["CALIBRATIONS", "best_of", "extremes", "kl_range", "percentile_range"]

CALIBRATIONS = ("min_max", "percentile", "mse", "kl")
# Candidates of "mse", as shares of the whole range, which is the first: so that none is worse.
_RATIOS = np.concatenate([np.arange(100, 19, -1) / 100, 0.2 * 0.85 ** np.arange(1, 20)])
_BINS = 2048


def extremes(x: Any, layout: Layout) -> Range:
    """The least and the largest value per scale, 0 among them."""
    if not x.size:
        zeros = np.zeros(layout.shape(x))
        return zeros, zeros
    return (
        np.minimum(layout.reduce(np.minimum, x), 0.0),
        np.maximum(layout.reduce(np.maximum, x), 0.0),
    )


def percentile_range(x: Any, layout: Layout, share: float, *, symmetric: bool) -> Range:
    """The range without the outermost (100 - share) percent: of magnitudes, or of each end."""
    if symmetric:
        most = _each(np.abs(x), layout, lambda part: np.percentile(part, share))
        return -most, most
    least = _each(x, layout, lambda part: np.percentile(part, 100 - share))
    most = _each(x, layout, lambda part: np.percentile(part, share))
    return np.minimum(least, 0.0), np.maximum(most, 0.0)


def best_of(whole: Range, layout: Layout, x: Any, fake: Callable[[Range], Any]) -> Range:
    """Of shares of the whole range, the one whose values fake(range) have the least square error.

    Per scale; the whole range wins ties, so that no calibration by error has a larger one.
    """
    # Errors in units of the range: their squares neither overflow nor vanish.
    unit = np.maximum(np.maximum(-whole[0], whole[1]), np.finfo(np.float64).tiny)
    best, least_error = whole, None
    for ratio in _RATIOS:
        tried = (whole[0] * ratio, whole[1] * ratio)
        error = (x - fake(tried)) / layout.spread(unit, x)
        total = layout.reduce(np.add, error * error)
        if least_error is None:
            least_error = total
            continue
        better = total < least_error
        least_error = np.where(better, total, least_error)
        best = (np.where(better, tried[0], best[0]), np.where(better, tried[1], best[1]))
    return best


def kl_range(x: Any, layout: Layout, bits: int, *, symmetric: bool) -> Range:
    """The range whose quantised histogram has the least Kullback-Leibler divergence from that of x.

    2048 bins from 0 to the largest magnitude, or from the least value to the largest; what lies
    beyond a candidate's ends is counted in its outermost bins.
    """
    low, high = code_range(bits, symmetric=symmetric)
    levels = high + 1 if symmetric else high - low + 1

    def ratio(part: Any) -> float:
        return _kl_ratio(np.abs(part) if symmetric else part, levels)

    shares = _each(x, layout, ratio)
    least, most = extremes(x, layout)
    return least * shares, most * shares


def _each(x: Any, layout: Layout, f: Callable[[Any], Any]) -> Any:
    """F of the elements of each scale; 0 where there are none."""
    found = [f(part) if part.size else 0.0 for part in layout.parts(x)]
    return np.reshape(np.asarray(found, np.float64), layout.shape(x))


def _kl_ratio(values: Any, levels: int) -> float:
    """The share of the range that loses least information in so many levels."""
    least, most = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    size = max(-least, most)
    if size == 0 or levels >= _BINS:
        return 1.0
    # Zeros are values in any range: half of all activations, they would outweigh what is rounded.
    counts, _ = np.histogram(values[values != 0] / size, _BINS, (least / size, most / size))
    zero = round(_BINS * (-least / size) / (most / size - least / size))
    best, least_loss = 1.0, np.inf
    for ratio in _RATIOS:
        first, last = zero - round(zero * ratio), zero + round((_BINS - zero) * ratio)
        if last - first < max(levels, _BINS // 16):
            break  # so few bins hold hardly more than the levels: nothing seems lost in them
        loss = _divergence(counts, first, last, levels)
        if loss < least_loss:
            best, least_loss = float(ratio), loss
    return best


def _divergence(counts: Any, first: int, last: int, levels: int) -> float:
    """KL(p, q) of a clipped histogram p and of q, which has one mean per level where p is not 0."""
    inside = counts[first:last].astype(np.float64)
    p = inside.copy()
    p[0] += counts[:first].sum()
    p[-1] += counts[last:].sum()
    level = np.arange(len(p)) * levels // len(p)
    filled = inside > 0
    mass = np.bincount(level, inside, levels)
    places = np.bincount(level, filled, levels)
    q = np.where(filled, mass[level] / np.maximum(places[level], 1), 0.0)
    if not q.sum():
        return np.inf
    p, q = p / p.sum(), q / q.sum()
    # What p has and q has not costs as much as one part in 10^4 would.
    seen = p > 0
    return float(np.sum(p[seen] * np.log(p[seen] / np.maximum(q[seen], 1e-4 / len(p)))))
