# SPDX-License-Identifier: BSD-3-Clause
"""What did a shadow run find?  The report: lines, the worst of them, files and notebooks."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from numformats._atomic_file import write_text
from numformats._html import table
from numformats.analysis.report_document import to_document
from numformats.analysis.report_lines import lines_of
from numformats.analysis.report_table import HEADINGS, cells, summary, text_table

if TYPE_CHECKING:
    import os

    from numformats.analysis.blame import Blame
    from numformats.analysis.report_lines import Line
    from numformats.analysis.shadow_lines import Lines, Place

__all__ = ["Report"]


@dataclass(frozen=True, eq=False)
class Report:
    """The errors of a program by line; made by `numformats.analysis.trace` and `shadow`.

    `result` is what the program returns, bit for bit as without tracing; `lines` are in the order
    of the program.  `blame` has three sums over all outputs: `net`, of all shares; `gross`, of
    their sizes; `measured`, the 1-norm of the error itself, which `net` tells to first order.
    """

    function: str
    format: str
    reference: str
    result: Any
    blame: Blame
    first_nan: tuple[Place, str] | None
    first_saturation: tuple[Place, str] | None
    seconds: float
    notes: list[str]
    _run: Lines = field(repr=False)

    @cached_property
    def lines(self) -> list[Line]:
        """The lines with operations, in the order of files and numbers."""
        return lines_of(self._run, blamed=not math.isnan(self.blame.net))

    def __getstate__(self) -> dict[str, Any]:
        """For pickles: the figures, not the memory that they were added up in."""
        _ = self.lines
        return self.__dict__ | {"_run": None}

    @property
    def worst(self) -> Line | None:
        """The line that the digits are lost in; None of a run without arithmetic.

        Where at least half of the error came in through catastrophic cancellations of one line
        (`through`), that line: to write it otherwise would keep the digits.  Else the line with
        the largest `blame`.  Where there is no error to share out: the line that cancelled most,
        else where a saturation or a NaN first arose, else with the most ulps.
        """
        if not self.lines:
            return None
        if not self.share_known:
            return self._worst_without_blame()
        through = max(self.lines, key=lambda line: abs(line.through))
        if abs(through.through) >= self.blame.measured / 2:
            return through
        return max(self.lines, key=lambda line: abs(line.blame))

    def _worst_without_blame(self) -> Line:
        cancelled = max(self.lines, key=lambda line: line.cancelled_bits)
        if cancelled.cancellations:
            return cancelled
        first = self.first_saturation or self.first_nan
        for line in self.lines:
            if first is not None and (line.file, line.line) == first[0]:
                return line
        return max(self.lines, key=lambda line: line.max_ulps)

    def by_blame(self) -> list[Line]:
        """The lines, those with the largest share in the error first."""
        worst = self.worst
        return sorted(
            self.lines, key=lambda line: (line is not worst, -line.weight, -line.max_ulps)
        )

    def to_dict(self) -> dict[str, Any]:
        """The report for json.dump: docs/reference/analyze.md explains every field."""
        return to_document(self)

    def to_json(self, path: str | os.PathLike[str]) -> None:
        """Write the report as JSON; the file is whole or untouched.  Raises OSError."""
        write_text(path, json.dumps(self.to_dict(), indent=2, allow_nan=False) + "\n", dash=True)

    def to_html(self, path: str | os.PathLike[str]) -> None:
        """Write the report as one HTML file that needs no other.  Raises OSError."""
        from numformats.analysis.report_html import to_html  # noqa: PLC0415 - large, seldom

        write_text(path, to_html(self), dash=True)

    def __repr__(self) -> str:
        return f"{summary(self)}\n{text_table(self)}"

    def _repr_html_(self) -> str:
        """The table of lines, for notebooks."""
        measured = self.blame.measured
        rows = [cells(line, measured) for line in self.by_blame()]
        return table(summary(self), HEADINGS, rows)

    @property
    def share_known(self) -> bool:
        """Is there an error to share out?"""
        return self.blame.measured > 0 and not math.isnan(self.blame.net)
