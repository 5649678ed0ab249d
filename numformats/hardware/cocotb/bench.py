# SPDX-License-Identifier: BSD-3-Clause
"""How is a whole check of a design written inside a cocotb test?

@cocotb.test()
async def adder(dut):
bench = Bench(dut, operation("posit16", "add"))
await bench.play(vectors("posit16", "add"))
bench.finish()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numformats.hardware.cases import Cases
from numformats.hardware.cocotb.drivers import Clocked, Combinational, Driver
from numformats.hardware.cocotb.pins import Pins
from numformats.hardware.cocotb.problems import BenchError
from numformats.hardware.cocotb.scoreboard import Scoreboard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numformats.hardware.cocotb.drivers import Row
    from numformats.hardware.operations import Operation

__all__ = ["Bench"]

_PROBES = 64


class Bench:
    """A driver for the design's ports, and a scoreboard for its answers.

    Parameters
    ----------
    dut : cocotb's handle of the design
    operation : what it does
    ports : names of the convention (docs/reference/rtl-ports.md) to the design's
    latency : of a design with a clock and without out_valid: cycles, or None to measure it
    stall, gaps, seed, patience : as of `Clocked`

    A design without `clk` is combinational.  Raises BenchError for ports that do not fit.
    """

    def __init__(
        self,
        dut: Any,
        operation: Operation,
        *,
        ports: Mapping[str, str] | None = None,
        latency: int | None = None,
        **handshake: Any,
    ) -> None:
        self.operation = operation
        self.pins = Pins(dut, operation, ports)
        self.scoreboard = Scoreboard(operation)
        self.latency = latency
        self.driver: Driver
        if "clk" in self.pins:
            self.driver = Clocked(self.pins, latency=latency or 0, **handshake)
        else:
            self.driver = Combinational(self.pins)
            unused = [name for name in ("stall", "gaps") if handshake.get(name)]
            if unused:
                raise BenchError(
                    f"{unused[0]}: {self.pins.name} has no clk, so that it never waits"
                )

    async def play(self, cases: Cases | Iterable[Cases]) -> None:
        """Give the design the operands of all these cases; the scoreboard takes its answers.

        BenchError where the design does not answer.
        """
        for batch in [cases] if isinstance(cases, Cases) else cases:
            await self._find_latency(batch)
            async for answer in self.driver.answers(_rows(batch)):
                self.scoreboard.add(answer)

    async def _find_latency(self, cases: Cases) -> None:
        driver = self.driver
        if self.latency is None and isinstance(driver, Clocked) and "out_valid" not in self.pins:
            operands = [column[:_PROBES] for column in cases.operands]
            right = self.operation.reference(*operands).tolist()
            rows = [tuple(row) for row in zip(*(c.tolist() for c in operands), strict=True)]
            self.latency = await driver.measure_latency(rows, right)
            driver.latency = self.latency

    def finish(self) -> None:
        """Print the report to cocotb's log; AssertionError unless every answer was right."""
        text = str(self.scoreboard)
        self.pins.dut._log.info("\n%s", text)  # noqa: SLF001 - as cocotb documents it
        assert self.scoreboard.passed, text


def _rows(cases: Cases) -> Iterator[Row]:
    """The operands of each case as plain integers."""
    return zip(*(column.tolist() for column in cases.operands), strict=True)
