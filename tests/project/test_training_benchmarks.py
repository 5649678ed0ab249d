# SPDX-License-Identifier: BSD-3-Clause
"""Do the benchmarks of training run, go on where they stopped, and judge by what was measured?"""

from __future__ import annotations

import json

import pytest

from recorded_benchmarks import modules_of, quick, quick_again

modules = modules_of("training_recipes", "training_report", "training_results", "training_speed")
RUN = {"loss": 0.1, "saturated": 0, "bytes": 4820, "state_bytes": 9640, "seconds": 2.0}


def runs_of(accuracies):
    return [RUN | {"row": row, "seed": seed, "accuracy": accuracy}
            for row, found in accuracies.items() for seed, accuracy in enumerate(found)]  # fmt: skip


def test_a_quick_run_is_written_and_not_made_again(modules, tmp_path, capsys):
    path = tmp_path / "quick.json"
    main, formats = modules["training_results"].main, ("--formats", "float32,posit8")
    record = quick(main, path, *formats)
    assert "digits posit8, seed 0: 0." in capsys.readouterr().out
    ((task, runs),) = record["runs"].items()
    assert json.loads(task)["data"] == "digits"
    assert [(r["row"], r["seed"]) for r in runs] == [("float32", 0), ("posit8", 0)]
    assert min(r["accuracy"] for r in runs) > 0.5
    assert [r["bytes"] for r in runs] == [4 * 1210, 1210]
    assert [r["state_bytes"] for r in runs] == [2 * 4 * 1210, 3 * 2 * 1210]
    runs[0]["accuracy"] = 0.123  # it stays, for the run is there
    assert "12.30" in quick_again(main, path, record, capsys, *formats)


def test_unknown_formats_are_refused(modules, capsys):
    with pytest.raises(SystemExit):
        modules["training_results"].main(["--formats", "posit17"])
    assert "'posit17'; allowed: float32, posit16" in capsys.readouterr().err


def test_rows_are_means_beside_float32(modules):
    report = modules["training_report"]
    runs = runs_of({"posit16": [0.9, 0.92], "float32": [0.915, 0.915], "posit8": [0.8814, 0.8816]})
    rows = {cells[0]: cells[1:] for cells in report.rows_of(runs)}
    assert list(rows) == ["float32", "posit16", "posit8"]  # in the order of the recipes
    assert rows["posit16"] == ["same", "1", "91.00 ± 1.41", "2", "-0.50", "4,820", "9,640", "2"]
    assert rows["posit8"][:3] == ["posit16", "64", "88.15 ± 0.01"]
    assert list(report.judged("fashion", runs)) == [
        "posit16 within 0.5 points of float32: -0.50, met",
        "posit8 at 88.15 % or more: 88.15, met",
    ]
    runs = runs_of({"posit16": [0.9], "float32": [0.92], "posit8": [0.88]})
    assert list(report.judged("fashion", runs)) == [
        "posit16 within 0.5 points of float32: -2.00, missed",
        "posit8 at 88.15 % or more: 88.00, missed",
    ]
    assert list(report.judged("digits", runs_of({"posit8": [0.9]}))) == []
    runs = runs_of({"posit16 forward K=10": [0.95], "posit16 reverse": [0.955]})
    assert list(report.judged("digits", runs)) == [
        "posit16 forward K=10 within 1.0 points of posit16 reverse: -0.50, met"
    ]


def test_every_row_differs_from_float32_by_what_the_table_says(modules):
    recipes = modules["training_recipes"]
    models = [recipe.model((64, 32, 10), seed=1) for recipe in recipes.RECIPES.values()]
    first = models[0].parameters()
    for model, recipe in zip(models, recipes.RECIPES.values(), strict=True):
        for name, array in model.parameters().items():
            assert str(array.dtype) == recipe.dtype
            away = abs(array.astype(float) - first[name])  # no more than by rounding
            assert (away <= abs(first[name]) / 8 + 2**-10).all()
        assert recipe.optimizer(recipes.QUICK, 10).master == (recipe.state is not None)


def test_the_page_shows_the_committed_record(modules):
    report = modules["training_report"]
    record = json.loads(report.RECORD.read_text())
    assert report.markdown(record) in report.DOCS.read_text()
    assert all(run["row"] in modules["training_recipes"].RECIPES
               for runs in record["runs"].values() for run in runs)  # fmt: skip


SPEED = {
    "machine": "2-core x86-64", "date": "2026-11-30", "data": "random", "samples": 6400, "threads": 2,
    "level": "avx2", "target": 15.0, "seconds": {"NumPy float32 by hand": 0.5, "posit16": 6.25},
    "ratio_to_numpy": {"NumPy float32 by hand": 1.0, "posit16": 12.5},
}  # fmt: skip


def test_the_table_of_an_epoch(modules):
    speed = modules["training_speed"]
    shares = dict.fromkeys((*speed.PARTS, "the rest"), 0.0) | {
        "optimiser": 0.625,
        "the rest": 0.375,
    }
    text = speed.markdown(SPEED | {"shares": {"posit16": shares}})
    assert "2-core x86-64, 2026-11-30, 2 threads, CPU level avx2; 6,400 images (random)." in text
    assert "| posit16 | 6.25 | 12.5 | 0 % | 0 % | 0 % | 62 % | 0 % | 0 % | 38 % |" in text
    assert "| NumPy float32 by hand | 0.50 | 1.0 |  |" in text
    assert text.endswith("posit16 under 15 s: 6.25 s, met.")


def test_the_page_shows_the_committed_speed(modules):
    speed = modules["training_speed"]
    if not speed.RECORD.exists():
        pytest.skip("no record is committed")
    assert speed.markdown(json.loads(speed.RECORD.read_text())) in speed.DOCS.read_text()


def test_the_shares_of_an_epoch_add_up(modules):
    speed = modules["training_speed"]
    x, y, _ = speed.samples(128)
    found = speed.shares("posit16", x, y, 1)
    assert sum(found.values()) == pytest.approx(1, abs=0.01)
    assert found["products of matrices"] > 0.01
    assert found["tape and derivatives"] > 0.01
    assert speed.shares("posit16 planned", x, y, 1)["planned step"] > 0.1
    assert speed.part_of("/x/numformats/autodiff/tape.py", "walk") == "tape and derivatives"
    assert speed.part_of("/x/numformats/training/sgd.py", "update") == "optimiser"
    assert speed.part_of("/x/numpy/core.py", "sum") is None
