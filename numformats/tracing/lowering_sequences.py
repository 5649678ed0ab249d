# SPDX-License-Identifier: BSD-3-Clause
"""Which functions of sequences are made of neighbours?  Differences, tables, ranges."""

from __future__ import annotations

from typing import Any

import numpy as np

from numformats.tracing import calls
from numformats.tracing.messages import fail
from numformats.tracing.registry import NOT_GIVEN
from numformats.tracing.texts import Texts, array, pi, weak


def _diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    a = array(a)
    ends = [_edge(v, a, axis) for v in (prepend, append)]
    a = np.concatenate([v for v in (ends[0], a, ends[1]) if v is not None], axis)
    for _ in range(n):
        rows = np.moveaxis(a, axis, 0)
        a = np.moveaxis(rows[1:] - rows[:-1], 0, axis)
    return a


def _edge(value: Any, a: Any, axis: int) -> Any:
    if value is None or value is NOT_GIVEN:
        return None
    value = array(value)
    if value.ndim:
        return value
    shape = list(a.shape)
    shape[axis] = 1
    return np.broadcast_to(value, shape)


def _ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    flat = np.ravel(array(ary))
    parts = [to_begin, flat[1:] - flat[:-1], to_end]
    return np.concatenate([np.ravel(array(p)) for p in parts if p is not None])


def _gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    f = array(f)
    axes = list(range(f.ndim)) if axis is None else [n % f.ndim for n in np.atleast_1d(axis)]
    steps = list(varargs) or [1.0]
    steps = steps * len(axes) if len(steps) == 1 else steps
    slopes = [_slope(f, step, n, edge_order) for n, step in zip(axes, steps, strict=True)]
    return slopes[0] if len(slopes) == 1 else tuple(slopes)


def _slope(f: Any, step: Any, axis: int, edge_order: int) -> Any:
    """Second order inside; first or second order at both ends."""
    rows = np.moveaxis(f, axis, 0)
    tail = (1,) * (rows.ndim - 1)
    step = array(step)
    step = step if hasattr(step, "run") else weak(rows, step)
    if step.ndim == 0:
        before = after = np.broadcast_to(step, (len(rows) - 1, *tail))
        inner = (rows[2:] - rows[:-2]) / (step * 2)
    else:
        before = after = np.reshape(step[1:] - step[:-1], (-1, *tail))
        h, k = before[:-1], after[1:]
        inner = (
            rows[:-2] * (-k / (h * (h + k)))
            + rows[1:-1] * ((k - h) / (h * k))
            + rows[2:] * (h / (k * (h + k)))
        )
    ends = [_end(rows, before, edge_order), _end(np.flip(rows, 0), -np.flip(after, 0), edge_order)]
    return np.moveaxis(np.concatenate([ends[0][np.newaxis], inner, ends[1][np.newaxis]]), 0, axis)


def _end(rows: Any, steps: Any, edge_order: int) -> Any:
    """The slope at the first of some rows."""
    if edge_order == 1:
        return (rows[1] - rows[0]) / steps[0]
    h, k = steps[0], steps[1]
    return (
        rows[0] * (-(h * 2 + k) / (h * (h + k)))
        + rows[1] * ((h + k) / (h * k))
        - rows[2] * (h / (k * (h + k)))
    )


def _trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    rows = np.moveaxis(array(y), axis, -1)
    if x is None:
        width = dx
    else:
        x = array(x)
        width = x[1:] - x[:-1] if x.ndim == 1 else _diff(np.moveaxis(x, axis, -1))
    return np.sum(width * (rows[..., 1:] + rows[..., :-1]) / 2, axis=-1)


def _unwrap(p: Any, discont: Any = None, axis: int = -1, *, period: Any = None) -> Any:
    p = array(p)
    period = pi(p) * 2 if period is None else period
    half = period / 2
    steps = _diff(p, axis=axis)
    turned = np.remainder(steps + half, period) - half
    turned = np.where(np.equal(turned, -half) & np.greater(steps, 0), half, turned)
    correction = turned - steps
    limit = half if discont is None else np.maximum(discont, half)
    correction = np.where(np.less(np.absolute(steps), limit), 0, correction)
    zero = np.zeros_like(np.take(p, [0], axis))
    return p + np.concatenate([zero, np.cumsum(correction, axis=axis)], axis)


def _interp(
    x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None
) -> Any:
    """The straight line between the two places that the face finds x between."""
    if period is not None:
        fail("np.interp(period=...) is not traced: reduce x first, with np.remainder")
    x, xp, fp = array(x), array(xp), array(fp)
    place = np.clip(np.searchsorted(xp, x, side="right") - 1, 0, max(len(xp) - 2, 0))
    after = np.minimum(place + 1, len(xp) - 1)
    width = xp[after] - xp[place]
    width = np.where(np.equal(width, 0), 1, width)
    inside = fp[place] + (fp[after] - fp[place]) / width * (x - xp[place])
    inside = np.where(np.equal(x, xp[after]), fp[after], inside)
    low = np.where(np.less(x, xp[0]), fp[0] if left is None else left, inside)
    return np.where(np.greater(x, xp[-1]), fp[-1] if right is None else right, low)


def _linspace(start: Any, stop: Any, kwargs: dict[str, Any]) -> Any:
    num, endpoint = kwargs.get("num", 50), kwargs.get("endpoint", True)
    axis = kwargs.get("axis", 0)
    start, stop = array(start), array(stop)
    wide = np.broadcast_shapes(start.shape, stop.shape)
    parts = np.arange(num).reshape((-1,) + (1,) * len(wide))
    last = max(num - 1 if endpoint else num, 1)
    line = start + (stop - start) * parts / last
    return np.moveaxis(line, 0, axis)


SEQUENCES: Texts = {
    calls.linspace: _linspace,
    np.diff: _diff,
    np.ediff1d: _ediff1d,
    np.gradient: _gradient,
    np.interp: _interp,
    np.trapezoid: _trapezoid,
    np.unwrap: _unwrap,
}
