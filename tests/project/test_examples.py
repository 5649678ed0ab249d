# SPDX-License-Identifier: BSD-3-Clause
"""Do the example workloads compute what they say, and what is known from elsewhere?"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

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


# ---- the demo ------------------------------------------------------------------------------------


def test_demo_writes_its_files(tmp_path, capsys, monkeypatch):
    short = {target: formats[-3:] for target, formats in DEMO.items()}
    monkeypatch.setattr("numformats.cli.demo.DEMO", short)
    monkeypatch.setattr("numformats.cli.training_demo.EPOCHS", 2)
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
    rows = report.partition("## Digits, trained in each format")[2]
    for name in ("float32", "posit16", "bposit16", "posit8", "float8_e4m3fn"):
        (row,) = [line.split() for line in rows.splitlines() if line.split()[:1] == [name]]
        assert float(row[2].rstrip("%")) > 70
        assert row[4] == {"float32": "9,640"}.get(name, "4,820" if "16" in name else "2,410")
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
