# SPDX-License-Identifier: BSD-3-Clause
"""How is a model trained inside a format?  Layers, losses and optimisers on plain arrays.

Read in this order: dtypes, drawn, layer, initial, products, linear, sequential, shapes,
activations, posit_fast_sigmoid, losses; dropout, embedding, normalization, windows, convolution,
pooling, recurrent, attention; optimizer, sgd, adam, lbfgs, clipping, schedules, loss_scaling.
Then the run: gradients, distributed; order, samples, batch_step, run, fit; history, description,
tree, checkpoint; where_not_finite, whole_update; data, estimators.
Steps planned beforehand, in one arena: plans.
Families of their own, imported when they are asked for: compensation, discrete, distillation,
geometric, mixed_precision, monitor, quantized, spiking, units, versions.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from numformats.training.activations import (
    GELU,
    LeakyReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
    gelu,
    leaky_relu,
    relu,
    sigmoid,
    silu,
    softmax,
    softplus,
    tanh,
)
from numformats.training.adam import Adam, AdamW
from numformats.training.attention import MultiHeadAttention, TransformerBlock
from numformats.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from numformats.training.clipping import clip_by_norm, clip_by_value, global_norm
from numformats.training.convolution import Conv2d
from numformats.training.data import Images, load_images
from numformats.training.dropout import Dropout, random_words
from numformats.training.embedding import Embedding, Positions
from numformats.training.fit import fit
from numformats.training.gradients import Share, gradients
from numformats.training.history import History
from numformats.training.layer import Layer, Pass
from numformats.training.lbfgs import LBFGS
from numformats.training.linear import Linear
from numformats.training.loss_scaling import LossScaler
from numformats.training.losses import (
    binary_cross_entropy,
    mean_squared_error,
    softmax_cross_entropy,
)
from numformats.training.normalization import LayerNorm, RMSNorm
from numformats.training.optimizer import Optimizer
from numformats.training.plans import TrainingPlan, compile, forward, inference, reverse  # noqa: A004
from numformats.training.pooling import AvgPool2d, MaxPool2d
from numformats.training.posit_fast_sigmoid import PositFastSigmoid, posit_fast_sigmoid
from numformats.training.recurrent import LSTM
from numformats.training.schedules import Constant, Cosine, StepDecay, WarmUp
from numformats.training.sequential import Residual, Sequential
from numformats.training.sgd import SGD
from numformats.training.shapes import Cast, Flatten, Reshape

if TYPE_CHECKING:
    from numformats.training import (
        compensation,
        discrete,
        distillation,
        geometric,
        mixed_precision,
        monitor,
        quantized,
        spiking,
        units,
        versions,
    )
    from numformats.training.estimators import Classifier, Regressor
    from numformats.training.monitor import PrecisionMonitor

__all__ = [
    "GELU",
    "LBFGS",
    "LSTM",
    "SGD",
    "Adam",
    "AdamW",
    "AvgPool2d",
    "Cast",
    "Checkpoint",
    "Classifier",
    "Constant",
    "Conv2d",
    "Cosine",
    "Dropout",
    "Embedding",
    "Flatten",
    "History",
    "Images",
    "Layer",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "LossScaler",
    "MaxPool2d",
    "MultiHeadAttention",
    "Optimizer",
    "Pass",
    "PositFastSigmoid",
    "Positions",
    "PrecisionMonitor",
    "RMSNorm",
    "ReLU",
    "Regressor",
    "Reshape",
    "Residual",
    "Sequential",
    "Share",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "StepDecay",
    "Tanh",
    "TrainingPlan",
    "TransformerBlock",
    "WarmUp",
    "binary_cross_entropy",
    "clip_by_norm",
    "clip_by_value",
    "compensation",
    "compile",
    "discrete",
    "distillation",
    "fit",
    "forward",
    "gelu",
    "geometric",
    "global_norm",
    "gradients",
    "inference",
    "leaky_relu",
    "load_checkpoint",
    "load_images",
    "mean_squared_error",
    "mixed_precision",
    "monitor",
    "posit_fast_sigmoid",
    "quantized",
    "random_words",
    "relu",
    "reverse",
    "save_checkpoint",
    "sigmoid",
    "silu",
    "softmax",
    "softmax_cross_entropy",
    "softplus",
    "spiking",
    "tanh",
    "units",
    "versions",
]

_FAMILIES = {
    "compensation",
    "discrete",
    "distillation",
    "geometric",
    "mixed_precision",
    "monitor",
    "quantized",
    "spiking",
    "units",
    "versions",
}
# The estimators need scikit-learn, a monitor numformats.analysis.
_LATE = {"Classifier": "estimators", "Regressor": "estimators", "PrecisionMonitor": "monitor"}


def __getattr__(name: str) -> Any:
    """Families, and what needs more than training itself, when they are asked for."""
    if name in _FAMILIES:
        return importlib.import_module(f"numformats.training.{name}")
    if name in _LATE:
        return getattr(importlib.import_module(f"numformats.training.{_LATE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
