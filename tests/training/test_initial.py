# SPDX-License-Identifier: BSD-3-Clause
"""Have initial weights their variance, are they the same in every run, and others in every layer?"""

import copy
import pickle

import numpy as np
import pytest

import numformats as nf
from numformats.training import Conv2d, Embedding, Linear, Residual, Sequential, initial

VARIANCES = {
    "xavier_uniform": lambda i, o: 2 / (i + o),
    "xavier_normal": lambda i, o: 2 / (i + o),
    "kaiming_uniform": lambda i, _: 2 / i,
    "kaiming_normal": lambda i, _: 2 / i,
    "standard_normal": lambda *_: 1,
}


@pytest.mark.parametrize("name", VARIANCES)
@pytest.mark.parametrize("shape", [(400, 900), (5, 5, 40, 300)])
def test_variances(name, shape):
    fan_in, fan_out = int(np.prod(shape[:-1])), shape[-1] * int(np.prod(shape[:-2]))
    drawn = getattr(initial, name)(np.random.default_rng(0), shape)
    assert abs(np.var(drawn) / VARIANCES[name](fan_in, fan_out) - 1) < 0.01
    assert abs(np.mean(drawn)) < 4 * np.sqrt(np.var(drawn) / drawn.size)


def test_layers_take_the_fans_of_their_weights():
    linear = Linear(300, 500, initial="xavier_normal", dtype=np.float64)
    assert abs(np.var(linear.own["weight"]) * 400 - 1) < 0.01
    conv = Conv2d(40, 200, 5, dtype=np.float64)
    assert abs(np.var(conv.own["weight"]) * 500 - 1) < 0.01
    embedding = Embedding(500, 300, dtype=np.float64)
    assert abs(np.var(embedding.own["weight"]) - 1) < 0.01


def test_drawn_in_float64_and_rounded_once():
    wide, narrow = (Linear(30, 20, dtype=d, seed=7).own["weight"] for d in (np.float64, nf.posit8))
    np.testing.assert_array_equal(wide.astype(nf.posit8), narrow)


def test_the_same_in_every_run_and_others_in_every_layer():
    def made():
        inner = Sequential(Linear(4, 4), Linear(4, 4))
        return Sequential(Linear(4, 4), inner, Residual(Linear(4, 4)), Linear(4, 4, seed=9))

    first, second = made().parameters(), made().parameters()
    weights = [array.tobytes() for name, array in first.items() if name.endswith("weight")]
    assert len(set(weights)) == 5
    assert all(array.tobytes() == second[name].tobytes() for name, array in first.items())
    assert first["3.weight"].tobytes() == Linear(4, 4, seed=9).own["weight"].tobytes()


def test_weights_of_ones_own_are_left_alone():
    layer = Linear(3, 3)
    layer.own["weight"][...] = np.eye(3)
    model = Sequential(Linear(3, 3), layer)
    np.testing.assert_array_equal(model.parameters()["1.weight"], np.eye(3))
    trained = Sequential(Linear(3, 3))
    trained.parts["0"].own["weight"][0, 0] = 5
    assert Sequential(trained).parameters()["0.0.weight"][0, 0] == 5


def test_functions_of_ones_own():
    layer = Linear(2, 2, initial=lambda rng, shape: rng.integers(0, 9, shape), dtype="posit16")
    assert set(layer.own["weight"].astype(float).ravel()) <= set(range(9))
    zero = Linear(2, 2, initial=initial.constant)
    assert not zero.own["weight"].any()
    with pytest.raises(ValueError, match=r"shape \(3,\); allowed: \(2, 2\)"):
        Linear(2, 2, initial=lambda *_: np.zeros(3))
    with pytest.raises(ValueError, match="initial='glorot'; allowed: xavier_uniform, "):
        Linear(2, 2, initial="glorot")


@pytest.mark.parametrize("again", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_models_can_be_copied(again):
    model = Sequential(Linear(4, 3, dtype="posit16"), Residual(Linear(3, 3, dtype="posit16")))
    x = np.ones((2, 4))
    other = again(model)
    assert other(x).tobytes() == model(x).tobytes()
    other.parameters()["0.weight"][...] = 0
    assert other(x).tobytes() != model(x).tobytes()


def test_fans_of_formats_without_negative_numbers():
    for T in (nf.float8_e8m0fnu, "fixed<8,frac=4,signed=false>"):
        with pytest.raises(ValueError, match="weights need zero and negative numbers"):
            Linear(2, 2, dtype=T)
    with pytest.raises(TypeError, match="dtype=.*int.* is no number format"):
        Linear(2, 2, dtype=int)


@pytest.mark.parametrize(
    "T", ["float<exp=4,man=1>", "posit<6,es=0>", "fixed<8,frac=5,overflow=wrap>"]
)
def test_small_formats(T):
    y = Linear(4, 2, dtype=T)(np.full((3, 4), 0.5))
    assert np.isfinite(y).all()
