# SPDX-License-Identifier: BSD-3-Clause
"""Does the judge of functions pass what is right, find what is not, and keep its tolerance?"""

from __future__ import annotations

import sys

import gmpy2
import numpy as np
import pytest

import numformats as nf
from function_arguments import CASES, columns
from helpers import oracle_of
from mpfr_functions import NAMES, POLES, value
from numformats.sweep import SweepError, unary
from numformats.sweep.functions import FUNCTIONS
from numformats.sweep.unary import _judge, check, kernel

WIDE = [name for name in CASES if name.endswith("32") and name != "mlu32"]
SOME = ("exp", "log", "sin", "tanh", "exp2m1", "cbrt", "tanpi", "rsqrt", "sqrt")


def edges(bits):
    """Codes beside every change of the leading bits, and random ones."""
    rng, whole = np.random.default_rng(5), 1 << bits
    powers = [1 << k for k in range(bits)]
    near = {(s * p + d) % whole for p in powers for s in (1, -1) for d in (-1, 0, 1)}
    return sorted(near | set(rng.integers(0, whole, 1500).tolist()))


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name in NAMES])
def test_doubles_keep_a_quarter_of_their_tolerance(name):
    """Arguments of posit32, the hard ones of the committed list among them, against MPFR."""
    codes = np.array(edges(32), np.uint32)
    codes = np.append(codes, columns("posit32", name)[0])
    xs = codes.view(nf.posit32).astype(float)
    xs, pole, seen = xs[np.isfinite(xs)], POLES.get(name), 0
    with np.errstate(all="ignore"):
        found = FUNCTIONS[name](xs)
    for x, got in zip(xs.tolist(), found.tolist(), strict=True):
        want = value(name, x, 120)
        if gmpy2.is_nan(want) or (pole and pole(x)):
            assert not np.isfinite(got), x
        elif 2.0**-850 < abs(want) < 2.0**850:  # MPFR's exponents end at +-1000
            assert abs(got - want) <= abs(want) * 2.0**-48, (x, got, want)
            seen += 1
    assert seen > 200


@pytest.mark.parametrize("op", FUNCTIONS)
@pytest.mark.parametrize("name", ["posit8", "bposit16", "binary16", "q7"])
def test_all_codes_of_narrow_formats(name, op):
    plan = unary(name, op)
    found = plan.summary({n: plan.task(n)() for n in range(plan.chunks)})
    assert found["items"] == 1 << plan.format.bits
    assert (found["wrong"], found["undecided"]) == (0, 0)
    assert found["asked"] < 1000


@pytest.mark.parametrize("name", SOME)
@pytest.mark.parametrize("format_name", WIDE)
def test_a_neighbour_of_the_result_is_open(format_name, name):
    T = getattr(nf, format_name)
    codes = np.arange(0x3F9ED000, 0x3F9ED000 + 512, dtype=np.uint32)
    judge = _judge(str(T.format))
    with np.errstate(all="ignore"):
        right = kernel(name, codes.view(T)).view(np.uint32)
        assert judge.open_places(name, codes, right).tolist() == []
        for by in (1, -1):
            found = judge.open_places(name, codes, right + np.uint32(by % 2**32))
            assert found.tolist() == list(range(512))


@pytest.mark.parametrize("format_name", WIDE)
def test_the_oracle_decides_the_hard_cases(format_name):
    """Many are nearer to an end than the tolerance: the doubles must leave them open."""
    T, opened = getattr(nf, format_name), 0
    judge = _judge(str(T.format))
    for name in set(FUNCTIONS) & set(CASES[format_name]):
        found = columns(format_name, name)
        arguments, results = (np.array(column, np.uint32) for column in found[:2])
        with np.errstate(all="ignore"):
            opened += judge.open_places(name, arguments, results).size
            for by in (1, -1):
                other = results + np.uint32(by % 2**32)
                assert judge.open_places(name, arguments, other).size == arguments.size, name
        x = int(arguments[0])
        assert (check(str(T.format), name, x, x + 1)["wrong"]) == 0
    assert opened > 10


def test_a_planted_bug_is_reported(monkeypatch):
    def planted(op, x):
        result = kernel(op, x)
        result.view(np.uint16)[x.view(np.uint16) == 0x5123] += 1
        return result

    monkeypatch.setattr(sys.modules["numformats.sweep.unary"], "kernel", planted)
    plan = unary("posit16", "sin")
    found = plan.summary({n: plan.task(n)() for n in range(plan.chunks)})
    right = oracle_of(nf.posit16).sin(0x5123)
    assert found["wrong"] == 1
    assert found["examples"] == [[0x5123, right + 1, right]]


@pytest.mark.parametrize(
    ("format_name", "op", "told"),
    [
        ("posit32", "gamma", "no judge of functions for 'gamma': exp, exp2"),
        ("mlu32", "exp", "has no judge"),
        ("posit64", "exp", "has no judge"),
        ("nothing", "exp", "unknown format 'nothing'"),
    ],
)
def test_what_cannot_be_swept_is_told(format_name, op, told):
    with pytest.raises(SweepError) as problem:
        unary(format_name, op)
    assert told in str(problem.value)
