# SPDX-License-Identifier: BSD-3-Clause
"""What becomes of the figures of mixed_precision.py?  Tables, and the page of the docs."""

from __future__ import annotations

import statistics
from typing import Any

from exact_report import HERE, put_between
from report_parts import markdown_table, mean_and_spread, shown_table
from rich.console import Console

from numformats.analysis.canvas import save

DOCS = HERE.parent / "docs" / "explanation" / "mixed-precision.md"
PICTURE = HERE.parent / "docs" / "pictures" / "error-map.svg"
SUMS = ["product", "accumulator", "error", "of it one-sided"]
RUNS = ["policy", "accuracy %", "training loss", "seeds", "bytes of weights", "bytes sent"]


def rows_of_sums(record: dict[str, Any]) -> list[list[str]]:
    """The median error of each accumulator in each product."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one in record["accumulation"]:
        found.setdefault((one["product"], one["accumulator"]), []).append(one)
    return [
        [
            *key,
            f"{statistics.median(x['error'] for x in some):.1e}",
            f"{statistics.median(x['bias'] for x in some):+.1e}",
        ]
        for key, some in found.items()
    ]


def rows_of_runs(record: dict[str, Any]) -> list[list[str]]:
    """Mean and spread of each policy's accuracy."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in record["runs"]:
        found.setdefault(one["policy"], []).append(one)
    rows = []
    for policy, runs in found.items():
        sent = (
            "" if runs[0]["sent"] is None else f"{runs[0]['sent']:,} of {runs[0]['sent_by_adam']:,}"
        )
        rows.append([
            policy,
            mean_and_spread([100 * r["accuracy"] for r in runs]),
            f"{statistics.fmean(r['loss'] for r in runs):.4f}",
            str(len(runs)),
            f"{runs[0]['bytes']:,}",
            sent,
        ])  # fmt: skip
    return rows


def show(record: dict[str, Any]) -> None:
    """Print both tables."""
    for heads, rows in ((SUMS, rows_of_sums(record)), (RUNS, rows_of_runs(record))):
        table = shown_table(None, heads, rows, left=len(heads))
        Console(width=120, highlight=False).print(table)


def write_docs(record: dict[str, Any]) -> None:
    """Rewrite both tables of the page."""
    where = f"`python benchmarks/mixed_precision.py --docs`, {record['machine']}, {record['date']}."
    for name, heads, rows in (
        ("sums", SUMS, rows_of_sums(record)),
        ("runs", RUNS, rows_of_runs(record)),
    ):
        text = f"{markdown_table(heads, rows)}\n\n{where}"
        put_between(DOCS, text, f"<!-- begin {name} -->", f"<!-- end {name} -->")


def draw(figure: Any) -> None:
    """Write the picture of the page."""
    save(figure, PICTURE)
