# SPDX-License-Identifier: BSD-3-Clause
"""What becomes of the figures of elementwise.py?  Tables, pictures, the docs, and what got slower."""

from __future__ import annotations

import json
import math
import statistics
from typing import TYPE_CHECKING

from elementwise_targets import judged
from exact_report import HERE, put_between
from rich.console import Console
from rich.table import Table

import numformats as nf
from numformats._atomic_file import write_text

if TYPE_CHECKING:
    from pathlib import Path

RECORD = HERE / "elementwise.json"
DOCS = HERE.parent / "docs" / "explanation" / "speed.md"
REFERENCE, LONGEST = "numpy float32", "1000000"
SLOWER = 1.2
# the lines of the second picture
SHOWN = ("posit32", "bposit32", "posit16", "bfloat16", "float8_e4m3fn", "q31", "posit64",
         REFERENCE, "ml_dtypes bfloat16", "universal-dtypes posit32")  # fmt: skip


def million(nanoseconds: float) -> str:
    """Million elements per second, three digits."""
    rate = 1e3 / nanoseconds
    return f"{rate:.0f}" if rate >= 100 else f"{rate:.3g}"


def show(record: dict) -> None:
    """Print millions of elements per second for each length, and the targets."""
    console = Console(width=160)
    for n, lines in record["nanoseconds"].items():
        table = Table(
            title=f"{n} elements: million per second, one thread, level {record['level']}"
        )
        table.add_column("")
        for operation in lines:
            table.add_column(operation, justify="right")
        for name in dict.fromkeys(name for line in lines.values() for name in line):
            table.add_row(
                name, *(million(line[name]) if name in line else "" for line in lines.values())
            )
        console.print(table)
    table = Table(title="targets: speed beside the peer's, 10^6 elements")
    for column in ("ours", "beside", "ratio", "at least", ""):
        table.add_column(column)
    for t, ratio in judged(record["nanoseconds"].get(LONGEST, {})):
        table.add_row(f"{t.ours} {t.operation}", f"{t.peer} {t.its}", f"{ratio:.3g}", f"{t.least:.3g}",
                      "met" if ratio >= t.least else "MISSED")  # fmt: skip
    console.print(table)


def regressions(old: dict, new: dict) -> list[str]:
    """Our lines that take longer by a fifth or more than in the old run.

    In ratios: times are divided by the median growth of everybody else's (of all, where there is nobody
    else) in the same operation and length, which is the machine's.
    """
    found = []
    for n, lines in new["nanoseconds"].items():
        for operation, line in lines.items():
            before = old["nanoseconds"].get(n, {}).get(operation, {})
            grown = {name: time / before[name] for name, time in line.items() if name in before}
            others = [g for name, g in grown.items() if name.split()[0] not in nf.formats()]
            machine = statistics.median(others or grown.values() or [1])
            found += [f"{operation} of {name}, {n} elements: {g / machine:.2f} times as long"
                      for name, g in grown.items()
                      if name.split()[0] in nf.formats() and g / machine >= SLOWER]  # fmt: skip
    return found


# ---- pictures ------------------------------------------------------------------------------------


def plot_throughput(record: dict) -> None:
    """Colour and write each format's speed in each operation, float32's as 1."""
    import matplotlib.pyplot as plt
    from matplotlib.colors import LogNorm

    lines = {op: line for op, line in record["nanoseconds"][LONGEST].items() if REFERENCE in line}
    names = list(nf.formats())
    nothing = float("nan")
    ratios = [[line[REFERENCE] / line[n] if n in line else nothing for line in lines.values()]
              for n in names]  # fmt: skip
    figure, axes = plt.subplots(figsize=(9, 0.24 * len(names) + 1))
    axes.pcolormesh(ratios, cmap="RdYlGn", norm=LogNorm(0.01, 2))
    for i, row in enumerate(ratios):
        for j, ratio in enumerate(row):
            if not math.isnan(ratio):
                axes.text(j + 0.5, i + 0.5, f"{ratio:.2g}", ha="center", va="center", fontsize=6)
    axes.set_yticks([i + 0.5 for i in range(len(names))], names, fontsize=7)
    axes.set_xticks([j + 0.5 for j in range(len(lines))], list(lines), fontsize=7, rotation=30)
    axes.invert_yaxis()
    axes.set_title(
        "speed, 1: NumPy's float32 in the same operation; 10^6 elements, one thread", fontsize=8
    )
    figure.tight_layout()
    figure.savefig(DOCS.parent / "speed-formats.svg", metadata={"Date": None})


def plot_lengths(record: dict) -> None:
    """Draw the cost of an addition against the length of the arrays."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 4))
    lengths = list(record["nanoseconds"])
    for name in SHOWN:
        times = [record["nanoseconds"][n]["add"].get(name) for n in lengths]
        if None not in times:
            axes.loglog([int(n) for n in lengths], times, marker="o", label=name)
    axes.set_xlabel("elements")
    axes.set_ylabel("nanoseconds for each element, add")
    axes.legend(fontsize=7)
    figure.tight_layout()
    figure.savefig(DOCS.parent / "speed-lengths.svg", metadata={"Date": None})


# ---- files ---------------------------------------------------------------------------------------


def write_json(record: dict, path: Path) -> None:
    """Write a record, by way of a temporary file."""
    write_text(path, json.dumps(record, indent=1) + "\n")


def keep(record: dict) -> None:
    """Write the JSON and the pictures."""
    write_json(record, RECORD)
    plot_throughput(record)
    plot_lengths(record)


def markdown(record: dict) -> str:
    """Tables of the docs: targets, then millions of elements per second."""
    lines = record["nanoseconds"][LONGEST]
    head = (
        f"Measured by `python benchmarks/elementwise.py` on {record['machine']}, {record['date']}"
    )
    rows = [f"{head}, level {record['level']}:", "",
            "| what | beside | ratio of speeds | target | |", "|---|---|---|---|---|"]  # fmt: skip
    for t, ratio in judged(lines):
        rows.append(f"| {t.ours} {t.operation} | {t.peer} {t.its} | {ratio:.3g} | {t.least:.3g} | "
                    f"{'met' if ratio >= t.least else 'missed'} |")  # fmt: skip
    rows += ["", "Million elements per second, 10^6 elements:", "",
             "| | " + " | ".join(lines) + " |", "|---" * (len(lines) + 1) + "|"]  # fmt: skip
    for name in dict.fromkeys(name for line in lines.values() for name in line):
        cells = (million(line[name]) if name in line else "" for line in lines.values())
        rows.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def write_docs() -> None:
    """Replace the tables between the markers."""
    put_between(DOCS, markdown(json.loads(RECORD.read_text())))
