# SPDX-License-Identifier: BSD-3-Clause
"""How is a model trained inside a format?  Layers, losses and optimisers on plain arrays.

Read in this order: dtypes, layer, initial, linear, sequential, activations, losses,
optimizer, sgd, adam.  Then the run: order, samples, reverse_step, run, fit; history, description,
tree, checkpoint; where_not_finite, whole_update.
"""

from numformats.training.activations import (
    GELU,
    LeakyReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from numformats.training.adam import Adam, AdamW
from numformats.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from numformats.training.fit import fit
from numformats.training.gradients import Share, gradients
from numformats.training.history import History
from numformats.training.layer import Layer, Pass
from numformats.training.linear import Linear
from numformats.training.losses import (
    binary_cross_entropy,
    mean_squared_error,
    softmax_cross_entropy,
)
from numformats.training.optimizer import Optimizer
from numformats.training.sequential import Residual, Sequential
from numformats.training.sgd import SGD

__all__ = [
    "GELU",
    "SGD",
    "Adam",
    "AdamW",
    "Checkpoint",
    "History",
    "Layer",
    "LeakyReLU",
    "Linear",
    "Optimizer",
    "Pass",
    "ReLU",
    "Residual",
    "Sequential",
    "Share",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
    "binary_cross_entropy",
    "fit",
    "gradients",
    "load_checkpoint",
    "mean_squared_error",
    "save_checkpoint",
    "softmax_cross_entropy",
]
