# SPDX-License-Identifier: BSD-3-Clause
"""Do the bounds of FPBench's expressions hold, and are they no worse than published ones?"""

from __future__ import annotations

import importlib
import sys
import types
from pathlib import Path

import numpy as np
import pytest

import numformats as nf
from bounded_expressions import CONTEXT, exact
from numformats.analysis import bound

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
FORMATS = ["float64", "float32", "posit32", "bposit32", "mlu32", "posit16"]
EXACT = types.SimpleNamespace(full_like=lambda _, c: exact(float(c)), sqrt=CONTEXT.sqrt)


@pytest.fixture(scope="module")
def fpbench():
    sys.path.insert(0, str(BENCHMARKS))
    try:
        yield importlib.import_module("fpbench")
    finally:
        sys.path.remove(str(BENCHMARKS))


def ranges_of(expression):
    return {k: tuple(v) for k, v in expression["ranges"].items()}


def test_no_sampled_error_is_larger(fpbench):
    rng = np.random.default_rng(0)
    for place, expression in enumerate(fpbench.expressions()):
        name = FORMATS[place % len(FORMATS)]
        dtype = np.dtype(name) if "float" in name else nf.formats()[name].dtype
        fn, truth = fpbench.function_of(expression), fpbench.function_of(expression, EXACT)
        found = bound(fn, ranges_of(expression), dtype)
        low, high = (
            np.array([float(fpbench.number(v[i])) for v in expression["ranges"].values()])
            for i in (0, 1)
        )
        points = np.concatenate([rng.uniform(low, high, (25, low.size)), [low, high]])
        for point in points:
            x = point.astype(dtype)
            inside = (x.astype(float) >= low) & (x.astype(float) <= high)
            x[~inside] = (0.5 * low + 0.5 * high).astype(dtype)[~inside]
            with np.errstate(all="ignore"):
                value = fn(*x)
            if np.isfinite(float(value)):
                error = abs(exact(value) - truth(*map(exact, x)))
                assert error <= found.absolute, f"{expression['name']} in {name}: {x}"


@pytest.mark.parametrize(
    "name", ["doppler1", "verhulst", "hypot", "kepler0", "turbine1", "rigidBody2"]
)
def test_bounds_are_no_worse_than_published(fpbench, name):
    (expression,) = fpbench.expressions([name])
    found = bound(
        fpbench.function_of(expression),
        ranges_of(expression),
        float,
        inputs="rounded",
        subdivide=24,
    )
    assert found.absolute <= 1.01 * min(expression["published"].values())


def test_the_table_has_a_row(fpbench, capsys):
    assert fpbench.main(["--boxes", "2", "--formats", "posit32,mlu32", "bspline3"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert rows[2].startswith("| bspline3 | ")
    assert rows[0].count("|") == rows[2].count("|")
