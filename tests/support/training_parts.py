# SPDX-License-Identifier: BSD-3-Clause
"""What does a run of training need at least?  A loss, an optimiser and layers of one's own."""

from __future__ import annotations

import numpy as np

import numformats as nf
from numformats.training import Layer, Linear, Sequential


class Rectify(Layer):
    def forward(self, parameters, x, run):  # noqa: ARG002
        return np.maximum(x, 0)


class Root(Layer):
    """NaN below 0."""

    def forward(self, parameters, x, run):  # noqa: ARG002
        return np.sqrt(x)


class Descent:
    """Gradient descent with momentum."""

    def __init__(self, lr=0.5, momentum=0.5):
        self.lr, self.momentum, self.state = lr, momentum, {}

    def step(self, parameters, gradients):
        for name, array in parameters.items():
            speed = self.state.setdefault(name, {"speed": np.zeros_like(array)})["speed"]
            speed[...] = self.momentum * speed - self.lr * gradients[name]
            array[...] = array + speed

    def state_dict(self):
        return {"state": {n: {"speed": s["speed"].copy()} for n, s in self.state.items()}}

    def load_state_dict(self, state):
        self.state = {n: dict(s) for n, s in state["state"].items()}


def cross_entropy(outputs, labels, reduction="none"):
    """One loss per sample; ValueError for a label out of range."""
    classes = outputs.shape[-1]
    if labels.min() < 0 or labels.max() >= classes:
        raise ValueError(f"labels are {labels.min()}..{labels.max()}; allowed: 0..{classes - 1}")
    shifted = outputs - outputs.max(axis=1, keepdims=True)
    return np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(labels)), labels]


def squares(outputs, targets, reduction="none"):
    return np.square(outputs - targets).sum(axis=1)


def small_model(dtype=nf.posit16, classes=3):
    """4 inputs, 8 hidden units."""
    layers = [Linear(4, 8, dtype=dtype, seed=1), Rectify(), Linear(8, classes, dtype=dtype, seed=2)]
    return Sequential(*layers)


def blobs(samples=90, dtype=nf.posit16, seed=0):
    """Three clouds of points in 4 dimensions, and which cloud each is of."""
    rng = np.random.default_rng(seed)
    labels = np.arange(samples) % 3
    centers = np.array([[1, 0, 0, 1], [0, 1, 0, -1], [-1, 0, 1, 0]])
    x = centers[labels] + rng.normal(0, 0.3, (samples, 4))
    return x.astype(dtype), labels


def bits_of(model):
    return {name: array.tobytes() for name, array in model.parameters().items()}
