# SPDX-License-Identifier: BSD-3-Clause
"""How does ``numformats check`` go from a device's answers to a table, files and exit status?

Status 0: all answers are right; 1: some are wrong; 2: bad input, after what was found so far; 130:
interrupted, after what was found so far.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numformats.hardware import Checker, Operation, Report

__all__ = ["check"]

STDIN = Path("-")
# Who has pressed Ctrl-C gets an answer within a second: the oracle takes fewer rows apart.
AT_ONCE = 50


def check(  # noqa: PLR0913 - its options
    format_name: Annotated[str, typer.Option("--format", "-f", help="name of the format")],
    op: Annotated[str, typer.Option(help="add, mul, sqrt, fma, convert, ...")],
    file: Annotated[Path, typer.Argument(help="the device's answers; - is the input")] = STDIN,
    layout: Annotated[
        str, typer.Option(help="testfloat, fptest, json, readmemh or c")
    ] = "testfloat",
    mode: Annotated[
        str | None, typer.Option(help="rounding, of floats and fixed point: toward_zero, ...")
    ] = None,
    to: Annotated[str | None, typer.Option(help="format of the result, of convert")] = None,
    flags: Annotated[
        bool | None, typer.Option(help="compare flags; default: if there are some")
    ] = None,
    nans: Annotated[
        str, typer.Option(help="any: all NaNs of a float are equal; same: only equal codes")
    ] = "any",
    limit: Annotated[int, typer.Option(min=0, help="examples of each diagnosis")] = 5,
    device: Annotated[
        str | None, typer.Option(help="run this command, ask it, and check its answers")
    ] = None,
    level: Annotated[str, typer.Option(help="what --device is asked: 1, 2, exhaustive")] = "1",
    timeout: Annotated[float, typer.Option(help="seconds in which --device must answer")] = 60,
    json_file: Annotated[Path | None, typer.Option("--json", help="write the report here")] = None,
    html: Annotated[Path | None, typer.Option(help="write a page for browsers here")] = None,
) -> None:
    """Compare a device's answers with the right ones, and say what is wrong with it."""
    from numformats import hardware  # noqa: PLC0415 - fast start

    try:
        asked = hardware.operation(format_name, op, mode=mode, to=to)
        checker = hardware.Checker(
            asked, flags="auto" if flags is None else flags, nans=nans, limit=limit
        )
        _check_targets(html, json_file)
    except (ValueError, TypeError) as error:
        raise typer.TyperException(str(error)) from None
    problem = None
    try:
        if device is None:
            _check_file(checker, asked, file, layout)
        else:
            _check_device(checker, asked, device, level=level, timeout=timeout)
    except (ValueError, TypeError, OSError, hardware.DeviceError) as error:
        problem = f"{file if device is None else device}: {_told(error)}"
    except KeyboardInterrupt:
        _print(checker.report(most=AT_ONCE), stderr=False)
        raise
    report = checker.report()
    if problem:
        if report.checked:
            _print(report, stderr=False)
        raise typer.TyperException(problem)
    _print(report, stderr="-" in {str(html), str(json_file)})
    _write(report, html, json_file)
    raise typer.Exit(0 if report.passed else 1)


def _told(error: Exception) -> str:
    """The reason of an error, without what the line says already."""
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)


def _check_targets(html: Path | None, json_file: Path | None) -> None:
    """ValueError when a file to be written cannot be: before the long work, not after it."""
    from numformats.cli.run import Targets, check_targets  # noqa: PLC0415

    check_targets(Targets(html=html, json_file=json_file))


def _check_file(checker: Checker, asked: Operation, file: Path, layout: str) -> None:
    from numformats.hardware.check.source import batches  # noqa: PLC0415
    from numformats.progress import progress  # noqa: PLC0415

    with _opened(file) as stream:
        size = os.fstat(stream.fileno()).st_size if file != STDIN else None
        with progress("bytes", size or None) as bar:
            for cases in batches(stream, asked, layout):
                checker.add(cases)
                if size:
                    bar.update(completed=stream.tell())


@contextmanager
def _opened(file: Path) -> Iterator[IO[bytes]]:
    if file == STDIN:
        # Unbuffered, a read gives what has come, so that Ctrl-C finds all of it checked.
        yield getattr(sys.stdin.buffer, "raw", sys.stdin.buffer)
        return
    with file.open("rb") as stream:
        yield stream


def _check_device(
    checker: Checker, asked: Operation, device: str, *, level: str, timeout: float
) -> None:
    from numformats.hardware import run_device, vectors  # noqa: PLC0415
    from numformats.progress import progress  # noqa: PLC0415

    cases = vectors(asked, level=int(level) if level in {"1", "2"} else level)
    with progress("answers") as bar:
        for answers in run_device(device, asked, cases, timeout=timeout):
            checker.add(answers)
            bar.advance(len(answers))


def _print(report: Report, *, stderr: bool) -> None:
    """The diagnoses as a table, and one example of each below it."""
    from numformats.cli.tables import console, diagnoses_table  # noqa: PLC0415

    out = console(stderr=stderr)
    out.print(report.summary, style="green" if report.passed else "bold red", markup=False)
    for note in report.notes:
        out.print(note, markup=False)
    if not report.diagnoses:
        return
    out.print(diagnoses_table(report))
    for diagnosis in report.diagnoses:
        for example in diagnosis.examples:
            out.print(f"{diagnosis.kind}:", markup=False)
            out.print(str(example), markup=False, soft_wrap=True)


def _write(report: Report, html: Path | None, json_file: Path | None) -> None:
    from numformats._atomic_file import write_text  # noqa: PLC0415

    if json_file is not None:
        write_text(json_file, report.to_json(), dash=True)
    if html is not None:
        write_text(html, report.to_html(), dash=True)
