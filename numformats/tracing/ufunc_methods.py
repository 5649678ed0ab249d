# SPDX-License-Identifier: BSD-3-Clause
"""What do reduce, accumulate, reduceat, outer and at of a ufunc mean on traced operands?"""

from __future__ import annotations

from typing import Any

import numpy as np

from numformats.tracing import calls
from numformats.tracing.dispatch import deliver, dispatch
from numformats.tracing.messages import fail
from numformats.tracing.registry import METHODS, NOT_GIVEN
from numformats.tracing.value import Traced

# Ufuncs whose reductions and running forms are functions of NumPy.
REDUCE: dict[np.ufunc, Any] = {
    np.add: np.sum,
    np.logical_and: np.all,
    np.logical_or: np.any,
    np.maximum: np.max,
    np.minimum: np.min,
    np.multiply: np.prod,
}
ACCUMULATE: dict[np.ufunc, Any] = {np.add: np.cumsum, np.multiply: np.cumprod}


def _asked(names: tuple[str, ...], args: Any, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Arguments by name, without those that say nothing."""
    asked = dict(zip(names, args, strict=False)) | kwargs
    nothing = {"dtype": None, "initial": NOT_GIVEN, "keepdims": False, "where": True}
    return {k: v for k, v in asked.items() if not (k in nothing and v is nothing[k])}


def _reduce(f: np.ufunc, args: Any, kwargs: dict[str, Any]) -> Any:
    names = ("axis", "dtype", "out", "keepdims", "initial", "where")
    asked = {"axis": 0} | _asked(names, args[1:], kwargs)
    if f in REDUCE:
        return dispatch(REDUCE[f], args[:1], asked)
    out = asked.pop("out", None)
    return deliver(calls.fold(f, args[0], asked), out)


def _accumulate(f: np.ufunc, args: Any, kwargs: dict[str, Any]) -> Any:
    asked = {"axis": 0} | _asked(("axis", "dtype", "out"), args[1:], kwargs)
    if f in ACCUMULATE:
        return dispatch(ACCUMULATE[f], args[:1], asked)
    out = asked.pop("out", None)
    return deliver(calls.running(f, args[0], asked), out)


def _reduceat(f: np.ufunc, args: Any, kwargs: dict[str, Any]) -> Any:
    asked = {"axis": 0} | _asked(("axis", "dtype", "out"), args[2:], kwargs)
    out = asked.pop("out", None)
    return deliver(calls.sections(f, args[0], args[1], asked), out)


def _outer(f: np.ufunc, args: Any, kwargs: dict[str, Any]) -> Any:
    x, y = args
    return f(np.reshape(x, np.shape(x) + (1,) * np.ndim(y)), y, **kwargs)


def _at(f: np.ufunc, args: Any, kwargs: dict[str, Any]) -> None:
    """One rounding for each visit, in NumPy's order: visits of one element stand in layers."""
    target, places, *values = args
    if not isinstance(target, Traced):
        fail(f"np.{f.__name__}.at writes into a plain array: make it with np.zeros_like(x)")
    grid = np.arange(target.size).reshape(target.shape)[places]
    value = np.ravel(np.broadcast_to(values[0], grid.shape)) if values else None
    cells = np.ravel(grid)
    order = np.argsort(cells, kind="stable")
    first = np.searchsorted(cells[order], cells[order])  # where the visits of this cell begin
    rank = np.empty(cells.size, int)
    rank[order] = np.arange(cells.size) - first
    for layer in range(int(rank.max(initial=-1)) + 1):
        now = np.flatnonzero(rank == layer)
        at = np.unravel_index(cells[now], target.shape)
        target[at] = f(target[at]) if value is None else f(target[at], value[now])


METHODS.update(reduce=_reduce, accumulate=_accumulate, reduceat=_reduceat, outer=_outer, at=_at)
