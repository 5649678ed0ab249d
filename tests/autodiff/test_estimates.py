# SPDX-License-Identifier: BSD-3-Clause
"""Is the forward gradient the mean or the projection that it says, and of which directions?"""

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from numformats.autodiff import forward_grad, grad
from numformats.autodiff.estimates import rademacher

X = np.array([0.3, 0.2, -0.5, 1.0, 0.7])
EPS = {np.float64: 2.0**-52, nf.posit64: 2.0**-52, nf.posit16: 2.0**-11, nf.bfloat16: 2.0**-7}


def f(x):
    return np.sum(np.tanh(x) * x[::-1])


def signs(count, size=5, seed=0):
    return np.stack([rademacher(seed, k, size) for k in range(count)])


@pytest.mark.parametrize("T", [np.float64, nf.posit64, nf.posit16, nf.bfloat16])
@pytest.mark.parametrize("tangents", [1, 3, 11])
def test_the_mean_is_exact_and_rounded_once(T, tangents):
    x = X.astype(T)
    found = forward_grad(f, tangents=tangents, seed=4)(x)
    v = signs(tangents, seed=4)
    slopes = [nf.autodiff.jvp(f, (x,), (row,))[1] for row in v]
    exact = [
        sum(int(s) * Fraction(*d.as_integer_ratio()) for s, d in zip(column, slopes, strict=True))
        / tangents
        for column in v.T
    ]
    assert found.tolist() == [x.dtype.type(e) for e in exact]
    assert found.dtype == x.dtype


@pytest.mark.parametrize("T", [np.float64, nf.posit64, nf.posit16, nf.bfloat16])
def test_the_projection_has_the_same_slopes(T):
    x = X.astype(T)
    eps = EPS[T]
    for tangents in (1, 2, 3, 4):
        v = signs(tangents, seed=1)
        found = forward_grad(f, tangents=tangents, seed=1, combine="project")(x).astype(float)
        slopes = [float(nf.autodiff.jvp(f, (x,), (row,))[1]) for row in v]
        np.testing.assert_allclose(v @ found, slopes, rtol=8 * eps, atol=16 * eps)
        rest = found - np.linalg.pinv(v.astype(float)) @ (v @ found)
        np.testing.assert_allclose(rest, 0, atol=16 * eps)  # in the span


@pytest.mark.parametrize("T", [np.float64, nf.posit32])
def test_enough_directions_give_the_gradient(T):
    """More than span the space: those that depend on others are left out."""
    x = X.astype(T)
    found = forward_grad(f, tangents=24, combine="project")(x).astype(float)
    np.testing.assert_allclose(found, grad(f)(X), rtol=1e-6, atol=1e-7)


def test_over_all_directions_the_mean_is_the_gradient():
    """E[v v^T] = 1: exactly over all 32 sign patterns, so nearly over many seeds."""
    found = np.mean([forward_grad(f, tangents=8, seed=s)(X) for s in range(200)], axis=0)
    np.testing.assert_allclose(found, grad(f)(X), atol=0.25)


def test_signs_are_the_bits_of_philox():
    first = int(np.random.Philox(key=[7, 2]).random_raw())
    assert rademacher(7, 2, 64).tolist() == [1 - 2 * (first >> i & 1) for i in range(64)]
    assert rademacher(7, 2, 100)[:64].tolist() == rademacher(7, 2, 64).tolist()
    assert rademacher(7, 3, 64).tolist() != rademacher(7, 2, 64).tolist()
    assert abs(int(rademacher(0, 0, 10000).sum())) < 400


def test_arguments_and_containers():
    g = lambda a, t: a * np.sum(t["w"]) * t["b"]  # noqa: E731
    t = {"w": np.ones(2).astype(nf.posit16), "b": nf.posit16(2)}
    found = forward_grad(g, 1, tangents=9, combine="project")(3.0, t)
    assert {k: np.asarray(v).tolist() for k, v in found.items()} == {"w": [6, 6], "b": 6}
    assert forward_grad(lambda x: x * x, tangents=2)(3.0) == 6
    both = forward_grad(lambda x, y: x * y, (0, 1), tangents=8, combine="project")(2.0, 3.0)
    assert both == (3, 2)
    wide = forward_grad(f, tangent_dtype="posit32")(X.astype(nf.posit8))
    assert wide.dtype == np.dtype(nf.posit32)


def test_nan_is_no_weight():
    found = forward_grad(lambda x: np.sum(x * np.inf * 0), tangents=2, combine="project")
    with np.errstate(all="ignore"):
        assert np.isnan(found(X)).all()


def test_errors_say_what_is_wrong():
    with pytest.raises(ValueError, match="tangents=0; allowed: 1, 2"):
        forward_grad(f, tangents=0)
    with pytest.raises(ValueError, match="seed=-1; allowed: 0, 1"):
        forward_grad(f, seed=-1)
    with pytest.raises(ValueError, match="combine='median'; allowed"):
        forward_grad(f, combine="median")
    with pytest.raises(ValueError, match="a gradient is of a scalar"):
        forward_grad(np.sin)(X)
    with pytest.raises(ValueError, match="tangent_dtype="):
        forward_grad(f)(X[:3].astype(nf.q15))
