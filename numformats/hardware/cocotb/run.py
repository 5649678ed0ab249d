# SPDX-License-Identifier: BSD-3-Clause
"""How is a design checked in a simulator by one call?"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numformats.hardware.cocotb.problems import BenchError, needs
from numformats.hardware.operations import operation
from numformats.hardware.simulators import find_simulator
from numformats.parse import as_format

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numformats.hardware.simulators import Simulator
    from numformats.parse import FormatLike

__all__ = ["Outcome", "run"]

_TEST = "numformats.hardware.cocotb.whole_check"
_TASK = "NUMFORMATS_COCOTB_TASK"


@dataclass(frozen=True)
class Outcome:
    """What came of a run."""

    report: Mapping[str, Any]
    """`checked`, `mismatches`, `diagnoses`, ... as `numformats check --json` writes them."""
    undefined: int
    """Results with undefined bits."""
    coverage: Mapping[str, Mapping[str, int]] | None
    """For each table of bins how many are in each state; None for operations without bins."""
    latency: int | None
    """Cycles from operands to result, given or measured."""
    text: str
    """Report and coverage for people."""

    @property
    def passed(self) -> bool:
        """Was every answer right, and was there one?"""
        checked, wrong = self.report["checked"], self.report["mismatches"]
        return bool(checked) and not wrong and not self.undefined

    def __str__(self) -> str:
        """The text."""
        return self.text


def run(  # noqa: PLR0913 - a design, an operation, vectors and a simulator
    sources: str | Path | Sequence[str | Path],
    top: str,
    format: FormatLike,  # noqa: A002 - as the command line says it
    op: str,
    *,
    simulator: str = "icarus",
    level: int | str = 1,
    count: int | None = None,
    mode: str | None = None,
    to: FormatLike | None = None,
    seed: int = 20,
    ports: Mapping[str, str] | None = None,
    latency: int | None = None,
    stall: float = 0,
    gaps: float = 0,
    patience: int = 1000,
    parameters: Mapping[str, int] | None = None,
    build_args: Sequence[str] = (),
    folder: str | Path | None = None,
) -> Outcome:
    """Compile a design, play vectors to it in a simulator, and judge every answer.

    Parameters
    ----------
    sources : a Verilog file, or a list of them
    top : name of the module
    format, op, mode, to : what it does, as of `numformats.hardware.operation`
    simulator : "icarus" or "verilator"
    level, count, seed : the vectors, as of `numformats.hardware.vectors`
    ports : names of the convention (docs/reference/rtl-ports.md) to the design's
    latency : of a design with a clock and without out_valid: cycles, or None to measure it
    stall, gaps : how often results are not taken, and operands held back; 0 to below 1
    patience : cycles without a result, while one is awaited, after which the run ends
    parameters : values of the module's parameters
    build_args : further arguments of the simulator's compiler
    folder : where to compile; a temporary one otherwise

    Returns an Outcome, wrong answers or not.  Raises SimulatorError for a simulator that is
    missing, BenchError for a design that does not compile, ports that do not fit, and a design
    that does not answer; ValueError for an operation or vectors that are not there.
    """
    operation(format, op, mode=mode, to=to)  # errors before anything is compiled
    tool = find_simulator(simulator)
    temporary = tempfile.TemporaryDirectory(prefix="numformats-")
    with temporary if folder is None else nullcontext(str(folder)) as place:
        outcome = Path(place).resolve() / "outcome.json"
        outcome.unlink(missing_ok=True)
        task = {
            "format": str(as_format(format)), "op": op, "mode": mode,
            "to": None if to is None else str(as_format(to)),
            "level": level, "count": count, "seed": seed, "ports": dict(ports or {}),
            "latency": latency, "outcome": str(outcome),
            "handshake": {"stall": stall, "gaps": gaps, "patience": patience},
        }  # fmt: skip
        files = [sources] if isinstance(sources, str | Path) else list(sources)
        _simulate(tool, Path(place), files, top, task, parameters or {}, build_args)
        told = json.loads(outcome.read_text("utf-8"))
    if "problem" in told:
        raise BenchError(told["problem"])
    return Outcome(**told)


def _simulate(  # noqa: PLR0913 - what the runner wants to know
    tool: Simulator,
    place: Path,
    sources: Sequence[str | Path],
    top: str,
    task: Mapping[str, Any],
    parameters: Mapping[str, int],
    build_args: Sequence[str],
) -> None:
    """Compile and run by cocotb's runner; BenchError with what was said when that fails."""
    runners = needs("cocotb_tools.runner")
    missing = [str(path) for path in sources if not Path(path).is_file()]
    if missing:
        raise BenchError(f"no file {missing[0]!r}")
    # Lints are not our question, and a design in a temporary folder is compiled for one run.
    quiet = ["-Wno-fatal", "-Wno-lint", "-Wno-style", "-CFLAGS", "-O0"]
    extra = quiet if tool.name == "verilator" else []
    log = place / "simulation.log"
    with _environment(tool, task):
        runner = runners.get_runner(tool.name)
        with _told(log, f"{tool.name} does not compile {top}"):
            runner.build(
                sources=[Path(path).resolve() for path in sources],
                hdl_toplevel=top,
                parameters=dict(parameters),
                build_args=[*extra, *build_args],
                build_dir=place / "build",
                timescale=("1ns", "1ps"),
                always=True,
                log_file=log,
            )
        with _told(log, f"the simulation of {top} broke off"):
            runner.test(
                test_module=_TEST,
                hdl_toplevel=top,
                test_dir=place / "build",
                results_xml=str(place / "results.xml"),
                log_file=log,
            )
    if not Path(task["outcome"]).exists():
        raise BenchError(f"the simulation of {top} broke off: {_last(log)}")


@contextmanager
def _environment(tool: Simulator, task: Mapping[str, Any]) -> Iterator[None]:
    """The simulator's environment and the task, for as long as the runner works.

    Under pytest cocotb's runner would end the process where a test fails: it is not told of it.
    """
    before = dict(os.environ)
    os.environ.update(tool.environment)
    os.environ[_TASK] = json.dumps(task)
    os.environ.pop("PYTEST_CURRENT_TEST", None)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _told(log: Path, what: str) -> Iterator[None]:
    """Failures of the runner, with what the log says."""
    try:
        yield
    except (RuntimeError, SystemExit) as error:
        raise BenchError(f"{what}: {_last(log) or error}") from error


def _last(log: Path) -> str:
    """The first line of a log that speaks of an error, or its last one."""
    lines = log.read_text("utf-8", "replace").splitlines() if log.exists() else []
    lines = [line.strip() for line in lines if line.strip()]
    wrong = [line for line in lines if "error" in line.lower()]
    return (wrong or lines[-1:] or [""])[0]
