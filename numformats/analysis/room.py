# SPDX-License-Identifier: BSD-3-Clause
"""Has a format room for some numbers, and what does storing them in it lose?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.analysis.algebra import DoubleDouble
from numformats.analysis.hardware_cost import cost_of

if TYPE_CHECKING:
    from fractions import Fraction

    from numpy.typing import NDArray

    from numformats.analysis.candidate import Candidate

__all__ = ["Fit", "fit"]

BLOCK = 8192


@dataclass(frozen=True)
class Fit:
    """What storing the data in one format would do.

    `too_large` counts numbers beyond its largest or lowest value, `too_small` those nearer to 0
    than its smallest one, `lost_specials` NaNs and infinities that it has not; `error` is the
    largest relative error of the finite numbers that are not 0.
    """

    format: type
    name: str
    bits: int
    cost: int
    too_large: int
    too_small: int
    lost_specials: int
    error: float

    @property
    def counts(self) -> tuple[int, int, int]:
        """too_large, too_small, lost_specials."""
        return self.too_large, self.too_small, self.lost_specials

    @property
    def fits(self) -> bool:
        """Are all numbers within the range, and all specials kept?"""
        return not any(self.counts)


def fit(
    flat: NDArray[Any], high: NDArray[np.float64], low: NDArray[np.float64], candidate: Candidate
) -> Fit:
    """What storing the numbers high + low, which `flat` holds, in a format does."""
    algebra = DoubleDouble()
    ends = [_two_doubles(e) for e in (candidate.largest, -candidate.lowest, -candidate.smallest)]
    counts, worst = np.zeros(3, int), 0.0
    for first in range(0, flat.size, BLOCK):  # blocks stay in the cache
        h, t = high[first : first + BLOCK], low[first : first + BLOCK]
        with np.errstate(all="ignore"):
            back = algebra.lift(flat[first : first + BLOCK].astype(candidate.dtype))
            error = np.abs((back[0] - h) + (back[1] - t)) / np.abs(h)
        finite = np.isfinite(h)
        number = finite & (h != 0)
        large = finite & (_beyond(h, t, ends[0]) | _beyond(-h, -t, ends[1]))
        small = number & _beyond(-np.abs(h), -t * np.sign(h), ends[2])
        lost = ~finite & ((np.isnan(h) != np.isnan(back[0])) | (np.isinf(h) & (back[0] != h)))
        counts += [large.sum(), small.sum(), lost.sum()]
        errors = np.where(np.isfinite(back[0]), error, np.inf)[number]
        worst = max(worst, float(errors.max())) if errors.size else worst
    return Fit(
        format=candidate.dtype.type, name=candidate.name,
        bits=candidate.bits, cost=cost_of(candidate).total,
        too_large=int(counts[0]), too_small=int(counts[1]), lost_specials=int(counts[2]),
        error=worst,
    )  # fmt: skip


def _two_doubles(end: Fraction) -> tuple[float, float]:
    """An end of a format as the sum of two doubles, which hold it; infinite beyond their range."""
    top = float(end) if abs(end) < 2**1023 else math.copysign(math.inf, end)
    return top, float(end - type(end)(top)) if math.isfinite(top) else 0.0


def _beyond(
    high: NDArray[np.float64], low: NDArray[np.float64], end: tuple[float, float]
) -> NDArray[np.bool_]:
    """Is high + low > end?"""
    return np.asarray((high > end[0]) | ((high == end[0]) & (low > end[1])), bool)
