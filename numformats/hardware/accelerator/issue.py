# SPDX-License-Identifier: BSD-3-Clause
"""When may an instruction start whose operands are results of instructions before it?

Registers are read when an instruction goes into its unit, one a cycle and in order.  An instruction
whose source is still under way waits.  A result is in the unit's last registers for a cycle before
it is in the register file; forwarding takes it from there, a cycle earlier.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numformats.hardware.accelerator.pipeline import Pipeline, Registers

__all__ = ["InOrder", "Instruction"]


class Instruction(NamedTuple):
    """registers[target] = the unit's result of the registers of `sources`, by operand."""

    target: int
    sources: Mapping[str, int]


@dataclass
class InOrder:
    """A register file before and behind a unit, and the wait for operands.

    unit: a fresh pipeline; result: the name of its result; registers: their contents, patterns.
    n instructions that each need the one before take n latency + 1 cycles with forwarding, and
    n (latency + 1) without; n that need no other's result take n + latency.

    >>> from numformats.hardware.accelerator import vscale
    >>> chain = [Instruction(0, {"a": 0, "b": 1})] * 3  # r0 = r0 * r1 >> 8, three times
    >>> for forwarding in (True, False):
    ...     machine = InOrder(vscale(8), "word", [100, 64], forwarding=forwarding)
    ...     machine.run(chain), machine.registers
    (13, [1, 64])
    (15, [1, 64])
    """

    unit: Pipeline
    result: str
    registers: list[int]
    forwarding: bool = True
    waited: int = field(init=False, default=0)
    """Cycles in which an instruction waited for a source."""
    _targets: list[int] = field(init=False, default_factory=list)
    _arrived: tuple[int, int] | None = field(init=False, default=None)

    def run(self, program: Iterable[Instruction]) -> int:
        """All instructions, until the last result is in its register; the cycles that it took."""
        before = self.unit.activity.cycles
        for instruction in program:
            while not self._may_start(instruction):
                self.waited += 1
                self._step(None)
            self._step(instruction)
        while self._targets or self._arrived:
            self._step(None)
        return self.unit.activity.cycles - before

    def _may_start(self, instruction: Instruction) -> bool:
        sources = set(instruction.sources.values())
        if not self.forwarding and self._arrived and self._arrived[0] in sources:
            return False
        return sources.isdisjoint(self._targets)

    def _read(self, register: int) -> int:
        if self.forwarding and self._arrived and self._arrived[0] == register:
            return self._arrived[1]
        return self.registers[register]

    def _step(self, instruction: Instruction | None) -> None:
        """One edge: an instruction goes in, what has arrived is written, a result arrives."""
        operands: Registers | None = None
        if instruction is not None:
            operands = {name: self._read(r) for name, r in instruction.sources.items()}
        found = self.unit.step(operands)
        if self._arrived:
            self.registers[self._arrived[0]] = self._arrived[1]
        self._arrived = None
        if found is not None:
            self._arrived = self._targets.pop(0), found[self.result]
        if instruction is not None:
            self._targets.append(instruction.target)
