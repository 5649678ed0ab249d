# SPDX-License-Identifier: BSD-3-Clause
"""Do planned norms and residual layers have the values and derivatives of their own NumPy code?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from numformats import training
from numformats.plan.table import OPERANDS
from numformats.training import (
    Adam,
    LayerNorm,
    Linear,
    ReLU,
    Residual,
    RMSNorm,
    Sequential,
    Tanh,
    forward,
    gradients,
    inference,
    reverse,
    softmax_cross_entropy,
)
from numformats.training.plans.judge import JudgeError, judge_table
from plans import batch, changes, weights

FORMATS = [
    nf.posit8,
    nf.posit16,
    nf.posit64,
    nf.bfloat16,
    nf.takum_linear16,
    np.float32,
    np.float64,
]


def linear(inputs, outputs, seed, dtype):
    return Linear(inputs, outputs, dtype=dtype, seed=seed)


def model_of(middle, dtype):
    """A matrix, what is to be tested, another matrix; gains and biases are not 1 and 0."""
    model = Sequential(linear(5, 6, 1, dtype), *middle(dtype), linear(6, 3, 2, dtype))
    r = np.random.default_rng(7)
    for name, a in model.parameters().items():
        if name.endswith(("gain", "bias")):
            a[...] = r.uniform(0.5, 2, a.shape)
    return model


MODELS = {
    "layer": lambda d: (LayerNorm(6, dtype=d),),
    "rms": lambda d: (RMSNorm(6, dtype=d),),
    "rms, ReLU": lambda d: (RMSNorm(6, dtype=d), ReLU()),
    "two": lambda d: (LayerNorm(6, dtype=d, epsilon=0.25), ReLU(), RMSNorm(6, dtype=d), Tanh()),
    "residual": lambda d: (Residual(linear(6, 6, 3, d), ReLU()), ReLU()),
    "in place": lambda d: (Residual(ReLU(), linear(6, 6, 3, d)),),
    "tanh": lambda d: (Tanh(), Residual(Tanh(), linear(6, 6, 3, d), Tanh())),
    "nested": lambda d: (Residual(Residual(ReLU(), linear(6, 6, 3, d)), ReLU()),),
    "block": lambda d: (Residual(LayerNorm(6, dtype=d), linear(6, 6, 3, d), ReLU()), ReLU()),
    "weightless": lambda _: (Residual(ReLU()),),
}
TO_THE_BIT = ["layer", "residual", "in place", "weightless"]


def data(dtype=np.float64):
    x, y = batch(8, 5, 3)
    return x.astype(dtype), y


@pytest.mark.parametrize("dtype", FORMATS, ids=lambda d: d.__name__)
@pytest.mark.parametrize("name", MODELS)
def test_inference_is_the_model_to_the_bit(name, dtype):
    x, _ = data(dtype)
    model = model_of(MODELS[name], dtype)
    wanted = np.asarray(model(x)).tobytes()
    plan = training.compile(model, batch=8, mode=inference())
    plan.step(x)
    assert plan.outputs().tobytes() == wanted
    assert plan.heap_allocations == 0


@pytest.mark.parametrize("name", MODELS)
def test_gradients_are_those_of_the_tape(name):
    x, y = data()
    model = model_of(MODELS[name], np.float64)
    _, wanted = gradients(model, softmax_cross_entropy, x, y)
    found = changes(model, x, y, reverse())
    for key, g in wanted.items():
        assert np.abs(found[key] - g).max() < 1e-14, key


@pytest.mark.parametrize("name", TO_THE_BIT)
@pytest.mark.parametrize("dtype", [nf.posit16, nf.bfloat16], ids=lambda d: d.__name__)
def test_steps_of_adam_have_the_bits_of_traced_steps(name, dtype):
    x, y = data(dtype)
    model, other = model_of(MODELS[name], dtype), model_of(MODELS[name], dtype)
    plan = training.compile(model, batch=8, mode=reverse(), optimizer=Adam(0.125))
    optimizer = Adam(0.125)
    for steps in range(3):
        plan.step(x, y, steps=steps)
        _, found = gradients(other, softmax_cross_entropy, x, y)
        optimizer.step(other.parameters(), found)
    for key, a in model.parameters().items():
        assert a.tobytes() == other.parameters()[key].tobytes(), key


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("dtype", [nf.posit16, nf.bfloat16], ids=lambda d: d.__name__)
def test_gradients_in_a_format_are_near_those_of_the_tape(name, dtype):
    """With betas[0] = 0 the mean that Adam keeps is the gradient itself."""
    x, y = data(dtype)
    model = model_of(MODELS[name], dtype)
    _, wanted = gradients(model, softmax_cross_entropy, x, y)
    optimizer = Adam(0.125, (0.0, 0.5), 0.25)
    plan = training.compile(model, batch=8, mode=reverse(), optimizer=optimizer)
    plan.step(x, y)
    for layer in {key.rpartition(".")[0] for key in wanted}:
        own = [
            wanted[f"{layer}.{key}"]
            for key in ("weight", "gain", "bias")
            if f"{layer}.{key}" in wanted
        ]
        g = np.vstack([np.atleast_2d(a.astype(float)) for a in own])
        error = np.abs(plan.state[f"{layer}.mean"].astype(float) - g).max()
        assert error <= 4 * float(nf.finfo(dtype).eps) * np.abs(g).max(), layer


@pytest.mark.parametrize("dtype", FORMATS, ids=lambda d: d.__name__)
def test_a_step_allocates_nothing_and_the_arena_before_does_not_show(dtype):
    x, y = data(dtype)
    middle = lambda d: MODELS["block"](d) + MODELS["two"](d)  # noqa: E731 - as in the table above
    for update in ({}, {"momentum": 0.5}, {"optimizer": Adam(0.125, (0.5, 0.75), 0.25)}):
        options, found = {"batch": 8, "mode": reverse()} | update, set()
        size = len(training.compile(model_of(middle, dtype), **options).arena)
        for fill in (0, 0xFF, 0x80):
            arena = nf.arena.Arena(size)
            arena.view(0, (size,), np.uint8)[:] = fill
            model = model_of(middle, dtype)
            plan = training.compile(model, arena=arena, **options)
            for steps in range(2):
                plan.step(x, y, lr=0.25, steps=steps)
                assert plan.heap_allocations == 0
            found.add(b"".join(a.tobytes() for a in weights(model).values()))
        assert len(found) == 1


@pytest.mark.parametrize("name", ["block", "two", "in place"])
def test_the_judge_finds_moved_operands(name):
    plan = training.compile(model_of(MODELS[name], np.float64), batch=8, mode=reverse())
    for i in range(len(plan.table)):
        for operand in OPERANDS:
            if plan.table[i][operand]["at"] < 0:
                continue
            for by in (8, -64):
                table = plan.table.copy()
                table[i][operand]["at"] += by
                with pytest.raises(JudgeError):
                    judge_table(plan, table)


def test_a_sum_that_keeps_no_copy_is_found(monkeypatch):
    """Cotangents past the layers, written over by those that go through them: a compiler's fault.

    The judge compares a program with itself, so that this is for the gradients to show."""
    from numformats.training.plans.residual import Join

    def shared(self, b, x, y, g):
        self.split.cotangent = g
        return g

    monkeypatch.setattr(Join, "back", shared)
    with pytest.raises(AssertionError):
        test_gradients_are_those_of_the_tape("residual")


@pytest.mark.parametrize("mode", [forward(K=64), forward(perturb="weight", K=64)], ids=str)
def test_tangents_go_through_residual_layers(mode):
    """Sign by sign they are right on the mean: the last layer's gradient is exact with activities."""
    x, y = data()
    model = model_of(MODELS["residual"], np.float64)
    _, wanted = gradients(model, softmax_cross_entropy, x, y)
    names = list(wanted)
    found = changes(model, x, y, mode)
    flat = [np.concatenate([g[n].ravel() for n in names]) for g in (found, wanted)]
    cosine = flat[0] @ flat[1] / np.linalg.norm(flat[0]) / np.linalg.norm(flat[1])
    assert cosine > (0.95 if mode.name == "activity" else 0.5)


