# SPDX-License-Identifier: BSD-3-Clause
"""Do planned steps of attention give the values and gradients of the layer?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from numformats import training
from numformats.training import (
    SGD,
    Adam,
    MultiHeadAttention,
    ReLU,
    Sequential,
    fit,
    forward,
    gradients,
    inference,
    reverse,
    softmax_cross_entropy,
)
from plans import attention_model, changes, sequences, step_of, stepped_by_the_tape

FORMATS = [
    *(nf.posit8, nf.posit16, nf.posit32, nf.posit64, nf.bposit16, nf.takum_linear16),
    *(nf.takum_linear64, nf.bfloat16, nf.float8_e4m3, nf.mlu32, nf.Fixed(16, 8)),
    *(np.float32, np.float64),
]
# Length, heads, causal; heads have 1 to 6 features.
CASES = [(5, 1, False), (5, 2, True), (7, 3, False), (4, 6, True), (1, 2, True), (2, 1, True)]


def close(found, wanted, tolerance):
    """Up to a share of the largest of all: a derivative by a key's bias is 0, but for roundings."""
    assert found.keys() == wanted.keys()
    largest = max(np.abs(w).max() for w in wanted.values())
    for name, w in wanted.items():
        limit = largest if name.endswith("key.bias") else np.abs(w).max()
        assert np.abs(found[name] - w).max() <= tolerance * limit, name


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("accumulate", ["exact", "native"])
def test_gradients_are_those_of_the_tape(case, rows, accumulate):
    x, y = sequences(rows, case[0])
    model = attention_model(*case, attentions=2)
    _, wanted = gradients(model, softmax_cross_entropy, x, y)
    found = changes(model, x, y, reverse(), inputs=(case[0], 3), accumulate=accumulate)
    if case[0] == 1:  # of one place the softmax is 1: nothing arrives at queries and keys
        for name in [n for n in wanted if "query" in n or "key" in n]:
            assert np.abs(found.pop(name)).max() <= 1e-14
            assert np.abs(wanted.pop(name)).max() <= 1e-14
    close(found, wanted, 1e-14)


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("dtype", [nf.posit16, nf.bposit16, nf.bfloat16], ids=lambda d: d.__name__)
def test_a_step_has_the_bits_of_the_tape(case, dtype):
    """With the step size B every cotangent is the tape's, and every weight one sum, rounded once."""
    x, y = sequences(4, case[0])
    model = attention_model(*case, dtype, 2, ReLU)
    wanted = stepped_by_the_tape(model, x, y)
    plan, _ = step_of(model, x, y, reverse(), lr=4.0, inputs=(case[0], 3))
    for name, a in model.parameters().items():
        assert a.astype(float).tolist() == wanted[name].reshape(a.shape).astype(float).tolist(), (
            name
        )
    assert plan.heap_allocations == 0


@pytest.mark.parametrize("dtype", FORMATS, ids=str)
@pytest.mark.parametrize("case", CASES[1:3], ids=str)
def test_inference_is_the_model_and_nothing_is_allocated(dtype, case):
    x, y = sequences(3, case[0])
    whole = attention_model(*case, dtype)
    for model in (whole, Sequential(*list(whole.parts.values())[:3])):
        plan = training.compile(model, batch=3, mode=inference(), inputs=(case[0], 3))
        plan.step(x)
        wanted = np.asarray(model(x))
        assert plan.outputs().shape == wanted.shape
        assert plan.outputs().astype(float).tolist() == wanted.astype(float).tolist()
        assert plan.heap_allocations == 0
    plan, _ = step_of(attention_model(*case, dtype), x, y, reverse(), lr=0.5, inputs=(case[0], 3))
    assert plan.heap_allocations == 0
    assert "heap allocations in a step: 0" in plan.certificate()


def test_weights_stay_the_layers_own_and_have_momentum():
    """Queries, keys and values are one matrix in the arena; each layer has its view of it."""
    x, y = sequences(4, 5)
    model = attention_model(5, 2, True, nf.posit16)
    plan = training.compile(model, batch=4, mode=reverse(), inputs=(5, 3), momentum=0.5)
    losses = [plan.step(x, y, lr=0.25) for _ in range(20)]
    assert losses[-1] < losses[0] / 2
    assert plan.state["2"].shape == (6 + 1, 3 * 6)
    assert np.any(plan.state["2"] != 0)
    again = training.compile(model, batch=4, inputs=(5, 3))
    again.step(x)
    assert again.outputs().astype(float).tolist() == np.asarray(model(x)).astype(float).tolist()
    model.parts["2"].parts["key"].own["weight"] = np.zeros((6, 6), nf.posit16)
    with pytest.raises(ValueError, match="array 'weight' of the model was replaced"):
        again.step(x)


