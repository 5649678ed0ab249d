# SPDX-License-Identifier: BSD-3-Clause
"""How does an operation of NumPy reach a column, and what becomes of missing values?

Every operator is its ufunc, so that each result is the exact one rounded once.  NaN and NaR carry
"missing" on by themselves; where a format has none, masked elements are left out of the loop, so
that they raise no flags, and the results there are missing.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray
from pandas.api.types import is_list_like, is_scalar

from numformats.pandas.convert import fill, is_format, is_missing, plain, to_format
from numformats.pandas.dtype import FormatDtype
from numformats.pandas.reductions import ACCUMULATIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.pandas.array import FormatArray

Array = np.ndarray[Any, Any]

__all__ = ["add_operators", "call", "dispatch"]

_UNARY: dict[str, np.ufunc] = {"neg": np.negative, "pos": np.positive, "abs": np.absolute}
_ARITHMETIC: dict[str, np.ufunc] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "truediv": np.divide,
    "floordiv": np.floor_divide,
    "mod": np.remainder,
    "pow": np.power,
    "divmod": np.divmod,
}
_COMPARISONS: dict[str, np.ufunc] = {
    "eq": np.equal,
    "ne": np.not_equal,
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
}
# What a comparison with, or a test of, a missing value gives is False, but for these.
_TRUE_OF_MISSING = (np.not_equal, np.isnan)
# np.add.reduce of a column is its sum, as in pandas' own columns.
_REDUCED_BY = {np.add: "sum", np.multiply: "prod", np.maximum: "max", np.minimum: "min"}
_ACCUMULATED_BY = {ufunc: name for name, ufunc in ACCUMULATIONS.items()}


def call(column: FormatArray, ufunc: np.ufunc, inputs: tuple[Any, ...], **kwargs: Any) -> Any:
    """The ufunc of these operands, one of which is a column or stands for one."""
    operands = [_operand(column, x) for x in inputs]
    missing = _any(m for _, m in operands)
    arguments = [x for x, _ in operands]
    result = ufunc(*arguments, **kwargs) if missing is None else None
    if missing is not None:
        result = _without_flags_of(ufunc, arguments, missing, kwargs)
    results = result if isinstance(result, tuple) else (result,)
    if any(r.dtype.kind == "b" for r in results):  # no NaN tells that it is missing
        missing = _any([missing, *(x.isna() for x in inputs if isinstance(x, type(column)))])
        missing = missing if missing is not None and missing.any() else None
    wrapped = tuple(_wrap(column, r, missing, gives=ufunc in _TRUE_OF_MISSING) for r in results)
    return wrapped if isinstance(result, tuple) else wrapped[0]


def _without_flags_of(
    ufunc: np.ufunc, arguments: list[Any], missing: Array, kwargs: dict[str, Any]
) -> Any:
    """The ufunc where nothing is missing; anything elsewhere, but no flags of it.

    Mostly there are none at all; loops with `where` take far longer.
    """
    try:
        with np.errstate(all="raise"):
            return ufunc(*arguments, **kwargs)
    except FloatingPointError:
        kwargs["where"] = kwargs.get("where", True) & ~missing
        kwargs["out"] = (None,) * ufunc.nout  # NumPy warns where it is left out beside `where`
        return ufunc(*arguments, **kwargs)


def _operand(column: FormatArray, x: Any) -> tuple[Any, Array | None]:
    """What the ufunc gets for x, and which of it is missing without being a NaN."""
    if is_missing(x):
        return column.dtype.missing, None if column.dtype.has_nan else np.ones(len(column), bool)
    if is_scalar(x) or not is_list_like(x):
        return x, None
    if not isinstance(x, np.ndarray | ExtensionArray):
        x = np.asarray(x)
    if len(x) != len(column):
        msg = f"Lengths must match: {len(column)} and {len(x)}"
        raise ValueError(msg)
    values, missing = plain(x)
    if values.dtype == object and not any(isinstance(v, str) for v in values):
        values, missing = to_format(x, column.dtype)
    return values, missing if missing is not None and missing.any() else None


def _any(masks: Any) -> Array | None:
    found = [m for m in masks if m is not None]
    return reduce(np.logical_or, found) if found else None


def _wrap(column: FormatArray, result: Array, missing: Array | None, *, gives: bool) -> Any:
    """The result as a column if it is one of a format, else as the ndarray that it is."""
    if is_format(result.dtype):
        return type(column)(*fill(result, missing, FormatDtype.of(result.dtype)))
    if missing is not None:
        what = {"b": gives, "i": 0, "u": 0}  # an integer cannot say that it is missing
        result[missing] = what.get(result.dtype.kind, np.nan)
    return result


def dispatch(
    column: FormatArray,
    ufunc: np.ufunc,
    method: str,
    inputs: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    """Answer NumPy: calls, and those reductions and running results that columns have by name."""
    if "out" in kwargs or (method != "__call__" and not set(kwargs) <= {"axis"}):
        return NotImplemented
    if method == "__call__":
        return call(column, ufunc, inputs, **kwargs)
    if method == "reduce" and ufunc in _REDUCED_BY:
        return column._reduce(_REDUCED_BY[ufunc], skipna=False)  # noqa: SLF001 - pandas' name
    if method == "accumulate" and ufunc in _ACCUMULATED_BY:
        return column._accumulate(_ACCUMULATED_BY[ufunc], skipna=False)  # noqa: SLF001
    return NotImplemented


def add_operators(cls: type[FormatArray]) -> None:
    """Give the class its operators."""
    for name, ufunc in _UNARY.items():
        setattr(cls, f"__{name}__", lambda self, ufunc=ufunc: call(self, ufunc, (self,)))
    for name, ufunc in _ARITHMETIC.items():
        setattr(cls, f"__{name}__", _arithmetic(ufunc, reflected=False))
        setattr(cls, f"__r{name}__", _arithmetic(ufunc, reflected=True))
    for name, ufunc in _COMPARISONS.items():
        setattr(cls, f"__{name}__", _comparison(ufunc))


def _arithmetic(ufunc: np.ufunc, *, reflected: bool) -> Callable[[Any, Any], Any]:
    def method(self: FormatArray, other: Any) -> Any:
        if isinstance(other, pd.Series | pd.Index | pd.DataFrame):
            return NotImplemented  # pandas asks again, with their arrays
        return call(self, ufunc, (other, self) if reflected else (self, other))

    return method


def _comparison(ufunc: np.ufunc) -> Callable[[Any, Any], Any]:
    """Make the method of a comparison: nothing equals what is no number."""

    def method(self: FormatArray, other: Any) -> Any:
        if isinstance(other, pd.Series | pd.Index | pd.DataFrame):
            return NotImplemented
        if ufunc in {np.equal, np.not_equal} and not _is_number(other):
            return np.full(len(self), ufunc is np.not_equal)
        return call(self, ufunc, (self, other))

    return method


def _is_number(x: Any) -> bool:
    """May it equal a number?  Texts, dates and unknown objects do not."""
    if is_list_like(x):
        values = plain(x)[0] if isinstance(x, ExtensionArray) else np.asarray(x)
        return values.dtype.kind in "biufcVO"
    return is_missing(x) or np.asarray(x).dtype.kind in "biufcV" or hasattr(x, "as_integer_ratio")
