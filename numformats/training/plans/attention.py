# SPDX-License-Identifier: BSD-3-Clause
"""What is attention to a plan?  Three nodes: queries, keys and values, their mixing, the output.

A sample is a row of its numbers, (length, features) one after the other.  No matrix of all scores
is made: the core makes some rows of it at a time in its scratch, backward once more.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from numformats.plan.table import FLAGS
from numformats.training.attention import MultiHeadAttention
from numformats.training.dtypes import widest
from numformats.training.linear import Linear
from numformats.training.plans.builder import Matrix
from numformats.training.plans.images import Convolution, of_every_row, single_rows
from numformats.training.plans.nodes import Node, checked_weights

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from numformats.training.layer import Layer
    from numformats.training.plans.builder import Builder

    Shape = tuple[int, ...]

__all__ = ["Attend", "Projections", "nodes"]

_PARTS = ("query", "key", "value")


@dataclass
class Projections(Convolution):
    """Queries, keys and values of every place: three matrices of weights side by side."""

    def back(self, b: Builder, x: Matrix, y: Matrix, g: Matrix) -> Matrix:  # noqa: ARG002
        """Three products, each rounded, then their sum: as the tape of autodiff has it."""
        length, features = self.windows[0], self.windows[2]
        places = length * g.rows
        three = b.buffer(f"p {self.name}", 3 * places, features, g.dtype)
        arrived = Matrix(g.buffer, places, 3 * features, 3 * features)
        for i in range(3):
            columns = slice(i * features, (i + 1) * features)
            w = self.weight.part(rows=slice(features), columns=columns)
            b.product(
                three.part(rows=slice(i * places, (i + 1) * places)),
                arrived.part(columns=columns),
                w.T,
            )
        out = b.buffer(f"d {self.name}", g.rows, self.inputs, g.dtype)
        size = places * features
        terms = Matrix(three.buffer, size, 3, 1, column=size)
        b.op("SUM_ROWS", a=terms, out=Matrix(out.buffer, size, 1, 1))
        return out

    def arrays(self, whole: NDArray[Any]) -> Iterator[tuple[dict[str, Any], str, NDArray[Any]]]:
        """The arrays of three layers, views on some columns each."""
        rows, first = self.weight.rows - self.bias, 0
        for part in _PARTS:
            own = self.owner.parts[part].own
            columns = slice(first, first + own[self.key].shape[1])
            yield own, self.key, whole[:rows, columns]
            if self.bias:
                yield own, self.bias_key, whole[rows, columns]
            first = columns.stop


@dataclass
class Attend(Node):
    """What each place takes of the values, by the softmax of its query's products with keys."""

    name: str
    layer: MultiHeadAttention
    length: int
    forward_modes: ClassVar[bool] = False

    def shapes(self, shape: Shape, dtype: Any) -> tuple[Shape, Any]:  # noqa: ARG002
        """A third of the columns."""
        return (self.length, self.layer.features), dtype

    def _op(self, b: Builder, kind: str, x: Matrix, operands: dict[str, Matrix]) -> None:
        layer = self.layer
        root = math.sqrt(layer.features // layer.heads)
        b.op(
            kind,
            flag=FLAGS["CAUSAL"] * layer.causal,
            first=layer.heads,
            last=self.length,
            a=x,
            addend=b.constant(root, widest(x.dtype)),
            operands=operands,
        )

    def stacked(self, b: Builder, s: Matrix) -> Matrix:
        """The values; there are no tangents."""
        columns = self.length * self.layer.features
        y = b.buffer(f"m {self.name}", s.rows, columns, s.dtype, extra=b.extra)
        self._op(b, "ATTEND", s, {"out": y})
        return y

    def back(self, b: Builder, x: Matrix, y: Matrix, g: Matrix) -> Matrix:  # noqa: ARG002
        """The cotangents of queries, keys and values, from scores that are made again."""
        out = b.buffer(f"d {self.name}", g.rows, x.columns, g.dtype)
        self._op(b, "ATTEND_BACK", x, {"b": g, "out": out})
        return out


def nodes(b: Builder, name: str, layer: Layer, shape: Shape | None) -> list[Node] | None:
    """The nodes of an attention layer; None: it is another one.

    ValueError: samples are no sequences, or not of the layer's features; TypeError: its four
    matrices differ in their formats.
    """
    if type(layer) is not MultiHeadAttention:
        return None  # a class derived from it may compute something else
    here = f"layer {name!r} ({layer.describe()})"
    if shape is None or len(shape) != 2 or shape[1] != layer.features:
        found = "of unknown shape" if shape is None else f"of shape {shape}"
        wanted = f"compile(..., inputs=(length, {layer.features})), or put Reshape before"
        msg = f"{here} takes sequences, and gets samples {found}: {wanted}"
        raise ValueError(msg)
    kinds = {
        (weight.dtype, bias)
        for part, own in layer.parts.items()
        for weight, bias in [checked_weights(f"{name}.{part}", own)]
    }
    if len(kinds) > 1:
        found = ", ".join(sorted(f"{dtype}{' and bias' * bias}" for dtype, bias in kinds))
        msg = f"{here} has weights in {found}: make them one"
        raise TypeError(msg)
    ((dtype, bias),) = kinds
    length, features = shape
    weight = b.buffer(f"W {name}", features + bias, 3 * features, dtype, kept=True)
    windows, inner = single_rows(shape), (length, 3 * features)
    output = layer.parts["output"]
    assert isinstance(output, Linear)
    return [
        Projections(name, weight, bias, layer, windows=windows, shape=inner),
        Attend(name, layer, length),
        of_every_row(b, f"{name}.output", output, shape),
    ]
