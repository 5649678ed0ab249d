# SPDX-License-Identifier: BSD-3-Clause
"""Which norms are sums, roots and extremes?"""

from __future__ import annotations

from typing import Any

import numpy as np

import numformats as nf
from numformats.tracing.lowering_linalg import inv
from numformats.tracing.messages import fail
from numformats.tracing.texts import Texts, array


def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:  # noqa: A002
    x = array(x)
    if ord is None and axis is None:
        flat = np.ravel(x)
        length = np.sqrt(np.sum(flat * flat))
        return np.reshape(length, (1,) * x.ndim) if keepdims else length
    axes = tuple(range(x.ndim)) if axis is None else tuple(int(n) for n in np.atleast_1d(axis))
    if len(axes) == 1:
        return _vector_norm_along(x, 2 if ord is None else ord, axes, keepdims)
    if ord in {None, "fro"}:
        return np.sqrt(np.sum(x * x, axis=axes, keepdims=keepdims))
    if ord in {1, -1, np.inf, -np.inf}:
        column, row = axes if abs(ord) == 1 else axes[::-1]
        sums = np.sum(np.absolute(x), axis=column, keepdims=True)
        found = (np.max if ord > 0 else np.min)(sums, axis=row, keepdims=True)
        return found if keepdims else np.squeeze(found, axes)
    return fail(f"the norm of order {ord!r} of matrices is not traced: it needs singular values")


def _vector_norm_along(x: Any, order: Any, axes: Any, keepdims: bool) -> Any:
    if order in {np.inf, -np.inf}:
        return (np.max if order > 0 else np.min)(np.absolute(x), axis=axes, keepdims=keepdims)
    if order == 0:
        return np.sum(
            np.where(np.not_equal(x, 0), np.ones_like(x), 0), axis=axes, keepdims=keepdims
        )
    if order == 1:
        return np.sum(np.absolute(x), axis=axes, keepdims=keepdims)
    if order == 2:
        return np.sqrt(np.sum(x * x, axis=axes, keepdims=keepdims))
    total = np.sum(np.power(np.absolute(x), order), axis=axes, keepdims=keepdims)
    return np.power(total, 1 / (np.zeros_like(total) + order))


def _vector_norm(
    x: Any,
    /,
    *,
    axis: Any = None,
    keepdims: bool = False,
    ord: Any = 2,  # noqa: A002 - NumPy's name
) -> Any:
    x = array(x)
    axes = tuple(range(x.ndim)) if axis is None else axis
    return _vector_norm_along(x, ord, axes, keepdims)


def _matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Any:  # noqa: A002
    return _norm(x, ord, (-2, -1), keepdims)


def _cond(x: Any, p: Any = None) -> Any:
    if p in {None, 2, -2}:
        fail("the condition number in the norm 2 is not traced: give p=1, np.inf or 'fro'")
    return _norm(x, p, (-2, -1)) * _norm(inv(x), p, (-2, -1))


NORMS: Texts = {
    np.linalg.cond: _cond,
    np.linalg.matrix_norm: _matrix_norm,
    np.linalg.norm: _norm,
    np.linalg.vector_norm: _vector_norm,
    nf.linalg.cond: lambda a, p=2: _cond(a, p),
    nf.linalg.norm: _norm,
}
