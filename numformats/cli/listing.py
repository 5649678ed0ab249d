# SPDX-License-Identifier: BSD-3-Clause
"""What does a report of a shadow run look like on a terminal?"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from numformats.analysis.report_source import listing, strength
from numformats.analysis.report_table import (
    HEADINGS,
    cells,
    figure_cells,
    first_places,
    full_columns,
    summary,
)

if TYPE_CHECKING:
    from rich.console import Console

    from numformats.analysis.report import Report

__all__ = ["print_report"]


def print_report(report: Report, out: Console) -> None:
    """The table of lines, the annotated source, and the notes."""
    out.print(Text(summary(report)))
    worst = report.worst
    if worst is not None:
        out.print(
            Text(f"worst line {PurePath(worst.file).name}:{worst.line}: {worst.code}", "bold")
        )
    if report.lines:
        out.print(_table(report, out.width))
    for file, _ in listing(report):
        out.print(Text(file, style="bold"), soft_wrap=True)
        out.print(_annotated(report, file), soft_wrap=True)
    for note in (*first_places(report), *report.notes):
        out.print(Text(note, style="dim"), soft_wrap=True)


def _table(report: Report, room: int) -> Table:
    """One row for each line; where the terminal is narrow its code is cut, no figure."""
    lines = report.by_blame()
    head, *rows = full_columns([HEADINGS, *(cells(x, report.blame.measured) for x in lines)])
    table = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    left = room - sum(widths) + widths[1] - 2 * len(widths)
    for i, heading in enumerate(head):
        width = max(min(widths[1], left), 20) if i == 1 else widths[i]
        table.add_column(
            heading,
            justify="left" if i == 1 else "right",
            no_wrap=True,
            overflow="ellipsis",
            width=width,
        )
    for line, row in zip(lines, rows, strict=True):
        table.add_row(*(Text(cell) for cell in row), style=_style(strength(report, line)))
    return table


def _annotated(report: Report, file: str) -> Text:
    """The source with each line's blame and ulps before it, coloured by its share."""
    lines = dict(listing(report))[file]
    width = len(str(max(source.number for source in lines)))
    out = Text(no_wrap=True, overflow="ignore")
    for source in lines:
        if source.text is None:
            out.append(f"{'':{width}}  {'':>8}  {'':>9}  ...\n", "dim")
            continue
        blame = ulps = style = ""
        if source.line is not None:
            figures = figure_cells(source.line, report.blame.measured)
            blame, ulps, style = figures[0], figures[3], _style(strength(report, source.line))
        out.append(f"{source.number:{width}}  {blame:>8}  {ulps:>9}  {source.text}\n", style)
    return out


def _style(share: float) -> str:
    return "bold red" if share >= 0.5 else "yellow" if share >= 0.1 else ""
