# SPDX-License-Identifier: BSD-3-Clause
"""Do loops by their invariants and arrays seen beside one index say what C does, and no more?"""

from __future__ import annotations

import pytest

from proofs.smt import terms as t
from proofs.smt.c.cells import Cells
from proofs.smt.c.loops import Invariant
from proofs.smt.c.program import Program
from proofs.smt.c.state import State
from proofs.smt.c.types import DOUBLE, INT, LONG, UINT, Pointer, UnsupportedError
from proofs.smt.query import ask

HALVE = "unsigned f(unsigned n) { unsigned count = 0; while (n > 1) { n /= 2; count++; } return count; }"


def proved(program, goal, *hypotheses):
    return ask([*hypotheses, *program.assumed, t.lnot(goal)], 20).status == "unsat"


def halved(holds, measure):
    """The program after f(n), and what f gives."""
    program = Program(HALVE)
    program.invariants["f.0"] = Invariant(holds, measure=measure)
    return program, program.call("f", [(t.var("n", 32), UINT)], State({}, t.TRUE))[0]


def shifted_back(value):
    """n 2^count is at most what n was, and n is not 0."""
    shifted = t.shl(t.zext(value("n"), 96), t.zext(value("count"), 96))
    count = t.ult(value("count"), t.bv(32, 32))
    return t.land(t.ule(shifted, t.zext(t.var("n", 32), 96)), t.ne(value("n"), t.bv(0, 32)), count)


def test_a_loop_by_its_invariant():
    program, count = halved(shifted_back, lambda value: value("n"))
    some = t.ne(t.var("n", 32), t.bv(0, 32))
    assert len(program.lemmas) == 2
    assert all(proved(program, goal, some) for _, goal in program.lemmas)
    assert proved(program, t.ule(count, t.bv(31, 32)), some)
    assert not proved(program, t.ule(count, t.bv(30, 32)), some)


@pytest.mark.parametrize(
    ("holds", "measure", "wrong"),
    [
        (lambda v: t.eq(v("count"), t.bv(1, 32)), lambda v: v("n"), [0, 1]),
        (lambda v: t.ult(v("count"), t.bv(9, 32)), lambda v: v("n"), [1]),
        (lambda _: t.TRUE, lambda v: v("count"), [1]),
    ],
    ids=["at first", "not kept", "no end"],
)
def test_a_wrong_invariant_is_not_proved(holds, measure, wrong):
    program, _ = halved(holds, measure)
    assert [i for i, (_, goal) in enumerate(program.lemmas) if not proved(program, goal)] == wrong


def test_a_loop_without_an_invariant_is_not_read():
    with pytest.raises(UnsupportedError, match="loop whose end is no constant"):
        Program(HALVE).call("f", [(t.var("n", 32), UINT)], State({}, t.TRUE))


def run(text, cells):
    """f of an array and an index: the program, and the state that it leaves."""
    program, st = Program(text), State({"a": cells}, t.TRUE)
    value = program.call("f", [(("a", ()), Pointer(LONG)), (t.var("i", 32), INT)], st)[0]
    return program, st, value


def test_cells_beside_one_index():
    text = "long f(long *a, int i) { a[i + 1] = a[i] & 15; a[i] = 7; return a[i + 1] ^ a[i]; }"
    cells = Cells("a", 64, lambda x: t.ult(x, t.bv(4, 64)))
    program, st, value = run(text, cells)
    first = cells[cells.at(t.var("i", 32))]
    assert proved(program, t.eq(value, t.bxor(first, t.bv(7, 64))), *cells.facts.values())
    assert not proved(program, t.eq(value, t.bxor(first, t.bv(7, 64))))
    assert len(st.mem["a"]) == 2


@pytest.mark.parametrize(
    "text",
    [
        "long f(long *a, int i) { a[i] = 1; return a[2 * i]; }",
        "long f(long *a, int i) { a[i] = 1; a[3] = 2; return 0; }",
        "long f(long *a, int i) { if (i > 5) a[i] = 1; else a[i * i] = 2; return 0; }",
    ],
)
def test_two_cells_that_may_be_one_are_refused(text):
    with pytest.raises(UnsupportedError, match="written"):
        run(text, Cells("a", 64))


def test_arrays_that_depend_on_a_branch():
    """A cell that neither branch wrote is that of the array which the branch chose."""
    c, x, y, i = t.var("c", 0), Cells("x", 64), Cells("y", 64), t.var("i", 32)
    both = x.merged(c, y)
    name = both.at(i)
    assert both[name] is t.ite(c, t.var(f"x_{name}", 64), t.var(f"y_{name}", 64))


def test_a_pointer_into_an_array():
    text = "long g(const long *p, int j) { return p[j]; } long f(long *a, int i) { return g(a + i, 3) - a[i + 3]; }"
    program, _, value = run(text, Cells("a", 64))
    assert proved(program, t.eq(value, t.bv(0, 64)))


def test_constant_doubles_fold_where_they_round_to_nearest():
    text = "double f(double x) { return 1.5 * 0x1p52 + x; } double g(void) { return 0.1 * 3.0; }"
    program = Program(text)
    st = State({}, t.TRUE)
    folded = program.call("f", [(t.bv(0x3FF0000000000000, 64), DOUBLE)], st)[0]
    assert folded is t.bv(0x4338000000000001, 64)
    assert not program.axioms
    assert program.call("g", [], st)[0] is t.bv(0x3FD3333333333334, 64)
    program.mode = "RTZ"
    assert not t.is_const(program.call("g", [], st)[0])
    assert len(program.axioms) == 1
