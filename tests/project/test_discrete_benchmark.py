# SPDX-License-Identifier: BSD-3-Clause
"""Does the benchmark of discrete updates run, go on where it stopped, test its invariant, and judge?"""

from __future__ import annotations

import json

import numpy as np
import pytest

import numformats as nf
from recorded_benchmarks import modules_of, quick, quick_again

modules = modules_of("discrete_recipes", "discrete_report", "discrete_updates", needs=["sklearn"])


def runs_of(accuracies):
    return [
        {"row": row, "seed": seed, "accuracy": a}
        for row, found in accuracies.items()
        for seed, a in enumerate(found)
    ]


def test_a_quick_run_is_written_and_not_made_again(modules, tmp_path, capsys):
    path = tmp_path / "quick.json"
    record = quick(modules["discrete_updates"].main, path)
    assert capsys.readouterr().out.count("seed 0:") == 2
    ((_, runs),) = record["runs"].items()
    assert [(r["row"], r["seed"]) for r in runs] == [("SGD float32", 0), ("unbiased int8", 0)]
    assert min(r["accuracy"] for r in runs) > 0.5
    assert runs[1]["cosine"] == pytest.approx(1)
    assert runs[1]["moved"] > 0
    runs[0]["accuracy"] = 0.123
    assert "12.30" in quick_again(modules["discrete_updates"].main, path, record, capsys)


def test_the_invariant_is_asked_at_every_step(modules):
    class Leaves:
        def step(self, parameters, gradients, scale):  # noqa: ARG002 - as an optimiser's
            parameters["w"] = parameters["w"].astype(np.float32)

    tested = modules["discrete_updates"].Tested(Leaves())
    with pytest.raises(AssertionError, match="a parameter left its lattice"):
        tested.step({"w": np.zeros(2, nf.Fixed(8, 4))}, {})


def test_every_row_is_made(modules):
    recipes = modules["discrete_recipes"]
    for row, recipe in recipes.RECIPES.items():
        model = recipe.model(recipes.DIGITS, 64, 1)
        optimizer = recipe.optimizer(recipes.DIGITS, 10, 2410, 1)
        assert hasattr(optimizer, "step"), row
        assert (recipe.bits == 0) == (row == "SGD float32")
        assert model(np.zeros((1, 64))).shape == (1, 10)
    for rows in recipes.ROWS.values():
        assert set(rows) <= set(recipes.RECIPES)
    with pytest.raises(SystemExit):
        modules["discrete_updates"].main(["--rows", "nonsense"])


def test_rows_are_judged_beside_the_same_seeds(modules):
    report = modules["discrete_report"]
    runs = runs_of(
        {"SGD float32": [0.93, 0.95], "unbiased int8": [0.91, 0.94], "published int16": [0.9, 0.91]}
    )
    assert report.against_sgd(runs, "unbiased int8") == pytest.approx([-2, -1])
    rows = {cells[0]: cells for cells in report.rows_of(runs)}
    assert rows["unbiased int8"][2] == "92.50 ± 19.06"
    assert rows["SGD float32"][4] == ""
    task = {"data": "mnist", "noise": 0.0}
    assert list(report.judged(task, runs)) == [
        "published int16 within 3 points of SGD: -3.50, missed",
        "unbiased int8 within 3 points of SGD: -1.50, met",
    ]
    runs = runs_of({"ternary codes": [0.84], "shown binary": [0.9]})
    assert list(report.judged({"data": "digits", "noise": 0.0}, runs)) == [
        "ternary codes above 85 %: 84.00, missed",
        "shown binary above 85 %: 90.00, met",
    ]


def test_the_page_shows_the_committed_record(modules):
    report = modules["discrete_report"]
    record = json.loads(report.RECORD.read_text())
    assert report.markdown(record) in report.DOCS.read_text()
    assert report.PICTURE.exists()
