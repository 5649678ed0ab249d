# SPDX-License-Identifier: BSD-3-Clause
"""What are layers that normalise each sample to a plan?

All of it is computed in `dtypes.widest` with exact sums, as the layers do, and rounded once.  Going
back, a sample is normalised again: between there is nothing but what came in.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from numformats.training.dtypes import native, widest
from numformats.training.normalization import LayerNorm, RMSNorm
from numformats.training.plans.nodes import Affine

if TYPE_CHECKING:
    from numformats.training.layer import Layer
    from numformats.training.plans.builder import Builder, Matrix

__all__ = ["Norm", "node"]


@dataclass
class _Parts:
    """Of a batch, in the widest format: less its means, the roots of its squares, their ratio."""

    centred: Matrix
    root: Matrix  # (batch, 1)
    ratio: Matrix


@dataclass
class Norm(Affine):
    """Samples of mean square 1, where it has a bias of mean 0, too; weight: gains, then biases."""

    forward_modes = False
    epsilon: float = 0.0
    parts: dict[Matrix, _Parts] = field(default_factory=dict)  # of what went in

    @property
    def inputs(self) -> int:
        """The number of features."""
        return self.weight.columns

    def outputs(self, inputs: int, dtype: Any) -> tuple[int, Any]:
        """The same; ValueError for another number of features, TypeError for another format."""
        if dtype != self.weight.dtype:
            msg = f"layer {self.name!r} is {self.weight.dtype}, and gets {dtype}: make them one"
            raise TypeError(msg)
        return super().outputs(inputs, dtype)

    def takes(self, dtype: Any) -> Any:
        """The widest: a product is not rounded twice, as the tape of autodiff has it."""
        return native(widest(dtype))

    def stacked(self, b: Builder, s: Matrix, rows: int | None = None) -> Matrix:  # noqa: ARG002
        """The samples, normalised, times the gain plus the bias."""
        ratio = self._normalised(b, s).ratio
        b.element("mul", ratio, ratio, self._row(b, 0, ratio.dtype))
        if self.bias:
            b.element("add", ratio, ratio, self._row(b, 1, ratio.dtype))
        y = b.buffer(f"n {self.name}", s.rows, s.columns, s.dtype, extra=b.extra)
        b.copy(y, ratio)
        return y

    def back(self, b: Builder, x: Matrix, y: Matrix, g: Matrix) -> Matrix:  # noqa: ARG002
        """The derivative of the ratio, along the sample's own mean and square."""
        p, n = self._parts_of(b, x), x.columns
        dtype = p.ratio.dtype
        h, t = (b.buffer(f"{what} {self.name}", g.rows, n, dtype) for what in "ht")
        root, k = p.root, b.buffer(f"k {self.name}", g.rows, 1, dtype)
        b.copy(h, g)
        b.element("mul", h, h, self._row(b, 0, dtype))
        b.element("mul", t, h, p.ratio)
        b.op("SUM_ROWS", a=t, out=k)
        twice = b.buffer(f"r {self.name}", g.rows, 1, dtype)
        b.element("add", twice, root, root)
        b.element("div", k, k, root)
        b.element("div", k, k, twice)
        b.element("div", k, k, b.constant(n, dtype).spread(g.rows, 1))
        b.element("add", k, k, k)
        b.element("neg", k, k)
        b.element("div", h, h, _across(root, n))
        b.element("fma", h, _across(k, n), p.centred, h)
        if self.bias:
            self._less_means(b, h, k)
        out = b.buffer(f"d {self.name}", g.rows, n, b.delta or x.dtype)
        b.copy(out, h)
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
        """Of each gain, and of each bias, one exact sum over the batch."""
        ratio = self._parts_of(b, x).ratio
        h = b.buffer(f"h {self.name}", ratio.rows, ratio.columns, ratio.dtype)
        ones = b.constant(1, ratio.dtype).spread(1, ratio.rows)
        b.copy(h, delta)
        for row in reversed(range(out.rows)):
            if row == 0:
                b.element("mul", h, h, ratio)
            at = slice(row, row + 1)
            given = None if addend is None else addend.part(rows=at)
            b.product(out.part(rows=at), ones, h, given, subtract=subtract)

    @property
    def rows_at_once(self) -> int:
        """Both."""
        return self.weight.rows

    def gradient(self, b: Builder, out: Matrix, x: Matrix, delta: Matrix, rows: slice) -> None:  # noqa: ARG002
        """Write the whole gradient."""
        self.transposed(b, out, x, delta, None)

    def _row(self, b: Builder, row: int, dtype: Any) -> Matrix:
        """The gains, or biases, in the widest format."""
        own = self.weight.part(rows=slice(row, row + 1))
        wide = b.buffer(f"{('gain', 'bias')[row]} {self.name}", 1, own.columns, dtype)
        b.copy(wide, own)
        return wide

    def _parts_of(self, b: Builder, x: Matrix) -> _Parts:
        """Those of a batch that goes back; computed for the first who asks."""
        if x not in self.parts:
            self.parts[x] = self._normalised(b, x)
        return self.parts[x]

    def _normalised(self, b: Builder, x: Matrix) -> _Parts:
        dtype, n = native(widest(x.dtype)), x.columns
        w, ratio = (b.buffer(f"{what} {self.name}", x.rows, n, dtype) for what in "wy")
        b.copy(w, x)
        if self.bias:
            self._less_means(b, w, b.buffer(f"k {self.name}", x.rows, 1, dtype))
        squares = b.buffer(f"q {self.name}", 1, x.rows, dtype)
        b.op("DIRECTION", a=w, b=w, out=squares)
        root = squares.T
        b.element("div", root, root, b.constant(n, dtype).spread(x.rows, 1))
        b.element("add", root, root, b.constant(self.epsilon, dtype).spread(x.rows, 1))
        b.element("sqrt", root, root)
        b.element("div", ratio, w, _across(root, n))
        return _Parts(w, root, ratio)

    def _less_means(self, b: Builder, w: Matrix, means: Matrix) -> None:
        b.op("SUM_ROWS", a=w, out=means)
        b.element("div", means, means, b.constant(w.columns, w.dtype).spread(w.rows, 1))
        b.element("sub", w, w, _across(means, w.columns))


def _across(column: Matrix, columns: int) -> Matrix:
    """One element of each row, again and again."""
    return replace(column, columns=columns, column=0)


def node(b: Builder, name: str, layer: Layer, shape: tuple[int, ...] | None) -> Norm | None:
    """The node of a norm; None: it is another layer, or a class derived from one.

    ValueError: samples have more axes than features.
    """
    if type(layer) not in {LayerNorm, RMSNorm}:
        return None
    assert isinstance(layer, RMSNorm)
    if shape is not None and len(shape) != 1:
        here = f"layer {name!r} ({layer.describe()})"
        msg = f"{here} has a plan for samples of one axis, and gets {shape}"
        raise ValueError(msg)
    gain, bias = layer.own["gain"], "bias" in layer.own
    place = b.buffer(f"W {name}", 1 + bias, layer.features, gain.dtype, kept=True)
    return Norm(name, place, bias, layer, "gain", epsilon=layer.epsilon)
