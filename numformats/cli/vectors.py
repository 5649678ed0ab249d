# SPDX-License-Identifier: BSD-3-Clause
"""How does ``numformats vectors`` write test vectors, to a pipe or into a file?"""

from __future__ import annotations

import math
import sys
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import IO, TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numformats.hardware.cases import Cases
    from numformats.hardware.layouts import Layout
    from numformats.progress import Bar

__all__ = ["vectors"]


def vectors(  # noqa: PLR0913 - its options
    format_name: Annotated[str, typer.Option("--format", "-f", help="name of the format")],
    op: Annotated[str, typer.Option(help="add, mul, sqrt, fma, convert, ...")],
    level: Annotated[str, typer.Option(help="1, 2 or exhaustive")] = "1",
    mode: Annotated[
        str | None, typer.Option(help="rounding, of floats and fixed point: toward_zero, ...")
    ] = None,
    to: Annotated[str | None, typer.Option(help="format of the result, of convert")] = None,
    layout: Annotated[
        str, typer.Option(help="testfloat, fptest, json, readmemh or c")
    ] = "testfloat",
    seed: Annotated[int | None, typer.Option(help="other random cases for another number")] = None,
    count: Annotated[int | None, typer.Option(min=1, help="how many cases")] = None,
    operands_only: Annotated[
        bool, typer.Option("--operands-only", help="no results: the input of a device")
    ] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="file to write")] = None,
) -> None:
    """Write test vectors of an operation: operands, right result, flags."""
    from numformats.hardware import vectors as make  # noqa: PLC0415 - fast start
    from numformats.hardware.operations import operation  # noqa: PLC0415
    from numformats.hardware.vectors import SEED  # noqa: PLC0415

    chosen = _layout(layout, operands_only=operands_only)
    try:
        asked = operation(format_name, op, mode=mode, to=to)
        batches = make(
            asked,
            level=int(level) if level in {"1", "2"} else level,
            seed=SEED if seed is None else seed,
            count=count,
        )
    except (ValueError, TypeError) as error:
        raise typer.BadParameter(str(error)) from None
    every = math.prod(1 << f.bits for f in asked.operands) if level == "exhaustive" else None
    with _target(output) as stream, _bar(output, count or every) as bar:
        chosen.write(stream, asked, _told(batches, bar, operands_only=operands_only))
        stream.flush()


def _layout(name: str, *, operands_only: bool) -> Layout:
    """The layout of a name, if it can write what is wanted."""
    from numformats.hardware.layouts import LAYOUTS  # noqa: PLC0415

    if name not in LAYOUTS:
        allowed = ", ".join(LAYOUTS)
        raise typer.BadParameter(f"unknown layout {name!r}; allowed: {allowed}")
    if operands_only and name != "testfloat":
        raise typer.BadParameter(f"--operands-only: {name} has results; allowed: testfloat")
    return LAYOUTS[name]


@contextmanager
def _target(output: Path | None) -> Iterator[IO[bytes]]:
    """Where the bytes go: a pipe at once, a file when all is well."""
    from numformats._atomic_file import STDOUT, is_stream, replacing  # noqa: PLC0415

    if output is None or str(output) == STDOUT:
        yield sys.stdout.buffer
        return
    with output.open("wb") if is_stream(output) else replacing(output) as stream:
        yield stream


def _bar(output: Path | None, total: int | None) -> AbstractContextManager[Bar | None]:
    """A progress bar, when the terminal is not what is written to."""
    from numformats.progress import progress  # noqa: PLC0415

    return nullcontext() if output is None else progress("cases", total)


def _told(batches: Iterable[Cases], bar: Bar | None, *, operands_only: bool) -> Iterator[Cases]:
    """The batches, without results if nobody wants them, and how many there were."""
    for cases in batches:
        yield replace(cases, results=None, flags=None) if operands_only else cases
        if bar is not None:
            bar.advance(len(cases))
