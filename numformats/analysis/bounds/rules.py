# SPDX-License-Identifier: BSD-3-Clause
"""What do + - * / sqrt, fused products, |x| and max do to enclosures and errors?

With x + a and y + b for the numbers of the format (a, b the errors), exactly:

    (x + a) (y + b) - x y       = x b + y a + a b
    (x + a) / (y + b) - x / y   = (a - (x / y) b) / (y + b)
    sqrt(x + a) - sqrt(x)       = a / (sqrt(x + a) + sqrt(x)),  at most sqrt|a|

A factor that is an interval is taken as its middle, which keeps correlation, and its reach, which goes into
the noise.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from numformats.analysis.bounds import interval as iv
from numformats.analysis.bounds.affine import Affine, align, combine, constant
from numformats.analysis.bounds.quantity import Quantity
from numformats.analysis.bounds.settling import Draft, Journal, middle_of, rounded, unrounded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numformats.analysis.bounds.local_rounding import LocalRounding

    Floats = NDArray[np.float64]
    Interval = tuple[Floats, Floats]

__all__ = [
    "absolute",
    "add",
    "broadcast",
    "chosen",
    "difference",
    "divide",
    "fma",
    "joined",
    "maximum",
    "multiply",
    "negative",
    "product_draft",
    "spoiled",
    "square_root",
    "sum_draft",
]


def _product(x: Affine, y: Affine) -> tuple[Affine, Floats]:
    """The affine form of x y and its remainder; what x and y have in common is squared, not guessed."""
    symbols, of_x, of_y = align(x, y)
    both = of_x * of_y
    shared = 0.5 * both.sum(axis=-1)
    loose = np.abs(of_x).sum(axis=-1) * np.abs(of_y).sum(axis=-1) - 0.5 * np.abs(both).sum(axis=-1)
    linear = x.center[..., None] * of_y + y.center[..., None] * of_x
    form = Affine(x.center * y.center + shared, symbols, linear)
    size = (np.abs(x.center) + x.radius) * (np.abs(y.center) + y.radius)
    slots = symbols.shape[-1] + 2
    return form, iv.up(np.maximum(loose, 0.0) + size * (slots * 2.0**-51) + slots * 2.0**-1070)


def _times_middle(x: Interval, error: Affine, size: Floats) -> tuple[Affine, Floats]:
    """X * error for a number of the interval x: by its middle, and the noise of the rest."""
    middle, reach = middle_of(x)
    made, lost = error.scaled(middle)
    return made, iv.total(lost, iv.times(reach, size))


def _scaled_exactly(
    rounding: LocalRounding, factor: Quantity
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where a product with `factor` is exact: always, and if it is no smaller than a normal number."""
    one = (np.abs(factor.exact[0]) == 1) & (factor.exact[0] == factor.exact[1])
    one &= (factor.error[0] == 0) & (factor.error[1] == 0)
    size = np.abs(factor.exact[0])
    power = (
        (np.frexp(size)[0] == 0.5) & (factor.exact[0] == factor.exact[1]) & (factor.error_size == 0)
    )
    family = rounding.format.family
    return one & (family != "truncated"), power & (family == "float")


def _settle_product(
    journal: Journal,
    draft: Draft,
    rounding: LocalRounding,
    always: NDArray[np.bool_],
    normal: NDArray[np.bool_],
) -> Quantity:
    """Round a product; one with a power of two is exact but where it is subnormal."""
    if not normal.any():
        return rounded(journal, draft, rounding, "multiply", always)
    tiny = rounding.smallest_normal
    low, high = draft.before
    always = always | (normal & (np.maximum(low, -high) >= tiny))
    within = (
        np.where(normal, np.clip(low, -tiny, tiny), low),
        np.where(normal, np.clip(high, -tiny, tiny), high),
    )
    return rounded(journal, draft, rounding, "multiply", always, within)


