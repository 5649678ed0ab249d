# SPDX-License-Identifier: BSD-3-Clause
"""Does planned attention keep to its places, and its memory to the length, whatever its tiles?"""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

import numformats as nf
from numformats import training
from numformats.plan import Program
from numformats.plan.table import KINDS, OPERANDS
from numformats.training import ReLU, inference, reverse
from numformats.training.plans.judge import JudgeError, judge_table
from plans import attention_model, results_by_room, sequences, step_of, stepped_by_the_tape

STOCHASTIC = nf.Float(5, 6, rounding="stochastic")


def compiled(mode=None, dtype=nf.posit16, case=(7, 3, True), **options):
    mode = reverse() if mode is None else mode
    return training.compile(
        attention_model(*case, dtype), batch=2, mode=mode, inputs=(case[0], 3), **options
    )


def run(plan, room=None):
    """The weights after a step with so many bytes of scratch."""
    program = Program(
        plan.table,
        plan.builder.formats(),
        plan.arena,
        scratch=(plan.layout.scratch_at, plan.layout.scratch if room is None else room),
        windows=plan.builder.windows,
    )
    x, y = sequences(2, plan.job.shape_in[0])
    labels = None if plan.mode == inference() else y.astype(np.int64)
    program.step(x.reshape(2, -1), labels=labels, knobs=[2.0], seed=5)
    kept = plan.arena.view(0, (plan.layout.kept,), np.uint8).tobytes()
    return kept, plan.outputs().tobytes() if labels is None else b""


@pytest.mark.parametrize("mode", [inference(), reverse()], ids=str)
@pytest.mark.parametrize("dtype", [nf.posit16, nf.posit64, STOCHASTIC, np.float32], ids=str)
@pytest.mark.parametrize("case", [(37, 3, True), (24, 1, False)], ids=str)
def test_the_room_for_tiles_does_not_show(mode, dtype, case):
    """From all rows of scores at once to one at a time, until the room is too little for that."""
    make = partial(compiled, mode, dtype, case, judged=False)
    assert len(results_by_room(make, run)) == 1


def test_what_was_in_the_arena_before_does_not_show():
    found = set()
    for fill in (0, 0xFF, 0x80):
        plan = compiled()
        kept = plan.layout.kept
        plan.arena.view(kept, (len(plan.arena) - kept,), np.uint8)[:] = fill
        found.add(run(plan))
    assert len(found) == 1


def test_memory_does_not_grow_with_the_square_of_the_length():
    """The scratch is at most that of tiles, which the certificate tells; all else is linear."""
    live = []
    for length in (1024, 2048, 4096):
        plan = compiled(case=(length, 1, True), judged=False)
        scratch = plan.bytes["scratch"]
        assert scratch <= 2 << 20 < 8 * length * length
        assert f"scratch {scratch}" in plan.certificate()
        live.append(plan.bytes["live"])
    assert abs(live[2] - 2 * live[1]) <= 4096
    assert abs(live[1] - 2 * live[0]) <= 4096


def test_long_sequences_go_by_tiles():
    """Where the plan's own tiles are some of all rows, the bits are those of the tape."""
    case = (601, 1, True)
    x, y = sequences(1, case[0])
    model = attention_model(*case, nf.posit16, 1, ReLU)
    wanted = stepped_by_the_tape(model, x, y)
    plan, _ = step_of(model, x, y, reverse(), lr=1.0, inputs=(case[0], 3))
    assert plan.bytes["scratch"] < 8 * case[0] ** 2
    for name, a in model.parameters().items():
        assert a.astype(float).tolist() == wanted[name].reshape(a.shape).astype(float).tolist()


@pytest.mark.parametrize("causal", [False, True])
def test_the_judge_finds_every_mutant(causal):
    """Of the operations of attention: another address, size, stride, number."""
    plan, kinds = compiled(case=(5, 2, causal)), set()
    for i, record in enumerate(plan.table):
        if KINDS[record["kind"]] not in {"ATTEND", "ATTEND_BACK"}:
            continue
        kinds.add(KINDS[record["kind"]])
        mutants = [(name, "at", by) for name in OPERANDS for by in (8, -8, 64, -64)]
        mutants += [(name, field, 1) for name in OPERANDS for field in ("rows", "columns")]
        mutants += [(name, "column", 1) for name in OPERANDS[:2] + OPERANDS[3:]]
        mutants = [m for m in mutants if record[m[0]]["at"] >= 0]
        mutants += [(None, field, 1) for field in ("kind", "flag", "first", "last")]
        for name, field, by in mutants:
            table = plan.table.copy()
            part = table[i] if name is None else table[i][name]
            part[field] += by
            with pytest.raises(JudgeError):
                judge_table(plan, table)
    assert kinds == {"ATTEND", "ATTEND_BACK"}


def test_a_result_over_its_own_queries_is_found():
    """Without biases both are of one shape, and would be taken for an operation in place."""
    model = attention_model(5, 2, True, nf.posit16)
    attention = model.parts["2"]
    for layer in (model.parts["0"], *attention.parts.values(), model.parts["4"]):
        del layer.own["bias"]
    plan = training.compile(model, batch=2, mode=reverse(), inputs=(5, 3))
    b, offsets = plan.builder, plan.layout.offsets
    op = next(op for op in b.operations if op.kind == "ATTEND_BACK")
    moved = offsets | {op.operands["out"].buffer.name: offsets[op.operands["a"].buffer.name]}
    with pytest.raises(JudgeError, match=r"\(ATTEND_BACK\) writes its result over its operand a"):
        judge_table(plan, b.encode(moved))


def test_the_core_refuses_what_does_not_fit():
    """Fields of the table, one by one."""
    plan = compiled()

    def program(table):
        options = {"scratch": (0, 64), "windows": plan.builder.windows}
        return Program(table, plan.builder.formats(), plan.arena, **options)

    program(plan.table)
    for i, record in enumerate(plan.table):
        if KINDS[record["kind"]] not in {"ATTEND", "ATTEND_BACK"}:
            continue
        for name, field, value in (
            *((None, "first", value) for value in (-1, 0, 4, 7)),
            *((None, "last", value) for value in (-1, 0, 5, 1 << 30)),
            *((None, "flag", value) for value in (-1, 2)),
            *((operand, "columns", 40) for operand in ("a", "out")),
            *((operand, "rows", 1) for operand in ("a", "out")),
            *(("addend", field, 0) for field in ("rows", "columns")),
            ("addend", "at", -1),
            ("out", "column", 2),
        ):
            table = plan.table.copy()
            part = table[i] if name is None else table[i][name]
            part[field] = value
            with pytest.raises(ValueError, match=f"operation {i} "):
                program(table)
