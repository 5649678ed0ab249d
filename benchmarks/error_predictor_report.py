# SPDX-License-Identifier: BSD-3-Clause
"""What becomes of the runs of error_predictor.py?  A table with verdicts, a picture, and the page."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any

from exact_report import HERE
from report_parts import markdown_table, mean_and_spread, save_figure, shown_table, write_page
from rich.console import Console

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RECORD = HERE / "error_predictor.json"
DOCS = HERE.parent / "docs" / "explanation" / "error-predictor.md"
PICTURE = HERE.parent / "docs" / "pictures" / "error-predictor.svg"
PREDICTORS = ("constant", "AR(1)", "linear", "LSTM")
GATE = 5.0  # points that the LSTM must be ahead of AR(1)
NAMES = {"toward_negative": "truncated", "nearest_even": "nearest"}
HEAD = ["bits", "rounding", "seeds", *PREDICTORS, "LSTM - AR(1)", "LSTM - linear", "verdict",
        "sign, constant", "sign, LSTM"]  # fmt: skip


def mean(runs: list[dict[str, Any]], name: str) -> float:
    """Of a number of all runs."""
    return statistics.fmean(r[name] for r in runs)


def cases(runs: list[dict[str, Any]]) -> Iterator[tuple[int, str, list[dict[str, Any]]]]:
    """The runs of each number of bits and rounding, in order of the runs."""
    for bits, rounding in dict.fromkeys((r["bits"], r["rounding"]) for r in runs):
        yield bits, rounding, [r for r in runs if (r["bits"], r["rounding"]) == (bits, rounding)]


def verdict(runs: list[dict[str, Any]]) -> str:
    """Whether the network is worth anything, and whether a linear predictor does as well."""
    if mean(runs, "LSTM") - mean(runs, "AR(1)") < GATE:
        return "not useful"
    return (
        "useful"
        if mean(runs, "LSTM") > mean(runs, "linear")
        else "ahead of AR(1); linear is better"
    )


def rows_of(runs: list[dict[str, Any]]) -> Iterator[list[str]]:
    """The cells of each case."""
    for bits, rounding, mine in cases(runs):
        yield [
            str(bits),
            NAMES[rounding],
            str(len(mine)),
            *(f"{mean(mine, name):.1f}" for name in PREDICTORS[:-1]),
            mean_and_spread([r["LSTM"] for r in mine], 1),
            *(f"{mean(mine, 'LSTM') - mean(mine, other):+.1f}" for other in ("AR(1)", "linear")),
            verdict(mine),
            *(f"{mean(mine, f'sign of {name}'):.0f}" for name in ("constant", "LSTM")),
        ]


def show(record: dict[str, Any]) -> None:
    """Print the table."""
    title = "reduction of the mean square error, per cent; sign right, per cent"
    Console(width=170).print(shown_table(title, HEAD, rows_of(record["runs"])))


def markdown(record: dict[str, Any]) -> str:
    """The table of the page."""
    where = f"{record['machine']}, {record['date']}."
    return f"{where}\n\n{markdown_table(HEAD, rows_of(record['runs']))}"


def picture(record: dict[str, Any], path: Path) -> None:
    """The reductions as bars, one group per case."""
    import matplotlib.pyplot as plt

    found = list(cases(record["runs"]))
    figure, panel = plt.subplots(figsize=(7.2, 3.4))
    colours = ("#bbbbbb", "#d08020", "#70a060", "#1f6fb2")
    for k, (name, colour) in enumerate(zip(PREDICTORS, colours, strict=True)):
        heights = [mean(runs, name) for _, _, runs in found]
        panel.bar([i + 0.2 * k for i in range(len(found))], heights, 0.18, color=colour, label=name)
    names = [f"{bits} bits\n{NAMES[rounding]}" for bits, rounding, _ in found]
    panel.set_xticks([i + 0.3 for i in range(len(found))], names, fontsize=8)
    panel.set_ylabel("mean square error removed, per cent", fontsize=8)
    panel.axhline(0, color="black", linewidth=0.6)
    panel.legend(fontsize=7, ncol=4, loc="upper center", bbox_to_anchor=(0.5, 1.14))
    panel.grid(axis="y", alpha=0.3)
    save_figure(figure, path)


def write_docs() -> None:
    """Rewrite the table and the picture of the page from the record."""
    write_page(RECORD, DOCS, markdown, PICTURE, picture)
