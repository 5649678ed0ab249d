# SPDX-License-Identifier: BSD-3-Clause
"""Does each solver answer alike, and are the values that it gives those of the variables?"""

import pytest

from proofs.smt import terms as t
from proofs.smt.meaning import evaluate
from proofs.smt.query import ask
from proofs.smt.solvers import SOLVERS

pytestmark = pytest.mark.parametrize("solver", SOLVERS)


def shared():
    """The upper half of x, or the lower one where it is 0; twice in a text, it is one definition."""
    x = t.var("x", 8)
    high, low = t.extract(7, 4, x), t.extract(3, 0, x)
    return t.ite(t.eq(high, t.bv(0, 4)), low, high)


def test_values(solver):
    """Of words and Booleans.  Definitions are no variables; where any value will do there may be none."""
    pytest.importorskip(solver)
    x, half, carry, free = t.var("x", 8), shared(), t.var("carry", 0), t.var("free", 7)
    double = t.add(half, half)
    for asserts in (
        [t.ne(t.mul(half, double), t.bv(0, 4)), t.eq(t.var("shown", 4), half)],
        [t.ne(t.zext(half, 8), x), t.eq(t.var("shown", 4), double)],
        [t.eq(carry, t.ult(double, half)), carry, t.ule(t.mul(free, t.bv(0, 7)), free)],
    ):
        answer = ask(asserts, 30, solver)
        assert answer.status == "sat"
        assert set(answer.values) <= {"x", "shown", "carry", "free"}
        assert evaluate(asserts, {"free": 0, **answer.values}) == [1] * len(asserts)


def test_no_values(solver):
    pytest.importorskip(solver)
    answer = ask(
        [t.ult(t.add(shared(), t.bv(1, 4)), t.bv(1, 4)), t.eq(t.var("x", 8), t.bv(3, 8))],
        30,
        solver,
    )
    assert (answer.status, answer.values) == ("unsat", {})


def test_no_time(solver):
    """Two prime factors of a number of 117 bits: no answer is an answer."""
    pytest.importorskip(solver)
    x, y = (t.zext(t.var(name, 60), 120) for name in "xy")
    product = t.bv((2**59 - 55) * (2**58 - 27), 120)
    asserts = [t.eq(t.mul(x, y), product), *(t.ult(t.bv(1, 120), v) for v in (x, y))]
    answer = ask(asserts, 0.2, solver)
    assert (answer.status, answer.values) == ("unknown", {})
    assert answer.seconds < 20
