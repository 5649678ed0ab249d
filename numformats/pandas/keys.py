# SPDX-License-Identifier: BSD-3-Clause
"""Which integers stand for the numbers of a column in pandas' hash tables and sorts?

pandas knows no order and no hash of ours: for hashing it gets codes, of which equal numbers share
one (zeros of both signs, NaNs of all payloads), and for sorting integers in the same order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

import numformats as nf
from numformats.pandas.convert import is_missing, plain

if TYPE_CHECKING:
    from numformats.pandas.array import FormatArray
    from numformats.pandas.dtype import FormatDtype

Array = np.ndarray[Any, Any]

__all__ = ["codes", "factorize", "hashable", "isin", "numbers_of", "order", "with_missing"]


def codes(column: FormatArray) -> Array:
    """A code for each number, equal exactly where numbers are equal or missing."""
    data = column.numbers
    canonical: Array = nf.to_bits(data).copy()
    canonical[~data.astype(bool)] = 0  # of both zeros; where a format has none, there is nothing
    missing = column.isna()
    canonical[missing] = nf.to_bits(np.array([column.dtype.missing]))[0]
    return canonical


def hashable(column: FormatArray) -> tuple[Array, Any]:
    """Keys, and the one for missing values, that two columns of a format share."""
    keys = codes(column)
    if column.dtype.has_nan:
        return keys, nf.to_bits(np.array([column.dtype.missing]))[0]
    if keys.itemsize < np.dtype(np.int64).itemsize:  # every code may be a number: -1 is free
        return with_missing(keys.astype(np.int64), column.isna(), -1), -1
    return with_missing(keys.astype(object), column.isna(), np.nan), np.nan


def with_missing(keys: Array, missing: Array, what: Any) -> Array:
    """Write `what` where values are missing."""
    keys[missing] = what
    return keys


def order(column: FormatArray) -> Array:
    """An int64 for each number, in the order of the numbers; anything where one is missing.

    Codes of posits, takums and signed fixed point are such integers once their sign is extended;
    in negative floats the bits below the sign count down.
    """
    f = column.dtype.format
    above = 64 - f.bits
    words = codes(column).astype(np.uint64)
    if not f.is_signed:
        return (words ^ np.uint64(1 << 63)).view(np.int64)
    signed = (words << np.uint64(above)).view(np.int64) >> above
    if f.family in {"float", "truncated"}:
        signed[signed < 0] ^= (1 << (f.bits - 1)) - 1
    return signed


def numbers_of(keys: Array, dtype: FormatDtype) -> tuple[Array, Array | None]:
    """The numbers and the mask of a column that these keys of `hashable` stand for."""
    if dtype.has_nan:
        return nf.from_bits(keys, dtype.type), None
    missing = np.array([isinstance(k, float) or k == -1 for k in keys], bool)
    codes = with_missing(keys.copy(), missing, 0).astype(dtype.code_dtype)
    return nf.from_bits(codes, dtype.type), missing


def factorize(column: FormatArray, *, use_na_sentinel: bool) -> tuple[Array, FormatArray]:
    """Place each value among the unique ones, in order of appearance, as pandas.factorize does."""
    present = ~column.isna()
    places = np.full(len(column), -1, np.intp)
    places[present], unique = pd.factorize(codes(column)[present])
    uniques = nf.from_bits(unique, column.dtype.type)
    if use_na_sentinel or present.all():
        return places, type(column)(uniques)
    first = int(np.argmin(present))
    place = int(places[:first].max(initial=-1)) + 1
    places[places >= place] += 1
    places[~present] = place
    indices = np.insert(np.arange(len(uniques)), place, -1)
    return places, type(column)(uniques).take(indices, allow_fill=True)


def isin(column: FormatArray, values: Any) -> Array:
    """Which elements equal one of the values exactly; a missing value finds the missing ones."""
    given, missing = plain(values)
    numbers, absent = _in_format(column, given, missing)
    found = np.isin(codes(column), codes(type(column)(numbers)))
    where = column.isna()
    found[where] = absent
    return found


def _in_format(column: FormatArray, given: Array, missing: Array | None) -> tuple[Array, bool]:
    """Those of the given values that are numbers of the column's format; is one missing?"""
    dtype = column.dtype.numpy_dtype
    if given.dtype.kind in "biufV" and given.dtype.names is None:
        lost = np.isnan(given) if given.dtype.kind in "fV" else np.zeros(len(given), bool)
        lost = lost if missing is None else lost | missing
        given = given[~lost]
        with np.errstate(all="ignore"):
            numbers = given.astype(dtype)
            same = numbers.astype(given.dtype) == given
        return numbers[same], bool(lost.any())
    exact = [dtype.type(v) for v in given if not is_missing(v) and _is_value(v, dtype.type)]
    return np.array(exact, dtype), any(map(is_missing, given))


def _is_value(x: Any, scalar: Any) -> bool:
    """Is this object exactly a number of the format?"""
    if not hasattr(x, "as_integer_ratio"):
        return False
    with np.errstate(all="ignore"):
        rounded = scalar(x)
    try:
        ratio = x.as_integer_ratio()
    except OverflowError:  # an infinity
        return bool(float(rounded) == float(x))
    return bool(np.isfinite(rounded)) and bool(rounded.as_integer_ratio() == ratio)
