# SPDX-License-Identifier: BSD-3-Clause
"""Do the pipelines of the truncating adder, multiplier and VCOMP give the oracle's bits, in time?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from accelerator_cases import CUTS, all_pairs, hard_pairs, small_twins
from numformats.accelerator import vcomp as compiled_vcomp
from numformats.hardware import operation
from numformats.hardware.accelerator import (
    Activity,
    Pipeline,
    RegisterError,
    Stage,
    adder,
    multiplier,
    vcomp,
)
from numformats.hardware.accelerator.datapath import FloatPath
from numformats.oracle import accelerator as twin
from numformats.oracle import for_format

UNITS = {"add": adder, "mul": multiplier}
LATENCY = {"add": 6, "mul": 5}


def run(unit, a, b):
    rows = ({"a": x, "b": y} for x, y in zip(a.tolist(), b.tolist(), strict=True))
    return [r["code"] for r in unit.run(rows)]


def assert_right(f, op, pairs):
    columns = operation(f, op).columns(np.array(pairs, object).T)
    assert run(UNITS[op](f), *columns) == operation(f, op).reference(*columns).tolist()


@pytest.mark.parametrize("op", UNITS)
@pytest.mark.parametrize("f", [*small_twins(3, 2, 1), *small_twins(2, 1, 0)], ids=str)
def test_all_pairs_of_small_twins(f, op):
    a, b = all_pairs(f.bits)
    found = run(UNITS[op](f), a, b)
    assert found == operation(f, op).reference(a, b).tolist()
    oracle = operation(f, op).by_oracle
    assert found[::7] == [oracle(int(x), int(y))[0] for x, y in zip(a[::7], b[::7], strict=True)]


@pytest.mark.parametrize("op", UNITS)
def test_all_pairs_of_eight_bits_one_at_every_edge(op):
    f = nf.TruncatedFloat(4, 3, 2).format
    a, b = all_pairs(8)
    unit = UNITS[op](f)
    assert run(unit, a, b) == operation(f, op).reference(a, b).tolist()
    assert unit.latency == LATENCY[op]
    assert unit.activity.cycles == a.size + LATENCY[op] - 1
    assert unit.activity.finished == unit.activity.accepted == a.size


@pytest.mark.parametrize("op", UNITS)
@pytest.mark.parametrize("cut", CUTS)
def test_constructed_pairs_of_the_profile(cut, op):
    f = nf.TruncatedFloat(8, 23, 20, truncate=cut).format
    assert_right(f, op, hard_pairs(f, 2000, 1))


@pytest.mark.parametrize("op", UNITS)
@pytest.mark.parametrize("f", ["binary16", "binary32", "binary64", "float<exp=2,man=5>",
    "truncated<exp=2,man=20,compute_man=9,ftz=false,daz=false,truncate=operand>"])  # fmt: skip
def test_ieee_floats_and_long_subnormals(f, op):
    assert_right(f, op, hard_pairs(operation(f, op).result, 1000, 2))


@pytest.mark.parametrize("fused", [True, False])
@pytest.mark.parametrize("alpha", [0x34, 0xB9])  # 0.75, -1.125
def test_vcomp_of_all_pairs_of_eight_bits(alpha, fused):
    f = nf.TruncatedFloat(4, 3, 2).format
    n, m = all_pairs(8) if alpha == 0x34 else (c[::7] for c in all_pairs(8))
    unit, oracle = vcomp(f, fused=fused), for_format(f)
    rows = [{"n": x, "m": y, "alpha": alpha} for x, y in zip(n.tolist(), m.tolist(), strict=True)]
    found = [r["code"] for r in unit.run(rows)]
    with np.errstate(all="ignore"):
        compiled = compiled_vcomp(*(nf.from_bits(c, f) for c in (n, m, alpha)), fused=fused, T=f)
    assert found == nf.to_bits(compiled).tolist()
    judged = [twin.vcomp(oracle, r["n"], r["m"], alpha, fused) for r in rows[::31]]
    assert found[::31] == judged
    assert unit.activity.cycles == len(rows) + (8 if fused else 11) - 1


@pytest.mark.parametrize("fused", [True, False])
@pytest.mark.parametrize("f", ["binary32", "binary16", *(f"mlu32-{c}" for c in CUTS)])
def test_vcomp_of_constructed_operands(f, fused):
    if f.startswith("mlu32"):
        f = nf.TruncatedFloat(8, 23, 20, truncate=f[6:], daz=False, ftz=False).format
    oracle = for_format(operation(f, "add").result)
    n, m = hard_pairs(oracle.row, 300, 3)
    _, alpha = hard_pairs(oracle.row, 300, 4)
    rows = [dict(zip(("n", "m", "alpha"), map(int, r), strict=True)) for r in zip(n, m, alpha, strict=True)]  # fmt: skip
    found = [r["code"] for r in vcomp(f, fused=fused).run(rows)]
    assert found == [twin.vcomp(oracle, r["n"], r["m"], r["alpha"], fused) for r in rows]


def test_a_stall_keeps_everything_and_a_flush_forgets_it():
    unit = multiplier("mlu32")
    two, three = {"a": 0x40000000, "b": 0x40000000}, {"a": 0x40400000, "b": 0x40000000}
    unit.step(two)
    before = unit.shown()
    assert unit.step(three, stall=True) is None
    assert unit.shown() == before  # and three did not go in
    found = [unit.step(three)] + [unit.step() for _ in range(4)]
    assert [r and r["code"] for r in found] == [None, None, None, 0x40800000, 0x40C00000]
    unit.step(two)
    unit.step(three, flush=True)
    assert [unit.step() for _ in range(6)] == [None] * 6
    done = unit.activity
    assert (done.flushed, done.accepted, done.finished, done.stalls) == (2, 3, 2, 1)
    assert not any(unit.shown().values())
    assert Pipeline(unit.operands, unit.stages).activity == Activity()  # a new one begins at 0


def test_registers_have_widths_and_operands_too():
    with pytest.raises(RegisterError, match=r"halve\.y is 0xff: more than its 4 bits hold"):
        Stage("halve", {"y": 4}, lambda x: {"y": x >> 1}).load({"x": 0x1FE})
    with pytest.raises(ValueError, match=r"a=4294967296; allowed: patterns of 32 bits, of a, b"):
        adder("mlu32").step({"a": 1 << 32, "b": 0})
    with pytest.raises(ValueError, match=r"b=None; allowed"):
        adder("mlu32").step({"a": 1})
    for text in ("posit16", "bfloat16,rounding=toward_zero", "float8_e4m3fn"):
        with pytest.raises(ValueError, match="allowed|unknown"):
            adder(text)


class Late(FloatPath):
    """Planted: the result is cut one place too low."""

    def cut_result(self, exp, sig, *, is_product):
        wide = FloatPath(self.exp, self.man, self.keep + 1, self.ftz, self.daz, self.cut)
        return wide.cut_result(exp, sig, is_product=is_product)


class NoSticky(FloatPath):
    """Planted: what is moved away in the alignment is forgotten."""

    def align(self, x, y, width):
        found = super().align(x, y, width)
        return found | {"small": found["small"] & ~1}


class AlignedWide(FloatPath):
    """Planted: the aligned term keeps one bit more than the machine has."""

    def align(self, x, y, width):
        wide = FloatPath(self.exp, self.man, self.keep + 1, self.ftz, self.daz, self.cut)
        return wide.align(x, y, width)


@pytest.mark.parametrize(
    ("fault", "cut"), [(Late, "result"), (Late, "rounded"), (NoSticky, "result"),
                       (NoSticky, "operand"), (AlignedWide, "align")],
)  # fmt: skip
def test_planted_cuts_are_seen(monkeypatch, fault, cut):
    f = nf.TruncatedFloat(4, 3, 1, truncate=cut).format
    a, b = (column[::11] for column in all_pairs(8))
    wanted = operation(f, "add").reference(a, b).tolist()
    assert run(adder(f), a, b) == wanted
    right = FloatPath.of(f)
    made = fault(right.exp, right.man, right.keep, right.ftz, right.daz, right.cut)
    monkeypatch.setattr(FloatPath, "of", classmethod(lambda _, __: made))
    assert run(adder(f), a, b) != wanted
