# SPDX-License-Identifier: BSD-3-Clause
"""What becomes of the runs of distillation.py?  A table, a picture, and the page of the docs."""

from __future__ import annotations

import statistics
from collections import Counter
from typing import TYPE_CHECKING, Any

from exact_report import HERE
from report_parts import markdown_table, save_figure, shown_table, write_page
from rich.console import Console

from numformats.training.discrete import mean_interval

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RECORD = HERE / "distillation.json"
DOCS = HERE.parent / "docs" / "explanation" / "distillation.md"
PICTURE = HERE.parent / "docs" / "pictures" / "distillation.svg"
HEAD = ["domain", "labels", "draws", "teacher", "scratch", "isotropic 3", "Fisher 0.3", "function 30",
        "distilled", "in posit16", "in posit8", "minus the better", "not below", "chosen"]  # fmt: skip


def groups(runs: list[dict[str, Any]]) -> Iterator[tuple[str, int, list[dict[str, Any]]]]:
    """The draws of each domain and number of labels."""
    for domain in dict.fromkeys(r["domain"] for r in runs):
        for n in sorted({r["n"] for r in runs if r["domain"] == domain}):
            yield domain, n, [r for r in runs if (r["domain"], r["n"]) == (domain, n)]


def mean(runs: list[dict[str, Any]], name: str) -> float:
    """Of the accuracy in per cent."""
    return 100 * statistics.fmean(r[name] for r in runs)


def against_the_better(runs: list[dict[str, Any]], name: str) -> tuple[float, float]:
    """Mean points above the better of teacher and scratch (by mean), and half the 95 % interval.

    The interval is Student's, of the differences draw by draw; of one draw it is infinite.
    """
    better = max(("teacher", "scratch"), key=lambda other: mean(runs, other))
    differences = [100 * (r[name] - r[better]) for r in runs]
    found = mean_interval(differences)
    return found.middle, found.half


def rows_of(runs: list[dict[str, Any]]) -> Iterator[list[str]]:
    """The cells of each domain and number of labels."""
    for domain, n, mine in groups(runs):
        off, half = against_the_better(mine, "distilled float64")
        chosen = Counter(r["chosen"] for r in mine).most_common()
        yield [
            domain,
            str(n),
            str(len(mine)),
            *(f"{mean(mine, name):.1f}" for name in HEAD[3:8]),
            *(
                f"{mean(mine, f'distilled {name}'):.1f}"
                for name in ("float64", "posit16", "posit8")
            ),
            f"{off:+.1f} ± {half:.1f}",
            "met" if off + half >= 0 else "missed",
            ", ".join(f"{name} ({count})" for name, count in chosen),
        ]


def show(record: dict[str, Any]) -> None:
    """Print the table."""
    title = "accuracy on the domain's test digits, per cent"
    Console(width=190).print(shown_table(title, HEAD, rows_of(record["runs"])))


def markdown(record: dict[str, Any]) -> str:
    """The table of the page."""
    table = markdown_table(HEAD, rows_of(record["runs"]))
    return f"{record['machine']}, {record['date']}.\n\n{table}"


def picture(record: dict[str, Any], path: Path) -> None:
    """Mean accuracy by number of labels, one panel per domain."""
    import matplotlib.pyplot as plt

    looks = {"teacher": ("#888888", "--"), "scratch": ("#d08020", "-"), "isotropic 3": ("#80b0d8", ":"),
             "Fisher 0.3": ("#70a060", ":"), "distilled float64": ("#1f6fb2", "-"),
             "distilled posit8": ("#b02060", "-.")}  # fmt: skip
    domains = list(dict.fromkeys(r["domain"] for r in record["runs"]))
    figure, panels = plt.subplots(1, len(domains), figsize=(4.4 * len(domains), 3.6), squeeze=False)
    for panel, domain in zip(panels[0], domains, strict=True):
        found = [(n, runs) for name, n, runs in groups(record["runs"]) if name == domain]
        for name, (colour, line) in looks.items():
            values = [mean(runs, name) for _, runs in found]
            panel.plot([n for n, _ in found], values, line, color=colour, label=name, linewidth=1.8)
        panel.set_xscale("log")
        panel.set_xticks([n for n, _ in found], [str(n) for n, _ in found], fontsize=8)
        panel.minorticks_off()
        panel.set_title(f"digits, {domain}", fontsize=9)
        panel.set_xlabel("labels of the domain", fontsize=8)
        panel.set_ylabel("test accuracy, per cent", fontsize=8)
        panel.grid(alpha=0.3)
    panels[0][0].legend(fontsize=7)
    save_figure(figure, path)


def write_docs() -> None:
    """Rewrite the table and the picture of the page from the record."""
    write_page(RECORD, DOCS, markdown, PICTURE, picture)
