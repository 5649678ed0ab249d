# SPDX-License-Identifier: BSD-3-Clause
"""What is in which register after each clock edge, and how many edges does a stream of work take?

A pipeline is a row of stages.  At an edge each stage computes its registers from those of the stage
before it, all at once; a stage without valid content holds a bubble.  `stall` keeps every register;
`flush` makes bubbles of all.  Registers have widths, and a number that does not fit is an error of
the model, so that it computes with no more than a machine of these registers has.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

__all__ = ["Activity", "Pipeline", "RegisterError", "Stage"]

Registers: TypeAlias = "dict[str, int]"


class RegisterError(OverflowError):
    """A model wrote a number that its register cannot hold: the datapath is too narrow."""


@dataclass(frozen=True)
class Stage:
    """What happens between two edges: registers by name and width, and how they are computed.

    `work` takes the registers of the stage before by name; those of the first are the operands.
    """

    name: str
    widths: Mapping[str, int]
    work: Callable[..., Registers]

    def load(self, before: Registers) -> Registers:
        """What the registers are to hold; RegisterError where one is too narrow."""
        found = self.work(**before)
        for name, bits in self.widths.items():
            if found[name] >> bits:
                raise RegisterError(
                    f"{self.name}.{name} is {found[name]:#x}: more than its {bits} bits hold"
                )
        return found

    @property
    def bits(self) -> int:
        """Of all its registers, with the valid bit."""
        return 1 + sum(self.widths.values())


@dataclass
class Activity:
    """What a pipeline has done so far: exact counts."""

    cycles: int = 0
    """Clock edges."""
    accepted: int = 0
    """Operations that went in."""
    finished: int = 0
    """Operations that came out."""
    stalls: int = 0
    """Edges at which operands could not go in: stalled from outside, or waiting for a result."""
    flushed: int = 0
    """Operations that were thrown away."""
    bits_written: int = 0
    """Bits of registers, and of VACC's accumulators, that took content; valid bits not counted."""


@dataclass
class Pipeline:
    """A row of stages under one clock.

    operands: width by name of what goes in.  After each `step`, `held` has the registers of each
    stage by name, None for a bubble.

    >>> inverted = Stage("invert", {"x": 8}, lambda a: {"x": a ^ 0xFF})
    >>> halved = Stage("halve", {"y": 7}, lambda x: {"y": x >> 1})
    >>> p = Pipeline({"a": 8}, [inverted, halved])
    >>> p.step({"a": 0xF0}), p.step(), p.step(), p.latency, p.register_bits
    (None, {'y': 7}, None, 2, 17)
    """

    operands: Mapping[str, int]
    stages: Sequence[Stage]
    held: list[Registers | None] = field(init=False)
    halted: bool = field(init=False, default=False)
    """Whether nothing goes in any more; of the units here only VACC halts, behind a trap."""
    activity: Activity = field(init=False, default_factory=Activity)

    def __post_init__(self) -> None:
        """Begin with bubbles everywhere."""
        self.held = [None] * len(self.stages)

    @property
    def latency(self) -> int:
        """Edges from operands at the input to the result in the last registers."""
        return len(self.stages)

    @property
    def register_bits(self) -> int:
        """Of all stages, with their valid bits."""
        return sum(s.bits for s in self.stages)

    @property
    def ready(self) -> bool:
        """Whether operands go in at the next edge, unless it is stalled or flushed."""
        return self.first_moving() == 0

    def first_moving(self) -> int:
        """The first stage that takes new content at the next edge; those before it stay; here 0."""
        return 0

    def step(
        self, operands: Mapping[str, int] | None = None, *, stall: bool = False, flush: bool = False
    ) -> Registers | None:
        """One clock edge: what came into the last registers, or None.

        Operands that are given while not `ready`, or under `stall`, do not go in.  `flush` throws
        away all that is inside and the operands, and is stronger than `stall`.  Raises ValueError
        for operands that are not those of the pipeline or do not fit.
        """
        self.activity.cycles += 1
        taken = None if operands is None else self._checked(operands)
        if flush:
            thrown = sum(h is not None for h in self.held) + (taken is not None)
            self.activity.flushed += thrown
            self.held = [None] * len(self.stages)
            return None
        first = self.first_moving()
        if stall or first:
            self.activity.stalls += 1
            if stall:
                return None
        return self._advance(first, None if first else taken)

    def _checked(self, operands: Mapping[str, int]) -> Registers:
        for name, bits in self.operands.items():
            if name not in operands or operands[name] >> bits:
                raise ValueError(
                    f"{name}={operands.get(name)!r}; allowed: patterns of {bits} bits, of "
                    f"{', '.join(self.operands)}"
                )
        return dict(operands)

    def _advance(self, first: int, taken: Registers | None) -> Registers | None:
        """Load the stages from `first` on from those before; `first` itself takes a bubble."""
        before = [taken, *self.held[:-1]]
        if first:
            before[first] = None
        after = list(self.held)
        for i in range(first, len(self.stages)):
            content = before[i]
            after[i] = None if content is None else self.stages[i].load(content)
            if content is not None:
                self.activity.bits_written += self.stages[i].bits - 1
        self.held = after
        self.activity.accepted += taken is not None
        self.activity.finished += after[-1] is not None
        return after[-1]

    def reset(self) -> None:
        """Make bubbles of all stages, as at the start; the counts go on."""
        self.held = [None] * len(self.stages)
        self.halted = False

    def run(self, rows: Iterable[Mapping[str, int]]) -> list[Registers]:
        """Send all rows in as fast as they are taken, until the last result is out, or it halts.

        >>> p = Pipeline({"a": 4}, [Stage("copy", {"b": 4}, lambda a: {"b": a})] )
        >>> p.run([{"a": 3}, {"a": 5}]), p.activity.cycles
        ([{'b': 3}, {'b': 5}], 2)
        """
        found = []
        for row in rows:
            while not self.ready and not self.halted:
                found.append(self.step(row))
            if self.halted:
                break
            found.append(self.step(row))
        while any(h is not None for h in self.held[:-1]):
            found.append(self.step())
        return [f for f in found if f is not None]

    def shown(self) -> Registers:
        """Every register by the name `STAGE_REGISTER`, and the bits `STAGE_valid`; valid ones only.

        A netlist of the same names can be compared with it edge by edge.
        """
        found: Registers = {}
        for stage, content in zip(self.stages, self.held, strict=True):
            found[f"{stage.name}_valid"] = int(content is not None)
            for name in stage.widths if content is not None else ():
                found[f"{stage.name}_{name}"] = (content or {})[name]
        return found
