# SPDX-License-Identifier: BSD-3-Clause
"""What does `numformats prove-rtl` print, and with which status does it end?"""

from __future__ import annotations

import json
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from command_line import expect_problem, run
from numformats.hardware.equivalence import EquivalenceError
from numformats.hardware.equivalence.design import find_yosys
from rtl_simulation import DESIGNS
from rtl_texts import ADDER, NARROW, NARROW_RIGHT, put

pytest.importorskip("bitwuzla", reason="bitwuzla is not installed")
try:
    find_yosys()
except EquivalenceError as error:
    pytest.skip(str(error), allow_module_level=True)

E5M2 = ["--top", "narrow", "--format", "binary16", "--kind", "convert", "--to", "float8_e5m2"]
DECODE = ["--format", "posit8", "--kind", "decode"]


def test_a_refuted_design_ends_with_1(capsys, tmp_path):
    target = tmp_path / "verdict.json"
    answer = run(capsys, "prove-rtl", put(tmp_path, NARROW), *E5M2, "--json", target)
    status, out, err = answer
    assert (status, err) == (1, "")
    assert out.startswith("narrow is not the convert of float<exp=5,man=2>")
    assert "must be" in out
    told = json.loads(target.read_text("utf-8"))
    assert told["verdict"] == "refuted"
    found = told["counterexample"]
    assert set(found) == {"inputs", "got", "expected", "diagnosis"}
    assert found["got"]["result"] != found["expected"]["result"]
    assert found["diagnosis"] == "sticky"


def test_a_proved_design_ends_with_0(capsys, tmp_path):
    files = [put(tmp_path, NARROW_RIGHT)]
    status, out, _ = run(capsys, "prove-rtl", *files, *E5M2, "--mode", "toward_zero", "--json", "-")
    assert status == 0
    assert json.loads(out)["verdict"] == "proved"


def test_out_of_time_ends_with_3(capsys):
    parameters = [w for p in ("N=8", "RS=7", "ES=2") for w in ("-p", p)]
    status, out, _ = run(capsys, "prove-rtl", *ADDER, "--top", "posit_adder", "--format", "posit8",
                         "--kind", "add", *parameters, "--seconds", "0")  # fmt: skip
    assert status == 3
    assert "undecided" in out


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["none.v", "--top", "d", *DECODE], "no file 'none.v'"),
        (["{file}", "--top", "d;", *DECODE], "'d;' is no name in Verilog"),
        (["{file}", "--top", "d", *DECODE], "yosys on d: Module `d' not found!"),
        (["{file}", "--top", "narrow", *DECODE], "narrow has no port 'code'; it has: a, result"),
        (
            ["{file}", "--top", "narrow", *DECODE, "--ports", "code"],
            "--ports code: must be NAME=VALUE",
        ),
        (["{file}", "--top", "narrow", *DECODE, "-p", "N=x"], "--parameter: invalid literal"),
        (["{file}", "--top", "narrow", "--format", "posit9000", "--kind", "add"], "posit9000"),
    ],
)
def test_bad_input_ends_with_2(arguments, reason, capsys, tmp_path):
    file = put(tmp_path, NARROW)
    given = [file if a == "{file}" else a for a in arguments]
    expect_problem(run(capsys, "prove-rtl", *given), reason, expected=2)


def test_an_interruption_is_heard_by_yosys_and_the_solver(tmp_path):
    """A multiplier of 16 bits as a square root: the solver would take minutes."""
    text = """module hard(input [15:0] a, output [15:0] result);
  wire [63:0] p = (a * 64'h9E3779B97F4A7C15) * (a + 64'hC2B2AE3D27D4EB4F);
  wire [63:0] q = (a + 64'hC2B2AE3D27D4EB4F) * a * 64'h9E3779B97F4A7C15;
  assign result = {8'd0, p[63:56] ^ q[63:56]} ^ (p == q ? a : 16'd0);
endmodule"""
    command = [sys.executable, "-P", "-m", "numformats", "prove-rtl", put(tmp_path, text), "--top", "hard",
               "--format", "posit16", "--kind", "convert", "--to", "posit<16,es=2>"]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        time.sleep(12)
        if child.poll() is not None:
            pytest.skip("the solver was quicker than this test")
        child.send_signal(signal.SIGINT)
        said = child.communicate(timeout=30)[1]
    assert child.returncode == 130
    assert b"interrupted" in said


PAGE = DESIGNS.parents[1] / "how-to" / "prove-rtl.md"
SESSION = re.compile(r"^\$ (numformats .*)\n((?:(?!\$ |```).*\n)*)", re.MULTILINE)


def test_the_page_shows_what_is_said(capsys, tmp_path, monkeypatch):
    text = PAGE.read_text("utf-8")
    for body, name in re.findall(r"```verilog\n(// (\w+\.v)\n.*?)```", text, re.DOTALL):
        del name
        put(tmp_path, body, re.match(r"// (\w+\.v)", body)[1])
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").symlink_to(DESIGNS.parents[1])
    sessions = SESSION.findall(text)
    assert len(sessions) > 2
    for command, expected in sessions:
        words = [
            w
            for word in shlex.split(command)[1:]
            for w in (sorted(map(str, Path().glob(word))) if "*" in word else [word])
        ]
        _, out, err = run(capsys, *words)
        assert seconds_aside(out + err) == seconds_aside(expected)


def seconds_aside(text):
    """The text without times, which differ."""
    return re.sub(r"\d+\.\d s", "... s", text)
