# SPDX-License-Identifier: BSD-3-Clause
"""How does a function that is not NumPy's come to an interpreter as one operation?"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.tracing.dispatch import dispatch, name_of, with_own_parts
from numformats.tracing.lowering import LOWERED
from numformats.tracing.messages import fail
from numformats.tracing.not_traced import NOT_TRACED
from numformats.tracing.registry import HANDLERS
from numformats.tracing.value import Interpreter, find_run

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["is_traced", "register"]


def is_traced(f: Any) -> bool:
    """Does a trace meet calls of f?  Of ufuncs and NumPy's functions, and of what is registered.

    >>> is_traced(np.exp), is_traced(len)
    (True, False)
    """
    return f in HANDLERS


def register(f: Any) -> Any:
    """F as an operation that interpreters meet as a whole; what NumPy dispatches is returned as is.

    Interpreters without a meaning for a function of the user go through its code, which must then
    be NumPy code on its positional arguments.

    >>> @register
    ... def halved(x):
    ...     return x / 2
    >>> halved(3.0), is_traced(halved)
    (1.5, True)
    """
    if f in NOT_TRACED or (isinstance(f, np.ufunc) and f not in HANDLERS):
        HANDLERS[f] = _whole
    return f if f in HANDLERS else Operation(f)


class Operation:
    """A function of the user that is handed to interpreters; an object, which the lens leaves."""

    __qualname__: str

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        functools.update_wrapper(self, function)
        LOWERED[self] = function
        HANDLERS[self] = _whole

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if find_run(args, find_run(kwargs)) is None:
            return self.function(*args, **kwargs)
        return dispatch(self, args, kwargs)

    def __reduce__(self) -> str:
        return str(self.__qualname__)  # a pickle finds it by its name, as it does functions

    def __repr__(self) -> str:
        return f"<operation {self.__qualname__}>"


def _whole(run: Interpreter, f: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """As the interpreter has it; it looks for values among the positions only."""
    if find_run(kwargs) is not None:
        fail(f"{name_of(f)}: traced values are given to it by position, not by keyword")
    return with_own_parts(run.number(f, args, kwargs), args)
