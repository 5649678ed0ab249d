# SPDX-License-Identifier: BSD-3-Clause
"""How are a device's answers compared, batch by batch, so that a stream of any length fits?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.arrays import code_dtype
from numformats.hardware.check.evidence import Evidence
from numformats.hardware.check.exponents import Grid
from numformats.hardware.check.flag_faults import FlagCounts
from numformats.hardware.check.inference import infer
from numformats.hardware.check.report import Report
from numformats.hardware.check.samples import Samples
from numformats.hardware.check.strata import AGREEING, FLAGS_ONLY, GROUPS, Grouping
from numformats.hardware.flags import flags as right_flags

if TYPE_CHECKING:
    from numformats.hardware.cases import Cases
    from numformats.hardware.operations import Operation

__all__ = ["Checker"]

Codes = np.ndarray[Any, Any]

WRONG_KEPT, RIGHT_KEPT, RIGHT_SPECIAL_KEPT = 2048, 8192, 512
NANS = ("any", "same")


class Checker:
    """Takes the answers of a device in batches, and says at any time what has been found.

    Parameters
    ----------
    operation : Operation
    flags : "auto", True or False
        Whether flags are compared; "auto": where the device gives some.  Posits and takums raise
        none.
    nans : "any" or "same"
        Whether any NaN stands for any other, or the code must be the one of the format.
    limit : int
        Examples of each diagnosis.
    seed : int
        Of the sample of rows that is taken apart, where there are too many.

    Raises ValueError for another `flags`, `nans` or `limit`, and for stochastic rounding, which has
    two right answers.

    >>> from numformats.hardware import Cases, operation
    >>> checker = Checker(operation("posit8", "add"))
    >>> column = np.array([0x40, 0x40], np.uint8)
    >>> checker.add(Cases((column, column), np.array([0x48, 0x49], np.uint8)))
    >>> checker.report().mismatches
    1
    """

    def __init__(
        self,
        operation: Operation,
        *,
        flags: str | bool = "auto",
        nans: str = "any",
        limit: int = 5,
        seed: int = 0,
    ) -> None:
        _refuse(operation, flags, nans, limit)
        self.operation = operation
        self._flags, self._nans, self._limit = flags, nans, limit
        self._grouping = Grouping(operation.result, nans)
        self._grid = Grid(operation)
        special = [RIGHT_SPECIAL_KEPT] * (GROUPS - AGREEING - 1)
        self._samples = Samples([WRONG_KEPT] * AGREEING + [RIGHT_KEPT, *special], seed)
        self._flag_counts = FlagCounts()
        self.checked = 0
        self.mismatches = 0

    def add(self, cases: Cases) -> None:
        """Compare one batch.

        Raises ValueError for cases without results, without flags where flags=True, with another
        number of operands, or with codes wider than their format.
        """
        operands, got = self._columns(cases)
        right = self.operation.reference(*operands)
        differs = self._grouping.differs(got, right)
        wrong = np.flatnonzero(differs)
        groups = self._grouping.agreeing(right)
        groups[wrong] = self._grouping.wrong(got[wrong], right[wrong])
        none = np.full(len(got), -1, np.int64)
        flags: tuple[Codes, Codes] = (none, none)
        if self._compares(cases):
            assert cases.flags is not None
            flags = (cases.flags, right_flags(self.operation, operands, right))
            only = (flags[0] != flags[1]) & ~differs
            self._flag_counts.add(flags[0][only], flags[1][only])
            groups[only] = FLAGS_ONLY
            differs |= only
        lines = none if cases.lines is None else cases.lines
        self._samples.add(groups, (*operands, got, right, *flags, lines))
        self._grid.add(operands, differs)
        self.checked += len(got)
        self.mismatches += int(differs.sum())

    def report(self, most: int | None = None) -> Report:
        """What has been found so far; the oracle takes the kept rows apart.

        `most`: so many of each group are enough, where there is no time for all.
        """
        wrong = {group: self._evidence(group, most) for group in range(AGREEING)}
        right = [e for group in range(AGREEING, GROUPS) for e in self._evidence(group, most)]
        counts = dict(enumerate(self._samples.counts[:AGREEING]))
        diagnoses, taken_apart = infer(
            self.operation, wrong, counts, right, flag_counts=self._flag_counts, limit=self._limit
        )
        return Report(
            operation=self.operation,
            checked=self.checked,
            mismatches=self.mismatches,
            diagnoses=diagnoses,
            taken_apart=taken_apart,
            grid=self._grid,
        )

    def _evidence(self, group: int, most: int | None) -> list[Evidence]:
        n = len(self.operation.operands)
        return [
            Evidence(
                self.operation,
                tuple(row[:n]),
                row[n],
                reference=row[n + 1],
                flags=None if row[n + 2] < 0 else (row[n + 2], row[n + 3]),
                line=None if row[n + 4] < 0 else row[n + 4],
                nans=self._nans,
            )
            for row in self._samples.rows(group)[:most]
        ]

    def _columns(self, cases: Cases) -> tuple[tuple[Codes, ...], Codes]:
        operation = self.operation
        if cases.results is None:
            raise ValueError("the cases have no results: nothing to check")
        if len(cases.operands) != len(operation.operands):
            raise ValueError(
                f"{len(cases.operands)} operands; {operation.name} has {len(operation.operands)}"
            )
        formats = (*operation.operands, operation.result)
        columns = [
            _codes(column, f.bits, code_dtype(f))
            for column, f in zip((*cases.operands, cases.results), formats, strict=True)
        ]
        return tuple(columns[:-1]), columns[-1]

    def _compares(self, cases: Cases) -> bool:
        """Are this batch's flags compared?"""
        if self._flags == "auto":
            return cases.flags is not None
        if self._flags and cases.flags is None:
            raise ValueError("flags=True, but the cases have no flags")
        return bool(self._flags)


def _codes(column: Codes, bits: int, dtype: np.dtype[Any]) -> Codes:
    """A column in the integers of its format's storage."""
    column = np.asarray(column)
    if column.dtype.kind not in "ui":
        raise ValueError(f"codes of dtype {column.dtype}; allowed: integers")
    if column.dtype != dtype or bits < 8 * dtype.itemsize:
        wrong = (column < 0) | (column > 2**bits - 1)
        if wrong.any():
            code = int(column[int(wrong.argmax())])
            raise ValueError(f"code {code:#x}; allowed: {bits} bits")
    return column.astype(dtype, copy=False)


def _refuse(operation: Operation, flags: str | bool, nans: str, limit: int) -> None:
    if flags not in ("auto", True, False):
        raise ValueError(f"flags={flags!r}; allowed: 'auto', True, False")
    if nans not in NANS:
        raise ValueError(f"nans={nans!r}; allowed: {', '.join(NANS)}")
    if limit < 0:
        raise ValueError(f"limit={limit}; allowed: 0 and more")
    if operation.result.rounding == "stochastic":
        raise ValueError(
            f"{operation.result} rounds stochastically: an answer is right or wrong only beside "
            "its random word; check the two roundings toward_negative and toward_positive"
        )