def add(
    journal: Journal, x: Quantity, y: Quantity, rounding: LocalRounding, sign: float = 1.0
) -> Quantity:
    """X + y, or x - y with sign -1."""
    draft = sum_draft(x, y, sign, rounding.alignment(x.computed, y.computed))
    exactly = _sum_is_exact(x.computed, y.computed if sign > 0 else iv.minus(y.computed), rounding)
    return rounded(journal, draft, rounding, "add", exactly)


def sum_draft(x: Quantity, y: Quantity, sign: float = 1.0, extra: Floats | float = 0.0) -> Draft:
    """X + y or x - y before it is rounded; extra: more noise."""
    value, value_noise = combine(1.0, x.value_form, sign, y.value_form)
    error, noise = combine(1.0, x.error_form, sign, y.error_form)
    ends = (
        [y.exact, y.computed, y.error]
        if sign > 0
        else [iv.minus(i) for i in (y.exact, y.computed, y.error)]
    )
    exact, before = iv.add(x.exact, ends[0]), iv.add(x.computed, ends[1])
    alike = (np.minimum(x.exact[0], ends[0][0]) >= 0) | (np.maximum(x.exact[1], ends[0][1]) <= 0)
    relative = np.where(alike, np.maximum(x.relative, y.relative), np.inf)
    relative = np.where((x.relative == 0) & (y.relative == 0), 0.0, relative)
    inherited = iv.add(x.error, ends[2])
    if np.any(extra):
        inherited, before = iv.wider(inherited, extra), iv.wider(before, extra)
        relative = np.where(np.asarray(extra) > 0, np.inf, relative)
    return Draft(exact, value, value_noise, error, noise + extra, before, relative, inherited)


def _sum_is_exact(x: Interval, y: Interval, rounding: LocalRounding) -> NDArray[np.bool_]:
    """In fixed point always; in floats with subnormals where y/2 <= -x <= 2 y (Sterbenz); with 0."""
    f = rounding.format
    zero = ((x[0] == 0) & (x[1] == 0)) | ((y[0] == 0) & (y[1] == 0))
    if f.family == "fixed":
        return np.ones(np.broadcast_shapes(x[0].shape, y[0].shape), bool)
    if f.family == "float" and f.subnormals:
        a, b = iv.absolute(x), iv.absolute(y)
        opposite = ((x[0] > 0) & (y[1] < 0)) | ((x[1] < 0) & (y[0] > 0))
        return zero | (opposite & (2 * a[0] >= b[1]) & (2 * b[0] >= a[1]))
    return zero & (f.family != "truncated")


def multiply(
    journal: Journal, x: Quantity, y: Quantity, rounding: LocalRounding, *, same: bool = False
) -> Quantity:
    """X y; same: y is x."""
    draft = product_draft(x, y, same=same)
    ones, powers = zip(_scaled_exactly(rounding, x), _scaled_exactly(rounding, y), strict=True)
    return _settle_product(journal, draft, rounding, ones[0] | ones[1], powers[0] | powers[1])


def product_draft(x: Quantity, y: Quantity, *, same: bool = False) -> Draft:
    """X y before it is rounded."""
    if y.is_constant or x.is_constant:
        return _times_constant(x, y) if y.is_constant else _times_constant(y, x)
    value, value_noise = _product(x.value_form, y.value_form)
    right, right_noise = _times_middle(x.exact, y.error_form, y.error_size)
    left, left_noise = _times_middle(y.exact, x.error_form, x.error_size)
    error, lost = combine(1.0, right, 1.0, left)
    noise = iv.total(lost, right_noise, left_noise, iv.times(x.error_size, y.error_size))
    exact = iv.square(x.exact) if same else iv.multiply(x.exact, y.exact)
    before = iv.square(x.computed) if same else iv.multiply(x.computed, y.computed)
    relative = _both(x.relative, y.relative)
    return Draft(exact, value, value_noise, error, _number(noise), before, relative)


