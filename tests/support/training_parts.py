# SPDX-License-Identifier: BSD-3-Clause
"""What do tests of training train?  A small model, on three clouds of points."""

from __future__ import annotations

import numpy as np

import numformats as nf
from numformats.training import SGD, Layer, Linear, Sequential


class Rectify(Layer):
    def forward(self, parameters, x, run):  # noqa: ARG002
        return np.maximum(x, 0)


class Root(Layer):
    """NaN below 0."""

    def forward(self, parameters, x, run):  # noqa: ARG002
        return np.sqrt(x)


def descent():
    """Gradient descent with momentum, which has a state."""
    return SGD(0.5, momentum=0.5)


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


def plant(layer, factor):
    """A wrong kernel: each output of the layer times the factors, exactly."""
    right = layer.forward

    def wrong(parameters, x, run):
        y = right(parameters, x, run)
        return y * np.asarray(factor).astype(y.dtype)

    layer.forward = wrong
