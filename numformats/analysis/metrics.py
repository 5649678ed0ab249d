# SPDX-License-Identifier: BSD-3-Clause
"""How large is the error of an array of results, in relative terms, in ulps and in digits?

Errors of single results are those of element_errors.py.  Of all of them:

* digits: -log10 of the relative error, not below 0; infinite when the error is 0;
* normwise error: max |y - r| / max |r|, over the elements where the reference r is finite.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.analysis.element_errors import element_errors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numformats.analysis.candidate import Candidate
    from numformats.analysis.element_errors import ElementErrors


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


def measure(results: NDArray[Any], reference: NDArray[np.object_], candidate: Candidate) -> Metrics:
    """Errors of `results` (dtype of the candidate) against `reference` (50-digit numbers).

    Both have the same shape; a ValueError says when they have not.
    """
    return summarise(element_errors(results, reference, candidate))


def summarise(errors: ElementErrors) -> Metrics:
    """The figures of all elements together."""
    e, defined = errors, errors.defined
    return Metrics(
        outputs=e.relative.size,
        max_relative=_largest(e.relative),
        median_relative=_middle(e.relative),
        max_ulps=_largest(e.ulps),
        median_ulps=_middle(e.ulps),
        normwise=_normwise(e.absolute[defined], e.size[defined], e.finite[defined]),
        nan=int(e.nan.sum()),
        inf=int((~e.finite & ~e.nan).sum()),
        saturated=int(e.saturated.sum()),
        undefined=int((~defined).sum()),
        nonzero_for_zero=int(e.wrong_zero.sum()),
    )


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
