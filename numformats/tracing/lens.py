# SPDX-License-Identifier: BSD-3-Clause
"""How do np.zeros(n, dtype=x.dtype) and np.array([x, y]) stay in the trace?

NumPy does not dispatch its constructors.  A traced function is run as a copy of itself that sees,
in the place of NumPy, a module with tracing constructors (names.py makes the copy).  They give
traced values where they are made of traced values, where the dtype that is asked for is the
trace's, and where they make a fresh array of real numbers, which the program is about to fill.
"""

from __future__ import annotations

import functools
import types
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.tracing.constructing import (
    CONSTRUCT,
    GATHER,
    construct,
    gather,
    gathered,
    is_real,
)
from numformats.tracing.functions import KINDS
from numformats.tracing.messages import fail
from numformats.tracing.names import Sight
from numformats.tracing.value import Interpreter, Traced, find_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_FRESH: set[Any] = {np.empty, np.eye, np.full, np.identity, np.ones, np.tri, np.zeros}
# NumPy does not dispatch these when their first operand is a list of traced values.
_OF_ARRAYS: set[Any] = {
    f
    for kind in ("arithmetic", "composite", "selection", "question")
    for f in KINDS[kind][1]
    if isinstance(getattr(np, f.__name__, None), type(np.sum))
}


class Lens(types.ModuleType):
    """NumPy, or a lens before it, with tracing constructors."""

    def __init__(self, run: Interpreter, dtypes: Iterable[Any], under: Any = np) -> None:
        super().__init__("numpy")
        self._run, self._dtypes = run, {np.dtype(d) for d in dtypes}
        self._under = under

    def over(self, under: Any) -> Lens:
        """The lens before another one, of a run below."""
        return self if under is self._under else Lens(self._run, self._dtypes, under)

    def __getattr__(self, name: str) -> Any:
        if name in _STAND_INS:
            return _STAND_INS[name]
        below, function = getattr(self._under, name), getattr(np, name)
        if not callable(function):
            return below
        if function in CONSTRUCT or function in GATHER:
            made: Callable[..., Any] = functools.partial(self._construct, function, below)
        elif function in _OF_ARRAYS:
            made = functools.partial(_of_arrays, below)
        else:
            return below
        setattr(self, name, functools.update_wrapper(made, function))
        return made

    def _construct(self, f: Any, below: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        top = find_run(kwargs, find_run(args))
        if top is not None:
            return (gather if f in GATHER else construct)(top, f, args, kwargs)
        made = below(*args, **kwargs)
        asked = f in _FRESH or kwargs.get("dtype") is not None or len(args) > 1
        if not asked or not is_real(made.dtype):
            return made
        if f not in _FRESH and made.dtype not in self._dtypes:
            return made
        if f is np.empty:
            made[...] = 0
        return self._run.lift(made)


def _of_arrays(f: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """f, whose first operand may be a list of traced values."""
    if args and isinstance(args[0], list | tuple) and (run := find_run(args[0])) is not None:
        args = (gathered(run, args[0]), *args[1:])
    return f(*args, **kwargs)


class _Joining:
    """Of np.r_ and np.c_ what joins arrays; the rest is NumPy's."""

    def __init__(self, numpys: Any, join: Callable[..., Any]) -> None:
        self._numpys, self._join = numpys, join

    def __getitem__(self, items: Any) -> Any:
        if find_run(items) is None or not isinstance(items, tuple):
            return items if find_run(items) is not None else self._numpys[items]
        if any(isinstance(item, str) for item in items):
            fail("np.r_ and np.c_ with a text are not traced: use np.concatenate")
        return self._join(
            [np.r_[item] if isinstance(item, slice) else np.atleast_1d(item) for item in items]
        )


class _ArrayType(type):
    """The type of np.ndarray as a traced function sees it: traced values are instances."""

    def __instancecheck__(cls, x: Any) -> bool:
        return isinstance(x, np.ndarray | Traced)

    def __subclasscheck__(cls, kind: type) -> bool:
        return issubclass(kind, np.ndarray | Traced)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        return np.ndarray(*args, **kwargs)

    def __getattr__(cls, name: str) -> Any:
        return getattr(np.ndarray, name)


class _Array(metaclass=_ArrayType):
    pass


_STAND_INS = {
    "c_": _Joining(np.c_, np.column_stack),
    "ndarray": _Array,
    "r_": _Joining(np.r_, np.concatenate),
}


def make(run: Interpreter, dtypes: Iterable[Any]) -> Lens:
    """NumPy with tracing constructors, for a run whose arrays have these dtypes."""
    return Lens(run, dtypes)


def through(function: Callable[..., Any], lens: Any) -> Callable[..., Any]:
    """A copy of the function that sees NumPy through the lens.

    Functions, methods, partial functions and objects with ``__call__`` are copied; what is written
    in C is returned as it is.  Names that the function assigns with ``global`` reach its module
    when the call ends.

    >>> from numformats.tracing import Interpreter, Traced
    >>> class Plain(Interpreter):
    ...     count = 1
    ...
    ...     def lift(self, plain):
    ...         return self.of(np.array(plain))
    >>> def first(x):
    ...     y = np.zeros(2, dtype=x.dtype)
    ...     y[0] = x[0]
    ...     return y
    >>> run = Plain()
    >>> through(first, make(run, {np.float64}))(run.lift([3.0, 4.0]))
    plain([3. 0.])
    """
    return Sight(lens).outermost(function)
