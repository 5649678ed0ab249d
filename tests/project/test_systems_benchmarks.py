# SPDX-License-Identifier: BSD-3-Clause
"""Do the benchmarks of distillation and of the error predictor run, go on, and judge by what was measured?"""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from recorded_benchmarks import modules_of, quick, quick_again

modules = modules_of(
    "distillation_report",
    "distillation",
    "error_predictor_report",
    "error_predictor",
    needs=["sklearn"],
)
DRAW = {"domain": "noisy", "n": 10, "chosen": "teacher", "teacher": 0.8, "scratch": 0.5, "isotropic 3": 0.7,
        "Fisher 0.3": 0.6, "function 30": 0.7, "distilled float64": 0.8, "distilled posit16": 0.8,
        "distilled posit8": 0.79, "seconds": 1.0}  # fmt: skip


def draws(accuracies):
    return [DRAW | {"seed": k, "distilled float64": a} for k, a in enumerate(accuracies)]


def test_a_student_below_the_better_by_more_than_chance_is_missed(modules):
    report = modules["distillation_report"]
    cells = dict(zip(report.HEAD, next(report.rows_of(draws([0.8, 0.81, 0.79]))), strict=True))
    assert (cells["minus the better"], cells["not below"]) == ("+0.0 ± 2.5", "met")
    assert (cells["teacher"], cells["draws"], cells["chosen"]) == ("80.0", "3", "teacher (3)")
    cells = dict(zip(report.HEAD, next(report.rows_of(draws([0.75, 0.76, 0.74]))), strict=True))
    assert (cells["minus the better"], cells["not below"]) == ("-5.0 ± 2.5", "missed")
    assert report.against_the_better(draws([0.9]), "distilled float64")[1] == math.inf
    assert "| noisy | 10 | 3 | 80.0 | 50.0 |" in report.markdown(
        {"machine": "m", "date": "d", "runs": draws([0.8] * 3)}
    )


def test_the_kept_record_meets_the_goal_on_shifted_digits(modules):
    """Near the teacher: never below the better of teacher and scratch minus its interval."""
    report = modules["distillation_report"]
    runs = [r for r in json.loads(report.RECORD.read_text())["runs"] if r["domain"] == "noisy"]
    found = {
        n: report.against_the_better(mine, "distilled float64")
        for _, n, mine in report.groups(runs)
    }
    assert list(found) == list(modules["distillation"].LABELS)
    assert all(off + half >= 0 for off, half in found.values()), found


def test_a_draw_is_made_once(modules, tmp_path, monkeypatch, capsys):
    bench = modules["distillation"]
    monkeypatch.setattr(bench, "KNOWN", 120)
    monkeypatch.setattr(bench, "POOL", 40)
    path = tmp_path / "quick.json"
    record = quick(bench.main, path)
    (row,) = record["runs"]
    assert (row["domain"], row["n"], row["seed"]) == ("moved", 10, 0)
    assert 0.1 < row["scratch"] < 1
    assert abs(row["distilled float64"] - row["distilled posit16"]) < 0.05
    assert "moved, 10 labels, draw 0" in capsys.readouterr().out
    monkeypatch.setattr(bench, "Setting", None)  # nothing is made again
    quick_again(bench.main, path, record, capsys)
    with pytest.raises(SystemExit):
        bench.main(["--domains", "far"])
    assert "'far'; allowed: noisy, moved" in capsys.readouterr().err


def test_the_verdict_on_the_network(modules):
    report = modules["error_predictor_report"]
    run = {"bits": 7, "rounding": "nearest_even", "constant": 0.0, "AR(1)": 50.0, "linear": 60.0,
           "sign of constant": 50.0, "sign of LSTM": 90.0}  # fmt: skip
    verdicts = [report.verdict([run | {"LSTM": lstm}]) for lstm in (54.9, 55.1, 70.0)]
    assert verdicts == ["not useful", "ahead of AR(1); linear is better", "useful"]
    rows = list(report.rows_of([run | {"LSTM": x, "seed": k} for k, x in enumerate((54.0, 54.4))]))
    assert rows[0][:7] == ["7", "nearest", "2", "0.0", "50.0", "60.0", "54.2 ± 0.3"]
    assert "| 7 | nearest | 1 |" in report.markdown(
        {"machine": "m", "date": "d", "runs": [run | {"LSTM": 54.0}]}
    )


def test_windows_hold_the_errors_in_units_and_the_steps_before_them(modules):
    bench = modules["error_predictor"]
    x = np.linspace(0.1, 0.9, 100)[np.newaxis] ** 2
    pairs, target = bench.windows(x, 7, "toward_negative")
    y = np.floor(x * 128) / 128
    error = ((y - x) * 128)[0]
    assert pairs.shape == (4, bench.LENGTH, 2)
    assert np.allclose(target.reshape(-1), error[1 : 1 + target.size])
    assert np.allclose(pairs[..., 1].reshape(-1), error[: target.size])
    assert np.allclose(pairs[..., 0].reshape(-1), np.diff(y[0])[: target.size] * 128)
    assert error.max() <= 0
    assert error.min() > -1


def test_known_predictors_reach_what_is_known(modules, monkeypatch):
    """A constant takes three quarters of a truncation's mean square away, and none of nearest's."""
    bench = modules["error_predictor"]
    judged = bench.LENGTH - bench.SKIPPED
    monkeypatch.setattr(bench, "network", lambda *a: np.zeros(len(a[2]) * judged))
    found = {r: bench.run(20, r, 0, bench.FULL) for r in bench.ROUNDINGS}
    assert abs(found["toward_negative"]["constant"] - 75) < 1
    assert found["toward_negative"]["sign of constant"] == 100
    assert abs(found["nearest_even"]["AR(1)"]) < 1
    assert found["nearest_even"]["LSTM"] == 0
    assert bench.run(7, "nearest_even", 0, bench.FULL)["linear"] > 99


def test_a_network_is_trained_once(modules, tmp_path, capsys):
    bench, path = modules["error_predictor"], tmp_path / "quick.json"
    record = quick(bench.main, path)
    assert [(r["bits"], r["rounding"]) for r in record["runs"]] == [(7, r) for r in bench.ROUNDINGS]
    assert all(math.isfinite(r["LSTM"]) for r in record["runs"])
    record["runs"][0]["LSTM"] = 12.345  # it stays, for the run is there
    assert "12.3" in quick_again(bench.main, path, record, capsys)
