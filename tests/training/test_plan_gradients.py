# SPDX-License-Identifier: BSD-3-Clause
"""Does a planned step move the weights by the gradient?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from numformats import training
from numformats.autodiff import vjp
from numformats.training import (
    GELU,
    LeakyReLU,
    Linear,
    Pass,
    ReLU,
    Sequential,
    Sigmoid,
    SiLU,
    Softplus,
    Tanh,
    forward,
    inference,
    mean_squared_error,
    reverse,
    softmax_cross_entropy,
)
from plans import batch, changes, mlp, softmax_gradients, step_of, weights

SIZES = (7, 9, 5, 4)


def close(found, wanted, tolerance):
    for name, w in wanted.items():
        f = np.asarray(found[name], float)
        assert np.abs(f - w).max() <= tolerance * max(np.abs(w).max(), 1e-300), name


def tape_gradients(model, x, y, loss):
    """The gradients by the tape of numformats.autodiff."""
    names = list(model.parameters())

    def run(*arrays):
        return loss(model.forward(dict(zip(names, arrays, strict=True)), x, Pass()), y)

    _, back = vjp(run, *(model.parameters()[n] for n in names))
    return dict(zip(names, back(1.0), strict=True))


@pytest.mark.parametrize("mode", [reverse(), forward(exact=True, K=4)], ids=str)
@pytest.mark.parametrize("accumulate", ["exact", "native"])
def test_gradients_are_those_of_the_formulas(mode, accumulate):
    x, y = batch(6, 7, 4)
    model = mlp(SIZES)
    wanted = softmax_gradients(model, x, y)
    close(changes(model, x, y, mode, accumulate=accumulate), wanted, 1e-14)


@pytest.mark.parametrize(
    "activation", [ReLU, LeakyReLU, Tanh, Sigmoid, SiLU, GELU, Softplus], ids=lambda a: a.__name__
)
@pytest.mark.parametrize("mode", [reverse(), forward(exact=True, K=4)], ids=str)
def test_gradients_are_those_of_the_tape(mode, activation):
    """Every activation's derivative comes from autodiff's table; the loss at the end does not."""
    x, y = batch(6, 7, 4)
    model = mlp(SIZES, activation)
    wanted = tape_gradients(model, x, y, softmax_cross_entropy)
    close(changes(model, x, y, mode), wanted, 4e-15)


@pytest.mark.parametrize("mode", [reverse(), forward(exact=True, K=4)], ids=str)
def test_a_mean_squared_error_behind_an_activation(mode):
    x, _ = batch(6, 7, 4)
    targets = np.random.default_rng(3).uniform(size=(6, 4))
    model = Sequential(*mlp(SIZES, Tanh).parts.values(), Sigmoid())
    wanted = tape_gradients(model, x, targets, mean_squared_error)
    close(changes(model, x, targets, mode, loss=mean_squared_error), wanted, 4e-15)


@pytest.mark.parametrize("loss", ["softmax_cross_entropy", mean_squared_error])
def test_the_loss_is_that_of_the_function(loss):
    x, y = batch(6, 7, 4)
    model = mlp(SIZES)
    targets = y if loss == "softmax_cross_entropy" else np.eye(4)[y]
    function = softmax_cross_entropy if loss == "softmax_cross_entropy" else loss
    wanted = float(function(model(x), targets))
    _, found = step_of(model, x, targets, reverse(), loss=loss)
    assert found == pytest.approx(wanted, rel=1e-14)


def test_a_loss_that_is_nearly_0_has_all_its_digits():
    """The label's logit is ahead by 40: 1 - p is 4e-18, and nothing of it may cancel."""
    model = Sequential(Linear(2, 2, bias=False, dtype=np.float64))
    model.parameters()["0.weight"][...] = [[40, 0], [0, 40]]
    plan, loss = step_of(model, np.eye(2), [0, 1], reverse(), lr=2.0)
    p = np.exp(-40)
    assert loss == pytest.approx(p, rel=1e-12)
    assert model.parameters()["0.weight"][0, 1] == pytest.approx(-p, rel=1e-12)
    assert plan.heap_allocations == 0


@pytest.mark.parametrize("dtype", [nf.posit16, nf.bposit16, nf.bfloat16, np.float32, nf.posit32])
def test_exact_mode_is_reverse_to_the_bit_in_the_last_two_layers(dtype):
    """Below them the one rounds tangents, the other cotangents: their errors differ, and are small."""
    x, y = batch(16, 7, 4)
    found = []
    for mode in (reverse(), forward(exact=True, K=4)):
        model = mlp((7, 9, 8, 6, 4), ReLU, dtype)
        step_of(model, x, y, mode, lr=0.5)
        found.append(weights(model))
    names = list(found[0])
    for name in names[-4:]:
        assert found[0][name].tobytes() == found[1][name].tobytes(), name
    eps = float(nf.finfo(dtype).eps) if dtype is not np.float32 else 2**-23
    for name in names[:-4]:
        one, other = (f[name].astype(float) for f in found)
        assert np.abs(one - other).max() <= 8 * eps * max(1, np.abs(one).max())


