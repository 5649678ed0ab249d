# SPDX-License-Identifier: BSD-3-Clause
"""How does a run of training meet a signal at a step of one's choice?"""

from __future__ import annotations

import os

from numformats.training import Sequential
from training_parts import Descent, Rectify, cross_entropy, small_model

OPTIONS = {"loss": cross_entropy, "epochs": 4, "batch": 16, "seed": 3}  # six steps an epoch


class Signals(Rectify):
    """Sends its process a signal in the pass of one step."""

    def __init__(self, number, step):
        super().__init__()
        self._number, self._step = number, step

    def forward(self, parameters, x, run):
        if run.training and run.step == self._step:
            os.kill(os.getpid(), self._number)
        return super().forward(parameters, x, run)


class SignalsInUpdate(Descent):
    """Sends its process a signal when half of the parameters of one step are changed."""

    def __init__(self, number, step):
        super().__init__()
        self._number, self._left = number, step

    def step(self, parameters, gradients):
        names = list(parameters)
        super().step({n: parameters[n] for n in names[:2]}, gradients)
        if self._left == 0:
            os.kill(os.getpid(), self._number)
        self._left -= 1
        super().step({n: parameters[n] for n in names[2:]}, gradients)


SignalsInUpdate.__name__ = "Descent"  # checkpoints know an optimiser by its name


def model_with(layer):
    parts = list(small_model().parts.values())
    return Sequential(parts[0], layer, parts[2])
