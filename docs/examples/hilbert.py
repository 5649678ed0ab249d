# SPDX-License-Identifier: BSD-3-Clause
"""How fast does an ill-conditioned linear system use up the digits of a format?

    numformats compare docs/examples/hilbert.py:solve_all --formats posit32,binary32,binary64

Solves H x = H (1, ..., 1) for the Hilbert matrices of order 2 to 8 by Gaussian elimination with
partial pivoting, in plain NumPy.  The matrices are scaled by lcm(1, ..., 15) = 360360, which makes
every entry an integer: formats with 22 significant bits hold the system exactly, so that only the
elimination errs.  The condition number grows by about 30 with each order, 1.5e10 at 8.
"""

from __future__ import annotations

import math

import numpy as np

ORDERS = range(2, 9)


def solve(a, b):
    """Solution of a x = b by Gaussian elimination with partial pivoting; overwrites a and b."""
    n = len(b)
    for k in range(n - 1):
        pivot = k + int(np.argmax(np.abs(a[k:, k])))
        a[[k, pivot]] = a[[pivot, k]]
        b[[k, pivot]] = b[[pivot, k]]
        factors = a[k + 1 :, k] / a[k, k]
        a[k + 1 :, k:] -= factors[:, np.newaxis] * a[k, k:]
        b[k + 1 :] -= factors * b[k]
    x = np.zeros_like(b)
    for k in reversed(range(n)):
        x[k] = (b[k] - np.sum(a[k, k + 1 :] * x[k + 1 :])) / a[k, k]
    return x


def solve_all(matrix, right_sides):
    """Solutions for the leading blocks of `matrix`, one output per order."""
    return {
        f"order {n}": solve(matrix[:n, :n].copy(), right_sides[:n, n - 1].copy()) for n in ORDERS
    }


def solve_all_inputs() -> tuple[np.ndarray, np.ndarray]:
    """The scaled Hilbert matrix, and in column n-1 the right side of order n; all integers."""
    size = ORDERS[-1]
    scale = math.lcm(*range(1, 2 * size))
    rows, columns = np.indices((size, size))
    matrix = (scale // (rows + columns + 1)).astype(np.float64)
    return matrix, np.cumsum(matrix, axis=1)


def solve_all_report(
    solutions: tuple[np.ndarray, ...], _reference: tuple[np.ndarray, ...]
) -> dict[str, float]:
    """The largest error of each order; the exact solution is (1, ..., 1)."""
    return {
        f"n={n}": float(np.max(np.abs(x - 1.0))) for n, x in zip(ORDERS, solutions, strict=True)
    }
