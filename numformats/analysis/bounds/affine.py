# SPDX-License-Identifier: BSD-3-Clause
"""How do numbers depend on what they were made of?  Affine forms: center + sum of c * symbol.

A symbol stands for an unknown of [-1, 1]: an input of the box, one rounding, the remainder of one
nonlinear operation.  Numbers that share symbols are correlated: x - x is 0.  (De Figueiredo and
Stolfi, "Affine arithmetic: concepts and applications", Numerical Algorithms 37, 2004.)

Forms stand in arrays: center has a shape, coefficients and symbols that shape and one axis of
slots more. Symbols are numbered, an empty slot has the number -1.  What float64 rounds goes into
the remainder.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.analysis.bounds.interval import down, total, up

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]

__all__ = ["Affine", "align", "combine", "constant"]

EMPTY = -1
# One operation on a coefficient loses at most half of this, relatively, or UNDER absolutely.
ULP = 2.0**-52
UNDER = 2.0**-1074


@dataclass(frozen=True, eq=False)
class Affine:
    """center + sum(coefficients * symbols), an array of forms."""

    center: Floats
    symbols: Numbers
    coefficients: Floats

    @property
    def radius(self) -> Floats:
        """How far the form is from its center at most."""
        n = self.coefficients.shape[-1]
        radius: Floats = np.abs(self.coefficients).sum(axis=-1) * (1 + (n + 2) * ULP)
        return radius

    @property
    def range(self) -> tuple[Floats, Floats]:
        """All values of the form."""
        radius = self.radius
        point = radius == 0
        return (
            np.where(point, self.center, down(self.center - radius)),
            np.where(point, self.center, up(self.center + radius)),
        )

    def scaled(self, factor: Floats) -> tuple[Affine, Floats]:
        """The form times a number, and what float64 may have lost."""
        coefficients = self.coefficients * factor[..., None]
        symbols = np.broadcast_to(self.symbols, coefficients.shape)
        made = Affine(self.center * factor, symbols, coefficients)
        return made, made.slack(2)

    def where(self, flags: NDArray[np.bool_], other: Affine) -> Affine:
        """The other forms where it is so, else these; both have as many slots."""
        slots = flags[..., None]
        return Affine(
            np.where(flags, other.center, self.center),
            np.where(slots, other.symbols, self.symbols),
            np.where(slots, other.coefficients, self.coefficients),
        )

    def slack(self, operations: int) -> Floats:
        """What so many float64 operations on each number of the form may have lost."""
        size = np.abs(self.center) + self.radius
        slots = self.coefficients.shape[-1] + 1
        return np.where(size == 0, 0.0, size * (operations * ULP) + slots * operations * UNDER)

    def noisy(self, noise: Floats, symbol: Numbers, slots: int) -> Affine:
        """The form with one more symbol, condensed to so many slots.

        The smallest coefficients are summed into the new symbol's: the range stays, their
        correlation is lost.
        """
        c, s = self.coefficients, self.symbols
        keep = slots - 1
        if c.shape[-1] > keep:
            order = np.argpartition(np.abs(c), c.shape[-1] - keep, axis=-1)
            c, s = _taken(order, c, s)
            rest, c, s = c[..., :-keep], c[..., -keep:], s[..., -keep:]
            lost = np.abs(rest).sum(axis=-1) * (1 + rest.shape[-1] * ULP)
            noise = total(noise, lost)
        symbol = np.broadcast_to(symbol, noise.shape)
        c = np.concatenate([c, noise[..., None]], axis=-1)
        s = np.concatenate([s, np.where(noise != 0, symbol, EMPTY)[..., None]], axis=-1)
        if c.shape[-1] < slots:
            more = [(0, 0)] * (c.ndim - 1) + [(0, slots - c.shape[-1])]
            c, s = np.pad(c, more), np.pad(s, more, constant_values=EMPTY)
        return Affine(self.center, s, c)


def constant(center: Floats, slots: int) -> Affine:
    """Forms without symbols."""
    shape = (*center.shape, slots)
    return Affine(center, np.full(shape, EMPTY), np.zeros(shape))


def align(x: Affine, y: Affine) -> tuple[Numbers, Floats, Floats]:
    """Symbols of both, and the coefficients of x and of y at these symbols."""
    if x.symbols is y.symbols or (
        x.symbols.shape == y.symbols.shape and np.array_equal(x.symbols, y.symbols)
    ):
        return x.symbols, x.coefficients, y.coefficients
    shape = np.broadcast_shapes(x.symbols.shape[:-1], y.symbols.shape[:-1])
    x, y = _used(x, shape), _used(y, shape)
    symbols = np.concatenate([x.symbols, y.symbols], axis=-1)
    of_x = np.concatenate([x.coefficients, np.zeros_like(y.coefficients)], axis=-1)
    of_y = np.concatenate([np.zeros_like(x.coefficients), y.coefficients], axis=-1)
    order = np.argsort(symbols, axis=-1, kind="stable")
    symbols, of_x, of_y = _taken(order, symbols, of_x, of_y)
    same = (symbols[..., 1:] == symbols[..., :-1]) & (symbols[..., 1:] != EMPTY)
    # Of two equal symbols the first has the coefficient of x, for the sort is stable.
    of_y[..., :-1][same] = of_y[..., 1:][same]
    of_y[..., 1:][same] = 0
    symbols[..., 1:][same] = EMPTY
    return symbols, of_x, of_y


def _taken(order: NDArray[np.intp], *arrays: NDArray[Any]) -> list[NDArray[Any]]:
    """np.take_along_axis of several arrays along their last axis."""
    flat = order.reshape(math.prod(order.shape[:-1]), order.shape[-1])
    row = np.arange(len(flat))[:, None]
    return [a.reshape(flat.shape)[row, flat].reshape(order.shape) for a in arrays]


def _used(x: Affine, shape: tuple[int, ...]) -> Affine:
    """X in that shape, without the slots that no form of the array uses."""
    used = (x.symbols != EMPTY).reshape(-1, x.symbols.shape[-1]).any(axis=0)
    s, c = x.symbols[..., used], x.coefficients[..., used]
    if s.shape[:-1] == shape:
        return Affine(x.center, s, c)
    return Affine(
        np.broadcast_to(x.center, shape),
        np.broadcast_to(s, (*shape, s.shape[-1])),
        np.broadcast_to(c, (*shape, c.shape[-1])),
    )


def combine(a: float, x: Affine, b: float, y: Affine) -> tuple[Affine, Floats]:
    """A x + b y, and what float64 lost; a and b are 1, -1, 1/2 or -1/2.

    Such products are exact, and what a sum loses is known (Knuth's TwoSum): nothing where terms
    cancel.
    """
    symbols, of_x, of_y = align(x, y)
    parts, lost = _sum(a * of_x, b * of_y)
    center, lost_center = _sum(a * x.center, b * y.center)
    slots = symbols.shape[-1] + 2
    total = (np.abs(lost).sum(axis=-1) + np.abs(lost_center)) * (1 + slots * ULP)
    return Affine(center, symbols, parts), total + (0.0 if abs(a * b) == 1 else 2 * slots * UNDER)


def _sum(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    s = a + b
    back = s - a
    return s, (a - (s - back)) + (b - back)
