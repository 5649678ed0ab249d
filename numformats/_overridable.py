# SPDX-License-Identifier: BSD-3-Clause
"""How does a value that is no array answer a function of ours?  By the method of NEP 18, renamed.

A function under ``@overridable`` asks its arguments for ``__numformats_function__(function, types,
args, kwargs)`` first: what has that method is given the call, as ``__array_function__`` is given
NumPy's.  The name is another one because arrays of other packages answer that one, too, and warn
about functions that are not NumPy's; these arrays are taken by ``__array__``.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_F = TypeVar("_F", bound="Callable[..., Any]")

# Every function that is overridable, for tests and tables.
OVERRIDABLE: list[Any] = []
# Types of arguments that never answer; those of NumPy's scalars and dtypes are learned.
_SILENT: set[type] = {np.ndarray, int, float, bool, str, type(None), type}


def overridable(function: _F) -> _F:
    """`function`, answered by ``__numformats_function__`` of an argument that has it.

    Of several arguments the first answers, but one of a subclass before one of its base;
    NotImplemented leaves it to the next, and a TypeError says that none has answered.

    >>> @overridable
    ... def double(x):
    ...     return 2 * np.asarray(x)
    >>> class Named:
    ...     def __numformats_function__(self, function, types, args, kwargs):
    ...         return f"{function.__name__} of Named"
    >>> double(3).tolist(), double(Named())
    (6, 'double of Named')
    """

    @functools.wraps(function)
    def answered(*args: Any, **kwargs: Any) -> Any:
        for item in args:
            if type(item) not in _SILENT:
                return _ask(answered, function, args, kwargs)
        if not kwargs:
            return function(*args)
        for item in kwargs.values():
            if type(item) not in _SILENT:
                return _ask(answered, function, args, kwargs)
        return function(*args, **kwargs)

    OVERRIDABLE.append(answered)
    return cast("_F", answered)


def _ask(
    answered: Callable[..., Any],
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    strangers = _strangers(args, [])
    if kwargs:
        strangers = _strangers(kwargs.values(), strangers)
    if not strangers:
        return function(*args, **kwargs)
    types = tuple(type(item) for item in strangers)
    for item in strangers:
        result = item.__numformats_function__(answered, types, args, kwargs)
        if result is not NotImplemented:
            return result
    names = ", ".join(kind.__name__ for kind in types)
    raise TypeError(f"{function.__name__}: none of the arguments' types answers it: {names}")


def _strangers(items: Iterable[Any], found: list[Any]) -> list[Any]:
    """The arguments that want to answer, one of each type, subclasses before their bases.

    Lists are gone into unless they begin with a number.
    """
    for item in items:
        kind = type(item)
        if kind in _SILENT:
            continue
        if kind is list or kind is tuple:
            if item and type(item[0]) not in _SILENT:
                _strangers(item, found)
        elif hasattr(kind, "__numformats_function__"):
            if kind not in map(type, found):
                later = (i for i, other in enumerate(found) if isinstance(item, type(other)))
                found.insert(next(later, len(found)), item)
        elif isinstance(item, np.generic | np.dtype):
            _SILENT.add(kind)
    return found
