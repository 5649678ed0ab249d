# SPDX-License-Identifier: BSD-3-Clause
"""What does a report of a shadow run look like in a browser?  One file that needs no other.

Everything from the user's program goes through `escape`, and none of it into the script, which
only sorts the rows that are there.  The page's own policy forbids it to fetch anything.
"""

from __future__ import annotations

import math
from html import escape
from pathlib import PurePath
from typing import TYPE_CHECKING

import numformats as nf
from numformats.analysis.report_page import HELP, SCRIPT, STYLE
from numformats.analysis.report_source import listing, strength
from numformats.analysis.report_table import figure_cells, first_places, summary
from numformats.analysis.ruler import bin_label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numformats.analysis.report import Report
    from numformats.analysis.report_lines import Figures, Line
    from numformats.analysis.report_source import SourceLine

__all__ = ["to_html"]


def to_html(report: Report) -> str:
    """The page: summary, table of lines with histograms, and the source coloured by blame."""
    title = escape(f"{report.function} in {report.format}")
    notes = "".join(f"<li>{escape(note)}</li>" for note in (*first_places(report), *report.notes))
    sources = "".join(_source(report, file, lines) for file, lines in listing(report))
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style></head>\n<body>\n"
        f"<h1>{title}</h1>\n<p>{escape(summary(report))}. {_worst(report)}</p>\n"
        + (f"<ul>{notes}</ul>\n" if notes else "")
        + f"{_table(report)}\n{sources}"
        + f"<h2>What the columns mean</h2>\n<dl>{_help()}</dl>\n"
        f"<footer>numformats {escape(nf.__version__)}</footer>\n<script>{SCRIPT}</script>\n"
        "</body></html>\n"
    )


def _worst(report: Report) -> str:
    line = report.worst
    if line is None:
        return "No line of it computes."
    where = f"{PurePath(line.file).name}:{line.line}"
    return f"Worst line: <strong>{escape(where)}</strong> <code>{escape(line.code)}</code>"


def _help() -> str:
    return "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in HELP.items())


def _table(report: Report) -> str:
    """One row for each line, sortable by every column; below it the rows of its operations."""
    head = "".join(
        f'<th scope="col" title="{escape(text)}"><button type="button">{escape(name)}</button></th>'
        for name, text in HELP.items()
    )
    rows = "".join(_row(report, line) for line in report.by_blame())
    return (
        f'<div class="wide"><table id="lines"><thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody>'
        "</table></div>"
    )


def _row(report: Report, line: Line) -> str:
    measured = report.blame.measured
    names = ", ".join(operation.name for operation in line.operations)
    place = f"{PurePath(line.file).name}:{line.line}"
    first = _cell(place, f"{line.line:09d}", head=True)
    code = f'<td data-v="{escape(line.code)}"><code>{escape(line.code)}</code></td>'
    values = _values(line)
    shown = figure_cells(line, measured)
    figures = "".join(_cell(text, value) for text, value in zip(shown, values, strict=True))
    bars = _histogram(line.histogram, _last_bin(report))
    return (
        f"<tr{_mark(report, line)}>{first}{code}{figures}<td>{bars}</td>"
        f"<td>{escape(names)}</td></tr>\n"
    )


def _values(f: Figures) -> Iterable[float]:
    """What the cells of `figure_cells` are sorted by."""
    return (abs(f.blame), f.introduced, f.inherited, f.max_ulps, f.mean_ulps, f.cancellations,
            f.diverged, f.saturations, f.nans, f.elements)  # fmt: skip


def _cell(text: str, value: float | str, *, head: bool = False) -> str:
    sorts = value if isinstance(value, str) else "" if math.isnan(value) else repr(value)
    tag = 'th scope="row"' if head else "td"
    return f'<{tag} data-v="{escape(sorts)}">{escape(text)}</{tag[:2]}>'


def _mark(report: Report, line: Line) -> str:
    """The colour of a row: red as its share in the error, blue where it made up for others."""
    kind = ' class="less"' if line.blame < 0 and abs(line.through) <= -line.blame else ""
    return f'{kind} style="--share:{strength(report, line):.3f}"'


def _last_bin(report: Report) -> int:
    """The last bin of any line, so that all histograms have one scale."""
    return max(i for line in report.lines for i, n in enumerate((1, *line.histogram)) if n)


def _histogram(counts: tuple[int, ...], last: int) -> str:
    """Bars of the ulps of a line's results, with their numbers as tooltips."""
    shown, most = counts[: max(last, 8)], max(*counts, 1)
    bars = "".join(
        f'<rect x="{5 * i}" y="{24 - height:.1f}" width="4" height="{height:.1f}">'
        f"<title>{bin_label(i)} ulps: {n}</title></rect>"
        for i, n in enumerate(shown)
        if n and (height := max(1.0, 24 * n / most))
    )
    return f'<svg width="{5 * len(shown)}" height="24" role="img" aria-label="ulps">{bars}</svg>'


def _source(report: Report, file: str, lines: list[SourceLine]) -> str:
    rows = "".join(_source_row(report, source) for source in lines)
    return (
        f'<h2>{escape(file)}</h2>\n<div class="wide"><table class="source">{rows}</table></div>\n'
    )


def _source_row(report: Report, source: SourceLine) -> str:
    if source.text is None:
        return '<tr><td></td><td></td><td class="gap">...</td></tr>\n'
    mark = blame = ""
    if source.line is not None:
        mark = _mark(report, source.line)
        blame = figure_cells(source.line, report.blame.measured)[0]
    return (
        f"<tr{mark}><td>{source.number}</td><td>{escape(blame)}</td>"
        f"<td><code>{escape(source.text)}</code></td></tr>\n"
    )
