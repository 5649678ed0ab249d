# SPDX-License-Identifier: BSD-3-Clause
"""Which elements of an array share a scale: all, those of a channel, or those of a group?"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Layout", "layout"]


@dataclass(frozen=True)
class Layout:
    """axis None: one scale; axes: one per index along these; group: runs along the one axis.

    As ONNX has it: without group an axis shares a scale across all others, with group (its
    block_size) each index of the others has scales of its own.
    """

    axis: tuple[int, ...] | None
    group: int | None

    def reduce(self, ufunc: np.ufunc, x: Any) -> Any:
        """ufunc.reduce over what shares a scale: one number per scale, axes kept."""
        if self.group is not None:
            (axis,) = self._axes(x)
            starts = np.arange(0, x.shape[axis], self.group)
            return ufunc.reduceat(x, starts, axis=axis)
        if self.axis is None:
            return ufunc.reduce(x, axis=None)
        kept = self._axes(x)
        rest = tuple(i for i in range(x.ndim) if i not in kept)
        return ufunc.reduce(x, axis=rest, keepdims=True)

    def shape(self, x: Any) -> tuple[int, ...]:
        """The shape of the scales of x; raises ValueError where x has not these axes."""
        if self.axis is None:
            return ()
        kept = self._axes(x)
        if self.group is not None:
            return tuple(-(-n // self.group) if i in kept else n for i, n in enumerate(x.shape))
        return tuple(n if i in kept else 1 for i, n in enumerate(x.shape))

    def spread(self, values: Any, x: Any) -> Any:
        """One number per scale, as an array that broadcasts with x."""
        if self.group is None:
            return values
        (axis,) = self._axes(x)
        long = np.repeat(values, self.group, axis=axis)
        return np.take(long, np.arange(x.shape[axis]), axis=axis)

    def parts(self, x: Any) -> Iterator[Any]:
        """The elements that share each scale, in the order of the scales."""
        if self.axis is None:
            yield np.ravel(x)
            return
        owner = np.arange(int(np.prod(self.shape(x)))).reshape(self.shape(x))
        owner = np.broadcast_to(self.spread(owner, x), x.shape)
        order = np.argsort(owner, axis=None, kind="stable")
        counts = np.bincount(owner.ravel(), minlength=int(np.prod(self.shape(x))))
        yield from np.split(np.ravel(x)[order], np.cumsum(counts)[:-1])

    def _axes(self, x: Any) -> tuple[int, ...]:
        assert self.axis is not None
        for axis in self.axis:
            if not -x.ndim <= axis < x.ndim:
                raise ValueError(f"axis={axis}: x has {x.ndim} axes, its shape is {x.shape}")
        return tuple(sorted({axis % x.ndim for axis in self.axis}))


def layout(axis: Any, group: Any) -> Layout:
    """The layout that these arguments of `Affine` mean; raises TypeError and ValueError."""
    if axis is not None:
        given = axis if isinstance(axis, tuple | list) else (axis,)
        try:
            axis = tuple(operator.index(a) for a in given)
        except TypeError:
            raise TypeError(f"axis={axis!r}; allowed: None, an axis or a tuple of axes") from None
        if not axis:
            raise ValueError("axis=() names no axis; one scale for all is axis=None")
    if group is not None:
        try:
            group = operator.index(group)
        except TypeError:
            raise TypeError(f"group={group!r}; allowed: an integer of 1 or more") from None
        if group < 1:
            raise ValueError(f"group={group}; allowed: 1 or more")
        if axis is None or len(axis) != 1:
            raise ValueError(f"group={group} needs the one axis that its runs lie along: axis=")
    return Layout(axis, group)
