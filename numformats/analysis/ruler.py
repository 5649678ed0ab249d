# SPDX-License-Identifier: BSD-3-Clause
"""How large are the errors of one operation's results?  The definitions of every figure.

For each element: v the value in the format, l the exact result of the operation on the operands as
the format had them, t the true result, on true operands.

* error introduced: |v - l| / |l|; it is the operation's own rounding, so never above the unit
  roundoff of the format but for saturation, underflow and rounded constants (Python's 0.1 is a
  float64 to truth);
* error inherited: |l - t| / |t|: what the operands brought along, as this operation magnified or
  damped it;
* ulps: |v - t| / spacing of the format's values in the upper part of the binade of t (as in
  `numformats.analysis.candidate`): the whole error in units that taper with the format; infinite
  where the value is none or infinite and truth is finite.

Elements where l or t is 0 have no relative error: they are counted when v - l or l - t is not 0.
The pass itself is cbits/analysis/measure.c.
"""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats._native import ffi, lib
from numformats.analysis.candidate import NUMPY_FLOATS, find_candidate
from numformats.parse import as_format

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numformats.analysis.candidate import Candidate

    Pair = tuple[NDArray[np.float64], NDArray[np.float64] | None]

__all__ = ["BINS", "Ruler", "bin_label", "cancelled", "histogram_of", "ruler_of", "shares"]

BINS: int = lib.NF_ULP_BINS
_LOWEST_BIN = -3  # bin 1 is below 2^-3 ulps, bin 2 from there to 2^-2


def histogram_of(errors: Any) -> NDArray[np.int64]:
    """How many results have how many ulps, of an nf_errors."""
    return np.frombuffer(ffi.buffer(errors.histogram), np.int64)


def bin_label(place: int) -> str:
    """The ulps of a bin of the histogram.

    >>> bin_label(0), bin_label(1), bin_label(5)
    ('exact', '< 1/8', '1 to 2')
    """
    if place == 0:
        return "exact"
    if place == 1:
        return f"< 1/{2**-_LOWEST_BIN}"
    low = place - 2 + _LOWEST_BIN
    ends = [f"1/{2**-e}" if e < 0 else f"{2**e}" for e in (low, low + 1)]
    return f"{ends[0]} to {ends[1]}" if place < BINS - 1 else f">= {ends[0]}"


class Ruler:
    """What a format can hold and how far apart its values are; measures errors with that."""

    def __init__(self, candidate: Candidate) -> None:
        self.candidate = candidate
        self._ruler = ffi.new("nf_ruler *")
        self._ruler.lowest = -_as_double(-candidate.lowest)
        self._ruler.largest = _as_double(candidate.largest)
        self._ruler.smallest = _as_double(candidate.smallest)

    def errors(self) -> Any:
        """The nf_errors that measurements are added to."""
        return ffi.new("nf_errors *")

    def measure(
        self,
        value: Pair,
        local: Pair,
        truth: Pair,
        errors: Any,
        half: NDArray[np.float64] | None = None,
    ) -> NDArray[np.float64]:
        """Adds the results to `errors`; gives value - local.

        value, local, truth: arrays of one shape, each as high and low parts (or None).
        half: gets the numbers halfway from value to truth.
        """
        error = np.empty(value[0].shape)
        keep = [_doubles(pair) for pair in (value, local, truth)]
        while error.size:
            missing = lib.nf_measure(
                error.size,
                *(numbers for numbers, _ in keep),
                self._ruler,
                ffi.from_buffer("double *", error),
                ffi.NULL if half is None else ffi.from_buffer("double *", half),
                errors,
            )
            if missing < 0:
                break
            per_ulp = 1 / self.candidate.spacing(missing - 1023)
            self._ruler.per_ulp[missing] = min(max(_as_double(per_ulp), 5e-324), sys.float_info.max)
        return error

    @property
    def precision(self) -> int:
        """Significant bits of the format at 1."""
        return 1 - int(np.log2(float(self.candidate.spacing(0))))


def _as_double(exact: Any) -> float:
    try:
        return float(exact)
    except OverflowError:
        return np.inf


def _doubles(pair: Pair) -> tuple[Any, Any]:
    """An nf_doubles by value, and what keeps its memory."""
    arrays = [p if p is None or p.flags.c_contiguous else np.ascontiguousarray(p) for p in pair]
    pointers = [ffi.NULL if a is None else ffi.from_buffer("double *", a) for a in arrays]
    made = ffi.new("nf_doubles *", pointers)
    return made[0], (made, pointers, arrays)


def shares(slope: NDArray[np.float64], error: NDArray[np.float64]) -> tuple[float, float]:
    """The sums of slope times error and of its size, over the products that are finite.

    An error of 0 has no share whatever the slope.  Both are vectors of one length.
    """
    x, y = np.ascontiguousarray(slope), np.ascontiguousarray(error)
    sums = lib.nf_share(x.size, ffi.from_buffer("double *", x), ffi.from_buffer("double *", y))
    return sums.net, sums.gross


def cancelled(
    operands: list[NDArray[np.float64]], results: list[NDArray[np.float64]], factor: float
) -> NDArray[np.int64]:
    """Where are results, exact or true, no larger than the larger operand divided by `factor`?

    operands: two arrays of the shape of the two results, or of one element.
    """
    arrays = [np.ascontiguousarray(a) for a in (*operands, *results)]
    x, y, exact, truth = (ffi.from_buffer("double *", a) for a in arrays)
    x_step, y_step = (int(a.size != 1) for a in operands)
    places = np.empty(results[0].size, np.int64)
    count = lib.nf_find_cancelled(
        places.size,
        x,
        x_step,
        y,
        y_step,
        exact,
        truth,
        factor,
        ffi.from_buffer("int64_t *", places),
    )
    return places[:count].copy()


@functools.cache
def ruler_of(dtype: np.dtype[Any]) -> Ruler:
    """The ruler of a format's dtype or of a float of NumPy.

    Raises TypeError for a dtype that is neither.
    """
    name = dtype.name if dtype.name in NUMPY_FLOATS else str(as_format(dtype))
    return Ruler(find_candidate(name))