def test_what_has_no_plan_is_named():
    for name, mode, what in (
        ("layer", forward(K=2), "layer '1' has no plan in mode forward, activity.*take reverse"),
        ("rms", forward(perturb="weight"), "layer '1' has no plan in mode forward, weight"),
        ("layer", forward(exact=True), "layer '1' has no plan in mode forward, exact"),
        ("residual", forward(exact=True), r"layer '1' has no plan in mode forward\(exact=True\)"),
        ("mixed", reverse(), "layer '1' is float32, and gets float64: make them one"),
    ):
        middle = MODELS.get(name, lambda _: (LayerNorm(6),))
        with pytest.raises(TypeError, match=what):
            training.compile(model_of(middle, np.float64), batch=2, mode=mode)
    for middle, what in (
        (lambda _: (LayerNorm(7),), "layer '1' is float32"),
        (lambda d: (LayerNorm(7, dtype=d),), "layer '1' takes 7 inputs, and gets 6"),
        (
            lambda d: (Residual(linear(6, 4, 3, d)),),
            r"'1': inner layers give shape \(4,\) for \(6,\)",
        ),
    ):
        with pytest.raises((TypeError, ValueError), match=what):
            training.compile(model_of(middle, np.float64), batch=2)
    several = Sequential(Linear(6, 6), LayerNorm(6))
    with pytest.raises(ValueError, match=r"plan for samples of one axis, and gets \(4, 6\)"):
        training.compile(several, batch=2, inputs=(4, 6))
