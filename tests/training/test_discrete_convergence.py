# SPDX-License-Identifier: BSD-3-Clause
"""Does the published rule go down as far as its bound says, and no farther?  On a quadratic.

f(w) = sum a_i (w_i - b_i)^2 / 2 is L-smooth with L = max a, and its least value is 0, at b, which is no
point of the lattice: there all gradients would be 0, and the rule would stay.  With exact gradients,
    mean over t of (|g|_2^2 + c |g|_1) / (|g|_1 + d c)
        <= f(w_0) / (delta n T) + L delta / 2 (1 + (n - 1) max |p_t|_2^2)   in expectation.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from numformats.sampling import Key
from numformats.training.discrete import Unbiased, multinomial_update

A = np.array([1.0, 0.75, 0.5, 0.25, 0.125, 1.0])
START = np.array([40, -24, 64, -56, 16, 8]) / 32
B = np.array([1, -2, 4, 5, -7, 8]) / 30
SEEDS = 100


def by_numpy(g, n, c, key):
    """The published rule with NumPy's multinomial variates."""
    p = np.abs(g) + c
    rng = np.random.default_rng([key.seed, key.step])
    return (rng.multinomial(n, p / p.sum()) * np.sign(g)).astype(np.int64)


@cache
def run(delta, n, c, steps, seeds=SEEDS, update=multinomial_update):
    """Over seeds: the mean over steps of the measure, that of the last half, and max |p|^2."""
    measures, last, largest = [], [], 0.0
    for seed in range(seeds):
        w = np.rint(START / delta).astype(np.int64)
        found = []
        for t in range(steps):
            g = A * (w * delta - B)
            size = np.abs(g).sum()
            found.append(((g * g).sum() + c * size) / (size + g.size * c))
            p = (np.abs(g) + c) / (size + g.size * c)
            largest = max(largest, float((p * p).sum()))
            w = w - update(g, n, c, Key(seed, step=t))
        measures.append(np.mean(found))
        last.append(np.mean(found[steps // 2 :]))
    return np.array(measures), np.array(last), largest


def bound(delta, n, steps, largest):
    value = (A * (START - B) ** 2).sum() / 2
    return value / (delta * n * steps) + A.max() * delta / 2 * (1 + (n - 1) * largest)


@pytest.mark.parametrize(
    ("delta", "n", "c", "steps"), [(2**-3, 2, 1, 80), (2**-4, 4, 0.25, 80), (2**-5, 8, 0, 60)]
)
def test_the_mean_measure_is_under_the_bound(delta, n, c, steps):
    measures, _, largest = run(delta, n, c, steps)
    limit = bound(delta, n, steps, largest)
    assert len(measures) == SEEDS
    assert measures.mean() + 4 * measures.std() / np.sqrt(SEEDS) <= limit
    assert measures.mean() >= 0.65 * limit  # so that neither term of it can be twice what it is


@pytest.mark.parametrize(
    ("delta", "n", "c", "steps"), [(2**-3, 2, 1, 80), (2**-4, 4, 0.25, 80), (2**-5, 8, 0, 60)]
)
def test_the_measure_is_that_of_numpys_draws(delta, n, c, steps):
    """On the way and at its end; under a bound other steps than the rule's would be, too."""
    ours = run(delta, n, c, steps)
    theirs = run(delta, n, c, steps, update=by_numpy)
    for one, other in zip(ours[:2], theirs[:2], strict=True):
        error = np.sqrt((one.var() + other.var()) / SEEDS)
        assert abs(one.mean() - other.mean()) <= 4 * error
        assert error <= 0.06 * one.mean()


def test_what_is_left_is_in_proportion_to_the_step():
    """After the way down: four times the lattice step, about four times the measure; never 0."""
    coarse, fine = (run(delta, 2, 0.25, 240, 10)[1].mean() for delta in (2**-2, 2**-4))
    assert 2.5 < coarse / fine < 6
    assert fine > 0


def test_steps_that_shrink_go_on_where_fixed_ones_stay():
    def left(rate, seed):
        w = START.copy()
        for t in range(400):
            delta = 2.0**-4 if rate else 2.0 ** -(4 + t // 50)
            u = Unbiased().draw(A * (w - B), 0.5 if rate else 0.25, delta, Key(seed, step=t))
            w = w - delta * u
        return (A * (w - B) ** 2).sum()

    fixed = np.mean([left(True, seed) for seed in range(4)])
    shrinking = np.mean([left(False, seed) for seed in range(4)])
    assert shrinking < fixed / 8
