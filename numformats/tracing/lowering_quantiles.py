# SPDX-License-Identifier: BSD-3-Clause
"""Which order statistics lie between two sorted values?"""

from __future__ import annotations

from typing import Any

import numpy as np

from numformats.tracing.messages import fail
from numformats.tracing.texts import Texts, array, refuse, rows_over, weak


def _sorted(rows: Any, missing: Any) -> Any:
    """Sorted rows; NaN, which not every arithmetic can sort, counts as the largest number."""
    if np.any(missing) and not np.all(missing):
        there = np.where(missing, rows.flat[int(np.argmin(missing))], rows)
        rows = np.where(missing, np.max(there), rows)
    return np.sort(rows, axis=-1)


_STEPS = {"lower": np.floor, "higher": np.ceil, "nearest": np.rint}


def _between(rows: Any, places: Any, method: str) -> Any:
    """The values of sorted rows at real places, one for each row."""
    if method in _STEPS:
        places = _STEPS[method](places)
    low = np.floor(places).astype(int)
    high = np.ceil(places).astype(int)
    part = np.full(places.shape, 0.5) if method == "midpoint" else places - low
    below, above = (np.take_along_axis(rows, n[..., np.newaxis], -1)[..., 0] for n in (low, high))
    # np.where keeps an infinity that counts nothing out of the sum.
    return np.where(part == 0, below, below + (above - below) * weak(rows, part))


def _quantiles(
    a: Any, q: Any, axis: Any, method: str, keepdims: bool, skip_nan: bool, scale: float
) -> Any:
    if method not in {"linear", "midpoint", *_STEPS}:
        fail(f"np.quantile(method={method!r}) is not traced; allowed: linear, midpoint, lower, ...")
    if hasattr(q, "run"):
        fail("the q of a quantile is a place, which is not traced: give numbers")
    unsorted, shape = rows_over(array(a), axis)
    missing = np.isnan(unsorted)
    rows = _sorted(unsorted, missing)
    n = rows.shape[-1] - (np.sum(missing, axis=-1) if skip_nan else 0)
    results = []
    for level in np.ravel(np.asarray(q, float)) / scale:
        places = np.broadcast_to(np.asarray(np.maximum(n - 1, 0) * level), rows.shape[:-1])
        result = _between(rows, places, method)
        if not skip_nan and np.any(missing):
            result = np.where(np.any(missing, axis=-1), np.sum(unsorted, axis=-1), result)
        results.append(np.reshape(result, shape) if keepdims else result)
    return results[0] if np.ndim(q) == 0 else np.stack(results)


def _quantile_text(*, skip_nan: bool, scale: float) -> Any:
    def text(
        a: Any,
        q: Any,
        axis: Any = None,
        out: None = None,
        overwrite_input: bool = False,
        method: str = "linear",
        keepdims: bool = False,
        *,
        weights: Any = None,
    ) -> Any:
        refuse("np.quantile(weights=...)", weights is not None)
        return _quantiles(a, q, axis, method, keepdims, skip_nan, scale)

    return text


def _median_text(*, skip_nan: bool) -> Any:
    def text(
        a: Any,
        axis: Any = None,
        out: None = None,
        overwrite_input: bool = False,
        keepdims: bool = False,
    ) -> Any:
        return _quantiles(a, 0.5, axis, "linear", keepdims, skip_nan, 1)

    return text


QUANTILES: Texts = {
    np.median: _median_text(skip_nan=False),
    np.nanmedian: _median_text(skip_nan=True),
    np.nanpercentile: _quantile_text(skip_nan=True, scale=100),
    np.nanquantile: _quantile_text(skip_nan=True, scale=1),
    np.percentile: _quantile_text(skip_nan=False, scale=100),
    np.quantile: _quantile_text(skip_nan=False, scale=1),
}
