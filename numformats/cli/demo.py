# SPDX-License-Identifier: BSD-3-Clause
"""What does each number format do to a real computation?  The run behind ``make demo``."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from numformats._atomic_file import write_text
from numformats.analysis import find_candidate, load_workload
from numformats.analysis.problems import CompareError
from numformats.cli.exactness import print_exactness
from numformats.cli.run import (
    Targets,
    check_targets,
    compare_with_progress,
    print_comparison,
    write_json,
    write_plot,
)
from numformats.cli.tables import console
from numformats.cli.training_demo import TITLE, print_training, trained
from numformats.progress import progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.analysis import Comparison

# What runs on what: narrow formats read digits, wide accumulators add long sums.
DEMO = {
    "digits.py:classify": (
        "float8_e4m3fn",
        "float8_e5m2",
        "posit8",
        "takum_linear8",
        "fixed<16,frac=8>",
        "bfloat16",
        "binary16",
        "bposit16",
        "posit16",
        "takum_linear16",
        "mlu32",
        "binary32",
        "posit32",
    ),
    "accumulate.py:drift": (
        "bfloat16",
        "posit16",
        "tf32",
        "mlu32",
        "truncated<exp=8,man=23,compute_man=20,truncate=operand>",
        "truncated<exp=8,man=23,compute_man=20,truncate=align>",
        "truncated<exp=8,man=23,compute_man=20,truncate=product>",
        "truncated<exp=8,man=23,compute_man=20,truncate=rounded>",
        "binary32",
        "bposit32",
        "posit32",
        "takum_linear32",
    ),
}

REPORT_WIDTH = 160  # columns

INTRODUCTION = """\
# What number formats do to two computations

Each computation ran once in every format, every operation rounded once by that format, and once
in 50-digit arithmetic. `digits.py:classify` scores 360 images of handwritten digits with a small
network; `accumulate.py:drift` sums up to 100,000 numbers (columns "sum 1e...": mean signed
relative error after that many terms). The JSON files hold all figures. Then the same sum and the
same matrix product in five formats, rounded at every step and once; and a network that learns to
read the digits in five formats.
"""


def run_demo(output: Path, examples: Path | None) -> None:
    """Runs the demo and writes pictures, JSON and report.md into the folder `output`."""
    folder = _find_examples(examples)
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CompareError(f"cannot make the folder {output}: {error.strerror}") from error
    check_targets(Targets(plot=output / "probe.png"))
    out = console()
    report = [INTRODUCTION]
    written = []
    for target, formats in DEMO.items():
        stem = target.partition(".")[0]
        candidates = [find_candidate(name) for name in formats]
        comparison = compare_with_progress(load_workload(str(folder / target)), candidates)
        print_comparison(comparison, out)
        out.print()
        write_plot(comparison, output / f"{stem}.png")
        write_json(comparison, output / f"{stem}.json")
        written += [output / f"{stem}.png", output / f"{stem}.json"]
        report.append(_section(comparison, stem))
    print_exactness(out)
    report.append(_page("Rounded at every step, and once", print_exactness))
    with progress("training"):
        results = trained()
    print_training(results, out)
    report.append(_page(TITLE, lambda page: print_training(results, page)))
    write_text(output / "report.md", "\n".join(report))
    written.append(output / "report.md")
    out.print("Written: " + ", ".join(str(path) for path in written), soft_wrap=True, markup=False)


def _find_examples(given: Path | None) -> Path:
    beside = Path(__file__).resolve().parents[2] / "docs" / "examples"
    places = [given] if given is not None else [Path("docs/examples"), beside]
    for place in places:
        if all((place / target.partition(":")[0]).is_file() for target in DEMO):
            return place
    raise CompareError(
        f"no digits.py and accumulate.py in {places[0]}: run this in the source tree, "
        "or say --examples FOLDER"
    )


def _page(title: str, print_into: Callable[[Console], None]) -> str:
    page = io.StringIO()
    print_into(Console(file=page, width=REPORT_WIDTH, no_color=True))
    text = "\n".join(line.rstrip() for line in page.getvalue().splitlines())
    return f"\n## {title}\n\n```text\n{text}\n```\n"


def _section(comparison: Comparison, stem: str) -> str:
    text = _page(comparison.function, lambda page: print_comparison(comparison, page))
    return f"{text}\n![{stem}]({stem}.png)\n"
