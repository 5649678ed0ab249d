# SPDX-License-Identifier: BSD-3-Clause
"""Does CompensatedLinear leave out the product of two roundings, and nothing else?"""

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from exact_layers import fractions_of, rounded
from numformats.training import SGD, Pass, ReLU, Sequential, fit, softmax_cross_entropy
from numformats.training.compensation import CompensatedLinear, compensated_matmul
from training_parts import bits_of, blobs


def data(dtype=np.float64, seed=0, samples=64, inputs=96, outputs=32):
    rng = np.random.default_rng(seed)
    w = rng.normal(0, np.sqrt(2 / inputs), (inputs, outputs))
    return rng.normal(size=(samples, inputs)).astype(dtype), w.astype(dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, nf.binary64])
@pytest.mark.parametrize("T", [nf.Fixed(16, 12), nf.Fixed(16, 13, rounding="toward_negative")])
def test_the_error_is_a_thousandth_of_that_without(T, dtype):
    """The error itself, not its square, at each of five draws."""
    for seed in range(5):
        x, w = (np.clip(a, -4, 3.99).astype(dtype) for a in data(np.float64, seed))
        exact = x.astype(float) @ w.astype(float)
        with_, without = (
            compensated_matmul(x, w, T, compensate=c).astype(float) - exact for c in (True, False)
        )
        assert np.abs(without).max() > 1e-4
        assert np.sqrt((without**2).mean()) > 1000 * np.sqrt((with_**2).mean())
        assert np.abs(without).max() > 1000 * np.abs(with_).max()


@pytest.mark.parametrize("T", [nf.Fixed(8, 6), nf.bfloat16, nf.posit16, 2.0**-8], ids=str)
def test_in_coarser_formats_the_square_of_the_error_is_a_thousandth(T):
    x, w = data()
    x, w = np.clip(x, -1.5, 1.5), np.clip(w, -1.5, 1.5)
    exact = x @ w
    mse = [((compensated_matmul(x, w, T, compensate=c) - exact) ** 2).mean() for c in (0, 1)]
    assert mse[0] > (1000 if T is not nf.Fixed(8, 6) else 50) * mse[1]


def test_what_is_left_out_is_the_product_of_the_roundings():
    x, w = data(samples=7, inputs=9, outputs=5)
    T = nf.Fixed(10, 4)
    y = compensated_matmul(x, w, T)
    dx, dw = (a - a.astype(T).astype(float) for a in (x, w))
    for i in range(7):
        for j in range(5):
            terms = zip(x[i], w[:, j], dx[i], dw[:, j], strict=True)
            exact = sum(
                Fraction(a) * Fraction(b) - Fraction(c) * Fraction(d) for a, b, c, d in terms
            )
            assert y[i, j] == float(exact)


def test_the_bias_is_a_term_of_the_one_sum():
    layer = CompensatedLinear(4, 3, nf.Fixed(8, 4), dtype=nf.bfloat16)
    x, w = data(nf.bfloat16, 1, 20, 4, 3)
    layer.own["weight"][...] = w
    layer.own["bias"][...] = np.array([300, -2, 0.01]).astype(nf.bfloat16)
    with np.errstate(all="ignore"):
        y = layer(x)
    q = [a.astype(float).astype(nf.Fixed(8, 4)).astype(float) for a in (x, w)]
    d = [
        (a.astype(float) - b).astype(nf.bfloat16).astype(float)
        for a, b in zip((x, w), q, strict=True)
    ]
    bias = fractions_of(layer.own["bias"])
    for i in range(20):
        for j in range(3):
            total = bias[j]
            for k in range(4):
                a, b, da, db = (
                    Fraction(m) for m in (q[0][i, k], q[1][k, j], d[0][i, k], d[1][k, j])
                )
                total += a * b + da * b + a * db
            assert y[i, j].tobytes() == rounded(total, nf.bfloat16).tobytes()


