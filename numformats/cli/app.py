# SPDX-License-Identifier: BSD-3-Clause
"""Which commands are there, and what are their options?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from numformats.cli import sweep
from numformats.cli.check import check
from numformats.cli.prove_rtl import prove_rtl
from numformats.cli.vectors import vectors

app = typer.Typer(
    name="numformats",
    help="Number formats: list them, take a value apart, compare them on a computation.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.add_typer(sweep.app, name="sweep")
app.command("vectors")(vectors)
app.command("prove-rtl")(prove_rtl)
app.command("check")(check)

DEFAULT_FORMATS = (
    "posit8,posit16,bposit16,takum_linear16,binary16,bfloat16,mlu32,posit32,bposit32,binary32"
)


@app.command()
def formats() -> None:
    """Table of all named formats with range and precision."""
    from numformats.cli.tables import console, formats_table  # noqa: PLC0415 - fast start

    console().print(formats_table())


@app.command(context_settings={"ignore_unknown_options": True})
def show(
    value: Annotated[str, typer.Argument(help="a number (1.5, -1/3, nan) or bits (0x4000)")],
    format_name: Annotated[str, typer.Option("--format", help="name of the format")],
) -> None:
    """Take one value of a format apart: its bits, exact value, neighbours and spacing."""
    from numformats.cli.show import print_value  # noqa: PLC0415

    print_value(value, format_name)


@app.command(context_settings={"ignore_unknown_options": True})
def bound(  # noqa: PLR0913 - its options
    target: Annotated[str, typer.Argument(help="SCRIPT.py:function", show_default=False)],
    format_name: Annotated[str, typer.Option("--format", "-f", help="name of the format")],
    ranges: Annotated[
        list[str] | None,
        typer.Option("--range", "-r", help="x=0:1, x=0:1:3x4 or n=5, once per parameter"),
    ] = None,
    subdivide: Annotated[
        float, typer.Option(help="how many sub-boxes, or (below 1) a tolerance")
    ] = 1,
    inputs: Annotated[str, typer.Option(help="exact or rounded")] = "exact",
    refine: Annotated[
        str, typer.Option(help="what cuts make small: absolute, relative")
    ] = "absolute",
    seconds: Annotated[float, typer.Option(help="when to stop cutting")] = 60,
    json_file: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:
    """Bound the error of a NumPy function in a format, for all inputs of a box."""
    from numformats.cli.bound import run_bound  # noqa: PLC0415

    options = {"subdivide": subdivide, "inputs": inputs, "refine": refine, "seconds": seconds}
    run_bound(target, format_name, ranges or [], json_file=json_file, **options)


@app.command()
def analyze(  # noqa: PLR0913 - its options
    target: Annotated[str, typer.Argument(help="SCRIPT.py:function", show_default=False)],
    format_name: Annotated[str, typer.Option("--format", "-f", help="name of the format")],
    reference: Annotated[
        str, typer.Option(help="arithmetic of truth: double, float64, exact or digits")
    ] = "double",
    data: Annotated[
        str | None, typer.Option("--input", "-i", help=".npy or .csv: the first input")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="write a page for browsers here")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:
    """Run a NumPy function in a format beside the truth; show which lines lose the digits."""
    from numformats.cli.analyze import run_analyze  # noqa: PLC0415

    run_analyze(target, format_name, reference=reference, data=data, html=html, json_file=json_file)


@app.command()
def compare(  # noqa: PLR0913 - one for each option
    target: Annotated[str, typer.Argument(help="SCRIPT.py:function", show_default=False)],
    formats: Annotated[
        str, typer.Option("--formats", "-f", help="names separated by commas")
    ] = DEFAULT_FORMATS,
    data: Annotated[
        str | None, typer.Option("--input", "-i", help=".npy or .csv: the first input")
    ] = None,
    plot: Annotated[Path | None, typer.Option(help="write a picture here (.png .svg .pdf)")] = None,
    plot_errors: Annotated[
        Path | None, typer.Option(help="write a picture of the error of each element here")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="write a page with all of it here")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
    reference: Annotated[
        str, typer.Option(help="the truth: a number of digits, double, float64 or exact")
    ] = "50",
) -> None:
    """Run a NumPy function in each format and in 50-digit arithmetic; show the errors."""
    from numformats.cli.run import Targets, run_compare  # noqa: PLC0415

    targets = Targets(plot=plot, plot_errors=plot_errors, html=html, json_file=json_file)
    run_compare(target, formats, data=data, targets=targets, reference=reference)


@app.command()
def recommend(  # noqa: PLR0913 - options of a command
    target: Annotated[str, typer.Argument(help="SCRIPT.py:function", show_default=False)],
    tolerance: Annotated[
        float, typer.Option("--tolerance", "-t", help="largest relative error allowed")
    ],
    candidates: Annotated[
        str | None,
        typer.Option(
            "--candidates", "-c", help="names separated by commas; else all named formats"
        ),
    ] = None,
    data: Annotated[
        str | None, typer.Option("--input", "-i", help=".npy or .csv: the first input")
    ] = None,
    error: Annotated[str, typer.Option(help="elementwise or normwise")] = "elementwise",
    reference: Annotated[str, typer.Option(help="double, exact, or a number of digits")] = "double",
    per_variable: Annotated[
        bool, typer.Option("--per-variable", help="also find inputs that may be stored in less")
    ] = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="write the figures here")] = None,
) -> None:
    """Find the cheapest formats in which a NumPy function holds a tolerance on its inputs."""
    from numformats.cli.recommend import run_recommend  # noqa: PLC0415

    run_recommend(
        target, tolerance, candidates, data=data, error=error, reference=reference,
        per_variable=per_variable, json_file=json_file,
    )  # fmt: skip


@app.command()
def demo(
    output: Annotated[Path, typer.Option(help="folder for pictures and report")] = Path(
        "demo-output"
    ),
    examples: Annotated[
        Path | None, typer.Option(help="folder with digits.py and accumulate.py")
    ] = None,
) -> None:
    """Compare formats on the digits network and on long sums; write pictures and a report."""
    from numformats.cli.demo import run_demo  # noqa: PLC0415

    run_demo(output, examples)
