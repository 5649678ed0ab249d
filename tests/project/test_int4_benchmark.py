# SPDX-License-Identifier: BSD-3-Clause
"""Does the benchmark of four bits run, go on where it stopped, and judge by pairs; is its page true?"""

from __future__ import annotations

import importlib.util
import json
import platform
from pathlib import Path

import pytest

from recorded_benchmarks import modules_of, quick, quick_again

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "quantization.md"
modules = modules_of("int4_training", "int4_report")


def test_a_quick_run_is_written_and_not_made_again(modules, tmp_path, capsys):
    path = tmp_path / "quick.json"
    record = quick(modules["int4_training"].main, path)
    assert "digits, seed 0: float32 0." in capsys.readouterr().out
    (runs,) = record["runs"].values()
    rows = runs[0]["rows"]
    assert {"float32", "PTQ, min-max", "QAT, learned scales"} <= rows.keys()
    assert min(rows.values()) > 0.4
    rows["float32"] = 0.123
    assert "12.30" in quick_again(modules["int4_training"].main, path, record, capsys)


def test_differences_are_of_pairs(modules):
    report = modules["int4_report"]
    runs = [
        {"seed": s, "rows": {"PTQ, min-max": a, "PTQ, square error": a, "QAT, learned scales": b}}
        for s, (a, b) in enumerate([(0.90, 0.92), (0.80, 0.81), (0.70, 0.73)])
    ]
    found = report.difference(runs, "QAT, learned scales", "PTQ, min-max")
    assert found.middle == pytest.approx(2.0)
    assert found.half == pytest.approx(4.303 * 1.0 / 3**0.5)
    assert report.judged(runs).endswith("+2.00 ± 2.48, met")
    runs[0]["rows"]["QAT, learned scales"] = 0.85
    assert report.judged(runs).endswith("missed")


def test_the_page_has_the_kept_record(modules):
    report = modules["int4_report"]
    text = PAGE.read_text("utf-8")
    record = json.loads(report.RECORD.read_text())
    assert report.markdown(record) in text
    for key, runs in record["runs"].items():
        assert report.difference(runs, *report.GOAL[:2]).middle >= report.GOAL[2], key


@pytest.mark.skipif(platform.machine() != "x86_64", reason="what 2^31 becomes in int32 differs")
def test_the_page_has_what_published_formulas_do():
    path = ROOT / "docs" / "generate_quantization.py"
    spec = importlib.util.spec_from_file_location("generate_quantization", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.BEGIN + module.table() + module.END in PAGE.read_text("utf-8")
