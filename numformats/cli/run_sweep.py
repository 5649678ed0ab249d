# SPDX-License-Identifier: BSD-3-Clause
"""How does ``numformats sweep`` go from its arguments to a table, rows and JSON?"""

from __future__ import annotations

import csv
import io
import json
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from numformats._atomic_file import is_stream, replacing, write_text
from numformats.analysis import split_formats
from numformats.analysis.problems import CompareError, one_line
from numformats.analysis.workload import find_function
from numformats.cli.tables import console
from numformats.progress import progress
from numformats.sweep import Result, SweepError, pairs, run, study, unary
from numformats.sweep.cluster import dask
from numformats.sweep.parameters import grid, read_points

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numformats.sweep.plan import Plan

SCHEMA = "numformats.sweep/1"
ROWS_SHOWN = 20
TABLES = {".csv", ".parquet"}


@dataclass(frozen=True)
class Where:
    """The options that all sweeps have."""

    scheduler: str | None
    workers: int | None
    checkpoint: Path | None
    chunks: str | None
    sample: float | None

    def run(self, plan: Plan, folder: str = "") -> Result:
        """Run a plan under a progress bar; its checkpoint is in `folder` of the checkpoint."""
        place = None if self.checkpoint is None else self.checkpoint / folder
        with progress(plan.title) as bar, _kept(place):
            result = run(
                plan,
                scheduler=self.scheduler,
                workers=self.workers,
                checkpoint=place,
                chunks=_range(self.chunks),
                sample=self.sample,
                told=lambda done, of: bar.update(completed=done, total=of),
            )
        for note in result.notes:
            console(stderr=True).print(note, style="dim", markup=False, soft_wrap=True)
        return result


def run_checks(kind: str, formats: str, op: str, where: Where, json_file: Path | None) -> None:
    """The commands pairs and unary, every operation in every format; status 1: one is wrong."""
    make: Callable[[str, str], Plan] = pairs if kind == "pairs" else unary
    names = [(o, f) for o in split_formats(op) for f in split_formats(formats)]
    with _told():
        _check_target(json_file)
        plans = [make(f, o) for o, f in names]
        dask()
        results = [
            where.run(plan, re.sub(r"[^\w.=-]+", "_", f"{o}-{f}"))
            for plan, (o, f) in zip(plans, names, strict=True)
        ]
    _print_checks(results)
    _finish(results, json_file)


def run_study(  # noqa: PLR0913 - the options of a command
    target: str,
    param: list[str],
    points: Path | None,
    *,
    out: Path | None,
    per_chunk: int | None,
    where: Where,
    json_file: Path | None,
) -> None:
    """The command study; status 1 where the function failed at a point."""
    if bool(param) == bool(points):
        raise CompareError(
            "a study needs --param NAME=VALUES (a grid) or --list FILE.csv, not both"
        )
    with _told():
        _check_target(json_file)
        _check_target(out, TABLES)
        given = read_points(points) if points else grid(param)
        plan = study(find_function(target), given, per_chunk=per_chunk)
        result = where.run(plan)
        rows = plan.rows(result.done)
        _print_rows(rows, result)
        if out is not None:
            _write_rows(rows, out)
    _finish([result], json_file)


@contextmanager
def _told() -> Iterator[None]:
    """A SweepError is told as the command line tells all that is wrong with the input."""
    try:
        yield
    except SweepError as error:
        raise CompareError(str(error)) from error


@contextmanager
def _kept(folder: Path | None) -> Iterator[None]:
    """After Ctrl-C, say that nothing is lost."""
    try:
        yield
    except KeyboardInterrupt:
        if folder is not None:
            text = f"what is done is in {folder}: the same command goes on"
            console(stderr=True).print(text, markup=False, soft_wrap=True)
        raise


def _range(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    match = re.fullmatch(r"\s*([0-9]{1,18})\s*:\s*([0-9]{1,18})\s*", text)
    if match is None:
        raise SweepError(f"--chunks {text}: must be A:B, two numbers")
    return int(match[1]), int(match[2])


def _check_target(path: Path | None, endings: set[str] | None = None) -> None:
    """Raises CompareError when a file to be written cannot be."""
    if path is None or is_stream(path):
        return
    if endings is not None and path.suffix.lower() not in endings:
        raise CompareError(f"{path}: a table must end in {', '.join(sorted(endings))}")
    if not path.absolute().parent.is_dir():
        raise CompareError(f"no such folder: {path.absolute().parent}")
    if path.is_dir():
        raise CompareError(f"{path} is a folder")


def _print_checks(results: list[Result]) -> None:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    table.add_column("sweep", overflow="fold")
    for heading in ("items", "chunks", "wrong", "undecided", "by oracle", "ns/item"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("digest of results", overflow="fold")
    for result in results:
        s = result.summary
        counts = [str(s[name]) for name in ("wrong", "undecided", "asked")]
        pace = f"{result.worker_seconds / s['items'] * 1e9:.1f}"
        share = f"{len(result.done)}/{result.plan.chunks}"
        style = None if result.right else "red"
        table.add_row(
            result.plan.title, str(s["items"]), share, *counts, pace, s["digest"], style=style
        )
    out = console()
    out.print(table)
    for result in results:
        for *operands, got, wanted in result.summary["examples"]:
            at = ", ".join(f"{code:#x}" for code in operands)
            line = (
                f"wrong: {result.plan.settings()['op']}({at}) gave {got:#x}, the oracle {wanted:#x}"
            )
            out.print(line, style="red", markup=False, soft_wrap=True)


def _print_rows(rows: list[dict[str, Any]], result: Result) -> None:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    if all(row["error"] is None for row in rows):
        columns.remove("error")
    table = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for name in columns:
        table.add_column(name, overflow="fold")
    for row in rows[:ROWS_SHOWN]:
        cells = [row.get(name) for name in columns]
        table.add_row(*["" if cell is None else str(cell) for cell in cells])
    out, s = console(), result.summary
    out.print(table, markup=False)
    if len(rows) > ROWS_SHOWN:
        out.print(f"and {len(rows) - ROWS_SHOWN} more rows: --out writes them all")
    line = f"{s['items']} points, {s['failed']} failed, {result.worker_seconds:.1f} s of workers"
    out.print(f"{line}, digest {s['digest']}", soft_wrap=True)


def _write_rows(rows: list[dict[str, Any]], path: Path) -> None:
    """Write the table; the file is whole or untouched."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    if path.suffix.lower() == ".parquet":
        _write_parquet(rows, columns, path)
        return
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_text(path, text.getvalue(), dash=True)


def _write_parquet(rows: list[dict[str, Any]], columns: list[str], path: Path) -> None:
    try:
        import pandas as pd  # noqa: PLC0415 - an extra
    except ImportError:
        raise CompareError("a .parquet file needs: pip install 'numformats[pandas]'") from None
    try:
        with replacing(path) as stream:
            pd.DataFrame(rows, columns=columns).to_parquet(stream, index=False)
    except (ValueError, TypeError) as error:  # a column of numbers and texts
        raise CompareError(f"{path} cannot hold these rows: {one_line(error)}") from error


def _finish(results: list[Result], json_file: Path | None) -> None:
    """Write the figures, and end with status 1 where something is not right."""
    if json_file is not None:
        document = {"schema": SCHEMA, "sweeps": [result.to_dict() for result in results]}
        write_text(json_file, f"{json.dumps(document, indent=2, allow_nan=False)}\n", dash=True)
    if not all(result.right for result in results):
        raise typer.Exit(1)
