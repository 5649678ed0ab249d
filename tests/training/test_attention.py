# SPDX-License-Identifier: BSD-3-Clause
"""Do places take from each other what attention says, and nothing from what they do not see?"""

import math

import numpy as np
import pytest

import numformats as nf
from numformats.training import MultiHeadAttention, Pass, Positions, TransformerBlock


def by_formula(layer, x):
    """Attention in plain float64."""
    p = {name: array.astype(float) for name, array in layer.parameters().items()}
    size = layer.features // layer.heads

    def projected(name):
        y = x @ p[f"{name}.weight"] + p[f"{name}.bias"]
        return y.reshape(*x.shape[:2], layer.heads, size).transpose(0, 2, 1, 3)

    q, k, v = (projected(name) for name in ("query", "key", "value"))
    scores = q @ k.transpose(0, 1, 3, 2) / math.sqrt(size)
    if layer.causal:
        scores = np.where(np.tri(x.shape[1]) > 0, scores, -np.inf)
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    mixed = (e / e.sum(axis=-1, keepdims=True)) @ v
    flat = mixed.transpose(0, 2, 1, 3).reshape(x.shape)
    return flat @ p["output.weight"] + p["output.bias"]


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize(("T", "room"), [(np.float64, 1e-13), (nf.posit16, 4e-3)])
def test_against_the_formula(T, room, causal):
    layer = MultiHeadAttention(6, 3, causal=causal, dtype=T)
    x = np.random.default_rng(0).normal(size=(2, 5, 6)).astype(T)
    np.testing.assert_allclose(
        layer(x).astype(float), by_formula(layer, x.astype(float)), rtol=room, atol=room
    )


@pytest.mark.parametrize("T", [nf.posit16, nf.bfloat16, np.float64])
@pytest.mark.parametrize("causal", [False, True])
def test_rows_of_weights_add_up_to_one(T, causal):
    layer = MultiHeadAttention(4, 2, causal=causal, dtype=T)
    q, k = np.random.default_rng(1).normal(size=(2, 1, 2, 7, 2)).astype(T) * 8
    weights = layer.weights(q, k).astype(float)
    assert (weights >= 0).all()
    if causal:
        assert not weights[..., np.tri(7) == 0].any()
    np.testing.assert_allclose(weights.sum(axis=-1), 1, atol=2e-2 if T is nf.bfloat16 else 2e-3)


def test_the_future_does_not_show():
    block = TransformerBlock(4, 2, causal=True, dtype="posit16")
    x = np.random.default_rng(2).normal(size=(1, 6, 4)).astype(nf.posit16)
    y = block(x)
    x[0, 4:] = 100
    assert block(x)[0, :4].tobytes() == y[0, :4].tobytes()
    assert block(x)[0, 4:].tobytes() != y[0, 4:].tobytes()


def test_what_is_not_seen_may_be_far_larger():
    """The shift of the softmax is the largest of the places that are seen."""
    layer = MultiHeadAttention(1, 1, causal=True, dtype=np.float64)
    scores = np.array([[[[0.0], [1e6]]]])
    weights = layer.weights(np.ones_like(scores), scores)
    assert weights[0, 0].tolist() == [[1, 0], [0, 1]]


def test_a_block_with_dropout_is_another_function_in_training():
    block = TransformerBlock(4, 2, dropout=0.5, dtype=np.float64)
    x = np.tile(np.random.default_rng(3).normal(size=(1, 3, 4)), (2, 1, 1))
    run = Pass(training=True, samples=np.arange(2))
    trained = block.forward(block.parameters(), x, run)
    assert not np.array_equal(trained[0], trained[1])
    np.testing.assert_array_equal(block(x)[0], block(x)[1])


def test_positions_are_added():
    layer = Positions(4, 2, dtype=np.float64)
    np.testing.assert_array_equal(layer(np.zeros((1, 3, 2)))[0], layer.own["weight"][:3])
