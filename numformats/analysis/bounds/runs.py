# SPDX-License-Identifier: BSD-3-Clause
"""How is a function run over many boxes at once?  Inputs in, outputs out, decisions followed.

Boxes that decide alike run together.  Where they disagree each group runs again; a box that leaves
a decision open gives an Open, or, if it may fork, runs once for each answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import FunctionType
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.analysis.bounds import interval as iv
from numformats.analysis.bounds.boxes import positional_only
from numformats.analysis.bounds.decisions import Answers, Fork, Split
from numformats.analysis.bounds.interpreter import Bound
from numformats.analysis.bounds.local_rounding import local_rounding
from numformats.analysis.bounds.quantity import Layout
from numformats.analysis.bounds.settling import relative_to
from numformats.tracing import Traced, make, through

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from numformats.analysis.bounds.boxes import Box
    from numformats.analysis.bounds.quantity import Quantity
    from numformats.analysis.bounds.settling import Line

    Floats = NDArray[np.float64]

__all__ = ["Open", "Outcome", "Runner"]

_MOST_PATHS = 64


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one box gives: the largest errors of each output; the shares of lines in the worst."""

    absolute: tuple[Floats, ...]
    relative: tuple[Floats, ...]
    shares: dict[Line, float]
    locals: dict[Line, tuple[int, float]]
    overflows: dict[Line, str]

    @property
    def worst(self) -> float:
        """The largest absolute error of all outputs."""
        return max((float(a.max(initial=0.0)) for a in self.absolute), default=0.0)


@dataclass(frozen=True)
class Open:
    """A box that leaves a decision open."""

    place: Line
    text: str


@dataclass
class Runner:
    """A function, its box and its format; how many symbols a form may have."""

    fn: Callable[..., Any]
    box: Box
    dtype: np.dtype[Any]
    rounds_inputs: bool
    symbols: int
    forks: frozenset[str] = frozenset({"place"})
    """Of which open decisions all answers are followed: "place" (argmax), "if"."""
    names: list[str] = field(default_factory=list)
    """Of the outputs."""
    structure: Any = None

    def __call__(self, low: Floats, high: Floats) -> list[Outcome | Open]:
        """What boxes give; low and high have a row for each number, and a column for each box."""
        with np.errstate(all="ignore"):  # infinite ends are meant
            return self._grouped(low, high)

    def _grouped(self, low: Floats, high: Floats) -> list[Outcome | Open]:
        results: list[Outcome | Open | None] = [None] * low.shape[1]
        waiting = [np.arange(low.shape[1])]
        while waiting:
            group = waiting.pop()
            try:
                outcomes = self._run(low[:, group], high[:, group])
            except Split as split:
                waiting += [group[g] for g in split.groups]
                for place in split.undecided:
                    box = group[place]
                    found = self._follow(low[:, [box]], high[:, [box]])
                    results[box] = found or Open(split.place, str(split))
                continue
            for place, outcome in zip(group, outcomes, strict=True):
                results[place] = outcome
        return results  # type: ignore[return-value]

    def _run(self, low: Floats, high: Floats) -> list[Outcome]:
        boxes = low.shape[1]
        run = Bound(Layout(boxes, *self._slots(boxes)))
        outputs = self._call(run, low, high)
        quantities = [run.layout.unpack(t.parts[1]) for t in outputs]
        return [_outcome(run, quantities, box) for box in range(boxes)]

    def _follow(self, low: Floats, high: Floats) -> Outcome | None:
        """One box, all ways that its decisions may go; None if they are too many, or not to be."""
        waiting: list[list[Any]] = [[]]
        found: list[tuple[Bound, list[Quantity]]] = []
        apart = False
        while waiting:
            answers = Answers(waiting.pop(), self.forks)
            run = Bound(Layout(1, *self._slots(1)), answers)
            try:
                outputs = self._call(run, low, high)
            except Fork as fork:
                waiting += [[*answers.given, choice] for choice in fork.choices]
                if len(waiting) + len(found) > _MOST_PATHS:
                    return None
                continue
            except Split:
                return None
            apart |= answers.apart
            found.append((run, [run.layout.unpack(t.parts[1]) for t in outputs]))
        return _of_paths(found, apart=apart)

    def _slots(self, boxes: int) -> tuple[int, int]:
        """Fewer symbols where there are many boxes."""
        return min(self.symbols, 16 if boxes > 32 else 32), min(
            self.symbols, 48 if boxes > 32 else self.symbols
        )

    def _call(self, run: Bound, low: Floats, high: Floats) -> list[Traced]:
        fn = self.fn
        if isinstance(fn, FunctionType):
            fn = through(fn, make(run, [self.dtype]))
        named = self._inputs(run, low, high)
        first = [named.pop(name) for name in positional_only(self.fn) if name in named]
        result = fn(*first, **named)
        outputs: list[Traced] = []
        self.names = []
        self.structure = self._flatten(run, result, "", outputs)
        return outputs

    def _inputs(self, run: Bound, low: Floats, high: Floats) -> dict[str, Any]:
        values, place = {}, 0
        rounding = local_rounding(self.dtype)
        for p in self.box.parameters:
            if not p.is_range:
                values[p.name] = p.plain
                continue
            rows = slice(place, place + p.low.size)
            place += p.low.size
            first, last = (end[rows].reshape(*p.low.shape, -1) for end in (low, high))
            error = np.zeros_like(first), np.zeros_like(first)
            if self.rounds_inputs:
                error = rounding.errors(first, last, "convert")
            face = (0.5 * first + 0.5 * last)[..., 0].astype(self.dtype)
            run.journal.line = ("inputs", 0)
            q = run.box_numbers((first, last), error)
            if self.rounds_inputs:
                run.journal.note(np.maximum(-error[0], error[1]))
            values[p.name] = run.wrap(face, q)
        return values

    def _flatten(self, run: Bound, item: Any, name: str, outputs: list[Traced]) -> Any:
        """The outputs in a row, and how they were nested: a number stands for an output."""
        if isinstance(item, dict):
            return {k: self._flatten(run, v, f"{name}[{k!r}]", outputs) for k, v in item.items()}
        if isinstance(item, list | tuple):
            return tuple(self._flatten(run, v, f"{name}[{i}]", outputs) for i, v in enumerate(item))
        outputs.append(item if isinstance(item, Traced) else run.lift(item))
        self.names.append(name)
        return len(outputs) - 1


