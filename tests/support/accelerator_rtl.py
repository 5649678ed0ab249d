# SPDX-License-Identifier: BSD-3-Clause
"""What is in the registers of a design of the accelerator after each edge?  Icarus tells.

A testbench is written that reads a line of hexadecimal numbers for each clock edge, one for each
input port, and prints what it is asked to watch, by hierarchical name, after the edge.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

__all__ = ["CUT_NUMBERS", "DESIGNS", "OVERFLOW_NUMBERS", "compare", "needs_icarus", "trace"]

DESIGNS = Path(__file__).resolve().parents[2] / "docs" / "examples" / "hardware" / "accelerator"
needs_icarus = pytest.mark.skipif(
    shutil.which("iverilog") is None, reason="Icarus Verilog (iverilog) is not installed"
)
CUT_NUMBERS = {"result": 0, "operand": 1, "align": 2, "product": 3, "rounded": 4}
OVERFLOW_NUMBERS = {"wrap": 0, "saturate": 1, "trap": 2}

_BENCH = """
module bench;
  {declarations}
  reg clk = 0;
  integer file, fields;
  {top} {parameters} dut (.clk(clk), {connections});
  initial begin
    file = $fopen("inputs.txt", "r");
    fields = $fscanf(file, "{scan}", {inputs});
    while (fields == {count}) begin
      #1 clk = 1;
      #1 $display("{show}", {watched});
      clk = 0;
      fields = $fscanf(file, "{scan}", {inputs});
    end
    $finish;
  end
endmodule
"""


def trace(folder, top, inputs, watched, rows, *, parameters=None, defines=()):
    """A dictionary of what is watched for each edge; None for a register with unknown bits.

    `inputs` gives the width of each input port, in the order of the rows; the clock is not among
    them.  `watched` are names below the design.
    """
    text = "".join(" ".join(f"{x:x}" for x in row) + "\n" for row in rows)
    (folder / "inputs.txt").write_text(text, "ascii")
    values = ", ".join(f".{name}({int(value)})" for name, value in (parameters or {}).items())
    (folder / "bench.v").write_text(
        _BENCH.format(
            declarations="\n  ".join(f"reg [{w - 1}:0] {n} = 0;" for n, w in inputs.items()),
            top=top,
            parameters=f"#({values})" if values else "",
            connections=", ".join(f".{n}({n})" for n in inputs),
            scan=" ".join(["%h"] * len(inputs)),
            show=" ".join(["%h"] * len(watched)),
            inputs=", ".join(inputs),
            watched=", ".join(f"dut.{w}" for w in watched),
            count=len(inputs),
        ),
        "ascii",
    )
    options = ["-g2005", "-Wall", "-Wno-timescale", *(f"-D{d}" for d in defines)]
    done = subprocess.run(
        ["iverilog", *options, "-y", DESIGNS, "-o", "bench.vvp", "bench.v"],
        cwd=folder, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert not done.stderr, done.stderr
    said = subprocess.run(
        ["vvp", "-n", "bench.vvp"], cwd=folder, check=True, capture_output=True, text=True
    ).stdout
    lines = [line.split() for line in said.splitlines()]
    assert len(lines) == len(rows), said[-500:]
    known = [[None if set(w) & set("xzXZ") else int(w, 16) for w in line] for line in lines]
    return [dict(zip(watched, line, strict=True)) for line in known]


def compare(edges, expected):
    """The first edge at which a register differs, and how: "" if none does.

    `expected` has for each edge the registers that mean something.
    """
    for edge, (found, wanted) in enumerate(zip(edges, expected, strict=True), 1):
        wrong = {n: (found[n], v) for n, v in wanted.items() if found[n] != v}
        if wrong:
            return f"edge {edge}: {wrong}"
    return ""
