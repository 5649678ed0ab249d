# SPDX-License-Identifier: BSD-3-Clause
"""How are matrices factored: LU, Cholesky, QR?  One rounding for each inner product."""

from __future__ import annotations

from typing import Any

import numpy as np

from numformats._array_formats import native
from numformats._overridable import overridable
from numformats.exact.means import norm2
from numformats.linalg.operands import Array, finite, matrices, residual, square, stacked

__all__ = ["cholesky", "lu", "packed_lu", "qr"]


def packed_lu(a: Array) -> tuple[Array, Array]:
    """Return L below the diagonal and U above it in one array, and the rows in their new order.

    Crout's order: u[k, j] = a[k, j] - sum l[k, i] u[i, j] with one rounding; l[k, j] the same,
    divided by the pivot with a second one.  The pivot is the largest of its column.
    """
    f, order = a.copy(), np.arange(len(a))
    for j in range(min(f.shape)):
        f[j:, j : j + 1] = residual(f[j:, j : j + 1], f[j:, :j], f[:j, j : j + 1])
        p = j + int(np.argmax(np.abs(f[j:, j])))
        if p != j:
            f[[j, p]], order[[j, p]] = f[[p, j]], order[[p, j]]
        f[j : j + 1, j + 1 :] = residual(f[j : j + 1, j + 1 :], f[j : j + 1, :j], f[:j, j + 1 :])
        if f[j, j] != 0:
            f[j + 1 :, j] = f[j + 1 :, j] / f[j, j]
    return f, order


@overridable
def lu(a: Any) -> tuple[Any, Any, Any]:
    r"""Factor a = p @ l @ u with partial pivoting: p a permutation, l unit lower, u upper.

    Parameters
    ----------
    a : array_like (..., m, n) of a number format, float16, float32 or float64

    Returns
    -------
    p (..., m, m), l (..., m, k), u (..., k, n) of the dtype of a, k = min(m, n).

    Raises
    ------
    numpy.linalg.LinAlgError
        Fewer than two dimensions, or something that is not finite.
    TypeError
        A dtype or format that cannot serve.

    A column without a pivot leaves a zero on the diagonal of u, as in scipy.linalg.lu.

    >>> import numpy as np, numformats as nf
    >>> a = np.array([[1, 2], [4, 4]], nf.posit16)
    >>> p, l, u = nf.linalg.lu(a)
    >>> l.tolist(), (p @ l @ u == a).all()
    ([[posit16(1.0), posit16(0.0)], [posit16(0.25), posit16(1.0)]], np.True_)

    Source: Higham, "Accuracy and Stability of Numerical Algorithms", 9.
    """
    x = matrices("a", a)
    finite("a", x)

    def parts(m: Array) -> tuple[Array, ...]:
        f, order = packed_lu(m)
        k = min(m.shape)
        eye = np.eye(len(m)).astype(m.dtype)
        lower = np.where(np.tri(len(m), k, -1, bool), f[:, :k], eye[:, :k])
        upper = np.where(np.tri(k, m.shape[1], -1, bool), np.zeros((), m.dtype), f[:k])
        return eye[:, order], lower, upper

    dtype = native(np.asarray(a).dtype)
    p, lower, upper = (v.view(dtype) for v in stacked(parts, x))
    return p, lower, upper


@overridable
def cholesky(a: Any) -> Any:
    """Return the lower triangular l with a = l @ l.T; only a's lower triangle is read.

    a (..., n, n); LinAlgError where it is not square, not finite, or not positive definite (a pivot
    that is rounded to zero or below: its column is named).

    >>> import numpy as np, numformats as nf
    >>> nf.linalg.cholesky(np.array([[4, 2], [2, 5]], nf.posit16)).astype(float)
    array([[2., 0.],
           [1., 2.]])

    Source: Higham, "Accuracy and Stability of Numerical Algorithms", 10.
    """
    x = square("a", a)
    finite("a", x)

    def factor(m: Array) -> tuple[Array, ...]:
        lower = np.zeros_like(m)
        for j in range(len(m)):
            v = residual(m[j:, j : j + 1], lower[j:, :j], lower[j : j + 1, :j].T)[:, 0]
            if not v[0] > 0:
                msg = f"the matrix is not positive definite: the pivot of column {j} is {v[0]}"
                raise np.linalg.LinAlgError(msg)
            lower[j, j] = np.sqrt(v[0])
            lower[j + 1 :, j] = v[1:] / lower[j, j]
        return (lower,)

    return stacked(factor, x)[0].view(native(np.asarray(a).dtype))


@overridable
def qr(a: Any) -> tuple[Any, Any]:
    """Factor a = q @ r by Householder's reflections: q (..., m, m) orthogonal, r (..., m, n).

    Errors as for `lu`.

    >>> import numpy as np, numformats as nf
    >>> q, r = nf.linalg.qr(np.array([[3, 1], [4, 2]], nf.posit32))
    >>> float(r[0, 0]), float(r[1, 0])
    (-5.0, 0.0)

    Source: Higham, "Accuracy and Stability of Numerical Algorithms", 19.
    """
    x = matrices("a", a)
    finite("a", x)

    def factor(m: Array) -> tuple[Array, ...]:
        q, r = np.eye(len(m)).astype(m.dtype), m.copy()
        for k in range(min(len(m) - 1, m.shape[1])):
            v = r[k:, k].copy()
            length = norm2(v)
            if length == 0:
                continue
            end = length if v[0] < 0 else -length  # of the other sign: no cancellation
            v[0] = v[0] - end
            v = v / np.max(np.abs(v))  # so that its square does not leave the range
            reflect(v, r[k:, k + 1 :])
            reflect(v, q.T[k:])
            r[k:, k] = 0
            r[k, k] = end
        return q, r

    def reflect(v: Array, m: Array) -> None:
        """M -= 2 v (v.T m) / (v.T v): one rounding each for products, factor and difference."""
        weights = (v @ m) / (v @ v)
        m[...] = residual(m, v[:, np.newaxis], (weights + weights)[np.newaxis])

    dtype = native(np.asarray(a).dtype)
    q, r = (v.view(dtype) for v in stacked(factor, x))
    return q, r
