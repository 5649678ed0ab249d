# SPDX-License-Identifier: BSD-3-Clause
"""Does the judge pass every plan, and does it find every planted fault?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from numformats import training
from numformats.plan import Program
from numformats.plan.table import KINDS, OPERANDS
from numformats.training import GELU, ReLU, SiLU, Tanh, forward, inference, reverse
from numformats.training.plans import place
from numformats.training.plans.judge import JudgeError, judge_table
from plans import batch, mlp

MODES = [
    inference(),
    reverse(),
    *(forward(K=k) for k in (1, 16)),
    *(forward(exact=True, K=k) for k in (2, 16)),
]
SHAPES = [(3, 2), (4, 1, 3), (6, 9, 2, 9, 3)]
FAULTY = [reverse(), forward(K=2), forward(exact=True, K=3)]


@pytest.mark.parametrize("mode", MODES, ids=str)
@pytest.mark.parametrize("sizes", SHAPES, ids=str)
@pytest.mark.parametrize("activation", [ReLU, Tanh, SiLU, GELU], ids=lambda a: a.__name__)
def test_plans_pass(mode, sizes, activation):
    """And the count of operations of a step is that which the core finds."""
    plan = training.compile(mlp(sizes, activation, nf.posit16), batch=4, mode=mode)
    assert judge_table(plan, plan.table) == plan.operations
    x = np.ones((4, sizes[0]))
    plan.step(x, np.zeros(4, int), lr=0.5)


def found(plan, table):
    try:
        judge_table(plan, table)
    except JudgeError:
        return True
    return False


@pytest.fixture(scope="module", params=FAULTY, ids=str)
def plan(request):
    return training.compile(mlp((8, 4, 4, 4)), batch=8, mode=request.param, delta=np.float64)


def test_a_moved_operand_is_found(plan):
    for i in range(len(plan.table)):
        for name in OPERANDS:
            for by in (8, -64):
                table = plan.table.copy()
                if table[i][name]["at"] >= 0:
                    table[i][name]["at"] += by
                    assert found(plan, table), (i, KINDS[table[i]["kind"]], name, by)


def test_another_size_or_stride_is_found(plan):
    for i in range(len(plan.table)):
        for name in OPERANDS:
            for field in ("rows", "columns", "row", "column"):
                table = plan.table.copy()
                if (
                    table[i][name]["at"] < 0
                    or table[i][name]["rows"] * table[i][name]["columns"] == 1
                ):
                    continue
                table[i][name][field] += 1
                if not _is_idle(plan, i, name, field):
                    assert found(plan, table), (i, KINDS[table[i]["kind"]], name, field)


def _is_idle(plan, i, name, field):
    """A stride that is never used: there is one row, or one column."""
    extent = {"row": "rows", "column": "columns"}.get(field)
    return extent is not None and plan.table[i][name][extent] == 1


def test_other_numbers_in_the_table_are_found(plan):
    for i in range(len(plan.table)):
        for field in ("kind", "flag", "stream", "first", "last"):
            table = plan.table.copy()
            table[i][field] += 1
            assert found(plan, table), (i, field)


def test_swapped_operations_are_found(plan):
    """Those that depend on each other; the others have other columns, which are compared."""
    for i in range(len(plan.table) - 1):
        table = plan.table.copy()
        if table[i].tobytes() != table[i + 1].tobytes():
            table[[i, i + 1]] = table[[i + 1, i]]
            assert found(plan, table), i


def outcome(plan, table, start):
    """The arena's weights after one step of a table, from the same start."""
    arena = plan.arena
    arena.view(0, (len(start),), np.uint8)[:] = start
    scratch = (plan.layout.scratch_at, plan.layout.scratch)
    program = Program(table, plan.builder.formats(), arena, scratch=scratch)
    x, y = batch(8, 8, 4)
    program.step(x, labels=y.astype(np.int64), knobs=[1.0], seed=3)
    return arena.view(0, (plan.layout.kept,), np.uint8).tobytes()


def test_a_buffer_on_another_that_is_alive_is_found(plan):
    """The planner's faults: one offset made that of a buffer that is alive with it.

    Lives are rounded up; where the judge passes such a table the step has the same bits.
    """
    b, layout = plan.builder, plan.layout
    names = [n for n, buffer in b.buffers.items() if not buffer.kept]
    start = plan.arena.view(0, (len(plan.arena),), np.uint8).copy()
    right = outcome(plan, plan.table, start)
    faults = harmless = 0
    for one in names:
        for other in names:
            (first, last), (begins, ends) = layout.lives[one], layout.lives[other]
            moved = layout.offsets | {one: layout.offsets[other]}
            alive = one != other and first < ends and begins < last
            if not alive or moved[one] + b.buffers[one].nbytes > layout.scratch_at:
                continue
            table = b.encode(moved)
            if found(plan, table):
                faults += 1
            else:
                harmless += 1
                assert outcome(plan, table, start) == right, (one, other)
    assert faults > 20 > harmless


def test_shortened_lifetimes_are_found(monkeypatch):
    """A planner that believes that a buffer dies one operation early."""
    right = place.lifetimes
    tried = 0
    for victim in range(12):

        def short(b, victim=victim):
            lives = right(b)
            names = [n for n, (i, j) in lives.items() if not b.buffers[n].kept and j - i > 1]
            if victim < len(names):
                name = names[victim]
                lives[name] = (lives[name][0], lives[name][0] + 1)
            return lives

        monkeypatch.setattr(place, "lifetimes", short)
        for mode in FAULTY:
            model = mlp((6, 5, 5, 5, 3))
            right_plan = None
            with monkeypatch.context() as m:
                m.setattr(place, "lifetimes", right)
                right_plan = training.compile(model, batch=4, mode=mode)
            try:
                wrong = training.compile(model, batch=4, mode=mode)
            except JudgeError:
                tried += 1
            else:  # the shorter life moved nothing onto what is alive
                assert wrong.operations == right_plan.operations
    assert tried > 8


def test_an_update_that_comes_too_early_is_found(monkeypatch):
    """The compiler's own order is wrong: W changes before its transpose is used."""
    from numformats.training.plans.nodes import Affine

    back = Affine.back

    def early(self, b, x, y, g):
        self.update(b, x, g)
        return back(self, b, x, y, g)

    monkeypatch.setattr(Affine, "back", early)
    with pytest.raises(JudgeError, match="after its update"):
        training.compile(mlp((4, 5, 3)), batch=2, mode=reverse())
