# SPDX-License-Identifier: BSD-3-Clause
"""What is trained on what, and what help does each format get?  The rows of training_results.py.

All rows of a data set have the same model, initial weights, order of samples, schedule and number of
steps.  A format that cannot hold Adam's state, or whose spacing swallows most updates, gets a wider
state (with a second copy of the weights) and a scaled loss; q15, which ends at 1, gets logits that
the loss multiplies.  "posit8 alone" goes without, with the epsilon that it has.  Nothing else
differs, and the tables say it.  Rows that name a mode take planned steps of plain gradient descent in
place of Adam: reverse, or forward with ten random tangents (activity perturbed).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.training import (
    SGD,
    Adam,
    Cosine,
    Linear,
    ReLU,
    Sequential,
    forward,
    reverse,
    softmax_cross_entropy,
)

if TYPE_CHECKING:
    from numformats.training import Optimizer
    from numformats.training.plans.modes import Mode


@dataclass(frozen=True)
class Recipe:
    """dtype: of parameters, activations and gradients; state: of Adam (None: the same)."""

    dtype: str
    state: str | None = None
    loss_scale: float = 1.0
    logits: float = 1.0
    epsilon: float = 1e-8
    mode: Mode | None = None

    def model(self, widths: tuple[int, ...], seed: int) -> Sequential:
        """Linear layers with ReLU between; seeds give all formats the same weights, but rounding."""
        layers: list[Any] = []
        for i, (a, b) in enumerate(pairwise(widths)):
            layers += [Linear(a, b, dtype=self.dtype, seed=100 * seed + i), ReLU()]
        return Sequential(layers[:-1])

    def optimizer(self, task: Task, steps: int) -> Optimizer:
        """Adam with half a cosine; with a wider state the weights are kept there, too."""
        lr = task.lr if self.mode is None else task.plain_lr
        rate = Cosine(lr, steps=steps, last=lr / 100)
        if self.mode is not None:
            return SGD(rate)
        return Adam(
            rate, epsilon=self.epsilon, state_dtype=self.state, master=self.state is not None
        )

    def loss(self) -> Any:
        """Cross-entropy of the logits, computed in binary64."""
        if self.logits == 1:
            return softmax_cross_entropy
        return partial(_scaled, factor=self.logits)


def _scaled(outputs: Any, labels: Any, reduction: str = "mean", *, factor: float) -> Any:
    return softmax_cross_entropy(outputs.astype(np.float64) * factor, labels, reduction)


RECIPES = {
    "float32": Recipe("float32"),
    "posit16": Recipe("posit16"),
    "bposit16": Recipe("bposit16"),
    "bfloat16": Recipe("bfloat16"),
    "bfloat16 wide": Recipe("bfloat16", "float32"),
    "mlu32": Recipe("mlu32"),
    "q15": Recipe("q15", "float32", 1.0, 16.0),
    "posit8": Recipe("posit8", "posit16", 64.0),
    "posit8 alone": Recipe("posit8", None, 64.0, epsilon=2.0**-20),
    "float8_e4m3fn": Recipe("float8_e4m3fn", "float32", 64.0),
    "float8_e5m2": Recipe("float8_e5m2", "float32", 64.0),
    "posit16 reverse": Recipe("posit16", mode=reverse()),
    "posit16 forward K=10": Recipe("posit16", mode=forward(K=10)),
}


@dataclass(frozen=True)
class Task:
    """A data set (`numformats.training.load_images`), the model's hidden widths, and the run.

    plain_lr: of plain gradient descent; samples: the first so many for training.
    """

    data: str
    hidden: tuple[int, ...]
    epochs: int
    batch: int
    lr: float
    plain_lr: float = 0.2
    samples: int | None = None


TASKS = {
    "digits": Task("digits", (32,), 30, 32, 0.01),
    "mnist": Task("mnist", (64,), 20, 64, 0.003),
    "fashion": Task("fashion", (128,), 15, 64, 0.002),
}
QUICK = Task("digits", (16,), 3, 64, 0.02, samples=512)
