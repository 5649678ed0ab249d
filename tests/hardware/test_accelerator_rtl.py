# SPDX-License-Identifier: BSD-3-Clause
"""Have the accelerator's designs in Verilog the registers of the models, edge by edge?"""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import numformats as nf
from accelerator_cases import CUTS, hard_pairs, integer_edges
from accelerator_rtl import CUT_NUMBERS, OVERFLOW_NUMBERS, compare, needs_icarus, trace
from numformats.hardware import operation
from numformats.hardware.accelerator import Vacc, adder, multiplier, vcomp, vscale
from numformats.hardware.accelerator.bits import pattern
from numformats.hardware.accelerator.datapath import FloatPath

pytestmark = needs_icarus
UNITS = {"add": (adder, "pipelined_adder"), "mul": (multiplier, "pipelined_multiplier")}
CONTROL = {"rst": 1, "flush": 1, "in_valid": 1, "out_ready": 1}


def controls(count, seed):
    """flush, valid and stall of each edge: mostly work, sometimes a bubble, a stall, a flush."""
    rng = np.random.default_rng(seed)
    return zip(rng.random(count) < 0.01, rng.random(count) < 0.9, rng.random(count) < 0.1, strict=True)  # fmt: skip


def play(unit, operands, seed):
    """Rows for the ports and the model's registers of each edge; operands once they are taken."""
    rows, expected, waiting = [(1, 0, 0, 1, *[0] * len(unit.operands))], [{}], list(operands)[::-1]
    for flush, valid, stall in controls(2 * len(waiting) + 30, seed):
        row = waiting[-1] if waiting and valid else None
        taken = row is not None and unit.ready and not stall
        words = tuple((row or dict.fromkeys(unit.operands, 0)).values())
        unit.step(row, stall=stall, flush=flush)
        rows.append((0, int(flush), int(row is not None), int(not stall), *words))
        expected.append(unit.shown())
        if row is not None and (taken or flush):
            waiting.pop()
    return rows, expected


def against(folder, unit, top, operands, parameters, defines=(), named=None):
    """The first difference of a design from its model; "" if none.

    named: what a register of the model is called in the design, where that is another name.
    """
    rows, expected = play(unit, operands, 1)
    if named:
        expected = [{named(name): v for name, v in edge.items()} for edge in expected]
    watched = list(dict.fromkeys(name for edge in expected for name in edge))
    ports = CONTROL | dict(unit.operands)
    edges = trace(folder, top, ports, watched, rows, parameters=parameters, defines=defines)
    return compare(edges, expected)


def float_case(f, op, count, seed=3):
    """A model, its design, operands and the design's parameters."""
    path = FloatPath.of(f)
    make, top = UNITS[op]
    parameters = {"EXP": path.exp, "MAN": path.man, "KEEP": path.keep, "FTZ": path.ftz, "DAZ": path.daz,
                  "CUT": CUT_NUMBERS[path.cut], "XW": path.exp_bits}  # fmt: skip
    pairs = zip(*hard_pairs(operation(f, op).result, count, seed), strict=True)
    return make(f), top, [{"a": int(a), "b": int(b)} for a, b in pairs], parameters


@pytest.mark.parametrize("op", UNITS)
@pytest.mark.parametrize("cut", CUTS)
def test_floats_edge_by_edge(tmp_path, cut, op):
    f = nf.TruncatedFloat(8, 23, 20, truncate=cut).format
    assert not against(tmp_path, *float_case(f, op, 1500))


@pytest.mark.parametrize("op", UNITS)
@pytest.mark.parametrize("f", ["binary16", "truncated<exp=3,man=1,compute_man=0,truncate=align>",
    "truncated<exp=5,man=10,compute_man=7,ftz=false,daz=false,truncate=rounded>",
    "truncated<exp=4,man=2,compute_man=1,ftz=false,daz=false,truncate=product>"])  # fmt: skip
def test_other_floats_edge_by_edge(tmp_path, f, op):
    assert not against(tmp_path, *float_case(f, op, 800))


