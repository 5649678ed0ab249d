# SPDX-License-Identifier: BSD-3-Clause
"""Which NumPy functions write into their first argument?  Each is an assignment to places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.tracing.messages import fail
from numformats.tracing.registry import HANDLERS
from numformats.tracing.value import Interpreter, Traced

if TYPE_CHECKING:
    from collections.abc import Callable


def _repeated(values: Any, count: int) -> Any:
    """`count` of the values, from the first on, as often as it takes."""
    flat = np.ravel(values)
    return flat[np.arange(count) % max(np.size(flat), 1)]


def _copyto(dst: Any, src: Any, casting: str = "same_kind", where: Any = True) -> None:
    if where is True:
        dst[...] = src
        return
    chosen = np.broadcast_to(where, dst.shape)
    dst[chosen] = np.broadcast_to(src, dst.shape)[chosen]


def _place(arr: Any, mask: Any, vals: Any) -> None:
    chosen = np.asarray(mask, bool)
    arr[chosen] = _repeated(vals, int(np.count_nonzero(chosen)))


def _put(a: Any, ind: Any, v: Any, mode: str = "raise") -> None:
    places = np.ravel(np.asarray(ind, int))
    if mode == "clip":
        places = np.clip(places, 0, a.size - 1)
    elif mode == "wrap":
        places %= a.size
    a.flat[places] = _repeated(v, len(places))


def _putmask(a: Any, mask: Any, values: Any) -> None:
    chosen = np.broadcast_to(np.asarray(mask, bool), a.shape)
    a[chosen] = _repeated(values, a.size)[np.flatnonzero(chosen)]


def _put_along_axis(arr: Any, indices: Any, values: Any, axis: int | None = -1) -> None:
    if axis is None:
        arr.flat[indices] = values
        return
    place = [
        np.arange(length).reshape([-1 if k == n else 1 for k in range(arr.ndim)])
        for n, length in enumerate(arr.shape)
    ]
    place[axis % arr.ndim] = indices
    arr[tuple(place)] = values


def _fill_diagonal(a: Any, val: Any, wrap: bool = False) -> None:
    marked = np.zeros(a.shape, bool)
    np.fill_diagonal(marked, val=True, wrap=wrap)
    a[marked] = _repeated(val, int(np.count_nonzero(marked)))


WRITE: dict[Any, Callable[..., None]] = {
    np.copyto: _copyto,
    np.fill_diagonal: _fill_diagonal,
    np.place: _place,
    np.put: _put,
    np.put_along_axis: _put_along_axis,
    np.putmask: _putmask,
}


def _write(run: Interpreter, f: Any, args: Any, kwargs: dict[str, Any]) -> None:
    target = args[0] if args else next(iter(kwargs.values()))
    if not isinstance(target, Traced):
        fail(
            f"np.{f.__name__} puts traced values into a plain array: make it with np.zeros_like(x)"
        )
    WRITE[f](*args, **kwargs)


HANDLERS.update(dict.fromkeys(WRITE, _write))
