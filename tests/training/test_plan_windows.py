# SPDX-License-Identifier: BSD-3-Clause
"""Do planned operations on windows of images keep to their places, whatever the room they have?"""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

import numformats as nf
from numformats import training
from numformats.plan import Program
from numformats.plan.table import KINDS, OPERANDS, OUT_OF_PLACE, WINDOWS, windows
from numformats.training import (
    AvgPool2d,
    Conv2d,
    Flatten,
    Linear,
    MaxPool2d,
    ReLU,
    Reshape,
    Sequential,
    forward,
    reverse,
)
from numformats.training.plans.judge import JudgeError, judge_table
from plans import pictures, results_by_room, small_lenet

IMAGE = (9, 8, 2)
STOCHASTIC = nf.Float(5, 6, rounding="stochastic")


def lenet(dtype=nf.posit16, pool=MaxPool2d):
    nf.seed(1)  # of stochastic roundings of the initial weights
    return small_lenet(IMAGE, 3, dtype, pool)


def compiled(mode, dtype=nf.posit16, pool=MaxPool2d, **options):
    return training.compile(lenet(dtype, pool), batch=3, mode=mode, inputs=IMAGE, **options)


def run(plan, scratch=None):
    """The weights after a step with this scratch: (offset, bytes)."""
    at = plan.layout.scratch_at
    program = Program(
        plan.table,
        plan.builder.formats(),
        plan.arena,
        scratch=(at, plan.layout.scratch if scratch is None else scratch),
        windows=plan.builder.windows,
    )
    x, y = pictures(3, IMAGE, 3)
    program.step(x.reshape(3, -1), labels=y.astype(np.int64), knobs=[2.0], seed=5)
    return plan.arena.view(0, (plan.layout.kept,), np.uint8).tobytes()


@pytest.mark.parametrize("mode", [reverse(), forward(K=2)], ids=str)
@pytest.mark.parametrize("dtype", [nf.posit16, STOCHASTIC, np.float32], ids=str)
@pytest.mark.parametrize("accumulate", ["exact", "native"])
def test_the_room_for_tiles_does_not_show(mode, dtype, accumulate):
    """From all rows at once to one at a time, until the room is too little for that."""
    make = partial(compiled, mode, dtype, accumulate=accumulate)
    assert len(results_by_room(make, run)) == 1


def test_large_images_go_by_tiles():
    """More windows than the scratch holds: the bits are those of images in batches of one."""
    found = []
    x, y = pictures(4, (60, 60, 8), 2)
    for rows in (4, 1):
        layers = [Conv2d(8, 2, 7, dtype=np.float64, seed=1), MaxPool2d(54), Flatten()]
        model = Sequential(*layers, Linear(2, 2, dtype=np.float64, seed=2))
        plan = training.compile(model, batch=rows, inputs=(60, 60, 8), judged=False)
        assert plan.layout.scratch < 4 << 20 < 4 * 54 * 54 * 7 * 7 * 8 * 8
        outputs = []
        for i in range(0, 4, rows):
            plan.step(x[i : i + rows])
            outputs.append(plan.outputs())
        found.append(np.concatenate(outputs).tobytes())
    assert found[0] == found[1]
    assert y.shape == (4,)


@pytest.mark.parametrize("mode", [reverse(), forward(K=2)], ids=str)
@pytest.mark.parametrize("pool", [MaxPool2d, AvgPool2d], ids=lambda p: p.__name__)
def test_what_was_in_the_arena_before_does_not_show(mode, pool):
    found = set()
    for fill in (0, 0xFF, 0x80):
        plan = compiled(mode, pool=pool)
        kept = plan.layout.kept
        plan.arena.view(kept, (len(plan.arena) - kept,), np.uint8)[:] = fill
        found.add(run(plan))
    assert len(found) == 1


@pytest.mark.parametrize("pool", [MaxPool2d, AvgPool2d], ids=lambda p: p.__name__)
def test_the_judge_finds_every_mutant(pool):
    """Of the operations on windows: another address, size, stride, number."""
    kinds = set()
    for mode in (reverse(), forward(K=2)):
        plan = compiled(mode, pool=pool)
        for i, record in enumerate(plan.table):
            if KINDS[record["kind"]] not in OUT_OF_PLACE - {"PRODUCT"}:
                continue
            kinds.add(KINDS[record["kind"]])
            mutants = [(name, "at", by) for name in OPERANDS for by in (8, -8, 64, -64)]
            mutants += [(name, field, 1) for name in OPERANDS for field in ("rows", "columns")]
            mutants += [(name, "column", 1) for name in OPERANDS]
            mutants = [m for m in mutants if record[m[0]]["at"] >= 0]
            mutants += [(None, field, 1) for field in ("kind", "flag", "first", "last")]
            for name, field, by in mutants:
                table = plan.table.copy()
                part = table[i] if name is None else table[i][name]
                part[field] += by
                with pytest.raises(JudgeError):
                    judge_table(plan, table)
    common = {"CONVOLVE", "CONVOLVE_BACK", "CONVOLVE_WEIGHT"}
    of_pool = (
        {"MAXIMUM", "MAXIMUM_BACK"} if pool is MaxPool2d else {"WINDOW_SUM", "WINDOW_SUM_BACK"}
    )
    assert kinds == common | of_pool