def part_of_vcomp(name):
    """A register of one of the two units that VCOMP is made of."""
    stages = ["unpack", "multiply", "normalise", "cut", "pack"]
    if name.startswith("product_") and name.endswith("_n"):
        place = 32 * stages.index(name.split("_")[1])
        return f"along[{place + 31}:{place}]"
    unit, _, register = name.partition("_")
    for ours, port in (("m_", "a_"), ("alpha_", "b_"), ("n_", "a_"), ("code_", "b_")):
        register = register.replace(f"unpack_{ours}", f"unpack_{port}")
    return f"{unit}.{register}"


@pytest.mark.parametrize("cut", ["result", "align"])
def test_vcomp_edge_by_edge(tmp_path, cut):
    f = nf.TruncatedFloat(8, 23, 20, truncate=cut).format
    _, _, pairs, parameters = float_case(f, "add", 600)
    operands = [{"n": p["a"], "m": q["a"], "alpha": q["b"]} for p, q in zip(pairs, pairs[::-1], strict=True)]  # fmt: skip
    unit = vcomp(f, fused=False)
    assert not against(tmp_path, unit, "vcomp", operands, parameters, named=part_of_vcomp)


@pytest.mark.parametrize("plant", ["PLANT_CUT_LATE", "PLANT_NO_STICKY"])
def test_a_planted_fault_of_a_float_is_seen(tmp_path, plant):
    f = nf.TruncatedFloat(8, 23, 20).format
    found = against(tmp_path, *float_case(f, "add", 300), defines=[plant])
    assert ("cut_magnitude" if plant == "PLANT_CUT_LATE" else "align_small") in found


@pytest.mark.parametrize("overflow", OVERFLOW_NUMBERS)
@pytest.mark.parametrize(("doubling", "rounding"), list(itertools.product((False, True), repeat=2)))
@pytest.mark.parametrize("bits", [8, 32])
def test_vscale_edge_by_edge(tmp_path, bits, doubling, rounding, overflow):
    unit = vscale(bits, doubling=doubling, rounding=rounding, overflow=overflow)
    pairs = itertools.product(integer_edges(bits, 1, 12), repeat=2)
    operands = [{"a": pattern(a, bits), "b": pattern(b, bits)} for a, b in pairs]
    parameters = {"BITS": bits, "DOUBLING": doubling, "ROUNDING": rounding,
                  "OVERFLOW": OVERFLOW_NUMBERS[overflow]}  # fmt: skip
    assert not against(tmp_path, unit, "vscale", operands, parameters)


def vacc_case(word, bits, overflow, count, hazards):
    rng = np.random.default_rng(count)
    unit = Vacc(word, bits, overflow=overflow, accumulators=count, hazards=hazards)
    some = [pattern(v, word) for v in integer_edges(word, 2, 6)]
    operands = [{"a": some[i], "b": some[j], "d": d} for i, j, d in
                zip(*rng.integers(0, len(some), (2, 300)), rng.integers(0, count, 300).tolist(), strict=True)]  # fmt: skip
    parameters = {"WORD": word, "BITS": bits, "OVERFLOW": OVERFLOW_NUMBERS[overflow], "COUNT": count,
                  "FORWARD": hazards == "forward"}  # fmt: skip
    return unit, "vacc", operands, parameters


@pytest.mark.parametrize("hazards", ["forward", "interlock"])
@pytest.mark.parametrize("overflow", OVERFLOW_NUMBERS)
@pytest.mark.parametrize(("word", "bits", "count"), [(8, 20, 1), (8, 12, 3), (32, 64, 4)])
def test_vacc_edge_by_edge(tmp_path, word, bits, count, overflow, hazards):
    unit, top, operands, parameters = vacc_case(word, bits, overflow, count, hazards)
    rows, expected = play(unit, operands, 5)
    registers = [f"{s.name}_{n}" for s in unit.stages for n in ("valid", *s.widths)]
    file = [f"accumulators[{i}]" for i in range(count)]
    edges = trace(tmp_path, top, CONTROL | dict(unit.operands), [*registers, "halted", *file], rows,
                  parameters=parameters)  # fmt: skip
    assert not compare(edges, expected)
    assert [edges[-1][name] for name in file] == unit.accumulators
    assert edges[-1]["halted"] == unit.halted


def test_a_lost_forwarding_path_of_vacc_is_seen(tmp_path):
    found = against(tmp_path, *vacc_case(8, 20, "wrap", 1, "forward"), defines=["PLANT_NO_FORWARD"])
    assert "add_sum" in found
