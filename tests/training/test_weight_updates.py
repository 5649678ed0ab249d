# SPDX-License-Identifier: BSD-3-Clause
"""Do updates below half a spacing add up: in masters, in residuals, and by chance?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from numformats.training import (
    LBFGS,
    SGD,
    Adam,
    LossScaler,
    PrecisionMonitor,
    fit,
    load_checkpoint,
    save_checkpoint,
    softmax_cross_entropy,
)
from numformats.training.mixed_precision import Kahan, MasterWeights, Stochastic
from training_parts import bits_of, blobs, small_model

FORMATS = [nf.bfloat16, nf.posit8, nf.float8_e4m3fn, nf.posit16, np.float16, np.float32]
WRAPPERS = {
    "master": lambda o: MasterWeights(o, nf.binary64),
    "kahan": Kahan,
    "stochastic": Stochastic,
}


def named(dtype):
    return {"float16": nf.binary16, "float32": nf.binary32}.get(np.dtype(dtype).name, dtype)


@pytest.mark.parametrize("kind", WRAPPERS)
@pytest.mark.parametrize("dtype", FORMATS)
def test_updates_of_an_eighth_of_a_spacing_are_not_lost(kind, dtype):
    gap = float(nf.finfo(named(dtype)).eps)
    count, steps = 512, 64
    w, plain = ({"w": np.ones(count, dtype)} for _ in range(2))
    g = {"w": np.full(count, -1, dtype)}
    optimizer = WRAPPERS[kind](SGD(gap / 8))
    for _ in range(steps):
        SGD(gap / 8).step(plain, g)
        optimizer.step(w, g)
    moved = (w["w"].astype(float) - 1) / gap
    assert (plain["w"] == 1).all()  # what the wrappers are for
    if kind == "stochastic":
        # Each step moves by a gap with chance 1/8, independently: a binomial sum of each element.
        deviation = np.sqrt(steps * 0.125 * 0.875 / count)
        assert abs(moved.mean() - steps / 8) < 4 * deviation
        assert moved.min() < moved.max()
    else:
        assert (moved == steps / 8).all()


@pytest.mark.parametrize("dtype", [nf.bfloat16, nf.posit16, np.float16])
def test_kahan_carries_twice_the_digits_of_the_format(dtype):
    """Random steps for a thousand steps: the pair is as near to float64 as one rounding a step."""
    rng = np.random.default_rng(0)
    w = {"w": rng.normal(size=200).astype(dtype)}
    exact, optimizer = w["w"].astype(float), Kahan(SGD(2.0**-9))
    for _ in range(300):
        g = {"w": rng.normal(size=200).astype(dtype)}
        exact -= 2.0**-9 * g["w"].astype(float)
        optimizer.step(w, g)
    left = optimizer.arrays["w"]["residual"]
    assert left.dtype == np.dtype(named(dtype))
    pair = w["w"].astype(float) + left.astype(float)
    gap = float(nf.finfo(named(dtype)).eps)
    assert np.abs(pair - exact).max() < 300 * gap**2 * np.abs(exact).max()
    assert np.abs(w["w"].astype(float) - exact).max() < gap * np.abs(exact).max()


def test_the_residual_of_kahan_is_what_rounding_dropped():
    w = {"w": np.array([1.0, 100.0, -3.0], nf.bfloat16)}
    optimizer = Kahan(SGD(1.0))
    step = np.array([2.0**-7 + 2.0**-10, 0.3, 2.0**-12])
    optimizer.step(w, {"w": -step.astype(nf.bfloat16)})
    exact = np.array([1.0, 100.0, -3.0]) + step.astype(nf.bfloat16).astype(float)
    dropped = exact - w["w"].astype(float)
    assert (dropped != 0).all()
    np.testing.assert_array_equal(optimizer.arrays["w"]["residual"].astype(float), dropped)


def test_fixed_point_needs_a_residual_format():
    q, fine = nf.Fixed(8, 4), nf.Fixed(16, 12)
    w = {"w": np.ones(3, q)}
    with pytest.raises(ValueError, match="'w' is fixed<8,frac=4>: what its rounding drops"):
        Kahan(SGD(2.0**-6)).step(w, {"w": np.full(3, -1, q)})
    optimizer = Kahan(SGD(2.0**-6), residual=fine)
    for _ in range(8):
        optimizer.step(w, {"w": np.full(3, -1, q)})
    np.testing.assert_array_equal(w["w"].astype(float), 1.125)
    assert optimizer.arrays["w"]["residual"].dtype == fine.dtype


def test_rounding_by_chance_is_right_on_average_and_keyed():
    def rounded(seed, name="w"):
        w = {name: np.ones(4000, nf.bfloat16)}
        Stochastic(SGD(2.0**-7 * 0.3), seed=seed).step(w, {name: np.full(4000, -1, nf.bfloat16)})
        return w[name].astype(float)

    up = (rounded(1) > 1).mean()
    assert set(rounded(1)) == {1.0, 1 + 2.0**-7}
    assert abs(up - 0.3) < 4 * np.sqrt(0.3 * 0.7 / 4000)
    assert (rounded(1) == rounded(1)).all()
    assert (rounded(1) != rounded(2)).any()
    assert (rounded(1, "v") != rounded(1)).any()
    with pytest.raises(ValueError, match="seed=-1"):
        Stochastic(SGD(1.0), seed=-1)


@pytest.mark.parametrize("inner", [lambda: SGD(0.1, 0.9), lambda: Adam(0.01)], ids=["sgd", "adam"])
def test_masters_of_float32_are_those_of_training_in_float32(inner):
    rng = np.random.default_rng(0)
    start = rng.normal(size=(3, 4)).astype(nf.bfloat16)
    narrow, wide = {"w": start.copy()}, {"w": start.astype(np.float32)}
    optimizer, plain = MasterWeights(inner()), inner()
    for _ in range(20):
        g = rng.normal(size=(3, 4)).astype(nf.bfloat16)
        optimizer.step(narrow, {"w": g}, 2.0)
        plain.step(wide, {"w": g.astype(np.float32)}, 2.0)
    np.testing.assert_array_equal(optimizer.arrays["w"]["master"].astype(np.float32), wide["w"])
    np.testing.assert_array_equal(narrow["w"], wide["w"].astype(nf.bfloat16))


def test_a_weight_that_somebody_changed_is_taken_anew():
    w, g = {"w": np.array([1.0, 1.0], nf.bfloat16)}, {"w": np.full(2, -1, nf.bfloat16)}
    optimizer = MasterWeights(SGD(2.0**-10))
    for _ in range(3):
        optimizer.step(w, g)
    w["w"][1] = 5
    optimizer.step(w, g)
    assert optimizer.arrays["w"]["master"].astype(float).tolist() == [1 + 2.0**-8, 5 + 2.0**-10]


@pytest.mark.parametrize("kind", WRAPPERS)
def test_training_is_resumed_to_the_same_bits(kind, tmp_path):
    x, y = blobs(60, nf.bfloat16)

    def run(epochs, **options):
        model = small_model(nf.bfloat16)
        optimizer = WRAPPERS[kind](Adam(0.003))
        scaler = LossScaler(2.0**4, interval=3)
        fit(model, x, y, loss=softmax_cross_entropy, optimizer=optimizer, epochs=epochs, batch=20,
            loss_scale=scaler, **options)  # fmt: skip
        return model, optimizer

    whole, _ = run(4)
    path = tmp_path / "run.npz"
    run(2, checkpoint=path)
    resumed, optimizer = run(4, checkpoint=path, resume=True)
    assert bits_of(resumed) == bits_of(whole)
    assert optimizer.steps == 12
    model = small_model(nf.bfloat16)
    with pytest.raises(ValueError, match="the state is of"):
        load_checkpoint(path, model, SGD(0.1))
    save_checkpoint(path, model, SGD(0.1))
    with pytest.raises(ValueError, match="the state is of SGD"):
        load_checkpoint(path, model, WRAPPERS[kind](SGD(0.1)))


@pytest.mark.parametrize("kind", WRAPPERS)
def test_the_monitor_judges_a_wrapped_step_by_its_exact_one(kind):
    model = small_model(nf.bfloat16)
    before = {k: a.astype(float) for k, a in model.parameters().items()}
    g = {k: np.full(a.shape, 2.0**-3, a.dtype) for k, a in model.parameters().items()}
    optimizer = WRAPPERS[kind](SGD(2.0**-6))
    with PrecisionMonitor(model, "0.weight") as monitor:
        for _ in range(2):
            optimizer.step(model.parameters(), g)
    assert [row.step for row in monitor.rows] == [0, 1]
    exact = before["0.weight"] - 2.0**-8
    now = model.parameters()["0.weight"].astype(float)
    if kind != "stochastic":  # which has forgotten what the first step dropped
        expected = np.abs(now - exact) / np.abs(exact)
        np.testing.assert_allclose(monitor.error_map(), expected, atol=2.0**-16)
    assert monitor.rows[1].max_ulps <= (1 if kind == "stochastic" else 0.51)


def test_what_does_not_fit_is_refused_before_anything_changes():
    w, g = {"w": np.ones(2, nf.posit64)}, {"w": np.ones(2, nf.posit64)}
    for optimizer, message in [
        (MasterWeights(SGD(0.1)), "'w' is posit64, whose values binary32 does not hold"),
        (Stochastic(SGD(0.1)), "whose values binary64 does not hold"),
    ]:
        with pytest.raises(ValueError, match=message):
            optimizer.step(w, g)
    double = {"w": np.ones(2)}
    with pytest.raises(ValueError, match="'w' is float64: binary64 has no 8 bits more"):
        Kahan(SGD(0.1)).step(double, double)
    with pytest.raises(
        ValueError, match="state_dtype=bfloat16 does not hold the values of binary32"
    ):
        MasterWeights(SGD(0.1, state_dtype=nf.bfloat16), nf.binary32)
    with pytest.raises(TypeError, match="is no optimiser: it has no rate"):
        Kahan(LBFGS())
    with pytest.raises(TypeError, match="'w' is no array that can be written"):
        Kahan(SGD(0.1)).step({"w": 3.0}, {"w": 1.0})
    optimizer = Kahan(SGD(0.1))
    narrow = {"w": np.ones(2, nf.bfloat16)}
    with pytest.raises(ValueError, match="has no gradient"):
        optimizer.step(narrow, {})
    optimizer.step(narrow, {"w": np.ones(2)})
    with pytest.raises(ValueError, match=r"residual of 'w' has shape \(2,\), it \(3,\)"):
        optimizer.step({"w": np.ones(3, nf.bfloat16)}, {"w": np.ones(3)})
    assert optimizer.steps == 1
    optimizer.lr = 0.5
    assert optimizer.rate() == optimizer.optimizer.lr == 0.5
    assert "Kahan(SGD(lr=0.5, steps=1)" in repr(optimizer)


def test_a_saturated_weight_and_an_infinite_one_leave_no_residual_that_is_none():
    w = {"w": np.array([57344.0, 1.0], nf.float8_e5m2)}
    optimizer = Kahan(SGD(1.0))
    with np.errstate(all="ignore"):
        optimizer.step(w, {"w": np.array([-57344.0, 0.0], nf.float8_e5m2)})
    assert np.isinf(w["w"][0])
    assert optimizer.arrays["w"]["residual"].astype(float).tolist() == [0, 0]


def test_loss_scaling_keeps_gradients_from_underflow():
    """Of gradients around 2^-16 E5M2 makes most 0; the scale that a scaler finds keeps 99 %."""
    rng = np.random.default_rng(0)
    true = rng.normal(size=20000) * 2.0**-18
    plain = true.astype(nf.float8_e5m2).astype(float)
    assert (plain == 0).mean() > 0.9
    scaler, w = LossScaler(2.0**15, interval=1, largest=2.0**40), {"w": np.zeros(20000)}
    with np.errstate(all="ignore"):
        for _ in range(40):
            scaled = (true * scaler.scale).astype(nf.float8_e5m2)
            scaler.step(SGD(1e-9), w, {"w": scaled})
    assert scaler.skipped > 0  # it has met the upper end, too
    kept = (true * scaler.scale).astype(nf.float8_e5m2).astype(float)
    assert (kept != 0).mean() >= 0.99
