# SPDX-License-Identifier: BSD-3-Clause
"""Which numbers does an object of NumPy, pandas or Python hold, and which of them are missing?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray
from pandas.api.types import is_scalar

from numformats._dtypes import FormatClass

if TYPE_CHECKING:
    from numformats.pandas.dtype import FormatDtype

Array = np.ndarray[Any, Any]

__all__ = ["fill", "from_results", "is_format", "is_missing", "plain", "to_format"]


def is_format(dtype: Any) -> bool:
    """Is it a NumPy dtype of this package?"""
    return isinstance(dtype, np.dtype) and isinstance(dtype.type, FormatClass)


def is_missing(x: Any) -> bool:
    """Is this scalar one of pandas' missing values, a NaN or a NaR?  (pd.isna(NaR) is False.)"""
    if not is_scalar(x):
        return False
    return bool(pd.isna(x)) or (isinstance(x, np.number) and bool(np.isnan(x)))


def plain(x: Any) -> tuple[Array, Array | None]:
    """The values of a list-like as an ndarray, and which are missing (None: only NaNs are)."""
    if isinstance(x, pd.Series | pd.Index):
        x = x.array
    if isinstance(x, ExtensionArray):
        return _of_extension(x)
    if isinstance(x, np.ndarray):
        return x, None
    listed = list(x)
    objects = np.empty(len(listed), object)
    objects[:] = listed
    return objects, None


def from_results(results: list[Any], dtype: FormatDtype) -> Any:
    """The array that the results of a function make up: a column if they are of one format.

    Numbers of Python among them are rounded into it, and where all are missing the format is that
    of `dtype`.  pandas alone would take scalars of formats for float16, float32 or float64.
    """
    kinds = {type(v) for v in results if not is_missing(v)}
    formats = {k for k in kinds if isinstance(k, FormatClass)}
    if len(formats) == 1 and all(issubclass(k, np.number | int | float) for k in kinds):
        dtype = type(dtype)(formats.pop())
    elif kinds or not results:
        objects = np.empty(len(results), object)
        objects[:] = results
        return objects if formats else pd.Series(objects).infer_objects().array
    return dtype.construct_array_type()(*to_format(results, dtype))


def _of_extension(x: Any) -> tuple[Array, Array | None]:
    """Values and mask of our arrays, and of pandas' Int64, Float64, boolean, Arrow's and others."""
    numpy_dtype = getattr(x.dtype, "numpy_dtype", None)
    if is_format(numpy_dtype):
        return x.numbers, x.mask
    if isinstance(numpy_dtype, np.dtype) and numpy_dtype.kind in "biuf":
        missing = np.asarray(x.isna(), dtype=bool)
        return x.to_numpy(dtype=numpy_dtype, na_value=0), missing
    return np.asarray(x), None


def fill(data: Array, missing: Array | None, dtype: FormatDtype) -> tuple[Array, Array | None]:
    """The data and mask of a column with these missing values; writes into data."""
    if missing is not None and missing.any():  # else data may be read-only
        data[missing] = dtype.missing
    if dtype.has_nan:
        return data, None
    return data, np.zeros(len(data), bool) if missing is None else missing


def to_format(x: Any, dtype: FormatDtype, *, copy: bool = False) -> tuple[Array, Array | None]:
    """Data and mask of a column of the format, each number rounded once into it.

    Takes lists, ndarrays and pandas' arrays of numbers, of texts of numbers, and of objects.
    Raises TypeError for dates, complex numbers and other objects, ValueError for texts of no number
    and for what is not one-dimensional.
    """
    values, missing = plain(x)
    if values.ndim != 1:
        msg = f"a column is one-dimensional; this array has shape {values.shape}"
        raise ValueError(msg)
    kind = values.dtype.kind
    if kind in "cmM":
        msg = f"cannot convert {values.dtype} to {dtype.name}"
        raise TypeError(msg)
    if values.dtype == dtype.numpy_dtype:
        if missing is not None or copy:
            values = values.copy()
        return fill(values, missing, dtype)
    missing = _merge(missing, _nans(values, dtype))
    if missing is None:
        return fill(values.astype(dtype.numpy_dtype), None, dtype)
    numbers = np.zeros(len(values), dtype.code_dtype).view(dtype.numpy_dtype)
    numbers[~missing] = values[~missing].astype(dtype.numpy_dtype)  # casts of NaN may raise flags
    return fill(numbers, missing, dtype)


def _nans(values: Array, dtype: FormatDtype) -> Array | None:
    """Which values are missing in this array itself; None: none, or the cast shows it."""
    kind = values.dtype.kind
    if kind == "O":
        missing = np.asarray(pd.isna(values))
        if not dtype.has_nan and not set(map(type, values)) <= _PYTHONS_NUMBERS:
            missing |= np.fromiter(map(_reads_as_nan, values), bool, len(values))
        return missing if missing.any() else None
    if dtype.has_nan or kind in "biu":
        return None
    if kind in "fV":
        return np.isnan(values)
    return np.fromiter(map(_reads_as_nan, values), bool, len(values))


_PYTHONS_NUMBERS = {float, int, bool, type(None)}


def _reads_as_nan(x: Any) -> bool:
    if isinstance(x, str | bytes):
        return x.strip().lower() in {"nan", b"nan"}
    return is_missing(x)


def _merge(a: Array | None, b: Array | None) -> Array | None:
    return b if a is None else a if b is None else a | b
