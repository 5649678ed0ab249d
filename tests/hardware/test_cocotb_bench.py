# SPDX-License-Identifier: BSD-3-Clause
"""Does one call hold a design in a simulator against its format, whatever handshake it has?"""

from __future__ import annotations

import re

import pytest

from numformats.hardware.cocotb import BenchError, Outcome, run
from planted_rtl import BUGS, plant
from rtl_simulation import DESIGNS, needs_icarus
from rtl_texts import ADDER, DELAYED, PIPED, needs_verilator, put

pytest.importorskip("cocotb", reason="cocotb is not installed")

SIX = "posit<6,es=1>"


@needs_icarus
def test_a_right_design_passes_and_its_coverage_is_counted():
    parameters = {"N": 6, "RS": 5, "ES": 1}
    found = run(ADDER, "posit_adder", SIX, "add", parameters=parameters)
    assert isinstance(found, Outcome)
    assert found.passed, found
    assert found.report["checked"] == 1 << 12
    assert found.latency is None
    assert found.coverage["kinds"]["hit"] > 10
    assert found.coverage["regimes"]["hit"] > 10
    assert "all 4,096 answers are right" in str(found)


@needs_icarus
def test_a_wrong_design_is_diagnosed(tmp_path):
    bug = next(b for b in BUGS if b.name == "ties away from zero")
    folder = plant(tmp_path, bug)
    files = [path.replace(str(DESIGNS), str(folder)) for path in ADDER]
    parameters = {"N": 8, "RS": 7, "ES": 2}
    found = run(files, "posit_adder", "posit8", "add", parameters=parameters, count=2000)
    assert not found.passed
    assert found.report["mismatches"] > 10
    assert found.report["diagnoses"][0]["kind"] == "tie"
    assert "ties go away from zero" in found.text


@needs_icarus
def test_a_pipeline_is_stalled_and_starved(tmp_path):
    files = [put(tmp_path, PIPED), *ADDER]
    handshake = {"stall": 0.5, "gaps": 0.3, "count": 300}
    assert run(files, "piped", SIX, "add", **handshake).passed
    with pytest.raises(BenchError, match=r"no result in 1000 cycles, \d+ are awaited"):
        run(files, "piped", SIX, "add", parameters={"BUG": 1}, **handshake)


@needs_icarus
def test_an_unknown_latency_is_measured(tmp_path):
    files = [put(tmp_path, DELAYED), *ADDER]
    found = run(files, "delayed", SIX, "add", count=300)
    assert found.passed
    assert found.latency == 3


@needs_icarus
def test_undefined_bits_are_no_answer(tmp_path):
    text = "module half(input [7:0] a, output [7:0] result); assign result[6:0] = a; endmodule"
    found = run(put(tmp_path, text), "half", "posit8", "rint", count=50)
    assert found.undefined == 50
    assert not found.passed
    assert "50 results have undefined bits, first of" in found.text


@needs_icarus
@pytest.mark.parametrize(
    ("text", "options", "reason"),
    [
        ("module d(input a; endmodule", {}, r"icarus does not compile d: .*design.v:1:"),
        ("module d(input [7:0] a, b, output [7:0] sum); assign sum = a; endmodule", {}, "d has no port 'result'"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told(text, options, reason, tmp_path):
    with pytest.raises(BenchError, match=reason):
        run(put(tmp_path, text), "d", "posit8", "add", count=10, **options)


def test_errors_come_before_anything_is_compiled(tmp_path):
    with pytest.raises(ValueError, match="unknown operation 'plus'"):
        run("none.v", "d", "posit8", "plus")
    with pytest.raises(BenchError, match=r"no file 'none.v'"):
        run("none.v", "d", "posit8", "add")


@needs_verilator
def test_verilator_runs_the_same(tmp_path):
    files = [put(tmp_path, PIPED), *ADDER]
    found = run(files, "piped", SIX, "add", simulator="verilator", stall=0.3, count=300)
    assert found.passed, found
    assert found.report["checked"] == 300


PAGE = DESIGNS.parents[1] / "how-to" / "simulate-with-cocotb.md"


@needs_icarus
def test_the_examples_of_the_page_run(tmp_path, monkeypatch):
    """Its first example as it stands; its own test in cocotb, by cocotb's runner."""
    scripts = re.findall(r"```python\n# (\w+\.py)\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert [name for name, _ in scripts] == ["check_adder.py", "test_adder.py", "run_adder.py"]
    for name, text in scripts:
        put(tmp_path, text, name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    (tmp_path / "docs").symlink_to(DESIGNS.parents[1])
    for name in ("check_adder.py", "run_adder.py"):
        exec(compile((tmp_path / name).read_text("utf-8"), name, "exec"), {"__name__": "__main__"})  # noqa: S102
