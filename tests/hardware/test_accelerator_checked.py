# SPDX-License-Identifier: BSD-3-Clause
"""Does the checker pass the accelerator's units, and does it name what is planted in them?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from accelerator_cases import CUTS, hard_pairs, integer_edges
from accelerator_rtl import CUT_NUMBERS, needs_icarus, trace
from numformats.hardware import Cases, check, operation
from numformats.hardware.accelerator import Vacc, vcomp, vscale
from numformats.hardware.accelerator.bits import pattern

TOPS = {"add": "pipelined_adder", "mul": "pipelined_multiplier"}
PORTS = {"rst": 1, "flush": 1, "in_valid": 1, "out_ready": 1, "a": 32, "b": 32}


def machine(cut, keep=20):
    return nf.TruncatedFloat(8, 23, keep, truncate=cut).format


def answers(folder, cut, op, defines=(), count=1500):
    """What the design says to constructed operands."""
    pairs = np.array(hard_pairs(machine(cut), count, 5), object).T
    columns = operation(machine(cut), op).columns(pairs)
    rows = [(1, 0, 0, 1, 0, 0), *((0, 0, 1, 1, a, b) for a, b in pairs), *[(0, 0, 0, 1, 0, 0)] * 6]
    edges = trace(folder, TOPS[op], PORTS, ["out_valid", "result"], rows, defines=defines,
                  parameters={"CUT": CUT_NUMBERS[cut]})  # fmt: skip
    found = [e["result"] for e in edges if e["out_valid"]]
    return Cases(tuple(columns), np.array(found, np.uint32))


@needs_icarus
@pytest.mark.parametrize("op", TOPS)
@pytest.mark.parametrize("cut", CUTS)
def test_designs_pass(tmp_path, cut, op):
    report = check(operation(machine(cut), op), source=answers(tmp_path, cut, op))
    assert (report.passed, report.checked) == (True, 1500)


@needs_icarus
def test_a_lost_sticky_bit_is_named(tmp_path):
    report = check(operation(machine("result"), "add"),
                   source=answers(tmp_path, "result", "add", ["PLANT_NO_STICKY"]))  # fmt: skip
    assert report.mismatches > 50
    assert [d.kind for d in report.diagnoses] == ["sticky"]
    assert report.diagnoses[0].count == report.mismatches


@needs_icarus
@pytest.mark.parametrize("op", TOPS)
def test_a_cut_one_place_too_low_is_the_machine_of_21_bits(tmp_path, op):
    cases = answers(tmp_path, "result", op, ["PLANT_CUT_LATE"])
    assert check(operation(machine("result"), op), source=cases).mismatches > 200
    assert check(operation(machine("result", 21), op), source=cases).passed


@pytest.mark.parametrize("fused", [True, False])
def test_vcomp_passes_and_is_told_from_its_other_form(fused):
    f = nf.binary32.format
    n, m = hard_pairs(f, 800, 6)
    _, alpha = hard_pairs(f, 800, 7)
    rows = [dict(zip(("n", "m", "alpha"), map(int, r), strict=True)) for r in zip(n, m, alpha, strict=True)]  # fmt: skip
    found = np.array([r["code"] for r in vcomp(f, fused=fused).run(rows)], np.uint32)
    name = "vcomp" if fused else "vcomp,fused=false"
    columns = operation(f, name).columns(np.array([n, m, alpha], object).T)
    cases = Cases(tuple(columns), found)
    assert check(operation(f, name), source=cases).passed
    other = check(operation(f, "vcomp,fused=false" if fused else "vcomp"), source=cases)
    assert other.mismatches


def test_vscale_and_vacc_pass_and_a_lost_saturation_is_named():
    some = integer_edges(16, 3, 12)
    a, b = (m.ravel() for m in np.meshgrid(some, some))
    words = [
        {"a": pattern(int(x), 16), "b": pattern(int(y), 16)} for x, y in zip(a, b, strict=True)
    ]
    scale = operation("int16", "vscale,doubling=true")
    columns = scale.columns([[w["a"], w["b"]] for w in words])
    for overflow, passes in (("saturate", True), ("wrap", False)):
        unit = vscale(16, doubling=True, overflow=overflow)
        found = np.array([r["word"] for r in unit.run(words)], np.uint16)
        report = check(scale, source=Cases(tuple(columns), found))
        assert report.passed == passes
        assert passes or [d.kind for d in report.diagnoses] == ["saturation"]
    # Each product has an accumulator of its own, that begins at an end or between.
    starts = [pattern(v, 32) for v in (2**31 - 1, -(2**31), 0, 5)] * len(words)
    accumulate = operation("int32", "vacc,overflow=saturate")
    columns = accumulate.columns([[s, w["a"], w["b"]] for s, w in zip(starts, words, strict=False)])
    for overflow, passes in (("saturate", True), ("wrap", False)):
        unit = Vacc(16, 32, overflow=overflow, accumulators=len(words))
        unit.accumulators[:] = starts[: len(words)]
        unit.run(w | {"d": i} for i, w in enumerate(words))
        report = check(
            accumulate, source=Cases(tuple(columns), np.array(unit.accumulators, np.uint32))
        )
        assert report.passed == passes
        assert passes or "saturation" in [d.kind for d in report.diagnoses]
