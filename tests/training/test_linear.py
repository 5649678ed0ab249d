# SPDX-License-Identifier: BSD-3-Clause
"""Is a matrix layer one exact sum, rounded once, forward and backward?"""

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from exact_layers import fractions_of, rounded
from numformats.training import Cast, Linear, Pass, Sequential


def hard(shape, T, seed):
    """Numbers of very different sizes, so that sums cancel and every rounding shows."""
    rng = np.random.default_rng(seed)
    return (rng.normal(size=shape) * 2.0 ** rng.integers(-6, 5, shape)).astype(T)


@pytest.mark.parametrize("T", [nf.posit16, nf.bfloat16, nf.posit8, nf.float8_e4m3fn])
def test_the_bias_is_a_term_of_the_sum(T):
    layer = Linear(6, 3, dtype=T)
    layer.own["weight"][...] = hard((6, 3), T, 1)
    layer.own["bias"][...] = hard(3, T, 2)
    x = hard((40, 6), T, 3)
    with np.errstate(all="ignore"):
        y = layer(x)
    w, b = fractions_of(layer.own["weight"]), fractions_of(layer.own["bias"])
    for i, row in enumerate(fractions_of(x)):
        for j in range(3):
            exact = sum((row[k] * w[k][j] for k in range(6)), b[j])
            assert y[i, j].tobytes() == rounded(exact, T).tobytes()


@pytest.mark.parametrize("T", [nf.posit16, nf.bfloat16])
def test_derivatives_are_sums_over_the_whole_batch(T):
    layer = Linear(3, 2, dtype=T)
    x, g = hard((30, 3), T, 4), hard((30, 2), T, 5)
    _, pull = nf.autodiff.vjp(lambda p: layer.forward(p, x, Pass()), layer.parameters())
    (found,) = pull(g)
    xs, gs = fractions_of(x), fractions_of(g)
    for j in range(2):
        total = sum(row[j] for row in gs)
        assert found["bias"][j].tobytes() == rounded(total, T).tobytes()
        for k in range(3):
            exact = sum((xs[n][k] * gs[n][j] for n in range(30)), Fraction(0))
            assert found["weight"][k, j].tobytes() == rounded(exact, T).tobytes()


def test_sequences_are_summed_at_once():
    """The derivative of the weight is one sum over samples and places."""
    layer = Linear(2, 2, dtype=nf.posit16)
    x, g = hard((4, 5, 2), nf.posit16, 6), hard((4, 5, 2), nf.posit16, 7)
    _, pull = nf.autodiff.vjp(lambda p: layer.forward(p, x, Pass()), layer.parameters())
    (found,) = pull(g)
    flat = nf.matmul(x.reshape(-1, 2).T, g.reshape(-1, 2))
    assert found["weight"].tobytes() == flat.tobytes()


def test_a_format_without_one_adds_the_bias_afterwards():
    layer = Linear(2, 1, dtype=nf.q15)
    layer.own["weight"][...] = np.array([[0.5], [0.25]]).astype(nf.q15)
    layer.own["bias"][...] = np.array([0.125]).astype(nf.q15)
    assert layer([[0.5, 0.5]]).astype(float).tolist() == [[0.5]]


@pytest.mark.parametrize("spec", ["sequential", nf.bfloat16, ("blocked", nf.bfloat16, 2)])
def test_accumulators_are_those_of_both_directions(spec):
    layer = Linear(8, 3, dtype=nf.posit16, bias=False, accumulate=spec)
    x = hard((6, 8), nf.posit16, 8)
    with np.errstate(all="ignore"):
        y, pull = nf.autodiff.vjp(lambda p, x: layer.forward(p, x, Pass()), layer.parameters(), x)
        g = hard(y.shape, nf.posit16, 9)
        back, back_x = pull(g)
        w = layer.own["weight"]
        assert y.tobytes() == nf.matmul(x, w, accumulate=spec).tobytes()
        assert back["weight"].tobytes() == nf.matmul(x.T, g, accumulate=spec).tobytes()
        assert back_x.tobytes() == nf.matmul(g, w.T, accumulate=spec).tobytes()
        assert back["weight"].tobytes() != nf.matmul(x.T, g).tobytes()
        tangent = nf.autodiff.jvp(lambda w: layer.forward({"weight": w}, x, Pass()), (w,), (w,))[1]
    assert tangent.tobytes() == y.tobytes()


def test_float32_is_exact_too():
    layer = Linear(3, 1, bias=False)
    layer.own["weight"][...] = [[1e8], [1.0], [-1e8]]
    assert layer(np.ones((1, 3), np.float32)).tolist() == [[1.0]]
    _, pull = nf.autodiff.vjp(
        lambda p, x: layer.forward(p, x, Pass()), layer.parameters(), np.ones((3, 3), np.float32)
    )
    g = np.array([[1e8], [1.0], [-1e8]], np.float32)
    assert pull(g)[0]["weight"].tolist() == [[1.0]] * 3


@pytest.mark.parametrize("named", [nf.posit16, "posit16", np.dtype("posit16"), nf.posit16.format])
def test_formats_by_any_name(named):
    model = Sequential(Linear(2, 2, dtype=named), Cast(named))
    assert model([[1, 2]]).dtype == nf.posit16