def test_a_coarse_residual_is_between():
    x, w = data()
    exact = x @ w
    T = nf.Fixed(12, 8)
    errors = [
        np.abs(compensated_matmul(x, w, T, **how) - exact).max()
        for how in ({"compensate": False}, {"residual": nf.Fixed(8, 14)}, {})
    ]
    assert errors[0] > 10 * errors[1] > 15 * errors[2]


def test_a_call_keeps_nothing():
    """The published layer adds the last batch's error to this one's output."""
    layer = CompensatedLinear(6, 4, nf.Fixed(8, 4), seed=1)
    x = np.random.default_rng(2).normal(size=(5, 6)).astype(np.float32)
    first = layer(x).tobytes()
    layer(x[::-1] * 3)
    assert layer(x).tobytes() == first
    rows = np.concatenate([layer(row[None]) for row in x])
    assert rows.tobytes() == first  # nor does a sample see the others


@pytest.mark.parametrize("dtype", [np.float64, nf.posit16])
def test_derivatives_are_those_of_the_exact_product(dtype):
    layer = CompensatedLinear(3, 2, nf.Fixed(12, 8), dtype=dtype, seed=4)
    x, _ = data(dtype, 5, 10, 3, 2)
    g = np.random.default_rng(6).normal(size=(10, 2)).astype(dtype)

    def f(p, x):
        return layer.forward(p, x, Pass())

    p = layer.parameters()
    _, pull = nf.autodiff.vjp(f, p, x)
    to_p, to_x = pull(g)
    assert np.array_equal(to_x, nf.matmul(g, p["weight"].T))
    assert np.array_equal(to_p["weight"], nf.matmul(x.T, g))
    assert np.array_equal(to_p["bias"], nf.fsum(g, axis=0))
    zero = {k: np.zeros_like(v) for k, v in p.items()}
    for name in p:
        _, tangent = nf.autodiff.jvp(f, (p, x), (zero | {name: p[name]}, np.zeros_like(x)))
        wanted = (
            nf.matmul(x, p["weight"]) if name == "weight" else np.broadcast_to(p["bias"], g.shape)
        )
        assert np.array_equal(tangent, wanted)
    _, tangent = nf.autodiff.jvp(f, (p, x), (zero, x))
    assert np.array_equal(tangent, nf.matmul(x, p["weight"]))


def test_a_model_of_such_layers_learns():
    x, y = blobs(dtype=np.float32)
    model = Sequential(
        CompensatedLinear(4, 8, nf.Fixed(8, 3)),
        ReLU(),
        CompensatedLinear(8, 3, nf.Fixed(8, 3), bias=False),
    )
    fit(model, x, y, loss=softmax_cross_entropy, optimizer=SGD(0.5), epochs=5, batch=30, seed=1)
    assert (np.argmax(model(x), axis=1) == y).mean() > 0.9
    before = bits_of(model)
    outputs = {model(x).tobytes() for _ in range(3)}
    assert len(outputs) == 1
    assert bits_of(model) == before


def test_shapes_and_refusals():
    layer = CompensatedLinear(3, 2, seed=1)
    assert "CompensatedLinear 3 -> 2 by fixed<16,frac=12>" in repr(layer)
    assert layer(np.ones((2, 4, 3))).shape == (2, 4, 2)
    assert layer([[1, 2, 3]]).dtype == np.float32
    with pytest.raises(ValueError, match="CompensatedLinear 3 -> 2"):
        layer(np.ones((2, 4)))
    with pytest.raises(ValueError, match="allowed: matrices that fit"):
        compensated_matmul(np.ones((2, 3)), np.ones((2, 3)), 0.5)
    with pytest.raises(TypeError, match="one dtype"):
        compensated_matmul(np.ones((2, 3)), np.ones((3, 3), np.float32), 0.5)
    with pytest.raises(ValueError, match="inputs"):
        CompensatedLinear(0, 3)
    with pytest.raises(TypeError, match="T="):
        CompensatedLinear(2, 3, [1])
    with pytest.raises(TypeError, match="does not hold"):
        CompensatedLinear(2, 3, nf.Fixed(16, 12), dtype=nf.posit8)
