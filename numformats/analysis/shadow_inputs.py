# SPDX-License-Identifier: BSD-3-Clause
"""How do a user's arguments come into a shadow run, and its results out of it?"""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.analysis.algebra import Float64, truth
from numformats.analysis.ruler import ruler_of
from numformats.parse import as_dtype
from numformats.tracing import Traced, make, through

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.analysis.shadow_values import Shadow

__all__ = ["algebra_of", "convert", "format_of_run", "seen_through", "unwrapped"]

_FEWEST_GUARD_BITS = 8


def algebra_of(reference: str | int, dtype: np.dtype[Any] | None) -> Any:
    """The arithmetic of truth.

    Raises ValueError for what is none, and where it has too few digits to judge the format.
    """
    made = truth(reference, dtype)
    few = isinstance(made, Float64) and dtype is not None
    if few and ruler_of(dtype).precision + _FEWEST_GUARD_BITS > 53:
        raise ValueError(
            f"reference 'float64' has 53 bits, too few to judge {dtype}: "
            "take 'double' or a number of digits"
        )
    return made


def format_of_run(asked: Any, items: Any) -> np.dtype[Any]:
    """The dtype that was asked for, or of the first array that has one.

    Raises TypeError when there is none, or one that is no number format.
    """
    if asked is None:
        found = [
            d for d in map(_dtype, _leaves(items)) if d is not None and d.kind not in "biuOSUMm"
        ]
        if not found:
            raise TypeError("which format? give dtype=, or an array that has one")
        asked = found[0]
    try:
        dtype = np.dtype(asked) if _is_numpy_float(asked) else as_dtype(asked)
    except ValueError as error:
        raise ValueError(f"dtype={asked!r} is no number format: {error}") from None
    ruler_of(dtype)
    return dtype


def _dtype(leaf: Any) -> np.dtype[Any] | None:
    return getattr(leaf, "dtype", None) if isinstance(leaf, np.ndarray | np.generic) else None


def _is_numpy_float(asked: Any) -> bool:
    try:
        return np.dtype(asked).type in {np.float16, np.float32, np.float64}
    except TypeError:
        return False


def _leaves(item: Any) -> list[Any]:
    if isinstance(item, dict):
        return [leaf for i in item.values() for leaf in _leaves(i)]
    if isinstance(item, list | tuple):
        return [leaf for i in item for leaf in _leaves(i)]
    return [item]


def _is_numbers(item: Any) -> bool:
    """Is it a list of numbers, nested as an array is?  (A list of truth values is a mask.)"""
    return isinstance(item, list) and all(
        _is_numbers(i)
        or (isinstance(i, int | float | np.generic) and not isinstance(i, bool | np.bool_))
        for i in item
    )


def convert(items: Any, run: Shadow, dtype: np.dtype[Any]) -> Any:
    """Arguments with floats and lists in the format and in the shadow, the rest as it is.

    Where that would convert nothing, integers are numbers too.  Raises TypeError for arrays of
    objects, texts or complex numbers among what is to be converted.
    """
    whole = not any(_is_float(leaf) for leaf in _data(items))
    return _convert(items, run, dtype, whole=whole)


def _data(item: Any) -> list[Any]:
    if _is_numbers(item):
        return [np.empty(0)]
    if isinstance(item, dict):
        return _data(tuple(item.values()))
    if isinstance(item, list | tuple):
        return [leaf for i in item for leaf in _data(i)]
    return [item]


def _is_float(leaf: Any) -> bool:
    kind = getattr(getattr(leaf, "dtype", None), "kind", "")
    return isinstance(leaf, float) or (
        isinstance(leaf, np.ndarray | np.generic) and kind not in "biu"
    )


def _convert(item: Any, run: Shadow, dtype: np.dtype[Any], *, whole: bool) -> Any:
    if _is_numbers(item):
        return run.lift(_rounded(np.array(item), dtype))
    if isinstance(item, dict):
        return {key: _convert(i, run, dtype, whole=whole) for key, i in item.items()}
    if isinstance(item, list | tuple):
        parts = [_convert(i, run, dtype, whole=whole) for i in item]
        return type(item)(*parts) if hasattr(item, "_fields") else type(item)(parts)
    if isinstance(item, bool) or not isinstance(item, int | float | np.ndarray | np.generic):
        return item
    is_int = isinstance(item, int) or getattr(getattr(item, "dtype", None), "kind", "") in "iu"
    if _is_float(item) or (whole and is_int):
        return run.lift(_rounded(np.asarray(item), dtype))
    return item.copy() if isinstance(item, np.ndarray) else item


def _rounded(array: np.ndarray[Any, Any], dtype: np.dtype[Any]) -> np.ndarray[Any, Any]:
    if array.dtype == dtype:
        return array
    if array.dtype.kind in "cOSUMm":
        raise TypeError(f"an argument has dtype {array.dtype}: it must hold real numbers")
    with np.errstate(all="ignore"):
        return array.astype(dtype)


def seen_through(fn: Callable[..., Any], run: Shadow, dtype: np.dtype[Any]) -> Callable[..., Any]:
    """The function with constructors that stay in the trace, where it is one of Python text."""
    if isinstance(fn, types.MethodType) and isinstance(fn.__func__, types.FunctionType):
        return types.MethodType(through(fn.__func__, make(run, [dtype])), fn.__self__)
    if isinstance(fn, types.FunctionType):
        return through(fn, make(run, [dtype]))
    if not callable(fn):
        raise TypeError(f"a function is traced, not {fn!r}")
    return fn


def unwrapped(item: Any, run: Shadow) -> Any:
    """A result as the plain program gives it."""
    if isinstance(item, Traced):
        return item.parts[0][()] if item.run is run else item
    if isinstance(item, dict):
        return {key: unwrapped(i, run) for key, i in item.items()}
    if isinstance(item, list | tuple):
        parts = [unwrapped(i, run) for i in item]
        return type(item)(*parts) if hasattr(item, "_fields") else type(item)(parts)
    return item
