# SPDX-License-Identifier: BSD-3-Clause
"""How does ``numformats prove-rtl`` go from its arguments to a verdict?"""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["prove_rtl"]

_STATUS = {"proved": 0, "refuted": 1, "undecided": 3}


def prove_rtl(  # noqa: PLR0913 - its options
    files: Annotated[list[Path], typer.Argument(help="Verilog files", show_default=False)],
    top: Annotated[str, typer.Option(help="name of the module")],
    format_name: Annotated[str, typer.Option("--format", "-f", help="name of the format")],
    kind: Annotated[str, typer.Option(help="decode, encode, or an operation: add, mul, ...")],
    mode: Annotated[str | None, typer.Option(help="rounding of floats and fixed point")] = None,
    to: Annotated[str | None, typer.Option(help="format of the result of convert")] = None,
    ports: Annotated[
        str, typer.Option(help="code=in,nar=-: the design's names; - where it has no such port")
    ] = "",
    parameter: Annotated[
        list[str] | None, typer.Option("--parameter", "-p", help="N=16: of the module")
    ] = None,
    seconds: Annotated[float, typer.Option(help="when the solver gives up", min=0)] = 600,
    json_file: Annotated[Path | None, typer.Option("--json", help="write the verdict here")] = None,
) -> None:
    """Prove a decoder, an encoder or an 8-bit operator in Verilog equal to its format.

    Exit status 0: proved. 1: not equal, with a counterexample. 2: bad input. 3: undecided.
    """
    from numformats._atomic_file import STDOUT, write_text  # noqa: PLC0415 - fast start
    from numformats.cli.run import Targets, check_targets  # noqa: PLC0415
    from numformats.hardware.equivalence import prove  # noqa: PLC0415
    from numformats.hardware.equivalence.report import as_dict, lines  # noqa: PLC0415

    try:
        check_targets(Targets(json_file=json_file))
        proof = prove(
            files, top, format_name, kind, mode=mode, to=to,
            ports=_pairs("--ports", ports.split(",") if ports else ()),
            parameters=_numbers(_pairs("--parameter", parameter or ())), seconds=seconds,
        )  # fmt: skip
    except ValueError as error:
        raise typer.TyperException(str(error)) from None
    to_stdout = json_file is not None and str(json_file) == STDOUT
    for line in lines(proof):
        typer.echo(line, err=to_stdout)
    if json_file is not None:
        write_text(json_file, f"{json.dumps(as_dict(proof), indent=2)}\n", dash=True)
    raise typer.Exit(_STATUS[proof.verdict])


def _pairs(option: str, texts: Iterable[str]) -> dict[str, str]:
    """The names and values of NAME=VALUE."""
    found = {}
    for text in texts:
        name, equals, value = text.strip().partition("=")
        if not (name and equals and value):
            raise typer.TyperException(f"{option} {text}: must be NAME=VALUE")
        if name in found:
            raise typer.TyperException(f"{option} names {name} twice")
        found[name] = value
    return found


def _numbers(pairs: dict[str, str]) -> dict[str, int]:
    """The values as integers."""
    try:
        return {name: int(value, 0) for name, value in pairs.items()}
    except ValueError as error:
        raise typer.TyperException(f"--parameter: {error}") from None
