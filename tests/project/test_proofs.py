# SPDX-License-Identifier: BSD-3-Clause
"""Is everything there that the table of proofs names: C functions, proofs, and commands that run some?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BOUNDS = ROOT / "proofs" / "bounds"


def rows():
    """claim, [(C file, names)], [(proof file, names)], command."""
    for line in (ROOT / "proofs" / "README.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and cells[0] not in {"claim", "---"}:
            claim, c, proof, command = cells
            yield claim, named(c), named(proof), command.strip("`")


def named(cell):
    """`file`: `name`, `name`; `file`: `name`"""
    parts = (re.findall(r"`([^`]+)`", part) for part in cell.split(";"))
    return [(file, names) for file, *names in filter(None, parts)]


ROWS = list(rows())


def test_the_table_is_read():
    assert len(ROWS) >= 10
    assert ROWS[0][1][1] == ("cbits/levels/circle.h", ["NF_CIRCULAR"])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_what_a_row_names_is_there(row):
    _, c, proof, _ = row
    assert proof
    for folder, files in (ROOT, c), (BOUNDS, proof):
        for file, names in files:
            text = (folder / file).read_text("utf-8")
            assert names
            assert not [name for name in names if not re.search(rf"\b{name}\b", text)], file


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_the_command_runs_some_test(row):
    files, _, chosen = row[3].partition(" -k ")
    tests = [
        name
        for file in files.split()
        for name in re.findall(r"^def (test_\w+)", (BOUNDS / file).read_text("utf-8"), re.MULTILINE)
    ]
    word = chosen.strip('"').partition(" and ")[0]  # what follows chooses cases
    assert [name for name in tests if word in name]
