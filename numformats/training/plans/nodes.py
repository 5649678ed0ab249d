# SPDX-License-Identifier: BSD-3-Clause
"""What is a model to a plan?  Nodes in a row, each of which can write its operations.

A stack is a matrix of (1 + K) B rows: the values of a batch, then its K tangents.  A node takes a
stack and gives one; backwards it takes the cotangent of its values.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from numformats.training.dtypes import has_value
from numformats.training.plans import terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from numformats.training.layer import Layer
    from numformats.training.plans.builder import Builder, Matrix

__all__ = [
    "MOMENTUM",
    "RATE",
    "STEP",
    "Affine",
    "Elementwise",
    "Node",
    "affine",
    "checked_weights",
    "weights_of",
]


# Knobs by number: what gradients are multiplied by, minus the step size, the momentum.
RATE, STEP, MOMENTUM = 0, 1, 2
# Rows of a gradient that is not formed whole.
TILE = 64


class Node:
    """A part of a model: rows in, rows out.  A node of one's own defines these methods."""

    name: str
    forward_modes: ClassVar[bool] = True  # do tangents go through it?

    def outputs(self, inputs: int, dtype: Any) -> tuple[int, Any]:
        """How many columns it gives for so many, and in which format."""
        return inputs, dtype

    def shapes(self, shape: tuple[int, ...], dtype: Any) -> tuple[tuple[int, ...], Any]:
        """The shape of a sample that it gives for one of this shape, and the format."""
        inputs = math.prod(shape)
        columns, dtype = self.outputs(inputs, dtype)
        return (shape if columns == inputs else (columns,)), dtype

    def takes(self, dtype: Any) -> Any:
        """The format for cotangents that come from a product; dtype: that of cotangents else."""
        return dtype

    def stacked(self, b: Builder, s: Matrix) -> Matrix:
        """Values, and tangents where the stack has them."""
        raise NotImplementedError

    def back(self, b: Builder, x: Matrix, y: Matrix, g: Matrix) -> Matrix:
        """The cotangent of the values x, from that of y; it may be written over g."""
        raise NotImplementedError


@dataclass
class Affine(Node):
    """Rows times a matrix of weights; the bias is its last row, and meets a column of ones."""

    name: str
    weight: Matrix  # (inputs + bias, outputs)
    bias: bool
    owner: Layer
    key: str = "weight"
    bias_key: str = "bias"
    before: Node | None = None

    @property
    def inputs(self) -> int:
        """Columns of what comes in, without that of ones."""
        return self.weight.rows - self.bias

    def outputs(self, inputs: int, dtype: Any) -> tuple[int, Any]:  # noqa: ARG002
        """The weight's columns; ValueError where the inputs do not fit."""
        if inputs != self.inputs:
            msg = f"layer {self.name!r} takes {self.inputs} inputs, and gets {inputs}"
            raise ValueError(msg)
        return self.columns, self.weight.dtype

    @property
    def columns(self) -> int:
        """Columns of what it gives."""
        return self.weight.columns

    def widened(self, s: Matrix) -> Matrix:
        """The stack with the column that meets the bias."""
        return s.wider(self.bias)

    def with_ones(self, b: Builder, s: Matrix) -> Matrix:
        """The stack with a column of ones for values, of zeros for tangents."""
        if not self.bias:
            return s
        wide = self.widened(s)
        ones = wide.part(columns=slice(s.columns, s.columns + 1))
        b.copy(ones.part(rows=slice(b.batch)), b.constant(1, s.dtype).spread(b.batch, 1))
        if s.rows > b.batch:
            rest = ones.part(rows=slice(b.batch, s.rows))
            b.copy(rest, b.constant(0, s.dtype).spread(rest.rows, 1))
        return wide

    def stacked(self, b: Builder, s: Matrix, rows: int | None = None) -> Matrix:
        """The products; `rows`: of the new stack, more than s has where tangents begin here."""
        y = b.buffer(
            f"z {self.name}", rows or s.rows, self.columns, self.weight.dtype, extra=b.extra
        )
        self.times(b, y.part(rows=slice(s.rows)), self.with_ones(b, s), self.weight)
        return y

    def times(
        self, b: Builder, out: Matrix, x: Matrix, weight: Matrix, addend: Matrix | None = None
    ) -> None:
        """Write the products of rows, which have their ones, and weights."""
        b.product(out, x, weight, addend)

    def back(self, b: Builder, x: Matrix, y: Matrix, g: Matrix) -> Matrix:  # noqa: ARG002
        """The product with the transpose, with the weights of before the update."""
        dtype = g.dtype if self.before is None else self.before.takes(g.dtype)
        out = b.buffer(f"d {self.name}", g.rows, self.inputs, dtype)
        b.product(out, g, self.weight.part(rows=slice(self.inputs)).T)
        return out

    def arrays(self, whole: NDArray[Any]) -> Iterator[tuple[dict[str, Any], str, NDArray[Any]]]:
        """Arrays of layers (whose, which, a view on the matrix of weights that it becomes)."""
        rows, own = self.weight.rows - self.bias, self.owner.own
        yield own, self.key, whole[:rows].reshape(own[self.key].shape)
        if self.bias:
            yield own, self.bias_key, whole[rows]

    def update(self, b: Builder, x: Matrix, delta: Matrix) -> None:
        """Subtract x^T delta from the weights, one exact sum each, rounded once, in place.

        x has its ones: it went through `stacked` or `with_ones`.  With momentum delta goes to the
        velocity, v <- momentum v + x^T delta, and the weights lose the step size times that:
        two roundings for v, one for the weights.  A rule of the builder's has its own.
        """
        w = self.weight
        if b.rule is not None:
            b.rule.update(b, self, x, delta)
            return
        if not b.momentum:
            self.transposed(b, w, x, delta, w, subtract=True)
            return
        v = b.buffer(f"velocity {self.name}", w.rows, w.columns, w.dtype, kept=True)
        b.state[self.name] = v.buffer.name
        kept = b.scaled(f"m {self.name}", v, b.knob(MOMENTUM, 1, w.dtype))
        self.transposed(b, v, x, delta, kept)
        b.element("fma", w, v, b.knob(STEP, 1, w.dtype).spread(w.rows, w.columns), w)

    def transposed(  # noqa: PLR0913 - a product and its addend
        self,
        b: Builder,
        out: Matrix,
        x: Matrix,
        delta: Matrix,
        addend: Matrix | None,
        *,
        subtract: bool = False,
    ) -> None:
        """Write addend plus, or minus, x^T delta: of each weight one exact sum."""
        b.product(out, self.widened(x).T, delta, addend, subtract=subtract)

    @property
    def rows_at_once(self) -> int:
        """Rows of the gradient that `gradient` gives: more would take more memory."""
        return min(TILE, self.weight.rows)

    def gradient(self, b: Builder, out: Matrix, x: Matrix, delta: Matrix, rows: slice) -> None:
        """Write these rows of x^T delta."""
        b.product(out, self.widened(x).T.part(rows=rows), delta)


