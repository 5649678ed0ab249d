# SPDX-License-Identifier: BSD-3-Clause
"""How does ``numformats compare`` go from its arguments to table, picture and JSON?"""

from __future__ import annotations

import importlib.util
import json
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from numformats._atomic_file import STDOUT, is_stream, replacing, write_text
from numformats.analysis import Comparison, compare, find_candidate, load_workload, split_formats
from numformats.analysis.document import to_document
from numformats.analysis.problems import CompareError
from numformats.cli.tables import comparison_table, console, figures_table, notes

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from numformats.analysis import Candidate, Workload

PICTURES = {".png", ".svg", ".pdf"}


def run_compare(
    target: str, formats: str, *, data: str | None, plot: Path | None, json_file: Path | None
) -> None:
    """The command: everything that can be wrong is found before the long run starts."""
    candidates = [find_candidate(name) for name in split_formats(formats)]
    check_targets(plot, json_file)
    workload = load_workload(target, data)
    comparison = compare_with_progress(workload, candidates)
    streams = [path for path in (json_file, plot) if path is not None and str(path) == STDOUT]
    print_comparison(comparison, console(stderr=bool(streams)))
    if json_file is not None:
        write_json(comparison, json_file)
    if plot is not None:
        write_plot(comparison, plot)


def check_targets(plot: Path | None, json_file: Path | None) -> None:
    """Raises CompareError when a file to be written cannot be."""
    if plot is not None:
        if plot.suffix.lower() not in PICTURES and not is_stream(plot):
            raise CompareError(f"{plot}: a picture must end in {', '.join(sorted(PICTURES))}")
        if importlib.util.find_spec("matplotlib") is None:
            raise CompareError("--plot needs matplotlib: pip install 'numformats[plot]'")
    for path in (plot, json_file):
        if path is not None and is_stream(path):
            continue
        if path is not None and not path.absolute().parent.is_dir():
            raise CompareError(f"no such folder: {path.absolute().parent}")
        if path is not None and path.is_dir():
            raise CompareError(f"{path} is a folder")


def compare_with_progress(workload: Workload, candidates: list[Candidate]) -> Comparison:
    """Runs a comparison under a progress bar (on stderr, only on a terminal, gone at the end)."""
    shown = console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=shown, transient=True, disable=not shown.is_terminal) as bar:
        task = bar.add_task(workload.name, total=len(candidates) + 1)

        def step(name: str) -> None:
            done = 0 if name == "reference" else bar.tasks[task].completed + 1
            bar.update(task, description=f"{workload.name}: {name}", completed=done)

        return compare(workload, candidates, step)


def print_comparison(comparison: Comparison, out: Console) -> None:
    """The tables and the notes."""
    out.print(comparison_table(comparison))
    figures = figures_table(comparison)
    if figures is not None:
        out.print(figures)
    for line in notes(comparison):
        out.print(line, style="dim", markup=False, soft_wrap=True)


def write_json(comparison: Comparison, path: Path) -> None:
    """Writes the document of a comparison; the file is whole or untouched, "-" is stdout."""
    text = json.dumps(to_document(comparison), indent=2, allow_nan=False)
    write_text(path, f"{text}\n", dash=True)


def write_plot(comparison: Comparison, path: Path) -> None:
    """Writes the picture of a comparison, a PNG into devices and "-", which is stdout."""
    from numformats.plotting import plot_comparison  # noqa: PLC0415 - needs an extra

    kind = path.suffix.lower().removeprefix(".") if path.suffix.lower() in PICTURES else "png"
    with replacing(path, dash=True) as stream:
        plot_comparison(comparison).savefig(stream, dpi=150, format=kind)
