# SPDX-License-Identifier: BSD-3-Clause
"""What does a design of docs/examples/hardware answer?  Icarus runs it on columns of inputs.

A testbench is written for the ports that are asked for: it reads a line of hexadecimal numbers,
one for each input, and prints one for each output, or for each register that is watched.  With a
clock the inputs of a line are taken at one rising edge, and what is shown is what is there after it.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

__all__ = ["DESIGNS", "needs_icarus", "simulate"]

DESIGNS = Path(__file__).resolve().parents[2] / "docs" / "examples" / "hardware"
needs_icarus = pytest.mark.skipif(
    shutil.which("iverilog") is None, reason="Icarus Verilog (iverilog) is not installed"
)

_BENCH = """
module bench;
  {declarations}
  reg clk = 0;
  integer file, fields;
  {top} {parameters} dut ({connections});
  initial begin
    file = $fopen("inputs.txt", "r");
    fields = $fscanf(file, "{scan}", {inputs});
    while (fields == {count}) begin
      #1 clk = 1;
      #1 $display("{show}", {outputs});
      clk = 0;
      fields = $fscanf(file, "{scan}", {inputs});
    end
    $finish;
  end
endmodule
"""


def _bench(top, inputs, outputs, parameters, clocked, watched):
    declarations = [f"reg [{w - 1}:0] {name} = 0;" for name, w in inputs.items()]
    declarations += [f"wire [{w - 1}:0] {name};" for name, w in outputs.items()]
    ports = [*inputs, *outputs, *(["clk"] if clocked else [])]
    shown = [*outputs, *(f"dut.{name}" for name in watched)]
    values = ", ".join(f".{name}({value})" for name, value in parameters.items())
    return _BENCH.format(
        declarations="\n  ".join(declarations),
        top=top,
        parameters=f"#({values})" if values else "",
        connections=", ".join(f".{name}({name})" for name in ports),
        scan=" ".join(["%h"] * len(inputs)),
        show=" ".join(["%h"] * len(shown)),
        inputs=", ".join(inputs),
        outputs=", ".join(shown),
        count=len(inputs),
    )


def simulate(
    folder, top, inputs, outputs, rows, *, parameters=None, clocked=False, designs=DESIGNS,
    watched=(), defines=(),
):  # fmt: skip
    """Rows of outputs (integers; None where a bit is unknown) for rows of inputs.

    `inputs` and `outputs` give the width of each port, in the order of the rows; `watched` are
    names below the design, which come after the outputs.  Icarus must have nothing to say of it.
    """
    (folder / "inputs.txt").write_text(
        "".join(" ".join(f"{x:x}" for x in row) + "\n" for row in rows), "ascii"
    )
    bench = folder / "bench.v"
    bench.write_text(_bench(top, inputs, outputs, parameters or {}, clocked, watched), "ascii")
    compiled = folder / "bench.vvp"
    options = ["-g2005", "-Wall", "-Wno-timescale", *(f"-D{d}" for d in defines)]
    done = subprocess.run(
        ["iverilog", *options, "-y", designs, "-o", compiled, bench],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert not done.stderr, done.stderr
    said = subprocess.run(
        ["vvp", "-n", compiled], cwd=folder, check=True, capture_output=True, text=True
    ).stdout
    answers = [
        tuple(None if set(word) & set("xzXZ") else int(word, 16) for word in line.split())
        for line in said.splitlines()
    ]
    assert len(answers) == len(rows), said[-500:]
    return answers
