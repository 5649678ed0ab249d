# SPDX-License-Identifier: BSD-3-Clause
"""What do -x, |x|, max and joined branches do to enclosures and errors?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from numformats.analysis.bounds import interval as iv
from numformats.analysis.bounds.affine import Affine, combine
from numformats.analysis.bounds.quantity import Quantity
from numformats.analysis.bounds.settling import Draft, carried, rounded, unrounded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numformats.analysis.bounds.local_rounding import LocalRounding
    from numformats.analysis.bounds.settling import Journal

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Interval = tuple[Floats, Floats]

__all__ = [
    "absolute", "broadcast", "chosen", "difference", "joined", "maximum", "minimum", "negative",
    "sign_changed", "spoiled",
]  # fmt: skip


def negative(x: Quantity) -> Quantity:
    """The number -x itself; whether the format holds it is asked by `sign_changed`."""
    value, error = (
        Affine(-f.center, f.symbols, -f.coefficients) for f in (x.value_form, x.error_form)
    )
    ends = [iv.minus(i) for i in (x.exact, x.computed, x.error)]
    return Quantity(ends[0], ends[1], ends[2], x.relative, value, error)


def sign_changed(journal: Journal, rounding: LocalRounding, x: Quantity) -> Quantity:
    """The rule of -x, which a format holds but at its ends, or without negative numbers."""
    return rounded(journal, rounding, carried(negative(x)), exactly=True)


def joined(
    journal: Journal, x: Quantity, y: Quantity, ends: tuple[Interval, Interval], error: Interval
) -> Quantity:
    """A number that is x or y, or between them; ends: its exact and computed enclosures."""
    value, value_noise = combine(0.5, x.value_form, 0.5, y.value_form)
    middle, noise = combine(0.5, x.error_form, 0.5, y.error_form)
    apart_value, lost_value = combine(0.5, x.value_form, -0.5, y.value_form)
    value_noise = iv.total(value_noise, iv.magnitude(apart_value.range), lost_value)
    apart, lost = combine(0.5, x.error_form, -0.5, y.error_form)
    across = iv.magnitude(iv.subtract(error, middle.range))
    inner = iv.hull(x.error, y.error)
    between = (error[0] >= inner[0]) & (error[1] <= inner[1])
    away = np.where(between, iv.total(iv.magnitude(apart.range), lost), across)
    relative = np.where(between, np.maximum(x.relative, y.relative), np.inf)
    draft = Draft(
        ends[0], value, value_noise, middle, iv.total(noise, away), ends[1], relative, error
    )
    return unrounded(journal, draft)


def difference(x: Quantity, y: Quantity) -> tuple[Interval, Interval]:
    """Enclosures of x - y exactly, and of the numbers of the format."""
    form, lost = combine(1.0, x.value_form, -1.0, y.value_form)
    error, error_lost = combine(1.0, x.error_form, -1.0, y.error_form)
    exact = iv.known(iv.meet(iv.subtract(x.exact, y.exact), iv.wider(form.range, lost)))
    through = iv.add(exact, iv.known(iv.wider(error.range, error_lost)))
    return exact, iv.meet(iv.subtract(x.computed, y.computed), through)


def maximum(journal: Journal, rounding: LocalRounding, x: Quantity, y: Quantity) -> Quantity:
    """The rule of max(x, y): its error lies between those of x and y, whichever is chosen."""
    del rounding  # one of two values of the format
    x, y = broadcast(x, y), broadcast(y, x)
    apart, apart_computed = difference(x, y)
    first = (apart[0] >= 0) & (apart_computed[0] >= 0)
    second = (apart[1] <= 0) & (apart_computed[1] <= 0)
    if first.all():
        return x
    ends = _larger(x.exact, y.exact), _larger(x.computed, y.computed)
    both = joined(journal, x, y, ends, iv.hull(x.error, y.error))
    # Beyond 1 a number may have changed its sign, and the larger be the one of smaller magnitude.
    both = replace(both, relative=np.where(both.relative < 1, both.relative, np.inf))
    return chosen(first, x, chosen(second, y, both))


def _larger(x: Interval, y: Interval) -> Interval:
    return np.maximum(x[0], y[0]), np.maximum(x[1], y[1])


def minimum(journal: Journal, rounding: LocalRounding, x: Quantity, y: Quantity) -> Quantity:
    """The rule of min(x, y), which is -max(-x, -y)."""
    return negative(maximum(journal, rounding, negative(x), negative(y)))


def absolute(journal: Journal, rounding: LocalRounding, x: Quantity) -> Quantity:
    """The rule of |x|, which is max(x, -x)."""
    size = maximum(journal, rounding, x, negative(x))
    return rounded(journal, rounding, carried(size), exactly=True)


def broadcast(x: Quantity, y: Quantity) -> Quantity:
    """The numbers of x in the common shape of x and y."""
    shape = np.broadcast_shapes(x.shape, y.shape)
    if shape == x.shape:
        return x
    return x.each(
        lambda a: np.broadcast_to(a, shape), lambda a: np.broadcast_to(a, (*shape, a.shape[-1]))
    )


def chosen(where: Flags, x: Quantity, y: Quantity) -> Quantity:
    """The numbers of x where it is so, else those of y."""
    shape = np.broadcast_shapes(where.shape, x.shape, y.shape)
    slots = np.broadcast_to(where, shape)[..., None]
    return x.with_each(y, lambda a, b: np.where(where, a, b), lambda a, b: np.where(slots, a, b))


def spoiled(q: Quantity, where: Flags) -> Quantity:
    """q, of which nothing is known where it is so: an operand there may be infinite or NaN."""
    if not where.any():
        return q
    nothing = iv.whole(q.shape)
    form = q.error_form
    return replace(
        q,
        computed=iv.where(where, nothing, q.computed),
        error=iv.where(where, nothing, q.error),
        relative=np.where(where, np.inf, q.relative),
        error_form=replace(form, center=np.where(where, np.nan, form.center)),
    )
