# SPDX-License-Identifier: BSD-3-Clause
"""Do the commands of sweep print, write and end as they should, and say in one line what is wrong?

Dask's workers are threads of this process here; tests/sweep has processes.
"""

from __future__ import annotations

import contextlib
import csv
import json
import sys

import numpy as np
import pytest

import numformats as nf
from numformats.cli import main
from numformats.sweep.pairs import kernel

SCRIPT = """
import numpy as np

def drift(n, T=None, bad=0):
    if n == bad:
        raise ValueError("bad n")
    x = np.full(n, 0.1).astype(T)
    return {"sum": np.cumsum(x)[-1]}
"""


@pytest.fixture(scope="module")
def client():
    import distributed

    with distributed.Client(
        processes=False,
        n_workers=1,
        threads_per_worker=1,
        dashboard_address=":0",
        set_as_default=False,
    ) as found:
        yield found


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "work.py"
    path.write_text(SCRIPT)
    return f"{path}:drift"


@pytest.fixture
def sweep(capsys, monkeypatch, client):
    module = sys.modules["numformats.sweep.run"]
    monkeypatch.setattr(module, "connect", lambda *_: contextlib.nullcontext(client))

    def sweep(*arguments):
        status = main(["sweep", *map(str, arguments)])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return sweep


def test_pairs_of_several_formats(sweep, tmp_path):
    path = tmp_path / "figures.json"
    status, out, err = sweep("pairs", "--format", "posit8,float<exp=3,man=2>", "--op", "add,mul",
                             "--json", path, "--checkpoint", tmp_path / "kept")  # fmt: skip
    assert (status, err) == (0, "")
    found = json.loads(path.read_text())
    assert found["schema"] == "numformats.sweep/1"
    assert [(s["op"], s["format"], s["items"], s["wrong"]) for s in found["sweeps"]] == [
        ("add", "posit<8,es=2>", 65536, 0), ("add", "float<exp=3,man=2>", 4096, 0),
        ("mul", "posit<8,es=2>", 65536, 0), ("mul", "float<exp=3,man=2>", 4096, 0),
    ]  # fmt: skip
    assert "mul of all pairs of posit8" in out
    assert all(s["digest"][:20] in out for s in found["sweeps"])
    folders = sorted(p.name for p in (tmp_path / "kept").iterdir())
    assert folders == [
        "add-float_exp=3_man=2_",
        "add-posit8",
        "mul-float_exp=3_man=2_",
        "mul-posit8",
    ]


def test_a_part_of_all_codes(sweep):
    status, out, _ = sweep("unary", "-f", "posit16", "--op", "exp", "--chunks", "3:5")
    assert status == 0
    assert "2/16" in out
    assert "exp of all posit16" in out


def test_a_wrong_result_is_told_and_is_status_1(sweep, monkeypatch):
    def planted(op, x, y):
        result = kernel(op, x, y)
        result.view(np.uint8)[(x.view(np.uint8) == 0x51) & (y.view(np.uint8) == 0x41)] += 1
        return result

    monkeypatch.setattr(sys.modules["numformats.sweep.pairs"], "kernel", planted)
    status, out, err = sweep("pairs", "-f", "posit8", "--op", "add")
    right = nf.oracle.for_format(nf.posit8).add(0x51, 0x41)
    assert (status, err) == (1, "")
    assert f"wrong: add(0x51, 0x41) gave {right + 1:#x}, the oracle {right:#x}" in out


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_rows_of_a_study(sweep, script, tmp_path, ending):
    path = tmp_path / f"rows.{ending}"
    status, out, err = sweep(
        "study", script, "--param", "n=2,3", "--param", "T=posit8,posit16", "--out", path
    )
    assert (status, err) == (0, "")
    assert "4 points, 0 failed" in out
    want = [(n, T.__name__, float(np.cumsum(np.full(n, 0.1).astype(T))[-1]))
            for n in (2, 3) for T in (nf.posit8, nf.posit16)]  # fmt: skip
    if ending == "csv":
        rows = list(csv.DictReader(path.read_text().splitlines()))
        assert [(int(r["n"]), r["T"], float(r["sum"])) for r in rows] == want
        assert {r["error"] for r in rows} == {""}
    else:
        import pandas as pd

        frame = pd.read_parquet(path)
        assert list(zip(frame["n"], frame["T"], frame["sum"], strict=True)) == want


def test_points_that_fail_are_status_1(sweep, script, tmp_path):
    (tmp_path / "points.csv").write_text("n,T,bad\n" + "2,posit8,0\n" * 30 + "3,posit8,3\n")
    path = tmp_path / "rows.csv"
    status, out, _ = sweep("study", script, "--list", tmp_path / "points.csv", "--out", path)
    assert status == 1
    assert "and 11 more rows" in out
    assert "31 points, 1 failed" in out
    assert path.read_text().splitlines()[-1] == "3,posit8,3,,ValueError: bad n"


def test_notes_go_to_stderr(sweep, tmp_path):
    arguments = ("pairs", "-f", "float8_e4m3", "--op", "add", "--checkpoint", tmp_path)
    assert sweep(*arguments)[0] == 0
    path = tmp_path / "add-float8_e4m3" / "journal.jsonl"
    path.write_text(path.read_text()[:-20])
    status, _, err = sweep(*arguments)
    assert (status, err) == (0, f"1 damaged lines of {path}: their chunks are done again\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["pairs", "-f", "posit99", "--op", "add"], "unknown format 'posit99'"),
        (["pairs", "-f", "posit32", "--op", "add"], "2^64 pairs of codes"),
        (["pairs", "-f", "posit8", "--op", "exp"], "no judge of pairs for 'exp'"),
        (["unary", "-f", "posit8", "--op", "gamma"], "no judge of functions for 'gamma'"),
        (["pairs", "-f", "posit8", "--op", "add", "--chunks", "3"], "--chunks 3: must be A:B"),
        (["pairs", "-f", "posit8", "--op", "add", "--chunks", "3:99"], "must be within 0:16"),
        (["pairs", "-f", "posit8", "--op", "add", "--sample", "2"], "sample 2.0: must be above 0"),
        (["pairs", "-f", "posit8", "--op", "add", "--workers", "0"], "workers 0: must be"),
        (
            ["pairs", "-f", "posit8", "--op", "add", "--json", "/nowhere/x"],
            "no such folder: /nowhere",
        ),
        (["pairs", "-f", "posit8", "--op", "add", "--checkpoint", "/dev/null"], "the checkpoint"),
        (["study", "{script}"], "needs --param NAME=VALUES (a grid) or --list"),
        (["study", "{script}", "--param", "n"], "--param n: must be NAME=VALUE"),
        (["study", "{script}", "--param", "k=1"], "drift(n, T=None, bad=0) cannot be called so"),
        (["study", "{script}x", "--param", "n=1"], "no function 'driftx'"),
        (["study", "{script}", "--param", "n=1", "--out", "x.txt"], "must end in .csv, .parquet"),
        (["study", "{script}", "--list", "none.csv"], "none.csv cannot be read"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(sweep, script, arguments, told):
    status, out, err = sweep(*(a.format(script=script) for a in arguments))
    assert (status, out) == (1, "")
    assert told in err
    assert err.startswith("numformats: ")
    assert err.count("\n") == 1
