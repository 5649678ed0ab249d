# SPDX-License-Identifier: BSD-3-Clause
"""Do the reports of the benchmarks see what got slower, and judge targets by what was measured?"""

from __future__ import annotations

import copy
import importlib
import sys
from pathlib import Path

import pytest

import numformats as nf

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
RECORD = {
    "machine": "2-core x86-64", "date": "2026-11-27", "level": "avx2",
    "nanoseconds": {"1000000": {
        "add": {"numpy float32": 0.5, "posit32": 2.0, "bfloat16": 0.6, "ml_dtypes bfloat16": 2.0},
        "sort": {"numpy float32": 10.0, "numpy int32": 10.0, "posit32": 25.0},
    }},
}  # fmt: skip


@pytest.fixture
def modules(monkeypatch):
    pytest.importorskip("rich")
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    names = ("elementwise_report", "elementwise_targets")
    yield [importlib.import_module(name) for name in names]
    for name in (*names, "exact_report"):
        sys.modules.pop(name, None)


def changed(operation, name, factor, everybody=1.0):
    record = copy.deepcopy(RECORD)
    for line in record["nanoseconds"]["1000000"].values():
        for one in line:
            line[one] *= everybody
    record["nanoseconds"]["1000000"][operation][name] *= factor
    return record


def test_regressions_are_told_in_ratios(modules):
    report, _ = modules
    assert report.regressions(RECORD, RECORD) == []
    assert report.regressions(RECORD, changed("add", "posit32", 1.05)) == []
    assert report.regressions(RECORD, changed("add", "posit32", 0.5)) == []
    assert (
        report.regressions(RECORD, changed("add", "posit32", 1, everybody=3)) == []
    )  # a slower machine
    (line,) = report.regressions(RECORD, changed("add", "posit32", 1.25, everybody=2))
    assert line.startswith("add of posit32, 1000000 elements: 1.25 times")
    assert report.regressions(RECORD, changed("add", "ml_dtypes bfloat16", 9)) == []  # not ours


def test_targets_are_judged_by_speed(modules):
    report, targets = modules
    judged = {(t.ours, t.operation, t.peer): (ratio, t.least)
              for t, ratio in targets.judged(RECORD["nanoseconds"]["1000000"])}  # fmt: skip
    assert judged["posit32", "add", "numpy float32"] == (0.25, 1 / 8)
    assert judged["bfloat16", "add", "ml_dtypes bfloat16"][0] == pytest.approx(2 / 0.6)
    assert judged["posit32", "sort", "numpy int32"] == (0.4, 0.5)
    assert len(judged) == 3
    text = report.markdown(RECORD)
    assert "| posit32 sort | numpy int32 sort | 0.4 | 0.5 | missed |" in text
    assert "| posit32 | 500 | 40 |" in text
    assert "2-core x86-64, 2026-11-27" in text


def test_targets_name_formats(modules):
    _, targets = modules
    for t in targets.TARGETS:
        assert t.ours.removesuffix(" stochastic") in nf.formats()
        assert t.wish is None or t.wish > t.least
