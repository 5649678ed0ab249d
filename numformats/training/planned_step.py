# SPDX-License-Identifier: BSD-3-Clause
"""How does the trainer take steps that are planned beforehand, in a mode of `plans`?

A plan is made for one number of rows: a short last batch has a plan of its own, of a copy of the
model, into which the parameters go and from which they come back.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from numformats.training.plans import compile as compile_plan
from numformats.training.sgd import SGD

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.training.layer import Layer, Pass
    from numformats.training.optimizer import Optimizer
    from numformats.training.plans import TrainingPlan
    from numformats.training.plans.modes import Mode

__all__ = ["PlannedSteps"]


class PlannedSteps:
    """Steps of plain gradient descent on the model, whose arrays become views on an arena.

    Raises ValueError for an optimiser that is more than SGD's step, TypeError and ValueError as
    `compile` does for layers and losses that have no plan.
    """

    def __init__(
        self, model: Layer, loss: Callable[..., Any], optimizer: Optimizer, mode: Mode
    ) -> None:
        plain = type(optimizer) is SGD and not optimizer.momentum and not optimizer.weight_decay
        if not plain or optimizer.state_dtype is not None:
            raise ValueError(
                f"gradients={mode} is a planned step, which updates as plain SGD does: "
                "optimizer=SGD(lr), without momentum, weight_decay and state_dtype"
            )
        self.model, self.loss, self.optimizer, self.mode = model, loss, optimizer, mode
        self._plans: dict[int, tuple[Layer, TrainingPlan]] = {}

    def prepare(self, x: Any) -> None:
        """Plan steps of such a batch, so that what has no plan is told before the first."""
        self._plan(x)

    def step(self, x: Any, y: Any, run: Pass, word: int) -> float:
        """Change the parameters; the mean loss before.  `word` decides all that is random.

        Raises FloatingPointError where the loss is no number: nothing has changed then.
        """
        model, plan = self._plan(x)
        if model is not self.model:
            model.load_state_dict(self.model.parameters())
        loss = plan.step(x, y, lr=self.optimizer.rate(), seed=word, samples=run.samples)
        if model is not self.model:
            self.model.load_state_dict(model.parameters())
        self.optimizer.steps += 1
        return float(loss)

    def _plan(self, x: Any) -> tuple[Layer, TrainingPlan]:
        """The model, or the copy of it that has the plan for so many rows."""
        rows, shape = len(x), tuple(x.shape[1:])
        if rows not in self._plans:
            model = copy.deepcopy(self.model) if self._plans else self.model
            plan = compile_plan(
                model, loss=self.loss, batch=rows, mode=self.mode, inputs=shape or None
            )
            self._plans[rows] = model, plan
        return self._plans[rows]
