# SPDX-License-Identifier: BSD-3-Clause
"""Does an arena give, take back and count memory, and refuse what it cannot do?"""

from __future__ import annotations

import mmap

import numpy as np
import pytest

import numformats as nf
from numformats import plan, training
from numformats.plan.run import scratch_bytes
from numformats.plan.table import KINDS, OP, OPERANDS, OPERATIONS
from numformats.training import forward, reverse
from plans import batch, mlp, weights


def test_taking_and_releasing():
    arena = nf.arena.Arena(1024)
    assert [arena.take(n) for n in (1, 64, 65, 0)] == [0, 64, 128, 256]
    assert arena.stats() == {"high_water": 256, "live": 256, "n_alloc": 4, "n_heap_alloc": 0}
    mark = arena.mark()
    assert arena.take(768) == 256
    with pytest.raises(MemoryError, match="an arena of 1024 bytes has 0 free, not 1"):
        arena.take(1)
    arena.release(mark)
    assert arena.stats()["live"] == 256
    assert arena.stats()["high_water"] == 1024
    assert len(arena) == 1024


def test_arrays_are_views():
    arena = nf.arena.Arena(1024)
    one, two = arena.array((3, 5), nf.posit16), arena.array((4,), np.float64)
    one[...] = 1
    two[...] = 2
    assert (one == 1).all()
    assert two.ctypes.data == one.ctypes.data + 64
    assert arena.view(64, (4,), np.float64).tolist() == [2] * 4
    del arena
    assert (one == 1).all()  # the array keeps the memory


def test_sums_over_all_arenas():
    before = nf.arena.stats()
    arena = nf.arena.Arena(4096)
    arena.take(100)
    after = nf.arena.stats()
    assert after["live"] - before["live"] == 128
    assert after["n_alloc"] - before["n_alloc"] == 1


def test_wrong_sizes_memory_and_marks_are_refused():
    with pytest.raises(ValueError, match="an arena of 0 bytes; allowed: 1 and more"):
        nf.arena.Arena(0)
    memory = mmap.mmap(-1, 4096)
    for wrong in (memoryview(memory)[1:129], memoryview(memory)[:64], bytes(128)):
        with pytest.raises(ValueError, match="for an arena of 128; allowed: writable"):
            nf.arena.Arena(128, memory=wrong)
    arena, other = nf.arena.Arena(128), nf.arena.Arena(128)
    with pytest.raises(ValueError, match="no mark of this arena"):
        arena.release(other.mark())
    arena.take(64)
    late = arena.mark()
    arena.release(plan.Mark(arena, 0))
    with pytest.raises(ValueError, match="at or below 0 bytes: 64"):
        arena.release(late)


def test_two_plans_share_an_arena():
    """Two models, each with a plan; the steps of the one leave the other alone."""
    x, y = batch(4, 6, 3)
    one, two = mlp((6, 5, 3)), mlp((6, 5, 3), dtype=nf.posit16)
    sizes = [
        len(training.compile(mlp((6, 5, 3), dtype=d), batch=4, mode=reverse()).arena)
        for d in (np.float64, nf.posit16)
    ]
    arena = nf.arena.Arena(sum(sizes))
    plans = [training.compile(m, batch=4, mode=reverse(), arena=arena) for m in (one, two)]
    before = weights(one)
    plans[1].step(x, y, lr=0.5)
    assert all((before[k] == a).all() for k, a in one.parameters().items())
    plans[0].step(x, y, lr=0.5)
    assert any((before[k] != a).any() for k, a in one.parameters().items())
    with pytest.raises(MemoryError, match="free"):
        training.compile(mlp((6, 5, 3)), batch=4, mode=reverse(), arena=arena)


@pytest.mark.parametrize("column", [*OPERANDS, "kind", "formats"])
def test_the_core_refuses_tables_that_do_not_fit(column):
    """What the judge would find, the core finds again: no table makes it leave the arena."""
    made = training.compile(mlp((6, 5, 3)), batch=4, mode=forward(K=2))
    formats = made.builder.formats()
    scratch = (made.layout.scratch_at, made.layout.scratch)
    plan.Program(made.table, formats, made.arena, scratch=scratch)
    refused = 0
    for i in range(len(made.table)):
        table = made.table.copy()
        if column == "kind":
            table[i]["kind"] = len(KINDS)
        elif column == "formats":
            table[i]["formats"] = len(formats)
        elif table[i][column]["at"] < 0:
            continue
        else:
            table[i][column]["at"] = len(made.arena)
        with pytest.raises(ValueError, match=f"operation {i} "):
            plan.Program(table, formats, made.arena, scratch=scratch)
        refused += 1
    assert refused > 2


def test_a_program_by_hand_and_its_step_limit():
    """Two operations, written as records: y = a + a; a loop that has no end is stopped."""
    arena = nf.arena.Arena(4096)
    a, y = arena.array((2, 3), nf.posit16), arena.array((2, 3), nf.posit16)
    a[...] = [[1, 2, 3], [4, 5, 6]]
    table = np.zeros(3, OP)
    for name in OPERANDS:
        table[name]["at"] = -1
    table["kind"] = [KINDS.index(k) for k in ("ELEMENT", "LOOP", "RETURN")]
    table[0]["flag"] = OPERATIONS["add"]
    for name, at in (("a", 0), ("b", 0), ("out", 64)):
        table[0][name] = (at, 2, 3, 3, 1)
    table[1]["last"] = 1  # the counter never gets there
    assert scratch_bytes(table, [nf.posit16]) == 0
    looping = plan.Program(table, [nf.posit16], arena, scratch=(128, 0), most_operations=100)
    with pytest.raises(plan.StepError, match="failed") as error:
        looping.step(np.zeros((2, 3)))
    assert error.value.operation in {0, 1}
    assert y.astype(float).tolist() == [[2, 4, 6], [8, 10, 12]]
    table[1]["flag"] = 1
    done = plan.Program(table, [nf.posit16], arena, scratch=(128, 0)).step(np.zeros((2, 3)))
    assert (done.operations, done.heap_calls) == (3, 0)
