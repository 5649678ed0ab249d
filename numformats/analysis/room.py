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
    with np.errstate(all="ignore"):
        stored = flat.astype(candidate.dtype)
        back = algebra.lift(stored)
        error = np.abs((back[0] - high) + (back[1] - low)) / np.abs(high)
    finite = np.isfinite(high)
    number = finite & (high != 0)
    above, under = _outside(high, low, candidate.largest), _outside(-high, -low, -candidate.lowest)
    small = number & _outside(-np.abs(high), -low * np.sign(high), -candidate.smallest)
    kept = np.isfinite(back[0]) if not finite.all() else finite
    lost = ~finite & ((np.isnan(high) != np.isnan(back[0])) | (np.isinf(high) & (back[0] != high)))
    worst = np.where(kept, error, np.inf)[number]
    return Fit(
        format=candidate.dtype.type, name=candidate.name,
        bits=candidate.bits, cost=cost_of(candidate).total,
        too_large=int((finite & (above | under)).sum()), too_small=int(small.sum()),
        lost_specials=int(lost.sum()), error=float(worst.max()) if worst.size else 0.0,
    )  # fmt: skip


def _outside(
    high: NDArray[np.float64], low: NDArray[np.float64], end: Fraction
) -> NDArray[np.bool_]:
    """Is high + low > end?  end is rounded to two doubles, which hold every format's ends."""
    top = float(end) if abs(end) < 2**1024 else math.copysign(math.inf, end)
    rest = float(end - type(end)(top)) if math.isfinite(top) else 0.0
    return np.asarray((high > top) | ((high == top) & (low > rest)), bool)
