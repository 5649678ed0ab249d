# SPDX-License-Identifier: BSD-3-Clause
"""Is a design read as Verilog means it: tables, undefined bits, undriven wires, guard bits, loops?"""

from __future__ import annotations

import pytest

from numformats.hardware import operation
from numformats.hardware.equivalence import EquivalenceError, prove
from numformats.hardware.equivalence.design import Design, Port, find_yosys, read_design
from rtl_simulation import DESIGNS
from rtl_texts import put

pytest.importorskip("bitwuzla", reason="bitwuzla is not installed")
try:
    find_yosys()
except EquivalenceError as error:
    pytest.skip(str(error), allow_module_level=True)

ROOT = operation("posit<6,es=1>", "sqrt")
ROWS = {a: f"6'd{a}: result = 6'd{ROOT.by_oracle(a)[0]};" for a in range(64)}
TABLE = "module t(input [5:0] a, output reg [5:0] result); always @* case (a) {} endcase endmodule"


def is_root(folder, text):
    return prove([put(folder, text)], "t", "posit<6,es=1>", "sqrt")


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({}, "proved"),
        ({9: "6'd9: result = 6'd1;"}, "refuted"),
        ({9: "6'd9: result = 6'bx;"}, "refuted"),
        ({9: "default: result = 6'bx;"}, "refuted"),
    ],
)
def test_a_table_by_case(change, verdict, tmp_path):
    found = is_root(tmp_path, TABLE.format("\n".join({**ROWS, **change}.values())))
    assert found.verdict == verdict
    if change:
        assert found.counterexample.inputs == {"a": 9}


def test_a_table_in_a_memory(tmp_path):
    words = "".join(f"rom[{a}] = 6'd{ROOT.by_oracle(a)[0]};" for a in range(64))
    text = """module t(input [5:0] a, output [5:0] result);
  reg [5:0] rom[0:63];
  initial begin {} end
  assign result = rom[a];
endmodule"""
    assert is_root(tmp_path, text.format(words))
    missing = words.replace("rom[9] =", "rom[8] =")
    assert is_root(tmp_path, text.format(missing)).counterexample.inputs["a"] in (8, 9)


def test_an_undriven_wire_may_be_anything(tmp_path):
    text = TABLE.format("\n".join(ROWS.values())).replace("output reg", "output")
    text = text.replace("always @*", "wire w; reg [5:0] r; assign result = {r[5:1], w}; always @*")
    found = is_root(
        tmp_path, text.replace("result =", "r =").replace("assign r =", "assign result =")
    )
    assert found.verdict == "refuted"
    got, expected = found.counterexample.got["result"], found.counterexample.expected["result"]
    assert got ^ expected == 1


GUARDED = """module g(input sign, zero, nar, sticky, input signed [7:0] scale, input [9:0] significand,
  input [2:0] guard, output [15:0] code);
  posit_encoder #(.N(16), .SW(8), .W(13)) unit(.sign(sign), .zero(zero), .nar(nar), .sticky({}),
    .scale(scale), .significand({{significand, guard}}), .code(code));
endmodule"""


@pytest.mark.parametrize(("sticky", "kind"), [("sticky", None), ("1'b0", "sticky")])
def test_guard_bits_are_below_the_significand(sticky, kind, tmp_path):
    files = [put(tmp_path, GUARDED.format(sticky)), str(DESIGNS / "posit_encoder.v")]
    found = prove(files, "g", "posit16", "encode")
    assert found.verdict == ("refuted" if kind else "proved")
    assert (found.diagnosis and found.diagnosis.kind) == kind


def test_an_exact_number_needs_no_sticky_port(tmp_path):
    text = """module c(input sign, zero, nar, input signed [8:0] scale, input [2:0] significand, output [7:0] code);
  posit_encoder #(.N(8), .SW(9), .W(3)) unit(.sign(sign), .zero(zero), .nar(nar), .sticky(1'b0),
    .scale(scale), .significand(significand), .code(code));
endmodule"""
    files = [put(tmp_path, text), str(DESIGNS / "posit_encoder.v")]
    assert prove(files, "c", "posit8", "encode")
    assert prove(files, "c", "posit8", "encode", ports={"sticky": "-"}).left_out == ("sticky",)


def test_a_design_is_its_ports_and_its_function(tmp_path):
    made = read_design([put(tmp_path, TABLE.format("\n".join(ROWS.values())))], "t")
    assert isinstance(made, Design)
    assert made.ports == {"a": Port("input", 6), "result": Port("output", 6)}
    assert "define-fun" in made.smt


def test_a_loop_is_refused(tmp_path):
    text = "module t(input [5:0] a, output [5:0] result); assign result = result ^ a; endmodule"
    with pytest.raises(EquivalenceError, match="yosys on t: "):
        is_root(tmp_path, text)


def test_paths_may_have_spaces(tmp_path):
    folder = tmp_path / "a folder"
    folder.mkdir()
    assert is_root(folder, TABLE.format("\n".join(ROWS.values())))
    with pytest.raises(EquivalenceError, match="quotes or semicolons"):
        read_design([put(tmp_path, "", 'a".v')], "t")
