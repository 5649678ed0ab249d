# SPDX-License-Identifier: BSD-3-Clause
"""What can pandas do with a column of a format?  Each method asks the module that answers it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np
import pandas as pd
from pandas.api.types import is_list_like, pandas_dtype

from numformats.pandas import casts, groups, interpolation, keys, operations, reductions
from numformats.pandas.column import Column
from numformats.pandas.convert import is_missing, to_format

if TYPE_CHECKING:
    from collections.abc import Callable

Array = np.ndarray[Any, Any]

__all__ = ["FormatArray"]


class FormatArray(Column):
    """A pandas array of numbers of one format; `pd.array([1, 2.5], dtype="posit16")` makes one.

    Parameters
    ----------
    values : one-dimensional ndarray of a format
        Shared, not copied, unless the mask changes it.
    mask : ndarray of bool, optional
        Where values are missing.  A format with NaN (NaR) then gets a NaN there.
    copy : bool

    Attributes
    ----------
    numbers : ndarray of the format
    mask : ndarray of bool, or None in a format with NaN

    Raises
    ------
    TypeError
        `values` is no one-dimensional ndarray of a format, or the mask no such ndarray of bool.

    >>> import numpy as np, numformats as nf
    >>> from numformats.pandas import FormatArray
    >>> FormatArray(np.array([0.5, 0.25], nf.q15), mask=np.array([False, True]))
    <FormatArray>
    [0.5, nan]
    Length: 2, dtype: q15

    Source: pandas, "Extending pandas: extension types".
    """

    # Conversions.

    def astype(self, dtype: Any, copy: bool = True) -> Any:
        """The column in another dtype: of a format, of NumPy's or of pandas'; rounded once."""
        dtype = pandas_dtype(dtype)
        if dtype == self.dtype:
            return self.copy() if copy else self
        made = casts.cast(self, dtype)
        return super().astype(dtype, copy=copy) if made is None else made

    def _values_for_json(self) -> Array:
        return casts.to_ndarray(self, np.dtype(np.float64))

    def _formatter(self, boxed: bool = False) -> Callable[[Any], str]:  # noqa: ARG002
        return str

    def __arrow_array__(self, type: Any = None) -> Any:  # noqa: A002 - Arrow's name
        """Return the column as an Arrow array."""
        from numformats.pandas import arrow  # noqa: PLC0415 - pyarrow is not required

        return arrow.to_arrow(self, type)

    def map(self, mapper: Any, na_action: str | None = None) -> Any:
        """What a function, dict or Series makes of each element; "ignore" leaves missing ones."""
        if isinstance(mapper, dict):
            table = mapper
            has_default = hasattr(table, "__missing__")
            mapper = table.__getitem__ if has_default else lambda x: table.get(x, np.nan)
        if not callable(mapper):
            return super().map(mapper, na_action=na_action)
        ignored = na_action == "ignore"
        results = [x if ignored and is_missing(x) else mapper(x) for x in casts.scalars(self)]
        return self._cast_pointwise_result(results)

    def round(self, decimals: int = 0) -> Self:
        """Round exactly to decimals, ties to even; the decimal is then rounded into the format."""
        return type(self)(casts.rounded(self.numbers, decimals), self.mask)

    def interpolate(self, *, method: str, index: Any, axis: int, copy: bool, **options: Any) -> Any:  # noqa: ARG002
        """Fill gaps; see Series.interpolate."""
        return interpolation.interpolate(self, method, index, options)

    # Hashing and order.

    def _values_for_factorize(self) -> tuple[Array, Any]:
        return keys.hashable(self)

    def _values_for_argsort(self) -> Array:
        return keys.order(self)

    def factorize(self, use_na_sentinel: bool = True) -> tuple[Array, Self]:
        """Places of the values among the unique ones, and those."""
        places, unique = keys.factorize(self, use_na_sentinel=use_na_sentinel)
        return places, cast("Self", unique)

    def unique(self) -> Self:
        """The different values, in order of appearance."""
        return self.factorize(use_na_sentinel=False)[1]

    def duplicated(self, keep: Any = "first") -> Array:
        """Which values are among those before ("first"), behind ("last"), or on either side."""
        places = pd.Series(self.factorize(use_na_sentinel=False)[0])
        return np.asarray(places.duplicated(keep))

    def value_counts(self, dropna: bool = True) -> Any:
        """How often each value occurs: a Series over the values."""
        places, unique = self.factorize(use_na_sentinel=dropna)
        counts = np.bincount(places[places >= 0], minlength=len(unique))
        return pd.Series(counts, index=pd.Index(unique), name="count", dtype="int64")

    def isin(self, values: Any) -> Array:
        """Which elements equal one of the values exactly."""
        return keys.isin(self, values)

    def searchsorted(self, value: Any, side: Any = "left", sorter: Any = None) -> Any:
        """Where values, rounded into the format, go into the sorted column."""
        values = to_format(value if is_list_like(value) else [value], self.dtype)[0]
        found = np.searchsorted(self.numbers, values, side=side, sorter=sorter)
        return found if is_list_like(value) else found[0]

    # Operations.

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        """Return a column, or an ndarray where the result is none of a format."""
        if any(isinstance(x, pd.Series | pd.Index | pd.DataFrame) for x in inputs):
            return NotImplemented
        return operations.dispatch(self, ufunc, method, inputs, kwargs)

    def _reduce(
        self, name: str, *, skipna: bool = True, keepdims: bool = False, **options: Any
    ) -> Any:
        if name == "count":
            return len(self) - int(self.isna().sum())
        if name not in reductions.REDUCTIONS:
            kind = f"'{type(self).__name__}' with dtype {self.dtype}"
            msg = f"{kind} does not support operation '{name}': astype('float64') does"
            raise TypeError(msg)
        known = {k: options[k] for k in ("min_count", "ddof") if k in options}
        result = groups.reduce(self, name, *self._one_group(), skipna=skipna, **known)
        return result if keepdims else result[0]

    def _one_group(self) -> tuple[Array, int]:
        return np.zeros(len(self), np.intp), 1

    def _accumulate(self, name: str, *, skipna: bool = True, **_: Any) -> Any:
        return groups.accumulate(self, name, *self._one_group(), skipna=skipna)

    def _quantile(self, qs: Array, interpolation: str) -> Self:
        present = self.numbers[~self.isna()]
        if not len(present):
            return self._from_sequence([None] * len(qs), dtype=self.dtype)
        return type(self)(reductions.quantile_rows(present[None, :], qs, interpolation)[0])

    def _groupby_op(
        self, *, how: str, min_count: int, ngroups: int, ids: Array, **options: Any
    ) -> Any:
        skipna, ddof = options.get("skipna", True), options.get("ddof", 1)
        if how in reductions.REDUCTIONS:
            return groups.reduce(
                self, how, ids, ngroups, skipna=skipna, min_count=min_count, ddof=ddof
            )
        if how in reductions.ACCUMULATIONS:
            return groups.accumulate(self, how, ids, ngroups, skipna=skipna)
        options |= {"how": how, "min_count": min_count, "ngroups": ngroups, "ids": ids}
        if how in {"rank", "idxmin", "idxmax"}:  # these ask for the order alone
            order = pd.arrays.IntegerArray(keys.order(self), self.isna())
            result = order._groupby_op(**options)  # noqa: SLF001 - all of pandas' arrays have it
            return result.to_numpy(float, na_value=np.nan) if how == "rank" else result
        return super()._groupby_op(**options)


operations.add_operators(FormatArray)
