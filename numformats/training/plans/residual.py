# SPDX-License-Identifier: BSD-3-Clause
"""What is a layer that adds its input again to a plan?  Two nodes, around those that it adds to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numformats.training.linear import Linear
from numformats.training.plans.nodes import Node

if TYPE_CHECKING:
    from numformats.training.layer import Layer
    from numformats.training.plans.builder import Builder, Matrix

__all__ = ["Join", "Split", "around"]


class Split(Node):
    """Where the input is set aside; where cotangents of both ways meet.

    in_place: may what follows write over it?  Then that gets a copy.
    """

    def __init__(self, name: str, *, in_place: bool) -> None:
        self.name, self.in_place = name, in_place
        self.shape: tuple[int, ...] | None = None
        self.aside: Matrix | None = None  # of the sweep that is written
        self.cotangent: Matrix | None = None

    def shapes(self, shape: tuple[int, ...], dtype: Any) -> tuple[tuple[int, ...], Any]:
        """The same."""
        self.shape = shape
        return shape, dtype

    def stacked(self, b: Builder, s: Matrix) -> Matrix:
        """The same values and tangents."""
        self.aside = s
        if not self.in_place:
            return s
        y = b.buffer(f"x {self.name}", s.rows, s.columns, s.dtype, extra=b.extra)
        b.copy(y, s)
        return y

    def back(self, b: Builder, x: Matrix, y: Matrix, g: Matrix) -> Matrix:  # noqa: ARG002
        """What came through the layers, plus what came past them: rounded once more."""
        assert self.cotangent is not None
        b.element("add", g, self.cotangent, g)
        return g


class Join(Node):
    """The sum of what was set aside and of what the layers gave, rounded once more."""

    def __init__(self, name: str, split: Split) -> None:
        self.name, self.split = name, split

    def shapes(self, shape: tuple[int, ...], dtype: Any) -> tuple[tuple[int, ...], Any]:
        """The same; ValueError where the layers change it."""
        if self.split.shape not in {None, shape}:
            msg = f"layer {self.name!r}: inner layers give shape {shape} for {self.split.shape}"
            raise ValueError(msg)
        return shape, dtype

    def stacked(self, b: Builder, s: Matrix) -> Matrix:
        """Values and tangents: those that began between are the layers' alone."""
        x = self.split.aside
        assert x is not None
        if (x.columns, x.dtype) != (s.columns, s.dtype):
            both = f"{s.columns} columns of {s.dtype} for {x.columns} of {x.dtype}"
            msg = f"layer {self.name!r}: inner layers give {both}"
            raise ValueError(msg)
        y = b.buffer(f"x {self.name}", s.rows, s.columns, s.dtype, extra=b.extra)
        own, rest = slice(x.rows), slice(x.rows, s.rows)
        b.element("add", y.part(rows=own), x, s.part(rows=own))
        if s.rows > x.rows:
            b.copy(y.part(rows=rest), s.part(rows=rest))
        return y

    def back(self, b: Builder, x: Matrix, y: Matrix, g: Matrix) -> Matrix:  # noqa: ARG002
        """The same both ways; one is set aside, for the other may be written over."""
        aside = b.buffer(f"g {self.name}", g.rows, g.columns, g.dtype)
        b.copy(aside, g)
        self.split.cotangent = aside
        return g


def around(name: str, inner: list[tuple[str, Layer | Node]]) -> list[tuple[str, Layer | Node]]:
    """The layers inside, between the nodes of a sum."""
    first = inner[0][1] if inner else None
    split = Split(name, in_place=not isinstance(first, Linear))
    return [(name, split), *inner, (name, Join(name, split))]
