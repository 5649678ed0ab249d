# SPDX-License-Identifier: BSD-3-Clause
"""How does a model become a plan, and what can be done with a plan?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.plan import Arena, Program, StepError
from numformats.plan.run import scratch_bytes
from numformats.training.plans.builder import Builder
from numformats.training.plans.certificate import certificate
from numformats.training.plans.compilers import COMPILERS
from numformats.training.plans.job import Job
from numformats.training.plans.judge import judge
from numformats.training.plans.model_nodes import nodes_of
from numformats.training.plans.modes import Mode, inference
from numformats.training.plans.nodes import MOMENTUM, RATE, STEP, Affine
from numformats.training.plans.place import place

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from numformats.training.layer import Layer

__all__ = ["TrainingPlan", "compile"]

# In the order of C's nf_plan_loss.
_UNJUDGED = 1 << 40  # operations of a step: as good as no limit
LOSSES = ("softmax_cross_entropy", "mean_squared_error")


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
            whole, own = self._view(node.weight.buffer.name), node.owner.own
            rows = node.weight.rows - node.bias
            self._bind(own, node.key, whole[:rows].reshape(own[node.key].shape))
            if node.bias:
                self._bind(own, node.bias_key, whole[rows])

    def _bind(self, own: dict[str, Any], key: str, view: NDArray[Any]) -> None:
        view[...] = own[key]
        own[key] = view
        self._bound.append((own, key, view))

    # ---- use -------------------------------------------------------------------------------------

    def step(
        self,
        x: ArrayLike,
        labels: ArrayLike | None = None,
        *,
        lr: float = 0.0,
        seed: int = 0,
        samples: ArrayLike | None = None,
    ) -> float:
        """Take one step of plain gradient descent; the loss, the batch's mean before the step.

        x: (batch, inputs), or (batch, height, width, channels), of any format or float dtype;
        labels: (batch,) whole numbers for a cross-entropy, (batch, outputs) values for a mean
        squared error; samples: the numbers of the rows in the data set, which with the seed decide
        all random signs (by default 0, 1, ...).

        Raises ValueError for other shapes, for labels that the outputs lack, and where the model's
        arrays were replaced since the plan was made; FloatingPointError where the loss is not a
        number, or directions to project on depend on each other: no weight has changed then.

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
            done = self._program.step(inputs, knobs=self._knobs(lr), seed=seed, **given)
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

    def _knobs(self, lr: float) -> list[float]:
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
        """The velocities by layer, bias last, with momentum: the arena's own arrays, no copies."""
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


def compile(  # noqa: A001, PLR0913 - the name of what it does; what a plan depends on
    model: Layer,
    *,
    loss: str | Callable[..., Any] = "softmax_cross_entropy",
    batch: int,
    mode: Mode | None = None,
    inputs: int | tuple[int, ...] | None = None,
    delta: Any = None,
    accumulate: str = "exact",
    momentum: float = 0.0,
    arena: Arena | None = None,
    judged: bool = True,
) -> TrainingPlan:
    """Make a plan of a model: all memory that a step needs, and what it does, fixed beforehand.

    loss: softmax_cross_entropy or mean_squared_error, the function or its name; batch: rows of each
    batch; mode: `reverse()`, `forward(...)` or `inference()`, the default; inputs: columns of x,
    where the first layer does not say, or the shape of a sample, such as (28, 28, 1) for images;
    delta: a format for residuals, cotangents and the step size, by default that of the last layer;
    accumulate: "exact", or "native" for float32 and float64, which adds products in a fixed order
    in place of exactly; momentum: the share of a weight's velocity that is kept, which takes the
    memory of the weights once more (not with perturbed weights); arena: where to put it all, by
    default a new one; judged: let the judge run the table before the first step, which takes about
    as much memory again and about the time of a step.

    The model's arrays become views on the arena, so that the model sees every step.

    Raises TypeError for a layer that has no plan and for formats without 1 (a bias and random signs
    need it), ValueError for shapes that do not fit.

    >>> import numpy as np, numformats as nf
    >>> from numformats.training import Linear, Sequential, compile, forward
    >>> model = Sequential(Linear(4, 8, dtype=nf.posit16), Linear(8, 3, dtype=nf.posit16))
    >>> plan = compile(model, batch=2, mode=forward(K=4))
    >>> x = np.array([[1, 0, 2, -1], [0, 3, 1, 1]])
    >>> first = plan.step(x, [0, 2], lr=0.25, seed=1)
    >>> plan.step(x, [0, 2], lr=0.25, seed=2) < first
    True
    """
    how = inference() if mode is None else mode
    name = loss if isinstance(loss, str) else getattr(loss, "__name__", repr(loss))
    if name not in LOSSES:
        msg = f"loss {name!r} has no plan; allowed: {', '.join(LOSSES)}"
        raise ValueError(msg)
    if accumulate not in {"exact", "native"}:
        msg = f"accumulate={accumulate!r}; allowed: 'exact', 'native'"
        raise ValueError(msg)
    if batch < 1:
        msg = f"batch={batch}; allowed: 1 and more"
        raise ValueError(msg)
    if not 0 <= momentum < 1 or (momentum and how.name == "weight"):
        msg = f"momentum={momentum}; allowed: 0 to below 1, 0 where weights are perturbed"
        raise ValueError(msg)
    b = Builder(batch, native=accumulate == "native", momentum=momentum > 0)
    first = _first_dtype(model)
    nodes = nodes_of(b, model, first, inputs)
    b.extra = int(any(n.bias for n in nodes.found if isinstance(n, Affine)))
    job = Job(
        b, nodes, first,
        loss=LOSSES.index(name), delta=None if delta is None else np.dtype(delta), mode=how,
    )  # fmt: skip
    COMPILERS[how.name](job)
    if not b.operations or all(op.kind != "RETURN" for op in b.operations):
        b.op("RETURN")
    plan = TrainingPlan(b, job, how, name, arena=arena, judged=judged)
    plan.momentum = float(momentum)
    return plan


def _first_dtype(model: Layer) -> Any:
    """The format of the first parameter: inputs are rounded into it."""
    arrays = list(model.parameters().values())
    return arrays[0].dtype if arrays else np.dtype(np.float64)
