# SPDX-License-Identifier: BSD-3-Clause
"""Does a step that is watched give the same bits, however it is split?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from layer_cases import FORMATS, LAYERS, a_pass
from numformats.training import SGD, PrecisionMonitor, fit, gradients, softmax_cross_entropy
from training_parts import bits_of, blobs, descent, small_model


def squares(outputs, y, reduction="none"):
    return np.sum(np.reshape(outputs * outputs, (len(outputs), -1)), axis=1)


@pytest.mark.parametrize(
    "dtype", [*FORMATS[::2], nf.posit64, nf.Float(5, 2, rounding="stochastic"), nf.Float(12, 20)]
)
@pytest.mark.parametrize("name", LAYERS)
def test_layers_give_the_same_bits_when_they_are_watched(name, dtype):
    make, shape = LAYERS[name]
    with np.errstate(all="ignore"):
        layer = make(np.dtype(dtype))
    x = np.random.default_rng(1).uniform(-0.9, 0.9, shape).astype(dtype)

    def results():
        nf.seed(5)
        _, found = gradients(layer, squares, x, np.zeros(len(x)), a_pass(len(x)))
        given = layer(x)
        return [a.tobytes() for a in (given, layer(x), *found.values())]

    with np.errstate(all="ignore"):
        size = layer(x).size
        alone = results()
        with PrecisionMonitor(layer, every=2) as monitor:
            watched = results()
    assert watched == alone
    assert {row.step for row in monitor.rows} == {0, 2}
    assert {row.elements for row in monitor.rows if row.name == "output"} == {size}
    assert "forward" not in vars(layer)


@pytest.mark.parametrize("dtype", [nf.posit16, nf.Float(5, 4, rounding="stochastic")])
@pytest.mark.parametrize("split", [{}, {"micro_batch": 7, "threads": 2}])
def test_training_gives_the_same_bits_when_it_is_watched(dtype, split):
    x, y = blobs(dtype=dtype)
    if split and "stochastic" in str(np.dtype(dtype)):
        split = {}  # threads draw words in the order in which they happen to come
    found = []
    for watch in (False, True):
        nf.seed(1)  # initial weights are drawn, too
        model = small_model(dtype)
        monitor = PrecisionMonitor(model)
        token = monitor.__enter__() if watch else None
        fit(model, x, y, loss=softmax_cross_entropy, optimizer=descent(), epochs=2, batch=32,
            validation=(x, y), **split)  # fmt: skip
        if token is not None:
            monitor.__exit__(None, None, None)
        found.append(bits_of(model))
    assert found[0] == found[1]
    steps = sorted({row.step for row in monitor.rows})
    assert steps == list(range(6))  # no rehearsal and no validation
    assert len(monitor.rows) == 6 * len(monitor.names)


def test_a_batch_in_parts_is_measured_as_one():
    x, y = blobs()
    maps, rows = [], []
    for split in ({}, {"micro_batch": 4}, {"micro_batch": 4, "threads": 3}):
        model = small_model()
        with PrecisionMonitor(model) as monitor:
            fit(model, x, y, loss=softmax_cross_entropy, optimizer=SGD(0.5), epochs=1, **split)
        rows.append(monitor.rows)
        maps.append([monitor.error_map(name).tolist() for name in monitor.names])
    assert rows[0] == rows[1] == rows[2]
    assert maps[0] == maps[1] == maps[2]
