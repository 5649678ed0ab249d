# SPDX-License-Identifier: BSD-3-Clause
"""Which NumPy functions make numbers, and when are these traced?"""

from __future__ import annotations

from typing import Any

import numpy as np

from numformats.tracing.dispatch import with_first
from numformats.tracing.registry import HANDLERS
from numformats.tracing.value import Interpreter, Traced, as_traced, find_run, mapped

# Arrays of the shape of another one.
CREATE: set[Any] = {np.empty_like, np.full_like, np.ones_like, np.zeros_like}
# Arrays out of what is given: traced when something of that is.
GATHER: set[Any] = {
    np.array,
    np.asanyarray,
    np.asarray,
    np.ascontiguousarray,
    np.asfortranarray,
    np.require,
}
# Arrays out of shapes, numbers and files: traced with like= a traced value, or by the lens.
CONSTRUCT: set[Any] = {
    np.arange,
    np.empty,
    np.eye,
    np.frombuffer,
    np.fromfile,
    np.fromfunction,
    np.fromiter,
    np.fromstring,
    np.full,
    np.genfromtxt,
    np.identity,
    np.loadtxt,
    np.ones,
    np.tri,
    np.zeros,
}


def is_real(dtype: Any) -> bool:
    """Whether numbers of this dtype can be traced: floats and the formats of this package."""
    return np.dtype(dtype).kind == "f" or hasattr(np.dtype(dtype).type, "format")


def create(run: Interpreter, f: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """zeros_like and its kin, in the dtype of the trace; empty_like gives zeros: repeatable."""
    like, *rest = args or (kwargs.pop("prototype" if f is np.empty_like else "a"),)
    number = None
    if f is np.full_like:
        number = rest.pop(0) if rest else kwargs.pop("fill_value")
    base = like
    if isinstance(like, Traced):  # the memory layout is the face's, where it has the dtype
        face = run.face(like) if like.run is run else like
        is_layout = isinstance(face, Traced) or face.dtype == like.dtype
        base = face if is_layout else np.empty(like.shape, like.dtype)
    made = (np.ones_like if f is np.ones_like else np.zeros_like)(base, *rest, **kwargs)
    made = run.lift(made) if is_real(made.dtype) else made
    if number is not None:
        made[...] = number
    return made


def construct(run: Interpreter, f: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """np.zeros(n, like=x) and its kin: traced where they make real numbers."""
    like = kwargs.pop("like", None)
    if f is np.full and find_run((args, kwargs)) is not None:
        shape, number, *rest = args
        dtype = rest[0] if rest else kwargs.pop("dtype", None)
        made = construct(run, np.zeros, (shape, dtype or number.dtype), kwargs)
        made[...] = number
        return made
    if f is np.arange and find_run((args, kwargs)) is not None:
        return _arange(run, args, kwargs)
    made = f(*args, **kwargs)
    if not is_real(made.dtype):
        return made
    if f is np.empty:
        made[...] = 0
    return lifted_like(run, like, made)


def lifted_like(run: Interpreter, like: Any, plain: Any) -> Traced:
    """A plain array as a value of this run and of those below it that `like` belongs to."""
    inner = run.face(like) if isinstance(like, Traced) and like.run is run else None
    if isinstance(inner, Traced):
        plain = lifted_like(inner.run, inner, plain)
    return run.lift(plain)


def _arange(run: Interpreter, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Values start + k step, as many as the program sees."""
    inner_args, inner_kwargs = unboxed(run, args), unboxed(run, kwargs)
    below = find_run((inner_args, inner_kwargs))
    if below is None:
        first = np.arange(*inner_args, **inner_kwargs)
    else:
        first = _arange(below, inner_args, inner_kwargs)
    names = ("start", "stop", "step", "dtype") if len(args) > 1 else ("stop",)
    asked = dict(zip(names, args, strict=False)) | kwargs
    values = asked.get("start", 0) + np.arange(len(first)) * asked.get("step", 1)
    return with_first(run, first, values) if run.keeps_format else values


def unboxed(run: Interpreter, item: Any) -> Any:
    """`item` with the scalars that the program sees in the place of 0-d values."""

    def scalar(x: Traced) -> Any:
        face = run.face(x)
        return face if isinstance(face, Traced) else face[()]

    return mapped(scalar, item, run)


def gather(run: Interpreter, f: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """np.array of traced values, also in nested lists, and of plain ones with like=."""
    like = kwargs.pop("like", None)
    names = ("object", "dtype") if f is np.array else ("a", "dtype")
    asked = dict(zip(names, args, strict=False)) | kwargs
    item, dtype = asked[names[0]], asked.get("dtype")
    if find_run(item) is None:
        made = f(*args, **kwargs)
        return lifted_like(run, like, made) if is_real(made.dtype) else made
    if isinstance(item, Traced):
        return _rearrayed(run, f, item, asked)
    made = gathered(run, item)
    return made if dtype is None else made.astype(dtype, copy=False)


# What NumPy's functions of one array say of its memory.
_ORDERS = {np.ascontiguousarray: "C", np.asfortranarray: "F"}


def _rearrayed(run: Interpreter, f: Any, x: Traced, asked: dict[str, Any]) -> Traced:
    """np.array(x), np.asarray(x) and their kin: a copy where NumPy makes one."""
    order = _ORDERS.get(f, asked.get("order"))
    if f is np.require:
        wanted = asked.get("requirements") or ()
        order = next((name[0] for name in wanted if name[0] in "CF"), None)
    dtype = asked.get("dtype")
    made = x if dtype is None else x.astype(dtype, copy=False)
    if order in {"C", "F"}:
        made = run.of(*(_in_order(p, order) for p in made.parts))
    if f is np.array and asked.get("copy", True) and made.parts[0] is x.parts[0]:
        made = np.copy(made)
    return made.reshape(1) if f in _ORDERS and made.ndim == 0 else made


def _in_order(part: Any, order: Any) -> Any:
    if isinstance(part, Traced):
        return part.run.of(*(_in_order(p, order) for p in part.parts))
    return np.asarray(part, order=order)


def gathered(run: Interpreter, item: Any) -> Any:
    """Nested lists of traced and plain numbers as one traced array, of the dtype NumPy finds."""
    if not isinstance(item, list | tuple):
        return as_traced(run, item)
    rows: Any = np.stack([gathered(run, i) for i in item])
    if not run.keeps_format or isinstance(rows.parts[0], Traced):
        return rows
    return run.of(np.array(unboxed(run, item)), *rows.parts[1:])


HANDLERS.update(dict.fromkeys(CREATE, create))
HANDLERS.update(dict.fromkeys(CONSTRUCT, construct))
HANDLERS.update(dict.fromkeys(GATHER, gather))
