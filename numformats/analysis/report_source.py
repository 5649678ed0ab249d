# SPDX-License-Identifier: BSD-3-Clause
"""Which lines of the user's source does a listing show, and how strongly is each marked?"""

from __future__ import annotations

import linecache
import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numformats.analysis.report import Report
    from numformats.analysis.report_lines import Line

__all__ = ["SourceLine", "listing", "strength"]

_AROUND = 3  # lines shown above and below those that have figures


class SourceLine(NamedTuple):
    """A line of the source; text None: here some are left out."""

    number: int
    text: str | None
    line: Line | None


def strength(report: Report, line: Line) -> float:
    """How strongly a line is marked, from 0 to 1: its share in the error, else its ulps."""
    if report.share_known:
        return min(1.0, max(line.weight, abs(line.through)) / report.blame.measured)
    most = max((x.max_ulps for x in report.lines), default=0.0)
    if most == 0 or line.max_ulps == 0:
        return 0.0
    if math.isinf(most):
        return 1.0 if math.isinf(line.max_ulps) else 0.0
    return min(1.0, math.log1p(line.max_ulps) / math.log1p(most))


def listing(report: Report) -> Iterator[tuple[str, list[SourceLine]]]:
    """Each file of the report with the source lines around those that have figures."""
    for file in dict.fromkeys(line.file for line in report.lines):
        by_number = {line.line: line for line in report.lines if line.file == file}
        text = linecache.getlines(file)
        yield file, list(_with_gaps(by_number, [t.rstrip("\n") for t in text]))


def _with_gaps(by_number: dict[int, Line], text: list[str]) -> Iterator[SourceLine]:
    wanted = {
        n
        for number in by_number
        for n in range(number - _AROUND, number + _AROUND + 1)
        if n in by_number or 1 <= n <= len(text)
    }
    last = None
    for n in sorted(wanted):
        if last is not None and n > last + 1:
            yield SourceLine(last + 1, None, None)
        shown = text[n - 1] if 1 <= n <= len(text) else "?"
        yield SourceLine(n, shown, by_number.get(n))
        last = n
