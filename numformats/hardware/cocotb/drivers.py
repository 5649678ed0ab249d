# SPDX-License-Identifier: BSD-3-Clause
r"""How do operands get into a design, and results out of it?

A driver takes rows of codes and gives back one answer for each, in order.  It moves the clock by
itself and reads all outputs just before the rising edge, when nothing changes any more: so the
order in which a simulator runs its processes does not matter.

    clk       __/----\____/----\____
    inputs    --< row >---< row >---      change where clk falls
    reading        ^         ^            just before clk rises
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from numformats.hardware.cocotb.problems import BenchError, needs

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from numformats.hardware.cocotb.pins import Pins

__all__ = ["Answer", "Clocked", "Combinational", "Driver"]

HALF_PERIOD = 5  # nanoseconds
Row: TypeAlias = "tuple[int, ...]"


class Answer(NamedTuple):
    """A row of operands and what the design said; None: some of the bits are undefined."""

    operands: Row
    result: int | None
    flags: int | None


class Driver(ABC):
    """Plays rows of operands."""

    def __init__(self, pins: Pins) -> None:
        self.pins = pins
        self._timer = needs("cocotb.triggers").Timer

    async def wait(self, nanoseconds: float = HALF_PERIOD) -> None:
        """Let time pass."""
        await self._timer(nanoseconds, unit="ns")

    @abstractmethod
    def answers(self, rows: Iterable[Row]) -> AsyncIterator[Answer]:
        """One answer for each row, in order; BenchError where the design gives none."""

    def _answer(self, row: Row) -> Answer:
        pins = self.pins
        flags = pins.read("flags") if "flags" in pins else None
        return Answer(row, pins.read("result"), flags)


class Combinational(Driver):
    """A design without a clock: the result is there some time after the operands."""

    async def answers(self, rows: Iterable[Row]) -> AsyncIterator[Answer]:
        """One answer for each row."""
        for row in rows:
            self.pins.drive_operands(row)
            await self.wait()
            yield self._answer(row)


class Clocked(Driver):
    """A pipelined design.

    Parameters
    ----------
    pins : the design's ports
    latency : of a design without out_valid: cycles from operands to result
    stall, gaps : float
        How often, of all cycles, results are not taken though they are there (back-pressure), and
        operands are held back.  0 to below 1.
    seed : of both
    patience : cycles without a result, while one is awaited, after which BenchError is raised
    """

    def __init__(  # noqa: PLR0913 - what makes a handshake hard
        self,
        pins: Pins,
        *,
        latency: int = 1,
        stall: float = 0,
        gaps: float = 0,
        seed: int = 1,
        patience: int = 1000,
    ) -> None:
        super().__init__(pins)
        for name, value in (("stall", stall), ("gaps", gaps)):
            if not 0 <= value < 1:
                raise BenchError(f"{name}={value}; allowed: 0 to below 1")
        if stall and "out_ready" not in pins:
            raise BenchError("stall: the design has no out_ready, so that it cannot wait")
        if gaps and "in_valid" not in pins:
            raise BenchError("gaps: the design has no in_valid, so that it takes all that it sees")
        self.latency, self.stall, self.gaps, self.patience = latency, stall, gaps, patience
        self._random = Random(seed)  # noqa: S311 - no secret
        self._started = False

    async def reset(self, cycles: int = 2) -> None:
        """Hold the reset for some cycles, with nothing at the inputs."""
        pins = self.pins
        pins["clk"].value = 0
        pins.drive("in_valid", 0)
        pins.drive("out_ready", 0)
        pins.drive("rst", 1)
        pins.drive("rst_n", 0)
        pins.drive_operands([0] * len(pins.operands))
        for _ in range(cycles):
            await self.wait()
            await self.rise()
        pins.drive("rst", 0)
        pins.drive("rst_n", 1)
        self._started = True

    async def rise(self) -> None:
        """From just before the rising edge to the falling one."""
        self.pins["clk"].value = 1
        await self.wait()
        self.pins["clk"].value = 0

    async def answers(self, rows: Iterable[Row]) -> AsyncIterator[Answer]:
        """One answer for each row."""
        if not self._started:
            await self.reset()
        source = iter(rows)
        waiting = next(source, None)
        asked: deque[Row] = deque()
        flight: deque[bool] = deque([False] * self.latency)
        silent = 0
        while waiting is not None or asked:
            offers = waiting is not None and not self._happens(self.gaps)
            takes = not self._happens(self.stall)
            self._drive(waiting if offers else None, takes=takes)
            await self.wait()
            if offers and waiting is not None and self.pins.is_high("in_ready"):
                asked.append(waiting)
                waiting = next(source, None)
                flight.append(True)
            else:
                flight.append(False)
            arrived = flight.popleft()
            silent += 1
            if takes and (self.pins.is_high("out_valid") if "out_valid" in self.pins else arrived):
                if not asked:
                    raise BenchError("a result came before its operands were taken")
                silent = 0
                yield self._answer(asked.popleft())
            if silent > self.patience:
                raise BenchError(f"no result in {self.patience} cycles, {len(asked)} are awaited")
            await self.rise()

    def _happens(self, how_often: float) -> bool:
        return bool(how_often) and self._random.random() < how_often

    def _drive(self, row: Row | None, *, takes: bool) -> None:
        self.pins.drive("in_valid", row is not None)
        self.pins.drive("out_ready", takes)
        if row is not None:
            self.pins.drive_operands(row)

    async def measure_latency(self, rows: Iterable[Row], right: Any, most: int = 64) -> int:
        """The latency of a design without out_valid: the one with which most results are right.

        `right` are the results of `rows`.  Raises BenchError where none is right for any of them.
        """
        rows, right = list(rows), list(right)
        self.latency = 0
        seen = []
        await self.reset()
        for row in [*rows, *rows[-1:] * most]:
            self._drive(row, takes=True)
            await self.wait()
            seen.append(self.pins.read("result"))
            await self.rise()
        hits = [
            sum(got == want for got, want in zip(seen[n:], right, strict=False))
            for n in range(most + 1)
        ]
        if not max(hits):
            raise BenchError(f"no latency from 0 to {most} gives a right result")
        return hits.index(max(hits))
