# SPDX-License-Identifier: BSD-3-Clause
"""Does the page of proved bounds name theorems that are there?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from proofs.checkout import ROOT

COQ = Path(__file__).parent
PAGE = ROOT / "docs" / "explanation" / "proved-bounds.md"
STATED = re.compile(r"^\s*(?:Theorem|Lemma|Example|(?:Global )?Instance) (\w+)", re.MULTILINE)


def rows(text):
    """File and names of theorems of each row of the page's tables."""
    for line in text.splitlines():
        file = re.match(r"\| `(\w+\.v)`, ", line)
        if file:
            cell = line.split(" | ")[0]
            yield file[1], re.findall(r"`(\w+)`", cell)


def missing(text):
    """What a page names and no file states."""
    for file, names in rows(text):
        stated = STATED.findall((COQ / file).read_text("utf-8"))
        yield from (f"{file}: {name}" for name in names if name not in stated)


def test_every_theorem_of_the_page_is_stated():
    found = list(rows(PAGE.read_text("utf-8")))
    assert len(found) > 40
    assert list(missing(PAGE.read_text("utf-8"))) == []


def test_a_name_that_is_not_there_is_noticed():
    assert list(missing("| `Growth.v`, `gamma_bound`, `delta_bound` | says |")) == [
        "Growth.v: delta_bound"
    ]


@pytest.mark.parametrize("path", sorted(COQ.glob("*.v")), ids=lambda p: p.name)
def test_each_file_says_which_question_it_answers(path):
    first, question = path.read_text("utf-8").splitlines()[:2]
    assert first == "(* SPDX-License-Identifier: BSD-3-Clause *)"
    assert question.startswith("(* ")
    assert "?" in question or "?" in path.read_text("utf-8").split("*)")[1]
