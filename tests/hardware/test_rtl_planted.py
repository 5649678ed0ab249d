# SPDX-License-Identifier: BSD-3-Clause
"""Is each bug in a design caught by level-1 vectors, and called by its name?  And is none seen without?"""

from __future__ import annotations

import pytest

from numformats.hardware import operation
from numformats.hardware.check import check
from numformats.hardware.players import Design, play
from numformats.hardware.vectors import vectors
from planted_rtl import OTHERS, QUICK, plant
from rtl_simulation import DESIGNS, needs_icarus

pytestmark = needs_icarus
SLOW = pytest.mark.long  # not slow to compile, but to simulate
TOPS = [
    ("bposit16_multiplier", "bposit16", "mul"),
    ("mlu32_adder", "mlu32", "add"),
    pytest.param("bposit16_adder", "bposit16", "add", marks=SLOW),  # the tutorial runs it, too
    pytest.param("posit16_adder", "posit16", "add", marks=SLOW),
    pytest.param("posit16_multiplier", "posit16", "mul", marks=SLOW),
]


def report(folder, designs, top, format_name, op):
    """What the checker says of a design's answers to level 1."""
    asked = operation(format_name, op)
    design = Design(asked, top, [designs / f"{top}.v"], include=[designs])
    return check(asked, source=play(design, vectors(format_name, op, level=1), folder))


@pytest.mark.parametrize(("top", "format_name", "op"), TOPS)
def test_a_design_passes_level_1(tmp_path, top, format_name, op):
    said = report(tmp_path, DESIGNS, top, format_name, op)
    assert said.passed
    assert said.checked > 40_000


def caught(folder, bug):
    said = report(folder, plant(folder / "designs", bug), bug.top, bug.format, bug.op)
    assert said.mismatches
    assert said.diagnoses[0].kind == bug.kind, said.diagnoses
    # what else is said of it is about a part of the wrong answers
    assert said.diagnoses[0].count * 2 > said.mismatches


@pytest.mark.parametrize("bug", QUICK, ids=str)
def test_a_bug_of_each_kind_is_called_by_its_name(tmp_path, bug):
    caught(tmp_path, bug)


@SLOW
@pytest.mark.parametrize("bug", OTHERS, ids=str)
def test_a_bug_is_called_by_its_name(tmp_path, bug):
    caught(tmp_path, bug)
