# SPDX-License-Identifier: BSD-3-Clause
"""What is known of one number of the computation, over every box?  Enclosures and affine forms.

A Quantity is an array of numbers, each over several boxes at once: all its arrays have the shape of
the numbers and, last, an axis of boxes.  `pack` makes an array of records of it, one per number,
which NumPy's rearrangements move as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.analysis.bounds.affine import Affine

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Interval = tuple[Floats, Floats]
    Each = Callable[[NDArray[Any]], NDArray[Any]]
    Pair = Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]]

__all__ = ["Layout", "Quantity"]


@dataclass(frozen=True, eq=False)
class Quantity:
    """An array of numbers, exact and as computed.

    exact holds the number without any rounding, for all inputs of the box; computed the number of
    the format; error the difference computed - exact; |error| <= relative * |exact|.
    """

    exact: Interval
    computed: Interval
    error: Interval
    relative: Floats
    value_form: Affine
    """The exact number, in symbols of the inputs and of remainders."""
    error_form: Affine
    """The error, in symbols of the roundings and of remainders."""

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the numbers, and the boxes."""
        return self.relative.shape

    @property
    def is_constant(self) -> bool:
        """Is it one number of float64, exact and computed, for all inputs?"""
        (low, high), (below, above) = self.exact, self.error
        return not (below.any() or above.any()) and bool(
            (low == high).all() and np.isfinite(low).all()
        )

    def each(self, numbers: Each, slots: Each) -> Quantity:
        """A function of every array: of those of numbers, and of those that have slots."""
        return self.with_each(self, lambda a, _: numbers(a), lambda a, _: slots(a))

    def with_each(self, other: Quantity, numbers: Pair, slots: Pair) -> Quantity:
        """A function of every array and the same array of another."""

        def ends(x: Interval, y: Interval) -> Interval:
            return numbers(x[0], y[0]), numbers(x[1], y[1])

        def form(x: Affine, y: Affine) -> Affine:
            parts = slots(x.symbols, y.symbols), slots(x.coefficients, y.coefficients)
            return Affine(numbers(x.center, y.center), *parts)

        return Quantity(
            ends(self.exact, other.exact),
            ends(self.computed, other.computed),
            ends(self.error, other.error),
            numbers(self.relative, other.relative),
            form(self.value_form, other.value_form),
            form(self.error_form, other.error_form),
        )

    @property
    def error_size(self) -> Floats:
        """The largest |error|."""
        return np.maximum(-self.error[0], self.error[1])


@dataclass(frozen=True)
class Layout:
    """How many boxes, and how many symbols may a form have?"""

    boxes: int
    value_slots: int
    error_slots: int

    @property
    def dtype(self) -> np.dtype[Any]:
        """The record of one number."""
        n = self.boxes
        fields: list[tuple[str, Any, tuple[int, ...]]] = [
            ("ends", np.float64, (7, n)),
            ("value", np.float64, (n,)),
            ("value symbols", np.int64, (n, self.value_slots)),
            ("value parts", np.float64, (n, self.value_slots)),
            ("error", np.float64, (n,)),
            ("error symbols", np.int64, (n, self.error_slots)),
            ("error parts", np.float64, (n, self.error_slots)),
        ]
        return np.dtype(fields)

    def pack(self, q: Quantity) -> NDArray[np.void]:
        """The numbers as records, without the axis of boxes."""
        packed = np.empty(q.shape[:-1], self.dtype)
        ends = (*q.exact, *q.computed, *q.error, q.relative)
        packed["ends"] = np.stack(ends, axis=-2)
        for name, form in (("value", q.value_form), ("error", q.error_form)):
            packed[name] = form.center
            packed[f"{name} symbols"] = form.symbols
            packed[f"{name} parts"] = form.coefficients
        return packed

    def unpack(self, packed: NDArray[np.void]) -> Quantity:
        """The numbers of records."""
        ends = [packed["ends"][..., i, :] for i in range(7)]
        value, error = (
            Affine(packed[name], packed[f"{name} symbols"], packed[f"{name} parts"])
            for name in ("value", "error")
        )
        return Quantity(
            (ends[0], ends[1]), (ends[2], ends[3]), (ends[4], ends[5]), ends[6], value, error
        )
