# SPDX-License-Identifier: BSD-3-Clause
"""Are GPTQ and AWQ never worse than round-to-nearest, and does SmoothQuant leave the product?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from numformats.quantization import (
    Affine,
    QuantizedWeight,
    Smoothed,
    awq,
    gptq,
    quantized_matmul,
    round_to_nearest,
    smoothquant,
)

SETTINGS = [
    Affine(4, axis=1),
    Affine(3, symmetric=False, axis=1),
    Affine(4, axis=0, group=16),
    Affine(2),
    Affine(4, axis=1, scale="power_of_two"),
]


def layers():
    """Weights and calibration inputs of layers of many shapes, with outliers and dead inputs."""
    rng = np.random.default_rng(0)
    for inputs, outputs, samples in ((1, 1, 1), (8, 4, 3), (40, 24, 200), (130, 10, 90)):
        mixed = rng.standard_normal((samples, inputs)) @ rng.standard_normal((inputs, inputs))
        yield rng.standard_normal((inputs, outputs)), mixed
        outliers = mixed * np.exp(2 * rng.standard_normal(inputs))
        outliers[:, inputs // 2] = 0
        yield rng.standard_normal((inputs, outputs)) * 1e-3, outliers
    yield rng.standard_normal((6, 3)), np.zeros((5, 6))
    yield np.zeros((6, 3)), rng.standard_normal((5, 6))


def measured(found, weight, inputs):
    return np.sum((inputs @ (found.dequantize() - weight)) ** 2, axis=0)


@pytest.mark.parametrize("affine", SETTINGS, ids=str)
def test_no_layer_is_worse_than_round_to_nearest(affine):
    gained = 0
    for weight, inputs in layers():
        nearest = round_to_nearest(weight, inputs, affine)
        assert (nearest.codes == affine.fresh().fit(weight).quantize(weight)).all()
        base = measured(nearest, weight, inputs)
        for method in (gptq, awq):
            found = method(weight, inputs, affine)
            assert isinstance(found, QuantizedWeight)
            error = measured(found, weight, inputs)
            slack = 1e-12 * base.sum()  # of the order of summation
            assert error.sum() <= base.sum() + slack
            assert np.allclose(error, found.error, rtol=1e-9, atol=1e-300)
            assert found.codes.dtype == np.int8
            assert found.codes.min() >= found.affine.qmin
            if method is gptq:  # every output by itself
                assert (error <= base + slack).all()
            gained += error.sum() < base.sum() / 2
    assert gained >= 2


def test_gptq_by_hand():
    """Two inputs that always agree: what the first loses in rounding, the second makes good."""
    x = np.array([[1.0, 1.0], [2.0, 2.0]])
    affine = Affine(4, scale=1.0)
    weight = np.array([[1.4], [1.4]])  # sum 2.8: nearest codes give 2, 1 + 2 is better
    assert round_to_nearest(weight, x, affine).codes.tolist() == [[1], [1]]
    assert gptq(weight, x, affine).codes.tolist() == [[1], [2]]
    # Where inputs have nothing in common there is nothing to make good.
    assert gptq(weight, np.eye(2), affine).codes.tolist() == [[1], [1]]


def test_gptq_is_the_sweep_of_its_definition():
    """Optimal brain surgery, one input at a time, with the inverse taken anew in each step."""
    rng = np.random.default_rng(3)
    x = rng.standard_normal((60, 12)) @ rng.standard_normal((12, 12))
    w = rng.standard_normal((12, 5))
    affine = Affine(3, axis=1)
    h = 2 * x.T @ x
    h += 0.01 * np.diag(h).mean() * np.eye(12)
    q = affine.fresh().fit(w)
    moved, codes = w.copy(), np.zeros(w.shape, int)
    for i in range(12):
        inverse = np.linalg.inv(h[i:, i:])
        codes[i] = np.clip(np.rint(moved[i] / q.scale[0]), q.qmin, q.qmax)
        error = (moved[i] - codes[i] * q.scale[0]) / inverse[0, 0]
        moved[i:] -= np.outer(inverse[:, 0], error)
    nearest = round_to_nearest(w, x, affine)
    swept = measured(QuantizedWeight(codes.astype(np.int8), q, None, None), w, x)
    wanted = np.where(swept < nearest.error, codes, nearest.codes)
    for block in (1, 5, 128):
        found = gptq(w, x, affine, by_activity=False, block=block)
        assert (found.codes == wanted).all()
    assert (swept < nearest.error).any()


def test_awq_moves_steps_to_large_inputs():
    rng = np.random.default_rng(4)
    x = rng.standard_normal((200, 32)) * np.where(np.arange(32) == 5, 60, 1)
    w = rng.standard_normal((32, 16))
    found = awq(w, x, Affine(3, axis=1))
    assert found.input_scale[5] == found.input_scale.max()
    assert np.isclose(found.input_scale.max() * found.input_scale.min(), 1)
    folded = found.affine.dequantize(found.codes) / found.input_scale[:, None]
    assert (found.dequantize() == folded).all()
    assert found.error.sum() < round_to_nearest(w, x, Affine(3, axis=1)).error.sum() / 4
    same = awq(w, np.ones((4, 32)), Affine(3, axis=1))  # equal inputs: alpha = 0 wins the ties
    assert same.input_scale is None


@pytest.mark.parametrize("alpha", [0.0, 0.3, 0.5, 1.0])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_smoothing_by_powers_of_two_leaves_every_bit(alpha, dtype):
    rng = np.random.default_rng(5)
    x = (rng.standard_normal((50, 40)) * np.exp(3 * rng.standard_normal(40))).astype(dtype)
    w = rng.standard_normal((40, 30)).astype(dtype)
    x[:, 3], w[7] = 0, 0
    smoothed = smoothquant(w, x, alpha)
    assert isinstance(smoothed, Smoothed)
    assert (np.frexp(smoothed.factors)[0] == 0.5).all()
    assert (smoothed.factors[[3, 7]] == 1).all()
    assert smoothed.weights.dtype == smoothed.smooth(x).dtype == dtype
    assert ((smoothed.smooth(x) @ smoothed.weights) == x @ w).all()
    assert (nf.matmul(smoothed.smooth(x), smoothed.weights) == nf.matmul(x, w)).all()


def test_free_smoothing_moves_sums_by_roundings_only():
    rng = np.random.default_rng(6)
    x = (rng.standard_normal((50, 40)) * np.exp(3 * rng.standard_normal(40))).astype(np.float32)
    w = rng.standard_normal((40, 30)).astype(np.float32)
    smoothed = smoothquant(w, x, scale="free")
    exact = x.astype(float) @ w.astype(float)
    sums = np.abs(x).astype(float) @ np.abs(w).astype(float)
    got = nf.matmul(smoothed.smooth(x), smoothed.weights).astype(float)
    assert (np.abs(got - exact) <= 3 * 2.0**-24 * sums + np.abs(exact) * 2.0**-24).all()
    wanted = np.abs(x).max(axis=0) ** 0.5 / np.abs(w).max(axis=1) ** 0.5
    assert np.allclose(smoothed.factors, wanted, rtol=1e-6)
    several = smoothquant([w, 3 * w], np.abs(x).max(axis=0), scale="free")
    assert np.allclose(several.factors, wanted / 3**0.5, rtol=1e-6)
    assert len(several.weights) == 2


def test_smoothing_makes_eight_bits_serve_outliers():
    rng = np.random.default_rng(7)
    x = rng.standard_normal((200, 64)) * np.where(np.arange(64) % 20 == 3, 70, 1)
    w = rng.standard_normal((64, 32))

    def w8a8(x, w):
        qx, qw = Affine(8).fit(x), Affine(8).fit(w)
        return quantized_matmul(qx.quantize(x), qw.quantize(w), qx, qw, dtype=np.float64)

    smoothed = smoothquant(w, x)
    plain = np.mean((w8a8(x, w) - x @ w) ** 2)
    assert np.mean((w8a8(smoothed.smooth(x), smoothed.weights) - x @ w) ** 2) < plain / 5


def test_errors():
    w, x = np.ones((3, 2)), np.ones((4, 3))
    for method in (gptq, awq, round_to_nearest):
        with pytest.raises(ValueError, match=r"weight has shape \(3, 2\), inputs \(4, 2\)"):
            method(w, x[:, :2], Affine(4))
        with pytest.raises(ValueError, match=r"weight\[0, 1\] is nan"):
            method([[1, np.nan]] * 3, x, Affine(4))
        with pytest.raises(ValueError, match=r"inputs\[0, 0\] is inf"):
            method(w, np.full((4, 3), np.inf), Affine(4))
    with pytest.raises(ValueError, match="damping=0; allowed: positive"):
        gptq(w, x, Affine(4), damping=0)
    with pytest.raises(ValueError, match="grid=0"):
        awq(w, x, Affine(4), grid=0)
    with pytest.raises(ValueError, match="alpha=2; allowed: 0 to 1"):
        smoothquant(w, x, 2)
    with pytest.raises(ValueError, match="scale='best'"):
        smoothquant(w, x, scale="best")
    with pytest.raises(ValueError, match="activations"):
        smoothquant(w, x[:, :2])
