# SPDX-License-Identifier: BSD-3-Clause
"""Do the benchmarks of hardware measure what they say, and does the page have the kept record?"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def modules():
    sys.path.insert(0, str(BENCHMARKS))
    import hardware_check
    import libraries_as_devices
    import libraries_report

    yield {"check": hardware_check, "run": libraries_as_devices, "report": libraries_report}
    sys.path.remove(str(BENCHMARKS))


def test_a_library_answers_as_a_device(modules):
    run, trial = modules["run"].run, modules["run"].Trial
    found = run(trial("numpy", "binary16", "mul"), sys.executable, 1)
    assert (found["mismatches"], found["diagnoses"]) == (0, [])
    assert found["checked"] > 10_000
    found = run(trial("numpy", "binary64", "convert", "binary16"), sys.executable, 1)
    assert found["mismatches"] == 0
    assert modules["run"].version(sys.executable, "numpy").startswith("2.")
    assert modules["run"].version(sys.executable, "no-such-library") is None


def test_differences_are_counted_and_refusals_told(modules, monkeypatch):
    run, trial = modules["run"].run, modules["run"].Trial
    # NumPy rounds to nearest only: as a device that should truncate it is wrong.
    found = run(trial("numpy", "binary16", "sqrt", mode="toward_zero"), sys.executable, 1)
    assert 10_000 < found["mismatches"] < found["checked"] == 1 << 16
    assert found["diagnoses"][0]["kind"] == "sticky"
    assert "KeyError" in run(trial("numpy", "bfloat16", "add"), sys.executable, 1)["error"]


def test_answers_are_wrong_as_often_as_asked(modules):
    op = modules["check"].operation("posit16", "add")
    cases = modules["check"].answers(op, 10_000, 10)
    wrong = (cases.results != op.reference(*cases.operands)).sum()
    assert 800 < wrong < 1200


def test_the_page_has_the_kept_record(modules):
    record = json.loads(modules["run"].KEPT.read_text())
    assert modules["report"].markdown(record) in modules["run"].PAGE.read_text()
    for library, part in record["libraries"].items():
        wanted = [t.key for t in modules["run"].trials() if t.library == library]
        assert list(part["trials"]) == wanted
