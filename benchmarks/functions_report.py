# SPDX-License-Identifier: BSD-3-Clause
"""What becomes of the figures of functions.py?  Tables on the screen, and those of the docs."""

from __future__ import annotations

import json
import statistics
from typing import TYPE_CHECKING

from elementwise_targets import judged
from exact_report import HERE, put_between
from functions_peers import DOMAINS
from functions_targets import GOALS, TARGETS
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from functions_targets import Goal

RECORD = HERE / "functions.json"
DOCS = HERE.parent / "docs" / "explanation" / "speed-functions.md"
LENGTH, SHORT = "65536", "1000"


def names_of(lines: dict[str, dict[str, float]]) -> list[str]:
    """Everybody who was measured."""
    return list(dict.fromkeys(name for line in lines.values() for name in line))


def three(x: float) -> str:
    """Three digits, no exponent."""
    return f"{x:.0f}" if x >= 100 else f"{x:.3g}"


def ratios_of(lines: dict, goal: Goal) -> dict[str, dict[str, float]]:
    """Speed beside the goal's peer: function, format."""
    found: dict[str, dict[str, float]] = {}
    for t, ratio in judged(lines, TARGETS):
        if t.peer == goal.peer and t.ours in goal.formats:
            found.setdefault(t.operation, {})[t.ours] = ratio
    return found


def missed_of(ratios: dict[str, dict[str, float]], goal: Goal) -> Iterator[str]:
    """Functions that miss the goal, with the lowest ratio and the formats."""
    for function, row in ratios.items():
        names = [name for name, r in row.items() if r < goal.least]
        if names:
            who = "all" if len(names) == len(row) else ", ".join(names)
            yield f"{function} {three(min(row.values()))} ({who})"


def summary(lines: dict) -> Iterator[list[str]]:
    """Each goal, with how many lines meet it, the median, and who misses it."""
    for goal in GOALS:
        ratios = ratios_of(lines, goal)
        each = [r for row in ratios.values() for r in row.values()]
        if each:
            yield [", ".join(goal.formats), goal.peer, three(goal.least),
                   f"{sum(r >= goal.least for r in each)} of {len(each)}", three(statistics.median(each)),
                   three(min(each)), ", ".join(missed_of(ratios, goal)) or "none"]  # fmt: skip


SUMMARY = ["formats", "beside", "target", "met", "median ratio", "lowest", "missed"]


def show(record: dict) -> None:
    """Print nanoseconds for each element, and the targets."""
    console = Console(width=190)
    for n, lines in record["nanoseconds"].items():
        names = names_of(lines)
        table = Table(title=f"{n} elements: ns each, one thread, level {record['level']}")
        table.add_column("")
        for name in names:
            table.add_column(name.replace("universal-dtypes", "universal"), justify="right")
        for function, line in lines.items():
            table.add_row(function, *(three(line[x]) if x in line else "" for x in names))
        console.print(table)
        table = Table(*SUMMARY, title=f"targets: speed beside the peer's, {n} elements")
        for row in summary(lines):
            table.add_row(*row)
        console.print(table)


# ---- the docs ------------------------------------------------------------------------------------


def table_of(head: list[str], rows: list[list[str]]) -> list[str]:
    """Lines of a table, with empty ones around."""
    return ["", "| " + " | ".join(head) + " |", "|---" * len(head) + "|",
            *("| " + " | ".join(row) + " |" for row in rows), ""]  # fmt: skip


def ratio_table(record: dict, goal: Goal) -> list[str]:
    """A goal's ratios: a row for each function; what misses it is bold."""
    lines, rows = record["nanoseconds"][LENGTH], []
    wrong = {f: row[goal.peer] for f, row in record["wrong_percent"].items() if goal.peer in row}
    for f, row in ratios_of(lines, goal).items():
        cells = {
            name: three(r) if r >= goal.least else f"**{three(r)}**" for name, r in row.items()
        }
        rows.append([f, three(lines[f][goal.peer]), *([f"{wrong.get(f, 0):.1f}"] if wrong else []),
                     *(cells.get(name, "") for name in goal.formats)])  # fmt: skip
    head = [
        "",
        f"{goal.peer}, ns",
        *(["of it not correctly rounded, %"] if wrong else []),
        *goal.formats,
    ]
    title = f"Times {goal.peer}'s speed, {int(LENGTH):,} elements; target {three(goal.least)}, missed where bold:"
    return ["", title, *table_of(head, rows)]


def time_table(lines: dict[str, dict[str, float]], title: str) -> list[str]:
    """Everybody's times: a row for each function."""
    names = names_of(lines)
    rows = [[f, *(three(line[x]) if x in line else "" for x in names)] for f, line in lines.items()]
    return ["", title, *table_of(["", *names], rows)]


def markdown(record: dict) -> str:
    """Tables of the docs: targets, ratios, times, what a table costs, arguments."""
    head = f"Measured by `python benchmarks/functions.py` on {record['machine']}, {record['date']}, level "
    numpy = f"NumPy {record['versions']['numpy']} with exp of float64 by {record['numpy_level']}"
    lines = record["nanoseconds"]
    rows = [f"{head}{record['level']}; {numpy}:", *table_of(SUMMARY, [*summary(lines[LENGTH])])]
    for goal in GOALS:
        rows += ratio_table(record, goal)
    for n in (LENGTH, SHORT):
        rows += time_table(lines.get(n, {}), f"Nanoseconds for each element, {int(n):,} elements:")
    rows += time_table(record["table_milliseconds"], "Milliseconds of the call that makes a table:")
    domains = [[what, ", ".join(f)] for what, (_, f) in DOMAINS.items()]
    rows += ["", "Arguments:", *table_of(["", "of"], [*domains, ["standard normal", "all others"]])]
    return "\n".join(rows).replace("\n\n\n", "\n\n").strip()


def write_docs() -> None:
    """Replace the tables between the markers."""
    put_between(DOCS, markdown(json.loads(RECORD.read_text())))
