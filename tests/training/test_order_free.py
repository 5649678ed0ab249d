# SPDX-License-Identifier: BSD-3-Clause
"""Is every layer's gradient free of the order and split of a batch, and would one see if it were not?"""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

import numformats as nf
import numformats.training as tr
from numformats.training import Pass, gradients

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
R = np.random.default_rng(0)
IMAGES, SERIES = R.standard_normal((7, 6, 6, 2)), R.standard_normal((7, 5, 4))
ROWS, PLACES = R.standard_normal((7, 6)), R.integers(0, 5, (7, 4))
LAYERS = {
    "linear": (lambda T: tr.Linear(6, 3, dtype=T), ROWS),
    "images": (
        lambda T: tr.Sequential(tr.Conv2d(2, 3, 3, dtype=T), tr.GELU(), tr.MaxPool2d(2)),
        IMAGES,
    ),
    "embedding": (lambda T: tr.Embedding(5, 3, dtype=T), PLACES),
    "layer norm": (lambda T: tr.LayerNorm(6, dtype=T), ROWS),
    "rms norm": (lambda T: tr.RMSNorm(6, dtype=T), ROWS),
    "lstm": (lambda T: tr.LSTM(4, 3, dtype=T), SERIES),
    "attention": (lambda T: tr.MultiHeadAttention(4, 2, dtype=T), SERIES),
    "residual, dropout": (
        lambda T: tr.Residual(tr.Sequential(tr.Linear(6, 6, dtype=T), tr.SiLU(), tr.Dropout(0.3))),
        ROWS,
    ),
}


def loss(outputs, targets, reduction):
    assert reduction == "none"
    rows = np.reshape(outputs, (len(targets), -1)).astype(nf.binary64)
    return nf.fsum(np.square(rows), axis=1) + nf.fsum(rows, axis=1)


def bits(slopes):
    return b"".join(slopes[name].tobytes() for name in sorted(slopes))


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("T", [nf.posit16, nf.bfloat16, np.float32])
def test_every_layer(name, T):
    make, x = LAYERS[name]
    model, seen = make(T), set()
    for size, threads in ((None, 1), (1, 1), (3, 2)):
        order = np.random.default_rng(size).permutation(len(x))
        run = Pass(training=True, seed=3, samples=order)
        found = gradients(
            model, loss, x[order], np.zeros(len(x)), run, micro_batch=size, threads=threads
        )[1]
        seen.add(bits(found))
    assert len(seen) == 1
    assert any(np.any(slope != 0) for slope in found.values())


@pytest.fixture
def order_free(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield importlib.import_module("order_free")
    sys.modules.pop("order_free", None)


def test_the_benchmark_sees_a_rounding_in_between(order_free):
    training = order_free.Training("posit16", 2)
    exact = {training.run(micro_batch=size) for size in (64, 16)}
    assert len(exact | {training.run([np.arange(64)[::-1]])}) == 1
    assert len({training.run(rounded_between=size) for size in (64, 16)}) == 2
    orders = order_free.permutations(2)
    assert len(orders) == 50
    assert len({tuple(order) for run in orders for order in run}) == 100
