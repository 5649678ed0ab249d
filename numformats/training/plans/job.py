# SPDX-License-Identifier: BSD-3-Clause
"""What do all modes need: the inputs of a batch, the derivative of the loss, the step size?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from numformats.plan.table import FLAGS
from numformats.training.dtypes import has_value
from numformats.training.plans.nodes import RATE, Affine, Node

if TYPE_CHECKING:
    from numformats.training.plans.builder import Builder, Matrix
    from numformats.training.plans.model_nodes import Nodes
    from numformats.training.plans.modes import Mode

__all__ = ["Job"]


def _has_signs(dtype: Any) -> bool:
    return has_value(dtype, 1) and has_value(dtype, -1)


class Job:
    """What a compiler works on: nodes in a row, a loss, formats of inputs and of residuals."""

    def __init__(  # noqa: PLR0913 - what there is to know
        self,
        b: Builder,
        nodes: Nodes,
        dtype: Any,
        *,
        loss: int,
        delta: Any,
        mode: Mode,
    ) -> None:
        self.b, self.nodes, self.dtype = b, nodes.found, dtype
        self.shape_in, self.shape_out = nodes.shape_in, nodes.shape_out
        self.loss, self.delta, self.mode, self.tangents = loss, delta, mode, mode.tangents
        self.affines = [node for node in self.nodes if isinstance(node, Affine)]
        self.output: Matrix | None = None
        lacking = [n for n in self.affines if not _has_signs(n.weight.dtype)]
        if mode.tangents and lacking:
            msg = (
                f"layer {lacking[0].name!r}: {lacking[0].weight.dtype} has no 1 and -1 for tangents"
            )
            raise TypeError(msg)
        shut = [n for n in self.nodes if not n.forward_modes]
        if mode.tangents and shut:
            msg = f"layer {shut[0].name!r} has no plan in mode {mode}: take reverse()"
            raise TypeError(msg)
        if not self.affines:
            msg = "a model without weights has nothing to train"
            raise ValueError(msg)

    def load(self) -> Matrix:
        """The inputs of the batch."""
        x = self.b.buffer(
            "inputs", self.b.batch, math.prod(self.shape_in), self.dtype, extra=self.b.extra
        )
        self.b.op("LOAD", out=x)
        return x

    def residual(self, y: Matrix) -> Matrix:
        """The derivative of each sample's loss by the outputs.

        It takes their place where formats agree and no activation behind the last Affine wants
        them.
        """
        values = y.part(rows=slice(self.b.batch))
        dtype = self.delta or y.dtype
        out = values
        if dtype != y.dtype or self.nodes[-1] is not self.affines[-1]:
            out = self.b.buffer("residual", self.b.batch, y.columns, dtype)
        self.loss_of(values, out)
        return out

    def loss_of(self, values: Matrix, out: Matrix) -> None:
        """The derivative by the outputs; over the batch where a rule wants the gradient itself."""
        over = 0 if self.b.rule is None else self.b.batch
        self.b.op("LOSS", flag=self.loss, first=over, a=values, out=out)

    def rate(self, dtype: Any, divisor: int) -> Matrix:
        """The step size over a number, as one element."""
        return self.b.knob(RATE, divisor, dtype)

    def stepped(
        self, name: str, g: Matrix, tangents: int = 1, rates: dict[Any, Matrix] | None = None
    ) -> Matrix:
        """What came of `loss_of`, times the step size over the batch and the tangents.

        rates: step sizes by format, to be used again by later calls with the same number.
        """
        divisor = tangents if self.b.rule is not None else tangents * self.b.batch
        if self.b.rule is not None and divisor == 1:
            return g
        known = {} if rates is None else rates
        if g.dtype not in known:
            known[g.dtype] = self.rate(g.dtype, divisor)
        return self.b.scaled(name, g, known[g.dtype])

    def segments(self) -> list[list[Node]]:
        """The nodes in groups that begin with an Affine; group 0 stands before the first."""
        groups: list[list[Node]] = [[]]
        for node in self.nodes:
            if isinstance(node, Affine):
                groups.append([])
            groups[-1].append(node)
        return groups

    def perturb(self, y: Matrix, layer: int, *, new: bool) -> None:
        """Add a random sign to each pre-activation's tangents; new: there are none yet."""
        t = y.part(rows=slice(self.b.batch, y.rows))
        self.b.op(
            "PERTURB",
            flag=FLAGS["BY_SAMPLE"],
            stream=layer,
            first=self.b.batch,
            out=t,
            a=None if new else t,
        )

    def back_to_affine(self, tape: list[tuple[Node, Matrix, Matrix]], g: Matrix) -> Matrix:
        """The cotangent behind the last Affine, from that of the outputs."""
        for node, x, y in reversed(tape):
            if isinstance(node, Affine):
                break
            values = slice(self.b.batch)
            g = node.back(self.b, x.part(rows=values), y.part(rows=values), g)
        return g
