# SPDX-License-Identifier: BSD-3-Clause
"""Which figures of a tensor are reported at a step, and which of all steps together?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.analysis.signed_errors import signed_errors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numformats.analysis.algebra import Algebra, Parts
    from numformats.analysis.signed_errors import SignedErrors

__all__ = ["TensorErrors", "Total", "measured"]


@dataclass(frozen=True)
class TensorErrors:
    """The errors of one tensor at one step; errors as `numformats.analysis` defines them.

    Means are over the elements that have a finite error; NaN where none has.

    >>> row = TensorErrors(0, "0.weight", "posit8", 4, 0.25, 0.25, 1.0, 0.01, 0.04, 0, 0, 0, 0)
    >>> row.bias, row.max_ulps
    (0.25, 1.0)
    """

    step: int
    name: str
    dtype: str
    elements: int
    bias: float
    """The mean of (value - truth) / ulp."""
    mean_ulps: float
    """The mean of |value - truth| / ulp."""
    max_ulps: float
    mean_relative: float
    max_relative: float
    saturated: int
    """At an end of the format, and not exact."""
    nans: int
    """NaN or NaR."""
    infinities: int
    underflows: int
    """0 although truth is not."""


@dataclass
class Total:
    """The figures of one tensor over all its steps."""

    name: str
    dtype: str
    steps: int = 0
    known: int = 0  # elements with a finite error
    signed: float = 0.0
    ulps: float = 0.0
    max_ulps: float = 0.0
    max_relative: float = 0.0
    saturated: int = 0
    nans: int = 0
    infinities: int = 0
    underflows: int = 0

    def add(self, row: TensorErrors, known: int) -> None:
        """One step more, in which so many elements had a finite error."""
        self.steps += 1
        self.known += known
        if known:
            self.signed += row.bias * known
            self.ulps += row.mean_ulps * known
        # max() of a NaN would depend on the order of its arguments.
        self.max_ulps = max(self.max_ulps, row.max_ulps)
        self.max_relative = max(self.max_relative, row.max_relative)
        self.saturated += row.saturated
        self.nans += row.nans
        self.infinities += row.infinities
        self.underflows += row.underflows

    @property
    def bias(self) -> float:
        """Mean over all elements of all steps."""
        return self.signed / self.known if self.known else math.nan

    @property
    def mean_ulps(self) -> float:
        """Mean over all elements of all steps."""
        return self.ulps / self.known if self.known else math.nan


def measured(
    step: int, name: str, values: NDArray[Any], truth: Parts, algebra: Algebra
) -> tuple[TensorErrors, SignedErrors, int]:
    """The figures, the errors of all elements, and how many of them are finite."""
    errors = signed_errors(values, truth, algebra)
    finite = np.isfinite(errors.ulps)
    known = errors.ulps[finite]
    row = TensorErrors(
        step=step,
        name=name,
        dtype=str(values.dtype),
        elements=values.size,
        bias=_mean(known),
        mean_ulps=_mean(np.abs(known)),
        max_ulps=_largest(errors.ulps),
        mean_relative=_mean(np.abs(errors.relative[finite])),
        max_relative=_largest(errors.relative),
        saturated=int(errors.saturated.sum()),
        nans=int(errors.nan.sum()),
        infinities=int(errors.infinite.sum()),
        underflows=int(errors.underflowed.sum()),
    )
    return row, errors, known.size


def _mean(x: NDArray[np.float64]) -> float:
    return math.fsum(x) / x.size if x.size else math.nan


def _largest(x: NDArray[np.float64]) -> float:
    """The largest size; NaN where there is none."""
    known = np.abs(x[~np.isnan(x)])
    return float(known.max()) if known.size else math.nan
