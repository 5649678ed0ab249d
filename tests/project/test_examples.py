# SPDX-License-Identifier: BSD-3-Clause
"""Do the example workloads compute what they say, and what is known from elsewhere?"""

from __future__ import annotations

import importlib.util
import json
import math
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import numformats as nf
from numformats.analysis import Workload, compare, load_workload
from numformats.cli import main
from numformats.cli.demo import DEMO

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
LEWIS = {  # call prices by Alan Lewis, to 20 digits: r .01, q .02, v0 .04, kappa 4, theta .25, ...
    80: 26.774758743998854,
    90: 20.933349000596710,
    100: 16.070154917028834,
    110: 12.132211516709845,
    120: 9.0249134834578356,
}


@pytest.fixture
def example(monkeypatch):
    monkeypatch.syspath_prepend(str(EXAMPLES))

    def load(name):
        spec = importlib.util.spec_from_file_location(f"example_{name}", EXAMPLES / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, spec.name, module)
        spec.loader.exec_module(module)
        return module

    return load


def by_name(target, formats):
    comparison = compare(load_workload(str(EXAMPLES / target)), formats)
    return comparison, {result.candidate.name: result for result in comparison.results}


# ---- digits --------------------------------------------------------------------------------------


def test_network_reads_digits_in_float64(example):
    digits = example("digits")
    scores = digits.classify(*digits.classify_inputs())
    report = digits.classify_report(scores, scores)
    assert scores.shape == (360, 10)
    assert report["accuracy"] == pytest.approx(348 / 360, abs=1e-9)
    assert report["same answer"] == 1.0


def test_network_file_is_small_and_training_gives_such_a_network(example):
    assert (EXAMPLES / "digits_weights.npz").stat().st_size < 60_000
    train, digits = example("train_digits"), example("digits")
    images, labels = digits.load_images(test=True)
    _, probability = train.forward(images, train.train())
    assert (probability.argmax(axis=1) == labels).mean() > 0.93


def test_nan_is_no_answer(example):
    digits = example("digits")
    nothing = np.full((360, 10), np.nan)
    assert digits.classify_report(nothing, np.zeros((360, 10)))["accuracy"] == 0.0


def test_digits_in_narrow_formats():
    comparison, found = by_name("digits.py:classify", ["float64", "posit16", "bfloat16", "posit8"])
    assert comparison.reference_report["accuracy"] > 0.9
    assert found["float64"].report["same answer"] == 1.0
    assert found["posit16"].report["accuracy"] > 0.95
    errors = [found[name].metrics.median_relative for name in ("posit16", "bfloat16", "posit8")]
    assert errors == sorted(errors)
    assert found["posit8"].report["accuracy"] > 0.5


# ---- Heston --------------------------------------------------------------------------------------


def test_analytic_price_against_the_table(example):
    heston = example("heston")
    model = heston.Heston(kappa=4, theta=0.25, xi=1, rho=-0.5, v0=0.04, r=0.01, q=0.02)
    for strike, price in LEWIS.items():
        assert heston.analytic_call(model, strike) == pytest.approx(price, abs=1e-11)
    known = 6.806113313462
    assert heston.analytic_call(heston.BROADIE_KAYA, 100.0) == pytest.approx(known, abs=1e-11)


def test_monte_carlo_is_within_three_standard_errors(example):
    heston = example("heston")
    logs = heston.log_price(*heston.paths(pairs=20_000, steps=100))
    price, error = heston.call_price(logs)
    assert error < 0.06
    assert abs(price - heston.analytic_call(heston.BROADIE_KAYA, 100.0)) < 3 * error


def test_discounted_price_is_a_martingale(example):
    """With the new variance in the noise of the price it would be lower by about 20 %."""
    heston = example("heston")
    model = heston.BROADIE_KAYA
    growth = np.exp(heston.log_price(*heston.paths(pairs=20_000)) - model.r * model.years)
    pairs = growth.reshape(2, -1).mean(axis=0)
    assert abs(pairs.mean() - 1) < 4 * pairs.std() / np.sqrt(pairs.size)


def test_heston_in_formats(example):
    heston = example("heston")
    inputs = heston.paths(pairs=200, steps=32)
    workload = Workload("heston", heston.log_price, inputs, heston.log_price_report)
    comparison = compare(workload, ["float64", "posit32", "fixed<32,frac=24>", "bfloat16"])
    truth = comparison.reference_report["price"]
    float64, posit32, fixed, bfloat16 = (result.report for result in comparison.results)
    assert float64["price"] == pytest.approx(truth, rel=1e-12)
    assert abs(posit32["change in %"]) < 1e-3
    assert (
        abs(fixed["change in %"]) < 1e-2
    )  # on the paths of a pilot: 0.0000 % with 24 fraction bits
    assert abs(bfloat16["change in %"]) > 0.1


