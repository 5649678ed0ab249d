# SPDX-License-Identifier: BSD-3-Clause
"""How large is the error of each result, relative and in ulps?

Definitions, for a result y of the format and the reference r:

* relative error |y - r| / |r|; for r = 0 it is 0 when y = 0, and the element is left out (NaN;
  counted as `nonzero_for_zero`) when y is not;
* ulps: |y - r| / spacing of the format's values around r; same rule for r = 0;
* a result that is NaN, NaR or infinite has infinite error, unless the reference is not finite
  either: then the element is left out (NaN; counted as `undefined`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.analysis import reference_numbers
from numformats.analysis.candidate import finite_value, is_finite
from numformats.analysis.reference_numbers import exponents, number
from numformats.oracle.values import Special

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numformats.analysis.candidate import Candidate

__all__ = ["ElementErrors", "element_errors"]


@dataclass(frozen=True)
class ElementErrors:
    """Vectors with one place for each result: its error, and what it is."""

    relative: NDArray[np.float64]
    ulps: NDArray[np.float64]
    absolute: NDArray[np.object_]  # in reference numbers; of finite results
    size: NDArray[np.object_]  # of the reference
    defined: NDArray[np.bool_]  # is the reference finite?
    finite: NDArray[np.bool_]  # is the result?
    nan: NDArray[np.bool_]
    wrong_zero: NDArray[np.bool_]  # not 0, though the reference is
    saturated: NDArray[np.bool_]  # at an end of the format, and not exact


def element_errors(
    results: NDArray[Any], reference: NDArray[np.object_], candidate: Candidate
) -> ElementErrors:
    """Errors of `results` (dtype of the candidate) against `reference` (50-digit numbers).

    Both have the same shape; a ValueError says when they have not.  The vectors are in C order.
    """
    if results.shape != reference.shape:
        raise ValueError(f"results have shape {results.shape}, the reference {reference.shape}")
    results, reference = results.ravel(), reference.ravel()
    values, finite, is_nan = _exact_values(results, candidate)
    defined = reference_numbers.is_finite(reference).astype(bool)
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
    saturated = at_end & finite & (error != 0).astype(bool)
    return ElementErrors(
        relative, ulps, error, size, defined, finite, is_nan, wrong_zero.astype(bool), saturated
    )


def _exact_values(
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


def _spacings(size: NDArray[np.object_], candidate: Candidate) -> NDArray[np.object_]:
    binades = exponents(size).astype(np.int64) - 1
    distinct, which = np.unique(binades, return_inverse=True)
    gaps = np.empty(distinct.shape, dtype=object)
    gaps[...] = [number(candidate.spacing(int(binade))) for binade in distinct]
    # Between 0 and the smallest positive value, which need not be a power of two.
    smallest = number(candidate.smallest)
    return np.where(size < smallest, smallest, gaps[which])
