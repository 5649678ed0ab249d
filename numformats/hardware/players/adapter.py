# SPDX-License-Identifier: BSD-3-Clause
"""How does a design of any ports look like the one device that players play with?

Players know one module, `numformats_dut`: three operands and a result of 64 bits, and a handshake.
The adapter is that module; it holds the design, cuts the words to its widths, and makes the
handshake of what the design has: nothing (it is combinational), a fixed latency, or signals.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numformats.hardware.operations import Operation

__all__ = ["Design"]

SIGNALS = ("clk", "rst", "rst_n", "in_valid", "in_ready", "out_valid", "out_ready")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*")


@dataclass(frozen=True)
class Design:
    """A design under test: its files, its module, and what its ports are called.

    Parameters
    ----------
    operation : what it does
    top : name of the module
    sources : Verilog files
    signals : which of the signals clk, rst, rst_n, in_valid, in_ready, out_valid, out_ready it
        has, besides its operands a, b, c and its result
    latency : of a design without out_valid: cycles from operands to result; 0: combinational
    flags : has it a port `flags`, of five bits as in TestFloat?
    ports : names of the convention (docs/reference/rtl-ports.md) to the design's
    parameters : values of the module's parameters
    include : folders of files that it includes, or of its other modules

    Raises ValueError for names that are none, signals that are unknown or do not go together.

    >>> from numformats.hardware import operation
    >>> design = Design(operation("posit8", "add"), "adder", ["adder.v"], ports={"result": "sum"})
    >>> "adder dut (.a(a[7:0]), .b(b[7:0]), .sum(result_code));" in design.adapter()
    True
    """

    operation: Operation
    top: str
    sources: Sequence[str | Path]
    signals: Sequence[str] = ()
    latency: int = 0
    flags: bool = False
    ports: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, int] = field(default_factory=dict)
    include: Sequence[str | Path] = ()

    def __post_init__(self) -> None:
        """See that all of it goes together."""
        signals = set(self.signals)
        allowed = {*"abc"[: len(self.operation.operands)], "result", *signals}
        allowed |= {"flags"} if self.flags else set()
        problems = [
            (f"signal {s!r}; allowed: {', '.join(SIGNALS)}" for s in signals - set(SIGNALS)),
            (
                f"port {p!r}; allowed: {', '.join(sorted(allowed))}"
                for p in set(self.ports) - allowed
            ),
            (
                f"{n!r}: no name in Verilog"
                for n in (self.top, *self.ports.values(), *self.parameters)
                if not _NAME.fullmatch(n)
            ),
        ]
        found = [text for group in problems for text in group]
        if self.latency < 0:
            found.append(f"latency={self.latency}; allowed: 0 and more")
        if "out_valid" in signals and self.latency:
            found.append("out_valid and a latency: one of them says when a result is there")
        if ("in_valid" in signals) != ("out_valid" in signals):
            found.append("in_valid and out_valid need each other")
        if signals & {"in_ready", "out_ready"} and "out_valid" not in signals:
            found.append("in_ready and out_ready need out_valid")
        if (self.latency or "out_valid" in signals) and "clk" not in signals:
            found.append("a design that takes cycles needs the signal clk")
        if found:
            raise ValueError(f"design {self.top}: {found[0]}")

    @property
    def can_stall(self) -> bool:
        """Does it wait where its result is not taken?"""
        return "out_ready" in self.signals or not (self.latency or "out_valid" in self.signals)

    def adapter(self) -> str:
        """The module `numformats_dut`, in Verilog."""
        values = ", ".join(f".{name}({int(v)})" for name, v in self.parameters.items())
        result = self.operation.result.bits
        padded = f"{{{64 - result}'d0, result_code}}" if result < 64 else "result_code"
        return f"""\
// Written by numformats: {self.top} behind the ports of the vector players.
module numformats_dut (
    input clk, input rst, input in_valid, output in_ready,
    input [63:0] a, input [63:0] b, input [63:0] c,
    output out_valid, input out_ready, output [63:0] result, output [7:0] flags
);
    wire rst_n = !rst;
    wire [{result - 1}:0] result_code;
    wire [4:0] flag_bits{"" if self.flags else " = 5'd0"};
    assign result = {padded}, flags = {{3'd0, flag_bits}};
    {self.top} {f"#({values}) " if values else ""}dut ({", ".join(self._connections())});
    {self._handshake()}
endmodule
"""

    def _connections(self) -> list[str]:
        """The design's ports, named."""
        wires = {
            name: f"{name}[{f.bits - 1}:0]"
            for name, f in zip("abc", self.operation.operands, strict=False)
        }
        wires |= {name: name for name in self.signals}
        wires["result"] = "result_code"
        if self.flags:
            wires["flags"] = "flag_bits"
        return [f".{self.ports.get(name, name)}({wire})" for name, wire in wires.items()]

    def _handshake(self) -> str:
        """What the design has not of valid and ready."""
        lines = []
        if "out_valid" in self.signals:
            if "in_ready" not in self.signals:
                lines.append("assign in_ready = 1'b1;")
        elif self.latency:
            n = self.latency
            lines += [
                f"reg [{n}:0] flight;",
                "always @(posedge clk)",
                f"    flight <= rst ? {n + 1}'d0 : {{flight[{n - 1}:0], in_valid}};",
                f"assign in_ready = 1'b1, out_valid = flight[{n - 1}];",
            ]
        else:
            lines.append("assign in_ready = out_ready, out_valid = in_valid;")
        return "\n    ".join(lines)
