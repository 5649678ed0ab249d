# SPDX-License-Identifier: BSD-3-Clause
"""What is a model to a plan?  Nodes in a row, each of which can write its operations.

A stack is a matrix of (1 + K) B rows: the values of a batch, then its K tangents.  A node takes a
stack and gives one; backwards it takes the cotangent of its values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.training.dtypes import has_value
from numformats.training.linear import Linear
from numformats.training.plans import terms
from numformats.training.sequential import Sequential

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from numformats.training.layer import Layer
    from numformats.training.plans.builder import Builder, Matrix

__all__ = ["MOMENTUM", "RATE", "STEP", "Affine", "Elementwise", "Node", "affine", "nodes_of"]


# Knobs by number: what gradients are multiplied by, minus the step size, the momentum.
RATE, STEP, MOMENTUM = 0, 1, 2


class Node:
    """A part of a model: rows in, rows out.  A node of one's own defines these methods."""

    name: str

    def outputs(self, inputs: int, dtype: Any) -> tuple[int, Any]:
        """How many columns it gives for so many, and in which format."""
        return inputs, dtype

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

    @property
    def inputs(self) -> int:
        """Columns of what comes in, without that of ones."""
        return self.weight.rows - self.bias

    def outputs(self, inputs: int, dtype: Any) -> tuple[int, Any]:  # noqa: ARG002
        """The weight's columns; ValueError where the inputs do not fit."""
        if inputs != self.inputs:
            msg = f"layer {self.name!r} takes {self.inputs} inputs, and gets {inputs}"
            raise ValueError(msg)
        return self.weight.columns, self.weight.dtype

    def with_ones(self, b: Builder, s: Matrix) -> Matrix:
        """The stack with a column of ones for values, of zeros for tangents."""
        if not self.bias:
            return s
        wide = s.wider(1)
        ones = wide.part(columns=slice(s.columns, s.columns + 1))
        b.copy(ones.part(rows=slice(b.batch)), b.constant(1, s.dtype).spread(b.batch, 1))
        if s.rows > b.batch:
            rest = ones.part(rows=slice(b.batch, s.rows))
            b.copy(rest, b.constant(0, s.dtype).spread(rest.rows, 1))
        return wide

    def stacked(self, b: Builder, s: Matrix, rows: int | None = None) -> Matrix:
        """The products; `rows`: of the new stack, more than s has where tangents begin here."""
        y = b.buffer(
            f"z {self.name}", rows or s.rows, self.weight.columns, self.weight.dtype, extra=b.extra
        )
        b.product(y.part(rows=slice(s.rows)), self.with_ones(b, s), self.weight)
        return y

    def back(self, b: Builder, x: Matrix, y: Matrix, g: Matrix) -> Matrix:  # noqa: ARG002
        """The product with the transpose, with the weights of before the update."""
        out = b.buffer(f"d {self.name}", g.rows, self.inputs, g.dtype)
        b.product(out, g, self.weight.part(rows=slice(self.inputs)).T)
        return out

    def update(self, b: Builder, x: Matrix, delta: Matrix) -> None:
        """Subtract x^T delta from the weights, one exact sum each, rounded once, in place.

        x has its ones: it went through `stacked` or `with_ones`.  With momentum delta goes to the
        velocity, v <- momentum v + x^T delta, and the weights lose the step size times that:
        two roundings for v, one for the weights.
        """
        w, inputs = self.weight, x.wider(self.bias).T
        if not b.momentum:
            b.product(w, inputs, delta, w, subtract=True)
            return
        v = b.buffer(f"velocity {self.name}", w.rows, w.columns, w.dtype, kept=True)
        b.state[self.name] = v.buffer.name
        kept = b.scaled(f"m {self.name}", v, b.knob(MOMENTUM, 1, w.dtype))
        b.product(v, inputs, delta, kept)
        b.element("fma", w, v, b.knob(STEP, 1, w.dtype).spread(w.rows, w.columns), w)


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


def nodes_of(b: Builder, model: Layer, dtype: Any, inputs: int | None) -> list[Node]:
    """The nodes of a model, in the order of its layers, and their weights as buffers of b.

    A layer with a method `emit` describes itself: emit(builder, name) gives a list of nodes.  Any
    other layer without parameters must be elementwise.  TypeError: a layer is neither.
    """
    found: list[Node] = []
    width = inputs
    for name, layer in _leaves(model, ""):
        emit = getattr(layer, "emit", None)
        if emit is not None:
            new = emit(b, name)
        elif isinstance(layer, Linear):
            new = [affine(b, name, layer)]
        elif layer.parameters():
            msg = f"layer {name!r} ({type(layer).__name__}) has parameters, and no emit for a plan"
            raise TypeError(msg)
        else:
            new = [_elementwise(name, layer, dtype)]
        for node in new:
            if width is None:
                width = getattr(node, "inputs", None)
            if width is not None:
                width, dtype = node.outputs(width, dtype)
        found += new
    return found


def affine(
    b: Builder, name: str, layer: Layer, key: str = "weight", bias_key: str = "bias"
) -> Affine:
    """An Affine node over two arrays of a layer: a matrix (inputs, outputs), maybe a bias."""
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
    place = b.buffer(f"W {name}", weight.shape[0] + bias, weight.shape[1], weight.dtype, kept=True)
    return Affine(name, place, bias, layer, key, bias_key)


def _leaves(layer: Layer, name: str) -> list[tuple[str, Layer]]:
    """The layers that follow each other, with their names."""
    if isinstance(layer, Sequential) and not hasattr(layer, "emit"):
        dotted = name + "." if name else ""
        return [leaf for key, part in layer.parts.items() for leaf in _leaves(part, dotted + key)]
    return [(name or type(layer).__name__, layer)]


def _elementwise(name: str, layer: Layer, dtype: Any) -> Elementwise:
    from numformats.training.layer import Pass  # noqa: PLC0415 - beside its only use

    try:
        return Elementwise(name, lambda x: layer.forward({}, x, Pass()), np.dtype(dtype))
    except (TypeError, AttributeError, ValueError) as error:
        msg = f"layer {name!r} ({type(layer).__name__}) has no plan: {error}"
        raise TypeError(msg) from None
