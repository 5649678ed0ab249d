# SPDX-License-Identifier: BSD-3-Clause
"""What are the derivatives of solve, inv and det?  Of the equations that they solve, not of steps.

Source: Giles, "Collected matrix derivative results for forward and reverse mode algorithmic
differentiation" (2008).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats import linalg
from numformats.autodiff.own_rules import OwnRule
from numformats.exact import matmul

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["SYSTEMS"]


def _turned(a: Any) -> Any:
    return np.swapaxes(a, -1, -2)


def _solve(a: Any, b: Any) -> Any:
    """The solution, by LAPACK of float32 and float64."""
    floats = all(x.dtype in (np.float32, np.float64) for x in (a, b))
    solve: Callable[..., Any] = np.linalg.solve if floats else linalg.solve
    return solve(a, b)


def _columns(x: Any, b: Any) -> Any:
    """A solution, or what is sent to one, as columns; b tells whether it is one."""
    return x[..., None] if b.ndim == 1 else x


def _solve_matrix_forth(t: Any, x: Any, a: Any, b: Any, **_: Any) -> Any:
    moved = -_solve(a, matmul(t, _columns(x, b)))
    return moved[..., 0] if b.ndim == 1 else moved


def _solve_matrix_back(g: Any, x: Any, a: Any, b: Any, **_: Any) -> Any:
    return -matmul(_solve(_turned(a), _columns(g, b)), _turned(_columns(x, b)))


def _inverse_forth(t: Any, r: Any, _a: Any, **_: Any) -> Any:
    return -matmul(matmul(r, t), r)


def _inverse_back(g: Any, r: Any, _a: Any, **_: Any) -> Any:
    return -matmul(matmul(_turned(r), g), _turned(r))


def _cofactors(a: Any, r: Any) -> Any:
    """The derivative of the determinant; by minors where a matrix is singular."""
    if np.all(np.not_equal(r, 0)):
        identity = np.zeros_like(a) + np.eye(a.shape[-1], dtype=int)
        return r[..., None, None] * _turned(_solve(a, identity))
    n = a.shape[-1]
    others = [[i for i in range(n) if i != k] for k in range(n)]
    rows = [np.stack([_signed_minor(a, others, i, j) for j in range(n)], axis=-1) for i in range(n)]
    return np.stack(rows, axis=-2)


def _signed_minor(a: Any, others: list[list[int]], i: int, j: int) -> Any:
    if len(others) == 1:
        return np.ones_like(a[..., 0, 0])
    minor = linalg.det(a[..., others[i], :][..., others[j]])
    return minor if (i + j) % 2 == 0 else -minor


def _det_forth(t: Any, r: Any, a: Any, **_: Any) -> Any:
    return np.sum(t * _cofactors(a, r), axis=(-1, -2))


def _det_back(g: Any, r: Any, a: Any, **_: Any) -> Any:
    return g[..., None, None] * _cofactors(a, r)


_SOLVE = OwnRule(
    (_solve_matrix_forth, lambda t, _, a, _b, **__: _solve(a, t)),
    (_solve_matrix_back, lambda g, _, a, b, **__: _vector(_solve(_turned(a), _columns(g, b)), b)),
)


def _vector(x: Any, b: Any) -> Any:
    return x[..., 0] if b.ndim == 1 else x


_INVERSE = OwnRule((_inverse_forth,), (_inverse_back,))
_DET = OwnRule((_det_forth,), (_det_back,))
SYSTEMS: dict[Any, OwnRule] = {
    np.linalg.det: _DET,
    np.linalg.inv: _INVERSE,
    np.linalg.solve: _SOLVE,
    linalg.det: _DET,
    linalg.inv: _INVERSE,
    linalg.solve: _SOLVE,
}
