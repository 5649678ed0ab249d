# SPDX-License-Identifier: BSD-3-Clause
"""Does what dropout leaves out belong to the sample, the step, the seed and the layer alone?"""

import numpy as np
import pytest

import numformats as nf
from numformats.oracle import philox4x64
from numformats.training import Dropout, Linear, Pass, Sequential, random_words

X = np.ones((40, 25), nf.posit16)


def dropped(samples, *, seed=1, step=2, path="", layer=None):
    run = Pass(training=True, seed=seed, step=step, samples=np.asarray(samples), path=path)
    layer = Dropout(0.3) if layer is None else layer
    return layer.forward({}, X[: len(samples)], run)


def test_neither_split_nor_order_shows():
    whole = dropped(range(40))
    order = np.random.default_rng(0).permutation(40)
    np.testing.assert_array_equal(dropped(order), whole[order])
    parts = [dropped(part) for part in np.array_split(np.arange(40), [1, 3, 10])]
    np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_seed_step_layer_and_sample_make_a_difference():
    masks = [
        dropped(range(40)),
        dropped(range(40), seed=2),
        dropped(range(40), step=3),
        dropped(range(40), path="1."),
        dropped(range(40, 80)),
    ]
    seen = {mask.tobytes() for mask in masks}
    assert len(seen) == len(masks)
    for mask in masks[1:]:  # two independent masks agree in 58 % of the places
        assert 0.5 < np.mean(mask == masks[0]) < 0.66


def test_shares_and_values():
    y = dropped(range(40)).astype(float)
    assert set(np.unique(y)) == {0, float(nf.posit16(1 / 0.7))}
    assert abs(np.mean(y == 0) - 0.3) < 4 * np.sqrt(0.21 / y.size)


def test_words_are_philox():
    """The counter (0, 0, step, sample) is large: the oracle counts from there in plain integers."""
    run = Pass(seed=5, step=0, samples=[0], path="")
    words = random_words(run, 9)[0]
    path = int.from_bytes(bytes.fromhex("e4a6a0577479b2b4"), "little")  # BLAKE2b-64 of nothing
    assert words.tolist() == [philox4x64(5, path, i) for i in range(9)]


def test_in_use_nothing_happens():
    model = Sequential(Dropout(0.5), Linear(25, 2, dtype="posit16"))
    np.testing.assert_array_equal(model(X), model.parts["1"](X))
    assert dropped(range(40), layer=Dropout(0.0)).tobytes() == X.tobytes()


def test_two_layers_of_a_model_differ():
    model = Sequential(Dropout(0.5), Dropout(0.5))
    run = Pass(training=True, samples=np.arange(40))
    y = model.forward({}, X, run)
    assert 0.2 < np.mean(y != 0) < 0.3


@pytest.mark.parametrize(
    ("layer", "run", "what"),
    [
        (Dropout(0.5), Pass(training=True), "sample numbers"),
        (Dropout(0.5), Pass(training=True, samples=np.arange(3)), "batch of 40"),
    ],
)
def test_a_pass_needs_sample_numbers(layer, run, what):
    with pytest.raises(ValueError, match=what):
        layer.forward({}, X, run)


def test_refusals():
    with pytest.raises(ValueError, match=r"probability=1\.0; allowed: from 0 to below 1"):
        Dropout(1.0)
    ones = np.ones((1, 2)).astype(nf.float8_e8m0fnu)
    with pytest.raises(ValueError, match="float8_e8m0fnu has no zero"):
        Dropout(0.5).forward({}, ones, Pass(training=True, samples=np.arange(1)))
    with pytest.raises(ValueError, match="random words belong to samples"):
        random_words(Pass(), 1)
