# SPDX-License-Identifier: BSD-3-Clause
"""Which functions of statistics are made of sums, products and sorted values?"""

from __future__ import annotations

from typing import Any

import numpy as np

from numformats.tracing import calls
from numformats.tracing.texts import Texts, array, cast, count, masked, refuse


def _sum_of(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    keepdims: bool = False,
    initial: Any = 0,
    where: Any = True,
) -> Any:
    total = np.sum(masked(cast(a, dtype), where), axis=axis, keepdims=keepdims)
    return total if isinstance(initial, int | float) and initial == 0 else total + initial


def _counts(a: Any, axis: Any, keepdims: bool, where: Any) -> Any:
    """How many elements are chosen: an integer, or one for each result."""
    if where is True:
        return count(a, axis)
    chosen = np.broadcast_to(where, a.shape)
    return np.sum(chosen, axis=axis, keepdims=keepdims)


def mean(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: None = None,
    keepdims: bool = False,
    *,
    where: Any = True,
) -> Any:
    """The sum divided by the count."""
    total = np.sum(masked(cast(a, dtype), where), axis=axis, keepdims=keepdims)
    return total / _counts(a, axis, keepdims, where)


def var(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: None = None,
    ddof: float = 0,
    keepdims: bool = False,
    *,
    where: Any = True,
    mean: Any = None,
    correction: Any = None,
) -> Any:
    """The squares of the distances from the mean, their sum, divided by the count less ddof."""
    a = cast(a, dtype)
    center = _mean(a, axis, keepdims=True, where=where) if mean is None else mean
    away = masked(a - center, where)
    total = np.sum(away * away, axis=axis, keepdims=keepdims)
    return total / (
        _counts(a, axis, keepdims, where) - (ddof if correction is None else correction)
    )


_mean = mean


def _std(a: Any, *args: Any, **kwargs: Any) -> Any:
    return np.sqrt(var(a, *args, **kwargs))


def _average(
    a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: bool = False
) -> Any:
    a = array(a)
    if weights is None:
        return mean(a, axis, keepdims=keepdims)
    weights = array(weights)
    if weights.shape != a.shape:
        shape = [1] * a.ndim
        for n in np.atleast_1d(axis):
            shape[n] = a.shape[n]
        weights = np.broadcast_to(np.reshape(weights, shape), a.shape)
    total = np.sum(a * weights, axis=axis, keepdims=keepdims)
    return total / np.sum(weights, axis=axis, keepdims=keepdims)


def _without_nan(f: Any, filler: float) -> Any:
    """Apply f to the values with `filler` in the place of NaN."""

    def text(a: Any, *args: Any, **kwargs: Any) -> Any:
        a = array(a)
        return f(np.where(np.isnan(a), filler, a), *args, **kwargs)

    return text


def _nan_extreme(f: Any, opposite: Any) -> Any:
    """The extreme of what is no NaN; NaN where there is nothing else."""

    def text(a: Any, axis: Any = None, out: None = None, keepdims: bool = False) -> Any:
        a = array(a)
        missing = np.isnan(a)
        # The other extreme fills up, a value that is there: formats have no infinities.
        there = np.where(missing, a.flat[int(np.argmin(missing))], a)
        found = f(np.where(missing, opposite(there), a), axis=axis, keepdims=keepdims)
        nothing = np.all(missing, axis=axis, keepdims=keepdims)
        return np.where(nothing, np.nan, found) if np.any(nothing) else found

    return text


def _nan_mean(
    a: Any, axis: Any = None, dtype: Any = None, out: None = None, keepdims: bool = False
) -> Any:
    a = array(a)
    return mean(a, axis, dtype, keepdims=keepdims, where=~np.isnan(a))


def _nan_var(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: None = None,
    ddof: float = 0,
    keepdims: bool = False,
) -> Any:
    a = array(a)
    there = ~np.isnan(a)
    clean = np.where(there, a, 0)
    return var(clean, axis, dtype, None, ddof, keepdims, where=there)


def _nan_std(a: Any, *args: Any, **kwargs: Any) -> Any:
    return np.sqrt(_nan_var(a, *args, **kwargs))


def _cov(
    m: Any,
    y: Any = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Any = None,
    aweights: Any = None,
    *,
    dtype: Any = None,
) -> Any:
    refuse("np.cov(fweights=..., aweights=...)", fweights is not None, aweights is not None)
    rows = _variables(m, rowvar)
    if y is not None:
        rows = np.concatenate([rows, _variables(y, rowvar)])
    rows = rows - mean(rows, 1, keepdims=True)
    less = (0 if bias else 1) if ddof is None else ddof
    return np.squeeze(rows @ np.transpose(rows) / (rows.shape[1] - less))


def _variables(m: Any, rowvar: bool) -> Any:
    rows = np.atleast_2d(array(m))
    return rows if rowvar or rows.shape[0] == 1 else np.transpose(rows)


def _corrcoef(x: Any, y: Any = None, rowvar: bool = True, *, dtype: Any = None) -> Any:
    c = _cov(x, y, rowvar)
    if np.ndim(c) == 0:
        return c / c
    spread = np.sqrt(np.diagonal(c))
    return np.clip(c / spread[:, np.newaxis] / spread[np.newaxis, :], -1, 1)


STATISTICS: Texts = {
    calls.cumsum_of: lambda a, axis, dtype: np.cumsum(cast(a, dtype), axis=axis),
    calls.sum_of: _sum_of,
    np.average: _average,
    np.corrcoef: _corrcoef,
    np.cov: _cov,
    np.mean: mean,
    np.nancumprod: _without_nan(np.cumprod, 1),
    np.nancumsum: _without_nan(np.cumsum, 0),
    np.nanmax: _nan_extreme(np.max, np.min),
    np.nanmean: _nan_mean,
    np.nanmin: _nan_extreme(np.min, np.max),
    np.nanprod: _without_nan(np.prod, 1),
    np.nanstd: _nan_std,
    np.nansum: _without_nan(np.sum, 0),
    np.nanvar: _nan_var,
    np.ptp: lambda a, axis=None, out=None, keepdims=False: (
        np.max(a, axis=axis, keepdims=keepdims) - np.min(a, axis=axis, keepdims=keepdims)
    ),
    np.std: _std,
    np.var: var,
}
