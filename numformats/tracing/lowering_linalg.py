# SPDX-License-Identifier: BSD-3-Clause
"""How are linear systems solved in any arithmetic?  Elimination and reflections, in NumPy text.

NumPy's LAPACK and `numformats.linalg` both give these results to within their rounding; the text
takes the same pivots and signs, so that a reference of one is a reference of the other.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import numformats as nf
from numformats.tracing.messages import fail
from numformats.tracing.texts import Texts, array, refuse, weak


def _stacked(f: Any, a: Any, *others: Any) -> Any:
    """Results of f for each matrix of a stack; the results are stacked."""
    if a.ndim == 2:
        return f(a, *others)
    lead = a.shape[:-2]
    made = [f(a[n], *(x[n] for x in others)) for n in np.ndindex(*lead)]
    if isinstance(made[0], tuple):
        return tuple(_stack([m[i] for m in made], lead) for i in range(len(made[0])))
    return _stack(made, lead)


def _stack(made: list[Any], lead: tuple[int, ...]) -> Any:
    rows = np.stack(made)
    return np.reshape(rows, lead + rows.shape[1:])


def _swap(a: Any, k: int, p: int) -> None:
    if p != k:
        a[[k, p]] = a[[p, k]]


def _pivot(a: Any, k: int) -> int:
    return k + int(np.argmax(np.absolute(a[k:, k])))


def _eliminated(a: Any, b: Any) -> tuple[Any, Any]:
    """Upper triangular a and the right side that goes with it."""
    a, b = np.copy(a), np.copy(b)
    for k in range(len(a)):
        p = _pivot(a, k)
        if not np.all(np.not_equal(a[p, k], 0)):
            raise np.linalg.LinAlgError("Singular matrix")
        _swap(a, k, p)
        _swap(b, k, p)
        factors = a[k + 1 :, k] / a[k, k]
        b[k + 1 :] = b[k + 1 :] - factors[:, np.newaxis] * b[k]
        a[k + 1 :, k:] = a[k + 1 :, k:] - factors[:, np.newaxis] * a[k, k:]
    return a, b


def _back(u: Any, b: Any) -> Any:
    """Solve an upper triangular system, from the last row up."""
    x = np.copy(b)
    for k in reversed(range(len(u))):
        rest = x[k] - np.matmul(u[k, k + 1 :], x[k + 1 :]) if k + 1 < len(u) else x[k]
        x[k] = rest / u[k, k]
    return x


def _beside(b: Any, a: Any) -> Any:
    """The right side b in the arithmetic of a, so that it can be written to."""
    return b if hasattr(b, "run") else np.zeros_like(a, shape=b.shape) + weak(a, b)


def _solve(a: Any, b: Any) -> Any:
    a, b = array(a), array(b)
    if not hasattr(a, "run"):
        a = _beside(a, b)
    b = _beside(b, a)
    columns = b[..., np.newaxis] if b.ndim == 1 else b
    lead = np.broadcast_shapes(a.shape[:-2], columns.shape[:-2])
    if a.shape[:-2] != columns.shape[:-2]:
        a = np.copy(np.broadcast_to(a, lead + a.shape[-2:]))
        columns = np.copy(np.broadcast_to(columns, lead + columns.shape[-2:]))
    x = _stacked(lambda m, c: _back(*_eliminated(m, c)), a, columns)
    return x[..., 0] if b.ndim == 1 else x


def _nf_solve(a: Any, b: Any, *, refine: bool = False) -> Any:
    return _solve(a, b)


def inv(a: Any) -> Any:
    """Solve for the columns of the identity."""
    a = array(a)
    return _solve(a, np.zeros_like(a) + np.eye(a.shape[-1], dtype=int))


def _lu_of(m: Any) -> tuple[Any, list[int]]:
    """L below the diagonal and U above it in one array, and the rows in their new order."""
    f, order = np.copy(m), list(range(len(m)))
    for k in range(min(f.shape)):
        p = _pivot(f, k)
        _swap(f, k, p)
        order[k], order[p] = order[p], order[k]
        if np.any(np.not_equal(f[k, k], 0)):
            f[k + 1 :, k] = f[k + 1 :, k] / f[k, k]
            f[k + 1 :, k + 1 :] = f[k + 1 :, k + 1 :] - f[k + 1 :, k, np.newaxis] * f[k, k + 1 :]
    return f, order


def _det(a: Any) -> Any:
    def of_one(m: Any) -> Any:
        f, order = _lu_of(m)
        product = np.prod(np.diagonal(f))
        return -product if _is_odd(order) else product

    return _stacked(of_one, array(a))


def _is_odd(order: list[int]) -> bool:
    return (
        sum(order[i] > order[j] for i in range(len(order)) for j in range(i, len(order))) % 2 == 1
    )


def _slogdet(a: Any) -> tuple[Any, Any]:
    d = _det(a)
    return np.sign(d), np.log(np.absolute(d))


def _lu(a: Any) -> tuple[Any, Any, Any]:
    def of_one(m: Any) -> tuple[Any, Any, Any]:
        f, order = _lu_of(m)
        size = min(f.shape)
        lower = np.tril(f[:, :size], -1) + np.eye(len(f), size, dtype=int)
        p = np.zeros_like(f, shape=(len(f), len(f)))
        p[order, np.arange(len(f))] = 1
        return p, lower, np.triu(f[:size])

    return _stacked(of_one, array(a))  # type: ignore[no-any-return]


def _cholesky(a: Any) -> Any:
    def of_one(m: Any) -> Any:
        lower = np.zeros_like(m)
        for j in range(len(m)):
            v = m[j:, j] - np.matmul(lower[j:, :j], lower[j, :j]) if j else m[j:, j]
            if not np.all(np.greater(v[0], 0)):
                raise np.linalg.LinAlgError("Matrix is not positive definite")
            lower[j, j] = np.sqrt(v[0])
            lower[j + 1 :, j] = v[1:] / lower[j, j]
        return lower

    return _stacked(of_one, array(a))


def _np_cholesky(a: Any, /, *, upper: bool = False) -> Any:
    refuse("np.linalg.cholesky(upper=True)", upper)
    return _cholesky(a)


def _reflected(m: Any) -> tuple[Any, Any]:
    """Factors q (m, m) and r (m, n) by Householder's reflections; signs as LAPACK's."""
    q, r = np.zeros_like(m, shape=(len(m), len(m))) + np.eye(len(m), dtype=int), np.copy(m)
    for k in range(min(len(m) - 1, m.shape[1])):
        v = np.copy(r[k:, k])
        length = np.sqrt(np.sum(v * v))
        if not np.any(np.not_equal(length, 0)):
            continue
        end = length if np.any(np.less(v[0], 0)) else -length
        v[0] = v[0] - end
        scale = 2 / np.sum(v * v)
        r[k:, k:] = r[k:, k:] - v[:, np.newaxis] * (np.matmul(v, r[k:, k:]) * scale)
        q[:, k:] = q[:, k:] - np.matmul(q[:, k:], v)[:, np.newaxis] * (v * scale)
        r[k + 1 :, k] = 0
    return q, r


def _qr(a: Any) -> tuple[Any, Any]:
    return _stacked(_reflected, array(a))  # type: ignore[no-any-return]


def _np_qr(a: Any, mode: str = "reduced") -> tuple[Any, Any]:
    if mode not in {"reduced", "complete"}:
        fail(f"np.linalg.qr(mode={mode!r}) is not traced; allowed: 'reduced', 'complete'")
    a = array(a)
    q, r = _qr(a)
    size = min(a.shape[-2:]) if mode == "reduced" else a.shape[-2]
    return q[..., :size], r[..., :size, :]


def _lstsq(a: Any, b: Any) -> tuple[Any, Any]:
    """Solve r x = q^T b; the rest of q^T b is what remains."""
    a, b = array(a), array(b)
    if not hasattr(a, "run"):
        a = _beside(a, b)
    columns = b[:, np.newaxis] if b.ndim == 1 else b
    q, r = _reflected(a)
    n = a.shape[1]
    turned = np.matmul(np.transpose(q), columns)
    x = _back(r[:n], _beside(turned[:n], a))
    rest = np.sqrt(np.sum(turned[n:] * turned[n:], axis=0))
    return (x[:, 0], rest[0]) if b.ndim == 1 else (x, rest)


LINALG: Texts = {
    np.linalg.cholesky: _np_cholesky,
    np.linalg.det: _det,
    np.linalg.inv: inv,
    np.linalg.qr: _np_qr,
    np.linalg.slogdet: _slogdet,
    np.linalg.solve: _solve,
    nf.linalg.cholesky: _cholesky,
    nf.linalg.det: _det,
    nf.linalg.inv: inv,
    nf.linalg.lstsq: _lstsq,
    nf.linalg.lu: _lu,
    nf.linalg.qr: _qr,
    nf.linalg.solve: _nf_solve,
}
