# SPDX-License-Identifier: BSD-3-Clause
"""How does a design become a program that answers lines of vectors?  By a simulator's compiler.

The program reads lines of TestFloat from its input and writes answers to its output, so that it is
a device for `numformats check` and `run_device`.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from numformats.hardware.device import run_device
from numformats.hardware.simulators import Simulator, SimulatorError, find_simulator

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numformats.hardware.cases import Cases
    from numformats.hardware.players.adapter import Design

__all__ = ["PLAYERS", "compile_player", "play"]

PLAYERS = Path(__file__).parent
"""The folder of player.v and player.cpp."""


def compile_player(
    design: Design,
    folder: str | Path,
    *,
    simulator: str = "icarus",
    stall: bool = False,
    patience: int = 10_000,
) -> list[str]:
    """Compile a design with its player; the command that plays.

    Parameters
    ----------
    design : what is under test
    folder : an existing folder, which gets the adapter and the program
    simulator : "icarus", or "verilator" for millions of cases a second
    stall : does the player take results in one of four cycles only?
    patience : cycles without a result, while one is awaited, after which the player gives up

    Raises SimulatorError for a simulator that is missing and a design that it does not compile,
    with its message; ValueError to stall a design that cannot wait.
    """
    if stall and not design.can_stall:
        raise ValueError(f"stall: {design.top} has no out_ready, so that it cannot wait")
    tool, folder = find_simulator(simulator), Path(folder).resolve()
    adapter = folder / "numformats_dut.v"
    adapter.write_text(design.adapter(), "utf-8")
    sources = [str(Path(path).resolve()) for path in design.sources]
    compiled = _icarus if simulator == "icarus" else _verilator
    command = compiled(design, tool, folder, [str(adapter), *sources], patience)
    return command + (["+stall" if simulator == "icarus" else "stall"] if stall else [])


def play(  # noqa: PLR0913 - of a program and of a talk with it
    design: Design,
    cases: Iterable[Cases],
    folder: str | Path,
    *,
    simulator: str = "icarus",
    stall: bool = False,
    patience: int = 10_000,
    timeout: float = 60.0,
) -> Iterator[Cases]:
    """Compile a design and ask it: batches of cases with its answers.

    `cases` gives the operands; `timeout` is in seconds, of silence.  Raises what `compile_player`
    raises, and DeviceError where the design gives no answer, or one with undefined bits.
    """
    command = compile_player(design, folder, simulator=simulator, stall=stall, patience=patience)
    return run_device(command, design.operation, cases, timeout=timeout)


def _shape(design: Design, patience: int) -> dict[str, int]:
    """The parameters of player.v, in the order of player.cpp's arguments."""
    widths = [f.bits for f in design.operation.operands]
    shape = {"OPERANDS": len(widths)}
    shape |= dict(zip("ABC", [*widths, 1, 1], strict=False))
    return shape | {
        "R": design.operation.result.bits,
        "FLAGS": int(design.flags),
        "PATIENCE": patience,
    }


def _icarus(
    design: Design, tool: Simulator, folder: Path, sources: list[str], patience: int
) -> list[str]:
    program = folder / "numformats_player.vvp"
    is_system = any(path.endswith(".sv") for path in sources)
    command = [tool.compiler, "-g2012" if is_system else "-g2005", "-o", str(program)]
    command += ["-s", "numformats_player"]
    command += [f"-Pnumformats_player.{k}={v}" for k, v in _shape(design, patience).items()]
    for path in design.include:
        command += ["-I", str(path), "-y", str(path)]
    _compile(tool, [*command, str(PLAYERS / "player.v"), *sources], design.top)
    return ["vvp", "-n", str(program), "+vectors=/dev/stdin"]


def _verilator(
    design: Design, tool: Simulator, folder: Path, sources: list[str], patience: int
) -> list[str]:
    objects = folder / "numformats_objects"
    command = [tool.compiler, "--cc", "--exe", "--build", "-j", "1", "-O3", "-CFLAGS", "-O1"]
    command += ["--top-module", "numformats_dut", "-Mdir", str(objects), "-o", "player"]
    command += ["-Wno-fatal", "-Wno-lint", "-Wno-style"]
    for path in design.include:
        command += [f"-I{path}", "-y", str(path)]
    _compile(tool, [*command, *sources, str(PLAYERS / "player.cpp")], design.top)
    return [str(objects / "player"), *map(str, _shape(design, patience).values())]


def _compile(tool: Simulator, command: list[str], top: str) -> None:
    done = subprocess.run(  # noqa: S603 - the simulator's own compiler
        command, env=dict(tool.environment), capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        said = next((x for x in lines if "error" in x.lower()), lines[0] if lines else "")
        raise SimulatorError(f"{tool.name} does not compile {top}: {said.strip()}")
