# SPDX-License-Identifier: BSD-3-Clause
"""How are the numbers of a column stored, set and picked?

In an ndarray of the format, `numbers`.  Missing values are its NaNs (NaRs); a format without NaN
has a `mask` of those that are missing (for others it is None), and the code 0 stands under it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from pandas.api.extensions import ExtensionArray, take
from pandas.api.indexers import check_array_indexer
from pandas.api.types import is_list_like, is_scalar, pandas_dtype

import numformats as nf
from numformats.pandas import casts, keys
from numformats.pandas.convert import fill, from_results, is_format, plain, to_format
from numformats.pandas.dtype import FormatDtype

if TYPE_CHECKING:
    from collections.abc import Sequence

Array = np.ndarray[Any, Any]

__all__ = ["Column"]


class Column(ExtensionArray):  # type: ignore[misc] # pandas has no types
    """What pandas asks of the storage of any extension array; FormatArray says what it is."""

    def __init__(self, values: Array, mask: Array | None = None, *, copy: bool = False) -> None:
        if not isinstance(values, np.ndarray) or values.ndim != 1 or not is_format(values.dtype):
            what = f"{getattr(values, 'dtype', type(values).__name__)} of shape {np.shape(values)}"
            msg = f"values must be a one-dimensional ndarray of a format, not {what}"
            raise TypeError(msg)
        if mask is not None and (mask.dtype != bool or mask.shape != values.shape):
            msg = f"mask must be bool of shape {values.shape}, not {mask.dtype} of {mask.shape}"
            raise TypeError(msg)
        self._dtype = FormatDtype.of(values.dtype)
        if copy or (mask is not None and mask.any()):  # else nothing is written into them
            values, mask = values.copy(), None if mask is None else mask.copy()
        self.numbers, self.mask = fill(values, mask, self._dtype)

    @classmethod
    def _from_sequence(cls, scalars: Any, *, dtype: Any = None, copy: bool = False) -> Self:
        if dtype is None:
            dtype = scalars.dtype if hasattr(scalars, "dtype") else np.asarray(scalars).dtype
        return cls(*to_format(scalars, FormatDtype(pandas_dtype(dtype)), copy=copy))

    @classmethod
    def _from_sequence_of_strings(cls, strings: Any, *, dtype: Any, copy: bool = False) -> Self:
        return cls._from_sequence(strings, dtype=dtype, copy=copy)

    @classmethod
    def _from_factorized(cls, values: Array, original: Self) -> Self:
        return cls(*keys.numbers_of(values, original.dtype))

    @classmethod
    def _concat_same_type(cls, to_concat: Sequence[Self]) -> Self:
        masks = [x.mask for x in to_concat if x.mask is not None]
        return cls(
            np.concatenate([x.numbers for x in to_concat]),
            np.concatenate(masks) if masks else None,
        )

    def _cast_pointwise_result(self, values: Any) -> Any:
        return from_results(list(values), self.dtype)

    @property
    def dtype(self) -> FormatDtype:
        """The FormatDtype of the column."""
        return self._dtype

    @property
    def nbytes(self) -> int:
        """Bytes of the numbers and of the mask."""
        return self.numbers.nbytes + (0 if self.mask is None else self.mask.nbytes)

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Any:
        return iter(casts.scalars(self))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        """Return the numbers themselves where nothing is masked; objects where something is."""
        if dtype is None and self.mask is not None and self.mask.any():
            dtype = object
        wanted = self.numbers.dtype if dtype is None else np.dtype(dtype)
        if wanted != self.numbers.dtype:
            if copy is False:
                msg = f"{self.dtype.name} as {wanted} takes a copy"
                raise ValueError(msg)
            return casts.to_ndarray(self, wanted)
        if copy:
            return self.numbers.copy()
        view = self.numbers.view()
        view.flags.writeable = view.flags.writeable and not self._readonly
        return view

    def __getitem__(self, item: Any) -> Any:
        item = check_array_indexer(self, _no_ellipsis(item))
        picked = self.numbers[item]
        if not isinstance(picked, np.ndarray):
            gone = np.isnan(picked) if self.mask is None else self.mask[item]
            return np.nan if gone else picked
        made = object.__new__(type(self))  # shares memory with this one: nothing is filled anew
        made.__dict__.update(_dtype=self._dtype, _readonly=self._readonly, numbers=picked)
        made.mask = None if self.mask is None else self.mask[item]
        return made

    def __setitem__(self, key: Any, value: Any) -> None:
        if self._readonly:
            msg = "Cannot modify read-only array"
            raise ValueError(msg)
        key = check_array_indexer(self, key)
        listed = is_list_like(value)
        if listed and is_scalar(key):
            msg = "setting an array element with a sequence."
            raise ValueError(msg)
        given = plain(value if listed else [value])[0]
        if given.dtype.kind not in "biufVO" or (
            given.dtype.kind == "O" and any(isinstance(v, str | bytes) for v in given)
        ):
            msg = f"cannot set {value!r} in a column of {self.dtype.name}: it takes numbers"
            raise TypeError(msg)
        numbers, mask = to_format(value if listed else [value], self.dtype)
        self.numbers[key] = numbers if listed else numbers[0]
        if self.mask is not None and mask is not None:
            self.mask[key] = mask if listed else mask[0]

    def isna(self) -> Array:
        """Where values are missing: a new ndarray of bool."""
        return np.isnan(self.numbers) if self.mask is None else self.mask.copy()

    def take(self, indices: Any, *, allow_fill: bool = False, fill_value: Any = None) -> Self:
        """Elements by position; with allow_fill -1 is the fill value, by default a missing one."""
        fill_code = fill_mask = None
        if allow_fill:
            filler = type(self)(*to_format([fill_value], self.dtype))
            fill_code, fill_mask = nf.to_bits(filler.numbers)[0], bool(filler.isna()[0])
        codes = take(nf.to_bits(self.numbers), indices, allow_fill=allow_fill, fill_value=fill_code)
        mask = self.mask
        if mask is not None:
            mask = take(mask, indices, allow_fill=allow_fill, fill_value=fill_mask)
        return type(self)(codes.view(self.numbers.dtype), mask)

    def copy(self) -> Self:
        """A column with numbers and mask of its own."""
        return type(self)(self.numbers, self.mask, copy=True)


def _no_ellipsis(item: Any) -> Any:
    """Leave out the `...` with which pandas slices blocks of columns."""
    if isinstance(item, tuple):
        rest = tuple(i for i in item if i is not Ellipsis)
        if len(rest) > 1:
            msg = "too many indices for array."
            raise IndexError(msg)
        item = rest[0] if rest else slice(None)
    return slice(None) if item is Ellipsis else item
