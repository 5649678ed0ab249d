# SPDX-License-Identifier: BSD-3-Clause
"""How does ``numformats compare`` go from its arguments to table, picture and JSON?"""

from __future__ import annotations

import importlib.util
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from numformats._atomic_file import STDOUT, is_stream, replacing, write_text
from numformats.analysis import Comparison, compare, find_candidate, load_workload, split_formats
from numformats.analysis.compare import find_algebra
from numformats.analysis.comparison_page import to_page
from numformats.analysis.document import to_document
from numformats.analysis.figures import notes
from numformats.analysis.problems import CompareError
from numformats.analysis.reference_numbers import REFERENCE_DIGITS
from numformats.cli.tables import comparison_table, console, figures_table, worst_table
from numformats.progress import progress

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure
    from rich.console import Console

    from numformats.analysis import Candidate, Workload
    from numformats.analysis.algebra import Truth

PICTURES = {".png", ".svg", ".pdf"}


@dataclass(frozen=True)
class Targets:
    """The files to be written, None for those that are not."""

    plot: Path | None = None
    plot_errors: Path | None = None
    html: Path | None = None
    json_file: Path | None = None

    def files(self) -> list[Path]:
        """Those that are to be written."""
        every = (self.json_file, self.html, self.plot, self.plot_errors)
        return [path for path in every if path is not None]


def run_compare(
    target: str, formats: str, *, data: str | None, targets: Targets, reference: str
) -> None:
    """The command: everything that can be wrong is found before the long run starts."""
    candidates = [find_candidate(name) for name in split_formats(formats)]
    check_targets(targets)
    find_algebra(reference, candidates)
    workload = load_workload(target, data)
    comparison = compare_with_progress(workload, candidates, reference)
    is_piped = any(str(path) == STDOUT for path in targets.files())
    print_comparison(comparison, console(stderr=is_piped))
    with console(stderr=True).status("writing files"):
        write_files(comparison, targets)


def write_files(comparison: Comparison, targets: Targets) -> None:
    """Writes what was asked for; each file is whole or untouched, "-" is stdout."""
    if targets.json_file is not None:
        write_json(comparison, targets.json_file)
    if targets.html is not None:
        write_text(targets.html, to_page(comparison), dash=True)
    if targets.plot is not None:
        write_plot(comparison, targets.plot)
    if targets.plot_errors is not None:
        from numformats.analysis.plotting import plot_errors  # noqa: PLC0415 - needs an extra

        _write_figure(plot_errors(comparison), targets.plot_errors)


def check_targets(targets: Targets) -> None:
    """Raises CompareError when a file to be written cannot be."""
    for option, plot in (("--plot", targets.plot), ("--plot-errors", targets.plot_errors)):
        if plot is None:
            continue
        if plot.suffix.lower() not in PICTURES and not is_stream(plot):
            raise CompareError(f"{plot}: a picture must end in {', '.join(sorted(PICTURES))}")
        if importlib.util.find_spec("matplotlib") is None:
            raise CompareError(f"{option} needs matplotlib: pip install 'numformats[plot]'")
    for path in targets.files():
        if is_stream(path):
            continue
        if not path.absolute().parent.is_dir():
            raise CompareError(f"no such folder: {path.absolute().parent}")
        if path.is_dir():
            raise CompareError(f"{path} is a folder")


def compare_with_progress(
    workload: Workload, candidates: list[Candidate], reference: Truth = REFERENCE_DIGITS
) -> Comparison:
    """Runs a comparison under a progress bar."""
    with progress(workload.name, total=len(candidates) + 1) as bar:

        def step(name: str) -> None:
            bar.advance(name != "reference", description=f"{workload.name}: {name}")

        return compare(workload, candidates, step, reference=reference)


def print_comparison(comparison: Comparison, out: Console) -> None:
    """The tables and the notes."""
    out.print(comparison_table(comparison))
    out.print(worst_table(comparison))
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
    from numformats.analysis.plotting import plot_comparison  # noqa: PLC0415 - needs an extra

    _write_figure(plot_comparison(comparison), path)


def _write_figure(figure: Figure, path: Path) -> None:
    kind = path.suffix.lower().removeprefix(".") if path.suffix.lower() in PICTURES else "png"
    with replacing(path, dash=True) as stream:
        figure.savefig(stream, dpi=150, format=kind)
