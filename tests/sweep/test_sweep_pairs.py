# SPDX-License-Identifier: BSD-3-Clause
"""Does the judge of pairs pass what is right, in every format, and find whatever is not?"""

from __future__ import annotations

import sys

import numpy as np
import pytest

import numformats as nf
from helpers import oracle_of
from numformats.sweep import SweepError, pairs
from numformats.sweep.pairs import OPERATIONS, _judge, kernel

SMALL = [
    nf.posit8, nf.bposit8q, nf.float8_e5m2, nf.float8_e4m3, nf.q7, nf.Posit(2), nf.Posit(5, es=0),
    nf.Posit(6, es=5), nf.Float(3, 2), nf.Float(2, 1),
]  # fmt: skip
WIDE = ["posit16", "bposit16", "bposit16q", "takum_linear16", "binary16", "bfloat16", "q15"]


def whole(plan):
    return plan.summary({n: plan.task(n)() for n in range(plan.chunks)})


@pytest.mark.parametrize("op", OPERATIONS)
@pytest.mark.parametrize("T", SMALL, ids=str)
def test_all_pairs_of_small_formats(T, op):
    found = whole(pairs(T, op))
    assert found["items"] == 4**T.format.bits
    assert (found["wrong"], found["undecided"], found["asked"]) == (0, 0, 0)


@pytest.mark.parametrize("op", ["add", "sub", "mul", "div"])
@pytest.mark.parametrize("name", WIDE)
def test_some_rows_of_16_bits(name, op):
    plan = pairs(name, op)
    found = plan.summary({517: plan.task(517)()})
    assert found["items"] == 2**22
    assert (found["wrong"], found["undecided"], found["asked"]) == (0, 0, 0)


@pytest.mark.parametrize("op", OPERATIONS)
@pytest.mark.parametrize("T", [*SMALL, nf.takum_linear16, nf.binary16, nf.posit16], ids=str)
def test_every_other_code_is_open(T, op):
    """All codes of the smallest formats as results, neighbours and some others of the wider ones."""
    count, oracle, rng = 1 << T.format.bits, oracle_of(T), np.random.default_rng(7)
    judge, scratch = _judge(str(T.format), op), np.empty(count)
    rows = range(count) if count <= 16 else rng.integers(0, count, 3).tolist()
    columns = range(count) if count <= 16 else rng.integers(0, count, 60).tolist()
    offsets = range(count) if count <= 16 else (0, 1, -1, 2, count // 2, int(rng.integers(count)))
    for row in rows:
        want = np.zeros(count, np.uint64)
        for y in columns:
            want[y] = getattr(oracle, op)(row, y)
        for offset in offsets:
            results = (want + np.uint64(offset % count)) % np.uint64(count)
            with np.errstate(all="ignore"):
                is_open = np.isin(columns, judge.open_places(op, row, results, scratch))
            assert is_open.all() if offset % count else not is_open.any(), (row, offset)


def test_the_constructed_ties_are_decided():
    """1 + x at the thresholds between 1 and its neighbours: ties, and a hair beside them."""
    T, one = nf.takum_linear16, 0x4000
    judge, oracle = _judge(str(T.format), "add"), oracle_of(T)
    results = np.array([oracle.add(one, y) for y in range(1 << 16)], np.uint64)
    s = judge.values[one] + judge.values
    ties = (s == judge.low[results]) | (s == judge.high[results])
    assert ties.sum() > 1000
    assert judge.open_places("add", one, results, np.empty(1 << 16)).size == 0
    other = results.copy()
    other[ties] += np.where(s == judge.low[results], -1, 1)[ties].astype(np.uint64)
    assert (
        judge.open_places("add", one, other, np.empty(1 << 16)).tolist()
        == np.flatnonzero(ties).tolist()
    )


def test_a_planted_bug_is_reported_with_operands_and_both_results(monkeypatch):
    def planted(op, x, y):
        result = kernel(op, x, y)
        result.view(np.uint16)[(x.view(np.uint16) == 0x5123) & (y.view(np.uint16) == 0x4001)] += 1
        return result

    monkeypatch.setattr(sys.modules["numformats.sweep.pairs"], "kernel", planted)
    plan = pairs("posit16", "add")
    number = 0x5123 // 64
    found = plan.summary({number: plan.task(number)(), 0: plan.task(0)()})
    right = oracle_of(nf.posit16).add(0x5123, 0x4001)
    assert (found["wrong"], found["asked"], found["undecided"]) == (1, 1, 0)
    assert found["examples"] == [[0x5123, 0x4001, right + 1, right]]


def test_a_kernel_that_is_wrong_everywhere_is_not_asked_about_for_hours(monkeypatch):
    """x + 1 for x + y: hardly a result is right, and the oracle is asked about 50 a chunk."""
    monkeypatch.setattr(sys.modules["numformats.sweep.pairs"], "kernel", lambda _op, x, _y: x + 1)
    monkeypatch.setattr("numformats.sweep.judged.MOST_ASKED", 50)
    found = whole(pairs("posit8", "add"))
    assert found["asked"] == 16 * 50
    assert found["wrong"] > 700
    assert found["undecided"] > 10_000


def test_what_the_judge_does_not_know_is_no_wrong_result(monkeypatch):
    """Where the judge is unsure the oracle decides."""
    unsure = lambda _, codes: (np.full(codes.shape, np.nan),) * 2  # noqa: E731
    monkeypatch.setattr("numformats.sweep.codes.Codes.ends", unsure)
    _judge.cache_clear()
    found = whole(pairs("posit8", "mul"))
    _judge.cache_clear()
    assert found["asked"] > 60_000
    assert (found["wrong"], found["undecided"]) == (0, 0)


@pytest.mark.parametrize(
    ("format_name", "op", "told"),
    [
        ("posit16", "frobnicate", "no judge of pairs for 'frobnicate': add, sub, mul, div"),
        ("posit32", "add", "2^64 pairs of codes: too many; formats of at most 16 bits"),
        ("posit17", "add", "unknown format 'posit17'"),
        ("float<exp=10,man=5>", "mul", "leave 2^-510"),
        (3, "add", "not a number format"),
    ],
)
def test_what_cannot_be_swept_is_told(format_name, op, told):
    with pytest.raises(SweepError) as problem:
        pairs(format_name, op)
    assert told in str(problem.value)


def test_numpys_names_of_operations():
    assert pairs(nf.posit8, "multiply") == pairs("posit8", "mul") == pairs(nf.posit8.dtype, "mul")
    assert pairs("posit8", "add").identity != pairs("posit8", "mul").identity