class Elementwise(Node):
    """An activation: its derivative comes from autodiff's table, from the result where it can."""

    def __init__(self, name: str, function: Callable[[Any], Any], dtype: Any) -> None:
        self.name, self.function = name, function
        self.x, self.value = terms.trace(function, dtype)
        self.derivative = terms.derivative(self.x, self.value)

    @property
    def in_place(self) -> bool:
        """May the results take the place of the arguments?"""
        return not self.derivative.needs_x

    def stacked(self, b: Builder, s: Matrix) -> Matrix:
        """The values; tangents times the derivative."""
        y = s
        if not self.in_place:
            y = b.buffer(f"a {self.name}", s.rows, s.columns, s.dtype, extra=b.extra)
        x, r = s.part(rows=slice(b.batch)), y.part(rows=slice(b.batch))
        terms.emit(b, self.value, {id(self.x): x}, r, f"t {self.name}")
        if s.rows > b.batch:
            rest = slice(b.batch, s.rows)
            self.times_derivative(b, x, r, s.part(rows=rest), y.part(rows=rest))
        return y

    def times_derivative(self, b: Builder, x: Matrix, r: Matrix, g: Matrix, out: Matrix) -> None:
        """Write g times the derivative at x, where the result is r."""
        d = self.derivative
        terms.emit(b, d.value, {id(d.g): g, id(d.r): r, id(d.x): x}, out, f"t {self.name}")

    def back(self, b: Builder, x: Matrix, y: Matrix, g: Matrix) -> Matrix:
        """The same map, in place."""
        self.times_derivative(b, x, y, g, g)
        return g


def affine(
    b: Builder, name: str, layer: Layer, key: str = "weight", bias_key: str = "bias"
) -> Affine:
    """An Affine node over two arrays of a layer: a matrix (inputs, outputs), maybe a bias."""
    return Affine(name, *weights_of(b, name, layer, key, bias_key), layer, key, bias_key)


def weights_of(
    b: Builder, name: str, layer: Layer, key: str = "weight", bias_key: str = "bias"
) -> tuple[Matrix, bool]:
    """A buffer for an array of weights, the last axis the columns, and maybe a row of bias."""
    weight, bias = checked_weights(name, layer, key, bias_key)
    columns = weight.shape[-1]
    rows = weight.size // columns + bias
    return b.buffer(f"W {name}", rows, columns, weight.dtype, kept=True), bias


def checked_weights(
    name: str, layer: Layer, key: str = "weight", bias_key: str = "bias"
) -> tuple[NDArray[Any], bool]:
    """An array of weights that a plan can take, and whether it has a bias; else TypeError."""
    weight: NDArray[Any] = layer.own[key]
    bias = bias_key in layer.own
    if bias and layer.own[bias_key].dtype != weight.dtype:
        both = f"weight is {weight.dtype}, bias {layer.own[bias_key].dtype}"
        msg = f"layer {name!r}: {both}: make them one"
        raise TypeError(msg)
    if bias and not has_value(weight.dtype, 1):
        lack = f"{weight.dtype} has no 1, which a planned bias is multiplied by"
        msg = f"layer {name!r}: {lack}: make it with bias=False"
        raise TypeError(msg)
    accumulate = getattr(layer, "accumulate", "exact")
    if accumulate != "exact":
        msg = f"layer {name!r}: plans add exactly, or natively, not accumulate={accumulate!r}"
        raise TypeError(msg)
    return weight, bias
