# SPDX-License-Identifier: BSD-3-Clause
"""How large is the error of a sum, a running sum or a matrix product?

In a format of this package np.sum rounds after each step, from the first element on, and `@` and
nf.fsum round once.  NumPy adds its own floats in an order of its own, and its products are a
BLAS's: the bound holds for any order, each partial sum being a sum of some of the terms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats._array_formats import NUMPY_FLOATS
from numformats.analysis.bounds import interval as iv
from numformats.analysis.bounds import products
from numformats.analysis.bounds.local_rounding import local_rounding
from numformats.analysis.bounds.settling import Draft, carried, rounded, unrounded
from numformats.tracing import Traced

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numformats.analysis.bounds.interpreter import Bound
    from numformats.analysis.bounds.local_rounding import LocalRounding
    from numformats.analysis.bounds.quantity import Quantity

    Floats = NDArray[np.float64]

__all__ = ["SUMS", "reduce"]

SUMS: set[Any] = {np.cumsum, np.matmul, np.sum, nf.fsum}


def reduce(run: Bound, f: Any, dtype: np.dtype[Any], args: Any, kwargs: Any) -> Quantity:
    """np.sum, np.cumsum, np.matmul or nf.fsum of traced operands."""
    with np.errstate(all="ignore"):
        if f is np.matmul:
            return _matmul(run, dtype, *args)
        a = args[0]
        axis = kwargs.get("axis", args[1] if len(args) > 1 else None)
        if f is np.cumsum:
            return _running(run, dtype, a, axis)
        strided = a.parts[0]
        in_order = strided.ndim == 1 or not (axis is None or isinstance(axis, tuple))
        in_order &= all(s >= 0 for s in strided.strides) and dtype.type not in NUMPY_FLOATS
        records, dropped = _last_axis(a.parts[1], axis)
        q = run.layout.unpack(records)
        if len(dropped) and f is nf.fsum:
            total = rounded(run.journal, local_rounding(dtype), carried(_exact_sum(run, q)))
        else:
            total = _rounded_sum(run, q, local_rounding(dtype), in_order=in_order)
        return _with_axes(total, dropped, a.ndim) if kwargs.get("keepdims") else total


def _last_axis(records: NDArray[np.void], axis: Any) -> tuple[NDArray[np.void], tuple[int, ...]]:
    """The records with the axes that are summed in one, the last; and these axes."""
    n = records.ndim
    axes = tuple(range(n)) if axis is None else tuple(i % n for i in np.atleast_1d(axis).tolist())
    moved = np.moveaxis(records, axes, range(n - len(axes), n))
    return moved.reshape(*moved.shape[: n - len(axes)], -1), axes


def _with_axes(q: Quantity, dropped: tuple[int, ...], ndim: int) -> Quantity:
    place: list[Any] = [np.newaxis if i in dropped else slice(None) for i in range(ndim)]
    return _at(q, tuple(place))


def _at(q: Quantity, place: Any) -> Quantity:
    """Some of the numbers."""
    slots = (*place, slice(None)) if Ellipsis in place else place
    return q.each(lambda a: a[place], lambda a: a[slots])


def _exact_sum(run: Bound, q: Quantity) -> Quantity:
    """The sum over the last axis of numbers, without rounding, by halves."""
    n = q.shape[-2]
    if n == 0:
        return run.exact_numbers(np.zeros(q.shape[:-2]))
    while n > 1:
        half = n // 2
        pair = unrounded(
            run.journal,
            products.sum_draft(
                _at(q, np.s_[..., :half, :]), _at(q, np.s_[..., half : 2 * half, :])
            ),
        )
        rest = _at(q, np.s_[..., 2 * half :, :])
        q = _joined(pair, rest) if n % 2 else pair
        n -= half
    return _at(q, np.s_[..., 0, :])


def _joined(x: Quantity, y: Quantity) -> Quantity:
    """The numbers of x and then those of y, along their last axis."""
    return x.with_each(
        y,
        lambda a, b: np.concatenate([a, b], axis=-2),
        lambda a, b: np.concatenate([a, b], axis=-3),
    )


def _rounded_sum(run: Bound, q: Quantity, rounding: LocalRounding, *, in_order: bool) -> Quantity:
    """The sum over the last axis, rounded after each step."""
    n = q.shape[-2]
    if in_order and 1 < n <= 32:
        total = _at(q, np.s_[..., 0, :])
        for i in range(1, n):
            total = products.add(run.journal, rounding, total, _at(q, np.s_[..., i, :]))
        return total
    total = _exact_sum(run, q)
    if n <= 1:
        return total
    return _with_noise(run, total, _step_errors(q.computed, rounding, in_order=in_order), rounding)


def _step_errors(
    terms: tuple[Floats, Floats], rounding: LocalRounding, *, in_order: bool
) -> Floats:
    """The sum of the rounding errors of all steps; the terms are on the last axis of numbers."""
    low, high = terms
    n = low.shape[-2]
    if in_order:
        sums = [np.cumsum(low, axis=-2)[..., 1:, :], np.cumsum(high, axis=-2)[..., 1:, :]]
    else:
        sums = [
            np.minimum(low, 0).sum(axis=-2, keepdims=True),
            np.maximum(high, 0).sum(axis=-2, keepdims=True),
        ]
    slack = np.maximum(np.abs(low), np.abs(high)).sum(axis=-2, keepdims=True) * (n * 2.0**-52)
    # The partial sums have errors themselves, of all steps before: a fixed point, found from below
    # and proved.
    total = np.zeros(low.shape[:-2] + low.shape[-1:])
    for _ in range(6):
        guess = iv.up(total * 1.01 + 2.0**-1060)
        wide = slack + guess[..., None, :]
        below, above = rounding.errors(sums[0] - wide, sums[1] + wide)
        each = np.maximum(-below, above)
        total = each.sum(axis=-2) * (1 if in_order else n - 1) * (1 + n * 2.0**-52)
        if (total <= guess).all():
            return guess
    return np.where(total <= guess, guess, np.inf)


def _with_noise(run: Bound, q: Quantity, noise: Floats, rounding: LocalRounding) -> Quantity:
    """A number and an error of at most so much, from roundings of this line."""
    journal = run.journal
    if noise.any():
        journal.note(noise)
    draft = carried(q)
    low, high = iv.wider(q.computed, noise)
    inherited = iv.wider(q.error, noise)
    beyond = rounding.overflows(low, high)
    if beyond.any():
        journal.overflows.setdefault(journal.line, f"a sum may leave {rounding.format}")
    noise = np.where(beyond, np.inf, noise)
    relative = np.where(noise == 0, q.relative, np.inf)
    inherited = np.where(beyond, -np.inf, inherited[0]), np.where(beyond, np.inf, inherited[1])
    made = Draft(
        draft.exact,
        draft.value,
        draft.value_noise,
        draft.error,
        noise,
        (low, high),
        relative,
        inherited,
    )
    return unrounded(journal, made)


def _running(run: Bound, dtype: np.dtype[Any], a: Traced, axis: int | None) -> Quantity:
    """np.cumsum: every prefix, rounded at each step."""
    records = np.ravel(a.parts[1]) if axis is None else np.moveaxis(a.parts[1], axis, 0)
    rounding = local_rounding(dtype)
    rows = [run.layout.unpack(records[0])]
    for row in records[1:]:
        rows.append(products.add(run.journal, rounding, rows[-1], run.layout.unpack(row)))
    packed = np.stack([run.layout.pack(q) for q in rows])
    return run.layout.unpack(packed if axis is None else np.moveaxis(packed, 0, axis))


def _matmul(run: Bound, dtype: np.dtype[Any], x: Any, y: Any) -> Quantity:
    """X @ y: rounded once in our formats; in NumPy's floats in any order, fused or not."""
    left, right = (a if isinstance(a, Traced) else run.lift(np.asarray(a)) for a in (x, y))
    a, b = (t.parts[1] for t in (left, right))
    a = a[None, :] if left.ndim == 1 else a
    b = b[:, None] if right.ndim == 1 else b
    rows, columns = a[..., :, None, :], np.swapaxes(b, -1, -2)[..., None, :, :]
    qa, qb = run.layout.unpack(rows), run.layout.unpack(columns)
    rounding = local_rounding(dtype)
    pairs = unrounded(run.journal, products.product_draft(qa, qb))
    total = _exact_sum(run, pairs)
    if dtype.type in NUMPY_FLOATS:
        below, above = rounding.errors(*pairs.computed, "multiply")
        each = np.maximum(-below, above)
        terms = pairs.computed[0] - each, pairs.computed[1] + each
        noise = iv.up(
            each.sum(axis=-2) * (1 + 2.0**-40) + _step_errors(terms, rounding, in_order=False)
        )
        total = _with_noise(run, total, noise, rounding)
    else:
        total = rounded(run.journal, rounding, carried(total))
    if left.ndim == 1:
        total = _at(total, np.s_[..., 0, :, :])
    return _at(total, np.s_[..., 0, :]) if right.ndim == 1 else total