def _outcome(run: Bound, quantities: list[Quantity], box: int) -> Outcome:
    absolute = tuple(q.error_size[..., box] for q in quantities)
    relative = tuple(q.relative[..., box] for q in quantities)
    journal = run.journal
    found = {line: (count, float(sizes[box])) for line, (count, sizes) in journal.roundings.items()}
    return Outcome(absolute, relative, _shares(run, quantities, box), found, journal.overflows)


def _of_paths(found: list[tuple[Bound, list[Quantity]]], *, apart: bool) -> Outcome | None:
    """All paths as one; where they part, the computed number of one meets the exact of another."""
    outcomes = [_outcome(run, quantities, 0) for run, quantities in found]
    first = max(outcomes, key=lambda o: o.worst)
    if any([a.shape for a in o.absolute] != [a.shape for a in first.absolute] for o in outcomes):
        return None
    absolute, relative = [], []
    for i in range(len(first.absolute)):
        quantities = [q[i] for _, q in found]
        size = np.maximum.reduce([o.absolute[i] for o in outcomes])
        unit = np.maximum.reduce([o.relative[i] for o in outcomes])
        if apart:
            exact = iv.hull(*(q.exact for q in quantities))
            error = iv.subtract(iv.hull(*(q.computed for q in quantities)), exact)
            size = np.maximum(size, iv.magnitude(error)[..., 0])
            unit = np.maximum(unit, relative_to(exact, error)[..., 0])
        absolute.append(size)
        relative.append(unit)
    overflows = {k: v for o in outcomes for k, v in o.overflows.items()}
    return Outcome(tuple(absolute), tuple(relative), first.shares, first.locals, overflows)


def _shares(run: Bound, quantities: list[Quantity], box: int) -> dict[Line, float]:
    """Of the largest error, what each line adds to it in first order."""
    worst = max(
        quantities, key=lambda q: float(q.error_size[..., box].max(initial=0.0)), default=None
    )
    if worst is None or not worst.error_size[..., box].size:
        return {}
    place = np.unravel_index(int(np.argmax(worst.error_size[..., box])), worst.shape[:-1])
    symbols = worst.error_form.symbols[(*place, box)]
    parts = np.abs(worst.error_form.coefficients[(*place, box)])
    shares: dict[Line, float] = {}
    lots = np.searchsorted(run.journal.starts, symbols, side="right") - 1
    for symbol, lot, part in zip(symbols, lots, parts, strict=True):
        if symbol >= 0 and part > 0:
            line = run.journal.lines[lot]
            shares[line] = shares.get(line, 0.0) + float(part)
    return shares
