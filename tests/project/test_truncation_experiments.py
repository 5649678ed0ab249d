# SPDX-License-Identifier: BSD-3-Clause
"""Do the three experiments with truncation compute what their page says?"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf


def test_truncated_sums_stay_within_what_is_proved_and_far_beyond_the_model(example):
    drift = example("truncated_drift")
    lengths = (100, 1000, 10_000)
    errors = drift.drifts(nf.mlu32, lengths, repeats=4)
    for n, row in zip(lengths, errors, strict=True):
        assert ((-drift.proved(n) <= row) & (row <= 0)).all()  # one-sided
        assert drift.proved(n) / 10 < np.abs(row).max()  # and no wild bound
        assert np.abs(row).min() > 10 * drift.model(n)
    nearest = np.abs(drift.drifts(drift.NEAREST, lengths, repeats=4))
    assert (nearest.max(axis=1) < np.abs(errors).min(axis=1) / 3).all()
    assert drift.proved(10**5) == pytest.approx(1 - (1 - 2.0**-20) ** (10**5 - 1), rel=1e-9)


def test_drifts_are_measured_exactly(example):
    drift = example("truncated_drift")
    whole = np.random.default_rng(drift.SEED).integers(0, drift.STEPS, (1, 50))
    total = nf.mlu32(0)
    for k in whole[0]:
        total = total + nf.mlu32(k / drift.STEPS)
    exact = Fraction(int(whole.sum()), drift.STEPS)
    wanted = float((Fraction(*total.as_integer_ratio()) - exact) / exact)
    assert drift.drifts(nf.mlu32, (50,), repeats=1)[0, 0] == pytest.approx(wanted, rel=1e-12)


def test_registers_with_feedback_lose_no_more_than_one_quantum(example):
    """After any number of steps; without it, half a quantum a step."""
    heston = example("heston_feedback")
    kinds, rng = heston.registers("toward_negative"), np.random.default_rng(0)
    quanta = [2.0**-T.format.frac for T in kinds]
    steps = [(rng.integers(-900, 900, (300, 5)) * 2.0**-28).astype(heston.ADDER) for _ in kinds]
    for feedback in (True, False):
        values = [np.zeros(5, T) for T in kinds]
        residues = [np.zeros(5, heston.ADDER) for _ in kinds] if feedback else None
        for t in range(300):
            values, left = heston.write(kinds, values, [s[t] for s in steps], residues)
            residues = left if feedback else None
            for value, step, quantum in zip(values, steps, quanta, strict=True):
                exact = step[: t + 1].astype(float).sum(axis=0)
                if feedback:
                    assert (np.abs(value.astype(float) - exact) < quantum).all()
        for value, step, quantum in zip(values, steps, quanta, strict=True):
            drift = value.astype(float) - step.astype(float).sum(axis=0)
            assert feedback or (drift < -100 * quantum / 3).all()


def test_heston_in_16_bits_keeps_the_price_with_feedback(example):
    heston = example("heston_feedback")
    prices = {
        name: value for name, (value, _) in heston.run(pairs=6000, steps=128, chunk=2000).items()
    }
    truth = heston.analytic_call(heston.MODEL, heston.STRIKE)
    _, error = heston.run(pairs=2000, steps=16, chunk=1000)["float64"]
    assert prices["float64"] == pytest.approx(truth, rel=0.02)
    assert error / truth < 0.02
    feedback = prices["16 bits, truncated, error feedback"]
    assert feedback == pytest.approx(prices["float64"], rel=1e-4)
    assert abs(prices["16 bits, truncated"] / prices["float64"] - 1) > 2e-3


def test_the_conditional_price_is_that_of_black_and_scholes(example):
    """With a variance that does not move (xi = 0, v0 = theta) the integrals are known."""
    heston = example("heston_feedback")
    area, rng = np.full(200_000, 0.04), np.random.default_rng(3)
    half = rng.standard_normal(100_000) * 0.2
    value, error = heston.price(area, np.concatenate([half, -half]))
    spread, strike, years = 0.2, heston.STRIKE, heston.MODEL.years
    d = (np.log(heston.MODEL.spot / strike) + heston.MODEL.r * years) / spread + spread / 2
    normal = [0.5 * math.erfc(-x / math.sqrt(2)) for x in (d, d - spread)]
    known = heston.MODEL.spot * normal[0] - strike * math.exp(-heston.MODEL.r * years) * normal[1]
    assert abs(value - known) < 4 * error
    assert error < 0.01


def test_lorenz_steps_are_those_of_runge_and_kutta(example):
    lorenz = example("lorenz96")
    x = 8 + (lorenz.start(2, 0) - 8) / 100  # slow enough for small steps of Euler's to follow
    slope = lorenz.tendency(x)
    for i in (0, 1, 17, 39):  # the equation, written with indices
        wanted = (x[:, (i + 1) % 40] - x[:, i - 2]) * x[:, i - 1] - x[:, i] + 8
        assert slope[:, i] == pytest.approx(wanted, rel=1e-14)
    fine = x.copy()
    for _ in range(5000):
        fine = fine + lorenz.tendency(fine) * (lorenz.DT / 5000)
    assert x + lorenz.increment(x) == pytest.approx(fine, abs=1e-4)


def test_lorenz_climate_in_short(example):
    lorenz = example("lorenz96")
    rows = lorenz.table(widths=(20,), steps=200, members=4)
    assert [row[1] for row in rows] == [
        "float64",
        "truncation",
        "nearest",
        "stochastic",
        "error feedback",
    ]
    for _, _, mean, _, half in rows:
        assert 1.9 < mean < 2.8
        assert 0 < half < 1
    mean, error = lorenz.climate(np.repeat([1.0, 3.0], 500), batches=20)
    assert mean == 2.0
    assert error == pytest.approx(math.sqrt(20 / 19) / math.sqrt(20))


def test_feedback_keeps_what_truncation_drops(example):
    """With an increment of a third of a quantum, mlu32 stands still and feedback does not."""
    lorenz = example("lorenz96")
    tiny = nf.mlu32(2.0**-20 / 3)

    lorenz.increment = lambda x: np.full_like(x, tiny)
    plain, kept = (lorenz.means(nf.mlu32, feedback=f, steps=600, members=1) for f in (False, True))
    assert plain[0] == plain[-1]
    quantum = 2.0**-17  # of numbers in [8, 16)
    assert abs(kept[-1] - kept[0] - 599 * float(tiny)) < quantum
