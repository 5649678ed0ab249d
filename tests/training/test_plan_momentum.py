# SPDX-License-Identifier: BSD-3-Clause
"""Do planned steps with momentum follow the velocity, and is its memory counted?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from numformats import training
from numformats.training import Tanh, forward, reverse
from plans import batch, changes, mlp, weights


def test_momentum_is_that_of_sgd():
    """v <- momentum v + gradient; w <- w - lr v: written out with the gradients of single steps."""
    x, y = batch(8, 5, 3)
    model, other = mlp((5, 6, 3), Tanh), mlp((5, 6, 3), Tanh)
    plan = training.compile(model, batch=8, mode=reverse(), momentum=0.75)
    velocity = {name: np.zeros(a.shape) for name, a in other.parameters().items()}
    for lr in (0.5, 0.25, 0.125, 0.5):
        plan.step(x, y, lr=lr)
        now = mlp((5, 6, 3), Tanh)
        for name, a in now.parameters().items():
            a[...] = other.parameters()[name]
        for name, g in changes(now, x, y, reverse()).items():
            velocity[name] = 0.75 * velocity[name] + g
            other.parameters()[name][...] -= lr * velocity[name]
    for name, a in model.parameters().items():
        assert np.abs(a - other.parameters()[name]).max() < 1e-14
    assert np.abs(plan.state["0"][:5] - velocity["0.weight"]).max() < 1e-14
    assert np.abs(plan.state["0"][5] - velocity["0.bias"]).max() < 1e-14


@pytest.mark.parametrize("mode", [reverse(), forward(K=2), forward(exact=True, K=3)], ids=str)
def test_a_velocity_is_one_more_of_each_weight_and_nothing_else_grows(mode):
    """But for the transient product of one layer."""
    sizes = (16,) * 6 + (16,)
    one, two = (
        training.compile(mlp(sizes), batch=64, mode=mode, momentum=m).bytes for m in (0.0, 0.5)
    )
    assert two["weights"] - one["weights"] == 6 * 17 * 16 * 8
    assert two["live"] - one["live"] <= 17 * 16 * 8 + 512


def test_a_step_with_momentum_allocates_nothing_and_starts_at_0():
    x, y = batch(8, 5, 3)
    found = set()
    for fill in (0, 0xFF):
        size = len(
            training.compile(
                mlp((5, 6, 3), dtype=nf.posit16), batch=8, mode=reverse(), momentum=0.5
            ).arena
        )
        arena = nf.arena.Arena(size)
        arena.view(0, (size,), np.uint8)[:] = fill
        model = mlp((5, 6, 3), dtype=nf.posit16)
        plan = training.compile(model, batch=8, mode=reverse(), momentum=0.5, arena=arena)
        for _ in range(3):
            plan.step(x, y, lr=0.25)
            assert plan.heap_allocations == 0
        found.add(b"".join(a.tobytes() for a in weights(model).values()))
    assert len(found) == 1


def test_other_momenta_are_refused():
    for momentum, mode in ((-0.1, reverse()), (1.0, reverse()), (0.5, forward(perturb="weight"))):
        with pytest.raises(ValueError, match=f"momentum={momentum}; allowed: 0 to below 1"):
            training.compile(mlp((5, 3)), batch=2, mode=mode, momentum=momentum)
