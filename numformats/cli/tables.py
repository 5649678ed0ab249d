# SPDX-License-Identifier: BSD-3-Clause
"""How do results look as tables on a terminal?"""

from __future__ import annotations

import shutil
from fractions import Fraction
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

import numformats as nf
from numformats.analysis.figures import (
    HEADINGS,
    WORST_HEADINGS,
    cells,
    own_figures,
    short,
    title,
    worst_cells,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numformats.analysis import Comparison
    from numformats.hardware import Report

LONGEST_NAME = 32  # letters of a format's name before it folds
LEAST_WIDTH = 112  # columns: a narrower terminal folds lines, but loses no figure


def console(*, stderr: bool = False) -> Console:
    """A console as wide as the terminal, and at least as wide as the tables."""
    return Console(
        stderr=stderr,
        width=max(shutil.get_terminal_size().columns, LEAST_WIDTH),
        highlight=False,
    )


def _table(title: str, names: Iterable[str], *headings: str) -> Table:
    """An empty table: the first column holds `names` and may fold, the others hold figures."""
    table = Table(
        title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True
    )
    width = min(max(len(name) for name in names), LONGEST_NAME)
    table.add_column(headings[0], overflow="fold", min_width=width)
    for heading in headings[1:]:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def comparison_table(comparison: Comparison) -> Table:
    """The errors of a comparison: one row per format."""
    names = [result.candidate.name for result in comparison.results]
    table = _table(title(comparison), names, *HEADINGS)
    for result in comparison.results:
        table.add_row(*cells(result), style="red" if result.metrics.nan else None)
    return table


def worst_table(comparison: Comparison) -> Table:
    """The element of the largest error in each format."""
    names = [result.candidate.name for result in comparison.results]
    table = _table("The worst elements", names, *WORST_HEADINGS)
    for result in comparison.results:
        table.add_row(*map(escape, worst_cells(result)))
    return table


def figures_table(comparison: Comparison) -> Table | None:
    """The figures of the workload's own report, the reference first; None when it has none."""
    names, rows = own_figures(comparison)
    if not names:
        return None
    labels = [row[0] for row in rows]
    table = _table(f"{comparison.function}: its own figures", labels, "format", *names)
    for row in rows:
        table.add_row(*map(escape, row))
    return table


def diagnoses_table(report: Report) -> Table:
    """What is wrong with a device, most frequent first."""
    table = _table("", [d.kind for d in report.diagnoses], "kind", "wrong answers", "share")
    table.add_column("likely fault", overflow="fold")
    for d in report.diagnoses:
        share = f"{100 * d.count / report.mismatches:.3g} %"
        table.add_row(d.kind, f"{d.count:,}", share, escape(d.sentence))
    return table


def formats_table() -> Table:
    """All named formats with range and precision."""
    named = nf.formats()
    headings = ("name", "bits", "smallest > 0", "largest", "eps at 1", "exact in")
    table = _table("Named formats", named, *headings)
    table.add_column("format", overflow="fold")
    for name, made in named.items():
        info = nf.finfo(made)
        limits = [Fraction(*value.as_integer_ratio()) for value in (info.minpos, info.maxpos)]
        table.add_row(
            name,
            str(info.bits),
            *[short(float(value)) for value in (*limits, info.exact_eps)],
            "float32"
            if info.lossless_in_float32
            else "float64"
            if info.lossless_in_float64
            else "",
            str(made.format),
        )
    return table
