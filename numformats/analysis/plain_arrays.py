# SPDX-License-Identifier: BSD-3-Clause
"""How does np.arange(n).astype(x.dtype) come into the trace?  Its astype lifts.

An array of whole numbers or doubles has nothing of the trace until it is converted to the dtype
that the trace stands for; what NumPy then computed with it alone would be computed in that dtype.
So the lens gives such arrays as a subclass of ndarray that differs in `astype` only.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["keep_plain", "plain"]

_CONSTRUCTORS = (
    "arange", "array", "asarray", "eye", "full", "geomspace", "identity", "indices", "linspace",
    "logspace", "ones", "tri", "zeros",
)  # fmt: skip


class _Plain(np.ndarray[Any, Any]):
    """An array that knows how it comes into the trace when it is converted."""

    _target: np.dtype[Any] | None = None
    _enter: Callable[[np.ndarray[Any, Any]], Any]

    def __array_finalize__(self, other: Any) -> None:
        if isinstance(other, _Plain) and other._target is not None:  # noqa: SLF001 - its own class
            self._target, self._enter = other._target, other._enter  # noqa: SLF001

    def astype(self, dtype: Any, *args: Any, **kwargs: Any) -> Any:
        """As of any array, but traced when the dtype is the trace's."""
        if self._target is not None and np.dtype(dtype) == self._target:
            return self._enter(self.view(np.ndarray))
        return super().astype(dtype, *args, **kwargs)


def plain(array: np.ndarray[Any, Any], target: np.dtype[Any], enter: Callable[..., Any]) -> Any:
    """The array as one whose astype(target) is enter(array)."""
    view = array.view(_Plain)
    view._target, view._enter = target, enter  # noqa: SLF001
    return view


def keep_plain(lens: Any, target: np.dtype[Any], enter: Callable[..., Any]) -> None:
    """Let NumPy's constructors, seen through the lens, give such arrays."""
    for name in _CONSTRUCTORS:
        setattr(lens, name, _wrapped(getattr(lens, name), target, enter))


def _wrapped(
    constructor: Callable[..., Any], target: np.dtype[Any], enter: Callable[..., Any]
) -> Callable[..., Any]:
    @functools.wraps(constructor)
    def made(*args: Any, **kwargs: Any) -> Any:
        array = constructor(*args, **kwargs)
        is_plain = type(array) is np.ndarray and array.dtype.kind in "biuf"
        return plain(array, target, enter) if is_plain else array

    return made
