# SPDX-License-Identifier: BSD-3-Clause
"""Are step sizes, clipped gradients and scales of losses what their formulas say?"""

import math

import numpy as np
import pytest

import numformats as nf
from numformats.training import (
    SGD,
    Constant,
    Cosine,
    LossScaler,
    StepDecay,
    WarmUp,
    clip_by_norm,
    clip_by_value,
    global_norm,
)


def test_schedules():
    assert [Constant(0.5)(s) for s in (0, 99)] == [0.5, 0.5]
    assert [StepDecay(1.0, 2, 0.5)(s) for s in range(5)] == [1, 1, 0.5, 0.5, 0.25]
    cosine = Cosine(1.0, 10, last=0.1)
    for s in range(13):
        share = min(s, 10) / 10
        assert math.isclose(cosine(s), 0.1 + 0.9 * (1 + math.cos(math.pi * share)) / 2)
    warm = WarmUp(Cosine(1.0, 4), 3)
    assert [warm(s) for s in range(3)] == [1 / 3, 2 / 3, 1]
    assert [warm(s) for s in range(3, 8)] == [Cosine(1.0, 4)(s) for s in range(5)]
    assert WarmUp(0.5, 2) == WarmUp(0.5, 2)
    for bad in (lambda: Cosine(1.0, 0), lambda: StepDecay(1.0, 0), lambda: WarmUp(1.0, 0)):
        with pytest.raises(ValueError, match="=0; allowed: 1 or more"):
            bad()


def test_clipping_by_value():
    g = {"w": np.array([3, -0.5, -2, np.nan]).astype(nf.posit16)}
    found = clip_by_value(g, 1)["w"]
    assert found.dtype == np.dtype(nf.posit16)
    np.testing.assert_array_equal(found.astype(float), [1, -0.5, -1, np.nan])
    assert float(g["w"][0]) == 3
    with pytest.raises(ValueError, match="limit=0; allowed: a number above 0"):
        clip_by_value(g, 0)


def test_the_norm_is_exact_over_all_arrays():
    """The root of 2^60 + 256 is beside the middle of 2^30 and the next value, that + 3 beyond it."""
    g = {"a": np.array([2.0**30]), "b": np.full(2**10, 2.0**-1), "c": np.full(3, 1, np.float32)}
    assert global_norm(g) == np.nextafter(2.0**30, np.inf)
    del g["c"]
    assert global_norm(g) == 2.0**30
    many = {"a": np.array([2.0**27, *[1.0] * 4096])}
    assert global_norm(many) == math.sqrt(2**54 + 4096)
    assert math.isnan(global_norm({"a": np.array([np.nan]).astype(nf.posit16)}))
    assert global_norm({}) == 0


@pytest.mark.parametrize("T", [nf.posit16, nf.bfloat16, np.float32, nf.posit64])
def test_clipping_by_norm(T):
    g = {"a": np.array([3, -4]).astype(T), "b": np.array([[12]]).astype(T)}
    found, norm = clip_by_norm(g, 6.5)
    assert norm == 13
    assert found["a"].dtype == found["b"].dtype == np.dtype(T)
    assert found["a"].astype(float).tolist() == [1.5, -2]
    assert found["b"].astype(float).tolist() == [[6]]
    for limit in (13, 26):
        same, norm = clip_by_norm(g, limit)
        assert same["a"].astype(float).tolist() == [3, -4]
    infinite = {"a": np.array([np.inf, 1])}
    left, norm = clip_by_norm(infinite, 1.0)
    assert norm == math.inf and left["a"].tolist() == [math.inf, 1]  # noqa: PT018


@pytest.mark.parametrize(
    ("T", "bad"), [(np.float32, np.inf), (nf.binary16, np.nan), (nf.posit16, np.nan)]
)
def test_a_step_with_gradients_that_are_not_finite_is_skipped(T, bad):
    scaler, optimizer, w = LossScaler(2.0**4), SGD(1.0, 0.5), {"w": np.ones(2, T)}
    assert not scaler.step(optimizer, w, {"w": np.array([1, bad]).astype(T)})
    assert scaler.scale == 8
    assert optimizer.steps == 0
    assert w["w"].astype(float).tolist() == [1, 1]
    assert scaler.step(optimizer, w, {"w": np.full(2, 4).astype(T)})
    assert w["w"].astype(float).tolist() == [0.5, 0.5]
    assert scaler.skipped == 1


def test_the_scale_grows_and_stays():
    scaler = LossScaler(2.0, interval=3, largest=8.0)
    w, g = {"w": np.ones(1)}, {"w": np.zeros(1)}
    scales = []
    for _ in range(10):
        scaler.step(SGD(0.1), w, g)
        scales.append(scaler.scale)
    assert scales == [2, 2, 4, 4, 4, 8, 8, 8, 8, 8]
    scaler.step(SGD(0.1), w, {"w": np.array([np.nan])})
    assert (scaler.scale, scaler.finite_steps) == (4, 0)
    other = LossScaler()
    other.load_state_dict(scaler.state_dict())
    assert other.state_dict() == scaler.state_dict()
    fixed = LossScaler(4.0, dynamic=False)
    fixed.step(SGD(0.1), w, {"w": np.array([np.inf])})
    assert fixed.scale == 4
    with pytest.raises(ValueError, match=r"scale=3\.0; allowed: powers of two"):
        LossScaler(3.0)
    with pytest.raises(ValueError, match="interval=0; allowed"):
        LossScaler(interval=0)


def test_a_scale_saves_small_gradients():
    """1e-8 is 0 in binary16; 1024 times that is not, and the step is the same."""
    T = nf.binary16
    small = np.float64(1e-8)
    assert float(small.astype(T)) == 0
    scaler, w = LossScaler(2.0**10), {"w": np.zeros(1, T)}
    optimizer = SGD(2.0**10, state_dtype=np.float32)
    scaler.step(optimizer, w, {"w": np.array([small * scaler.scale]).astype(T)})
    assert abs(float(w["w"][0]) / (-1e-8 * 2**10) - 1) < 0.01
