# SPDX-License-Identifier: BSD-3-Clause
"""How large and how small are the numbers of some data, and which formats have room for them?"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats._html import table
from numformats.analysis.algebra import DoubleDouble
from numformats.analysis.default_candidates import chosen
from numformats.analysis.figures import short
from numformats.analysis.problems import CompareError
from numformats.analysis.room import Fit, fit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

    from numformats.analysis.candidate import Candidate

__all__ = ["DynamicRange", "dynamic_range"]

_HEADINGS = ("format", "bits", "too large", "too small", "lost specials", "max rel")
_WIDEST_BAR, _MOST_BARS = 40, 32


@dataclass(frozen=True)
class DynamicRange:
    """The magnitudes of some data.

    `smallest` and `largest` are the extreme magnitudes other than 0, `exponents` maps
    floor(log2(abs(x))) to how many numbers have it, `scale` is the power of two of the median
    magnitude: data / scale is about 1.  `subnormals` counts those of the data's own format.
    `fits` are the formats with room for all, cheapest first, `others` the rest.
    """

    count: int
    zeros: int
    negatives: int
    subnormals: int
    infinities: int
    nans: int
    smallest: float
    largest: float
    scale: float
    exponents: dict[int, int]
    fits: list[Fit]
    others: list[Fit]

    @property
    def binades(self) -> int:
        """How many powers of two lie from the smallest to the largest magnitude."""
        return max(self.exponents) - min(self.exponents) + 1 if self.exponents else 0

    def _summary(self) -> str:
        special = {"zeros": self.zeros, "negatives": self.negatives, "subnormals": self.subnormals,
                   "infinities": self.infinities, "NaNs": self.nans}  # fmt: skip
        counts = ", ".join(f"{n} {name}" for name, n in special.items() if n)
        ends = f"{short(self.smallest)} to {short(self.largest)}, {self.binades} binades"
        there = f"{self.count} numbers{f' ({counts})' if counts else ''}"
        return f"{there}: magnitudes {ends}, scale {self.scale:g}"

    def _rows(self) -> list[list[str]]:
        return [
            [f.name, str(f.bits), *(str(n or "") for n in f.counts), short(f.error)]
            for f in (*self.fits, *self.others)
        ]

    def __repr__(self) -> str:
        """The summary, the histogram of exponents, and the formats that fit."""
        width = -(-self.binades // _MOST_BARS)  # binades of a bar
        bins: Counter[int] = Counter()
        for e, n in sorted(self.exponents.items()):
            bins[e // width * width] += n
        most = max(bins.values(), default=1)
        bars = [
            f"  2**{e:<6} {'#' * math.ceil(_WIDEST_BAR * n / most)} {n}" for e, n in bins.items()
        ]
        fits = (
            ", ".join(f"{f.name} ({short(f.error)})" for f in self.fits) or "none of the candidates"
        )
        return "\n".join(
            [self._summary(), *bars, f"formats with room (largest relative error): {fits}"]
        )

    def _repr_html_(self) -> str:
        """The table of formats, for notebooks."""
        return table(self._summary(), _HEADINGS, self._rows())


def dynamic_range(data: ArrayLike, candidates: Iterable[object] | None = None) -> DynamicRange:
    """The scale and the spread of `data`, and the formats that have room for it.

    data: an array of any shape, of NumPy's floats and integers, of a format, or of Python's ints
    and Fractions; exact, whatever their size.  candidates: as in `recommend`.  Zeros, infinities
    and NaNs have no exponent.  Raises CompareError for data that are empty, not real, or beyond
    float64's range.

    >>> import numpy as np
    >>> import numformats as nf
    >>> x = np.array([0.0, 0.75, 3.0, 200.0])
    >>> nf.analysis.dynamic_range(x, ["float8_e5m2", "q15", "posit8"])
    4 numbers (1 zeros): magnitudes 0.75 to 200, 9 binades, scale 2
      2**-1     ######################################## 1
      2**1      ######################################## 1
      2**7      ######################################## 1
    formats with room (largest relative error): float8_e5m2 (0.04), posit8 (0.04)
    """
    array = np.asarray(data)
    _check(array)
    flat = array.ravel()
    high, low = _parts(flat)
    finite = np.isfinite(high)
    exponents = _exponents(high, low)
    sizes = np.abs(high[finite & (high != 0)])
    places, counts = np.unique(exponents, return_counts=True)
    return DynamicRange(
        count=flat.size,
        zeros=int((high == 0).sum()),
        negatives=int((high < 0).sum()),
        subnormals=int((sizes < _smallest_normal(array.dtype)).sum()),
        infinities=int(np.isinf(high).sum()),
        nans=int(np.isnan(high).sum()),
        smallest=float(sizes.min()) if sizes.size else math.nan,
        largest=float(sizes.max()) if sizes.size else math.nan,
        scale=float(2.0 ** np.sort(exponents)[(exponents.size - 1) // 2])
        if exponents.size
        else 1.0,
        exponents=dict(zip(places.tolist(), counts.tolist(), strict=True)),
        **_fits(flat, high, low, chosen(candidates)),
    )


def _check(array: NDArray[Any]) -> None:
    if array.size == 0:
        raise CompareError("the data are empty")
    if array.dtype.kind in "cSUmM":
        raise CompareError(f"the data have dtype {array.dtype}: they must be real numbers")


def _parts(flat: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Each number as the sum of two doubles; CompareError where that is not the number."""
    try:
        with np.errstate(all="ignore"):
            high, low = DoubleDouble().lift(flat)
            sizes = abs(flat)
    except (TypeError, ValueError, OverflowError, AttributeError) as error:
        raise CompareError(
            f"the data are no real numbers within float64's range: {error}"
        ) from error
    with np.errstate(all="ignore"):
        lost = (np.isinf(high) & np.asarray(sizes < np.inf, bool)) | (
            (high == 0) & np.asarray(flat != 0, bool)
        )
    if lost.any():
        raise CompareError(
            f"the data have {flat[lost][0]!r}, beyond float64's range: scale them first"
        )
    return high, low


def _exponents(high: NDArray[np.float64], low: NDArray[np.float64]) -> NDArray[np.int64]:
    """floor(log2(abs(x))) of the numbers that have one."""
    there = np.isfinite(high) & (high != 0)
    significand, exponent = np.frexp(high[there])
    below = (np.abs(significand) == 0.5) & (np.sign(low) == -np.sign(high))[
        there
    ]  # just below 2**k
    return np.asarray(exponent - 1 - below, np.int64)


def _smallest_normal(dtype: np.dtype[Any]) -> float:
    if dtype.kind == "f":
        return float(np.finfo(dtype).smallest_normal)
    try:
        return float(nf.finfo(dtype).smallest_normal)
    except TypeError:
        return 0.0


def _fits(
    flat: NDArray[Any],
    high: NDArray[np.float64],
    low: NDArray[np.float64],
    candidates: list[Candidate],
) -> dict[str, list[Fit]]:
    found = sorted((fit(flat, high, low, c) for c in candidates), key=lambda f: (f.bits, f.cost))
    return {"fits": [f for f in found if f.fits], "others": [f for f in found if not f.fits]}
