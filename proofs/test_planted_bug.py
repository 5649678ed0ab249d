# SPDX-License-Identifier: BSD-3-Clause
"""Does a mistake in a core function end in codes, their values and what the compiled core gives?"""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from proofs.checkout import ROOT
from proofs.toy_claims import ENVIRONMENT

BUG = (
    "cbits/core/tapered.h",
    "int length = run + (run < f->rs);\n    NF_SIG regime",
    "int length = run + 1;\n    NF_SIG regime",
)


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """A checkout in which a posit's longest regime has an end bit."""
    root = tmp_path_factory.mktemp("planted")
    for room in "include", "core", "exact", "levels":
        shutil.copytree(ROOT / "cbits" / room, root / "cbits" / room)
    path, old, new = BUG
    text = (root / path).read_text("utf-8")
    assert text.count(old) == 1
    (root / path).write_text(text.replace(old, new), "utf-8")
    return root


def test_a_planted_bug_is_shown(planted):
    command = [
        sys.executable,
        "-m",
        "proofs.run",
        "--claim",
        "codec.round_trip",
        "--row",
        "bposit16",
    ]
    done = subprocess.run(
        [*command, "--checkout", str(planted)],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, ""), done.stdout
    assert (
        done.stdout.splitlines()[-1]
        == "codec.round_trip bposit16: refuted (0 of 2 instances; round trip)"
    )
    assert "code = 0x" in done.stdout  # a code
    assert "bposit16: 0x" in done.stdout  # with its value
    assert "the compiled core gives 0x" in done.stdout
