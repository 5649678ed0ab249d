# SPDX-License-Identifier: BSD-3-Clause
"""How does a run of training meet a signal at a step of one's choice?"""

from __future__ import annotations

import os

from numformats.training import SGD, Sequential, softmax_cross_entropy
from training_parts import Rectify, small_model

OPTIONS = {"loss": softmax_cross_entropy, "epochs": 4, "batch": 16, "seed": 3}  # six steps an epoch


class Signals(Rectify):
    """Sends its process a signal in the pass of one step."""

    def __init__(self, number, step):
        super().__init__()
        self._number, self._step = number, step

    def forward(self, parameters, x, run):
        if run.training and run.step == self._step:
            os.kill(os.getpid(), self._number)
        return super().forward(parameters, x, run)


class SignalsInUpdate(SGD):
    """Sends its process a signal when two of the four parameters of one step are changed."""

    def __init__(self, number, step):
        super().__init__(0.5, momentum=0.5)
        self._number, self._updates = number, 4 * step + 2

    def update(self, state, w, g, c):
        if self._updates == 0:
            os.kill(os.getpid(), self._number)
        self._updates -= 1
        return super().update(state, w, g, c)


SignalsInUpdate.__name__ = "SGD"  # checkpoints know an optimiser by its name


def model_with(layer):
    parts = list(small_model().parts.values())
    return Sequential(parts[0], layer, parts[2])
