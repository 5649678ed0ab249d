# SPDX-License-Identifier: BSD-3-Clause
"""Are forward gradients of perturbed weights what their formulas say?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from numformats import training
from numformats.training import ReLU, Tanh, forward, reverse
from plans import batch, changes, mlp, step_of, weights

SIZES = (3, 3, 2)  # 20 weights


def flat(found):
    return np.concatenate([a.ravel() for a in found.values()])


def signs(model, seed, K):
    """The K directions, row by row of each layer's weights and bias: the definition of the keys."""
    directions = [[] for _ in range(K)]
    arrays = list(model.parameters().values())
    for layer in range(len(arrays) // 2):
        rows, columns = arrays[2 * layer].shape
        words = -(-columns // 64)
        generator = np.random.Philox(key=[seed, layer])
        stream = generator.random_raw((rows + 1) * K * words).reshape(rows + 1, K, words)
        for k in range(K):
            for row in stream[:, k]:
                bits = [int(row[j // 64]) >> (j % 64) & 1 for j in range(columns)]
                directions[k] += [1.0 if bit else -1.0 for bit in bits]
    return np.array(directions)


@pytest.mark.parametrize("replay", [True, False])
@pytest.mark.parametrize("accumulate", ["exact", "native"])
def test_the_mean_is_that_of_slopes_times_directions(replay, accumulate):
    x, y = batch(6, 3, 2)
    gradient = flat(changes(mlp(SIZES, Tanh), x, y, reverse()))
    model = mlp(SIZES, Tanh)
    v = signs(model, 5, 4)
    mode = forward(perturb="weight", K=4, replay=replay)
    found = flat(changes(model, x, y, mode, seed=5, accumulate=accumulate))
    wanted = (v @ gradient) @ v / 4
    assert np.abs(found - wanted).max() < 1e-14 * np.abs(wanted).max() * 10


@pytest.mark.parametrize("K", [1, 4, 12])
def test_the_projection_is_the_nearest_in_the_span(K):
    x, y = batch(6, 3, 2)
    gradient = flat(changes(mlp(SIZES, Tanh), x, y, reverse()))
    model = mlp(SIZES, Tanh)
    v = signs(model, 7, K)
    mode = forward(perturb="weight", K=K, combine="project")
    found = flat(changes(model, x, y, mode, seed=7))
    wanted = v.T @ np.linalg.solve(v @ v.T, v @ gradient)
    assert np.abs(found - wanted).max() < 1e-12 * np.abs(wanted).max()
    assert found @ gradient > 0


def test_an_update_far_below_the_weights_is_rounded_once():
    """Toward zero, weights that lose less than any double beside them shows move by one code."""
    dtype = nf.Float(8, 10, rounding="toward_zero")
    x, y = batch(8, 5, 4)
    found, moved = [], []
    for replay in (True, False):
        model = mlp((5, 9, 4), Tanh, dtype)
        before = nf.to_bits(flat(weights(model)))
        step_of(model, x, y, forward(perturb="weight", K=1, replay=replay), lr=2.0**-70)
        found.append(nf.to_bits(flat(model.parameters())))
        moved.append(before.astype(int) - found[-1].astype(int))
    assert (found[0] == found[1]).all()
    assert set(moved[0][before & 0x7FFFF > 0]) >= {0, 1}


def test_as_many_directions_as_weights_give_the_gradient():
    x, y = batch(6, 3, 2)
    gradient = changes(mlp(SIZES, Tanh), x, y, reverse())
    mode = forward(perturb="weight", K=20, combine="project")
    found = changes(mlp(SIZES, Tanh), x, y, mode, seed=5)
    assert np.abs(flat(found) - flat(gradient)).max() < 1e-11


def test_directions_that_depend_on_each_other_are_refused():
    """21 directions of 20 weights: a singular system, named; no weight has changed."""
    model = mlp(SIZES, Tanh)
    before = flat(weights(model))
    x, y = batch(6, 3, 2)
    with pytest.raises(
        FloatingPointError, match="21 directions of 20 weights depend on each other"
    ):
        step_of(model, x, y, forward(perturb="weight", K=21, combine="project"))
    assert (flat(weights(model)) == before).all()


@pytest.mark.parametrize("combine", ["mean", "project"])
@pytest.mark.parametrize("dtype", [nf.posit8, nf.posit16, nf.posit64, nf.float8_e5m2, np.float32])
def test_stored_and_replayed_tangents_give_the_same_bits(dtype, combine):
    x, y = batch(8, 5, 4)
    found = set()
    for replay in (True, False):
        model = mlp((5, 70, 4), ReLU, dtype)
        mode = forward(perturb="weight", K=3, combine=combine, replay=replay)
        step_of(model, x, y, mode, lr=0.25)
        found.add(b"".join(a.tobytes() for a in model.parameters().values()))
    assert len(found) == 1


def test_the_mean_is_unbiased():
    x, y = batch(4, 3, 2)
    wanted = flat(changes(mlp(SIZES, Tanh), x, y, reverse()))
    model = mlp(SIZES, Tanh)
    start = weights(model)
    plan = training.compile(model, batch=4, mode=forward(perturb="weight", K=4))
    draws = []
    for seed in range(2000):
        for name, a in model.parameters().items():
            a[...] = start[name]
        plan.step(x, y, lr=1.0, seed=seed)
        draws.append(flat(start) - flat(model.parameters()))
    scores = (np.mean(draws, 0) - wanted) / (np.std(draws, 0) / np.sqrt(len(draws)))
    assert np.abs(scores).max() < 4
    assert np.std(draws, 0).min() > 0.01


def test_stored_tangents_are_as_large_as_the_weights():
    sizes = (64,) * 6
    parts = {
        replay: training.compile(
            mlp(sizes), batch=4, mode=forward(perturb="weight", K=1, replay=replay)
        ).bytes
        for replay in (True, False)
    }
    one = 65 * 64 * 8
    grown = parts[False]["live"] - parts[True]["live"]
    assert 4 * one - 1024 < grown < 4 * one + 1024  # all five, in place of one at a time
