# SPDX-License-Identifier: BSD-3-Clause
"""Does the command line answer, and does it say in one line what is wrong?"""

from __future__ import annotations

import json
import sys
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from command_line import expect_problem, run, write

# ---- compare -------------------------------------------------------------------------------------


def test_compare_prints_a_row_per_format(capsys, script):
    formats = "posit16,bfloat16,mlu32,float64,float<exp=6,man=9>"
    status, out, err = run(capsys, "compare", f"{script}:double", "--formats", formats)
    assert (status, err) == (0, "")
    for name in (*formats.split(",")[:4], "float<exp=6,man=9>", "median ulps", "50-digit"):
        assert name in out
    assert "first" in out  # the report of the script


def test_compare_writes_json_and_picture(capsys, script, tmp_path):
    document, picture = tmp_path / "out.json", tmp_path / "out.png"
    document.write_text("old")
    status, _, err = run(
        capsys, "compare", f"{script}:double", "-f", "posit16,binary16",
        "--json", document, "--plot", picture,
    )  # fmt: skip
    assert (status, err) == (0, "")
    found = json.loads(document.read_text())
    assert [result["format"] for result in found["results"]] == ["posit16", "binary16"]
    assert found["function"] == "work.py:double"
    assert found["results"][0]["report"] == {"first": 2.0}
    oracle = nf.oracle.for_format(nf.posit16)
    rounded = oracle.decode(oracle.encode(Fraction(0.1)))
    exact = abs(rounded - Fraction(0.1)) / Fraction(0.1)
    assert found["results"][0]["relative_error"]["max"] == pytest.approx(float(exact), rel=1e-12)
    data = picture.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert len(data) > 10_000
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.json", "out.png", "work.py"]


