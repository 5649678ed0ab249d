# SPDX-License-Identifier: BSD-3-Clause
"""What are NumPy's composite functions made of?  Each in terms of ufuncs, sums and rearrangements.

An interpreter without its own rule for a function takes it apart here.  The text is ordinary NumPy
code on traced values, so one entry serves the reference, the bounds and both derivatives.
"""

from __future__ import annotations

import numpy as np


def _count(a, axis):
    return a.size if axis is None else np.prod([a.shape[i] for i in np.atleast_1d(axis)], dtype=int)


def mean(a, axis=None, keepdims=False, **_):
    return np.sum(a, axis=axis, keepdims=keepdims) / int(_count(a, axis))


def var(a, axis=None, ddof=0, keepdims=False, **_):
    away = a - mean(a, axis, keepdims=True)
    return np.sum(away * away, axis=axis, keepdims=keepdims) / int(_count(a, axis) - ddof)


def norm(x, ord=None, axis=None, keepdims=False):
    if ord in (None, 2, "fro") and (ord != 2 or x.ndim == 1):
        return np.sqrt(np.sum(x * x, axis=axis, keepdims=keepdims))
    if x.ndim == 1 and ord == 1:
        return np.sum(np.abs(x), axis=axis, keepdims=keepdims)
    if x.ndim == 1 and ord == np.inf:
        return np.max(np.abs(x), axis=axis, keepdims=keepdims)
    raise NotImplementedError


def dot(a, b):
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return a * b
    return np.matmul(a, b) if np.ndim(b) <= 2 else np.tensordot(a, b, (-1, -2))


def tensordot(a, b, axes=2):
    if isinstance(axes, int):
        axes = (range(a.ndim - axes, a.ndim), range(axes))
    left, right = (
        [n % x.ndim for n in np.atleast_1d(list(w) if isinstance(w, range) else w)]
        for w, x in zip(axes, (a, b))
    )
    free_a = [i for i in range(a.ndim) if i not in left]
    free_b = [i for i in range(b.ndim) if i not in right]
    inner = int(np.prod([a.shape[i] for i in left]))
    flat = np.matmul(
        a.transpose(free_a + left).reshape(-1, inner),
        b.transpose(right + free_b).reshape(inner, -1),
    )
    return flat.reshape([a.shape[i] for i in free_a] + [b.shape[i] for i in free_b])


def einsum(subscripts, *operands, **_):
    """Broadcast the operands to all their letters, multiply, and sum what the result drops."""
    inputs, _, result = subscripts.replace(" ", "").partition("->")
    names = inputs.split(",")
    if "..." in subscripts:
        raise NotImplementedError
    if not _:
        result = "".join(sorted(c for c in set(inputs) - {","} if inputs.count(c) == 1))
    letters = result + "".join(sorted(set("".join(names)) - set(result)))
    product = None
    for name, x in zip(names, operands):
        for c in {c for c in name if name.count(c) > 1}:
            first = name.index(c)
            second = name.index(c, first + 1)
            x = np.moveaxis(np.diagonal(x, axis1=first, axis2=second), -1, first)
            name = name[:second] + name[second + 1 :]
        order = sorted(range(len(name)), key=lambda i: letters.index(name[i]))
        x = np.transpose(x, order)[tuple(slice(None) if c in name else None for c in letters)]
        product = x if product is None else product * x
    dropped = tuple(range(len(result), len(letters)))
    return np.sum(product, axis=dropped) if dropped else product


def prod(a, axis=None, keepdims=False, **_):
    if axis is None:
        a, axis = np.ravel(a), 0
    a = np.moveaxis(a, axis, 0)
    result = a[0]
    for row in a[1:]:
        result = result * row
    return np.expand_dims(result, axis) if keepdims else result


def diff(a, n=1, axis=-1):
    for _ in range(n):
        a = np.swapaxes(a, 0, axis)
        a = np.swapaxes(a[1:] - a[:-1], 0, axis)
    return a


def cumprod(a, axis=None):
    a = np.ravel(a) if axis is None else np.moveaxis(a, axis, 0)
    rows = [a[0]]
    for row in a[1:]:
        rows.append(rows[-1] * row)
    return np.stack(rows, axis or 0)


LOWERED = {
    np.mean: mean,
    np.var: var,
    np.std: lambda a, *r, **k: np.sqrt(var(a, *r, **k)),
    np.linalg.norm: norm,
    np.dot: dot,
    np.vdot: lambda a, b: np.sum(np.ravel(a) * np.ravel(b)),
    np.tensordot: tensordot,
    np.inner: lambda a, b: np.tensordot(a, b, (-1, -1)) if np.ndim(a) and np.ndim(b) else a * b,
    np.outer: lambda a, b: np.ravel(a)[:, None] * np.ravel(b)[None, :],
    np.einsum: einsum,
    np.prod: prod,
    np.cumprod: cumprod,
    np.diff: diff,
    np.trace: lambda a: np.sum(np.diagonal(a)),
    np.square: lambda x: x * x,
    np.reciprocal: lambda x: 1 / x,
    np.clip: lambda x, low=None, high=None, **_: (
        np.minimum(np.maximum(x, low) if low is not None else x, high)
        if high is not None
        else np.maximum(x, low)
    ),
    np.average: lambda a, axis=None, weights=None: (
        mean(a, axis)
        if weights is None
        else np.sum(a * weights, axis=axis) / np.sum(weights, axis=axis)
    ),
    np.trapezoid: lambda y, x=None, dx=1.0: (
        np.sum((y[1:] + y[:-1]) * ((x[1:] - x[:-1]) if x is not None else dx)) / 2
    ),
    np.cross: lambda a, b: np.stack(
        [
            a[..., 1] * b[..., 2] - a[..., 2] * b[..., 1],
            a[..., 2] * b[..., 0] - a[..., 0] * b[..., 2],
            a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0],
        ],
        -1,
    ),
    np.vecdot: lambda a, b: np.sum(a * b, axis=-1),
    np.polyval: lambda p, x: _horner(p, x),
    np.positive: lambda x: x,
    np.conjugate: lambda x: x,
    np.real: lambda x: x,
    np.float_power: lambda x, y: np.power(x, y),
}


def _horner(p, x):
    y = p[0] * np.ones_like(x)
    for c in p[1:]:
        y = y * x + c
    return y
