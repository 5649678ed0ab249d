# SPDX-License-Identifier: BSD-3-Clause
"""How large is the error of each element of an array, and to which side does it go?

The definitions are those of element_errors.py, with the sign of value - truth.  There each error
is computed in numbers of 50 digits; here whole arrays are, in pairs of doubles, or exactly in
fractions where truth is a Python number.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.analysis.algebra_double import DoubleDouble, is_in_range
from numformats.analysis.candidate import as_candidate, is_finite
from numformats.analysis.number_formulas import exact_ratio
from numformats.oracle.values import Special, floor_log2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numformats.analysis.algebra_base import Algebra, Parts
    from numformats.analysis.candidate import Candidate
    from numformats.oracle.values import Value

    Pair = tuple[NDArray[np.float64], NDArray[np.float64]]

__all__ = ["SignedErrors", "reads_pairs", "signed_errors"]


@dataclass(frozen=True)
class SignedErrors:
    """Of each element, in the shape of the array, its error and what it is."""

    relative: NDArray[np.float64]
    """(value - truth) / |truth|; NaN where truth is no number, or 0 and the value is not."""
    ulps: NDArray[np.float64]
    """(value - truth) / spacing of the format's values around truth; NaN as above."""
    nan: NDArray[np.bool_]
    infinite: NDArray[np.bool_]
    saturated: NDArray[np.bool_]
    """At an end of the format, and not exact."""
    underflowed: NDArray[np.bool_]
    """0 (or the NaN of a format that has none) although truth is not."""


def reads_pairs(dtype: np.dtype[Any], algebra: Algebra) -> bool:
    """Is every value of the format, and every true one, a sum of two doubles?"""
    return is_in_range(dtype) and not algebra.exact and algebra.lift(0.0)[0].dtype != object


def signed_errors(values: NDArray[Any], truth: Parts, algebra: Algebra) -> SignedErrors:
    """Errors of an array of a format, or of float16, 32, 64, against true numbers of its shape.

    >>> import numformats as nf
    >>> from numformats.analysis.algebra import truth
    >>> exact = truth("exact")
    >>> x = np.array([1.0, 1.5, 0.0], nf.posit8)
    >>> found = signed_errors(x, exact.lift(np.array([1.0, 1.25, 0.5])), exact)
    >>> found.relative.tolist(), found.ulps.tolist()
    ([0.0, 0.2, -1.0], [0.0, 2.0, -8.0])
    """
    if values.shape != truth[0].shape:
        raise ValueError(f"values have shape {values.shape}, the truth {truth[0].shape}")
    measure = _in_pairs if reads_pairs(values.dtype, algebra) else _in_fractions
    with np.errstate(all="ignore"):
        return measure(values, truth, _candidate(values.dtype))


@functools.cache
def _candidate(dtype: np.dtype[Any]) -> Candidate:
    return as_candidate(dtype)


def _in_pairs(values: NDArray[Any], truth: Parts, candidate: Candidate) -> SignedErrors:
    high, low = DoubleDouble().lift(values)
    true, rest = truth if len(truth) == 2 else (truth[0], np.zeros(()))
    error = (high - true) + (low - rest)
    size = np.abs(true)
    defined, finite = np.isfinite(true), np.isfinite(high)
    relative = _kept(error / size, error, size, defined, finite)
    ulps = _kept(error / _spacings(true, rest, candidate), error, size, defined, finite)
    ends = [_as_pair(end) for end in (candidate.largest, candidate.lowest)]
    at_end = np.zeros(values.shape, bool)
    for end, below in ends:
        at_end |= (high == end) & (low == below)
    nan: NDArray[Any] = np.isnan(values)
    return SignedErrors(
        relative,
        ulps,
        np.asarray(nan),
        np.asarray(~finite & ~nan),
        np.asarray(at_end & defined & (error != 0)),
        np.asarray((high == 0) & defined & (size != 0)),
    )


def _kept(
    error: NDArray[np.float64],
    difference: NDArray[np.float64],
    size: NDArray[np.float64],
    defined: NDArray[np.bool_],
    finite: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """The errors, with what has no or no finite one as element_errors.py says."""
    error = np.where(size == 0, np.where(difference == 0, 0.0, math.nan), error)
    return np.where(
        defined, np.where(finite, error, np.where(difference < 0, -math.inf, math.inf)), math.nan
    )


def _as_pair(number: Fraction) -> tuple[float, float]:
    high = float(number)
    return high, float(number - Fraction(high))


def _spacings(
    true: NDArray[np.float64], rest: NDArray[np.float64], candidate: Candidate
) -> NDArray[np.float64]:
    """The gap of the format around each true number."""
    significand, exponent = np.frexp(np.abs(true))
    # A pair just below a power of two has it as its high part.
    binades = exponent - 1 - ((significand == 0.5) & (rest * np.sign(true) < 0))
    binades = np.where(np.isfinite(true) & (true != 0), binades, 0)
    distinct, which = np.unique(binades, return_inverse=True)
    gaps = np.array([float(candidate.spacing(int(b))) for b in distinct])
    found = gaps[which].reshape(np.shape(true)) if distinct.size else np.empty(np.shape(true))
    smallest = float(candidate.smallest)
    return np.where(np.abs(true) < smallest, smallest, found)


def _in_fractions(values: NDArray[Any], truth: Parts, candidate: Candidate) -> SignedErrors:
    """One by one: exact errors, each rounded once."""
    words = np.ascontiguousarray(values).view(f"u{candidate.dtype.itemsize}").reshape(-1)
    ends = (candidate.largest, candidate.lowest)
    found = [
        _one(candidate.decode(int(word)), number, candidate, ends)
        for word, number in zip(words, _numbers(truth), strict=True)
    ]
    columns = list(zip(*found, strict=True)) if found else [()] * 6
    kinds = (np.float64, np.float64, bool, bool, bool, bool)
    arrays = (np.array(c, k).reshape(values.shape) for c, k in zip(columns, kinds, strict=True))
    return SignedErrors(*arrays)


def _numbers(truth: Parts) -> list[Fraction | float]:
    """True numbers as fractions; NaN and infinities as floats."""
    return [_number(parts) for parts in zip(*(p.reshape(-1).tolist() for p in truth), strict=True)]


def _number(parts: tuple[Any, ...]) -> Fraction | float:
    try:
        return sum((exact_ratio(part) for part in parts), Fraction(0))
    except (OverflowError, ValueError):  # infinities and NaN have no ratio
        return float(parts[0])


def _one(
    value: Value, true: Fraction | float, candidate: Candidate, ends: tuple[Fraction, Fraction]
) -> tuple[float, float, bool, bool, bool, bool]:
    nan = value is Special.NAN
    if not is_finite(value):
        error = -math.inf if value is Special.NEG_INF else math.inf
        error = error if isinstance(true, Fraction) else math.nan
        return error, error, nan, not nan, False, False
    if not isinstance(true, Fraction):
        return math.nan, math.nan, False, False, False, False
    number = value if isinstance(value, Fraction) else Fraction(0)
    difference = number - true
    saturated = number in ends and difference != 0
    if true == 0:
        error = math.nan if difference else 0.0
        return error, error, False, False, saturated, False
    gap = candidate.spacing(floor_log2(true))
    if abs(true) < candidate.smallest:
        gap = candidate.smallest
    size = _as_float(difference / abs(true)), _as_float(difference / gap)
    return *size, False, False, saturated, number == 0


def _as_float(x: Fraction) -> float:
    try:
        return float(x)
    except OverflowError:
        return math.inf if x > 0 else -math.inf
