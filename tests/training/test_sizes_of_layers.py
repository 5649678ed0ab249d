# SPDX-License-Identifier: BSD-3-Clause
"""Does a layer of no size, or of half a feature, say which of its sizes is wrong?"""

import numpy as np
import pytest

import numformats as nf
from numformats import training
from numformats.training import (
    LSTM,
    Conv2d,
    Embedding,
    LayerNorm,
    Linear,
    MultiHeadAttention,
    Positions,
    RMSNorm,
    TransformerBlock,
)

SIZES = {
    "inputs": [lambda n: Linear(n, 3), lambda n: Conv2d(n, 2, 3), lambda n: LSTM(n, 2)],
    "outputs": [lambda n: Linear(3, n), lambda n: Conv2d(2, n, 3)],
    "hidden": [lambda n: LSTM(2, n)],
    "count": [lambda n: Embedding(n, 2)],
    "length": [lambda n: Positions(n, 2)],
    "features": [
        *(lambda n: Embedding(3, n), lambda n: Positions(3, n), LayerNorm, RMSNorm),
        *(lambda n: MultiHeadAttention(n, 1), lambda n: TransformerBlock(n, 1)),
    ],
    "heads": [lambda n: MultiHeadAttention(4, n), lambda n: TransformerBlock(4, n)],
}
CASES = [(name, make) for name, makes in SIZES.items() for make in makes]


@pytest.mark.parametrize(("name", "make"), CASES)
def test_a_size_is_a_whole_number_above_0(name, make):
    for n in (0, -2):
        with pytest.raises(ValueError, match=f"{name} is {n}; it must be at least 1"):
            make(n)
    for n in (2.5, "3"):
        with pytest.raises(TypeError, match=f"{name} is {n!r}; it must be an integer"):
            make(n)
    assert make(np.int64(2)).parameters()


@pytest.mark.parametrize("lr", [float("nan"), float("inf"), float("-inf")])
def test_a_planned_step_of_no_finite_size_changes_nothing(lr):
    model = Linear(2, 2, dtype=nf.posit16, seed=1)
    plan = training.compile(model, batch=1, mode=training.reverse())
    before = model.own["weight"].tobytes()
    with pytest.raises(ValueError, match="lr=.*; allowed: a finite number"):
        plan.step([[1.0, 2.0]], [0], lr=lr)
    assert model.own["weight"].tobytes() == before


@pytest.mark.parametrize("size", [1 << 60, 1 << 70])
def test_an_arena_that_no_memory_holds(size):
    with pytest.raises(MemoryError, match=f"no memory for an arena of {size} bytes"):
        nf.arena.Arena(size)