def _times_constant(x: Quantity, y: Quantity) -> Draft:
    """X y, y a number without error that float64 holds."""
    value, value_noise = x.value_form.scaled(y.value_form.center)
    error, noise = x.error_form.scaled(y.value_form.center)
    ends = [iv.multiply(i, y.exact) for i in (x.exact, x.computed, x.error)]
    relative = np.broadcast_to(x.relative, ends[0][0].shape)
    return Draft(ends[0], value, value_noise, error, noise, ends[1], relative, ends[2])


def _both(a: Floats, b: Floats) -> Floats:
    """The relative error of a product: (1 + a)(1 + b) - 1."""
    return iv.total(a, b, iv.times(a, b))


def _number(x: Floats) -> Floats:
    return np.where(np.isnan(x), np.inf, x)


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
    return form, np.where(known, _number(lost + reach), np.inf)


def divide(journal: Journal, x: Quantity, y: Quantity, rounding: LocalRounding) -> Quantity:
    """X / y; infinite where y, or what is computed for it, may be 0."""
    exact, before = iv.divide(x.exact, y.exact), iv.divide(x.computed, y.computed)
    inverse, inverse_noise = reciprocal_form(y.value_form, y.exact)
    value, value_noise = _product(x.value_form, inverse)
    value_noise = iv.total(value_noise, iv.times(iv.magnitude(x.exact), inverse_noise))
    through, through_noise = _times_middle(exact, y.error_form, y.error_size)
    top, lost = combine(1.0, x.error_form, -1.0, through)
    size = iv.total(iv.magnitude(top.range), lost, through_noise)
    one = np.ones_like(y.relative)
    over = iv.divide((one, one), y.computed)
    error, noise = _times_middle(over, top, size)
    noise = iv.total(noise, iv.times(iv.magnitude(over), iv.total(lost, through_noise)))
    relative = np.where(
        y.relative < 1, iv.up(iv.total(x.relative, y.relative) / iv.down(1 - y.relative)), np.inf
    )
    relative = np.where((x.relative == 0) & (y.relative == 0), 0.0, relative)
    draft = Draft(exact, value, value_noise, error, noise, before, relative)
    always, normal = _scaled_exactly(rounding, y)
    zero = (y.computed[0] <= 0) & (y.computed[1] >= 0)
    if zero.any():
        journal.overflows.setdefault(journal.line, "a divisor may be 0")
    return _settle_product(journal, draft, rounding, always, normal)


def square_root(journal: Journal, x: Quantity, rounding: LocalRounding) -> Quantity:
    """sqrt(x); infinite where what is computed for x may be negative."""
    exact, before = iv.square_root(x.exact), iv.square_root(x.computed)
    below = np.minimum(x.computed[0], x.exact[0]) < 0
    if below.any():
        journal.overflows.setdefault(
            journal.line, "the square root of a negative number may be taken"
        )
    sums = iv.add(exact, before)
    one = np.ones_like(x.relative)
    over = iv.divide((one, one), sums)
    error, noise = _times_middle(over, x.error_form, x.error_size)
    # Near 0 the derivative is useless, but the root of the error is not.
    most = np.where(x.error_size == 0, 0.0, iv.up(np.sqrt(x.error_size)))
    none = x.error_size == 0
    bad = ~(error.radius + noise + np.abs(error.center) < most) & np.isfinite(most) & ~none
    blank = constant(np.zeros_like(most), error.symbols.shape[-1])
    error = _chosen(bad | none, blank, error)
    noise = np.where(none, 0.0, np.where(bad, most, _number(noise)))
    error_noise = np.where(below, np.inf, noise)
    value, value_noise = _root_form(x.value_form, x.exact)
    # 1 - sqrt(1 - r) = r / (1 + sqrt(1 - r)), which keeps the small r
    under = iv.down(np.sqrt(np.maximum(iv.down(1 - x.relative), 0.0)))
    relative = np.where(x.relative < 1, iv.up(x.relative / iv.down(1 + under)), np.inf)
    relative = np.where(below, np.inf, np.where(x.relative == 0, 0.0, relative))
    nothing = iv.whole(x.shape)
    exact, before = (
        tuple(np.where(below, *ends) for ends in zip(nothing, i, strict=True))
        for i in (exact, before)
    )
    draft = Draft(exact, value, value_noise, error, error_noise, before, relative)  # type: ignore[arg-type]
    return rounded(journal, draft, rounding)


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
    return Affine(made.center + middle, made.symbols, made.coefficients), _number(lost + reach)


