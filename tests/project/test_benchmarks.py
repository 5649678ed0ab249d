# SPDX-License-Identifier: BSD-3-Clause
"""Do the reports of the benchmarks see what got slower, and judge targets by what was measured?"""

from __future__ import annotations

import copy
import json

import numpy as np
import pytest

import numformats as nf
from recorded_benchmarks import modules_of

modules = modules_of("elementwise_report", "elementwise_targets", "exact_report", "analysis")
functions = modules_of("functions_peers", "functions_targets", "functions_report")
RECORD = {
    "machine": "2-core x86-64", "date": "2026-11-27", "level": "avx2",
    "nanoseconds": {"1000000": {
        "add": {"numpy float32": 0.5, "posit32": 2.0, "bfloat16": 0.6, "ml_dtypes bfloat16": 2.0},
        "sort": {"numpy float32": 10.0, "numpy int32": 10.0, "posit32": 25.0},
    }},
}  # fmt: skip
FUNCTIONS_RECORD = {
    "machine": "2-core x86-64", "date": "2026-11-29", "level": "avx2", "numpy_level": "AVX2",
    "versions": {"numpy": "2.4.6"},
    "nanoseconds": {"65536": {
        "exp": {"numpy float32": 0.5, "numpy float64": 1.0, "posit16": 0.625, "binary16": 2.0,
                "posit32": 2.0, "universal-dtypes posit16": 100.0},
        "erf": {"posit16": 0.5, "posit32": 4000.0},
    }},
    "table_milliseconds": {"exp": {"posit16": 9.0}},
    "wrong_percent": {"exp": {"numpy float32": 12.34, "numpy float64": 0.0}},
}  # fmt: skip


def changed(operation, name, factor, everybody=1.0):
    record = copy.deepcopy(RECORD)
    for line in record["nanoseconds"]["1000000"].values():
        for one in line:
            line[one] *= everybody
    record["nanoseconds"]["1000000"][operation][name] *= factor
    return record


def test_regressions_are_told_in_ratios(modules):
    report = modules["elementwise_report"]
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
    report, targets = modules["elementwise_report"], modules["elementwise_targets"]
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
    for t in modules["elementwise_targets"].TARGETS:
        assert t.ours.removesuffix(" stochastic") in nf.formats()
        assert t.wish is None or t.wish > t.least


def test_pages_keep_what_is_around_the_tables(modules, tmp_path):
    put = modules["exact_report"].put_between
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- begin figures -->\nold\n<!-- end figures -->\nafter\n")
    put(page, "new")
    text = "before\n<!-- begin figures -->\n\nnew\n\n<!-- end figures -->\nafter\n"
    assert page.read_text() == text
    assert list(tmp_path.iterdir()) == [page]


def test_functions_are_judged_beside_the_same_function(functions):
    report = functions["functions_report"]
    text = report.markdown(FUNCTIONS_RECORD)
    assert "| exp | 0.5 | 12.3 | 0.8 |  |  | **0.25** |  |" in text  # beside float32: 0.5 asked
    assert "| exp | 100 | 160 |  |  | 50 |  |" in text  # beside universal's posit16: 50 asked
    assert "| exp | 1 | 0.0 | 0.5 |  |  |  |" in text  # beside float64: 0.25 asked
    assert "| 0.5 | 1 of 2 | 0.525 | 0.25 | exp 0.25 (binary16) |" in text
    assert "| erf |  |  | 0.5 |  | 4000 |  |" in text  # no counterpart: times only
    assert "2-core x86-64, 2026-11-29, level avx2" in text
    assert "\n\n\n" not in text


def test_functions_have_arguments_in_their_domains(functions):
    peers, targets = functions["functions_peers"], functions["functions_targets"]
    assert {t.ours for t in targets.TARGETS} <= set(peers.FORMATS) <= set(nf.formats())
    assert {t.operation for t in targets.TARGETS} == set(peers.FUNCTIONS)
    named = [f for _, some in peers.DOMAINS.values() for f in some]
    assert len(set(named)) == len(named)
    assert set(named) <= set(peers.FUNCTIONS)
    for function in peers.FUNCTIONS:
        x = peers.arguments(function, 50)
        assert np.array_equal(x, peers.arguments(function, 50))
        assert np.isfinite(peers.ours(function)(x.astype(nf.posit32.dtype)).astype(float)).all()


def test_contestants_of_functions_can_be_called(functions):
    peers = functions["functions_peers"]
    for function, numpys in (("exp", 2), ("sinc", 2), ("gamma", 0)):
        calls = {name: prepare for name, prepare in peers.contestants(function, ["posit16", "posit32"])
                 if not name.startswith("universal")}  # fmt: skip
        assert len(calls) == 2 + numpys
        for prepare in calls.values():
            assert prepare(3)().shape == (3,)


def test_the_committed_pages_show_the_committed_records(functions, modules):
    for report in (functions["functions_report"], modules["elementwise_report"]):
        record = json.loads(report.RECORD.read_text())
        assert report.markdown(record) in report.DOCS.read_text()


def test_the_table_of_an_analysis_section(modules, monkeypatch):
    analysis = modules["analysis"]
    monkeypatch.setattr(analysis, "ROUNDS", 1)
    monkeypatch.setattr(analysis, "LEAST_SECONDS", 0.0)
    seconds = iter([1.0, 4.0] * 2)  # one call each to find how often, one round
    monkeypatch.setattr(analysis, "seconds", lambda _call, _times: next(seconds))
    cases = [analysis.Case(row, "+", int, 10**9) for row in ("float64", "double")]
    table = analysis.timed("truths", cases)
    assert table.headings == ["", "+"]
    assert table.rows == [["float64", "1 (1)"], ["double", "4 (4)"]]
    assert set(analysis.SECTIONS) >= {"truths", "pairs"}
