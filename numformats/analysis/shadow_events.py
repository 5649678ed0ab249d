# SPDX-License-Identifier: BSD-3-Clause
"""What else can go wrong: cancellation, NaN, a decision that truth takes otherwise?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.analysis.ruler import cancelled
from numformats.exact import fsum
from numformats.tracing import Traced

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numformats.analysis.ruler import Ruler
    from numformats.analysis.shadow_calls import Call, Outcome, Parts
    from numformats.analysis.shadow_lines import Tally
    from numformats.analysis.shadow_values import Shadow

    # places (in the results that were measured), and the errors that came in, of all places
    Cancelled = tuple[NDArray[np.int64], NDArray[np.float64]]

__all__ = [
    "DECISIONS",
    "cancellation_bits",
    "count_born_nans",
    "find_cancellations",
    "places_apart",
]

DECISIONS = {
    np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal,
    np.argmax, np.argmin, np.argsort, np.lexsort, np.searchsorted, np.digitize,
    np.isnan, np.isfinite, np.isinf, np.signbit, np.nonzero, np.flatnonzero, np.argwhere,
    np.count_nonzero, np.all, np.any, np.isclose, np.allclose, np.array_equal,
}  # fmt: skip


_SUMS_OF_TWO = {np.add, np.subtract}
_SUMS = {np.sum, fsum}


def cancellation_bits(precision: int) -> int:
    """Bits lost from which a cancellation is catastrophic, in a format of so many at 1.

    Eight, or half of what the format has if that is fewer (rounded up).

    >>> cancellation_bits(24), cancellation_bits(12), cancellation_bits(3)
    (8, 6, 2)
    """
    return min(8, -(-precision // 2))


def terms_of(run: Shadow, call: Call, outcome: Outcome) -> list[NDArray[np.float64]]:
    """Two numbers for each result that adds up some, the larger its largest term; else none."""
    if outcome.images is not None:
        return [run.f64(parts) for parts in outcome.images] if call.f in _SUMS_OF_TWO else []
    if call.f not in _SUMS or not call.kwargs.keys() <= {"axis", "keepdims"}:
        return []
    x, *axis = call.args
    if len(axis) > 1 or not isinstance(x, Traced) or x.run is not run or x.size == 0:
        return []
    keywords = ({"axis": axis[0]} if axis else {}) | call.kwargs
    return [np.asarray(np.max(np.abs(run.f64(x.parts[run.images])), **keywords)), np.zeros(1)]


def find_cancellations(
    run: Shadow, terms: list[NDArray[np.float64]], results: list[Parts], ruler: Ruler, tally: Tally
) -> Cancelled | None:
    """The catastrophic cancellations of sums and differences.

    terms: as of `terms_of`; results: exact and true.  An element cancels catastrophically when the
    exact result, or the true one, has at least `cancellation_bits` fewer leading bits than the
    larger term, and a term was not exact: its error, small beside the term, is not small beside the
    result.  Exact terms cancel without harm.
    """
    local, truth = (run.f64(parts) for parts in results)
    x, y = (_spread(a, local.shape) for a in terms)
    places = cancelled([x, y], [local, truth], 2.0 ** cancellation_bits(ruler.precision))
    if not places.size:
        return None
    given = run.f64(run.algebra.ufunc(np.subtract, *results)).reshape(-1)
    places = places[(given[places] != 0) & np.isfinite(given[places])]
    if not places.size:
        return None
    tally.cancellations += places.size
    sizes, exact = (
        [np.abs(a.reshape(-1)[places if a.size > 1 else 0]) for a in pair]
        for pair in ((x, y), (local, truth))
    )
    bits = np.log2(np.maximum(*sizes) / np.minimum(*exact))
    tally.cancelled_bits = max(tally.cancelled_bits, float(bits.max()))
    return places, given


def _spread(x: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.float64]:
    """An operand in the shape of the result, or as one element."""
    return x if x.shape == shape or x.size == 1 else np.broadcast_to(x, shape)


def count_born_nans(run: Shadow, call: Call, outcome: Outcome) -> int:
    """How many results are NaN or NaR although no operand of theirs was.

    Of a function that is not elementwise: all of them, if no operand had one.
    """
    born: Any = np.isnan(outcome.value)
    for a in _flat(call.args):
        operand = run.face(a) if isinstance(a, Traced) and a.run is run else a
        if not isinstance(operand, np.ndarray | np.generic | float):
            continue
        had: Any = np.isnan(operand)
        if outcome.images is None:
            had = had.any()
        born = born & ~np.asarray(had)
    return int(np.asarray(born).sum())


def _flat(items: Any) -> list[Any]:
    return [leaf for i in items for leaf in (_flat(i) if isinstance(i, list | tuple) else [i])]


def places_apart(result: Any, true: Any) -> int:
    """In how many places two answers differ; 1 where they cannot be compared."""
    if isinstance(result, tuple):
        return max(map(places_apart, result, true), default=0)
    result, true = np.asarray(result), np.asarray(true)
    return int((result != true).sum()) if result.shape == true.shape else 1
