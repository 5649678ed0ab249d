# SPDX-License-Identifier: BSD-3-Clause
"""What can be done with a plan?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.plan import Arena, Program, StepError
from numformats.plan.run import scratch_bytes
from numformats.training.plans.adam_rule import rate_at
from numformats.training.plans.certificate import certificate
from numformats.training.plans.judge import judge
from numformats.training.plans.nodes import MOMENTUM, RATE, STEP
from numformats.training.plans.place import place

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from numformats.training.optimizer import Optimizer
    from numformats.training.plans.builder import Builder
    from numformats.training.plans.job import Job
    from numformats.training.plans.modes import Mode

__all__ = ["TrainingPlan"]

_UNJUDGED = 1 << 40  # operations of a step: as good as no limit


class TrainingPlan:
    """A model in an arena, and a program that takes one step; made by `compile`.

    arena: where everything is; heap_allocations: calls of the heap by the core in the last step.
    """

    def __init__(  # noqa: PLR0913 - what `compile` found
        self, b: Builder, job: Job, mode: Mode, loss: str, *, arena: Arena | None, judged: bool
    ) -> None:
        self.builder, self.job, self.mode, self.loss = b, job, mode, loss
        self.layout = place(b)
        table = b.encode(self.layout.offsets)
        self.layout.scratch = -(-scratch_bytes(table, b.formats(), b.windows) // 64) * 64
        self.arena = Arena(self.layout.total) if arena is None else arena
        self._base = self.arena.take(self.layout.total)
        offsets = {name: at + self._base for name, at in self.layout.offsets.items()}
        self.table = b.encode(offsets)
        self.judged = judged
        self.operations = judge(self) if judged else _UNJUDGED
        self._program = Program(
            self.table,
            b.formats(),
            self.arena,
            scratch=(self._base + self.layout.scratch_at, self.layout.scratch),
            most_operations=self.operations,
            foreign=b.foreign,
            windows=b.windows,
        )
        self.heap_allocations = 0
        self.momentum = 0.0
        self.optimizer: Optimizer | None = None
        self._fill()

    def _view(self, name: str) -> NDArray[Any]:
        buffer = self.builder.buffers[name]
        at = self._base + self.layout.offsets[name]
        return self.arena.view(at, (buffer.rows, buffer.columns), buffer.dtype)

    def _fill(self) -> None:
        """Constants, and the model's arrays, which become views on the arena."""
        for name in self.builder.state.values():
            self._view(name)[...] = np.zeros((), self.builder.buffers[name].dtype)
        for name, value in self.builder.constants.items():
            self._view(name)[...] = np.asarray(value).astype(self.builder.buffers[name].dtype)
        self._bound: list[tuple[dict[str, Any], str, NDArray[Any]]] = []
        for node in self.job.affines:
            for own, key, view in node.arrays(self._view(node.weight.buffer.name)):
                self._bind(own, key, view)

    def _bind(self, own: dict[str, Any], key: str, view: NDArray[Any]) -> None:
        view[...] = own[key]
        own[key] = view
        self._bound.append((own, key, view))

    # ---- use -------------------------------------------------------------------------------------

    def step(  # noqa: PLR0913 - what a step takes
        self,
        x: ArrayLike,
        labels: ArrayLike | None = None,
        *,
        lr: float | None = None,
        seed: int = 0,
        samples: ArrayLike | None = None,
        steps: int = 0,
    ) -> float:
        """Take one step of the plan's optimiser; the loss, the batch's mean before the step.

        x: (batch, inputs), or (batch, height, width, channels), of any format or float dtype;
        labels: (batch,) whole numbers for a cross-entropy, (batch, outputs) values for a mean
        squared error; samples: the numbers of the rows in the data set, which with the seed decide
        all random signs (by default 0, 1, ...); lr: by default that of the plan's optimiser,
        else 0; steps: how many were taken before, which Adam corrects its means by.

        Raises ValueError for other shapes, for an lr that is not finite, for labels that the
        outputs lack, and where the model's arrays were replaced since the plan was made;
        FloatingPointError where the loss is not a number, or directions to project on depend on
        each other: no weight has changed then.

        After Ctrl-C some layers' weights may have changed and
        others not: go back to a checkpoint.
        """
        inputs = self._batch_of(x, self.job.shape_in, "x")
        for own, key, view in self._bound:
            if own[key] is not view:
                msg = f"the array {key!r} of the model was replaced: compile it again"
                raise ValueError(msg)
        given: dict[str, Any] = {}
        if self.mode.name != "inference":
            given = self._targets(labels)
        if samples is not None:
            given["samples"] = np.ascontiguousarray(samples, np.int64)
            self._check_shape(given["samples"], (self.builder.batch,), "samples")
        try:
            done = self._program.step(inputs, knobs=self._knobs(lr, steps), seed=seed, **given)
        except StepError as error:
            what = self._reason(error.operation)
            if what is None:
                raise
            raise FloatingPointError(f"{what}; no weight has changed") from None
        self.heap_allocations = done.heap_calls
        return done.loss

    def _reason(self, operation: int) -> str | None:
        """Why an operation failed that may fail for the data's sake."""
        kind = self.builder.operations[operation].kind
        if kind == "SOLVE":
            count = sum(node.weight.rows * node.weight.columns for node in self.job.affines)
            return f"{self.mode.tangents} directions of {count} weights depend on each other"
        return "the loss is not a number" if kind == "LOSS" else None

    def _knobs(self, lr: float | None, steps: int) -> list[float]:
        if steps < 0:
            msg = f"steps={steps}; allowed: 0 and more"
            raise ValueError(msg)
        if lr is None:
            lr = 0.0 if self.optimizer is None else rate_at(self.optimizer, steps)
        if not math.isfinite(lr):
            raise ValueError(f"lr={lr!r}; allowed: a finite number")
        if self.builder.rule is not None:
            return self.builder.rule.knobs(float(lr), steps)
        knobs = [0.0] * 4
        knobs[RATE] = 1.0 if self.builder.momentum else float(lr)
        knobs[STEP], knobs[MOMENTUM] = -float(lr), self.momentum
        return knobs

    def _targets(self, labels: ArrayLike | None) -> dict[str, Any]:
        shape = self.job.shape_out
        if labels is None:
            msg = f"{self.loss} needs labels"
            raise ValueError(msg)
        if self.loss == "mean_squared_error":
            return {"targets": self._batch_of(labels, shape, "labels")}
        y = np.ascontiguousarray(labels)
        self._check_shape(y, (self.builder.batch,), "labels")
        outputs = math.prod(shape)
        if y.dtype.kind not in "iu" or not (y.min() >= 0 and y.max() < outputs):
            found = f"labels {y.dtype} from {y.min()} to {y.max()}"
            msg = f"{found}; allowed: whole numbers 0 to {outputs - 1}"
            raise ValueError(msg)
        return {"labels": y.astype(np.int64, copy=False)}

    def _batch_of(self, x: ArrayLike, shape: tuple[int, ...], what: str) -> NDArray[Any]:
        """Samples of that shape as rows; rows are taken as they are, too."""
        a = np.asarray(x)
        if a.dtype.kind in "iub":
            a = a.astype(np.float64)
        rows = (self.builder.batch, math.prod(shape))
        if a.shape != rows:
            self._check_shape(a, (self.builder.batch, *shape), what)
        return a.reshape(rows)

    def _check_shape(self, a: NDArray[Any], shape: tuple[int, ...], what: str) -> None:
        if a.shape != shape:
            msg = f"{what} has shape {a.shape}; the plan was made for {shape}"
            raise ValueError(msg)

    def outputs(self) -> NDArray[Any]:
        """What the last step of an inference plan gave: a copy."""
        if self.job.output is None:
            msg = f"a plan in mode {self.mode} keeps no outputs: compile with mode=inference()"
            raise ValueError(msg)
        m = self.job.output
        whole = self._view(m.buffer.name)
        return whole[: m.rows, : m.columns].copy().reshape(m.rows, *self.job.shape_out)

    @property
    def state(self) -> dict[str, NDArray[Any]]:
        """What an optimiser keeps, bias last: the arena's own arrays, no copies.

        With momentum the velocities by layer; with Adam "0.mean" and "0.square" of layer "0".
        """
        return {layer: self._view(name) for layer, name in self.builder.state.items()}

    def certificate(self) -> str:
        """What lives where and when, and how many bytes that is: known before the first step."""
        return certificate(self)

    @property
    def bytes(self) -> dict[str, int]:
        """Bytes by part: weights (and all that is kept), live, scratch, table; and their total."""
        parts = {
            "weights": self.layout.kept,
            "live": self.layout.live,
            "scratch": self.layout.scratch,
            "table": self.table.nbytes,
        }
        return parts | {"total": sum(parts.values())}
