# SPDX-License-Identifier: BSD-3-Clause
"""Which figures of a comparison does a table show, and how are they written?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numformats.analysis.comparison import Comparison, Result

__all__ = [
    "HEADINGS",
    "WORST_HEADINGS",
    "cells",
    "notes",
    "own_figures",
    "rows_of_text",
    "short",
    "title",
    "worst_cells",
]

HEADINGS = ("format", "bits", "max rel", "median rel", "max ulps", "median ulps", "digits", "worst",
            "NaN", "inf", "sat", "seconds")  # fmt: skip

WORST_HEADINGS = ("format", "worst element", "result", "truth", "rel", "ulps")


def title(comparison: Comparison) -> str:
    """What was compared."""
    seconds = short(comparison.reference_seconds)
    return f"{comparison.function} against the {comparison.reference} (which took {seconds} s)"


def cells(result: Result) -> list[str]:
    """The errors of one format, in the order of HEADINGS."""
    m = result.metrics
    errors = (m.max_relative, m.median_relative, m.max_ulps, m.median_ulps)
    return [
        result.candidate.name,
        str(result.candidate.bits),
        *(short(error) for error in errors),
        _digits(m.median_digits),
        _digits(m.worst_digits),
        *(str(count) if count else "" for count in (m.nan, m.inf, m.saturated)),
        short(result.seconds),
    ]


def worst_cells(result: Result) -> list[str]:
    """The worst element of one format, in the order of WORST_HEADINGS."""
    worst = result.worst
    if worst is None:
        return [result.candidate.name, *["-"] * (len(WORST_HEADINGS) - 1)]
    return [
        result.candidate.name,
        worst.place,
        f"{worst.value:.8g}",
        f"{worst.truth:.8g}",
        short(worst.relative),
        short(worst.ulps),
    ]


def own_figures(comparison: Comparison) -> tuple[list[str], list[list[str]]]:
    """Names and rows of the workload's own report, the reference first; no names: no report."""
    names = list(comparison.reference_report)
    reports = [
        (comparison.reference, comparison.reference_report),
        *((result.candidate.name, result.report) for result in comparison.results),
    ]
    return names, [
        [label, *(short(report.get(name, math.nan), 4) for name in names)]
        for label, report in reports
    ]


def notes(comparison: Comparison) -> list[str]:
    """What the table has no column for, one line each."""
    lines = []
    left = comparison.departure
    if left is not None:
        lines.append(f"the first operation that left {left.format}: {left}")
    if comparison.unsearched:
        lines.append(f"operations that leave a format were not searched: {comparison.unsearched}")
    for result in comparison.results:
        name, m = result.candidate.name, result.metrics
        if result.flags:
            raised = ", ".join(f"{kind} in {n}" for kind, n in sorted(result.flags.items()))
            lines.append(f"{name}: array operations that raised a flag: {raised}")
        if result.saturated_inputs:
            lines.append(f"{name}: {result.saturated_inputs} inputs lie outside its range")
        if m.nonzero_for_zero:
            lines.append(f"{name}: {m.nonzero_for_zero} results are not 0 where the truth is 0")
    left_out = comparison.results[0].metrics.undefined
    if left_out:
        lines.append(f"{left_out} results are left out: the reference is not finite there")
    return lines


def rows_of_text(headings: Iterable[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table in plain text: the first column to the left, the others to the right.

    >>> rows_of_text(("format", "bits"), [("posit8", "8")])
    ['format  bits', 'posit8     8']
    """
    lines = [tuple(headings), *map(tuple, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]


def short(value: float, places: int = 3) -> str:
    """A number for a table cell.

    >>> short(0.000123456), short(math.inf), short(math.nan), short(0.0)
    ('1.23e-04', '∞', '-', '0')
    """
    if math.isnan(value):
        return "-"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if value == 0:
        return "0"
    if 0.01 <= abs(value) < 10000:
        return f"{value:.{places}g}" if abs(value) < 1000 else f"{value:.0f}"
    return f"{value:.{places - 1}e}"


def _digits(number: float) -> str:
    return "exact" if number == math.inf else "-" if math.isnan(number) else f"{number:.1f}"
