# SPDX-License-Identifier: BSD-3-Clause
"""Which bins have been hit, how often, and which are empty?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from numformats.hardware.cases import Cases
from numformats.hardware.coverage.bins import Bin, Group, groups_of
from numformats.hardware.coverage.columns import columns_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numformats.hardware.operations import Operation

__all__ = ["Coverage", "Row", "bins_of"]

_TOGETHER = 4096
"""Single cases that are counted at once."""
STATES = ("hit", "witness", "unreachable", "empty")


class Row(NamedTuple):
    """A row of the table: a bin, how many cases fell into it, and its state.

    The state is "hit", "witness" (hit by nothing but a solver's witnesses), "unreachable" (proved)
    or "empty" (neither hit nor proved unreachable).
    """

    bin: Bin
    hits: int
    state: str


def _places(operation: Operation, cases: Cases) -> Iterator[tuple[Group, Any, Any]]:
    """For each table the rows that it speaks of, and their bins' places as flat indices."""
    q = columns_of(operation, cases.operands)
    for group in groups_of(operation):
        (rows,) = np.nonzero(q[group.when])
        classes = tuple(c.classes(q[c.name][rows]) for c in group.coordinates)
        yield group, rows, np.ravel_multi_index(classes, group.shape)


def bins_of(operation: Operation, cases: Cases) -> list[tuple[Bin, ...]]:
    """The bins of each case, at most one of each table.

    Raises ValueError for an operation that has no bins.

    >>> from numformats.hardware import Cases, operation
    >>> add = operation("posit8", "add")
    >>> (found,) = bins_of(add, Cases(tuple(add.columns([[0x40, 0x48]]))))  # 1 + 2
    >>> [str(b) for b in found][:2]
    ['kinds[normal normal]', 'regimes[0 0 larger]']
    """
    found: list[list[Bin]] = [[] for _ in range(len(cases))]
    for group, rows, flat in _places(operation, cases):
        for row, index in zip(rows.tolist(), flat.tolist(), strict=True):
            found[row].append(group.bin(map(int, np.unravel_index(index, group.shape))))
    return [tuple(bins) for bins in found]


class Coverage:
    """How often the bins of an operation were hit, by operands alone: results are not looked at.

    Raises ValueError for an operation that has no bins: formats other than posits, takums and
    floats, rounding at random, operations other than add, sub, mul, div, sqrt, fma and convert.

    >>> from numformats.hardware import Cases, operation
    >>> add = operation("posit8", "add")
    >>> seen = Coverage(add)
    >>> seen.add(Cases(tuple(add.columns([[0x40, 0x48], [0, 0x80]]))))
    >>> [str(row.bin) for row in seen.table() if row.hits and row.bin.group == "kinds"]
    ['kinds[zero NaR]', 'kinds[normal normal]']
    >>> seen.summary()["ends"]
    {'hit': 1, 'witness': 0, 'unreachable': 0, 'empty': 11}
    """

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        self.groups = groups_of(operation)
        self._counts = {g.name: np.zeros(g.size, np.int64) for g in self.groups}
        self._witnessed = {g.name: np.zeros(g.size, np.int64) for g in self.groups}
        self._unreachable = {g.name: np.zeros(g.size, np.bool_) for g in self.groups}
        self._waiting: list[tuple[int, ...]] = []

    def add(self, cases: Cases, *, witnesses: bool = False) -> None:
        """Count cases, or `witnesses` that a solver found, which are told apart in the table."""
        counts = self._witnessed if witnesses else self._counts
        for group, _, flat in _places(self.operation, cases):
            if len(flat) > group.size >> 4:
                counts[group.name] += np.bincount(flat, minlength=group.size)
            else:
                np.add.at(counts[group.name], flat, 1)

    def add_case(self, *codes: int) -> None:
        """Count one case, soon: thousands of them are looked at together, for speed.

        ValueError for another number of codes than there are operands.
        """
        wanted = len(self.operation.operands)
        if len(codes) != wanted:
            raise ValueError(f"{len(codes)} operands; {self.operation.name} has {wanted}")
        self._waiting.append(codes)
        if len(self._waiting) >= _TOGETHER:
            self._catch_up()

    def _catch_up(self) -> None:
        """Count the cases that wait."""
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            self.add(Cases(tuple(self.operation.columns(waiting))))

    def exclude(self, bins: Iterable[Bin]) -> None:
        """Note that these bins are proved to be unreachable; ValueError where one was hit."""
        self._catch_up()
        for found in bins:
            group, index = self._find(found)
            if self._counts[group.name][index] or self._witnessed[group.name][index]:
                raise ValueError(f"{found} was hit, and is said to be unreachable")
            self._unreachable[group.name][index] = True

    def _find(self, found: Bin) -> tuple[Group, int]:
        for group in self.groups:
            if group.name == found.group:
                return group, int(np.ravel_multi_index(group.place(found), group.shape))
        raise ValueError(f"{found}: tables are {', '.join(g.name for g in self.groups)}")

    def table(self) -> list[Row]:
        """All bins in the order of their tables, with counts and states."""
        self._catch_up()
        rows = []
        for group in self.groups:
            states = self._states(group).tolist()
            counts = (self._counts[group.name] + self._witnessed[group.name]).tolist()
            for place, n, s in zip(np.ndindex(group.shape), counts, states, strict=True):
                rows.append(Row(group.bin(place), n, STATES[s]))
        return rows

    def _states(self, group: Group) -> Any:
        self._catch_up()
        name = group.name
        hit, witnessed = self._counts[name] > 0, self._witnessed[name] > 0
        return np.select([hit, witnessed, self._unreachable[name]], [0, 1, 2], 3)

    def counts(self, group: str) -> Any:
        """How often the bins of a table were hit: an array with an axis for each coordinate."""
        self._catch_up()
        (found,) = [g for g in self.groups if g.name == group]
        return (self._counts[group] + self._witnessed[group]).reshape(found.shape)

    def states(self, group: str) -> Any:
        """As `counts`, the bins' states: 0 hit, 1 witness, 2 unreachable, 3 empty."""
        (found,) = [g for g in self.groups if g.name == group]
        return self._states(found).reshape(found.shape)

    def missing(self) -> list[Bin]:
        """The bins that are neither hit nor proved unreachable."""
        return [row.bin for row in self.table() if row.state == "empty"]

    def merge(self, other: Coverage) -> None:
        """Add the counts and proofs of another; ValueError where it is of another operation."""
        if other.operation != self.operation:
            raise ValueError(f"coverage of {other.operation}; this one is of {self.operation}")
        self._catch_up()
        other._catch_up()
        for name in self._counts:
            self._counts[name] += other._counts[name]
            self._witnessed[name] += other._witnessed[name]
            self._unreachable[name] |= other._unreachable[name]

    def summary(self) -> dict[str, dict[str, int]]:
        """For each table how many of its bins are in each state."""
        found = {}
        for group in self.groups:
            numbers = np.bincount(self._states(group), minlength=len(STATES)).tolist()
            found[group.name] = dict(zip(STATES, numbers, strict=True))
        return found

    def __str__(self) -> str:
        """The summary as a table of plain text."""
        lines = [f"{'table':<14}{'bins':>8}" + "".join(f"{s:>13}" for s in STATES)]
        for name, numbers in self.summary().items():
            total = sum(numbers.values())
            lines.append(f"{name:<14}{total:>8}" + "".join(f"{n:>13}" for n in numbers.values()))
        return "\n".join(lines)

    def to_json(self) -> str:
        """Counts and proofs as JSON, which `from_json` reads back."""
        self._catch_up()
        tables = {
            g.name: {
                "coordinates": {c.name: list(c.labels) for c in g.coordinates},
                "counts": self._counts[g.name].tolist(),
                "witnesses": self._witnessed[g.name].tolist(),
                "unreachable": np.nonzero(self._unreachable[g.name])[0].tolist(),
            }
            for g in self.groups
        }
        named = {"operation": self.operation.name, "result": str(self.operation.result)}
        operands = [str(f) for f in self.operation.operands]
        return json.dumps({**named, "operands": operands, "tables": tables})

    @classmethod
    def from_json(cls, operation: Operation, text: str) -> Coverage:
        """Read what `to_json` wrote of the same operation; ValueError for anything else."""
        told = json.loads(text)
        found = cls(operation)
        own = json.loads(found.to_json())
        for key in ("operation", "result", "operands"):
            if not isinstance(told, dict) or told.get(key) != own[key]:
                raise ValueError(f"not the coverage of {operation}: {key} is not {own[key]!r}")
        for g in found.groups:
            try:
                found._read(g.name, told["tables"][g.name], own["tables"][g.name])
            except (KeyError, TypeError, IndexError) as e:
                raise ValueError(f"the table {g.name} is not as to_json writes it: {e!r}") from e
        return found

    def _read(self, name: str, table: dict[str, Any], own: dict[str, Any]) -> None:
        if table["coordinates"] != own["coordinates"]:
            raise ValueError(f"the table {name} has other coordinates")
        self._counts[name] += np.array(table["counts"], np.int64)
        self._witnessed[name] += np.array(table["witnesses"], np.int64)
        self._unreachable[name][table["unreachable"]] = True
