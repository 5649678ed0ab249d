# SPDX-License-Identifier: BSD-3-Clause
"""What is one step of error feedback?  v = x + e, y = Q(v), and exactly what is left of v."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.training.compensation.expansions import (
    Parts,
    all_finite,
    distilled,
    fractions_of,
    total,
)
from numformats.training.compensation.operands import where

if TYPE_CHECKING:
    from numformats.training.compensation.quantisers import Quantiser

__all__ = ["Left", "step", "step_in_fractions"]

Array = np.ndarray[Any, Any]
Shape = tuple[int, ...]

_MOST = int(np.finfo(np.float64).max)
_BLOCK = 8192  # its temporaries stay in the second cache of a processor


@dataclass(frozen=True)
class Left:
    """After a step: the residual in parts or in Fractions, and how v lay to the range of y."""

    parts: Parts | None
    exact: Array | None
    largest: float
    """The largest |v|."""
    outside: int
    """How many v were beyond the range."""

    def fractions(self) -> Array:
        """The residual in Fractions."""
        return total(self.parts) if self.parts is not None else np.asarray(self.exact, object)


def step(
    quantiser: Quantiser, x: Parts, fed: Parts, key: int | None, shape: Shape
) -> tuple[Array, Left]:
    """The step from x and what is fed back, both in parts with one axis or more.

    shape: of x as it was given.  Raises OverflowError where y is not finite.
    """
    size = x[0].size
    if size <= 2 * _BLOCK or not quantiser.elementwise:
        return _whole(quantiser, x, fed, key, shape)
    x, fed = ([part.reshape(-1) for part in parts] for parts in (x, fed))
    starts = range(0, size, _BLOCK)
    done = []
    for i in starts:
        here = slice(i, i + _BLOCK)
        block, back = [part[here] for part in x], [part[here] for part in fed]
        done.append(_whole(quantiser, block, back, key, block[0].shape))
    y = np.concatenate([block for block, _ in done]).reshape(shape)
    lefts = [left for _, left in done]
    return y, _joined(lefts, starts, shape)


def _joined(lefts: list[Left], starts: range, shape: Shape) -> Left:
    """What is left of all blocks; those that have fewer parts have zeros there."""
    largest, outside = max(left.largest for left in lefts), sum(left.outside for left in lefts)
    if any(left.parts is None for left in lefts):
        exact = np.concatenate([left.fractions() for left in lefts]).reshape(shape)
        return Left(None, exact, largest, outside)
    count = max(len(left.parts or ()) for left in lefts)
    rest = np.zeros((count, starts.stop))
    for start, left in zip(starts, lefts, strict=True):
        for row, part in zip(rest, left.parts or (), strict=False):
            row[start : start + _BLOCK] = part
    return Left(list(rest.reshape(count, *shape)), None, largest, outside)


def _whole(
    quantiser: Quantiser, x: Parts, fed: Parts, key: int | None, shape: Shape
) -> tuple[Array, Left]:
    with np.errstate(over="ignore", invalid="ignore"):  # the next line tells it by name
        v = distilled([*x, *fed])
    if not all_finite(v[0]):
        raise _not_finite(quantiser, v[0], ~np.isfinite(v[0]), shape)
    y = quantiser.write(v, key, shape)
    worth = quantiser.values(y)
    if worth is None:
        return y, _left_in_fractions(quantiser, total(v), y, v[0], shape)
    if not all_finite(worth):
        raise _not_finite(quantiser, v[0], ~np.isfinite(worth), shape)
    rest = distilled([*v, -worth])
    return y, Left(rest, None, *quantiser.range_of(v[0], rest[0]))


def step_in_fractions(
    quantiser: Quantiser, v: Array, key: int | None, shape: Shape
) -> tuple[Array, Left]:
    """The same from v in Fractions, an element at a time."""
    try:
        nearest = v.astype(np.float64)
    except OverflowError:
        beyond = np.array([abs(item) > _MOST for item in v.flat]).reshape(v.shape)
        far = np.where(v > 0, np.inf, -np.inf)
        raise _not_finite(quantiser, far, beyond, shape) from None
    y = quantiser.write_fractions(v, key, shape)
    return y, _left_in_fractions(quantiser, v, y, nearest, shape)


def _left_in_fractions(
    quantiser: Quantiser, v: Array, y: Array, nearest: Array, shape: Shape
) -> Left:
    try:
        rest = np.asarray(v - fractions_of(y), object)
    except ValueError:
        bad = np.array([not np.isfinite(float(item)) for item in y.flat]).reshape(v.shape)
        raise _not_finite(quantiser, nearest, bad, shape) from None
    return Left(None, rest, *quantiser.range_of(nearest, rest.astype(np.float64)))


def _not_finite(quantiser: Quantiser, v: Array, bad: Array, shape: Shape) -> OverflowError:
    at = np.argwhere(bad)[0]
    return OverflowError(
        f"x{where(at, len(shape))} + residual is {v[tuple(at)]}, not finite in {quantiser.text}"
    )
