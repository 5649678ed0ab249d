# SPDX-License-Identifier: BSD-3-Clause
"""Does the sweep over fraction bits run, go on where it stopped, and judge by what was measured?"""

import numpy as np
import pytest

from recorded_benchmarks import modules_of, quick, quick_again

modules = modules_of("rounding_sweep_report", "rounding_sweep")


def test_a_quick_run_is_written_and_not_made_again(modules, tmp_path, capsys):
    path = tmp_path / "quick.json"
    record = quick(modules["rounding_sweep"].main, path)
    assert "digits error feedback, p = 3, seed 0: 0." in capsys.readouterr().out
    (runs,) = record["runs"].values()
    assert len(runs) == 1 + 2 * 4
    at = {(r["way"], r["p"]): r["accuracy"] for r in runs}
    assert at["float64", 0] > 0.6
    assert abs(at["error feedback", 8] - at["float64", 0]) < 0.05
    assert at["truncation", 3] < at["float64", 0] - 0.2
    runs[0]["accuracy"] = 0.123  # it stays, for the run is there
    assert "(12.30)" in quick_again(modules["rounding_sweep"].main, path, record, capsys)


def runs_of(ways):
    return [{"way": way, "p": p, "seed": s, "accuracy": a, "seconds": 1}
            for (way, p), found in ways.items() for s, a in enumerate(found)]  # fmt: skip


def test_the_judge_takes_the_farthest_p(modules):
    report = modules["rounding_sweep_report"]
    ways = {(way, p): [0.95, 0.97] for way in report.WAYS for p in (3, 4)}
    ways |= {("float64", 0): [0.96, 0.96], ("error feedback", 4): [0.955, 0.95]}
    near, far = report.judged(runs_of(ways))
    assert "0.00 below it" in near
    assert near.endswith("met")
    assert "0.75 below it (p = 4), missed" in far
    ways["nearest", 4] = [0.9]  # a seed is missing: p = 4 is not shown
    assert report.places(runs_of(ways)) == [3]
    assert [cells[0] for cells in report.rows_of(runs_of(ways))] == ["3"]


@pytest.mark.parametrize("way", ["truncation", "nearest", "stochastic", "error feedback"])
def test_weights_are_written_as_the_page_says(modules, way):
    weights = modules["rounding_sweep"].Weights(np.array([1.0, -2.0]), way, 3, 0)
    for _ in range(64):
        weights.add(np.array([2.0**-9, 2.0**-9]))
    moved = (weights.value - [1.0, -2.0]).tolist()
    if way == "truncation":
        assert moved[0] == 0  # always the same loss: towards zero
        assert moved[1] > 1  # and here always the same gain
    elif way == "nearest":
        assert moved == [0, 0]
    elif way == "error feedback":
        assert moved == [0.125, 0.125]  # what 64 changes are
    else:
        assert 0 <= moved[0] <= 0.5


def test_unknown_places_are_refused(modules, capsys):
    with pytest.raises(SystemExit):
        modules["rounding_sweep"].main(["--places", "2"])
    assert "allowed: 3 to 20" in capsys.readouterr().err
