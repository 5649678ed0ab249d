# SPDX-License-Identifier: BSD-3-Clause
"""Do models hold their parameters, show them, and train?"""

import numpy as np
import pytest

import numformats as nf
from numformats import training as nt
from numformats.training import Layer, Linear, Pass, ReLU, Sequential


def test_layers_one_by_one_or_as_a_list():
    layers = [Linear(4, 3, seed=1), ReLU(), Linear(3, 2, seed=2)]
    one, other = Sequential(*layers), Sequential(layers)
    x = np.ones((2, 4))
    assert one(x).tobytes() == other(x).tobytes()
    assert len(one) == 3
    assert one[1] is layers[1]
    assert one[-1] is layers[2]
    assert Sequential()(x).tobytes() == x.tobytes()


def test_parameters_are_the_layers_own_arrays():
    model = Sequential(Linear(4, 3), Sequential(Linear(3, 2)))
    found = model.parameters()
    assert list(found) == ["0.weight", "0.bias", "1.0.weight", "1.0.bias"]
    assert found["1.0.weight"] is model.parts["1"].parts["0"].own["weight"]


def test_text_shows_shapes_and_counts():
    model = Sequential(Linear(64, 32, dtype="posit16"), ReLU(), nt.Residual(nt.Conv2d(1, 2, 3)))
    assert repr(model).splitlines() == [
        "Sequential, 2100 parameters in posit16, float32",
        "  0: Linear 64 -> 32, 2080 parameters in posit16",
        "  1: ReLU",
        "  2: Residual, 20 parameters in float32",
        "    inner: Conv2d 1 -> 2, 3 x 3, 20 parameters in float32",
    ]


@pytest.mark.parametrize("x", [[[1, 2]], [(1.0, 2.0)], np.array([[1, 2]], np.uint8), np.array([[1, 2.0]])])  # fmt: skip
def test_inputs_in_use_are_rounded_into_the_model(x):
    model = Sequential(nt.Flatten(), Linear(2, 3, dtype=nf.posit16))
    y = model(x)
    assert y.dtype == np.dtype(nf.posit16)
    assert y.tobytes() == model(np.array([[1, 2]], nf.posit16)).tobytes()


def test_numbers_of_an_embedding_stay_integers():
    model = Sequential(
        nt.Embedding(5, 3, dtype="posit8"), nt.Flatten(), Linear(6, 2, dtype="posit8")
    )
    assert model([[0, 4], [1, 1]]).shape == (2, 2)
    rows = model.parts["0"]([[0, 4]])
    np.testing.assert_array_equal(rows[0], model.parts["0"].own["weight"][[0, 4]])


def test_rows_of_an_embedding_have_one_rounding():
    """1 + 1/256 a hundred times: in bfloat16 each addition of its own would be lost."""
    layer = nt.Embedding(3, 1, dtype=nf.bfloat16)
    ids = np.zeros((1, 257), int)
    _, pull = nf.autodiff.vjp(lambda p: layer.forward(p, ids, Pass()), layer.parameters())
    g = np.full((1, 257, 1), 2.0**-8)
    g[0, 0] = 1
    found = pull(g.astype(nf.bfloat16))[0]["weight"]
    assert found.astype(float).ravel().tolist() == [2, 0, 0]


def test_residual():
    inner = Linear(3, 3, dtype="posit16")
    x = np.ones((2, 3)).astype(nf.posit16)
    np.testing.assert_array_equal(nt.Residual(inner)(x), x + inner(x))


def test_a_layer_of_ones_own():
    class Shift(Layer):
        def __init__(self):
            super().__init__()
            self.own["by"] = np.zeros(2)

        def forward(self, parameters, x, run):  # noqa: ARG002
            return x + parameters["by"]

    model = Sequential(Shift(), nt.Tanh())
    parameters = model.parameters()
    assert list(parameters) == ["0.by"]
    optimizer = nt.SGD(0.5)

    def loss(p):
        return nt.mean_squared_error(model.forward(p, np.zeros((1, 2)), Pass()), [[0.5, -0.25]])

    for _ in range(200):
        optimizer.step(parameters, nf.autodiff.grad(loss)(parameters))
    np.testing.assert_allclose(model([[0, 0]]), [[0.5, -0.25]], rtol=1e-9)


DATA = np.random.default_rng(0).normal(size=(60, 4))
CLASSES = (DATA[:, 0] * DATA[:, 1] > 0).astype(int)


@pytest.mark.parametrize("T", [nf.posit16, nf.bposit16, nf.bfloat16, np.float32, nf.posit8])
@pytest.mark.parametrize("make", [lambda: nt.SGD(0.5, 0.9), lambda: nt.AdamW(0.02, state_dtype=np.float32, master=True)])  # fmt: skip
def test_models_learn(T, make):
    """Whether two numbers have one sign: no linear model knows."""
    model = Sequential(Linear(4, 16, dtype=T), nt.Tanh(), Linear(16, 2, dtype=T))
    x, optimizer, parameters = model.enter(DATA), make(), model.parameters()

    def loss(p):
        return nt.softmax_cross_entropy(model.forward(p, x, Pass(training=True)), CLASSES)

    first = float(loss(parameters))
    for _ in range(60):
        _, g = nf.autodiff.value_and_grad(loss)(parameters)
        optimizer.step(parameters, g)
    assert float(loss(parameters)) < 0.5 * first
    assert np.mean(np.argmax(model(DATA), axis=1) == CLASSES) > 0.9


@pytest.mark.parametrize("name", ["convolution", "recurrent", "transformer"])
def test_architectures_learn(name):
    T = nf.posit16
    x = np.random.default_rng(1).normal(size=(32, 16))
    labels = (x[:, :8].sum(axis=1) > 0).astype(int)
    model = {
        "convolution": lambda: Sequential(
            nt.Reshape(4, 4, 1),
            nt.Conv2d(1, 4, 3, padding="same", dtype=T),
            nt.ReLU(),
            nt.MaxPool2d(2),
            nt.Flatten(),
            Linear(16, 2, dtype=T),
        ),
        "recurrent": lambda: Sequential(
            nt.Reshape(4, 4), nt.LSTM(4, 6, sequences=False, dtype=T), Linear(6, 2, dtype=T)
        ),
        "transformer": lambda: Sequential(
            nt.Reshape(4, 4),
            nt.Positions(4, 4, dtype=T),
            nt.TransformerBlock(4, 2, hidden=8, dtype=T),
            nt.Flatten(),
            Linear(16, 2, dtype=T),
        ),
    }[name]()
    batch, optimizer, parameters = model.enter(x), nt.Adam(0.03, state_dtype=np.float32), model.parameters()  # fmt: skip

    def loss(p):
        return nt.softmax_cross_entropy(model.forward(p, batch, Pass(training=True)), labels)

    first = float(loss(parameters))
    for _ in range(25):
        optimizer.step(parameters, nf.autodiff.grad(loss)(parameters))
    assert float(loss(parameters)) < 0.5 * first
