# SPDX-License-Identifier: BSD-3-Clause
"""Which answers of a design are wrong, why, and what has been tried?

Answers are compared in batches by `numformats.hardware.check`, whose report names the fault; the
oracle confirms what differs.  Beside it stands the coverage of transition bins: classes of operands
and results, regimes, alignments, normalisations, guard, round, sticky.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from numformats.arrays import code_dtype
from numformats.hardware.cases import Cases
from numformats.hardware.check import Checker, Report
from numformats.hardware.coverage import Coverage

if TYPE_CHECKING:
    from numformats.hardware.cocotb.drivers import Answer
    from numformats.hardware.operations import Operation

__all__ = ["Scoreboard"]

BATCH = 4096


class Scoreboard:
    """Holds answers against the format, and counts what has been tried.

    `coverage` is None for operations that have no bins.  An answer with undefined bits (x or z) is
    no number: it is counted in `undefined`, and the first is kept in `first_undefined`.

    >>> from numformats.hardware import operation
    >>> from numformats.hardware.cocotb.drivers import Answer
    >>> board = Scoreboard(operation("posit8", "add"))
    >>> board.add(Answer((0x40, 0x40), 0x48, None))
    >>> board.passed, board.report().checked, board.coverage.missing() == []
    (True, 1, False)
    """

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        self.undefined = 0
        self.first_undefined: tuple[int, ...] | None = None
        self._checker = Checker(operation)
        self._waiting: list[Answer] = []
        try:
            self.coverage: Coverage | None = Coverage(operation)
        except ValueError:  # no bins for this operation
            self.coverage = None

    def add(self, answer: Answer) -> None:
        """Take one answer."""
        if answer.result is None:
            self.undefined += 1
            self.first_undefined = self.first_undefined or answer.operands
            return
        self._waiting.append(answer)
        if len(self._waiting) >= BATCH:
            self._compare()

    def _compare(self) -> None:
        """Compare what waits, as columns."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        columns = self.operation.columns([a.operands for a in waiting])
        results = np.array([a.result for a in waiting], code_dtype(self.operation.result))
        known = all(a.flags is not None for a in waiting)
        flags = np.array([a.flags for a in waiting], np.uint8) if known else None
        cases = Cases(tuple(columns), results, flags)
        self._checker.add(cases)
        if self.coverage is not None:
            self.coverage.add(cases)

    def report(self) -> Report:
        """What `check` says of all answers so far that are defined."""
        self._compare()
        return self._checker.report()

    @property
    def passed(self) -> bool:
        """Were there answers, all right and defined?"""
        return not self.undefined and self.report().passed

    def __str__(self) -> str:
        """The report, undefined answers, and how many bins were hit."""
        parts = [self.report().table()]
        if self.first_undefined is not None:
            operands = " ".join(f"{code:x}" for code in self.first_undefined)
            parts.append(f"{self.undefined} results have undefined bits, first of {operands}")
        if self.coverage is not None:
            parts.append(str(self.coverage))
        return "\n\n".join(parts)
