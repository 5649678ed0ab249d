# SPDX-License-Identifier: BSD-3-Clause
"""What do +, - and abs mean between quires, and between quires and numbers?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

__all__ = ["QuireOperators"]


class QuireOperators:
    """The operators of quires, made of the methods that the class below has."""

    if TYPE_CHECKING:
        _words: np.ndarray[tuple[Any, ...], np.dtype[np.uint64]]
        copy: Callable[[], Self]
        add: Callable[[Any], Self]
        subtract: Callable[[Any], Self]
        merged: Callable[[Any], Self]
        _map: Callable[[Callable[[int], int]], Self]

    __array_ufunc__ = None  # NumPy's operators leave it to ours

    def __add__(self, other: Any) -> Self:
        return self.merged(other) if isinstance(other, QuireOperators) else self.copy().add(other)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Self:
        if isinstance(other, QuireOperators):
            return self.merged(-other)
        return self.copy().subtract(other)

    def __rsub__(self, other: Any) -> Self:
        return (-self).add(other)

    def __iadd__(self, other: Any) -> Self:
        if not isinstance(other, QuireOperators):
            return self.add(other)
        self._words[...] = self.merged(other)._words
        return self

    def __isub__(self, other: Any) -> Self:
        if not isinstance(other, QuireOperators):
            return self.subtract(other)
        return self.__iadd__(-other)

    def __neg__(self) -> Self:
        return self._map(int.__neg__)

    def __abs__(self) -> Self:
        return self._map(abs)
