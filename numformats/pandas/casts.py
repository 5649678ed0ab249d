# SPDX-License-Identifier: BSD-3-Clause
"""How does a column become NumPy's numbers, pandas' nullable ones, texts and objects?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from numformats import _convert
from numformats.exact import means
from numformats.pandas.convert import is_format, to_format
from numformats.pandas.dtype import FormatDtype

if TYPE_CHECKING:
    from numformats.pandas.array import FormatArray

Array = np.ndarray[Any, Any]

__all__ = ["cast", "rounded", "scalars", "to_ndarray"]

_NULLABLE = {"b": pd.arrays.BooleanArray, "i": pd.arrays.IntegerArray, "f": pd.arrays.FloatingArray}
_NULLABLE["u"] = _NULLABLE["i"]


def cast(column: FormatArray, dtype: Any) -> Any:
    """The column in another dtype of ours, of NumPy or of pandas; None: pandas' own way will do.

    Integers are cut toward zero as NumPy does; pandas' nullable ones only take whole numbers, and
    NumPy's no missing values.
    """
    if is_format(dtype):
        dtype = FormatDtype.of(dtype)
    if isinstance(dtype, FormatDtype):
        return type(column)(*to_format(column, dtype, copy=True))
    if isinstance(dtype, np.dtype):
        if dtype.kind in "iub" and column.isna().any():
            msg = f"cannot convert missing values (NaN, NaR) of {column.dtype.name} to {dtype}"
            raise ValueError(msg)
        if dtype.kind == "U":
            return np.array([str(x) for x in scalars(column)], dtype)
        return to_ndarray(column, dtype) if dtype.kind in "biufcO" else None
    numpy_dtype = getattr(dtype, "numpy_dtype", None)
    kind = getattr(numpy_dtype, "kind", "")
    if kind in _NULLABLE and dtype.construct_array_type() is _NULLABLE[kind]:
        return _NULLABLE[kind](*_nullable(column, numpy_dtype))
    return None


def _nullable(column: FormatArray, dtype: Any) -> tuple[Array, Array]:
    missing = column.isna()
    data = column.numbers.copy()
    data[missing] = np.zeros(1, column.dtype.code_dtype).view(data.dtype)
    if dtype.kind in "iu" and (np.trunc(data) != data).any():
        msg = f"cannot safely cast non-equivalent {column.dtype.name} to {dtype}"
        raise TypeError(msg)
    return data.astype(dtype), missing


def to_ndarray(column: FormatArray, dtype: np.dtype[Any]) -> Array:
    """Values as an ndarray; missing ones are np.nan in objects and floats."""
    if dtype.kind == "O":
        out = np.empty(len(column), object)
        out[:] = scalars(column)
        return out
    data = column.numbers.astype(dtype)
    if column.mask is not None and dtype.kind in "fc":
        data[column.mask] = np.nan
    return data


def scalars(column: FormatArray) -> list[Any]:
    """Scalars of the format; np.nan where missing."""
    listed: list[Any] = column.numbers.tolist()
    for i in np.flatnonzero(column.isna()):
        listed[i] = np.nan
    return listed


def rounded(numbers: Array, decimals: int) -> Array:
    """Exact decimals, ties to even, rounded into the format (np.round scales within the format)."""
    if decimals == 0:
        return np.rint(numbers)
    different, places = np.unique(numbers, return_inverse=True)
    finite = np.isfinite(different)
    pairs: list[tuple[int, int] | float] = [
        _decimal(x.as_integer_ratio(), decimals) for x in different[finite].tolist()
    ]
    different[finite] = means.round_exact(numbers.dtype.type.format, pairs)
    return different[places]


def _decimal(ratio: tuple[int, int], decimals: int) -> tuple[int, int]:
    """The nearest decimal, as `means.round_exact` takes it."""
    up, down = 10 ** max(decimals, 0), 10 ** max(-decimals, 0)
    numerator, denominator = ratio[0] * up, ratio[1] * down
    whole, rest = divmod(numerator, denominator)
    twice = 2 * rest - denominator
    whole += twice > 0 or (twice == 0 and whole & 1)
    return _convert.quotient(whole * down, up)
