# SPDX-License-Identifier: BSD-3-Clause
"""Small designs in Verilog that tests hold against formats, and who can run them."""

from __future__ import annotations

import shutil

import pytest

from rtl_simulation import DESIGNS

__all__ = ["ADDER", "DELAYED", "NARROW", "NARROW_RIGHT", "PIPED", "needs_verilator", "put"]

needs_verilator = pytest.mark.skipif(
    None in map(shutil.which, ("g++", "make", "perl")),
    reason="Verilator needs a C++ compiler (g++), make and perl, of which one is not installed",
)

ADDER = [str(DESIGNS / f"{name}.v") for name in
         ("posit_adder", "posit_decoder", "posit_encoder", "normalizer", "aligner")]  # fmt: skip

# binary16 to float8_e5m2 by cutting: wrong for NaNs whose payload is cut off.
NARROW = "module narrow(input [15:0] a, output [7:0] result); assign result = a[15:8]; endmodule"
NARROW_RIGHT = NARROW.replace("a[15:8]", "{a[15:10], a[9] | (&a[14:10] & |a[9:0]), a[8]}")

# A posit<6,es=1> adder that waits where its result is not taken; BUG 1 loses a result that waits.
PIPED = """
module piped #(parameter BUG = 0) (
    input clk, rst, in_valid, out_ready, input [5:0] a, b,
    output in_ready, output reg out_valid, output reg [5:0] result
);
  wire [5:0] sum;
  posit_adder #(.N(6), .RS(5), .ES(1)) unit (.a(a), .b(b), .result(sum));
  assign in_ready = BUG == 1 || !out_valid || out_ready;
  always @(posedge clk)
    if (rst) out_valid <= 0;
    else if (in_ready) begin
      out_valid <= in_valid;
      result <= sum;
    end
endmodule
"""

# The same with neither valid nor ready: three cycles later the result is there.
DELAYED = """
module delayed (input clk, input [5:0] a, b, output reg [5:0] result);
  wire [5:0] sum;
  reg [5:0] one, two;
  posit_adder #(.N(6), .RS(5), .ES(1)) unit (.a(a), .b(b), .result(sum));
  always @(posedge clk) {result, two, one} <= {two, one, sum};
endmodule
"""


def put(folder, text, name="design.v"):
    """A file with this text."""
    path = folder / name
    path.write_text(text, "utf-8")
    return str(path)
