# SPDX-License-Identifier: BSD-3-Clause
"""How does a foreign array answer a function of ours, as it answers NumPy's?  By NEP 18.

A function under ``@overridable`` asks its arguments for ``__array_function__`` first: what is no
NumPy array or scalar and has that method is given the call.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

_F = TypeVar("_F", bound="Callable[..., Any]")


def _stranger(items: Any) -> Any:
    """The first argument that wants to answer; lists and tuples are looked into once."""
    for item in items:
        if isinstance(item, list | tuple):
            found = _stranger(item) if item and not isinstance(item[0], int | float) else None
            if found is not None:
                return found
        elif hasattr(type(item), "__array_function__") and not isinstance(
            item, np.ndarray | np.generic
        ):
            return item
    return None


def overridable(function: _F) -> _F:
    """`function`, answered by ``__array_function__`` of an argument that is no array of NumPy."""

    @functools.wraps(function)
    def answered(*args: Any, **kwargs: Any) -> Any:
        item = _stranger((*args, *kwargs.values()))
        if item is None:
            return function(*args, **kwargs)
        return item.__array_function__(answered, (type(item),), args, kwargs)

    return cast("_F", answered)
