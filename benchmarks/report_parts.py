# SPDX-License-Identifier: BSD-3-Clause
"""What have the reports of benchmarks in common?  Means, tables, panels of accuracies, pictures, the page."""

from __future__ import annotations

import json
import statistics
from typing import TYPE_CHECKING, Any

from exact_report import put_between
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from pathlib import Path

    Draw = Callable[[dict[str, Any], Path], None]


def mean_and_spread(values: Sequence[float], digits: int = 2) -> str:
    """The mean and, of two values and more, the standard deviation."""
    spread = f" ± {statistics.stdev(values):.{digits}f}" if len(values) > 1 else ""
    return f"{statistics.fmean(values):.{digits}f}{spread}"


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]], rule: str = "---") -> str:
    """A table of the docs; the rule `---:` moves all columns to the right."""
    lines = [f"| {' | '.join(head)} |", "|" + f" {rule} |" * len(head)]
    return "\n".join([*lines, *(f"| {' | '.join(cells)} |" for cells in rows)])


def shown_table(
    title: str | None, head: Sequence[str], rows: Iterable[Sequence[str]], left: int = 0
) -> Table:
    """A table to print; so many of its first columns are moved to the left."""
    table = Table(title=title)
    for i, column in enumerate(head):
        table.add_column(column, justify="left" if i < left else "right")
    for cells in rows:
        table.add_row(*cells)
    return table


def accuracy_panel(
    panel: Any, found: dict[str, list[float]], title: str, *, note: str = "", marked: Collection[str] = ()
) -> None:  # fmt: skip
    """A line for each row, from the top: a point for each run, and a stroke at their mean."""
    rows = [*found][::-1]
    for place, row in enumerate(rows):
        values = found[row]
        color = "#b2481f" if row in marked else "#1f6fb2"
        panel.plot(values, [place] * len(values), "o", color=color, alpha=0.5, markersize=4)
        panel.plot([statistics.fmean(values)], [place], "|", color="black", markersize=14)
    panel.set_yticks(range(len(rows)), rows, fontsize=8)
    panel.set_title(title, fontsize=9)
    panel.set_xlabel(f"test accuracy, per cent{note}", fontsize=8)
    panel.grid(axis="x", alpha=0.3)


def save_figure(figure: Any, path: Path) -> None:
    """Write a picture, an SVG without its date, and let go of it."""
    import matplotlib.pyplot as plt

    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
    plt.close(figure)


def write_page(
    kept: Path, page: Path, markdown: Callable[[dict[str, Any]], str], picture: Path, draw: Draw
) -> None:
    """Rewrite the tables between the markers of a page, and its picture, from the record that is kept."""
    record = json.loads(kept.read_text())
    put_between(page, markdown(record))
    draw(record, picture)
