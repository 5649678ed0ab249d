# SPDX-License-Identifier: BSD-3-Clause
"""Which bins can be reached?  For each a witness by a solver, or a proof that there is none."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.hardware.cases import Cases
from numformats.hardware.coverage.bins import Bin, Group, groups_of
from numformats.hardware.coverage.circuit import quantities, width
from numformats.hardware.coverage.columns import columns_of, is_fast
from numformats.hardware.coverage.definition import quantities_of
from numformats.hardware.coverage.drawing import draws
from numformats.hardware.coverage.terms import Solver, Term, Terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numformats.hardware.operations import Operation

__all__ = ["Decision", "decide", "fill", "unreachable"]

_CHUNK = 256
"""Bins of one query: one that has no answer settles as many."""
_SHARE = 8
"""A query for many bins gets this part of the time that is left, and is halved after that."""
_LEAST_SECONDS = 0.05
_WORTH_DRAWING = 64
"""So many bins make it worth while to draw cases before the solver is asked."""
_DRAWS = 1 << 17

Place = tuple[int, ...]


@dataclass
class Decision:
    """What is known of some bins.

    `witnesses` are cases, at most one for each bin, and each of some bin that was asked for; no
    case lies in a bin of `unreachable`, which is proved; and `undecided` are the bins for which
    there was no time.
    """

    witnesses: Cases
    unreachable: list[Bin]
    undecided: list[Bin]


def decide(
    operation: Operation, bins: Iterable[Bin] | None = None, *, seconds: float = 60.0
) -> Decision:
    """Find a case in each bin, or prove that there is none, in about so many seconds.

    Parameters
    ----------
    operation : an operation that has bins
    bins : some of its bins; default: all
    seconds : of this thread's processor time, then it gives up; what is open is in `undecided`

    Every witness is looked at by the oracle, which must find it in its bin.
    Raises ValueError for a bin that the operation has not, ImportError without bitwuzla.

    >>> from numformats.hardware import operation
    >>> found = decide(operation("posit8", "add"), [Bin("ends", ("+", "overflow"))])
    >>> [str(b) for b in found.unreachable]  # maxpos + maxpos is below the code that would be next
    ['ends[+ overflow]']
    """
    groups = {g.name: g for g in groups_of(operation)}
    if bins is None:
        bins = (g.bin(place) for g in groups.values() for place in np.ndindex(g.shape))
    wanted: dict[str, set[Place]] = {name: set() for name in groups}
    for b in bins:
        if b.group not in groups:
            raise ValueError(f"{b}: tables of {operation.name} are {', '.join(groups)}")
        wanted[b.group].add(groups[b.group].place(b))
    return _Search(operation, wanted, time.thread_time() + seconds).run()


def fill(
    operation: Operation, bins: Iterable[Bin] | None = None, *, seconds: float = 60.0
) -> Cases:
    """Cases that lie in these bins, or in all: the witnesses of `decide`, without results.

    >>> from numformats.hardware import operation
    >>> len(fill(operation("posit16", "mul"), [Bin("carry", ("0", "-", "regime"))]))
    1
    """
    return decide(operation, bins, seconds=seconds).witnesses


def unreachable(
    operation: Operation, bins: Iterable[Bin] | None = None, *, seconds: float = 60.0
) -> list[Bin]:
    """Those of these bins, or of all, that are proved to hold no case.

    >>> from numformats.hardware import operation
    >>> unreachable(operation("posit8", "mul"), [Bin("normalisation", ("+1", "tie"))])
    []
    """
    return decide(operation, bins, seconds=seconds).unreachable


@dataclass
class _Model:
    """The circuit as a solver reads it."""

    algebra: Terms
    codes: list[Any]
    quantities: dict[str, Term]
    known: dict[tuple[str, int], Term] = field(default_factory=dict)

    @classmethod
    def of(cls, operation: Operation, *, opaque: bool) -> _Model:
        algebra = Terms(width(operation), opaque=opaque)
        pairs = [algebra.code(x, f.bits) for x, f in zip("abc", operation.operands, strict=False)]
        words = quantities(algebra, operation, [word for _, word in pairs])
        return cls(algebra, [raw for raw, _ in pairs], words)

    def lies_in(self, group: Group, place: Place) -> Term:
        """Does the case lie in the bin?"""
        parts = [self.quantities[group.when] == 1]
        for c, i in zip(group.coordinates, place, strict=True):
            if (c.name, i) not in self.known:
                word, bounds = self.quantities[c.name], []
                if i:
                    bounds.append(word >= c.edges[i])
                if i + 1 < len(c.edges):
                    bounds.append(word < c.edges[i + 1])
                if bounds:
                    self.known[c.name, i] = self.algebra.any_of(bounds, "AND")
            if (c.name, i) in self.known:
                parts.append(self.known[c.name, i])
        return self.algebra.any_of(parts, "AND")

    def place(self, solver: Solver, group: Group) -> Place:
        """The bin of the solution that was found."""
        half = 1 << self.algebra.width - 1
        values = [solver.value(self.quantities[c.name].raw) for c in group.coordinates]
        signed = [v - 2 * half if v >= half else v for v in values]
        return tuple(int(c.classes(v)) for c, v in zip(group.coordinates, signed, strict=True))


class _Search:
    """The bins that are open, and what was found out."""

    def __init__(
        self, operation: Operation, wanted: dict[str, set[Place]], deadline: float
    ) -> None:
        self.operation = operation
        self.groups = {g.name: g for g in groups_of(operation)}
        self.open = wanted
        self.deadline = deadline
        self.rows: list[list[int]] = []
        self.unreachable: list[Bin] = []

    def run(self) -> Decision:
        """Draw; prove away what needs no product to be refuted; then look at the rest."""
        self._draw()
        if self.operation.name in {"mul", "fma", "div", "sqrt"}:
            self._all_chunks(_Model.of(self.operation, opaque=True), self._refute)
        self._all_chunks(_Model.of(self.operation, opaque=False), self._settle)
        cases = Cases(tuple(self.operation.columns(self.rows)))
        left = [
            self.groups[name].bin(p) for name, open_ in self.open.items() for p in sorted(open_)
        ]
        return Decision(cases, self.unreachable, left)

    def _draw(self) -> None:
        """Close the bins that random cases hit."""
        worth = sum(map(len, self.open.values())) >= _WORTH_DRAWING
        if not worth or not is_fast(self.operation) or self._seconds() <= 0:
            return
        columns = draws(self.operation, _DRAWS, seed=0)
        q = columns_of(self.operation, columns)
        for name, group in self.groups.items():
            (rows,) = np.nonzero(q[group.when])
            classes = [c.classes(q[c.name][rows]) for c in group.coordinates]
            _, firsts = np.unique(np.ravel_multi_index(classes, group.shape), return_index=True)
            for i in firsts.tolist():
                if tuple(int(c[i]) for c in classes) in self.open[name]:
                    self._note([int(c[rows[i]]) for c in columns])

    def _all_chunks(self, model: _Model, ask: Any) -> None:
        for name, group in self.groups.items():
            places = sorted(self.open[name])
            for start in range(0, len(places), _CHUNK):
                chunk = [p for p in places[start : start + _CHUNK] if p in self.open[name]]
                if chunk:
                    ask(model, group, chunk)

    def _seconds(self) -> float:
        return self.deadline - time.thread_time()

    def _prove(self, group: Group, places: Iterable[Place]) -> None:
        for place in places:
            self.open[group.name].discard(place)
            self.unreachable.append(group.bin(place))

    def _asked(self, model: _Model, group: Group, places: Sequence[Place]) -> Solver:
        """A solver for cases in any of these bins."""
        solver = model.algebra.solver()
        solver.demand(model.algebra.any_of([model.lies_in(group, p) for p in places]))
        return solver

    def _refute(self, model: _Model, group: Group, chunk: list[Place]) -> None:
        """Find out which bins have no case even if products are anything."""
        left = set(chunk)
        solver = self._asked(model, group, chunk)
        while left and self._seconds() > 0:
            answer = solver.check(self._seconds())
            if answer == "unsat":
                self._prove(group, sorted(left))
            if answer != "sat":
                return
            place = model.place(solver, group)
            left.remove(place)
            solver.demand(~model.lies_in(group, place))

    def _settle(self, model: _Model, group: Group, chunk: Sequence[Place]) -> None:
        """Find witnesses until none is left; where that takes too long, halve the question."""
        open_, solver = self.open[group.name], self._asked(model, group, chunk)
        while self._seconds() > 0 and any(p in open_ for p in chunk):
            share = 1 if len(chunk) == 1 else _SHARE
            answer = solver.check(max(_LEAST_SECONDS, self._seconds() / share))
            rest = [p for p in chunk if p in open_]
            if answer == "unsat":
                self._prove(group, rest)
            elif answer == "sat":
                codes = [solver.value(raw) for raw in model.codes]
                self._note(codes)
                found = [p for p in rest if p not in open_]
                if not found:
                    raise AssertionError(f"{codes}: the solver and the oracle differ on {group}")
                for place in found:
                    solver.demand(~model.lies_in(group, place))
            elif len(rest) == 1:
                return
            else:
                self._settle(model, group, rest[::2])
                self._settle(model, group, rest[1::2])
                return

    def _note(self, codes: list[int]) -> None:
        """Close the bins in which the oracle finds this case."""
        q = quantities_of(self.operation, codes)
        self.rows.append(codes)
        for g in self.groups.values():
            if q.get(g.when, 0):
                self.open[g.name].discard(
                    tuple(int(c.classes(q.get(c.name, 0))) for c in g.coordinates)
                )
