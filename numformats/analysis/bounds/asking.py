# SPDX-License-Identifier: BSD-3-Clause
"""What is the answer to a question about numbers that are known by enclosures?

Plain where all boxes agree, a Decision where they do not; places (of a maximum, of a sort) must be
the same in all boxes.  A box that leaves a place open may follow all of them (decisions.Answers).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.analysis.bounds import interval as iv
from numformats.analysis.bounds.choices import broadcast, chosen, difference, joined, spoiled
from numformats.analysis.bounds.decisions import Decision
from numformats.tracing.value import as_traced, fail

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from numformats.analysis.bounds.interpreter import Bound
    from numformats.analysis.bounds.quantity import Quantity
    from numformats.tracing import Traced

    Flags = NDArray[np.bool_]
    Interval = tuple[NDArray[np.float64], NDArray[np.float64]]

__all__ = ["OF_SHAPE", "answer", "both_branches"]

# What NumPy tells of an array without looking at its numbers.
OF_SHAPE: set[Any] = {
    np.can_cast, np.iscomplexobj, np.isrealobj, np.isscalar, np.min_scalar_type, np.ndim,
    np.result_type, np.shape, np.size, np.unravel_index,
}  # fmt: skip
# x f y asks: turn the operands?  And then, of an enclosure of x - y, where is it yes, where no?
_COMPARISONS: dict[Any, tuple[bool, Callable[[Interval], tuple[Flags, Flags]]]] = {
    np.less: (False, lambda d: (d[1] < 0, d[0] >= 0)),
    np.less_equal: (False, lambda d: (d[1] <= 0, d[0] > 0)),
    np.greater: (True, lambda d: (d[1] < 0, d[0] >= 0)),
    np.greater_equal: (True, lambda d: (d[1] <= 0, d[0] > 0)),
    np.equal: (False, lambda d: ((d[0] == 0) & (d[1] == 0), (d[0] > 0) | (d[1] < 0))),
    np.not_equal: (False, lambda d: ((d[0] > 0) | (d[1] < 0), (d[0] == 0) & (d[1] == 0))),
}
_OF_TRUTH: set[Any] = {np.all, np.any, np.argwhere, np.count_nonzero, np.flatnonzero, np.nonzero}


def answer(run: Bound, f: Any, args: Any, kwargs: Any) -> Any:  # noqa: PLR0911 - a table of kinds
    """The answer of f, a function of NumPy that asks about values."""
    if f in _COMPARISONS:
        return _compared(run, f, *args)
    if f in {np.isnan, np.isinf, np.isfinite}:
        return np.full(np.shape(args[0]), f is np.isfinite)[()]
    if f in {np.argmax, np.argmin}:
        return _place_of_extreme(run, f, *args, **kwargs)
    if f is np.signbit:
        return args[0] < 0
    if f in _OF_TRUTH:
        return f(np.asarray(args[0] != 0), *args[1:], **kwargs)
    if f is np.argsort:
        return _places_of_sort(*args, **kwargs)
    return fail(f"np.{f.__name__} asks for one answer, which a box does not give")


def _compared(run: Bound, f: Any, x: Any, y: Any) -> Any:
    turned, asked = _COMPARISONS[f]
    x, y = (run.known(as_traced(run, a)) for a in ((y, x) if turned else (x, y)))
    exact, computed = difference(x, y)
    yes, no = asked(iv.hull(exact, computed))
    lost = np.isinf(x.error_size) | np.isinf(y.error_size)
    apart = ~(yes | no) & ((x.error_size > 0) | (y.error_size > 0))
    if ((yes | no) & ~lost).all() and (yes == yes[..., :1]).all():
        return yes[..., 0][()]
    return Decision(run, yes, no, apart, lost)


def both_branches(run: Bound, decision: Decision, x: Quantity, y: Quantity) -> Quantity:
    """The numbers of x where the decision is yes, of y where it is no, of both where it is open."""
    x, y = broadcast(x, y), broadcast(y, x)
    apart = decision.apart
    # The exact number may be one, and the computed number the other.
    across = iv.hull(iv.subtract(x.computed, y.exact), iv.subtract(y.computed, x.exact))
    own = iv.hull(x.error, y.error)
    error = iv.where(apart, iv.hull(own, across), own)
    ends = iv.hull(x.exact, y.exact), iv.hull(x.computed, y.computed)
    both = joined(run.journal, x, y, ends, error)
    q = chosen(decision.yes, x, chosen(decision.no, y, both))
    return spoiled(q, np.broadcast_to(decision.lost, q.shape))


def _place_of_extreme(
    run: Bound, f: Any, a: Traced, axis: int | None = None, *, keepdims: bool = False
) -> Any:
    """np.argmax and np.argmin; of numbers that are certainly equal NumPy takes the first."""
    records = np.ravel(a.parts[1]) if axis is None else np.moveaxis(a.parts[1], axis, -1)
    q = run.layout.unpack(records)
    low, high = iv.hull(q.exact, q.computed)
    if f is np.argmin:
        low, high = -high, -low
    best = np.argmax(low, axis=-2)
    floor = np.take_along_axis(low, best[..., None, :], -2)
    count = np.arange(low.shape[-2])[:, None]
    equal = (low == high) & (high == floor) & (count > best[..., None, :])
    rivals = (high >= floor) & (count != best[..., None, :]) & ~equal
    place = _agreed(run, f, best, rivals, apart=bool(q.error_size.any()))
    if not keepdims:
        return place
    return np.reshape(place, [1] * a.ndim) if axis is None else np.expand_dims(place, axis)


def _agreed(run: Bound, f: Any, best: Any, rivals: Flags, *, apart: bool) -> Any:
    """The places that all boxes agree on; an Answer where the only box does not know one place."""
    boxes = best.shape[-1]
    undecided = np.flatnonzero(rivals.reshape(-1, boxes).any(axis=0))
    if undecided.size and run.answers and "place" in run.answers.kinds and best.size == 1:
        choices = [int(best.ravel()[0]), *np.flatnonzero(rivals.ravel()).tolist()]
        return np.full(best.shape[:-1], run.answers(choices, apart=apart))[()]
    groups: dict[bytes, list[int]] = {}
    for box in sorted(set(range(boxes)) - set(undecided.tolist())):
        groups.setdefault(best[..., box].tobytes(), []).append(box)
    if undecided.size or len(groups) > 1:
        text = f"the place of np.{f.__name__} is open over the box"
        run.split([np.array(g) for g in groups.values()], undecided, text)
    return best[..., 0][()]


def _places_of_sort(a: Any, axis: int | None = -1, **kwargs: Any) -> Any:
    """The places of a sort, if no two numbers may change theirs; Split where it is open."""
    if axis is None:
        a, axis = np.ravel(a), -1
    places = np.argsort(a.parts[0], axis=axis, **kwargs)
    ordered = np.moveaxis(np.take_along_axis(a, places, axis), axis, 0)
    np.all(ordered[:-1] <= ordered[1:])
    return places
