# SPDX-License-Identifier: BSD-3-Clause
"""Which files can be the input of a command, and what is said of others?"""

from __future__ import annotations

import json

import numpy as np
import pytest

from command_line import expect_problem, run, write


def test_input_replaces_the_first(capsys, script, tmp_path):
    data = write(tmp_path / "x.csv", b"\xef\xbb\xbfvalue,other\n1,2\n3,4.5\n")
    document = tmp_path / "o.json"
    status, _, err = run(
        capsys, "compare", f"{script}:pair", "-i", data, "-f", "posit32", "--json", document
    )
    assert (status, err) == (0, "")
    inputs = json.loads(document.read_text())["inputs"]
    assert [item["shape"] for item in inputs] == [[2, 2], [2]]


@pytest.mark.parametrize(
    ("content", "suffix", "shape"),
    [
        (b"1\n2\n3\n", ".csv", [3]),
        (b"1,2,3\n", ".csv", [3]),
        (b"1,2\n\n3,4\n", ".csv", [2, 2]),
        (np.arange(4), ".npy", [4]),
        (np.float32([[1, 2]]), ".npy", [1, 2]),
    ],
)
def test_files_that_can_be_read(capsys, script, tmp_path, content, suffix, shape):
    data, document = write(tmp_path / f"x{suffix}", content), tmp_path / "o.json"
    target = f"{script}:double"
    assert run(capsys, "compare", target, "-i", data, "-f", "q7", "--json", document)[0] == 0
    assert json.loads(document.read_text())["inputs"][0]["shape"] == shape


@pytest.mark.parametrize(
    ("content", "suffix", "reason"),
    [
        (None, ".npy", "no such file"),
        (b"junk", ".npy", "cannot be read"),
        (b"", ".npy", "cannot be read"),
        (np.array([1.0, np.nan]), ".npy", "has NaN at index (1,)"),
        (np.array([1j]), ".npy", "complex128"),
        (np.array([]), ".npy", "holds no numbers"),
        (np.array([2**60 + 1]), ".npy", "float64 cannot hold"),
        (np.array(["a"]), ".npy", "real NumPy numbers"),
        (b"1,2\n3\n", ".csv", "line 2 has 1 columns, line 1 has 2"),
        (b"a,b\n1,2\nx,2\n", ".csv", "line 3: 'x' is not a number"),
        (b"1,nan\n", ".csv", "has NaN at index (1,)"),
        (b"1,inf\n", ".csv", "has an infinity"),
        (b"", ".csv", "holds no numbers"),
        (b"\xff\xfe", ".csv", "cannot be read"),
        (b"1", ".txt", "must be a .npy or .csv file"),
    ],
)
def test_files_that_cannot(capsys, script, tmp_path, content, suffix, reason):
    data = tmp_path / f"x{suffix}"
    if content is not None:
        write(data, content)
    expect_problem(run(capsys, "compare", f"{script}:double", "-i", data), reason)


def test_pickles_are_not_loaded(capsys, script, tmp_path):
    data = tmp_path / "x.npy"
    np.save(data, np.array([{}]), allow_pickle=True)
    expect_problem(run(capsys, "compare", f"{script}:double", "-i", data), "cannot be read")
