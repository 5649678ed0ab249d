# SPDX-License-Identifier: BSD-3-Clause
"""Which figures of a line does a table show, and how are they written?"""

from __future__ import annotations

import math
from pathlib import PurePath
from typing import TYPE_CHECKING

from numformats.analysis.figures import short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numformats.analysis.report import Report
    from numformats.analysis.report_lines import Figures, Line

__all__ = [
    "HEADINGS",
    "cells",
    "figure_cells",
    "first_places",
    "full_columns",
    "summary",
    "text_table",
]

HEADINGS = ("line", "code", "blame", "introduced", "inherited", "max ulps", "mean ulps", "cancel",
            "diverged", "sat", "NaN", "elements")  # fmt: skip


def percent(share: float, whole: float) -> str:
    """A share of the error; "-" where there is none to share.

    >>> percent(0.25, 0.5), percent(-0.012, 1.0), percent(-1e-9, 1.0), percent(1.0, 0.0)
    ('50 %', '-1.2 %', '0 %', '-')
    """
    if math.isnan(share) or not 0 < whole < math.inf:
        return "-"
    size = 100 * share / whole
    if abs(size) >= 10:
        return f"{size:.0f} %"
    return f"{size:.1f} %" if abs(size) >= 0.05 else "0 %"


def figure_cells(figures: Figures, measured: float) -> list[str]:
    """The figures of a line or an operation, in the order of HEADINGS from the third on."""
    counts = (figures.cancellations, figures.diverged, figures.saturations, figures.nans)
    return [
        percent(figures.blame, measured),
        short(figures.introduced),
        short(figures.inherited),
        short(figures.max_ulps),
        short(figures.mean_ulps),
        *(str(count) if count else "" for count in counts),
        str(figures.elements),
    ]


def cells(line: Line, measured: float, width: int = 60) -> list[str]:
    """The figures of one line, in the order of HEADINGS."""
    code = line.code if len(line.code) <= width else line.code[: width - 3] + "..."
    return [str(line.line), code, *figure_cells(line, measured)]


def summary(report: Report) -> str:
    """What ran, and the two sums: of the shares, and of the error itself."""
    blame = report.blame
    text = f"{report.function} in {report.format} beside {report.reference}"
    if math.isnan(blame.measured):
        return text
    if math.isnan(blame.net):
        return f"{text}: error {short(blame.measured)}"
    return f"{text}: error {short(blame.measured)}, the lines' shares add up to {short(blame.net)}"


def first_places(report: Report) -> list[str]:
    """Where NaN and saturation first arose, one line each."""
    found = [("NaN", report.first_nan), ("saturation", report.first_saturation)]
    return [
        f"first {what}: {PurePath(at[0].file).name}:{at[0].line}, {at[1]}"
        for what, at in found
        if at is not None
    ]


def full_columns(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """The rows, headings first, without the columns that have nothing but a heading."""
    full = [any(column[1:]) for column in zip(*rows, strict=True)]
    return [[cell for cell, keep in zip(row, full, strict=True) if keep] for row in rows]


def text_table(report: Report) -> str:
    """The lines as plain text with aligned columns, the worst first."""
    lines = [cells(line, report.blame.measured) for line in report.by_blame()]
    if not lines:
        return "no line of it computes"
    rows = full_columns([HEADINGS, *lines])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i == 1 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
