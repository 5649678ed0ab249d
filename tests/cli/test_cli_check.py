# SPDX-License-Identifier: BSD-3-Clause
"""Does ``numformats check`` answer with table, files and the right exit status?"""

from __future__ import annotations

import io
import json
import sys

import pytest

from numformats.hardware import LAYOUTS, Checker
from tests.support.command_line import expect_problem, run

ADD = ("check", "--format", "posit8", "--op", "add")
GOOD, BAD = "40 40 48 00\n40 48 4C 00\n", "40 40 48 00\n40 41 49 00\n"


@pytest.fixture
def answers(tmp_path):
    def write(text):
        path = tmp_path / "answers.txt"
        path.write_text(text, "ascii")
        return path

    return write


def test_right_answers_end_with_0(capsys, answers):
    status, out, err = run(capsys, *ADD, answers(GOOD))
    assert (status, err) == (0, "")
    assert "all 2 answers are right" in out


def test_wrong_answers_end_with_1_and_are_explained(capsys, answers, tmp_path):
    files = ("--json", tmp_path / "out.json", "--html", tmp_path / "out.html")
    status, out, err = run(capsys, *ADD, answers(BAD), *files)
    assert (status, err) == (1, "")
    assert "1 of 2 answers are wrong" in out
    assert "got 49 (sign 0 regime 10 exponent 01 fraction 001) = 2.25" in out
    document = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert (document["checked"], document["mismatches"]) == (2, 1)
    assert (document["diagnoses"][0]["kind"], document["diagnoses"][0]["count"]) == ("tie", 1)
    assert "<svg" in (tmp_path / "out.html").read_text("utf-8")
    status, out, err = run(capsys, *ADD, answers(BAD), "--json", "-")
    assert json.loads(out) == document
    assert "1 of 2 answers are wrong" in err


def test_the_input_is_read(capsys, monkeypatch):
    for arguments in ((), ("-",)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(BAD.encode())))
        assert run(capsys, *ADD, *arguments)[0] == 1


def test_a_bad_line_ends_with_2_after_what_was_found(capsys, answers):
    path = answers(BAD + "what\n")
    status, out, err = run(capsys, *ADD, path)
    assert status == 2
    assert "1 of 2 answers are wrong" in out
    assert err.startswith(f"numformats: {path}: line 3: 'what'")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("/does/not/exist",), "No such file"),
        (("/",), "Is a directory"),
        (("--layout", "xml"), "layout='xml'"),
        (("--nans", "none"), "nans='none'"),
        (("--mode", "toward_zero"), "mode='toward_zero' of posit<8,es=2>"),
        (("--json", "/does/not/exist/out.json"), "no such folder"),
        (("--device", "/does/not/exist"), "/does/not/exist"),
        (("--level", "3", "--device", "cat"), "3"),
    ],
)
def test_bad_input_is_one_line_and_ends_with_2(capsys, arguments, reason):
    expect_problem(run(capsys, *ADD, *arguments), reason, expected=2)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\x7fELF\x00\x01" * 50, b"40 40"])
def test_what_is_no_list_of_answers_ends_with_2(capsys, tmp_path, content):
    path = tmp_path / "a"
    path.write_bytes(content)
    expect_problem(run(capsys, *ADD, path), "line ", expected=2)


def test_an_interrupt_prints_what_was_found(capsys, answers, monkeypatch):
    add = Checker.add

    def interrupted(checker, cases):
        add(checker, cases)
        raise KeyboardInterrupt

    monkeypatch.setattr(Checker, "add", interrupted)
    status, out, err = run(capsys, *ADD, answers(BAD))
    assert status == 130
    assert "1 of 2 answers are wrong" in out
    assert "interrupted" in err


def test_a_device_is_asked(capsys, tmp_path):
    script = tmp_path / "device.py"
    script.write_text("import sys\nfor line in sys.stdin: print(line.strip(), '00')\n", "ascii")
    device = f"{sys.executable} {script}"
    status, out, _ = run(capsys, *ADD, "--device", device, "--limit", "0")
    assert status == 1
    assert "answers are wrong" in out


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    "asked",
    [("posit16", "add"), ("binary16", "fma"), ("binary32", "lt"), ("posit<7,es=1>", "dot:2")],
)
def test_vectors_come_back_in_every_layout(capsys, tmp_path, layout, asked):
    path = tmp_path / "cases"
    common = ("--format", asked[0], "--op", asked[1], "--layout", layout)
    made = run(capsys, "vectors", *common, "--count", "500", "--output", path)
    if made[0] == 2 and layout == "fptest":
        assert layout in made[2] or asked[1] in made[2]  # FPgen has no such operation
        return
    assert made[0] == 0, made
    status, out, err = run(capsys, "check", *common, path)
    assert (status, err) == (0, ""), out
    assert "all 500 answers are right" in out


def test_rows_in_another_order_and_with_other_ends_of_line_are_as_good(capsys, answers):
    lines = [*GOOD.splitlines(), *BAD.splitlines()]
    status, out, _ = run(capsys, *ADD, answers("\r\n".join(reversed(lines))))
    assert status == 1
    assert "1 of 4 answers are wrong" in out


def test_a_file_of_a_million_lines(capsys, tmp_path):
    path = tmp_path / "many.txt"
    path.write_text((GOOD * 500_000) + BAD, "ascii")
    status, out, _ = run(capsys, *ADD, path, "--no-flags")
    assert status == 1
    assert "1 of 1,000,002 answers are wrong" in out
    assert "line 1000002:" in out
