# SPDX-License-Identifier: BSD-3-Clause
"""What becomes of the runs of int4_training.py?  A table, a picture, and the page of the docs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from exact_report import HERE
from recorded import tasks_of
from report_parts import (
    accuracy_panel,
    markdown_table,
    mean_and_spread,
    save_figure,
    shown_table,
    write_page,
)
from rich.console import Console

from numformats.training.discrete import Interval, mean_interval

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RECORD = HERE / "int4_training.json"
DOCS = HERE.parent / "docs" / "explanation" / "quantization.md"
PICTURE = HERE.parent / "docs" / "pictures" / "int4.svg"
HEAD = ["row", "accuracy %", "minus PTQ, min-max", "minus PTQ, square error"]
BASES = ("PTQ, min-max", "PTQ, square error")
# At least so many points above another row, of the same settings.
GOAL = ("QAT, learned scales", "PTQ, min-max", 1.0)


def difference(runs: list[dict[str, Any]], row: str, base: str) -> Interval:
    """The mean of paired differences in points, and half of its 95 per cent interval."""
    return mean_interval(100 * (r["rows"][row] - r["rows"][base]) for r in runs)


def rows_of(runs: list[dict[str, Any]]) -> Iterator[list[str]]:
    """The cells of each row."""
    for row in runs[0]["rows"]:
        cells = [row, mean_and_spread([100 * r["rows"][row] for r in runs])]
        for base in BASES:
            found = difference(runs, row, base)
            half = "" if math.isinf(found.half) else f" ± {found.half:.2f}"
            cells.append("" if row == base else f"{found.middle:+.2f}{half}")
        yield cells


def judged(runs: list[dict[str, Any]]) -> str:
    """What was asked for, and whether it is so."""
    row, base, points = GOAL
    found = difference(runs, row, base)
    met = "met" if found.middle >= points else "missed"
    text = f"{found.middle:+.2f} ± {found.half:.2f}, {met}"
    return f"{row} at least {points:g} point above {base}: {text}"


def about(task: dict[str, Any], count: int) -> str:
    """One line on model and run."""
    hidden = "-".join(str(n) for n in task["hidden"])
    return (
        f"{task['data']}: hidden {hidden}, {task['epochs']} epochs and {task['more']} more, "
        f"{count} seeds"
    )


def show(record: dict[str, Any]) -> None:
    """Print a table per task."""
    for task, runs in tasks_of(record):
        table = shown_table(about(task, len(runs)), HEAD, rows_of(runs), left=1)
        Console(width=110).print(table, judged(runs), sep="\n")


def markdown(record: dict[str, Any]) -> str:
    """The tables of the docs."""
    parts = [f"{record['machine']}, {record['date']}, CPU level {record['level']}."]
    for task, runs in tasks_of(record):
        table = markdown_table(HEAD, rows_of(runs))
        parts += [f"### {about(task, len(runs))}", table, f"* {judged(runs)}"]
    return "\n\n".join(parts)


def picture(record: dict[str, Any], path: Path) -> None:
    """Accuracy of each run, one panel per task."""
    import matplotlib.pyplot as plt

    tasks = {task["data"]: runs for task, runs in tasks_of(record)}
    figure, panels = plt.subplots(
        1, len(tasks), figsize=(4.4 * len(tasks), 3.6), squeeze=False, sharey=True
    )
    for panel, (data, runs) in zip(panels[0], tasks.items(), strict=True):
        found = {row: [100 * r["rows"][row] for r in runs] for row in runs[0]["rows"]}
        title = f"{data}: weights and activations of 4 bits"
        accuracy_panel(panel, found, title, marked=[row for row in found if row.startswith("QAT")])
    save_figure(figure, path)


def write_docs() -> None:
    """Rewrite the tables and the picture of the page from the record."""
    write_page(RECORD, DOCS, markdown, PICTURE, picture)
