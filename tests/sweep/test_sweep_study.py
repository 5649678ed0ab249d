# SPDX-License-Identifier: BSD-3-Clause
"""Do the points of a study mean what was said, and do rows hold what the function gave?"""

from __future__ import annotations

import functools
import pickle
import subprocess
import sys
import threading

import numpy as np
import pytest

import numformats as nf
from numformats.analysis.workload import find_function
from numformats.sweep import SweepError, study
from numformats.sweep.parameters import grid, read_points
from numformats.sweep.values import outputs, plain


def rows(plan):
    return plan.rows({n: plan.task(n)() for n in range(plan.chunks)})


def area(width, height=2):
    return width * height


def test_a_grid_is_all_combinations_the_last_fastest():
    plan = study(area, {"width": [1, 2.5], "height": np.array([3, 4])})
    assert [(r["width"], r["height"], r["result"], r["error"]) for r in rows(plan)] == [
        (1, 3, 3, None), (1, 4, 4, None), (2.5, 3, 7.5, None), (2.5, 4, 10.0, None)
    ]  # fmt: skip
    assert (plan.items, plan.chunks, plan.title) == (4, 4, "area at 4 points")


def test_a_list_of_points_in_chunks():
    plan = study(area, ({"width": w} for w in range(7)), per_chunk=3)
    assert [plan.task(n)()["rows"][0]["result"] for n in range(plan.chunks)] == [0, 6, 12]
    assert [r["result"] for r in rows(plan)] == [0, 2, 4, 6, 8, 10, 12]
    many = study(area, {"width": range(5000)})
    assert many.chunks == 1000


def test_what_the_function_raises_is_in_its_row():
    def picky(x):
        if x == 1:
            raise ValueError("one\n   is bad")
        if x == 2:
            sys.exit(3)
        if x == 3:
            return np.ones(4)
        return {"y": nf.posit16(x), "name": "a,b"}

    plan = study(picky, {"x": [0, 1, 2, 3]})
    found = rows(plan)
    assert found[0] == {"x": 0, "y": 0.0, "name": "a,b", "error": None}
    assert [r["error"] for r in found[1:]] == [
        "ValueError: one is bad",
        "SystemExit: 3",
        "TypeError: a ndarray of shape (4,): must be a number, a text, a bool or None",
    ]
    assert plan.summary({n: plan.task(n)() for n in range(4)})["failed"] == 3


def test_formats_are_given_as_they_are_and_stand_in_rows_by_name():
    plan = study(
        lambda T: np.array([0.1]).astype(T)[0], {"T": [nf.posit16, nf.Posit(16, es=1).dtype]}
    )
    found = rows(plan)
    assert [r["T"] for r in found] == ["posit16", "posit<16,es=1>"]
    assert [r["result"] for r in found] == [float(nf.posit16(0.1)), float(nf.Posit(16, es=1)(0.1))]


def test_cells():
    exact = nf.posit64(1) / nf.posit64(3)
    assert plain(exact) == str(exact)
    assert plain(nf.posit64(0.1)) == 0.1 or isinstance(plain(nf.posit64(0.1)), str)
    assert np.isnan(plain(nf.posit8(float("nan"))))
    assert plain(np.float32(0.1)) == float(np.float32(0.1))
    assert plain(np.array(nf.posit8(2))) == 2.0
    assert [type(plain(v)) for v in (np.int8(1), np.bool_(True), np.str_("x"), None)] == [
        int, bool, str, type(None)
    ]  # fmt: skip
    for bad in ([1], 1j, object(), np.ones(2), np.ones(2, nf.posit8), b"x"):
        with pytest.raises(TypeError, match="must be a number, a text, a bool or None"):
            plain(bad)
    assert outputs((1, nf.posit8(0.5))) == {"result0": 1, "result1": 0.5}


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({}, "no point is given"),
        ([], "no point is given"),
        ({"width": []}, "no point is given"),
        ({"width": 3}, "parameter width is 3: must be a list of values"),
        ({"width": "abc"}, "parameter width is 'abc': must be a list"),
        ({"width": [[1]]}, "parameter width is a list: must be a number"),
        ({"depth": [1]}, "area(width, height=2) cannot be called so"),
        (
            [{"width": 1}, {"height": 1}],
            "cannot be called so: missing a required argument: 'width'",
        ),
        ({"error": [1]}, "a parameter cannot be called 'error'"),
    ],
)
def test_points_that_cannot_be(parameters, told):
    with pytest.raises(SweepError) as problem:
        study(area, parameters)
    assert told in str(problem.value)