@pytest.mark.parametrize("causal", [False, True])
def test_scores_far_apart_and_scores_that_are_not_numbers(causal):
    """Weights of 0 and 1 have the bits of the layer, and so has what NaN makes of a sequence."""
    x, y = sequences(3, 7)
    x[0] *= 100
    for bad in (0.0, np.nan):
        x[1, 4, 1] += bad
        model = attention_model(7, 2, causal, nf.bfloat16, 2, ReLU)
        features = Sequential(*list(model.parts.values())[:3])
        plan = training.compile(features, batch=3, inputs=(7, 3))
        plan.step(x)
        found, wanted = (a.astype(float) for a in (plan.outputs(), np.asarray(features(x))))
        assert np.array_equal(found, wanted, equal_nan=True)
        assert np.isnan(found).any() == np.isnan(bad)
        model = attention_model(7, 2, causal, nf.bfloat16, 2, ReLU)
        if np.isnan(bad):
            wanted = {name: a.tobytes() for name, a in model.parameters().items()}
            with pytest.raises(FloatingPointError, match="no weight has changed"):
                step_of(model, x, y, reverse(), inputs=(7, 3))
        else:
            wanted = {name: a.tobytes() for name, a in stepped_by_the_tape(model, x, y).items()}
            step_of(model, x, y, reverse(), lr=3.0, inputs=(7, 3))
        assert {name: a.tobytes() for name, a in model.parameters().items()} == wanted


def test_a_score_that_is_not_a_number_spoils_rows_that_do_not_see_it():
    """As in the layer: keys of infinities of one sign, of which queries of both signs make NaN."""
    layer = MultiHeadAttention(6, 1, causal=True, dtype=nf.bfloat16, seed=1)
    layer.parts["key"].own["weight"][0] = 2.0**127
    x = sequences(2, 7)[0].repeat(2, axis=2)
    x[:, :, 0], x[:, 4, 0] = 0, 4
    plan = training.compile(Sequential(layer), batch=2, inputs=(7, 6))
    with np.errstate(all="ignore"):
        plan.step(x)
        found, wanted = (a.astype(float) for a in (plan.outputs(), np.asarray(layer(x))))
    assert np.isnan(wanted[:, :4]).any()
    assert np.array_equal(found, wanted, equal_nan=True)


def test_steps_of_adam_have_the_bits_of_traced_steps():
    x, y = sequences(4, 5)
    x, traced = x.astype(nf.posit16), Adam(0.125)
    model = attention_model(5, 2, True, nf.posit16, 1, ReLU)
    for _ in range(3):
        traced.step(model.parameters(), gradients(model, softmax_cross_entropy, x, y)[1])
    other = attention_model(5, 2, True, nf.posit16, 1, ReLU)
    options = {"mode": reverse(), "inputs": (5, 3), "optimizer": Adam(0.125)}
    plan = training.compile(other, batch=4, **options)
    for steps in range(3):
        plan.step(x, y, steps=steps)
    found = [{n: a.tobytes() for n, a in m.parameters().items()} for m in (model, other)]
    assert found[0] == found[1]
    assert plan.heap_allocations == 0


def test_fit_plans_steps_on_sequences():
    """Of the shape that the data have; the last batch is short."""
    x, y = sequences(20, 5)
    found = []
    for mode in (None, reverse()):
        model = attention_model(5, 2, True)
        options = {"loss": softmax_cross_entropy, "optimizer": SGD(0.5), "epochs": 2, "batch": 8}
        fit(model, x, y, gradients=mode, **options)
        found.append({name: a.astype(float) for name, a in model.parameters().items()})
    close(found[1], found[0], 1e-13)


def test_what_has_no_plan_is_named():
    class Twice(MultiHeadAttention):
        """What a derived class computes is not known."""

    x, y = sequences(2, 7)
    for mode in (forward(K=2), forward(perturb="weight"), forward(exact=True, K=2)):
        with pytest.raises(TypeError, match="layer '2' has no plan in mode forward.*reverse"):
            step_of(attention_model(7, 3, True), x, y, mode, inputs=(7, 3))
    here = r"layer '0' \(MultiHeadAttention 6, heads 2\)"
    for inputs, found in (
        (None, "of unknown shape"),
        (6, r"of shape \(6,\)"),
        ((5, 4), r".*\(5, 4\)"),
    ):
        model = Sequential(MultiHeadAttention(6, 2))
        with pytest.raises(ValueError, match=f"{here} takes sequences, and gets samples {found}"):
            training.compile(model, batch=2, inputs=inputs)
    with pytest.raises(TypeError, match=r"layer '0' \(Twice\) has parameters, and no emit"):
        training.compile(Sequential(Twice(6, 2)), batch=2, inputs=(5, 6))
    model = MultiHeadAttention(6, 2)
    del model.parts["key"].own["bias"]
    with pytest.raises(TypeError, match="has weights in float32, float32 and bias: make them one"):
        training.compile(model, batch=2, inputs=(5, 6))
    model = MultiHeadAttention(6, 2, accumulate=nf.binary32)
    with pytest.raises(TypeError, match=r"query': plans add exactly, or natively"):
        training.compile(model, batch=2, inputs=(5, 6))
