# SPDX-License-Identifier: BSD-3-Clause
"""What do quotients and square roots do to enclosures and errors?

With x + a and y + b for the numbers of the format (a, b the errors), exactly

    (x + a) / (y + b) - x / y = (a - (x / y) b) / (y + b)
    sqrt(x + a) - sqrt(x)     = a / (sqrt(x + a) + sqrt(x)), and at most sqrt|a|
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from numformats.analysis.bounds import interval as iv
from numformats.analysis.bounds.affine import Affine, combine, constant
from numformats.analysis.bounds.products import (
    product_form,
    scaled_exactly,
    settle_product,
    times_middle,
)
from numformats.analysis.bounds.settling import Draft, rounded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numformats.analysis.bounds.local_rounding import LocalRounding
    from numformats.analysis.bounds.quantity import Quantity
    from numformats.analysis.bounds.settling import Journal

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Interval = tuple[Floats, Floats]

__all__ = ["divide", "square_root"]


def reciprocal_form(y: Affine, range_: Interval) -> tuple[Affine, Floats]:
    """The form of 1 / y with the smallest range (min-range approximation), y of one sign."""
    with np.errstate(all="ignore"):
        a = np.minimum(np.abs(range_[0]), np.abs(range_[1]))
        b = iv.magnitude(range_)
        sign = np.where(range_[0] > 0, 1.0, -1.0)
        slope = -1.0 / (b * b)
        ends = 1.0 / a - slope * a, 1.0 / b - slope * b  # 1/y - slope y, monotone: its extremes
        middle = 0.5 * (ends[0] + ends[1])
        reach = iv.up(0.5 * np.abs(ends[0] - ends[1]) + (1.0 / a) * 2.0**-49)
        made, lost = y.scaled(slope)
    known = (range_[0] > 0) | (range_[1] < 0)
    form = Affine(made.center + sign * middle, made.symbols, made.coefficients)
    return form, np.where(known, iv.total(lost + reach), np.inf)


def divide(journal: Journal, rounding: LocalRounding, x: Quantity, y: Quantity) -> Quantity:
    """The rule of x / y; infinite where y, or what is computed for it, may be 0."""
    exact, before = iv.divide(x.exact, y.exact), iv.divide(x.computed, y.computed)
    inverse, inverse_noise = reciprocal_form(y.value_form, y.exact)
    value, value_noise = product_form(x.value_form, inverse)
    value_noise = iv.total(value_noise, iv.times(iv.magnitude(x.exact), inverse_noise))
    through, through_noise = times_middle(exact, y.error_form, y.error_size)
    top, lost = combine(1.0, x.error_form, -1.0, through)
    size = iv.total(iv.magnitude(top.range), lost, through_noise)
    one = np.ones_like(y.relative)
    over = iv.divide((one, one), y.computed)
    error, noise = times_middle(over, top, size)
    noise = iv.total(noise, iv.times(iv.magnitude(over), iv.total(lost, through_noise)))
    units = iv.total(x.relative, y.relative)  # (1 + a) / (1 - b) - 1 = (a + b) / (1 - b)
    relative = np.where(y.relative < 1, iv.up(units / iv.down(1 - y.relative)), np.inf)
    relative = np.where(units == 0, 0.0, relative)
    draft = Draft(exact, value, value_noise, error, noise, before, relative)
    zero = (y.computed[0] <= 0) & (y.computed[1] >= 0)
    if zero.any():
        journal.overflows.setdefault(journal.line, "a divisor may be 0")
    return settle_product(journal, rounding, draft, scaled_exactly(rounding, y))


def square_root(journal: Journal, rounding: LocalRounding, x: Quantity) -> Quantity:
    """The rule of sqrt(x); infinite where x, or what is computed for it, may be negative."""
    exact, before = iv.square_root(x.exact), iv.square_root(x.computed)
    below = np.minimum(x.computed[0], x.exact[0]) < 0
    if below.any():
        journal.overflows.setdefault(
            journal.line, "the square root of a negative number may be taken"
        )
    sums = iv.add(exact, before)
    one = np.ones_like(x.relative)
    over = iv.divide((one, one), sums)
    error, noise = times_middle(over, x.error_form, x.error_size)
    # Near 0 the derivative is useless, but the root of the error is not.
    most = np.where(x.error_size == 0, 0.0, iv.up(np.sqrt(x.error_size)))
    none = x.error_size == 0
    bad = ~(error.radius + noise + np.abs(error.center) < most) & np.isfinite(most) & ~none
    error = error.where(bad | none, constant(np.zeros_like(most), error.symbols.shape[-1]))
    noise = np.where(none, 0.0, np.where(bad, most, iv.total(noise)))
    error_noise = np.where(below, np.inf, noise)
    value, value_noise = _root_form(x.value_form, x.exact)
    # 1 - sqrt(1 - r) = r / (1 + sqrt(1 - r)), which keeps the small r
    under = iv.down(np.sqrt(np.maximum(iv.down(1 - x.relative), 0.0)))
    relative = np.where(x.relative < 1, iv.up(x.relative / iv.down(1 + under)), np.inf)
    relative = np.where(below, np.inf, np.where(x.relative == 0, 0.0, relative))
    nothing = iv.whole(x.shape)
    exact, before = iv.where(below, nothing, exact), iv.where(below, nothing, before)
    draft = Draft(exact, value, value_noise, error, error_noise, before, relative)
    return rounded(journal, rounding, draft)


def _root_form(x: Affine, range_: Interval) -> tuple[Affine, Floats]:
    """The form of sqrt(x): the slope of the upper end, the middle of what is left."""
    low, high = np.maximum(range_[0], 0.0), np.maximum(range_[1], 0.0)
    with np.errstate(all="ignore"):
        slope = np.where(high > 0, 0.5 / np.sqrt(high), 0.0)
        # sqrt(t) - slope t grows up to t = 1 / (2 slope)**2, which is the upper end.
        ends = np.sqrt(low) - slope * low, np.sqrt(high) - slope * high
        made, lost = x.scaled(slope)
    middle = 0.5 * (ends[0] + ends[1])
    reach = iv.up(0.5 * np.abs(ends[1] - ends[0]) + np.sqrt(high) * 2.0**-49)
    return Affine(made.center + middle, made.symbols, made.coefficients), iv.total(lost + reach)