@pytest.mark.parametrize(
    "dtype", [nf.posit16, nf.takum_linear16, nf.bfloat16, np.float32, nf.posit64]
)
def test_a_step_in_a_format_is_near_the_step_in_float64(dtype):
    x, y = batch(16, 7, 4)
    x = x.astype(dtype).astype(float)
    model = mlp(SIZES, Tanh, dtype)
    double = mlp(SIZES, Tanh)
    for name, a in double.parameters().items():
        a[...] = model.parameters()[name].astype(float)
    one, two = (step_of(m, x, y, reverse(), lr=0.5)[1] for m in (model, double))
    eps = float(nf.finfo(dtype).eps) if dtype is not np.float32 else 2**-23
    assert one == pytest.approx(two, rel=30 * max(eps, 1e-15))
    for name, a in double.parameters().items():
        assert np.abs(model.parameters()[name].astype(float) - a).max() <= 4 * max(eps, 1e-15)


@pytest.mark.parametrize("K", [1, 5])
def test_activity_perturbation_is_unbiased(K):
    """The mean over many seeds lies within 4 standard errors of the gradient, coordinate by
    coordinate but for as many as chance allows, and all together by the mean of their squares."""
    x, y = batch(4, 3, 3)
    model = mlp((3, 4, 3, 3), Tanh)
    start = weights(model)
    wanted = changes(mlp((3, 4, 3, 3), Tanh), x, y, reverse())
    plan = training.compile(model, batch=4, mode=forward(K=K))
    draws = {name: [] for name in start}
    for seed in range(2000):
        for name, a in model.parameters().items():
            a[...] = start[name]
        plan.step(x, y, lr=1.0, seed=seed)
        for name, a in model.parameters().items():
            draws[name].append(start[name] - a)
    scores = []
    for name in start:
        sample = np.array(draws[name])
        error = sample.mean(0) - wanted[name]
        spread = sample.std(0) / np.sqrt(len(sample))
        scores.append((np.abs(error) / np.maximum(spread, 1e-12)).ravel())
    hidden = np.concatenate(scores[:-2])
    assert hidden.max() < 4.5
    assert np.sqrt(np.mean(hidden**2)) < 1.5
    assert all(np.std(draws[name], axis=0).max() > 0.01 for name in list(start)[:-2])
    close({n: draws[n][0] for n in start}, dict(list(wanted.items())[-2:]), 1e-14)


def test_activity_perturbation_is_the_formula_of_its_signs():
    """One hidden layer, one tangent: delta is d times the sign, d the sum of residual times tangent.

    The signs are read off the weights' change by the first layer's bias."""
    x, y = batch(5, 3, 3)
    model = mlp((3, 4, 3), ReLU)
    before = weights(model)
    found = changes(model, x, y, forward(K=1), seed=9, samples=[7, 1, 30, 2, 2**40])
    words = [nf_random(9, 0, sample) for sample in (7, 1, 30, 2, 2**40)]
    signs = np.array([[1.0 if word >> j & 1 else -1.0 for j in range(4)] for word in words])
    z = x @ before["0.weight"] + before["0.bias"]
    out = np.maximum(z, 0) @ before["2.weight"] + before["2.bias"]
    p = np.exp(out - out.max(1, keepdims=True))
    r = p / p.sum(1, keepdims=True) - np.eye(3)[y]
    d = (r * ((signs * (z > 0)) @ before["2.weight"])).sum(1, keepdims=True)
    close(found, {"0.weight": x.T @ (d * signs) / 5, "0.bias": (d * signs).sum(0) / 5}, 1e-14)


def nf_random(seed, stream, index):
    """Word `index` of NumPy's Philox with this key: the definition of the core's generator."""
    generator = np.random.Philox(key=[seed, stream])
    generator.advance(index // 4)
    return int(generator.random_raw(index % 4 + 1)[-1])


def test_inference_is_the_model():
    x, _ = batch(6, 7, 4)
    for dtype in (np.float64, nf.posit16):
        model = mlp(SIZES, SiLU, dtype)
        plan = training.compile(model, batch=6, mode=inference())
        plan.step(x)
        assert plan.outputs().astype(float).tolist() == np.asarray(model(x)).astype(float).tolist()


def test_wider_residuals_round_less():
    """With delta= the step size and the cotangents keep more digits than the weights have."""
    x, y = batch(64, 7, 4)
    x = x.astype(nf.posit8).astype(float)
    errors = []
    for delta in (None, nf.posit32):
        model, double = mlp(SIZES, Tanh, nf.posit8), mlp(SIZES, Tanh)
        for name, a in double.parameters().items():
            a[...] = model.parameters()[name].astype(float)
        for m in (model, double):
            step_of(m, x, y, reverse(), lr=0.3, **({"delta": delta} if m is model else {}))
        errors.append(
            sum(
                np.abs(model.parameters()[n].astype(float) - a).sum()
                for n, a in double.parameters().items()
            )
        )
    assert errors[1] < errors[0]
