# SPDX-License-Identifier: BSD-3-Clause
"""What does a call of NumPy mean on traced operands?  The latest run's handler answers it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.tracing.messages import fail
from numformats.tracing.registry import HANDLERS, METHODS, NOT_GIVEN, OTHERS
from numformats.tracing.value import Interpreter, Traced, find_run, mapped

if TYPE_CHECKING:
    from collections.abc import Callable


def dispatch(f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The result of f, written into ``out=`` if there is one."""
    run = find_run(kwargs, find_run(args)) if kwargs else find_run(args)
    out = kwargs.pop("out", None) if kwargs else None
    if isinstance(out, tuple) and all(target is None for target in out):
        out = None
    if kwargs:
        kwargs = {k: v for k, v in kwargs.items() if v is not NOT_GIVEN}
    if out is not None and isinstance(f, np.ufunc) and kwargs.get("where", True) is not True:
        return _deliver_where(f, args, kwargs, out)
    if run is None or (out is not None and find_run(kwargs, find_run(args)) is None):
        return deliver(f(*args, **kwargs), out)
    handler = HANDLERS.get(f)
    if handler is None:
        module = str(getattr(f, "__module__", None))
        fail(f"{name_of(f)} is not traced: {OTHERS.get(module, 'the tracer does not know it')}")
    result = handler(run, f, args, kwargs)
    return result if out is None else deliver(result, out)


METHODS["__call__"] = dispatch


_PLACES = {
    "np": np,
    "nf": nf,
    "nf.linalg": nf.linalg,
    "np.linalg": np.linalg,
    "np.fft": np.fft,
    "np.lib.stride_tricks": np.lib.stride_tricks,
    "np.lib.scimath": np.lib.scimath,
}


def public_name(f: Any) -> str:
    """The name that users know a function by, "" if it has none.

    >>> public_name(np.linalg.norm), public_name(nf.fsum)
    ('np.linalg.norm', 'nf.fsum')
    """
    name = getattr(f, "__name__", "")
    return next((f"{p}.{name}" for p, m in _PLACES.items() if getattr(m, name, None) is f), "")


def name_of(f: Any) -> str:
    """The name of a function in errors."""
    module = getattr(f, "__module__", None) or "np"
    return public_name(f) or f"{module}.{getattr(f, '__name__', f)}".replace("numpy.", "np.")


def deliver(result: Any, out: Any) -> Any:
    """`result` in the array(s) `out`, as NumPy's out= puts it there."""
    if out is None:
        return result
    if isinstance(out, tuple) and len(out) == 1:
        out = out[0]
    if isinstance(out, tuple):
        return tuple(
            r if target is None else deliver(r, target)
            for r, target in zip(result, out, strict=True)
        )
    if not isinstance(out, Traced):
        if find_run(result) is None:
            out[...] = result
            return out
        fail("a traced result goes into a plain array (out= or +=): make it with np.zeros_like(x)")
    if np.shape(result) != out.shape:
        raise ValueError(f"out has shape {out.shape}, the result {np.shape(result)}")
    dtype = result.dtype
    if not np.can_cast(dtype, out.dtype, "same_kind"):
        raise TypeError(f"out= of dtype {out.dtype} does not take a result of dtype {dtype}")
    out[...] = result
    return out


def _deliver_where(f: Any, args: Any, kwargs: dict[str, Any], out: Any) -> Any:
    """A ufunc with where= and out=: only the chosen elements are computed and written."""
    target = out[0] if isinstance(out, tuple) else out
    chosen = np.broadcast_to(kwargs.pop("where"), target.shape)
    operands = (
        a if isinstance(a, int | float) else np.broadcast_to(a, target.shape)[chosen] for a in args
    )
    result = f(*operands, **kwargs)
    if not isinstance(target, Traced) and find_run(result) is not None:
        fail("a traced result goes into a plain array (out=): make it with np.zeros_like(x)")
    target[chosen] = result
    return target


def faces(run: Interpreter, item: Any) -> Any:
    """`item` with what the program sees in the place of this run's values."""
    return mapped(run.face, item, run)


def settled(
    run: Interpreter, f: Callable[..., Any], args: Any, kwargs: dict[str, Any], parts: Any
) -> Any:
    """`parts` (a traced value, or several) with the first part as the user's very call gives it.

    Where the interpreter stands for another dtype `parts` are left as they are.
    """
    if not run.keeps_format:
        return parts
    return with_first(run, f(*faces(run, args), **faces(run, kwargs)), parts)


def with_own_parts(result: Any, operands: Any) -> Any:
    """`result`, whose parts share memory with no operand's unless the first does.

    A rule may hand on an operand's part (the tangent of x + 1 is that of x), which an assignment to
    the result would change in the operand.
    """
    if not isinstance(result, Traced) or len(result.parts) == 1:
        return result
    first, *others = result.parts
    theirs = {id(p) for x in operands if isinstance(x, Traced) for p in x.parts}
    if id(first) in theirs or (isinstance(first, np.ndarray) and first.base is not None):
        return result
    result.parts = (first, *(np.copy(p) if _is_shared(p, theirs) else p for p in others))
    return result


def _is_shared(part: Any, theirs: set[int]) -> bool:
    return id(part) in theirs or (isinstance(part, np.ndarray) and part.base is not None)


def with_first(run: Interpreter, first: Any, parts: Any) -> Any:
    """`parts` with `first` in the place of the first parts, in the containers of `first`."""
    if isinstance(parts, tuple | list):
        pairs = [with_first(run, v, p) for v, p in zip(first, parts, strict=True)]
        return type(first)(*pairs) if hasattr(first, "_fields") else type(first)(pairs)
    if not (isinstance(parts, Traced) and parts.run is run):
        return first if find_run(parts) is None else run.lift(first)
    shape = np.shape(first)
    others = (p if p.shape == shape else np.broadcast_to(p, shape).copy() for p in parts.parts[1:])
    return run.of(first, *others)
