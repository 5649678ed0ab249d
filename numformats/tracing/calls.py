# SPDX-License-Identifier: BSD-3-Clause
"""Which calls of NumPy are more than a function and its operands?  Each is a function of ours here.

An interpreter sees functions with few arguments.  A call with more of them, or by way of a ufunc's
method, is one of these functions on the same operands: on plain arrays it is the very call that
the user made, and lowering.py says what it is made of.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import numformats as nf
from numformats._overridable import overridable


def unboxed(x: Any) -> Any:
    """A scalar for a 0-d array: NumPy and our formats have code of their own for scalars."""
    return x[()] if isinstance(x, np.ndarray) and x.ndim == 0 else x


@overridable
def power(x: Any, y: Any) -> Any:
    """The operator x ** y: NumPy squares where np.power does not, and has another for scalars.

    >>> float(power(np.array([3.0]), 2)[0])
    9.0
    """
    return unboxed(x) ** unboxed(y)


@overridable
def in_dtype(f: np.ufunc, dtype: Any, *operands: Any) -> Any:
    """A ufunc that computes in a dtype: f(*operands, dtype=dtype).

    >>> in_dtype(np.add, np.float32, 1, 2)
    np.float32(3.0)
    """
    return f(*operands, dtype=dtype)


@overridable
def sum_of(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    keepdims: bool = False,
    initial: Any = 0,
    where: Any = True,
) -> Any:
    """np.sum with dtype=, initial= or where=.

    >>> float(sum_of(np.array([1.0, 2.0]), initial=3))
    6.0
    """
    return np.sum(a, axis, dtype, keepdims=keepdims, initial=initial, where=where)


@overridable
def cumsum_of(a: Any, axis: int | None, dtype: Any) -> Any:
    """np.cumsum with dtype=.

    >>> cumsum_of(np.array([1.0, 2.0]), None, np.float32)
    array([1., 3.], dtype=float32)
    """
    return np.cumsum(a, axis, dtype)


@overridable
def fold(f: np.ufunc, a: Any, kwargs: dict[str, Any]) -> Any:
    """f.reduce(a, **kwargs).

    >>> float(fold(np.subtract, np.array([5.0, 2.0]), {}))
    3.0
    """
    return f.reduce(a, **kwargs)


@overridable
def running(f: np.ufunc, a: Any, kwargs: dict[str, Any]) -> Any:
    """f.accumulate(a, **kwargs).

    >>> running(np.subtract, np.array([5.0, 2.0]), {})
    array([5., 3.])
    """
    return f.accumulate(a, **kwargs)


@overridable
def sections(f: np.ufunc, a: Any, indices: Any, kwargs: dict[str, Any]) -> Any:
    """f.reduceat(a, indices, **kwargs).

    >>> sections(np.add, np.array([5.0, 2.0, 1.0]), [0, 1], {})
    array([5., 3.])
    """
    return f.reduceat(a, indices, **kwargs)


@overridable
def exact_arange(start: Any, stop: Any = None, step: Any = 1, dtype: Any = None) -> Any:
    """nf.arange of scalars.

    >>> exact_arange(np.array(0.5), 2)
    array([0.5, 1.5])
    """
    return nf.arange(unboxed(start), unboxed(stop), unboxed(step), dtype)


@overridable
def linspace(start: Any, stop: Any, kwargs: dict[str, Any]) -> Any:
    """np.linspace(start, stop, **kwargs) without its step, of scalars where the user has scalars.

    >>> linspace(np.array(0.0), np.array(1.0), {"num": 3})
    array([0. , 0.5, 1. ])
    """
    return np.linspace(unboxed(start), unboxed(stop), **kwargs)
