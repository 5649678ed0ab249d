# SPDX-License-Identifier: BSD-3-Clause
"""Do calibrations choose the range that they name, and none that is worse by its own measure?"""

from __future__ import annotations

import numpy as np
import pytest

from numformats.quantization import Affine


def square_error(q, x):
    return float(np.mean((q.dequantize(q.quantize(x)) - x) ** 2))


@pytest.mark.parametrize("symmetric", [True, False])
@pytest.mark.parametrize("layout", [{}, {"axis": 0}, {"axis": 1, "group": 16}], ids=str)
@pytest.mark.parametrize("scale", ["free", "power_of_two"])
@pytest.mark.parametrize("bits", [2, 4, 8])
def test_least_square_error_is_not_above_min_max(symmetric, layout, scale, bits):
    rng = np.random.default_rng(bits)
    for x in (rng.standard_t(3, (8, 64)), rng.random((8, 64)), np.eye(8, 64) * 1e200):
        keywords = {"symmetric": symmetric, "scale": scale, **layout}
        whole = Affine(bits, **keywords).fit(x)
        best = Affine(bits, calibration="mse", **keywords).fit(x)
        for i in range(len(x)):
            a, b = (
                np.sum(((q.dequantize(q.quantize(x)) - x)[i] / np.abs(x).max()) ** 2)
                for q in (best, whole)
            )
            if layout:  # each scale by itself
                assert a <= b * (1 + 1e-12)
        if np.abs(x).max() < 1e100:
            assert square_error(best, x) <= square_error(whole, x) * (1 + 1e-12)


@pytest.mark.parametrize("calibration", ["percentile", "mse", "kl"])
def test_outliers_do_not_cost_all_others_their_steps(calibration):
    x = np.random.default_rng(1).standard_normal(20000)
    x[7] = 30.0
    q = Affine(4, calibration=calibration, percentile=99.9).fit(x)
    whole = Affine(4).fit(x)
    assert q.scale < whole.scale / 3
    assert q.quantize(x)[7] == q.qmax
    rest = np.delete(x, 7)
    assert square_error(q, rest) < square_error(whole, rest) / 4


def test_percentiles_are_those_of_numpy():
    x = np.random.default_rng(2).standard_normal((5, 1000))
    q = Affine(8, axis=0, calibration="percentile", percentile=99.0).fit(x)
    assert np.allclose(q.scale[:, 0] * 127, np.percentile(np.abs(x), 99, axis=1), rtol=1e-15)
    both = Affine(8, symmetric=False, calibration="percentile", percentile=99.0).fit(x)
    span = np.percentile(x, 99) - np.percentile(x, 1)
    assert np.isclose(both.scale * 255, span, rtol=1e-15)
    positive = Affine(8, symmetric=False, calibration="percentile").fit(x + 100)
    assert positive.zero_point == -128  # 0 belongs to the range


@pytest.mark.parametrize("symmetric", [True, False])
def test_divergence_keeps_what_fills_its_range(symmetric):
    """A uniform distribution loses nothing but by clipping."""
    x = np.random.default_rng(3).uniform(-1, 1, 50000)
    q = Affine(8, symmetric=symmetric, calibration="kl").fit(x)
    assert q.scale >= Affine(8, symmetric=symmetric).fit(x).scale * 0.98
    wide = Affine(16, symmetric=symmetric, calibration="kl").fit(x)  # more levels than bins
    assert wide.scale == Affine(16, symmetric=symmetric).fit(x).scale


@pytest.mark.parametrize("calibration", ["min_max", "percentile", "mse", "kl"])
@pytest.mark.parametrize("symmetric", [True, False])
def test_odd_data(calibration, symmetric):
    q = Affine(4, symmetric=symmetric, axis=0, calibration=calibration)
    for x in (np.zeros((2, 5)), np.full((2, 5), 3.0), np.full((2, 1), -1e-310), np.eye(2)):
        q.fit(x)
        assert (q.scale > 0).all()
        back = q.dequantize(q.quantize(x))
        assert np.isfinite(back).all()
    assert q.fit(np.zeros((2, 0))).scale.tolist() == [[1.0], [1.0]]


def test_floor_is_biased_and_has_four_times_the_error():
    """docs/explanation/quantization.md: floor(x / s) beside the nearest code, per step."""
    x = np.random.default_rng(4).uniform(-1, 1, 200_000)
    q = Affine(6).fit(x)
    errors = q.dequantize(q.quantize(x)) - x
    floored = np.floor(x / q.scale) * q.scale - x
    assert abs(errors.mean()) < 4 * errors.std() / np.sqrt(len(x))
    assert abs(floored.mean() / q.scale + 0.5) < 0.01
    assert 3.9 < np.mean(floored**2) / np.mean(errors**2) < 4.1


def test_finer_granularity_has_no_larger_error():
    rng = np.random.default_rng(5)
    for bits in (4, 8):
        for spread in (0.1, 1.0, 3.0):
            x = rng.standard_normal((32, 64)) * np.exp(spread * rng.standard_normal((32, 1)))
            tensor, channel = Affine(bits).fit(x), Affine(bits, axis=0).fit(x)
            group = Affine(bits, axis=1, group=16).fit(x)
            assert square_error(channel, x) <= square_error(tensor, x)
            assert square_error(group, x) <= square_error(channel, x)
