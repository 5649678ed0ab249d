# SPDX-License-Identifier: BSD-3-Clause
"""What are layers of images to a plan?  Nodes whose operations go by windows.

A sample is a row of its numbers, (height, width, channels) one after the other.  No matrix of all
windows is made: the core gathers some rows of it at a time in its scratch.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from numformats.plan.table import FLAGS, windows
from numformats.training.convolution import Conv2d
from numformats.training.dtypes import widest
from numformats.training.linear import Linear
from numformats.training.plans.nodes import Affine, Node, weights_of
from numformats.training.pooling import AvgPool2d, MaxPool2d
from numformats.training.shapes import Flatten, Reshape

if TYPE_CHECKING:
    from numformats.training.layer import Layer
    from numformats.training.plans.builder import Builder, Matrix

    Shape = tuple[int, ...]

__all__ = [
    "Convolution",
    "MaximumPool",
    "MeanPool",
    "node",
    "of_every_row",
    "reshaped",
    "single_rows",
]


@dataclass
class Convolution(Affine):
    """Windows of images times a matrix of weights, whose last row may be the bias."""

    windows: tuple[Any, ...] = ()
    shape: Shape = ()  # of what it gives

    @property
    def inputs(self) -> int:
        """Numbers of an image."""
        return math.prod(self.windows[:3])

    @property
    def columns(self) -> int:
        """Numbers of a result."""
        return math.prod(self.shape)

    def shapes(self, shape: Shape, dtype: Any) -> tuple[Shape, Any]:  # noqa: ARG002
        """The results of all windows."""
        return self.shape, self.weight.dtype

    def widened(self, s: Matrix) -> Matrix:
        """Windows get their ones when they are gathered."""
        return s

    def with_ones(self, b: Builder, s: Matrix) -> Matrix:  # noqa: ARG002
        """The same: nothing is written."""
        return s

    def times(
        self, b: Builder, out: Matrix, x: Matrix, weight: Matrix, addend: Matrix | None = None
    ) -> None:
        """Each window's products; tangents, which stand behind the values, have no bias."""
        flag = b.native_of(out, x, weight, addend)
        b.on_windows("CONVOLVE", self.windows, out, x, weight, addend, flag=flag, last=b.batch)

    def back(self, b: Builder, x: Matrix, y: Matrix, g: Matrix) -> Matrix:  # noqa: ARG002
        """What each window gets is rounded, then their sum: as the tape of autodiff has it."""
        out = b.buffer(f"d {self.name}", g.rows, self.inputs, g.dtype)
        w = self.weight.part(rows=slice(self.weight.rows - self.bias))
        b.on_windows("CONVOLVE_BACK", self.windows, out, g, w, flag=b.native_of(out, g, w))
        return out

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
        """Of each weight one exact sum over all windows of the batch."""
        flag = FLAGS["SUBTRACT"] * subtract | b.native_of(out, x, delta, addend)
        b.on_windows("CONVOLVE_WEIGHT", self.windows, out, x, delta, addend, flag=flag)

    @property
    def rows_at_once(self) -> int:
        """All: the weights of a convolution are few beside its images."""
        return self.weight.rows

    def gradient(self, b: Builder, out: Matrix, x: Matrix, delta: Matrix, rows: slice) -> None:  # noqa: ARG002
        """Write the whole gradient."""
        flag = b.native_of(out, x, delta)
        b.on_windows("CONVOLVE_WEIGHT", self.windows, out, x, delta, flag=flag)


@dataclass
class _Pool(Node):
    name: str
    windows: tuple[Any, ...]

    @property
    def shape(self) -> Shape:
        """Of what it gives."""
        return (*self.windows[-1], self.windows[2])

    @property
    def columns(self) -> int:
        """Numbers of a result."""
        return math.prod(self.shape)

    def shapes(self, shape: Shape, dtype: Any) -> tuple[Shape, Any]:  # noqa: ARG002
        """One number for each window and channel."""
        return self.shape, dtype

    def _image(self, b: Builder, g: Matrix) -> Matrix:
        return b.buffer(f"d {self.name}", g.rows, math.prod(self.windows[:3]), g.dtype)


