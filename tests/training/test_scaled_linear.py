# SPDX-License-Identifier: BSD-3-Clause
"""Does ScaledLinear multiply in FP8, forward and backward, and does a model with it train?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from numformats.training import (
    SGD,
    Linear,
    PrecisionMonitor,
    ReLU,
    Sequential,
    fit,
    gradients,
    mean_squared_error,
    softmax_cross_entropy,
)
from numformats.training.mixed_precision import ScaledLinear, promoted_matmul, quantize_tiles
from training_parts import blobs


def numbers(shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def product(left, right, formats, tiles):
    a, b = (quantize_tiles(x, T, t) for x, T, t in zip((left, right), formats, tiles, strict=True))
    return promoted_matmul(a, b)


@pytest.mark.parametrize("dtype", [np.float32, nf.binary32, nf.bfloat16])
def test_outputs_and_gradients_are_products_of_rounded_tiles(dtype):
    layer = ScaledLinear(200, 150, dtype=dtype, seed=1)
    layer.own["bias"][...] = numbers(150, 3).astype(dtype)
    x, target = numbers((140, 200)).astype(dtype), numbers((140, 150), 2).astype(dtype)
    y = layer(x)
    forward, backward, t = "float8_e4m3fn", "float8_e5m2", 128
    w = layer.own["weight"]
    alone = product(x, w, (forward, forward), ((1, t), (t, t))).astype(dtype)
    np.testing.assert_array_equal(y, alone + layer.own["bias"])
    given = []

    def loss(outputs, y, reduction="none"):
        given.append(outputs)
        return np.sum(outputs * y, axis=1)

    _, found = gradients(layer, loss, x, target, scale=len(x))
    weight = product(x.T, target, (forward, backward), ((1, t), (t, 1)))
    np.testing.assert_array_equal(found["weight"], weight.astype(dtype))
    assert found["weight"].dtype == w.dtype
    # The cotangent of the input, by a layer before that passes its input on.
    model = Sequential(Linear(200, 200, dtype=dtype, bias=False), layer)
    model[0].own["weight"][...] = np.eye(200).astype(dtype)
    _, found = gradients(model, loss, x, target, scale=len(x))
    back = product(target, w.T, (backward, forward), ((1, t), (t, t))).astype(dtype)
    exact = x.T.astype(float) @ back.astype(float)
    np.testing.assert_allclose(
        found["0.weight"].astype(float), exact, rtol=1e-2, atol=1e-2 * abs(exact).max()
    )
    if np.dtype(dtype) == np.float32:
        np.testing.assert_array_equal(found["0.weight"], nf.matmul(x.T, back))


def test_the_monitor_sees_what_fp8_costs():
    """The truth of the layer is the exact product: errors of products are those of FP8."""
    layer = ScaledLinear(64, 8, seed=1, bias=False)
    x, y = numbers((32, 64)), numbers((32, 8), 1)
    with PrecisionMonitor(layer) as monitor:
        gradients(layer, mean_squared_error, x, y)
    true = x.astype(float) @ layer.own["weight"].astype(float)
    expected = np.abs(layer(x) - true) / np.abs(true)
    np.testing.assert_allclose(monitor.error_map("output"), expected, rtol=1e-6)
    rows = {row.name: row for row in monitor.rows}
    assert rows["weight.gradient"].mean_relative > 1e-3
    # E4M3 has errors up to 2^-4 a factor: no sum of 64 products is wrong by more than its terms.
    assert rows["output"].mean_relative < 1


def test_a_model_trains_in_fp8():
    model = Sequential(ScaledLinear(4, 16, seed=1), ReLU(), ScaledLinear(16, 3, seed=2))
    x, y = blobs(90, np.float32)
    history = fit(model, x, y, loss=softmax_cross_entropy, optimizer=SGD(0.3), epochs=8, batch=30)
    assert history.last["accuracy"] > 0.95
    assert "ScaledLinear 4 -> 16 in float8_e4m3fn and float8_e5m2" in repr(model)


def test_sequences_bias_and_arguments():
    layer = ScaledLinear(6, 5, bias=False, seed=0)
    assert layer(numbers((2, 3, 6))).shape == (2, 3, 5)
    assert set(layer.own) == {"weight"}
    with pytest.raises(ValueError, match="promote=96 does not divide tile=128"):
        ScaledLinear(6, 5, promote=96)
    with pytest.raises(ValueError, match="input has 7 features"):
        layer(numbers((2, 7)))
    exact = ScaledLinear(6, 5, bias=False, seed=0, accumulate="exact", promote=None)
    np.testing.assert_allclose(exact(numbers((3, 6))), layer(numbers((3, 6))), atol=1e-2)


def test_second_derivatives_go_by_way_of_the_same_products():
    layer = ScaledLinear(3, 2, bias=False, seed=0)
    x = numbers((4, 3))

    def total(w):
        return np.sum(layer.forward({"weight": w}, x, nf.training.Pass()) ** 2)

    w, v = layer.own["weight"], numbers((3, 2), 5)
    _, found = nf.autodiff.jvp(nf.autodiff.grad(total), (w,), (v,))
    exact = 2 * x.T.astype(float) @ (x.astype(float) @ v)
    assert np.abs(found - exact).max() < 0.2 * np.abs(exact).max()
