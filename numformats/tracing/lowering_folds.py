# SPDX-License-Identifier: BSD-3-Clause
"""Which functions take one element after the other?  reduce, accumulate, reduceat, products."""

from __future__ import annotations

from typing import Any

import numpy as np

from numformats.tracing import calls
from numformats.tracing.texts import Texts, array, cast, masked, refuse, rows_over


def _fold(f: Any, a: Any, kwargs: dict[str, Any]) -> Any:
    """f(f(a0, a1), a2) ..., from the initial value on."""
    asked = dict(kwargs)
    axis, initial = asked.pop("axis", 0), asked.pop("initial", None)
    where, keepdims = asked.pop("where", True), asked.pop("keepdims", False)
    a = cast(array(a), asked.pop("dtype", None))
    refuse(f"np.{f.__name__}.reduce", *asked.values(), where is not True and initial is None)
    last, kept = rows_over(masked(a, where, initial), axis)
    rows = np.moveaxis(last, -1, 0)
    result = rows[0] if initial is None else f(initial, rows[0])
    for row in rows[1:]:
        result = f(result, row)
    return np.reshape(result, kept) if keepdims else result


def _running(f: Any, a: Any, kwargs: dict[str, Any]) -> Any:
    axis = kwargs.get("axis", 0)
    rows = np.moveaxis(cast(array(a), kwargs.get("dtype")), axis, 0)
    made = [rows[0]]
    for row in rows[1:]:
        made.append(f(made[-1], row))
    return np.stack(made, axis)


def _sections(f: Any, a: Any, indices: Any, kwargs: dict[str, Any]) -> Any:
    axis = kwargs.get("axis", 0)
    rows = np.moveaxis(cast(array(a), kwargs.get("dtype")), axis, 0)
    starts = [int(i) for i in indices]
    made = []
    for begin, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        part = rows[begin:end] if begin < end else rows[begin : begin + 1]
        made.append(f.reduce(part, axis=0))
    return np.stack(made, axis)


def _prod(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: None = None,
    keepdims: bool = False,
    initial: Any = 1,
    where: Any = True,
) -> Any:
    a = masked(cast(array(a), dtype), where, 1)
    product = _fold(np.multiply, a, {"axis": axis, "keepdims": keepdims})
    return product if isinstance(initial, int | float) and initial == 1 else product * initial


def _cumprod(a: Any, axis: int | None = None, dtype: Any = None, out: None = None) -> Any:
    a = np.ravel(array(a)) if axis is None else array(a)
    return _running(np.multiply, a, {"axis": axis or 0, "dtype": dtype})


def _cumulative(f: Any, first: int) -> Any:
    def text(
        x: Any,
        /,
        *,
        axis: int | None = None,
        dtype: Any = None,
        out: None = None,
        include_initial: bool = False,
    ) -> Any:
        x = cast(array(x), dtype)
        axis = 0 if axis is None else axis
        sums = f(x, axis=axis)
        if not include_initial:
            return sums
        start = np.full_like(np.take(sums, [0], axis), first)
        return np.concatenate([start, sums], axis)

    return text


FOLDS: Texts = {
    calls.fold: _fold,
    calls.running: _running,
    calls.sections: _sections,
    np.cumprod: _cumprod,
    np.cumulative_prod: _cumulative(np.cumprod, 1),
    np.cumulative_sum: _cumulative(np.cumsum, 0),
    np.prod: _prod,
}
