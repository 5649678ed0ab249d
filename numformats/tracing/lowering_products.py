# SPDX-License-Identifier: BSD-3-Clause
"""Which products are matrix products, or sums of products, in another order?"""

from __future__ import annotations

import string
from typing import Any

import numpy as np

from numformats.tracing.messages import fail
from numformats.tracing.texts import Texts, array, cast, refuse


def _dot(a: Any, b: Any) -> Any:
    a, b = array(a), array(b)
    if a.ndim == 0 or b.ndim == 0:
        return a * b
    return (
        np.matmul(a, b)
        if b.ndim <= 2 and a.ndim <= 2
        else _tensordot(a, b, (-1, max(b.ndim - 2, 0)))
    )


def _vdot(a: Any, b: Any) -> Any:
    return np.matmul(np.ravel(array(a)), np.ravel(array(b)))


def _inner(a: Any, b: Any) -> Any:
    a, b = array(a), array(b)
    return a * b if a.ndim == 0 or b.ndim == 0 else _tensordot(a, b, (-1, -1))


def _outer(a: Any, b: Any) -> Any:
    return np.ravel(array(a))[:, np.newaxis] * np.ravel(array(b))[np.newaxis, :]


def _tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """The summed axes of both as one, and a matrix product."""
    a, b = array(a), array(b)
    if isinstance(axes, int):
        axes = (range(a.ndim - axes, a.ndim), range(axes))
    left, right = (
        [n % x.ndim for n in np.ravel(list(np.atleast_1d(w)))]
        for w, x in zip(axes, (a, b), strict=True)
    )
    free_a = [n for n in range(a.ndim) if n not in left]
    free_b = [n for n in range(b.ndim) if n not in right]
    inner = int(np.prod([a.shape[n] for n in left], dtype=int))
    flat = np.matmul(
        np.reshape(np.transpose(a, free_a + left), (-1, inner)),
        np.reshape(np.transpose(b, right + free_b), (inner, -1)),
    )
    return np.reshape(flat, [a.shape[n] for n in free_a] + [b.shape[n] for n in free_b])


def _vecdot(a: Any, b: Any, *, axis: int = -1) -> Any:
    a, b = np.moveaxis(array(a), axis, -1), np.moveaxis(array(b), axis, -1)
    return np.matmul(a[..., np.newaxis, :], b[..., :, np.newaxis])[..., 0, 0]


def _matvec(a: Any, b: Any) -> Any:
    return np.matmul(a, array(b)[..., np.newaxis])[..., 0]


def _vecmat(a: Any, b: Any) -> Any:
    return np.matmul(array(a)[..., np.newaxis, :], b)[..., 0, :]


def _cross(
    a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None
) -> Any:
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = np.moveaxis(array(a), axisa, -1), np.moveaxis(array(b), axisb, -1)
    if a.shape[-1] != 3 or b.shape[-1] != 3:
        fail("np.cross of vectors of length 2 is not traced")
    turned = [a[..., i] * b[..., j] - a[..., j] * b[..., i] for i, j in ((1, 2), (2, 0), (0, 1))]
    return np.moveaxis(np.stack(turned, -1), -1, axisc)


def _linalg_cross(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    return _cross(x1, x2, axis=axis)


def _kron(a: Any, b: Any) -> Any:
    """Each axis of the result runs over an axis of a and, faster, over one of b."""
    a, b = array(a), array(b)
    n = max(a.ndim, b.ndim)
    left = (1,) * (n - a.ndim) + a.shape
    right = (1,) * (n - b.ndim) + b.shape
    wide_a = np.reshape(a, [m for length in left for m in (length, 1)])
    wide_b = np.reshape(b, [m for length in right for m in (1, length)])
    return np.reshape(wide_a * wide_b, [x * y for x, y in zip(left, right, strict=True)])


def _convolve(a: Any, v: Any, mode: str = "full") -> Any:
    """Windows of the longer one, filled up with zeros, times the shorter one turned round."""
    a, v = array(a), array(v)
    if v.size > a.size:
        a, v = v, a
    beyond = {"full": v.size - 1, "same": v.size - 1, "valid": 0}[mode]
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(a, beyond), v.size)
    full = np.matmul(windows, np.flip(v))
    front = (v.size - 1) // 2
    return full[front : front + a.size] if mode == "same" else full


