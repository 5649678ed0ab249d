# SPDX-License-Identifier: BSD-3-Clause
"""Models, batches and steps for the tests of planned training."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

import numformats as nf
from numformats import training
from numformats.autodiff import vjp
from numformats.training import (
    Conv2d,
    Flatten,
    Linear,
    MaxPool2d,
    MultiHeadAttention,
    Pass,
    ReLU,
    Sequential,
    Tanh,
    softmax_cross_entropy,
)

__all__ = [
    "attention_model",
    "batch",
    "changes",
    "mlp",
    "pictures",
    "results_by_room",
    "sequences",
    "small_lenet",
    "softmax_gradients",
    "step_of",
    "stepped_by_the_tape",
    "weights",
]  # fmt: skip


def mlp(sizes, activation=ReLU, dtype=np.float64, **options):
    """Linear layers with an activation between; the same weights for the same sizes."""
    layers = []
    for i, (inputs, outputs) in enumerate(pairwise(sizes)):
        layers.append(Linear(inputs, outputs, dtype=dtype, seed=i + 1, **options))
        layers.append(activation())
    return Sequential(*layers[:-1])


def batch(rows, features, classes, seed=0):
    r = np.random.default_rng(seed)
    return r.normal(size=(rows, features)), r.integers(0, classes, rows)


def pictures(rows, shape, classes, seed=0):
    """Images (height, width, channels) and labels."""
    r = np.random.default_rng(seed)
    return r.normal(size=(rows, *shape)), r.integers(0, classes, rows)


def small_lenet(shape, classes, dtype=np.float64, pool=MaxPool2d):
    """Convolutions, pools that overlap and that leave something out, and matrices."""
    start = [
        *(Conv2d(shape[2], 4, 3, padding="same", dtype=dtype, seed=1), ReLU(), pool(2)),
        *(Conv2d(4, 5, (3, 2), stride=(1, 2), dtype=dtype, seed=2), ReLU(), pool((2, 1), 1)),
    ]
    features = Sequential(*start, Flatten())(np.zeros((1, *shape))).shape[1]
    return Sequential(*start, Flatten(), Linear(features, classes, dtype=dtype, seed=3))


def attention_model(length, heads, causal, dtype=np.float64, attentions=1, activation=Tanh):
    """A matrix for every row of a sequence (length, 3), attention over 6 features, a matrix."""
    nf.seed(1)  # of stochastic roundings of the initial weights
    options = {"causal": causal, "dtype": dtype}
    layers = [Linear(3, 6, dtype=dtype, seed=1), activation()]
    layers += [MultiHeadAttention(6, heads, seed=2 + 4 * i, **options) for i in range(attentions)]
    return Sequential(*layers, Flatten(), Linear(6 * length, 3, dtype=dtype, seed=3))


def sequences(rows, length):
    """Sequences (length, 3) and labels; the softmax of their scores is not flat."""
    x, y = pictures(rows, (length, 3), 3)
    return 2 * x, y


def weights(model):
    """Copies of all parameters, by name."""
    return {name: array.copy() for name, array in model.parameters().items()}


def step_of(model, x, y, mode, lr=1.0, seed=1, samples=None, **options):
    """One step of a new plan: (plan, loss)."""
    plan = training.compile(model, batch=len(x), mode=mode, **options)
    return plan, plan.step(x, y, lr=lr, seed=seed, samples=samples)


def changes(model, x, y, mode, **options):
    """What one step subtracts from each parameter, over the step size, as float64.

    The step size is so large that nothing of the gradient is lost beside the parameter."""
    before, lr = weights(model), 2.0**20
    step_of(model, x, y, mode, lr=lr, **options)
    after = model.parameters()
    return {name: (a.astype(float) - after[name].astype(float)) / lr for name, a in before.items()}


def softmax_gradients(model, x, y):
    """The gradients of the mean cross-entropy of linear layers and ReLUs, written out in NumPy."""
    given = {name: a.astype(float) for name, a in model.parameters().items()}
    names = sorted({int(name.split(".")[0]) for name in given})
    inputs, h = [], x
    for k in names:
        inputs.append(h)
        z = h @ given[f"{k}.weight"] + given.get(f"{k}.bias", 0.0)
        h = np.maximum(z, 0)
    p = np.exp(z - z.max(1, keepdims=True))
    d = (p / p.sum(1, keepdims=True) - np.eye(z.shape[1])[y]) / len(x)
    found = {}
    for k, h in zip(reversed(names), reversed(inputs), strict=True):
        found[f"{k}.weight"], found[f"{k}.bias"] = h.T @ d, d.sum(0)
        d = (d @ given[f"{k}.weight"].T) * (h > 0)
    return {name: found[name] for name in given}


def stepped_by_the_tape(model, x, y):
    """Each weight minus its derivative, as exact sums rounded once: by the tape."""
    names, x = list(model.parameters()), model.enter(x)

    def run(*arrays):
        outputs = model.forward(dict(zip(names, arrays, strict=True)), x, Pass())
        return softmax_cross_entropy(outputs, y, reduction="none")

    losses, pull = vjp(run, *model.parameters().values())
    sums = pull.held(np.full(losses.shape, -1.0, losses.dtype))
    start = weights(model)
    return {
        name: held.add([(None, start[name].reshape(-1))]).round()
        for name, held in zip(names, sums, strict=True)
    }


def results_by_room(compiled, run):
    """What steps of new plans give in ever less scratch, until it is too little, once each.

    compiled: makes a plan in an arena; run: takes a step of it with so many bytes of scratch.
    """
    found, rooms, room = set(), [], 1 << 20
    while room > 0:
        plan = compiled(arena=nf.arena.Arena(1 << 22))
        try:
            found.add(run(plan, room))
        except MemoryError:
            break
        rooms.append(room)
        room = room * 4 // 5 // 64 * 64
    assert room > 0
    assert rooms[-1] <= plan.layout.scratch < rooms[0]
    return found