def _chosen(where: NDArray[np.bool_], x: Affine, y: Affine) -> Affine:
    """Forms of x where it is so, else of y; the slots are equal in number."""
    return Affine(
        np.where(where, x.center, y.center),
        np.where(where[..., None], x.symbols, y.symbols),
        np.where(where[..., None], x.coefficients, y.coefficients),
    )


def fma(
    journal: Journal, x: Quantity, y: Quantity, z: Quantity, rounding: LocalRounding
) -> Quantity:
    """X y + z, rounded once."""
    product = product_draft(x, y)
    slots = journal.layout
    wide = journal.fresh(product.relative.shape)
    value = product.value.noisy(product.value_noise, wide, slots.value_slots)
    inherited = product.error.noisy(product.noise, wide, slots.error_slots)
    value, value_noise = combine(1.0, value, 1.0, z.value_form)
    error, noise = combine(1.0, inherited, 1.0, z.error_form)
    exact, before = iv.add(product.exact, z.exact), iv.add(product.before, z.computed)
    if rounding.format.cut in {"product", "align"} and rounding.format.family == "truncated":
        cut = rounding.errors(*product.before, "multiply")
        noise = noise + np.maximum(-cut[0], cut[1]) + rounding.alignment(product.before, z.computed)
        before = iv.add(before, cut)
    alike = (np.minimum(product.exact[0], z.exact[0]) >= 0) | (
        np.maximum(product.exact[1], z.exact[1]) <= 0
    )
    relative = np.where(alike, np.maximum(product.relative, z.relative), np.inf)
    draft = Draft(exact, value, value_noise, error, noise, before, relative)
    return rounded(journal, draft, rounding)


def negative(journal: Journal, x: Quantity) -> Quantity:
    """-x, which every signed format holds."""
    value, value_noise = x.value_form.scaled(-np.ones(()))
    error, noise = x.error_form.scaled(-np.ones(()))
    zero = np.zeros(x.shape)
    draft = Draft(
        iv.minus(x.exact),
        value,
        zero,
        error,
        zero,
        iv.minus(x.computed),
        x.relative,
        iv.minus(x.error),
    )
    return unrounded(journal, draft)


def joined(
    journal: Journal,
    x: Quantity,
    y: Quantity,
    exact: Interval,
    computed: Interval,
    error: Interval | None,
) -> Quantity:
    """A number that is x or y, or between them; error: a further enclosure of its error."""
    value, value_noise = combine(0.5, x.value_form, 0.5, y.value_form)
    middle, noise = combine(0.5, x.error_form, 0.5, y.error_form)
    apart_value, lost_value = combine(0.5, x.value_form, -0.5, y.value_form)
    apart, lost = combine(0.5, x.error_form, -0.5, y.error_form)
    inherited = iv.hull(x.error, y.error)
    if error is not None:  # the computed number may be one and the exact number the other
        inherited = iv.hull(inherited, error)
        away = np.maximum(
            np.abs(iv.subtract(inherited, middle.range)[0]),
            np.abs(iv.subtract(inherited, middle.range)[1]),
        )
    else:
        away = iv.magnitude(apart.range) + lost
    draft = Draft(
        exact, value, iv.total(value_noise, iv.magnitude(apart_value.range), lost_value), middle,
        iv.total(noise, away), computed, np.maximum(x.relative, y.relative) if error is None else np.full(x.shape, np.inf),
        inherited,
    )  # fmt: skip
    return unrounded(journal, draft)


