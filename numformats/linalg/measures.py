# SPDX-License-Identifier: BSD-3-Clause
"""How large is a matrix, and how far is it from a singular one?"""

from __future__ import annotations

from typing import Any, Literal

import mpmath
import numpy as np

from numformats._array_formats import as_formats, native
from numformats._overridable import overridable
from numformats.exact.axes import normal_axes
from numformats.exact.means import norm2
from numformats.exact.sums import fsum
from numformats.linalg.operands import Array, finite, square, stacked
from numformats.linalg.solving import inv

__all__ = ["cond", "norm"]

Order = Literal["fro", 1, 2] | float | None
# Singular values are found by mpmath with as many digits as this, then rounded once.
DIGITS = 60


def _singular(m: Array) -> Any:
    with mpmath.workdps(DIGITS):
        rows = [
            [mpmath.mpf(x.as_integer_ratio()[0]) / x.as_integer_ratio()[1] for x in r] for r in m
        ]
        return mpmath.svd_r(mpmath.matrix(rows), compute_uv=False)


def _rounded(x: Any, like: Array) -> tuple[Array, ...]:
    """Return an mpf, rounded once into the format of an array: a matrix of one element."""
    return (np.array([[x]], object).astype(like.dtype),)


@overridable
def norm(
    x: Any,
    ord: Order = None,  # noqa: A002 - NumPy's name
    axis: Any = None,
    *,
    keepdims: bool = False,
) -> Any:
    """Norm of vectors or matrices: exact before the one rounding.

    Parameters
    ----------
    x : array_like of a number format, float16, float32 or float64
    ord : None, "fro", 1, 2 or inf
        As in numpy.linalg.norm: None is the root of the sum of all squares; with a vector (one
        axis) 1, 2 and inf are its p-norms; with a matrix (two axes) "fro", the largest sum of a
        column (1) or row (inf), or the largest singular value (2; by mpmath, 60 digits).
    axis : None, int or pair of ints
    keepdims : bool

    ValueError for another ord.

    >>> import numpy as np, numformats as nf
    >>> a = np.array([[3, -4], [0, 5]], nf.posit16)
    >>> nf.linalg.norm(a[0]), nf.linalg.norm(a, 1), nf.linalg.norm(a, np.inf)
    (posit16(5.0), posit16(9.0), posit16(7.0))
    """
    a = as_formats("x", x)
    if ord is None:
        return norm2(x, axis, keepdims=keepdims)
    axes = normal_axes(axis, a.ndim)
    allowed = {1: (1, 2, np.inf), 2: (1, 2, np.inf, "fro")}.get(len(axes), ())
    if ord not in allowed:
        msg = f"ord is {ord!r}; allowed for {len(axes)} axes: None {' '.join(map(str, allowed))}"
        raise ValueError(msg)
    if ord == "fro" or (ord == 2 and len(axes) == 1):
        return norm2(x, axes, keepdims=keepdims)
    m = np.moveaxis(a, axes, range(-len(axes), 0))
    dtype = native(np.asarray(x).dtype)
    if ord == 2:
        finite("x", m)
        result = stacked(lambda p: _rounded(_singular(p)[0], p), m)[0][..., 0, 0]
    elif len(axes) == 1:
        result = fsum(np.abs(m), axis=-1) if ord == 1 else np.max(np.abs(m), axis=-1)
    else:
        result = np.max(fsum(np.abs(m), axis=-2 if ord == 1 else -1), axis=-1)
    result = np.asarray(result)
    if keepdims:
        result = np.expand_dims(result, axes)
    return result.view(dtype)[()]


@overridable
def cond(a: Any, p: Order = 2) -> Any:
    """Condition number of a (..., n, n): |a| |a^-1| in the norm p (2, 1, inf or "fro"), rounded.

    p = 2 is the quotient of the outer singular values (by mpmath, 60 digits, rounded once); the
    others use `inv` in the format.  Errors as for `solve`.

    >>> import numpy as np, numformats as nf
    >>> nf.linalg.cond(np.array([[1, 0], [0, 4]], nf.posit16))
    posit16(4.0)
    """
    m = square("a", a)
    finite("a", m)
    if p not in {2, None}:
        return norm(a, p, (-2, -1)) * norm(inv(a), p, (-2, -1))

    def one(q: Array) -> tuple[Array, ...]:
        s = _singular(q)
        if not s[len(s) - 1]:
            msg = "the matrix is singular: its least singular value is 0"
            raise np.linalg.LinAlgError(msg)
        with mpmath.workdps(DIGITS):
            return _rounded(s[0] / s[len(s) - 1], q)

    return stacked(one, m)[0][..., 0, 0].view(native(np.asarray(a).dtype))[()]
