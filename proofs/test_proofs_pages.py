# SPDX-License-Identifier: BSD-3-Clause
"""Do the commands of the pages about proofs do what the pages say, and is the picture the one that is drawn?"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys

import pytest

from proofs import picture, run
from proofs.checkout import ROOT
from proofs.registry import claims
from proofs.status import LEFT
from proofs.table import last_result, opinions
from proofs.toy_claims import ENVIRONMENT

PAGE = (ROOT / "docs" / "how-to" / "prove-a-row.md").read_text("utf-8")
EXAMPLE = re.search(r"^\$ (python -m proofs\.run .*)\n((?:.+\n)+)```", PAGE, re.MULTILINE)


def without_measures(text):
    """Lines in any order but the last, without seconds and nodes, which may change."""
    lines = [re.sub(r"\s+[\d.]+ s  \d+ nodes", "", line) for line in text.splitlines()]
    return sorted(lines[:-1]), lines[-1]


def test_the_example_of_a_row():
    _, *arguments = shlex.split(EXAMPLE[1])
    before = (ROOT / "proofs" / "STATUS.json").read_bytes()
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert without_measures(done.stdout) == without_measures(EXAMPLE[2])
    assert (ROOT / "proofs" / "STATUS.json").read_bytes() == before


@pytest.mark.parametrize(
    "page",
    [
        "docs/how-to/prove-a-row.md",
        "docs/how-to/read-and-add-a-proof.md",
        "docs/explanation/proofs.md",
        "proofs/README.md",
    ],
)
def test_options_and_claims_are_there(page):
    """What a page calls an option, or a claim of a room that there is."""
    text = (ROOT / page).read_text("utf-8")
    known = {
        name
        for parameter in run.typer.main.get_command(run.app).params
        for name in (*parameter.opts, *parameter.secondary_opts)
    }
    known |= {"--write"}  # of table and picture
    assert set(re.findall(r"(?<=[ `])--[a-z]+", text)) <= known
    names = set(claims())
    rooms = {name.partition(".")[0] for name in names}
    said = re.findall(r"`(\w+)\.(\w+)`", text)
    files = {"py", "md", "json", "h"}
    lost = {f"{a}.{b}" for a, b in said if a in rooms and b not in files} - names
    assert not lost


def test_the_picture_is_the_one_that_is_drawn():
    assert picture.main([]) == 0, "python -m proofs.picture --write"


@pytest.mark.parametrize(
    ("results", "why", "said"),
    [
        (["proved", "proved"], "", "proved"),
        (["proved", "unknown", "unknown"], f"4 of 7 {LEFT}", "proved, 2 unknown, the rest left"),
        ([], f"1 of 1 {LEFT}", "not run"),
        ([], "coqc is not installed", "not run, coqc is not installed"),
        (["refuted"], "", "1 refuted"),
    ],
)
def test_the_last_result_of_a_claim(results, why, said):
    assert last_result(results, why) == said


def test_what_second_solvers_say():
    assert opinions([]) == ""
    seconds = [{"solver": "z3"}, {"solver": "cvc5"}, {"solver": "z3", "result": "unknown"}]
    assert "(cvc5, z3) were asked of 3 and proved 2" in opinions(seconds)
