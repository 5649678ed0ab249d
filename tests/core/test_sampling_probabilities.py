# SPDX-License-Identifier: BSD-3-Clause
"""Do draws have the probabilities that are asked for?  Counts beside exact fractions."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest

from numformats.sampling import Key, bernoulli, multinomial, poisson, round_randomly, uniform_below
from numformats.training.discrete import multinomial_update

# The 0.9999 quantiles of chi-squared, by degrees of freedom.
CHI2 = {1: 15.14, 2: 18.42, 5: 25.74, 7: 29.88, 14: 42.58}


def chi_squared(counts, probabilities):
    """The statistic, and its degrees of freedom; every outcome is expected often enough."""
    assert sum(probabilities) == 1
    n = sum(counts)
    assert min(p * n for p in probabilities) >= 5
    return float(
        sum((k - p * n) ** 2 / (p * n) for k, p in zip(counts, probabilities, strict=True))
    )


def test_all_fifteen_outcomes_of_four_draws_from_three():
    g, c, n, draws = [3, -1, 2], 1, 4, 20_000
    weights = [abs(x) + c for x in g]
    p = [Fraction(w, sum(weights)) for w in weights]
    outcomes = [o for o in itertools.product(range(n + 1), repeat=3) if sum(o) == n]
    assert len(outcomes) == 15
    wanted = [
        Fraction(math.factorial(n), math.prod(math.factorial(k) for k in o))
        * math.prod(q**k for q, k in zip(p, o, strict=True))
        for o in outcomes
    ]
    found = Counter(
        tuple(np.abs(multinomial_update(g, n, c, seed)).tolist()) for seed in range(draws)
    )
    assert sum(found.values()) == draws
    assert set(found) == set(outcomes)
    assert chi_squared([found[o] for o in outcomes], wanted) < CHI2[14]


@pytest.mark.parametrize("n", [3 * 2**62, 2**63 + 2**61, 6, 2**64 - 2**62])
def test_no_bias_where_words_must_be_left_out(n):
    """Below n of 3/4 of a word's range, a remainder by division would double some parts."""
    parts = 3 if n % 3 == 0 else 2
    drawn = uniform_below(n, 30_000, 1)
    counts = np.bincount((drawn // np.uint64(-(-n // parts))).astype(int), minlength=parts)
    assert chi_squared(counts.tolist(), [Fraction(1, parts)] * parts) < CHI2[parts - 1]


def test_weights_of_more_than_a_word():
    """Weights whose last bits alone decide: 2**70 and the same plus a quarter of it in small ones."""
    weights = [2.0**70, 2.0**70, 2.0**69, 2.0**69 + 2.0**17, 1e-30, 0]
    exact = [Fraction(w) for w in weights[:4]]
    counts = multinomial(weights, 30_000, 2)
    assert counts[4:].tolist() == [0, 0]
    total = sum(exact)
    found = [counts[0] + counts[1], counts[2], counts[3]]
    wanted = [(exact[0] + exact[1]) / total, exact[2] / total, exact[3] / total]
    assert chi_squared(found, wanted) < CHI2[2]


@pytest.mark.parametrize("p", [Fraction(1, 3), Fraction(5, 7), 0.1, 2.0**-3, Fraction(2, 5) / 2**1])
def test_coins(p):
    drawn = int(bernoulli(p, 30_000, 4).sum())
    p = Fraction(p)
    assert chi_squared([drawn, 30_000 - drawn], [p, 1 - p]) < CHI2[1]


@pytest.mark.parametrize("mean", [0.03125, 0.5, 1.25, 0.75, 3])
def test_poisson(mean):
    drawn = poisson(np.full(20_000, mean), 3)
    top = {0.03125: 2, 0.5: 5, 1.25: 7, 0.75: 5, 3: 7}[mean]
    counts = np.bincount(np.minimum(drawn, top), minlength=top + 1).tolist()
    p = [math.exp(-mean) * mean**k / math.factorial(k) for k in range(top)]
    n = len(drawn)
    expected = [n * q for q in p] + [n * (1 - sum(p))]
    statistic = sum((k - e) ** 2 / e for k, e in zip(counts, expected, strict=True) if e >= 5)
    assert statistic < CHI2[max(t for t in CHI2 if t <= max(top, 2))] + 4


def test_rounding_is_unbiased_and_takes_a_neighbour():
    x = np.array([0.1, -0.1, 2.75, -7.5, 1 / 3, 1e-3])
    u = np.array([round_randomly(x, Key(1, i), 3) for i in range(4000)])
    v = 3 * x
    assert (np.abs(u - v) < 1).all()
    f = v % 1
    error = np.sqrt(f * (1 - f) / len(u))
    assert (np.abs(u.mean(axis=0) - v) <= 4 * error).all()
