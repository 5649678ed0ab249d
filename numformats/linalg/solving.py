# SPDX-License-Identifier: BSD-3-Clause
"""How are systems solved, and solutions refined with exact residuals?"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, overload

import numpy as np

from numformats._array_formats import as_formats, format_of, native
from numformats._overridable import overridable
from numformats.exact.means import norm2, round_exact
from numformats.linalg.factor import packed_lu, qr
from numformats.linalg.operands import Array, exact_values, finite, residual, square, stacked
from numformats.linalg.operands import matrices as _matrices

__all__ = ["Refined", "det", "inv", "lstsq", "solve"]

MOST_STEPS = 100


@dataclass(frozen=True)
class Refined:
    """A refined solution: after `iterations` corrections; `converged`: no more would improve it.

    `backward_error` is the largest, over the stack, of |b - a x| / (|a| |x| + |b|) in the maximum
    norm, from exact values.
    """

    x: Any
    iterations: int
    backward_error: float
    converged: bool


def _triangles(f: Array, order: Array, b: Array) -> Array:
    """Solve with packed factors: one rounding for each sum, one more for each division."""
    x = b[order].copy()
    n = len(f)
    for i in range(n):
        x[i : i + 1] = residual(x[i : i + 1], f[i : i + 1, :i], x[:i])
    for i in reversed(range(n)):
        x[i : i + 1] = residual(x[i : i + 1], f[i : i + 1, i + 1 :], x[i + 1 :]) / f[i, i]
    return x


def _factors(a: Array) -> tuple[Array, Array]:
    f, order = packed_lu(a)
    for j in range(len(f)):
        if not np.isfinite(f[j, j]) or f[j, j] == 0:
            what = "no pivot" if f[j, j] == 0 else f"the pivot {f[j, j]}"
            msg = f"the matrix is singular in this format: column {j} has {what}"
            raise np.linalg.LinAlgError(msg)
    return f, order


def _norm(m: list[list[Fraction]]) -> Fraction:
    """Maximum norm of a matrix."""
    return max((sum(map(abs, row), Fraction(0)) for row in m), default=Fraction(0))


def _backward_error(a: Array, x: Array, b: Array) -> float:
    """Normwise, from exact values; the largest of the columns."""
    if not np.isfinite(x).all():
        return float("inf")
    m, columns, rights = exact_values(a), exact_values(x.T), exact_values(b.T)
    size, worst = _norm(m), Fraction(0)
    for u, v in zip(columns, rights, strict=True):
        rest = [
            abs(w - sum(p * q for p, q in zip(row, u, strict=True)))
            for row, w in zip(m, v, strict=True)
        ]
        scale = size * max(map(abs, u), default=Fraction(0)) + max(map(abs, v), default=Fraction(0))
        if scale:
            worst = max(worst, max(rest) / scale)
    return float(worst)


def _refine(a: Array, b: Array) -> tuple[Array, int, bool]:
    """Correct x by a solution for its exact residual until nothing changes, or nothing improves."""
    f, order = _factors(a)
    x = _triangles(f, order, b)
    size: Fraction | None = None
    for step in range(MOST_STEPS):
        d = _triangles(f, order, residual(b, a, x))
        y = x + d
        if not np.isfinite(y).all():
            return x, step, False
        if (y == x).all():
            return x, step, True
        now = max((abs(Fraction(*v.as_integer_ratio())) for v in d.ravel()), default=Fraction(0))
        if size is not None and now >= size:  # they only wander about
            return x, step, True
        x, size = y, now
    return x, MOST_STEPS, False


def _right_side(a: Array, b: Any) -> tuple[Array, bool]:
    y = as_formats("b", b)
    vector = y.ndim == 1
    y = y[:, np.newaxis] if vector else y
    if y.ndim < 2 or y.shape[-2] != a.shape[-1]:
        msg = f"b has shape {np.shape(b)}; a has {a.shape[-1]} rows"
        raise np.linalg.LinAlgError(msg) if y.ndim < 2 else ValueError(msg)
    if y.dtype != a.dtype:
        msg = f"a has dtype {a.dtype} and b {y.dtype}: use astype on one of them"
        raise TypeError(msg)
    finite("b", y)
    return y, vector


@overload
def solve(a: Any, b: Any, *, refine: Literal[False] = False) -> Any: ...
@overload
def solve(a: Any, b: Any, *, refine: Literal[True]) -> Refined: ...
@overridable
def solve(a: Any, b: Any, *, refine: bool = False) -> Any:
    """Solve a @ x = b.

    Parameters
    ----------
    a : array_like (..., n, n) of a number format, float16, float32 or float64
    b : array_like (n,) or (..., n, k) of the same dtype
    refine : bool
        Correct the solution until it stands still, with residuals b - a @ x that are exact and
        rounded once; returns a `Refined`.

    Raises
    ------
    numpy.linalg.LinAlgError
        Not square, not finite, or singular (the column without a pivot is named).
    ValueError, TypeError
        Shapes, or dtypes, that do not match; a format that cannot serve.

    >>> import numpy as np, numformats as nf
    >>> a = np.array([[4, 1], [2, 3]], nf.posit16)
    >>> nf.linalg.solve(a, np.array([6, 8], nf.posit16)).tolist()
    [posit16(1.0), posit16(2.0)]
    >>> r = nf.linalg.solve(a, np.array([0.3, 0.7], nf.posit16), refine=True)
    >>> r.converged, r.backward_error < 2**-12
    (True, True)

    Source: Higham, "Accuracy and Stability of Numerical Algorithms", 9 and 12.
    """
    m = square("a", a)
    finite("a", m)
    y, vector = _right_side(m, b)
    results: list[tuple[Array, int, bool]] = []
    errors: list[float] = []

    def one(p: Array, q: Array) -> tuple[Array, ...]:
        if not refine:
            return (_triangles(*_factors(p), q),)
        results.append(_refine(p, q))
        errors.append(_backward_error(p, results[-1][0], q))
        return (results[-1][0],)

    x = stacked(one, m, y)[0].view(native(np.asarray(a).dtype))
    x = x[..., 0] if vector else x
    if not refine:
        return x
    return Refined(
        x,
        max((r[1] for r in results), default=0),
        max(errors, default=0.0),
        all(r[2] for r in results),
    )


@overridable
def inv(a: Any) -> Any:
    """Return the inverse of a (..., n, n); errors as for `solve`.

    >>> import numpy as np, numformats as nf
    >>> nf.linalg.inv(np.array([[2, 0], [0, 4]], nf.posit8)).astype(float)
    array([[0.5 , 0.  ],
           [0.  , 0.25]])
    """
    m = square("a", a)
    return solve(a, np.eye(m.shape[-1]).astype(native(np.asarray(a).dtype)))


@overridable
def det(a: Any) -> Any:
    """Return the determinant of a (..., n, n): the exact product of the pivots, rounded once.

    Errors as for `solve`, but that a singular matrix has determinant 0.

    >>> import numpy as np, numformats as nf
    >>> nf.linalg.det(np.array([[1, 2], [4, 4]], nf.posit16))
    posit16(-4.0)
    """
    m = square("a", a)
    finite("a", m)

    def one(p: Array) -> tuple[Array, ...]:
        f, order = packed_lu(p)
        pivots = np.diagonal(f)
        if not np.isfinite(pivots).all():
            msg = "the matrix overflows in this format"
            raise np.linalg.LinAlgError(msg)
        swaps = len(order) - len(_cycles(order))
        product = Fraction(-1 if swaps % 2 else 1)
        for v in pivots:
            product *= Fraction(*v.as_integer_ratio())
        exponent = 1 - product.denominator.bit_length()  # pivots are integers times powers of two
        number = (product.numerator, exponent)
        return (round_exact(format_of(p.dtype, "a"), [number]).reshape(1, 1),)

    return stacked(one, m)[0][..., 0, 0].view(native(np.asarray(a).dtype))[()]


def _cycles(order: Array) -> list[int]:
    """One element of each cycle of a permutation."""
    left, heads = set(range(len(order))), []
    while left:
        heads.append(i := min(left))
        while i in left:
            left.remove(i)
            i = int(order[i])
    return heads


@overridable
def lstsq(a: Any, b: Any) -> tuple[Any, Any]:
    """Least squares by QR: the x (n,) or (n, k) that makes |b - a @ x| least, and that length.

    a (m, n) with m >= n, b (m,) or (m, k) of the same dtype.  LinAlgError: fewer rows than columns,
    something not finite, or columns that depend on one another (a zero on r's diagonal).

    >>> import numpy as np, numformats as nf
    >>> a = np.array([[1, 0], [1, 1], [1, 2]], nf.posit32)
    >>> x, rest = nf.linalg.lstsq(a, np.array([1, 3, 5], nf.posit32))
    >>> np.round(x.astype(float), 6).tolist(), float(rest) < 1e-6
    ([1.0, 2.0], True)

    Source: Higham, "Accuracy and Stability of Numerical Algorithms", 20.
    """
    m = _matrices("a", a)
    if m.ndim != 2 or m.shape[0] < m.shape[1]:
        msg = f"a has shape {m.shape}; allowed: two dimensions, no fewer rows than columns"
        raise np.linalg.LinAlgError(msg)
    y = as_formats("b", b)
    y = y[:, np.newaxis] if np.ndim(b) == 1 else y
    if y.shape[:-1] != m.shape[:1]:
        msg = f"b has shape {np.shape(b)}; a has {m.shape[0]} rows"
        raise ValueError(msg)
    if y.dtype != m.dtype:
        msg = f"a has dtype {m.dtype} and b {y.dtype}: use astype on one of them"
        raise TypeError(msg)
    finite("b", y)
    n = m.shape[1]
    q, r = qr(m)
    if n and not (np.diagonal(r) != 0).all():
        msg = f"column {int(np.argmin(np.abs(np.diagonal(r))))} depends on those before it"
        raise np.linalg.LinAlgError(msg)
    x = (q.T @ y)[:n]
    for i in reversed(range(n)):
        x[i : i + 1] = residual(x[i : i + 1], r[i : i + 1, i + 1 : n], x[i + 1 :]) / r[i, i]
    rest = np.asarray(norm2(residual(y, m, x), axis=0))
    dtype = native(np.asarray(a).dtype)
    if np.ndim(b) == 1:
        return x[:, 0].view(dtype), rest.view(dtype)[0]
    return x.view(dtype), rest.view(dtype)
