# SPDX-License-Identifier: BSD-3-Clause
"""Which nodes does a model become, and which shapes do its samples take on their way?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.training.linear import Linear
from numformats.training.plans import attention, images, norms, residual
from numformats.training.plans.nodes import Affine, Elementwise, Node, affine
from numformats.training.sequential import Residual, Sequential

if TYPE_CHECKING:
    from numformats.training.layer import Layer
    from numformats.training.plans.builder import Builder

__all__ = ["Nodes", "nodes_of"]


@dataclass
class Nodes:
    """The nodes of a model, and the shapes of a sample before the first and behind the last."""

    found: list[Node]
    shape_in: tuple[int, ...]
    shape_out: tuple[int, ...]


def nodes_of(b: Builder, model: Layer, dtype: Any, inputs: int | tuple[int, ...] | None) -> Nodes:
    """The nodes of a model, in the order of its layers, and their weights as buffers of b.

    inputs: columns, or the shape of a sample.  A layer with a method `emit` describes itself:
    emit(builder, name) gives a list of nodes.  Layers that are neither matrices nor of images, and
    have no parameters, must be elementwise.  TypeError: a layer is none of these.
    """
    found: list[Node] = []
    shape: tuple[int, ...] | None = (inputs,) if isinstance(inputs, int) else inputs
    first = shape
    for name, layer in _leaves(model, ""):
        if shape is not None and (same := images.reshaped(name, layer, shape)) is not None:
            shape = same
            continue
        for node in _of_layer(b, name, layer, shape, dtype):
            if shape is None:
                width = getattr(node, "inputs", None)
                first = shape = None if width is None else (width,)
            if shape is not None:
                shape, dtype = node.shapes(shape, dtype)
            if isinstance(node, Affine) and found:
                node.before = found[-1]
            found.append(node)
    return Nodes(found, first or (0,), shape or (0,))


def _of_layer(
    b: Builder, name: str, layer: Layer | Node, shape: tuple[int, ...] | None, dtype: Any
) -> list[Node]:
    if isinstance(layer, Node):
        return [layer]
    emit = getattr(layer, "emit", None)
    if emit is not None:
        return list(emit(b, name))
    special = images.node(b, name, layer, shape) or norms.node(b, name, layer, shape)
    if special is not None:
        return [special]
    of_sequences = attention.nodes(b, name, layer, shape)
    if of_sequences is not None:
        return of_sequences
    if type(layer) is Linear:  # a class derived from it may compute something else
        return [affine(b, name, layer)]
    if layer.parameters():
        msg = f"layer {name!r} ({type(layer).__name__}) has parameters, and no emit for a plan"
        raise TypeError(msg)
    return [_elementwise(name, layer, dtype)]


def _leaves(layer: Layer, name: str) -> list[tuple[str, Layer | Node]]:
    """The layers that follow each other, with their names; nodes where a sum begins and ends."""
    if type(layer) is Residual:
        return residual.around(name, _leaves(layer.parts["inner"], f"{name}.inner".lstrip(".")))
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
