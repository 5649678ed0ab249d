# SPDX-License-Identifier: BSD-3-Clause
"""Which NumPy functions choose among numbers?  Places from the face, then a rearrangement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.tracing.dispatch import settled
from numformats.tracing.messages import fail
from numformats.tracing.registry import HANDLERS
from numformats.tracing.texts import rows_over
from numformats.tracing.value import Interpreter, as_traced

if TYPE_CHECKING:
    from collections.abc import Callable

# The texts below run on traced values; their first parts are replaced by the very call's.


def _extreme(places_of: Any) -> Callable[..., Any]:
    def text(
        a: Any,
        axis: Any = None,
        out: None = None,
        keepdims: bool = False,
        initial: Any = None,
        where: Any = True,
    ) -> Any:
        if where is not True:
            if initial is None:
                raise ValueError("where= needs initial=")
            a = np.where(where, a, initial)
        rows, kept = rows_over(a, axis)
        if initial is not None:
            end = np.full_like(rows[..., :1], initial)
            rows = np.concatenate([rows, end], -1)
        places = np.expand_dims(places_of(rows, axis=-1), -1)
        picked = np.take_along_axis(rows, places, -1)[..., 0]
        return np.reshape(picked, kept) if keepdims else picked

    return text


def _sort(
    a: Any,
    axis: int | None = -1,
    kind: Any = None,
    order: None = None,
    *,
    stable: bool | None = None,
) -> Any:
    if axis is None:
        a, axis = np.ravel(a), 0
    return np.take_along_axis(a, np.argsort(a, axis=axis, kind="stable"), axis)


def _unique_places(a: Any) -> Any:
    return np.unique(a, return_index=True)[1]


def _unique_values(x: Any) -> Any:
    return np.ravel(x)[_unique_places(x)]


def _union1d(ar1: Any, ar2: Any) -> Any:
    return np.unique(np.concatenate([np.ravel(ar1), np.ravel(ar2)]))


def _intersect1d(
    ar1: Any, ar2: Any, assume_unique: bool = False, return_indices: bool = False
) -> Any:
    if return_indices:
        fail("np.intersect1d(return_indices=True) is not traced")
    values = _unique_values(ar1)
    return values[np.isin(values, ar2)]


def _setdiff1d(ar1: Any, ar2: Any, assume_unique: bool = False) -> Any:
    values = np.ravel(ar1) if assume_unique else _unique_values(ar1)
    return values[~np.isin(values, ar2)]


def _setxor1d(ar1: Any, ar2: Any, assume_unique: bool = False) -> Any:
    return np.unique(np.concatenate([_setdiff1d(ar1, ar2), _setdiff1d(ar2, ar1)]))


def _trim_zeros(filt: Any, trim: str = "fb", axis: Any = None) -> Any:
    inside = np.argwhere(filt)
    axes = range(filt.ndim) if axis is None else [n % filt.ndim for n in np.atleast_1d(axis)]
    place = [slice(None)] * filt.ndim
    for n in axes:
        low, high = (inside[:, n].min(), inside[:, n].max() + 1) if len(inside) else (0, 0)
        front = int(low) if "f" in trim.lower() or not len(inside) else None
        back = int(high) if "b" in trim.lower() or not len(inside) else None
        place[n] = slice(front, back)
    return filt[tuple(place)]


SELECT: dict[Any, Callable[..., Any]] = {
    np.amax: _extreme(np.argmax),
    np.amin: _extreme(np.argmin),
    np.intersect1d: _intersect1d,
    np.max: _extreme(np.argmax),
    np.min: _extreme(np.argmin),
    np.setdiff1d: _setdiff1d,
    np.setxor1d: _setxor1d,
    np.sort: _sort,
    np.trim_zeros: _trim_zeros,
    np.union1d: _union1d,
    np.unique_values: _unique_values,
}


def _select(run: Interpreter, f: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    return settled(run, f, args, kwargs, SELECT[f](*args, **kwargs))


def _partition(run: Interpreter, f: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    """NumPy's order is known from its result alone: equal values are paired as they come."""
    if not run.keeps_format:
        axis = args[2] if len(args) > 2 else kwargs.get("axis", -1)
        return _sort(args[0], axis)
    return _paired(run, f, args, kwargs, kwargs.get("axis", args[2] if len(args) > 2 else -1))


def _paired(run: Interpreter, f: Any, args: Any, kwargs: dict[str, Any], axis: Any) -> Any:
    a: Any = np.ravel(args[0]) if axis is None else args[0]
    axis = -1 if axis is None else axis
    face = run.face(a)
    first = f(face, *args[1:], **kwargs)
    places = np.empty(a.shape, np.intp)
    order = np.argsort(face, axis=axis, kind="stable")
    np.put_along_axis(places, np.argsort(first, axis=axis, kind="stable"), order, axis)
    moved: Any = np.take_along_axis(a, places, axis)
    return run.of(first, *moved.parts[1:])


def _unique(run: Interpreter, f: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    """np.unique and its kin: the values are traced, what is said about them is plain."""
    names = ("ar", "return_index", "return_inverse", "return_counts", "axis")
    asked = dict(zip(names, args, strict=False)) | kwargs
    a, axis = as_traced(run, args[0] if args else kwargs["ar"]), asked.get("axis")
    answer = run.predicate(f, args, kwargs)
    several = isinstance(answer, tuple)
    first = answer[0] if several else answer
    plain: dict[str, Any] = {k: asked[k] for k in ("axis", "equal_nan") if k in asked}
    _, places = run.predicate(np.unique, (a,), {**plain, "return_index": True})
    values = np.ravel(a)[places] if axis is None else np.take(a, places, axis)
    if run.keeps_format:
        values = run.of(first, *values.parts[1:])
    if not several:
        return values
    rest = answer[1:]
    return type(answer)(values, *rest) if hasattr(answer, "_fields") else (values, *rest)


UNIQUE = {np.unique, np.unique_all, np.unique_counts, np.unique_inverse}

HANDLERS.update(dict.fromkeys(SELECT, _select))
HANDLERS.update(dict.fromkeys(UNIQUE, _unique))
HANDLERS[np.partition] = _partition
