# SPDX-License-Identifier: BSD-3-Clause
"""What do + - * and fused products do to enclosures and errors?

With x + a and y + b for the numbers of the format (a, b the errors), exactly

    (x + a) (y + b) - x y = x b + y a + a b

A factor that is an interval is taken as its middle, which keeps correlation, and its reach, which
goes into the noise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from numformats.analysis.bounds import interval as iv
from numformats.analysis.bounds.affine import Affine, align, combine
from numformats.analysis.bounds.settling import Draft, middle_of, rounded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numformats.analysis.bounds.local_rounding import LocalRounding
    from numformats.analysis.bounds.quantity import Quantity
    from numformats.analysis.bounds.settling import Journal

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Interval = tuple[Floats, Floats]

__all__ = [
    "add", "fma", "multiply", "product_draft", "product_form", "scaled_exactly", "settle_product",
    "subtract", "sum_draft", "times_middle",
]  # fmt: skip


def product_form(x: Affine, y: Affine) -> tuple[Affine, Floats]:
    """The form of x y and its remainder; what x and y have in common is squared."""
    symbols, of_x, of_y = align(x, y)
    both = of_x * of_y
    shared = 0.5 * both.sum(axis=-1)
    loose = np.abs(of_x).sum(axis=-1) * np.abs(of_y).sum(axis=-1) - 0.5 * np.abs(both).sum(axis=-1)
    linear = x.center[..., None] * of_y + y.center[..., None] * of_x
    form = Affine(x.center * y.center + shared, symbols, linear)
    size = (np.abs(x.center) + x.radius) * (np.abs(y.center) + y.radius)
    slots = symbols.shape[-1] + 2
    return form, iv.up(np.maximum(loose, 0.0) + size * (slots * 2.0**-51) + slots * 2.0**-1070)


def times_middle(x: Interval, error: Affine, size: Floats) -> tuple[Affine, Floats]:
    """A number of x times an error: by the middle of x, and the noise of the rest."""
    middle, reach = middle_of(x)
    made, lost = error.scaled(middle)
    return made, iv.total(lost, iv.times(reach, size))


def scaled_exactly(rounding: LocalRounding, factor: Quantity) -> tuple[Flags, Flags]:
    """Where a product with the factor is exact: always, and where it is a normal number."""
    size = np.abs(factor.exact[0])
    known = (factor.exact[0] == factor.exact[1]) & (factor.error_size == 0)
    f = rounding.format
    one: Flags = known & (size == 1) & (f.family != "truncated")
    power: Flags = known & (np.frexp(size)[0] == 0.5) & (f.family == "float")
    return one, power


def settle_product(
    journal: Journal, rounding: LocalRounding, draft: Draft, exactly: tuple[Flags, Flags]
) -> Quantity:
    """Round a product; one with a power of two is exact but where it is subnormal."""
    always, normal = exactly
    if not normal.any():
        return rounded(journal, rounding, draft, "multiply", exactly=always)
    tiny = rounding.smallest_normal
    low, high = draft.before
    always = always | (normal & (np.maximum(low, -high) >= tiny))
    within = (
        np.where(normal, np.clip(low, -tiny, tiny), low),
        np.where(normal, np.clip(high, -tiny, tiny), high),
    )
    return rounded(journal, rounding, draft, "multiply", exactly=always, within=within)


def add(journal: Journal, rounding: LocalRounding, x: Quantity, y: Quantity) -> Quantity:
    """The rule of x + y."""
    draft = sum_draft(x, y, 1.0, rounding.alignment(x.computed, y.computed))
    return rounded(journal, rounding, draft, exactly=_is_exact(rounding, x.computed, y.computed))


def subtract(journal: Journal, rounding: LocalRounding, x: Quantity, y: Quantity) -> Quantity:
    """The rule of x - y."""
    draft = sum_draft(x, y, -1.0, rounding.alignment(x.computed, y.computed))
    exactly = _is_exact(rounding, x.computed, iv.minus(y.computed))
    return rounded(journal, rounding, draft, exactly=exactly)


def sum_draft(x: Quantity, y: Quantity, sign: float = 1.0, extra: Floats | float = 0.0) -> Draft:
    """The sum x + sign y before it is rounded; extra: more noise."""
    value, value_noise = combine(1.0, x.value_form, sign, y.value_form)
    error, noise = combine(1.0, x.error_form, sign, y.error_form)
    ends = [y.exact, y.computed, y.error]
    if sign < 0:
        ends = [iv.minus(i) for i in ends]
    exact, before = iv.add(x.exact, ends[0]), iv.add(x.computed, ends[1])
    relative = _of_sum(x.exact, ends[0], x.relative, y.relative)
    inherited = iv.add(x.error, ends[2])
    if np.any(extra):
        inherited, before = iv.wider(inherited, extra), iv.wider(before, extra)
        relative = np.where(np.asarray(extra) > 0, np.inf, relative)
    return Draft(exact, value, value_noise, error, noise + extra, before, relative, inherited)


def _of_sum(x: Interval, y: Interval, of_x: Floats, of_y: Floats) -> Floats:
    """The relative error of a sum: of terms of one sign no more than the larger of theirs."""
    alike = (np.minimum(x[0], y[0]) >= 0) | (np.maximum(x[1], y[1]) <= 0)
    return np.where(alike | ((of_x == 0) & (of_y == 0)), np.maximum(of_x, of_y), np.inf)


def _is_exact(rounding: LocalRounding, x: Interval, y: Interval) -> Flags:
    """Is x + y a value of the format?

    In fixed point it is, and in floats with subnormals if y/2 <= -x <= 2 y (Sterbenz); x + 0 is.
    """
    f = rounding.format
    zero: Flags = ((x[0] == 0) & (x[1] == 0)) | ((y[0] == 0) & (y[1] == 0))
    if f.family == "fixed":
        return np.ones(np.broadcast_shapes(x[0].shape, y[0].shape), bool)
    if f.family == "float" and f.subnormals:
        a, b = iv.absolute(x), iv.absolute(y)
        opposite = ((x[0] > 0) & (y[1] < 0)) | ((x[1] < 0) & (y[0] > 0))
        return zero | (opposite & (2 * a[0] >= b[1]) & (2 * b[0] >= a[1]))
    return zero & (f.family != "truncated")


def multiply(journal: Journal, rounding: LocalRounding, x: Quantity, y: Quantity) -> Quantity:
    """The rule of x y, where x and y may be the same."""
    of_x, of_y = scaled_exactly(rounding, x), scaled_exactly(rounding, y)
    exactly = of_x[0] | of_y[0], of_x[1] | of_y[1]
    return settle_product(journal, rounding, product_draft(x, y), exactly)


def product_draft(x: Quantity, y: Quantity) -> Draft:
    """The product x y before it is rounded."""
    if y.is_constant or x.is_constant:
        return _times_constant(x, y) if y.is_constant else _times_constant(y, x)
    value, value_noise = product_form(x.value_form, y.value_form)
    right, right_noise = times_middle(x.exact, y.error_form, y.error_size)
    left, left_noise = times_middle(y.exact, x.error_form, x.error_size)
    error, lost = combine(1.0, right, 1.0, left)
    noise = iv.total(lost, right_noise, left_noise, iv.times(x.error_size, y.error_size))
    if x is y:
        exact, before = iv.square(x.exact), iv.square(x.computed)
    else:
        exact, before = iv.multiply(x.exact, y.exact), iv.multiply(x.computed, y.computed)
    # With relative errors a and b it is that of the product (1 + a)(1 + b) less 1.
    relative = iv.total(x.relative, y.relative, iv.times(x.relative, y.relative))
    return Draft(exact, value, value_noise, error, noise, before, relative)


def _times_constant(x: Quantity, y: Quantity) -> Draft:
    """The product with y, a number without error that float64 holds."""
    value, value_noise = x.value_form.scaled(y.value_form.center)
    error, noise = x.error_form.scaled(y.value_form.center)
    ends = [iv.multiply(i, y.exact) for i in (x.exact, x.computed, x.error)]
    relative = np.broadcast_to(x.relative, ends[0][0].shape)
    return Draft(ends[0], value, value_noise, error, noise, ends[1], relative, ends[2])


def fma(
    journal: Journal, rounding: LocalRounding, x: Quantity, y: Quantity, z: Quantity
) -> Quantity:
    """The rule of x y + z, rounded once."""
    product = product_draft(x, y)
    slots = journal.layout
    wide = journal.fresh(product.relative.shape)
    value = product.value.noisy(product.value_noise, wide, slots.value_slots)
    inherited = product.error.noisy(product.noise, wide, slots.error_slots)
    value, value_noise = combine(1.0, value, 1.0, z.value_form)
    error, noise = combine(1.0, inherited, 1.0, z.error_form)
    exact, before = iv.add(product.exact, z.exact), iv.add(product.before, z.computed)
    relative = _of_sum(product.exact, z.exact, product.relative, z.relative)
    if rounding.format.family == "truncated" and rounding.format.cut in {"product", "align"}:
        cut = rounding.errors(*product.before, "multiply")
        lost = np.maximum(-cut[0], cut[1]) + rounding.alignment(product.before, z.computed)
        noise, before = iv.total(noise, lost), iv.wider(before, lost)
        relative = np.where(lost > 0, np.inf, relative)
    draft = Draft(exact, value, value_noise, error, noise, before, relative)
    return rounded(journal, rounding, draft)