def difference(x: Quantity, y: Quantity) -> tuple[Interval, Interval]:
    """Enclosures of x - y exactly, and of the numbers of the format."""
    form, lost = combine(1.0, x.value_form, -1.0, y.value_form)
    error, error_lost = combine(1.0, x.error_form, -1.0, y.error_form)
    low, high = form.range
    exact = iv.meet(iv.subtract(x.exact, y.exact), iv.wider((low, high), lost))
    exact = iv.known(exact)
    through = iv.add(exact, iv.known(iv.wider(error.range, error_lost)))
    return exact, iv.meet(iv.subtract(x.computed, y.computed), through)


def maximum(journal: Journal, x: Quantity, y: Quantity) -> Quantity:
    """max(x, y): its error lies between those of x and y, whichever is chosen."""
    exact = np.maximum(x.exact[0], y.exact[0]), np.maximum(x.exact[1], y.exact[1])
    computed = np.maximum(x.computed[0], y.computed[0]), np.maximum(x.computed[1], y.computed[1])
    x, y = broadcast(x, y), broadcast(y, x)
    apart, apart_computed = difference(x, y)
    first = (apart[0] >= 0) & (apart_computed[0] >= 0)
    second = (apart[1] <= 0) & (apart_computed[1] <= 0)
    if first.all():
        return chosen(first, x, y)
    both = joined(journal, x, y, exact, computed, None)
    # Beyond 1 a number may have changed its sign, and the larger may be the one of smaller magnitude.
    relative = np.where(both.relative < 1, both.relative, np.inf)
    both = replace(both, relative=relative)
    return chosen(first, x, chosen(second, y, both))


def broadcast(x: Quantity, y: Quantity) -> Quantity:
    """X in the common shape of x and y."""
    shape = np.broadcast_shapes(x.shape, y.shape)
    if shape == x.shape:
        return x
    ends = [(np.broadcast_to(i[0], shape), np.broadcast_to(i[1], shape)) for i in _ends(x)]
    forms = [
        Affine(
            np.broadcast_to(f.center, shape),
            np.broadcast_to(f.symbols, (*shape, f.symbols.shape[-1])),
            np.broadcast_to(f.coefficients, (*shape, f.coefficients.shape[-1])),
        )
        for f in (x.value_form, x.error_form)
    ]
    return Quantity(*ends, np.broadcast_to(x.relative, shape), *forms)


def chosen(where: NDArray[np.bool_], x: Quantity, y: Quantity) -> Quantity:
    """X where it is so, else y."""
    shape = np.broadcast_shapes(where.shape, x.shape, y.shape)
    ends = [
        (np.where(where, a[0], b[0]), np.where(where, a[1], b[1]))
        for a, b in zip(_ends(x), _ends(y), strict=True)
    ]
    return Quantity(
        *ends,
        np.where(where, x.relative, y.relative),
        _chosen(np.broadcast_to(where, shape), x.value_form, y.value_form),
        _chosen(np.broadcast_to(where, shape), x.error_form, y.error_form),
    )


def spoiled(q: Quantity, where: NDArray[np.bool_]) -> Quantity:
    """q, of which nothing is known where it is so: an operand there may be infinite or NaN."""
    if not where.any():
        return q
    nothing = iv.whole(q.shape)
    computed, error = (
        tuple(np.where(where, *ends) for ends in zip(nothing, i, strict=True))
        for i in (q.computed, q.error)
    )
    form = q.error_form
    form = Affine(np.where(where, np.nan, form.center), form.symbols, form.coefficients)
    return replace(
        q,
        computed=computed,
        error=error,
        relative=np.where(where, np.inf, q.relative),
        error_form=form,
    )


def _ends(x: Quantity) -> tuple[Interval, Interval, Interval]:
    return x.exact, x.computed, x.error


def absolute(journal: Journal, x: Quantity) -> Quantity:
    """|x|, which is max(x, -x)."""
    return maximum(journal, x, negative(journal, x))
