# SPDX-License-Identifier: BSD-3-Clause
"""Are updates integers of the gradient's shape, with the moments of their formulas?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from numformats.sampling import Key
from numformats.training.discrete import (
    clip_update,
    multinomial_update,
    poisson_update,
    sign_update,
    stochastic_rounding_update,
    unbiased_update,
)

G = np.array([[0.3, -0.1, 0.05], [0.0, -0.42, 1e-3]])
CALLS = {
    "multinomial": lambda g, seed: multinomial_update(g, 5, 1, seed),
    "unbiased": lambda g, seed: unbiased_update(g, 0.5, 0.125, None, seed),
    "unbiased, n = 2": lambda g, seed: unbiased_update(g, 0.5, 0.125, 2, seed),
    "poisson": lambda g, seed: poisson_update(g, 0.5, 0.125, seed),
    "rounding": lambda g, seed: stochastic_rounding_update(g, 0.5, 0.125, seed),
    "sign": lambda g, _: sign_update(g),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize(
    "g",
    [[1, -2, 0], 3.5, np.float32(-0.25), [[]], [], np.zeros((2, 0, 3)), np.zeros((2, 3)), [0], G, G.T, G[:, ::2],
     G.astype(np.float32), G.astype(nf.posit16), nf.Fixed(8, 6)(0.5), np.array([7, -9], np.int8),
     np.array([1, 2], ">f4"), [2**12, 1], np.array(True)],
    ids=str,
)  # fmt: skip
def test_shapes_signs_and_dtypes(call, g):
    u = call(g, 1)
    shape = np.shape(g)
    assert isinstance(u, np.ndarray)
    assert u.dtype == np.int64
    assert u.shape == shape
    sign = np.sign(np.asarray(g).astype(float))
    assert (u * sign >= 0).all()
    assert (u[sign == 0] == 0).all()
    assert (call(g, 1) == u).all()
    assert (call(np.asarray(g), Key(1)) == u).all()


def averaged(draw, draws=1000, least=0.0):
    u = np.array([draw(seed) for seed in range(draws)]).astype(float)
    # Where hardly any draw is not 0 its variance is about its mean.
    variance = np.maximum(u.var(axis=0), np.abs(least))
    return u.mean(axis=0), np.sqrt(variance / draws), u


@pytest.mark.parametrize("n", [None, 1, 2, 3, 8, 100])
@pytest.mark.parametrize(("lr", "delta"), [(0.1, 0.01), (1, 0.5), (0.01, 0.25), (3.0, 0.0625)])
def test_the_unbiased_update_is_unbiased_whatever_n(n, lr, delta):
    rare = lr * G / delta * max(1, lr * np.abs(G).sum() / delta) * (np.abs(lr * G / delta) < 0.1)
    mean, error, u = averaged(
        lambda seed: unbiased_update(G, lr=lr, delta=delta, n=n, seed=seed), 400, rare
    )
    assert (np.abs(mean - lr * G / delta) <= 4 * error + 1e-9).all()
    due = lr * np.abs(G).sum() / delta
    assert set(np.abs(u).sum(axis=(1, 2))) <= {np.floor(due), np.ceil(due)}
    if n is not None:
        assert (np.count_nonzero(u, axis=(1, 2)) <= n).all()


@pytest.mark.parametrize("update", [poisson_update, stochastic_rounding_update])
@pytest.mark.parametrize(("lr", "delta"), [(0.1, 0.01), (1, 0.5), (3.0, 0.0625)])
def test_other_rules_with_a_step_size_are_unbiased(update, lr, delta):
    mean, error, _ = averaged(lambda seed: update(G, lr, delta, seed), least=0.002 * (G != 0))
    assert (np.abs(mean - lr * G / delta) <= 4 * error + 1e-9).all()


@pytest.mark.parametrize("c", [0, 1e-3, 1, Fraction(1, 3)])
@pytest.mark.parametrize("n", [1, 4, 50])
def test_moments_of_the_published_rule(n, c):
    """E u = n p sign(g), Var u_i = n p_i (1 - p_i), Cov = -n p_i p_j s_i s_j, within 4 standard errors."""
    g = G.reshape(-1)
    p = (np.abs(g) + float(c)) / (np.abs(g).sum() + g.size * float(c))
    s = np.sign(g)
    mean, error, u = averaged(
        lambda seed: multinomial_update(g, n, c, seed), least=n * p * (1 - p) * (s != 0)
    )
    assert (np.abs(mean - n * p * s) <= 4 * error + 1e-9).all()
    covariance = np.outer(s, s) * n * (np.diag(p) - np.outer(p, p))
    products = (u - n * p * s)[:, :, None] * (u - n * p * s)[:, None, :]
    spread = products.std(axis=0) / np.sqrt(len(u))
    # Of what is hardly ever drawn no error can be estimated.
    often = np.outer(n * p > 0.02, n * p > 0.02)
    assert often.sum() >= 4
    assert (np.abs(products.mean(axis=0) - covariance) <= 4 * spread + 1e-9)[often].all()
    squares = (u * u).sum(axis=1)
    moving = p[s != 0]
    wanted = n * moving.sum() + n * (n - 1) * (moving**2).sum()
    assert abs(squares.mean() - wanted) <= 4 * squares.std() / np.sqrt(len(u)) + 1e-9
    assert (np.abs(u).sum(axis=1) <= n).all()
    if c == 0:
        assert (np.abs(u).sum(axis=1) == n).all()


def test_the_published_rule_leans_towards_signs():
    """With c far above the gradient all coordinates move alike: it is no estimate of the gradient."""
    g = np.array([1e-3, -1e-5])
    mean, error, _ = averaged(lambda seed: multinomial_update(g, 8, 1, seed))
    assert (np.abs(mean - [4, -4]) < 4 * error + 0.01).all()
    mean, error, _ = averaged(lambda seed: multinomial_update(g, 8, 0, seed))
    assert (np.abs(mean - 8 * g / np.abs(g).sum()) < 4 * error + 1e-9).all()


def test_what_is_zero():
    assert multinomial_update([1.0, 2.0], 0, 1, 1).tolist() == [0, 0]
    assert multinomial_update([0.0, 0.0], 9, 0, 1).tolist() == [0, 0]
    assert multinomial_update([0.0, 0.0], 9, 1, 1).tolist() == [0, 0]
    u = multinomial_update([0.0, 1.0], 1000, 1, 1)  # a third of the draws falls on the zero
    assert u[0] == 0
    assert 600 < u[1] < 735
    assert unbiased_update([0.0], 1, 1, 5, 1).tolist() == [0]
    assert unbiased_update([1.0], 0, 1, None, 1).tolist() == [0]
    assert unbiased_update([3.0, -1.0], 2, 1, None, 1).tolist() != [0, 0]


def test_huge_and_tiny_gradients_together():
    g = [1e300, -1e-300, 5e-324, 0.0]
    assert multinomial_update(g, 7, 0, 1).tolist() == [7, 0, 0, 0]
    assert unbiased_update(g, 1e-300, 0.25, None, 1).tolist() == [4, 0, 0, 0]
    assert stochastic_rounding_update(g, 1e-300, 0.25, 1).tolist() == [4, 0, 0, 0]
    assert np.abs(unbiased_update([1e-300, -1e-300], 1e300, 0.5, None, 2)).sum() == 4
    assert multinomial_update([1e-320, 0], 4, 1e300, 3)[0] in range(5)


def test_a_float_is_the_fraction_that_it_is():
    """0.1 / 0.01 is not 10, and three hundredths of one step are due once in 10**16 steps only."""
    assert {unbiased_update([1.0], 0.25, 0.25, None, s)[0] for s in range(50)} == {1}
    assert {stochastic_rounding_update([10.0], 0.1, 1.0, s)[0] for s in range(50)} == {1}
    assert unbiased_update([1], Fraction(1, 3), Fraction(1, 9), None, 1).tolist() == [3]
    assert unbiased_update([1], nf.posit8(0.5), np.float32(0.25), None, 1).tolist() == [2]


def test_clipping_reports_its_mass():
    u, mass = clip_update(np.array([[5, -1], [-3, 2]]), 2)
    assert u.tolist() == [[2, -1], [-2, 2]]
    assert mass == 4
    assert clip_update([1, -1], 1)[1] == 0
    with pytest.raises(ValueError, match="k is 0"):
        clip_update([1], 0)
    with pytest.raises(TypeError, match="u has dtype float64; allowed: integers"):
        clip_update([1.5], 1)


REFUSED = [
    (lambda: multinomial_update([1, np.nan], 3, 1, 1), ValueError, r"g\[1\] is nan"),
    (lambda: unbiased_update([[1, -np.inf]], 1, 1, 1, 1), ValueError, r"g\[0, 1\] is -inf"),
    (lambda: poisson_update([np.inf], 1, 1, 1), ValueError, r"g\[0\] is inf"),
    (lambda: stochastic_rounding_update(np.nan, 1, 1, 1), ValueError, "g is nan"),
    (lambda: sign_update([np.nan]), ValueError, r"g\[0\] is nan"),
    (lambda: multinomial_update([1], -1, 1, 1), ValueError, "n is -1"),
    (lambda: multinomial_update([1], 1.5, 1, 1), TypeError, "n is 1.5"),
    (lambda: multinomial_update([1], 1, -1, 1), ValueError, "c=-1; allowed: 0 or more"),
    (lambda: multinomial_update([1], 1, np.nan, 1), ValueError, "c="),
    (lambda: multinomial_update([1], 1, 1, -1), ValueError, "seed"),
    (lambda: multinomial_update(["a"], 1, 1, 1), TypeError, "g has"),
    (lambda: unbiased_update([1], 1, 1, 0, 1), ValueError, "n is 0; it must be at least 1"),
    (lambda: unbiased_update([1], -1, 1, 1, 1), ValueError, "lr=-1; allowed: 0 or more"),
    (lambda: unbiased_update([1], 1, 0, 1, 1), ValueError, "delta=0; allowed: above 0"),
    (lambda: unbiased_update([1e300], 1, 1, 1, 1), ValueError, r"is 1e\+300 steps; allowed: below 2\*\*62"),
    (lambda: unbiased_update([2.0**31], 1, 1, None, 1), ValueError, r"2\.14748e\+09 steps; allowed: below 2\*\*31, or a limit"),
    (lambda: poisson_update([1e300], 1, 1, 1), ValueError, r"below 2\*\*31"),
    (lambda: stochastic_rounding_update([1e300], 1, 1, 1), ValueError, r"below 2\*\*62"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "text"), REFUSED)
def test_what_is_refused(call, error, text):
    with pytest.raises(error, match=text):
        call()
