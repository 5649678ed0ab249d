# SPDX-License-Identifier: BSD-3-Clause
"""Does ``numformats analyze`` say which line it is, and in one line what is wrong?"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from interrupts import as_in_a_terminal
from numformats.cli import main

SCRIPT = """
import numpy as np

def variance(x):
    mean = np.mean(x)
    squares = np.mean(x * x)
    return squares - mean * mean

def variance_inputs():
    return (np.linspace(99, 101, 50),)

def fails(x):
    y = x + 1
    raise RuntimeError("first\\nsecond")

def untraced(x):
    y = x + 1
    return np.frompyfunc(lambda v: v, 1, 1)(y)

def waits(x):
    import time
    open("started", "w").close()
    time.sleep(60)
    return x
"""


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "work.py"
    path.write_text(SCRIPT)
    return path


def test_listing_page_and_figures(script, tmp_path, capsys):
    html, figures = tmp_path / "out.html", tmp_path / "out.json"
    arguments = ["analyze", f"{script}:variance", "--format", "posit32"]
    assert main([*arguments, "--html", str(html), "--json", str(figures)]) == 0
    out = capsys.readouterr().out
    assert "worst line work.py:7: return squares - mean * mean" in out
    assert "     squares = np.mean(x * x)" in out
    document = json.loads(figures.read_text())
    assert document["worst"] == {"file": str(script), "line": 7}
    assert "return squares - mean * mean" in html.read_text()


def test_figures_into_a_pipe(script, capfd):
    assert main(["analyze", f"{script}:variance", "-f", "bfloat16", "--json", "-"]) == 0
    said = capfd.readouterr()
    assert json.loads(said.out)["format"] == "bfloat16"
    assert "worst line" in said.err


def test_an_input_of_ones_own(script, tmp_path, capsys):
    data = tmp_path / "x.npy"
    np.save(data, np.array([1.0, 2.0, 3.0]))
    arguments = ["analyze", f"{script}:variance", "-f", "posit16", "-i", str(data)]
    assert main([*arguments, "--reference", "float64"]) == 0
    assert "beside float64" in capsys.readouterr().out
    assert main([*arguments, "--reference", "30"]) == 0


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["work.py:variance", "-f", "posit17x"], "posit17x"),
        (["work.py:nothing", "-f", "posit16"], "no function 'nothing'"),
        (["work.py:variance", "-f", "posit16", "--reference", "quad"], "--reference quad"),
        (["work.py:variance", "-f", "posit16", "--reference", "3"], "--reference 3"),
        (["work.py:variance", "-f", "posit64", "--reference", "float64"], "too few to judge"),
        (["work.py:variance", "-f", "posit16", "--html", "no/such.html"], "no such folder"),
        (["work.py:variance", "-f", "posit16", "--json", "."], "is a folder"),
        (
            ["work.py:fails", "-f", "posit16", "-i", "x.csv"],
            "failed at line 14: RuntimeError: first",
        ),
        (["work.py:untraced", "-f", "posit16", "-i", "x.csv"], "failed at line 18"),
        (["work.py:variance", "-f", "posit16", "-i", "y.csv"], "no such file"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(arguments, text, script, monkeypatch, capsys):
    monkeypatch.chdir(script.parent)
    Path("x.csv").write_text("1,2,3\n")
    assert main(["analyze", *arguments]) == 1
    said = capsys.readouterr()
    assert text in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to a child")
def test_ctrl_c_leaves_no_half_file(script, tmp_path):
    (tmp_path / "x.csv").write_text("1,2,3\n")
    (tmp_path / "out.json").write_text("before")
    command = [sys.executable, "-P", "-m", "numformats", "analyze", "work.py:waits", "-f", "posit16",
               "-i", "x.csv", "--json", "out.json", "--html", "out.html"]  # fmt: skip
    with as_in_a_terminal():
        child = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    with child:
        for _ in range(300):
            if (tmp_path / "started").exists():
                break
            time.sleep(0.1)
        os.kill(child.pid, signal.SIGINT)
        _, said = child.communicate(timeout=30)
    assert child.returncode == 130
    assert said == "numformats: interrupted\n"
    assert (tmp_path / "out.json").read_text() == "before"
    assert {p.name for p in tmp_path.iterdir() if p.name != "__pycache__"} == {
        "started", "work.py", "x.csv", "out.json",
    }  # fmt: skip


def test_json_and_html_without_a_path(script, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["analyze", f"{script}:variance", "--format", "posit16", "--html", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["schema"].startswith("numformats.analyze/")
    assert "<html" in (tmp_path / "variance.html").read_text("utf-8")
