# SPDX-License-Identifier: BSD-3-Clause
"""Which arrays can be solved with, and what is the one kernel that all of it uses?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats._array_formats import as_formats, format_of
from numformats.exact import core_calls

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.number_format import Format

__all__ = ["Array", "exact_values", "finite", "matrices", "residual", "square", "stacked"]

Array = np.ndarray[Any, Any]


def residual(c: Array, a: Array, b: Array) -> Array:
    """Return c - a @ b: exact products, exact sum, one rounding into the format of c."""
    return core_calls.multiply(a, b, np.empty(c.shape, c.dtype), addend=c, subtract=True)


def _check_format(f: Format) -> None:
    one_fits = f.family != "fixed" or f.bits - f.is_signed > f.frac >= 0
    if f.is_signed and f.zero and one_fits and f.rounding != "stochastic" and f.overflow != "wrap":
        return
    msg = (
        f"linear algebra needs a format with 0, 1 and negative numbers, without wrapping and"
        f" stochastic rounding; not {f!r}"
    )
    raise TypeError(msg)


def matrices(name: str, obj: Any) -> Array:
    """Return an array of a usable format with two dimensions or more; LinAlgError for fewer."""
    a = as_formats(name, obj)
    _check_format(format_of(a.dtype, name))
    if a.ndim < 2:
        msg = f"{name} has shape {a.shape}; a matrix has two dimensions"
        raise np.linalg.LinAlgError(msg)
    return a


def square(name: str, obj: Any) -> Array:
    """Return matrices that are square; LinAlgError names the shape of others."""
    a = matrices(name, obj)
    if a.shape[-1] != a.shape[-2]:
        msg = f"{name} has shape {a.shape}; the last two dimensions must be equal"
        raise np.linalg.LinAlgError(msg)
    return a


def finite(name: str, a: Array) -> None:
    """LinAlgError where something is NaN, NaR or infinite."""
    bad = np.argwhere(~np.isfinite(a))
    if len(bad):
        at = tuple(int(i) for i in bad[0])
        msg = f"{name} has {a[at]} at {at}; all numbers must be finite"
        raise np.linalg.LinAlgError(msg)


def stacked(function: Callable[..., tuple[Array, ...]], *operands: Array) -> tuple[Array, ...]:
    """Apply a function of matrices to every matrix of a stack; leading dimensions broadcast."""
    outer = np.broadcast_shapes(*(x.shape[:-2] for x in operands))
    if not outer:
        return function(*operands)
    wide = [np.broadcast_to(x, outer + x.shape[-2:]) for x in operands]
    parts = [function(*(x[i] for x in wide)) for i in np.ndindex(outer)]
    if not parts:
        sample = (np.eye(*x.shape[-2:]).astype(x.dtype) for x in operands)
        shapes = [x.shape for x in function(*sample)]
        return tuple(np.empty(outer + s, operands[0].dtype) for s in shapes)
    return tuple(
        np.stack([p[k] for p in parts]).reshape(outer + parts[0][k].shape)
        for k in range(len(parts[0]))
    )


def exact_values(a: Array) -> list[list[Any]]:
    """Return the exact values of a matrix: rows of Fractions."""
    from fractions import Fraction  # noqa: PLC0415 - only the measures need it

    return [[Fraction(*x.as_integer_ratio()) for x in row] for row in a]
