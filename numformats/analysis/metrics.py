# SPDX-License-Identifier: BSD-3-Clause
"""How large is the error of an array of results, in relative terms, in ulps and in digits?

Definitions, for a result y of the format and the reference r:

* relative error |y - r| / |r|; for r = 0 it is 0 when y = 0, and the element is left out (and
  counted as `nonzero_for_zero`) when y is not;
* ulps: |y - r| / spacing of the format's values around r; same rule for r = 0;
* a result that is NaN, NaR or infinite has infinite error, unless the reference is not finite
  either: then the element is left out (and counted as `undefined`);
* digits: -log10 of the relative error, not below 0; infinite when the error is 0;
* normwise error: max |y - r| / max |r|, over the elements where r is finite.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.analysis.candidate import finite_value, is_finite
from numformats.analysis.reference import CONTEXT, number
from numformats.oracle.values import Special

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numformats.analysis.candidate import Candidate


@dataclass(frozen=True)
class Metrics:
    """Errors of the results of one format; infinite errors are math.inf, nothing to measure NaN."""

    outputs: int
    max_relative: float
    median_relative: float
    max_ulps: float
    median_ulps: float
    normwise: float
    nan: int
    inf: int
    saturated: int
    undefined: int
    nonzero_for_zero: int

    @property
    def median_digits(self) -> float:
        """Correct decimal digits of the middle result."""
        return digits(self.median_relative)

    @property
    def worst_digits(self) -> float:
        """Correct decimal digits of the worst result."""
        return digits(self.max_relative)


def digits(relative: float) -> float:
    """Correct decimal digits of a result with that relative error.

    >>> digits(0.001), digits(7.0), digits(0.0)
    (3.0, 0.0, inf)
    """
    if math.isnan(relative):
        return math.nan
    if relative == 0:
        return math.inf
    return max(0.0, -math.log10(relative)) if relative < math.inf else 0.0


_mag = np.frompyfunc(CONTEXT.mag, 1, 1)
_finite = np.frompyfunc(CONTEXT.isfinite, 1, 1)


def exact_values(
    results: NDArray[Any], candidate: Candidate
) -> tuple[NDArray[np.object_], NDArray[np.bool_], NDArray[np.bool_]]:
    """The exact values of a vector of results (0 where not finite); which are finite, which NaN.

    Read off the codes by the oracle, so that an error of the native decoder cannot hide here.
    """
    words = np.ascontiguousarray(results).view(f"u{candidate.dtype.itemsize}")
    distinct, which = np.unique(words, return_inverse=True)
    decoded = [candidate.decode(int(word)) for word in distinct]
    finite = np.array([is_finite(value) for value in decoded], dtype=bool)
    nan = np.array([value is Special.NAN for value in decoded], dtype=bool)
    values = np.empty(distinct.shape, dtype=object)
    values[...] = [number(finite_value(value)) for value in decoded]
    return values[which], finite[which], nan[which]


def measure(results: NDArray[Any], reference: NDArray[np.object_], candidate: Candidate) -> Metrics:
    """Errors of `results` (dtype of the candidate) against `reference` (50-digit numbers).

    Both have the same shape; a ValueError says when they have not.
    """
    if results.shape != reference.shape:
        raise ValueError(f"results have shape {results.shape}, the reference {reference.shape}")
    results, reference = results.ravel(), reference.ravel()
    values, finite, is_nan = exact_values(results, candidate)
    defined = _finite(reference).astype(bool)
    error, size = np.abs(values - reference), np.abs(reference)
    zero = defined & (size == 0)
    wrong_zero = zero & finite & (values != 0)

    relative = np.full(results.shape, math.nan)
    ulps = relative.copy()
    relative[zero & finite & ~wrong_zero] = ulps[zero & finite & ~wrong_zero] = 0.0
    relative[defined & ~finite] = ulps[defined & ~finite] = math.inf
    plain = defined & finite & ~zero
    relative[plain] = (error[plain] / size[plain]).astype(np.float64)
    ulps[plain] = (error[plain] / _spacings(size[plain], candidate)).astype(np.float64)

    extremes = (number(candidate.largest), number(candidate.lowest))
    at_end = ((values == extremes[0]) | (values == extremes[1])).astype(bool)
    return Metrics(
        outputs=results.size,
        max_relative=_largest(relative),
        median_relative=_middle(relative),
        max_ulps=_largest(ulps),
        median_ulps=_middle(ulps),
        normwise=_normwise(error[defined], size[defined], finite[defined]),
        nan=int(is_nan.sum()),
        inf=int((~finite & ~is_nan).sum()),
        saturated=int((at_end & finite & (error != 0)).sum()),
        undefined=int((~defined).sum()),
        nonzero_for_zero=int(wrong_zero.sum()),
    )


def _spacings(size: NDArray[np.object_], candidate: Candidate) -> NDArray[np.object_]:
    binades = _mag(size).astype(np.int64) - 1
    distinct, which = np.unique(binades, return_inverse=True)
    gaps = np.empty(distinct.shape, dtype=object)
    gaps[...] = [number(candidate.spacing(int(binade))) for binade in distinct]
    # Between 0 and the smallest positive value, which need not be a power of two.
    smallest = number(candidate.smallest)
    return np.where(size < smallest, smallest, gaps[which])


def _largest(errors: NDArray[np.float64]) -> float:
    known = errors[~np.isnan(errors)]
    return float(known.max()) if known.size else math.nan


def _middle(errors: NDArray[np.float64]) -> float:
    """The median; of an even number of errors the lower middle one, so that inf is no mean."""
    known = np.sort(errors[~np.isnan(errors)])
    return float(known[(known.size - 1) // 2]) if known.size else math.nan


def _normwise(
    error: NDArray[np.object_], size: NDArray[np.object_], finite: NDArray[np.bool_]
) -> float:
    if not size.size:
        return math.nan
    if not finite.all():
        return math.inf
    largest = size.max()
    if largest == 0:
        return 0.0 if error.max() == 0 else math.inf
    return float(error.max() / largest)
