# SPDX-License-Identifier: BSD-3-Clause
"""What do the texts of lowered functions share?  Operands of any kind, axes, exact constants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from numformats.tracing.messages import fail
from numformats.tracing.value import Traced, as_traced, find_run

# Ufuncs that NumPy's public modules reach under other names, or not at all.
UMATH: Any = vars(np)["_core"].umath
# A table of lowered functions: the text takes NumPy's arguments by NumPy's names.
Texts = dict[Any, Callable[..., Any]]


def array(x: Any) -> Any:
    """X as an array: lists are gathered, traced values and arrays are left as they are."""
    if isinstance(x, Traced | np.ndarray):
        return x
    if isinstance(x, list | tuple) and (run := find_run(x)) is not None:
        from numformats.tracing.constructing import gathered  # noqa: PLC0415 - it stands above

        return gathered(run, x)
    return np.asarray(x)


def constant(x: Any, value: float) -> Any:
    """A number that is exact in the arithmetic of x, as a 0-d value beside it."""
    return np.full_like(array(x), value, shape=())


def pi(x: Any) -> Any:
    """The number pi in the arithmetic of x."""
    return np.arctan(constant(x, 1)) * 4


def ln2(x: Any) -> Any:
    """The logarithm of 2 in the arithmetic of x."""
    return np.log(constant(x, 2))


def ln10(x: Any) -> Any:
    """The logarithm of 10 in the arithmetic of x."""
    return np.log(constant(x, 10))


def weak(x: Any, plain: Any) -> Any:
    """Plain numbers beside a traced x: they take on its dtype as Python's numbers do."""
    if not isinstance(x, Traced):
        return plain
    return as_traced(x.run, np.asarray(plain)).astype(x.dtype)


def count(a: Any, axis: Any) -> int:
    """How many elements go into one result."""
    if axis is None:
        return int(a.size)
    return int(np.prod([a.shape[i] for i in np.atleast_1d(np.asarray(axis, int))], dtype=int))


def rows_over(a: Any, axis: Any) -> tuple[Any, tuple[int, ...]]:
    """The axes that are reduced as one last axis, and the shape of a result that keeps them."""
    axes = list(range(a.ndim)) if axis is None else [n % a.ndim for n in np.atleast_1d(axis)]
    kept = [n for n in range(a.ndim) if n not in axes]
    shape = (*(a.shape[n] for n in kept), count(a, axes))
    rows = np.reshape(np.transpose(a, kept + axes), shape)
    return rows, tuple(1 if n in axes else a.shape[n] for n in range(a.ndim))


def cast(a: Any, dtype: Any) -> Any:
    """`a` in the dtype that was asked for."""
    return a if dtype is None else a.astype(dtype)


def masked(a: Any, where: Any, filler: float = 0) -> Any:
    """`a` with `filler` where it is not chosen."""
    return a if where is True else np.where(where, a, filler)


def refuse(name: str, *unsupported: Any) -> None:
    """An error where an argument that the texts do not know is given."""
    if any(value is not None and value is not False for value in unsupported):
        fail(f"{name} is not traced with these arguments")
