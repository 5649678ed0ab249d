# SPDX-License-Identifier: BSD-3-Clause
"""Do layers see the values of the lattice, and nothing but the integers stay in memory?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from numformats.training import (
    LayerNorm,
    Linear,
    ReLU,
    Sequential,
    fit,
    gradients,
    load_images,
    mean_squared_error,
    softmax_cross_entropy,
)
from numformats.training.discrete import (
    DiscreteSGD,
    Lattice,
    StochasticRounding,
    Unbiased,
    codes,
    is_discrete,
)

INT8 = nf.Fixed(8, 6)


def test_the_model_computes_with_the_values_of_the_integers():
    plain = Linear(3, 2, seed=1)
    values = {name: a.astype(INT8).astype(np.float32) for name, a in plain.parameters().items()}
    lattice = Lattice(Linear(3, 2, seed=1), INT8)
    plain.load_state_dict(values)
    x = np.random.default_rng(1).normal(size=(4, 3))
    assert lattice(x).tolist() == plain(x).tolist()
    y = np.zeros((4, 2))
    _, wanted = gradients(plain, mean_squared_error, x, y)
    _, got = gradients(lattice, mean_squared_error, x, y, cotangent_dtype=nf.binary32)
    for name, g in wanted.items():
        assert np.asarray(got[name]).astype(np.float64).tolist() == g.astype(np.float64).tolist()


def test_there_is_no_second_copy():
    model = Sequential(Linear(30, 20), ReLU(), Linear(20, 5))
    lattice = Lattice(model, INT8)
    assert is_discrete(lattice.parameters())
    assert sum(a.nbytes for a in lattice.parameters().values()) == 30 * 20 + 20 + 20 * 5 + 5
    for part in model.parts.values():
        for a in part.own.values():
            assert a.base.nbytes == a.itemsize  # one zero, seen as all elements


def test_formats_by_name():
    model = Lattice(
        Sequential(Linear(4, 3, seed=1), LayerNorm(3), Linear(3, 2, seed=2)),
        {"*.gain": nf.Fixed(16, 12), "0.*": nf.Fixed(4, 3), "*": INT8},
    )
    found = {name: str(a.dtype) for name, a in model.parameters().items()}
    assert found["1.gain"] == "fixed<16,frac=12>"
    assert found["0.weight"] == found["0.bias"] == "fixed<4,frac=3>"
    assert found["2.weight"] == found["1.bias"] == "fixed<8,frac=6>"
    assert np.isfinite(model(np.ones((2, 4)))).all()


@pytest.mark.parametrize("kind", ["sign", "ternary"])
def test_shown_weights_are_signs_of_the_integers(kind):
    layer = Linear(4, 3, seed=1, bias=False)
    model = Lattice(layer, nf.Fixed(8, 7), shown={"weight": kind})
    at = np.array([[-128, 0, 127], [-43, 42, 43], [-42, 1, 90], [-1, -2, 60]])
    model.own["weight"][...] = at / 128
    third = 127 / 3
    wanted = np.where(at >= 0, 1, -1) if kind == "sign" else (at > third) * 1 - (at < -third)
    assert (2 * model(np.eye(4)) == wanted).all()  # divided by the root of four inputs
    _, g = gradients(
        model, mean_squared_error, np.ones((1, 4)), np.zeros((1, 3)), cotangent_dtype=nf.binary32
    )
    out = wanted.sum(axis=0) / 2
    assert np.allclose(g["weight"].astype(float), 2 * out / 3 * np.ones((4, 1)) / 2, rtol=1e-6)


def test_what_is_refused():
    for T, kind, text in (
        (nf.posit8, TypeError, "is no lattice"),
        ("nonsense", nf.UnknownFormatError, "unknown format"),
        (nf.Fixed(8, 4, overflow="wrap"), ValueError, "does not saturate"),
        (
            nf.Fixed(32, 20),
            ValueError,
            "parameter 'weight': float32 lacks values of fixed<32,frac=20>",
        ),
        (nf.Fixed(33, 4), ValueError, "has 33 bits; allowed for a lattice: up to 32"),
        ({"nothing": INT8}, ValueError, "matches no pattern"),
    ):
        with pytest.raises(kind, match=text):
            Lattice(Linear(2, 2), T)
    with pytest.raises(ValueError, match="shown='signs'; allowed: sign, ternary"):
        Lattice(Linear(2, 2), INT8, shown={"*": "signs"})
    assert Lattice(Linear(2, 2, dtype=np.float64), nf.Fixed(32, 20)).own[
        "weight"
    ].dtype == nf.Fixed(32, 20)
    with pytest.raises(TypeError, match="is no format; allowed: nf.Fixed"):
        codes(np.zeros(2))
    assert codes(np.array([1.5, 0], nf.Fixed(8, 1, signed=False))).tolist() == [3, 0]


def accuracy(model, images):
    return (np.argmax(model(images.test_x), axis=1) == images.test_y).mean()


@pytest.fixture(scope="module")
def digits():
    pytest.importorskip("sklearn")
    return load_images("digits")


def train(model, optimizer, images, epochs):
    fit(model, images.x, images.y, loss=softmax_cross_entropy, optimizer=optimizer, epochs=epochs,
        batch=32, seed=1, progress=False)  # fmt: skip
    assert is_discrete(model.parameters())
    return accuracy(model, images)


def test_int8_learns_digits(digits):
    model = Lattice(Sequential(Linear(64, 16, seed=1), ReLU(), Linear(16, 10, seed=2)), INT8)
    assert train(model, DiscreteSGD(0.5), digits, 5) > 0.88


def test_ternary_codes_learn_digits(digits):
    """The weights themselves are -1, 0 and 1 (times 1/4), and an update is -1, 0 or 1."""
    lattice = {"*.weight": nf.Fixed(2, 2, overflow="saturate_symmetric"), "*": nf.Fixed(8, 4)}
    model = Lattice(Sequential(Linear(64, 96, seed=1), ReLU(), Linear(96, 10, seed=2)), lattice)
    optimizer = DiscreteSGD(lambda step: 0.06 / (1 + step / 300), rule=StochasticRounding(), k=1)
    assert train(model, optimizer, digits, 12) > 0.85
    assert {int(c) for c in np.unique(codes(model.parameters()["0.weight"]))} == {-1, 0, 1}


@pytest.mark.parametrize("kind", ["sign", "ternary"])
def test_shown_signs_learn_digits(digits, kind):
    lattice = {"*.weight": nf.Fixed(8, 8), "*": nf.Fixed(8, 4)}
    layers = Sequential(Linear(64, 96, seed=1), ReLU(), Linear(96, 10, seed=2))
    model = Lattice(layers, lattice, shown={"*.weight": kind})
    optimizer = DiscreteSGD(lambda step: 2 / (1 + step / 200), rule=Unbiased())
    assert train(model, optimizer, digits, 12) > 0.8