class MaximumPool(_Pool):
    """The largest of each window; the first of equal ones is where derivatives go through."""

    def stacked(self, b: Builder, s: Matrix) -> Matrix:
        """The values, and the tangents at the places of these."""
        y = b.buffer(f"m {self.name}", s.rows, self.columns, s.dtype, extra=b.extra)
        values, rest = slice(b.batch), slice(b.batch, s.rows)
        x = s.part(rows=values)
        b.on_windows("MAXIMUM", self.windows, y.part(rows=values), x)
        if s.rows > b.batch:
            b.on_windows("MAXIMUM", self.windows, y.part(rows=rest), x, s.part(rows=rest))
        return y

    def back(self, b: Builder, x: Matrix, y: Matrix, g: Matrix) -> Matrix:  # noqa: ARG002
        """To each element what arrives at the windows whose maximum it is."""
        out = self._image(b, g)
        b.on_windows("MAXIMUM_BACK", self.windows, out, x, g)
        return out


class MeanPool(_Pool):
    """The mean of each window: exact sums, divided in the widest format, as the layer does."""

    def _over_size(self, b: Builder, x: Matrix) -> None:
        size = math.prod(self.windows[3])
        b.element("div", x, x, b.constant(size, x.dtype).spread(x.rows, x.columns))

    def stacked(self, b: Builder, s: Matrix) -> Matrix:
        """The same for values and tangents."""
        sums = b.buffer(f"w {self.name}", s.rows, self.columns, widest(s.dtype))
        b.on_windows("WINDOW_SUM", self.windows, sums, s)
        self._over_size(b, sums)
        y = b.buffer(f"m {self.name}", s.rows, self.columns, s.dtype, extra=b.extra)
        b.copy(y, sums)
        return y

    def back(self, b: Builder, x: Matrix, y: Matrix, g: Matrix) -> Matrix:  # noqa: ARG002
        """To each element its share of what arrives at the windows that cover it."""
        shares = b.buffer(f"w {self.name}", g.rows, self.columns, widest(g.dtype))
        b.copy(shares, g)
        self._over_size(b, shares)
        out = self._image(b, g)
        b.on_windows("WINDOW_SUM_BACK", self.windows, out, shares)
        return out


def reshaped(name: str, layer: Layer | Node, shape: Shape) -> Shape | None:
    """The shape of a sample behind a layer that changes nothing else; None: another layer."""
    if isinstance(layer, Flatten):
        return (math.prod(shape),)
    if not isinstance(layer, Reshape):
        return None
    if math.prod(layer.shape) != math.prod(shape):
        msg = f"layer {name!r} ({layer.describe()}): a sample has shape {shape}"
        raise ValueError(msg)
    return tuple(layer.shape)


def node(b: Builder, name: str, layer: Layer, shape: Shape | None) -> Node | None:
    """The node of a layer of images; None: it is another one.

    ValueError: the shape is none of an image, or not one that the layer takes.
    """
    if type(layer) is Linear and shape is not None and len(shape) > 1:
        return of_every_row(b, name, layer, shape)
    if type(layer) not in {Conv2d, MaxPool2d, AvgPool2d}:
        return None  # a class derived from these may compute something else
    here = f"layer {name!r} ({layer.describe()})"
    if shape is None or len(shape) != 3:
        wanted = "compile(..., inputs=(height, width, channels)), or put Reshape before"
        found = "of unknown shape" if shape is None else f"of shape {shape}"
        msg = f"{here} takes images, and gets samples {found}: {wanted}"
        raise ValueError(msg)
    if isinstance(layer, Conv2d) and shape[2] != layer.inputs:
        msg = f"{here} takes images of {layer.inputs} channels, and gets {shape}"
        raise ValueError(msg)
    try:
        if isinstance(layer, Conv2d):
            around = windows(shape, layer.size, layer.stride, layer.padding)
            return _convolution(b, name, layer, around, (*around[-1], layer.outputs))
        assert isinstance(layer, MaxPool2d)
        kind = MeanPool if isinstance(layer, AvgPool2d) else MaximumPool
        return kind(name, windows(shape, layer.size, layer.stride))
    except ValueError as error:
        raise ValueError(f"{here}: {error}") from None


def _convolution(
    b: Builder, name: str, layer: Layer, found: tuple[Any, ...], shape: Shape
) -> Convolution:
    return Convolution(name, *weights_of(b, name, layer), layer, windows=found, shape=shape)


def of_every_row(b: Builder, name: str, layer: Linear, shape: Shape) -> Convolution:
    """A matrix for the last axis of samples of more axes: windows of one pixel."""
    if shape[-1] != layer.inputs:
        msg = f"layer {name!r} takes {layer.inputs} inputs, and gets samples of shape {shape}"
        raise ValueError(msg)
    return _convolution(b, name, layer, single_rows(shape), (*shape[:-1], layer.outputs))


def single_rows(shape: Shape) -> tuple[Any, ...]:
    """The windows of samples of this shape that are one row of the last axis each."""
    return windows((math.prod(shape[:-1]), 1, shape[-1]), (1, 1), (1, 1))
