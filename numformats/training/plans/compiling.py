# SPDX-License-Identifier: BSD-3-Clause
"""How does a model become a plan?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.training.plans.adam_rule import rule_of
from numformats.training.plans.builder import Builder
from numformats.training.plans.compilers import COMPILERS
from numformats.training.plans.job import Job
from numformats.training.plans.model_nodes import nodes_of
from numformats.training.plans.modes import Mode, inference
from numformats.training.plans.nodes import Affine
from numformats.training.plans.training_plan import TrainingPlan

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.plan import Arena
    from numformats.training.layer import Layer
    from numformats.training.optimizer import Optimizer

__all__ = ["compile"]

# In the order of C's nf_plan_loss.
LOSSES = ("softmax_cross_entropy", "mean_squared_error")


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
    optimizer: Optimizer | None = None,
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
    memory of the weights once more (not with perturbed weights); optimizer: `Adam`, `AdamW`, or
    `SGD` with momentum, whose numbers the step then has (Adam's means take twice the memory of the
    weights); arena: where to put it all, by default a new one; judged: let the judge run the table
    before the first step, which takes about as much memory again and about the time of a step.

    The model's arrays become views on the arena, so that the model sees every step.

    Raises TypeError for a layer that has no plan and for formats without 1 (a bias and random signs
    need it), ValueError for shapes that do not fit, and for optimisers that have no plan.

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
    momentum, rule = rule_of(optimizer, momentum, how)
    if not 0 <= momentum < 1 or (momentum and how.name == "weight"):
        msg = f"momentum={momentum}; allowed: 0 to below 1, 0 where weights are perturbed"
        raise ValueError(msg)
    b = Builder(batch, native=accumulate == "native", momentum=momentum > 0, rule=rule)
    b.delta = None if delta is None else np.dtype(delta)
    first = _first_dtype(model)
    nodes = nodes_of(b, model, first, inputs)
    b.extra = int(any(n.bias for n in nodes.found if isinstance(n, Affine)))
    job = Job(
        b, nodes, first,
        loss=LOSSES.index(name), delta=b.delta, mode=how,
    )  # fmt: skip
    COMPILERS[how.name](job)
    if not b.operations or all(op.kind != "RETURN" for op in b.operations):
        b.op("RETURN")
    plan = TrainingPlan(b, job, how, name, arena=arena, judged=judged)
    plan.momentum, plan.optimizer = float(momentum), optimizer
    return plan


def _first_dtype(model: Layer) -> Any:
    """The format of the first parameter: inputs are rounded into it."""
    arrays = list(model.parameters().values())
    return arrays[0].dtype if arrays else np.dtype(np.float64)
