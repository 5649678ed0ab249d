# SPDX-License-Identifier: BSD-3-Clause
"""Does ``numformats bound`` answer, and say in one line what is wrong?"""

from __future__ import annotations

import json

import pytest

from numformats.cli import main

SCRIPT = """
import numpy as np

def product(x, y):
    return x * y

def branch(x):
    return x * x if x > 0.5 else x - 1

def powers(x, n):
    return [x ** k for k in range(1, n)]
"""
UNIT = ["--range", "x=1:2", "--range", "y=1:2"]


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "work.py"
    path.write_text(SCRIPT)
    return path


def test_text_and_figures(script, tmp_path, capsys):
    figures = tmp_path / "bound.json"
    target = f"{script}:product"
    assert main(["bound", target, "--format", "posit16", *UNIT, "--json", str(figures)]) == 0
    shown = capsys.readouterr().out
    assert "certificate" in shown
    assert "return x * y" in shown
    document = json.loads(figures.read_text())
    assert document["certificate"]["absolute"] == 2**-11
    assert document["format"] == "posit16"


def test_json_on_stdout_leaves_the_text_to_stderr(script, capsys):
    assert main(["bound", f"{script}:product", "-f", "posit16", *UNIT, "--json", "-"]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["boxes"] == 1
    assert "certificate" in shown.err


def test_shapes_integers_and_negative_ends(script, capsys):
    arguments = ["-f", "posit32", "--range", "x=-1/2:0.5:3", "--range", "n=4"]
    assert main(["bound", f"{script}:powers", *arguments]) == 0
    assert "absolute" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["product", "-f", "posit16", "--range", "x=1:2"], "needs a range for 'y'"),
        (["product", "-f", "posit17x", *UNIT], "unknown format"),
        (["product", "-f", "posit16", "--range", "x"], "must be NAME=LOW:HIGH"),
        (["product", "-f", "posit16", "--range", "x=1:2:ax"], "the shape"),
        (["product", "-f", "posit16", *UNIT, "--inputs", "maybe"], "'exact' or 'rounded'"),
        (["branch", "-f", "posit16", "--range", "x=0:1"], "work.py:8: this decision is open"),
        (["nothing", "-f", "posit16", *UNIT], "no function 'nothing'"),
    ],
)
def test_problems_are_one_line(script, capsys, arguments, text):
    assert main(["bound", f"{script}:{arguments[0]}", *arguments[1:]]) == 1
    problem = capsys.readouterr().err
    assert text in problem
    assert problem.count("\n") == 1
