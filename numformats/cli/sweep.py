# SPDX-License-Identifier: BSD-3-Clause
"""Which sweeps can be asked for, and what are their options?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="All pairs or codes of a format against an independent judge; studies of a function.",
    no_args_is_help=True,
)

Formats = Annotated[str, typer.Option("--format", "-f", help="names separated by commas")]
Operations = Annotated[str, typer.Option("--op", help="names separated by commas")]
Scheduler = Annotated[str | None, typer.Option(help="address of a Dask scheduler, tcp://HOST:PORT")]
Workers = Annotated[int | None, typer.Option(help="processes of this machine; default: all cores")]
Checkpoint = Annotated[
    Path | None, typer.Option(help="folder: the same command goes on from there")
]
Chunks = Annotated[str | None, typer.Option(help="A:B, only the chunks A to B - 1")]
Sample = Annotated[float | None, typer.Option(help="only this fraction of the chunks")]
JsonFile = Annotated[Path | None, typer.Option("--json", help="write the figures here")]


def _checks(kind: str, what: str) -> None:
    """Make the command of a kind of checks."""

    @app.command(kind, help=what)
    def command(  # noqa: PLR0913 - its options
        formats: Formats,
        op: Operations,
        scheduler: Scheduler = None,
        workers: Workers = None,
        checkpoint: Checkpoint = None,
        chunks: Chunks = None,
        sample: Sample = None,
        json_file: JsonFile = None,
    ) -> None:
        from numformats.cli.run_sweep import Where, run_checks  # noqa: PLC0415 - fast start

        where = Where(scheduler, workers, checkpoint, chunks, sample)
        run_checks(kind, formats, op, where, json_file)


_checks("pairs", "An operation at all pairs of codes of a format of at most 16 bits.")
_checks("unary", "A function at all codes of a format of at most 32 bits.")


@app.command()
def study(  # noqa: PLR0913 - its options
    target: Annotated[str, typer.Argument(help="SCRIPT.py:function", show_default=False)],
    param: Annotated[
        list[str] | None, typer.Option(help="NAME=1,2,3 or NAME=FIRST:LAST:COUNT; a grid of all")
    ] = None,
    points: Annotated[
        Path | None, typer.Option("--list", help=".csv of points, instead of a grid")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="write the rows here: .csv or .parquet")] = None,
    per_chunk: Annotated[int | None, typer.Option(help="points that a worker does at once")] = None,
    scheduler: Scheduler = None,
    workers: Workers = None,
    checkpoint: Checkpoint = None,
    chunks: Chunks = None,
    sample: Sample = None,
    json_file: JsonFile = None,
) -> None:
    """A function of yours at many parameters: one row of results for each."""
    from numformats.cli.run_sweep import Where, run_study  # noqa: PLC0415

    where = Where(scheduler, workers, checkpoint, chunks, sample)
    run_study(
        target, param or [], points, out=out, per_chunk=per_chunk, where=where, json_file=json_file
    )
