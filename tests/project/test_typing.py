# SPDX-License-Identifier: BSD-3-Clause
"""Do type checkers know what a user's script does, and find its mistakes?"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent / "typing"
ROOT = FOLDER.parents[2]
USER, WRONG = FOLDER / "user_script.py", FOLDER / "wrong_script.py"


def mypy(script, folder):
    """Lines with errors, and the whole output.  Run elsewhere: the installed package is read."""
    if importlib.util.find_spec("mypy") is None:
        pytest.skip("mypy is not installed: it is in the extra lint")
    command = [
        sys.executable,
        "-P",
        "-m",
        "mypy",
        "--strict",
        "--cache-dir",
        str(folder),
        str(script),
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return {int(n) for n in re.findall(r":(\d+): error", done.stdout)}, done.stdout


def pyright(script, folder):
    """The same of pyright, whose own script fetches what it needs."""
    program = shutil.which(
        "pyright", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    )
    if program is None:
        pytest.skip('pyright is not installed: pip install "pyright[nodejs]"')
    command = [program, "--outputjson", "--pythonpath", sys.executable, str(script)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    try:
        found = json.loads(done.stdout)["generalDiagnostics"]
    except ValueError:
        pytest.skip(f"pyright does not run here: {done.stderr.strip()[-200:]}")
    errors = [d for d in found if d["severity"] == "error"]
    return {d["range"]["start"]["line"] + 1 for d in errors}, done.stdout


CHECKERS = pytest.mark.parametrize("check", [mypy, pyright])


@CHECKERS
def test_a_correct_script_has_no_error(check, tmp_path):
    lines, said = check(USER, tmp_path)
    assert not lines, said


@CHECKERS
def test_mistakes_are_found(check, tmp_path):
    text = WRONG.read_text("utf-8").splitlines()
    marked = {i for i, line in enumerate(text, 1) if line.endswith("# error")}
    assert len(marked) == 5
    lines, said = check(WRONG, tmp_path)
    assert lines == marked, said


def test_the_script_runs():
    done = subprocess.run(
        [sys.executable, "-P", str(USER)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("4.0 ")


def test_the_stubs_have_every_named_format_and_ufunc():
    command = [sys.executable, "-P", str(ROOT / "docs" / "generate_tables.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ".pyi" not in done.stderr
    assert done.returncode == 0, done.stderr
