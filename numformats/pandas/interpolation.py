# SPDX-License-Identifier: BSD-3-Clause
"""What stands between two numbers of a column?  The exact value on the line, rounded once."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from numformats.pandas.convert import fill, to_format

if TYPE_CHECKING:
    from numformats.pandas.array import FormatArray

__all__ = ["interpolate"]

_LINES = ("linear", "index", "values", "time")


def interpolate(
    column: FormatArray, method: str, index: Any, options: dict[str, Any]
) -> FormatArray:
    """The column with its gaps filled as Series.interpolate fills those of float64.

    pandas decides which gaps are filled.  On lines (methods "linear", "index", "values", "time")
    the filled values are exact and rounded once; curves are float64's, rounded into the format.
    """
    missing = column.isna()
    floats = pd.Series(column.astype(np.float64), index=index).interpolate(method=method, **options)
    filled = missing & ~np.isnan(floats.to_numpy())
    data, mask = fill(column.numbers.copy(), missing & ~filled, column.dtype)
    if method in _LINES and not missing.all():
        data[filled] = _on_lines(column, filled, _places(index, method))
    else:
        data[filled] = to_format(floats.to_numpy()[filled], column.dtype)[0]
    return type(column)(data, mask)


def _places(index: Any, method: str) -> list[Any]:
    """Where the elements lie on the axis: integers or floats."""
    if method == "linear":
        return list(range(len(index)))
    values = np.asarray(index)
    return (values.astype(np.int64) if values.dtype.kind in "mM" else values).tolist()  # type: ignore[no-any-return]


def _on_lines(column: FormatArray, filled: Any, places: list[Any]) -> Any:
    """The value of each filled gap: between its neighbours, or its only neighbour's."""
    known = np.flatnonzero(~column.isna())
    gaps = np.flatnonzero(filled)
    after = np.searchsorted(known, gaps)
    left = known[np.maximum(after - 1, 0)]
    right = known[np.minimum(after, len(known) - 1)]
    data, scalar = column.numbers, column.dtype.type
    out = data[left].copy()
    for i, (a, gap, b) in enumerate(zip(left.tolist(), gaps.tolist(), right.tolist(), strict=True)):
        if a != b and data[a] != data[b]:
            out[i] = scalar(_line(data[a], data[b], *(places[p] for p in (a, gap, b))))
    return out


def _line(low: Any, high: Any, a: Any, x: Any, b: Any) -> Fraction | float:
    """The value low + (high - low) * (x - a) / (b - a), exactly; infinities as in float64."""
    if not (np.isfinite(low) and np.isfinite(high)):
        return float(low) + float(high)
    below, above = Fraction(*low.as_integer_ratio()), Fraction(*high.as_integer_ratio())
    return below + (above - below) * (Fraction(x) - Fraction(a)) / (Fraction(b) - Fraction(a))