def test_compare_writes_a_page_and_the_errors_of_elements(capsys, script, tmp_path):
    page, picture = tmp_path / "out.html", tmp_path / "errors.svg"
    status, _, err = run(
        capsys, "compare", f"{script}:double", "-f", "posit16,binary16",
        "--html", page, "--plot-errors", picture,
    )  # fmt: skip
    assert (status, err) == (0, "")
    text = page.read_text("utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert text.count("data:image/png;base64,") == 2
    assert "work.py:double" in text
    assert "<svg" in picture.read_text("utf-8")
    names = [path.name for path in sorted(tmp_path.iterdir())]
    assert names == ["errors.svg", "out.html", "work.py"]


def test_the_worst_elements_are_shown(capsys, script):
    _, out, _ = run(capsys, "compare", f"{script}:double", "-f", "posit16,binary16")
    assert "The worst elements" in out
    assert out.count("output 0[1]") == 2  # 0.1, the one that is no number of these formats


@pytest.mark.parametrize(
    ("reference", "shown"),
    [("70", "70-digit"), ("double", "double-double"), ("exact", "exact"), ("float64", "float64")],
)
def test_the_reference_can_be_chosen(capsys, script, reference, shown):
    status, out, _ = run(
        capsys, "compare", f"{script}:double", "-f", "posit16", "--reference", reference
    )
    assert status == 0
    assert f"against the {shown} reference" in out


def test_an_unknown_reference_is_told_before_the_run(capsys, script):
    answer = run(capsys, "compare", f"{script}:fails", "--reference", "quad")
    expect_problem(answer, "reference 'quad': it must be 'float64', 'double', 'exact', or a number")


def test_the_line_at_fault_is_named(capsys, tmp_path):
    script = tmp_path / "lines.py"
    script.write_text(
        "import math\nimport numpy as np\n"
        "def inputs(): return np.ones(2)\n"
        "def c_code(x):\n    y = x + 1\n    return x * math.exp(y[0])\n"
        "def wrong(x):\n    return x @ x[:1]\n"
        "def left(x):\n    y = x + x\n    return y.astype(np.float64)\n"
        "def foreign(x):\n    return np.vectorize(abs)(x)\n"
    )
    for function, reason in {
        "c_code": "TraceError: lines.py:6: float(x) leaves the trace",
        "wrong": "(lines.py:8)",
        "left": "dtype is float64 (lines.py:11: astype gives float64;",
        "foreign": "lines.py:13",
    }.items():
        answer = run(capsys, "compare", f"{script}:{function}", "-f", "posit8")
        expect_problem(answer, reason)


@pytest.mark.parametrize("option", ["--plot", "--plot-errors", "--html", "--json"])
def test_an_interrupt_while_writing_leaves_no_half_file(
    capsys, script, tmp_path, monkeypatch, option
):
    def interrupt(*_args, **_more):
        raise KeyboardInterrupt

    target = write(tmp_path / "old.png", b"old")
    monkeypatch.setattr("os.replace", interrupt)
    status, _, err = run(capsys, "compare", f"{script}:double", "-f", "posit8", option, target)
    assert (status, err) == (130, "numformats: interrupted\n")
    assert target.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old.png", "work.py"]


@pytest.mark.parametrize(
    ("function", "more", "reason"),
    [
        ("nothing", [], "no function 'nothing' in"),
        ("nothing", [], "it has double, pair, matrix_only, leaves, fails, quits"),
        ("NOT_A_FUNCTION", [], "no function"),
        ("leaves", ["-i"], "leaves the format at output 0"),
        ("fails", ["-i"], "RuntimeError: first line second line"),
        ("quits", ["-i"], "SystemExit: 3"),
        ("matrix_only", ["-i"], "shape (2,): ValueError"),
        ("matrix_only", [], "needs inputs: give --input FILE or define matrix_only_inputs()"),
        ("broken_inputs", [], "its inputs failed: OSError: no data today"),
        ("double", ["-f", "posti16"], "unknown format 'posti16'; did you mean"),
        ("double", ["-f", "posit<16,es=9>"], "es=9"),
        ("double", ["-f", " ,"], "no format to compare"),
        ("double", ["--plot", "x.gif"], "must end in .pdf, .png, .svg"),
        ("double", ["--plot", "no/such/x.png"], "no such folder"),
        ("double", ["--json", "."], "is a folder"),
        ("double", ["--html", "."], "is a folder"),
        ("double", ["--plot-errors", "x.bmp"], "must end in .pdf, .png, .svg"),
    ],
)
def test_what_is_wrong_is_said(capsys, script, tmp_path, function, more, reason):
    if more == ["-i"]:
        more = ["-i", write(tmp_path / "two.npy", np.array([1.0, 2.0]))]
    expect_problem(run(capsys, "compare", f"{script}:{function}", *more), reason)


def test_format_at_fault_is_named(capsys, tmp_path):
    script = tmp_path / "w.py"
    script.write_text(
        "def f(x):\n    if x.dtype.itemsize == 1:\n        raise KeyError('k')\n    return x\n"
    )
    data = write(tmp_path / "x.npy", np.ones(2))
    answer = run(capsys, "compare", f"{script}:f", "-i", data, "-f", "posit16,posit8")
    expect_problem(answer, "failed in posit8 on inputs of shape (2,): KeyError: 'k'")


def test_scripts_that_cannot_be_run(capsys, tmp_path):
    missing = tmp_path / "missing.py"
    expect_problem(run(capsys, "compare", f"{missing}:f"), f"no such file: {missing}")
    broken = write(tmp_path / "broken.py", b"def f(:\n")
    expect_problem(run(capsys, "compare", f"{broken}:f"), "cannot be run: SyntaxError")
    raising = write(tmp_path / "raising.py", b"1/0")
    expect_problem(run(capsys, "compare", f"{raising}:f"), "ZeroDivisionError")
    text = write(tmp_path / "notes.txt", b"")
    expect_problem(run(capsys, "compare", f"{text}:f"), "not a Python script")
    good = write(tmp_path / "good.py", b"def f(x):\n    return x\n")
    expect_problem(run(capsys, "compare", good), "which function of")


def test_scripts_find_their_neighbours(capsys, tmp_path):
    write(tmp_path / "beside_me.py", b"HALF = 0.5\n")
    target = write(
        tmp_path / "main_one.py",
        b"import numpy as np, beside_me\ndef f(x): return x * beside_me.HALF\n"
        b"def inputs(): return np.ones(3)\n",
    )
    assert run(capsys, "compare", f"{target}:f", "-f", "posit16")[0] == 0
    assert str(tmp_path) not in sys.path


@pytest.mark.parametrize(
    "arguments",
    [["no-such-command"], ["compare"], ["compare", "a.py:f", "--no-such-option"], ["show", "1"]],
)
def test_wrong_usage_is_status_2(capsys, arguments):
    status, _, err = run(capsys, *arguments)
    assert status == 2
    assert err.count("\n") == 1


def test_help(capsys):
    status, out, _ = run(capsys, "--help")
    assert status == 0
    assert all(command in out for command in ("formats", "show", "compare", "demo"))


def test_missing_extra_is_said(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "typer", None)
    expect_problem(run(capsys, "formats"), "pip install 'numformats[cli]'")


def test_missing_matplotlib_is_said(capsys, monkeypatch, script):
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    answer = run(capsys, "compare", f"{script}:double", "--plot", script.with_suffix(".png"))
    expect_problem(answer, "numformats[plot]")


def test_failed_write_leaves_no_trace(capsys, script, tmp_path, monkeypatch):
    def fail(*_args, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("matplotlib.figure.Figure.savefig", fail)
    picture = write(tmp_path / "p.png", b"old")
    status, _, err = run(capsys, "compare", f"{script}:double", "-f", "posit8", "--plot", picture)
    assert status == 1
    assert "No space left" in err
    assert picture.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["p.png", "work.py"]