def test_functions_that_cannot_be():
    with pytest.raises(SweepError, match="cannot be called"):
        study(3, {"x": [1]})
    with pytest.raises(SweepError, match="cannot be sent to workers"):
        study(functools.partial(area, threading.Lock()), {"height": [1]})
    with pytest.raises(SweepError, match="per_chunk 0: must be at least 1"):
        study(area, {"width": [1]}, per_chunk=0)


def test_identity_is_of_function_and_points():
    plans = [
        study(area, {"width": [1, 2]}), study(area, {"width": [1, 3]}), study(rows, {"plan": [1, 2]}),
        study(functools.partial(area, height=3), {"width": [1, 2]}),
        study(functools.partial(area, height=4), {"width": [1, 2]}),
    ]  # fmt: skip
    assert len({plan.identity for plan in plans}) == len(plans)
    assert study(area, {"width": (1, 2)}).identity == plans[0].identity
    one, two = ({"f": eval(f"lambda x: x + {n}")} for n in (1, 2))  # noqa: S307 - no file has them
    assert study(one["f"], {"x": [1]}).identity != study(two["f"], {"x": [1]}).identity


SCRIPT = """
import beside

SCALE = 3

class Point:
    def __init__(self, x):
        self.x = x

def helper(p):
    return SCALE * p.x + beside.offset

def scaled(x):
    return helper(Point(x))
"""
CHILD = "import pickle, sys; print(pickle.load(open(sys.argv[1], 'rb'))())"


def test_a_script_travels_without_its_file(tmp_path):
    """Its functions, classes and constants by value; modules beside it are found in its folder."""
    (tmp_path / "beside.py").write_text("offset = 0.5\n")
    (tmp_path / "script.py").write_text(SCRIPT)
    plan = study(find_function(f"{tmp_path / 'script.py'}:scaled"), {"x": [1, 2]})
    (tmp_path / "script.py").unlink()
    (tmp_path / "task").write_bytes(pickle.dumps(plan.task(1)))
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path / "task")],
        capture_output=True, text=True, check=True, cwd="/",
    )  # fmt: skip
    assert done.stdout == "{'rows': [{'x': 2, 'result': 6.5, 'error': None}]}\n"


def test_texts_of_parameters():
    assert grid(["n=1,2", "h = 0:1:5", "T=posit16,float<exp=6,man=9>", "how=fast,true,-1e-3"]) == {
        "n": [1, 2],
        "h": [0.0, 0.25, 0.5, 0.75, 1.0],
        "T": [nf.posit16, nf.Float(6, 9)],
        "how": ["fast", True, -1e-3],
    }
    for bad, told in {
        "n": "must be NAME=VALUE", "=3": "must be NAME=VALUE", "n=": "must be NAME=VALUE",
        "2n=3": "must be NAME=VALUE", "n=0:1": "a range is FIRST:LAST:COUNT",
        "n=0:1:0": "a range is", "n=0:x:3": "a range is", "n=0:1:2:3": "a range is",
        "n=0:inf:3": "a range is", "n=0:1:1e9": "a range is", "T=posit<99>": "posit<99>",
    }.items():  # fmt: skip
        with pytest.raises(SweepError) as problem:
            grid([bad])
        assert f"--param {bad}: " in str(problem.value)
        assert told in str(problem.value)
    with pytest.raises(SweepError, match="n is given twice"):
        grid(["n=1", "n=2"])


def test_points_of_a_file(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("\ufeffn, T\n1,posit8\n2.5,fast\n", "utf-8")
    assert read_points(path) == [{"n": 1, "T": nf.posit8}, {"n": 2.5, "T": "fast"}]
    for text, told in {
        "": "holds no point", "n,T\n": "holds no point", "n,T\n1\n": "line 2: not as many cells",
        "n\n1,2\n": "line 2: not as many cells", 'n\n"1\n': "cannot be read", "n\nposit<99>\n": "posit<99>",
    }.items():  # fmt: skip
        path.write_text(text)
        with pytest.raises(SweepError) as problem:
            read_points(path)
        assert told in str(problem.value)
        assert str(path) in str(problem.value)
    with pytest.raises(SweepError, match="cannot be read"):
        read_points(tmp_path / "none.csv")
