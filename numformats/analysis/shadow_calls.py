# SPDX-License-Identifier: BSD-3-Clause
"""What did one call do to the digits?  Its results measured and added to the tally of its line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from numformats.analysis.ruler import ruler_of
from numformats.analysis.shadow_events import count_born_nans, find_cancellations, terms_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numformats.analysis.ruler import Pair
    from numformats.analysis.shadow_events import Cancelled
    from numformats.analysis.shadow_lines import Tally
    from numformats.analysis.shadow_values import Shadow

    Parts = tuple[NDArray[Any], ...]

__all__ = ["Call", "Outcome", "is_elementwise", "measure_call"]


class Call(NamedTuple):
    """A function (or "astype") and its arguments, as the user's code gave them."""

    f: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]

    @property
    def name(self) -> str:
        """What the reports call it."""
        return self.f if isinstance(self.f, str) else str(self.f.__name__)


class Outcome(NamedTuple):
    """The three results of a call; of an elementwise one also the exact operands."""

    value: NDArray[Any]
    exact: Parts  # of the sample, where there is one
    truth: Parts
    sample: NDArray[np.int64] | None = None
    images: list[Parts] | None = None


def is_elementwise(f: Any) -> bool:
    """Does f give one number for each place?"""
    return isinstance(f, np.ufunc) and f.signature is None and f.nout == 1


def measure_call(
    run: Shadow, call: Call, outcome: Outcome, image: Parts, half: NDArray[np.float64] | None
) -> tuple[Tally, NDArray[np.float64], Cancelled | None]:
    """The tally of the call's line, the errors introduced, and what cancelled catastrophically.

    image: the value in the algebra of truth; half: gets what lies halfway to truth.  NumPy's
    warnings must be off.
    """
    sample = outcome.sample
    place, ruler = run.lines.here(), ruler_of(outcome.value.dtype)
    tally = run.lines.tally(place, call.name, ruler)
    nans, saturated = tally.errors.nans, tally.errors.saturated
    results = [image, outcome.exact, outcome.truth]
    if sample is not None:
        run.sampled += 1
        for i in (0, 2):
            results[i] = tuple(p.reshape(-1)[sample] for p in results[i])
        if half is not None:
            np.multiply(0.5, run.f64(image) + run.f64(outcome.truth), out=half)
            half = None
    value, exact, truth = (_pair(run, parts) for parts in results)
    error = ruler.measure(value, exact, truth, tally.errors, half)
    tally.calls += 1
    tally.elements += outcome.value.size
    tally.measured += error.size
    if tally.errors.nans > nans:
        born = count_born_nans(run, call, outcome)
        tally.nans += born
        if born and run.lines.first_nan is None:
            run.lines.first_nan = place, call.name
    if tally.errors.saturated > saturated and run.lines.first_saturation is None:
        run.lines.first_saturation = place, call.name
    terms = terms_of(run, call, outcome)
    cancelled = find_cancellations(run, terms, results[1:], ruler, tally) if terms else None
    return tally, error, cancelled


def _pair(run: Shadow, parts: Parts) -> Pair:
    """Numbers of the algebra as sums of two doubles."""
    if len(parts) == 2:
        return parts[0], parts[1]
    if parts[0].dtype != object:
        return parts[0], None
    high = run.f64(parts)
    finite = np.where(np.isfinite(high), high, 0.0)
    return high, run.f64(run.algebra.ufunc(np.subtract, parts, run.algebra.lift(finite)))
