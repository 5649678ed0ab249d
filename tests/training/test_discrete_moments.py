# SPDX-License-Identifier: BSD-3-Clause
"""Do the reports of bias and noise say what draws show, and which rule has the least variance?"""

from __future__ import annotations

import math

import numpy as np
import pytest

from numformats.training.discrete import (
    Halving,
    Interval,
    Moments,
    Multinomial,
    Poisson,
    Rule,
    Sign,
    Simulated,
    StochasticRounding,
    Unbiased,
    mean_interval,
    noisy_labels,
    simulated,
)

G = np.array([0.4, -0.2, 0.1, -0.05, 0.0, 0.9])
RULES = [
    Multinomial(n=6, c=1), Multinomial(n=6, c=0), Multinomial(c=0.1), Unbiased(), Unbiased(n=1), Unbiased(n=3),
    Poisson(), StochasticRounding(), Sign(),
]  # fmt: skip


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_formulas_are_what_draws_show(rule):
    lr = 0.2
    assert isinstance(rule, Rule)
    wanted = rule.moments(G, lr, 0.125)
    found = simulated(rule, G, lr, 0.125, draws=600, seed=1)
    assert isinstance(wanted, Moments)
    assert isinstance(found, Simulated)
    assert (np.abs(found.mean - wanted.mean) <= 4 * found.error + 1e-9).all()
    # The interval is of 1.96 standard errors; 4 are asked for.
    for value, interval in ((wanted.mean_square, found.mean_square), (wanted.noise, found.noise)):
        assert abs(interval.middle - value) <= 4 / 1.96 * interval.half + 1e-9
    assert abs(found.cosine.middle - wanted.cosine) <= 4 / 1.96 * found.cosine.half + 0.002


@pytest.mark.parametrize(
    "rule", [Unbiased(), Unbiased(n=2), Poisson(), StochasticRounding()], ids=str
)
def test_unbiased_rules_point_along_the_gradient(rule):
    assert rule.moments(G, 0.3, 0.1).cosine == pytest.approx(1, abs=1e-15)
    assert Multinomial(n=3, c=0).moments(G, None, None).cosine == pytest.approx(1, abs=1e-15)
    assert Multinomial(n=3, c=1).moments(G, None, None).cosine < 0.9
    assert Sign().moments(G, None, None).noise == pytest.approx(1)


def test_stochastic_rounding_has_the_least_variance_and_draws_meet_it_below_one_step():
    """Sum of variances: f (1 - f) is never more than 1/4, and the least that an integer can have."""
    for lr in (0.001, 0.02, 0.1, 1.0, 7.3):

        def variance(rule, lr=lr):
            m = rule.moments(G, lr, 0.125)
            return m.mean_square - float((m.mean**2).sum())

        rounding = variance(StochasticRounding())
        assert rounding <= len(G) / 4
        for rule in (Unbiased(), Unbiased(n=1), Unbiased(n=2), Poisson()):
            assert variance(rule) >= rounding - 1e-12
        assert variance(Unbiased()) <= variance(Poisson()) + 1e-12
        assert variance(Unbiased(n=1)) >= variance(Unbiased(n=2)) - 1e-12
        if lr * np.abs(G).sum() <= 0.125:  # at most one step is due
            assert variance(Unbiased()) == pytest.approx(rounding)


def test_the_gradient_of_zeros_has_no_direction():
    for rule in RULES:
        m = rule.moments(np.zeros(3), 0.5, 0.125)
        assert m.mean_square == 0
        assert math.isnan(m.cosine)
        assert math.isnan(m.noise)


def test_intervals_hold_what_they_should():
    """Of 400 means of ten normal numbers, 95 in 100 intervals hold the mean (within 4 errors)."""
    rng = np.random.default_rng(1)
    held = sum(0.0 in mean_interval(rng.normal(size=10)) for _ in range(400)) / 400
    assert abs(held - 0.95) < 4 * math.sqrt(0.95 * 0.05 / 400)
    assert mean_interval([2.0]) == Interval(2.0, math.inf)
    assert mean_interval([1.0, 3.0]).half == pytest.approx(12.706 * math.sqrt(2) / math.sqrt(2))
    with pytest.raises(ValueError, match="draws"):
        simulated(Sign(), G, 1, 1, draws=1)


def test_schedules_reach_one():
    n = Halving(50, every=3)
    numbers = [n(step) for step in range(30)]
    assert numbers[:7] == [50, 50, 50, 25, 25, 25, 12]
    assert numbers[-1] == 1
    assert Multinomial(n=n, c=lambda step: 1 / (step + 1)).numbers((4,), 15) == (1, 1 / 16)
    assert Multinomial().numbers((64, 32), 0)[0] == 45  # the authors' round(numel ** (1 / ndim))
    assert Multinomial().numbers((10,), 0)[0] == 10
    with pytest.raises(ValueError, match="every"):
        Halving(5, 0)


def test_noisy_labels():
    y = np.arange(10).repeat(2000)
    noisy = noisy_labels(y, 0.3, 10, 1)
    assert noisy.dtype == y.dtype
    share = (noisy != y).mean()
    assert abs(share - 0.3) < 4 * math.sqrt(0.3 * 0.7 / y.size)
    others = np.bincount((noisy - y)[noisy != y] % 10, minlength=10)
    assert others[0] == 0
    assert ((others[1:] - others.sum() / 9) ** 2 / (others.sum() / 9)).sum() < 35  # chi-squared, 8
    assert (noisy_labels(y, 0, 10, 1) == y).all()
    assert (noisy_labels(y, 1, 10, 1) != y).all()
    for wrong in ([10], [-1], [0.5]):
        with pytest.raises(ValueError, match=r"y must hold integers 0\.\.9"):
            noisy_labels(wrong, 0.1, 10, 1)
    with pytest.raises(ValueError, match="classes=1"):
        noisy_labels([0], 0.1, 1, 1)
