# SPDX-License-Identifier: BSD-3-Clause
"""What becomes of the lines of exact.py?  A table, a picture, and the table of the docs."""

from __future__ import annotations

import json
import math
import os
import platform
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from numformats._atomic_file import write_text

HERE = Path(__file__).parent
DOCS = HERE.parent / "docs" / "explanation" / "exact-accumulation.md"
BEGIN, END = "<!-- begin figures -->", "<!-- end figures -->"


@dataclass
class Line:
    """What is measured: `ratio` is ours by theirs in time (or theirs by ours: "times faster")."""

    name: str
    peer: str
    target: float
    faster: bool = False  # the ratio is a speed-up, and the target the least one
    ratio: float = math.nan
    ours: float = math.nan  # milliseconds, or mebibytes
    theirs: float = math.nan
    stretch: float | None = None

    @property
    def met(self) -> bool:
        """Is the target reached?"""
        return self.ratio >= self.target if self.faster else self.ratio <= self.target


def machine() -> str:
    """Say how many cores of which architecture this run may use."""
    return f"{len(os.sched_getaffinity(0))}-core {platform.machine().replace('_', '-')}"


def show(lines: list[Line]) -> None:
    """Print the table."""
    table = Table(title="exact sums and products, one thread, medians")
    for column in ("what", "beside", "ours ms", "theirs ms", "ratio", "target", ""):
        table.add_column(column, justify="left" if column in {"what", "beside"} else "right")
    for x in lines:
        sign = ">=" if x.faster else "<="
        table.add_row(x.name, x.peer, f"{x.ours:.3g}", f"{x.theirs:.3g}", f"{x.ratio:.2f}",
                      f"{sign} {x.target:g}" + (f" ({x.stretch:g})" if x.stretch else ""),
                      "met" if x.met else "MISSED")  # fmt: skip
    Console(width=130).print(table)


def plot(lines: list[Line], path: Path) -> None:
    """Draw every ratio against its target: right of the line is better."""
    import matplotlib.pyplot as plt

    ratios = [x.ratio / x.target if x.faster else x.target / x.ratio for x in lines]
    figure, axes = plt.subplots(figsize=(9, 0.27 * len(lines) + 1.2))
    places = range(len(lines), 0, -1)
    axes.barh(list(places), ratios, color=["#2a7" if r >= 1 else "#c54" for r in ratios])
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_xscale("log")
    axes.set_yticks(list(places), [f"{x.name} | {x.peer}" for x in lines], fontsize=7)
    axes.set_xlabel("how far beyond the target (1: just met), one thread")
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def markdown(record: dict) -> str:
    """The table for the docs."""
    rows = [f"Measured by `python benchmarks/exact.py` on {record['machine']}, {record['date']}:", "",
            "| what | beside | ratio | target |", "|---|---|---|---|"]  # fmt: skip
    for x in record["lines"]:
        kind = "times faster" if x["faster"] else "times as long"
        if x["name"].startswith("memory"):
            kind = "times as much"
        sign = "at least" if x["faster"] else "at most"
        wish = f", wished {x['stretch']:g}" if x["stretch"] else ""
        rows.append(
            f"| {x['name']} | {x['peer']} | {x['ratio']:.3g} {kind} | {sign} {x['target']:g}{wish} |"
        )
    return "\n".join(rows)


def put_between(page: Path, text: str, begin: str = BEGIN, end: str = END) -> None:
    """Replace what stands between the markers of a page."""
    head, rest = page.read_text().split(begin)
    tail = rest.split(end)[1]
    write_text(page, f"{head}{begin}\n\n{text}\n\n{end}{tail}")


def write_docs() -> None:
    """Replace the table between the markers."""
    put_between(DOCS, markdown(json.loads((HERE / "exact.json").read_text())))
