# SPDX-License-Identifier: BSD-3-Clause
"""Does `numformats vectors` write right cases in every layout, whole files, and one-line errors?"""

from __future__ import annotations

import io
import subprocess
import sys

import numpy as np
import pytest

import numformats.hardware
from command_line import run
from numformats.hardware import LAYOUTS, Cases, operation


def told(capsysbinary, *arguments):
    """What is written to stdout."""
    status, out, err = run(capsysbinary, "vectors", *arguments)
    assert (status, err) == (0, b"")
    return out


def test_testfloat_lines_come_out(capsysbinary):
    out = told(capsysbinary, "--format", "posit16", "--op", "add", "--level", "1")
    add = operation("posit16", "add")
    lines = out.decode().splitlines()
    assert len(lines) > 10_000
    rows = np.array([[int(text, 16) for text in line.split()] for line in lines])
    assert all(len(line) == 17 and line == line.upper() for line in lines)
    columns = add.columns(rows[:, :2].tolist())
    assert np.array_equal(add.reference(*columns), rows[:, 2])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_read_back(capsysbinary, layout):
    options = ("-f", "binary32", "--op", "convert", "--to", "binary16", "--mode", "toward_zero")
    out = told(capsysbinary, *options, "--layout", layout, "--count", "500")
    op = operation("binary32", "convert", to="binary16", mode="toward_zero")
    [cases] = LAYOUTS[layout].read(io.BytesIO(out), op)
    assert len(cases) == 500
    wanted = op.reference(*cases.operands)
    is_nan = (wanted & 0x7FFF) > 0x7C00
    assert ((cases.results == wanted) | (is_nan & ((cases.results & 0x7FFF) > 0x7C00))).all()
    assert cases.flags.any()


def test_a_seed_is_what_it_was(capsysbinary):
    options = ("-f", "posit32", "--op", "mul")
    first = told(capsysbinary, *options)
    assert first == told(capsysbinary, *options)
    assert first != told(capsysbinary, *options, "--seed", "21")


def test_all_cases_and_operands_only(capsysbinary, tmp_path):
    target = tmp_path / "all.txt"
    options = ("-f", "posit<5,es=1>", "--op", "add", "--level", "exhaustive", "--operands-only")
    assert told(capsysbinary, *options, "-o", target) == b""
    lines = target.read_text().splitlines()
    assert sorted(lines) == [f"{x:02X} {y:02X}" for x in range(32) for y in range(32)]
    assert [p.name for p in tmp_path.iterdir()] == ["all.txt"]
    assert told(capsysbinary, *options, "-o", "-") == target.read_bytes()


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_a_file_is_whole_or_as_it_was(capsysbinary, tmp_path, monkeypatch, error):
    def fails(*_, **__):
        yield Cases((np.zeros(2, "u1"),) * 2, np.zeros(2, "u1"), np.zeros(2, "u1"))
        raise error

    monkeypatch.setattr(numformats.hardware, "vectors", fails)
    target = tmp_path / "all.txt"
    target.write_text("old")
    options = ("vectors", "-f", "posit8", "--op", "add", "-o", target)
    if error is KeyboardInterrupt:
        assert run(capsysbinary, *options)[0] == 130
    else:
        with pytest.raises(error):
            run(capsysbinary, *options)
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("all.txt", "old")]


def test_a_reader_may_go_away():
    command = [sys.executable, "-m", "numformats", "vectors", "-f", "posit16", "--op", "mul",
               "--level", "exhaustive"]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"0000 0000 0000 00\n"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 1


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (("-f", "posit8", "--op", "plus"), "unknown operation 'plus': known: ['add', 'sub'"),
        (("-f", "posit99", "--op", "add"), "unknown format 'posit99'; did you mean"),
        (("-f", "posit8", "--op", "add", "--level", "3"), "allowed: 1, 2 and 'exhaustive'"),
        (("-f", "posit8", "--op", "add", "--layout", "xml"), "allowed: testfloat, fptest, json,"),
        (("-f", "posit8", "--op", "add", "--mode", "up"), "allowed: nearest_even"),
        (("-f", "posit8", "--op", "convert"), "convert needs the format of its result"),
        (("-f", "posit8", "--op", "add", "--seed", "-1"), "seed=-1; allowed: 0 to 2**64 - 1"),
        (("-f", "posit8", "--op", "add", "--count", "0"), "'--count'"),
        (("-f", "posit8", "--op", "add", "--layout", "c", "--operands-only"), "allowed: testfloat"),
        (("--op", "add"), "Missing option '--format'"),
        (("-f", "posit32", "--op", "add", "--level", "exhaustive"), "cases; allowed: "),
    ],
)
def test_wrong_usage_is_told_in_one_line(capsysbinary, options, text):
    status, out, err = run(capsysbinary, "vectors", *options)
    assert (status, out) == (2, b"")
    assert err.count(b"\n") == 1
    assert text in err.decode()


def test_a_target_that_cannot_be(capsysbinary, tmp_path):
    options = ("vectors", "-f", "posit8", "--op", "add", "-o", tmp_path / "none" / "x.txt")
    status, out, err = run(capsysbinary, *options)
    assert (status, out) == (1, b"")
    assert b"No such file or directory" in err
