# SPDX-License-Identifier: BSD-3-Clause
"""Does `numformats recommend` print, write and refuse what it should?"""

from __future__ import annotations

import json

from numformats.cli import main

SCRIPT = """
import numpy as np
def norm(x):
    total = np.sum(x * x)
    return np.sqrt(total)
def norm_inputs():
    return (np.linspace(0.1, 1, 50),)
"""


def test_command_prints_and_writes(tmp_path, capsys):
    script, out = tmp_path / "s.py", tmp_path / "out.json"
    script.write_text(SCRIPT, "utf-8")
    target = f"{script}:norm"
    assert (
        main(
            [
                "recommend",
                target,
                "--tolerance",
                "1e-3",
                "--candidates",
                "posit8,posit16,float32,float<exp=5,man=12>",
                "--per-variable",
                "--json",
                str(out),
            ]
        )
        == 0
    )
    said = capsys.readouterr().out
    assert "s.py:norm: largest elementwise relative error" in said
    assert "rejected: posit8: error" in said
    document = json.loads(out.read_text("utf-8"))
    assert document["schema"] == "numformats.recommend/1"
    errors = [c["error"] for c in document["recommended"]]
    assert all(e <= 1e-3 for e in errors)
    assert document["recommended"][0]["storage"]["formats"].keys() == {"x", "total"}
    assert document["rejected"][0]["format"] == "posit8"


def test_command_says_what_is_wrong(tmp_path, capsys):
    script = tmp_path / "s.py"
    script.write_text(SCRIPT, "utf-8")
    for more, words in (
        (["-t", "-1"], "tolerance=-1.0"),
        (["-t", "1", "--candidates", "posit17"], "posit17"),
        (["-t", "1", "--error", "x"], "error='x'"),
        (["-t", "1", "--reference", "2"], "reference=2"),
        (["-t", "1", "--json", str(tmp_path / "no" / "f.json")], "no such folder"),
    ):
        assert main(["recommend", f"{script}:norm", *more]) == 1
        assert words in capsys.readouterr().err