def test_a_result_over_its_own_windows_is_found():
    """Windows of one pixel have as many results as pixels: the two must not be one matrix."""
    model = Sequential(Conv2d(2, 2, 1, dtype=nf.posit16), ReLU(), Flatten(), Linear(8, 2))
    model.parts["3"].own.update({k: v.astype(nf.posit16) for k, v in model.parts["3"].own.items()})
    plan = training.compile(model, batch=2, inputs=(2, 2, 2))
    table = plan.table.copy()
    i = next(i for i, r in enumerate(table) if KINDS[r["kind"]] == "CONVOLVE")
    offsets = dict(plan.layout.offsets)
    b = plan.builder
    one, other = (b.operations[i].operands[name].buffer.name for name in ("a", "out"))
    offsets[other] = offsets[one]
    with pytest.raises(JudgeError, match=r"\(CONVOLVE\) writes its result over its operand a"):
        judge_table(plan, b.encode(offsets))


def test_the_core_refuses_windows_that_do_not_fit():
    """Fields of the list and of the table, one by one."""
    plan = compiled(reverse())
    good = np.array(plan.builder.windows, WINDOWS)

    def program(table=plan.table, images=good):
        return Program(table, plan.builder.formats(), plan.arena, scratch=(0, 64), windows=images)

    program()
    for field in good.dtype.names:
        for value in (-1, 0, 1 << 30):
            if field == "padding" and value == 0:
                continue
            images = good.copy()
            images[field][0] = value
            with pytest.raises(ValueError, match="operands do not fit"):
                program(images=images)
    for i, record in enumerate(plan.table):
        if KINDS[record["kind"]] in OUT_OF_PLACE - {"PRODUCT"}:
            for first in (-1, len(good)):
                table = plan.table.copy()
                table[i]["first"] = first
                with pytest.raises(ValueError, match=f"operation {i} "):
                    program(table)
    with pytest.raises(ValueError, match="images are 4 x 3, windows 5 x 1"):
        windows((2, 3, 1), (5, 1), (1, 1), (1, 0))


def test_what_has_no_plan_is_named():
    class Twice(Conv2d):
        """What a derived class computes is not known."""

    def linear():
        return Linear(4, 2)

    for layers, inputs, what in (
        (
            [Conv2d(1, 2, 3)],
            None,
            r"'0' \(Conv2d 1 -> 2, 3 x 3\) takes images, and gets samples of",
        ),
        ([Reshape(4, 4), MaxPool2d(2)], 16, r"'1' \(MaxPool2d 2 x 2\) .* of shape \(4, 4\)"),
        ([Conv2d(3, 2, 3)], (4, 4, 1), r"images of 3 channels, and gets \(4, 4, 1\)"),
        ([Conv2d(1, 2, 5)], (4, 6, 1), r"'0' .*images are 4 x 6, windows 5 x 5"),
        (
            [Reshape(3, 3, 1), linear()],
            16,
            r"'0' \(Reshape 3 x 3 x 1\): a sample has shape \(16,\)",
        ),
        ([Linear(3, 2)], (4, 4), r"'0' takes 3 inputs, and gets samples of shape \(4, 4\)"),
    ):
        with pytest.raises(ValueError, match=what):
            training.compile(Sequential(*layers), batch=2, inputs=inputs)
    with pytest.raises(TypeError, match=r"layer '0' \(Twice\) has parameters, and no emit"):
        training.compile(Sequential(Twice(1, 2, 3)), batch=2, inputs=(4, 4, 1))
    with pytest.raises(TypeError, match=r"layer '2' has no plan in mode forward\(exact=True\)"):
        compiled(forward(exact=True, K=2))
    plan = compiled(reverse())
    with pytest.raises(ValueError, match=r"x has shape \(3, 8, 9, 2\); .* for \(3, 9, 8, 2\)"):
        plan.step(np.zeros((3, 8, 9, 2)), [0, 1, 2])