def _correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    a, v = array(a), array(v)
    if v.size > a.size:  # then the result is that of the operands exchanged, turned round
        return np.flip(_correlate(v, a, mode))
    return _convolve(a, np.flip(v), mode)


def _einsum(*operands: Any, optimize: Any = False, dtype: Any = None) -> Any:
    """Broadcast the operands to all their letters, multiply, and sum what the result drops."""
    if not isinstance(operands[0], str):
        fail("np.einsum with lists of axes is not traced: give letters")
    names, result, values = _letters(operands[0], [cast(array(x), dtype) for x in operands[1:]])
    letters = result + "".join(sorted(set("".join(names)) - set(result)))
    product: Any = None
    for name, value in zip(names, values, strict=True):
        term = _spread(name, value, letters)
        product = term if product is None else product * term
    dropped = tuple(range(len(result), len(letters)))
    return np.sum(product, axis=dropped) if dropped else product


def _letters(subscripts: str, values: list[Any]) -> tuple[list[str], str, list[Any]]:
    """The letters of each operand and of the result; "..." becomes letters that are free."""
    inputs, arrow, result = subscripts.replace(" ", "").partition("->")
    names = inputs.split(",")
    free = [c for c in string.ascii_letters if c not in subscripts]
    many = [x.ndim - len(n.replace("...", "")) for n, x in zip(names, values, strict=True)]
    widest = max([m for m, n in zip(many, names, strict=True) if "..." in n], default=0)
    shared = "".join(free[:widest])
    names = [
        n.replace("...", shared[widest - m :] if m else "")
        for n, m in zip(names, many, strict=True)
    ]
    if not arrow:
        once = sorted(c for c in set(inputs) - set(",.") if inputs.count(c) == 1)
        result = shared + "".join(once)
    return names, result.replace("...", shared), values


def _spread(name: str, value: Any, letters: str) -> Any:
    """An operand with one axis for each letter, of length 1 where it has none."""
    for c in {c for c in name if name.count(c) > 1}:
        first, second = name.index(c), name.rindex(c)
        value = np.moveaxis(np.diagonal(value, axis1=first, axis2=second), -1, first)
        name = name[:second] + name[second + 1 :]
    order = sorted(range(len(name)), key=lambda n: letters.index(name[n]))
    turned = np.transpose(value, order)
    return turned[tuple(slice(None) if c in name else np.newaxis for c in letters)]


def _trace(
    a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: None = None
) -> Any:
    return np.sum(cast(np.diagonal(array(a), offset, axis1, axis2), dtype), axis=-1)


def _linalg_trace(x: Any, /, *, offset: int = 0, dtype: Any = None) -> Any:
    return _trace(x, offset, -2, -1, dtype)


def _multi_dot(arrays: Any, *, out: None = None) -> Any:
    product, *others = [array(a) for a in arrays]
    for other in others:
        product = np.matmul(product, other)
    return product


def _matrix_power(a: Any, n: int) -> Any:
    """By squares; NumPy's order for n = 3."""
    refuse("np.linalg.matrix_power of a negative power", n < 0)
    if n == 0:
        return np.zeros_like(a) + np.eye(a.shape[-1], dtype=int)
    result: Any = None
    while n:
        if n & 1:
            result = a if result is None else np.matmul(result, a)
        n >>= 1
        a = np.matmul(a, a) if n else a
    return result


PRODUCTS: Texts = {
    np.convolve: _convolve,
    np.correlate: _correlate,
    np.cross: _cross,
    np.dot: _dot,
    np.einsum: _einsum,
    np.inner: _inner,
    np.kron: _kron,
    np.linalg.cross: _linalg_cross,
    np.linalg.matmul: lambda x1, x2, /: np.matmul(x1, x2),
    np.linalg.matrix_power: _matrix_power,
    np.linalg.multi_dot: _multi_dot,
    np.linalg.outer: lambda x1, x2, /: _outer(x1, x2),
    np.linalg.tensordot: lambda x1, x2, /, *, axes=2: _tensordot(x1, x2, axes),
    np.linalg.trace: _linalg_trace,
    np.linalg.vecdot: lambda x1, x2, /, *, axis=-1: _vecdot(x1, x2, axis=axis),
    np.matvec: _matvec,
    np.outer: _outer,
    np.tensordot: _tensordot,
    np.trace: _trace,
    np.vdot: _vdot,
    np.vecdot: _vecdot,
    np.vecmat: _vecmat,
}