# ---- accumulators --------------------------------------------------------------------------------


CUT_AFTER_ROUNDING = "truncated<exp=8,man=23,compute_man=20,truncate=rounded>"


@pytest.fixture(scope="module")
def drifts():
    names = ["mlu32", "binary32", "float32", "posit32", CUT_AFTER_ROUNDING]
    return by_name("accumulate.py:drift", names)[1]


def test_truncated_sums_drift_linearly(drifts):
    """Known of a 20-bit accumulator: -1.8e-5, -1.6e-4, -1.8e-3, -1.7e-2 after 100 ... 100000."""
    known = {"sum 1e2": -1.8e-5, "sum 1e3": -1.6e-4, "sum 1e4": -1.8e-3, "sum 1e5": -1.7e-2}
    for length, error in known.items():
        assert drifts["mlu32"].report[length] == pytest.approx(error, rel=0.3)
        assert abs(drifts["binary32"].report[length]) < abs(error) / 50
        assert abs(drifts["posit32"].report[length]) < abs(error) / 50
    assert drifts["mlu32"].report["dot 1e5"] < -1e-2
    assert drifts[CUT_AFTER_ROUNDING].report["sum 1e5"] < -1e-2


def test_running_sums_of_binary32_are_numpys(drifts):
    assert drifts["float32"].metrics == drifts["binary32"].metrics


def test_uniform_numbers_are_exact_in_binary32(example):
    x, y, lengths = example("accumulate").drift_inputs()
    assert (x.astype(np.float32) == x).all()
    assert (y.astype(np.float32) == y).all()
    assert lengths[-1] == x.shape[1]


# ---- Hilbert -------------------------------------------------------------------------------------


def test_hilbert_errors_grow_with_the_condition(example):
    hilbert = example("hilbert")
    comparison, found = by_name(
        "hilbert.py:solve_all", ["binary64", "float64", "posit64", "posit32"]
    )
    assert all(error < 1e-35 for error in comparison.reference_report.values())
    for name in ("binary64", "posit32"):
        errors = [found[name].report[f"n={n}"] for n in hilbert.ORDERS]
        assert errors[-1] > 1e3 * errors[2] > 0
    assert found["binary64"].report["n=8"] < 1.5e10 * 2**-53 * 100
    assert found["binary64"].report == found["float64"].report
    assert found["posit64"].report["n=8"] < found["binary64"].report["n=8"]


def test_hilbert_elimination_pivots(example):
    hilbert = example("hilbert")
    a = np.array([[0.0, 2.0], [4.0, 1.0]])
    assert list(hilbert.solve(a, np.array([2.0, 6.0]))) == [1.25, 1.0]


# ---- truncation ----------------------------------------------------------------------------------


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


# ---- the demo ------------------------------------------------------------------------------------


def test_demo_writes_its_files(tmp_path, capsys, monkeypatch):
    short = {target: formats[-3:] for target, formats in DEMO.items()}
    monkeypatch.setattr("numformats.cli.demo.DEMO", short)
    output = tmp_path / "new" / "demo-output"
    assert main(["demo", "--output", str(output), "--examples", str(EXAMPLES)]) == 0
    names = ["accumulate.json", "accumulate.png", "digits.json", "digits.png", "report.md"]
    assert sorted(path.name for path in output.iterdir()) == names
    out = capsys.readouterr().out
    assert "digits.py:classify" in out
    assert "report.md" in out
    report = (output / "report.md").read_text(encoding="utf-8")
    for target, formats in short.items():
        assert f"## {target}" in report
        assert formats[0] in report
    document = json.loads((output / "digits.json").read_text())
    assert document["results"][0]["report"]["accuracy"] > 0.9


def test_demo_compares_at_least_ten_formats():
    assert {len(set(formats)) >= 10 for formats in DEMO.values()} == {True}


def test_demo_without_examples_says_so(tmp_path, capsys):
    status = main(["demo", "--output", str(tmp_path / "o"), "--examples", str(tmp_path)])
    assert status == 1
    assert "--examples FOLDER" in capsys.readouterr().err


def test_demo_into_a_file_says_so(tmp_path, capsys):
    (tmp_path / "o").write_text("")
    status = main(["demo", "--output", str(tmp_path / "o"), "--examples", str(EXAMPLES)])
    assert status == 1
    assert capsys.readouterr().err.count("\n") == 1
