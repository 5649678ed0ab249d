# SPDX-License-Identifier: BSD-3-Clause
"""Which functions are arithmetic, and how do they come to an interpreter?

ARITHMETIC is what no text of NumPy code takes apart: an interpreter must have a meaning for each
of these, and for nothing else.  They come with their operands alone; where= and dtype= are other
functions (see calls.py).
"""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any

import numpy as np

import numformats as nf
from numformats.tracing import calls
from numformats.tracing.dispatch import name_of, settled, with_own_parts
from numformats.tracing.lowering import INSTEAD, LOWERED, SEVERAL
from numformats.tracing.messages import fail
from numformats.tracing.registry import HANDLERS, METHODS
from numformats.tracing.value import Interpreter, Traced, find_run

ELEMENTWISE: set[Any] = {
    np.absolute,
    np.add,
    np.arccos,
    np.arccosh,
    np.arcsin,
    np.arcsinh,
    np.arctan,
    np.arctan2,
    np.arctanh,
    np.cbrt,
    np.ceil,
    np.cos,
    np.cosh,
    np.divide,
    np.exp,
    np.exp2,
    np.expm1,
    np.floor,
    np.hypot,
    np.log,
    np.log10,
    np.log1p,
    np.log2,
    np.logaddexp,
    np.maximum,
    np.minimum,
    np.multiply,
    np.negative,
    np.power,
    np.rint,
    np.sign,
    np.sin,
    np.sinh,
    np.sqrt,
    np.subtract,
    np.tan,
    np.tanh,
    nf.erf,
    nf.erfc,
    nf.fma,
    nf.gamma,
    nf.lgamma,
}
ARITHMETIC: set[Any] = ELEMENTWISE | {np.cumsum, np.matmul, np.sum}

# Arguments of composites that ask for more than the one result.
_SECOND_RESULTS = {"cov", "full", "refine", "retstep", "returned"}
# What NumPy lets pass and what changes nothing here.
_DEFAULTS: dict[str, set[Any]] = {"casting": {"same_kind"}, "order": {"K", "C"}, "subok": {True}}


def _ufunc(run: Interpreter, f: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A ufunc, one element at a time (and matmul)."""
    for a in args:
        if isinstance(a, complex) or (isinstance(a, np.ndarray) and a.dtype.kind == "c"):
            fail(f"{name_of(f)}: complex numbers are not traced")
    if not kwargs:
        return with_own_parts(run.number(f, args, kwargs), args)
    for name, allowed in _DEFAULTS.items():
        if kwargs.pop(name, next(iter(allowed))) not in allowed:
            fail(f"{name_of(f)}({name}=...) is not traced")
    dtype, where = kwargs.pop("dtype", None), kwargs.pop("where", True)
    if kwargs:
        fail(f"{name_of(f)}({next(iter(kwargs))}=...) is not traced")
    if where is not True:
        fail(f"{name_of(f)}(where=...) leaves elements without a value: give out=, or use np.where")
    if dtype is None:
        return with_own_parts(run.number(f, args, {}), args)
    return run.number(calls.in_dtype, (f, np.dtype(dtype), *args), {})


def _sum(run: Interpreter, f: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """np.sum and np.cumsum with the arguments that interpreters know."""
    names = ("a", "axis", "dtype", "out", "keepdims", "initial", "where")
    asked = dict(zip(names, args, strict=False)) | kwargs
    a, axis, dtype = asked.pop("a"), asked.pop("axis", None), asked.pop("dtype", None)
    _no_positional_out(f, asked)
    if f is np.cumsum:
        if dtype is None:
            return with_own_parts(run.number(f, (a,), {"axis": axis}), (a,))
        return run.number(calls.cumsum_of, (a, axis, np.dtype(dtype)), {})
    keepdims = asked.pop("keepdims", False)
    initial, where = asked.pop("initial", 0), asked.pop("where", True)
    plain = dtype is None and where is True and find_run(initial) is None and initial == 0
    if plain:
        return run.number(f, (a,), {"axis": axis, "keepdims": keepdims})
    return run.number(calls.sum_of, (a, axis, dtype, keepdims, initial, where), {})


def _no_positional_out(f: Any, asked: dict[str, Any]) -> None:
    if asked.get("out") is not None:
        fail(f"{name_of(f)}: give out= by name")


def _in_our_format(item: Any) -> bool:
    """Whether a traced operand is of a format of this package."""
    if isinstance(item, Traced):
        return hasattr(item.dtype.type, "format")
    inner = item.values() if isinstance(item, dict) else item
    return isinstance(item, tuple | list | dict) and any(_in_our_format(i) for i in inner)


@cache
def _signature(f: Any) -> inspect.Signature:
    return inspect.signature(LOWERED[f])


def _composite(run: Interpreter, f: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A function of LOWERED: the interpreter's where it has one result, else taken apart here."""
    if f in INSTEAD and run.keeps_format and _in_our_format((args, kwargs)):
        return INSTEAD[f](*args, **kwargs)
    if f in SEVERAL:
        return settled(run, f, args, kwargs, LOWERED[f](*args, **kwargs))
    try:
        bound = _signature(f).bind(*args, **kwargs)
    except TypeError as error:
        fail(f"{name_of(f)}: {error}; this argument is not traced")
    _no_positional_out(f, bound.arguments)
    for name in _SECOND_RESULTS & bound.arguments.keys():
        if bound.arguments[name]:
            fail(f"{name_of(f)}({name}=...) gives more than the result: not traced")
    if find_run(kwargs) is not None:  # interpreters look for values among the positions
        args, kwargs = bound.args, bound.kwargs
    return with_own_parts(run.number(f, args, kwargs), args)


HANDLERS.update(dict.fromkeys(ELEMENTWISE, _ufunc))
HANDLERS[np.matmul] = _ufunc
HANDLERS[np.sum] = HANDLERS[np.cumsum] = _sum
HANDLERS.update(dict.fromkeys(LOWERED, _composite))
HANDLERS.update(
    {f: _ufunc for f in LOWERED if isinstance(f, np.ufunc) and f.signature is None and f.nout == 1}
)


def power(x: Any, y: Any) -> Any:
    """The operator **, which of float arrays is more than np.power."""
    floats = any(getattr(getattr(v, "dtype", None), "kind", "") == "f" for v in (x, y))
    return (calls.power if floats else np.power)(x, y)


METHODS["power"] = power


def _linspace(run: Interpreter, f: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """np.linspace has other code for scalars of a format: see calls.py."""
    names = ("start", "stop", "num", "endpoint", "retstep", "dtype", "axis")
    asked = dict(zip(names, args, strict=False)) | kwargs
    if asked.pop("retstep", False):
        fail("np.linspace(retstep=True) is not traced")
    return run.number(calls.linspace, (asked.pop("start"), asked.pop("stop"), asked), {})


def _astype(run: Interpreter, f: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    kwargs.pop("device", None)
    return args[0].astype(*args[1:], **kwargs)


def _arange(run: Interpreter, f: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return run.number(calls.exact_arange, args, kwargs)


HANDLERS[nf.arange] = _arange
HANDLERS[np.linspace] = _linspace
HANDLERS[np.astype] = _astype
