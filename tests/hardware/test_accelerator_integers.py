# SPDX-License-Identifier: BSD-3-Clause
"""Do the pipelines of VSCALE and VACC give the oracle's bits, whatever is still under way?"""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from accelerator_cases import all_pairs, integer_edges
from numformats.hardware import operation
from numformats.hardware.accelerator import InOrder, Instruction, Vacc, vcomp, vscale
from numformats.hardware.accelerator.bits import as_signed, fit, pattern, shift_right
from numformats.oracle import accelerator as twin
from numformats.oracle import for_format

OVERFLOWS = ("wrap", "saturate", "trap")
MODES = list(itertools.product((False, True), (False, True), OVERFLOWS))


def scaled(unit, pairs, bits):
    """What comes out, as the oracle says it: a number, or None for a trap."""
    rows = [{"a": pattern(a, bits), "b": pattern(b, bits)} for a, b in pairs]
    return [None if r["trap"] else as_signed(r["word"], bits) for r in unit.run(rows)]


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_vscale_of_all_pairs_of_eight_bits(mode):
    doubling, rounding, overflow = mode
    pairs = [(int(a) - 128, int(b) - 128) for a, b in zip(*all_pairs(8), strict=True)]
    pairs = pairs if mode == (True, True, "saturate") else [*pairs[::3], (-128, -128)]
    unit = vscale(8, doubling=doubling, rounding=rounding, overflow=overflow)
    assert scaled(unit, pairs, 8) == [twin.vscale(a, b, 8, *mode) for a, b in pairs]
    assert unit.activity.cycles == len(pairs) + 3


@pytest.mark.parametrize("bits", [2, 3, 16, 31, 32, 64])
@pytest.mark.parametrize("mode", MODES, ids=str)
def test_vscale_of_other_widths(bits, mode):
    pairs = list(itertools.product(integer_edges(bits, bits, 5), repeat=2))
    unit = vscale(bits, doubling=mode[0], rounding=mode[1], overflow=mode[2])
    assert scaled(unit, pairs, bits) == [twin.vscale(a, b, bits, *mode) for a, b in pairs]


def products(count, bits, accumulators, seed):
    """Operands that are often at an end, for accumulators in no order."""
    rng = np.random.default_rng(seed)
    some = integer_edges(bits, seed, 6)
    a, b = rng.choice(np.array(some, object), (2, count))
    return list(zip(a, b, rng.integers(0, accumulators, count).tolist(), strict=True))


def oracle_runs(rows, accumulators, bits, overflow):
    """What each product leaves in its accumulator; it ends at the first trap."""
    held, found = [0] * accumulators, []
    for a, b, d in rows:
        kept = twin.vacc(held[d], a, b, bits, overflow)
        found.append(kept)
        if kept is None:
            break
        held[d] = kept
    return held, found


def accumulated(unit, rows, operand_bits):
    words = ({"a": pattern(a, operand_bits), "b": pattern(b, operand_bits), "d": d} for a, b, d in rows)  # fmt: skip
    found = [None if r["trap"] else as_signed(r["acc"], unit.bits) for r in unit.run(words)]
    return [as_signed(v, unit.bits) for v in unit.accumulators], found


@pytest.mark.parametrize("hazards", ["forward", "interlock"])
@pytest.mark.parametrize("overflow", OVERFLOWS)
@pytest.mark.parametrize("accumulators", [1, 2, 5])
def test_vacc_whatever_is_under_way(accumulators, overflow, hazards):
    rows = products(400, 8, accumulators, accumulators)
    for bits in (8, 12, 16, 20):
        unit = Vacc(8, bits, overflow=overflow, accumulators=accumulators, hazards=hazards)
        assert accumulated(unit, rows, 8) == oracle_runs(rows, accumulators, bits, overflow)


def test_vacc_of_all_pairs_of_eight_bits():
    rows = [(int(a) - 128, int(b) - 128, 0) for a, b in zip(*all_pairs(8), strict=True)]
    unit = Vacc(8, 17, overflow="saturate")
    assert accumulated(unit, rows, 8) == oracle_runs(rows, 1, 17, "saturate")
    assert unit.activity.cycles == len(rows) + 4


@pytest.mark.parametrize(("operand_bits", "bits"), [(32, 64), (64, 128), (2, 2), (32, 16)])
@pytest.mark.parametrize("overflow", OVERFLOWS)
def test_vacc_of_other_widths(operand_bits, bits, overflow):
    rows = products(200, operand_bits, 3, bits)
    unit = Vacc(operand_bits, bits, overflow=overflow, accumulators=3)
    assert accumulated(unit, rows, operand_bits) == oracle_runs(rows, 3, bits, overflow)


@pytest.mark.parametrize(("accumulators", "each"), [(1, 3), (2, 1.5), (3, 1), (4, 1)])
def test_the_interlock_waits_for_two_edges(accumulators, each):
    """A product for the accumulator of the one before waits twice; three in turn never wait."""
    rows = [{"a": 1, "b": 1, "d": i % accumulators} for i in range(60)]
    unit = Vacc(8, 32, accumulators=accumulators, hazards="interlock")
    assert len(unit.run(rows)) == 60
    assert unit.activity.cycles == 60 * each + (2 if accumulators == 1 else 3 if each > 1 else 4)
    assert sum(unit.accumulators) == 60
    assert unit.activity.stalls == unit.activity.cycles - 60 - 4


@pytest.mark.parametrize("hazards", ["forward", "interlock"])
def test_stalls_and_bubbles_change_no_result(hazards):
    rows = products(300, 8, 2, 11)
    unit = Vacc(8, 12, overflow="saturate", accumulators=2, hazards=hazards)
    rng, found, waiting = np.random.default_rng(1), [], rows[::-1]
    while waiting or any(h is not None for h in unit.held[:-1]):
        stall, sends = rng.random() < 0.3, bool(waiting) and rng.random() < 0.6
        taken = sends and unit.ready and not stall
        a, b, d = waiting[-1] if sends else (0, 0, 0)
        row = {"a": pattern(a, 8), "b": pattern(b, 8), "d": d} if sends else None
        found.append(unit.step(row, stall=stall))
        if taken:
            waiting.pop()
    held, wanted = oracle_runs(rows, 2, 12, "saturate")
    assert [as_signed(r["acc"], 12) for r in found if r is not None] == wanted
    assert [as_signed(v, 12) for v in unit.accumulators] == held


def test_a_trap_is_precise():
    rows = [{"a": 100, "b": 1, "d": 0}, {"a": 1, "b": 1, "d": 1}, {"a": 100, "b": 1, "d": 0},
            {"a": 5, "b": 1, "d": 1}, {"a": 6, "b": 1, "d": 1}]  # fmt: skip
    unit = Vacc(8, 8, overflow="trap", accumulators=2)
    found = unit.run(rows)
    assert [r["trap"] for r in found] == [0, 0, 1]
    assert (unit.accumulators, unit.halted, unit.ready) == ([100, 1], True, False)
    assert unit.activity.flushed == 2
    assert [unit.step({"a": 1, "b": 1, "d": 1}) for _ in range(7)] == [None] * 7
    unit.reset()
    assert unit.run(rows[:2])[-1] == {"acc": 1, "trap": 0, "d": 1}
    assert unit.accumulators == [100, 1]


def test_a_flush_leaves_what_is_written():
    unit = Vacc(8, 16)
    for _ in range(5):
        unit.step({"a": 3, "b": 3, "d": 0})
    unit.step(flush=True)
    assert unit.accumulators == [9]
    unit.run([{"a": 1, "b": 1, "d": 0}])
    assert unit.accumulators == [10]


@pytest.mark.parametrize("place", ["read", "add"])
def test_a_lost_forwarding_path_is_seen(place):
    rows = products(100, 8, 2, 7)
    unit = Vacc(8, 12, accumulators=2)
    wanted = oracle_runs(rows, 2, 12, "wrap")
    work = getattr(unit, f"_{place}")

    def without(**r):
        unit._on_the_way = lambda _: None
        result = work(**r)
        del unit._on_the_way
        return result

    stage = [s.name for s in unit.stages].index(place)
    object.__setattr__(unit.stages[stage], "work", without)
    assert accumulated(unit, rows, 8) != wanted


def test_a_late_saturation_is_seen():
    """Planted: the accumulator is one bit wider, and saturates when it is read at the end."""
    rows = products(300, 8, 1, 3)
    held, found = accumulated(Vacc(8, 17, overflow="saturate"), rows, 8)
    late = [fit(v, 16, "saturate")[0] for v in found]
    assert late != oracle_runs(rows, 1, 16, "saturate")[1]
    assert held == found[-1:]


@pytest.mark.parametrize("forwarding", [True, False])
@pytest.mark.parametrize("fused", [True, False])
def test_a_chain_of_vcomp_waits_for_its_operands(fused, forwarding):
    """An error is given back to a sum that was just made: registers[0] += registers[1] alpha."""
    unit, oracle = vcomp("binary16", fused=fused), for_format(operation("binary16", "add").result)
    registers = [0x3C00, 0x1555, 0x3800, 0x4000]
    program = [Instruction(0, {"n": 0, "m": 1, "alpha": 2})] * 5
    machine = InOrder(unit, "code", list(registers), forwarding=forwarding)
    cycles = machine.run(program)
    assert cycles == (5 * unit.latency + 1 if forwarding else 5 * (unit.latency + 1))
    for _ in program:
        registers[0] = twin.vcomp(oracle, *registers[:3], fused)
    assert machine.registers == registers
    independent = [Instruction(3, {"n": 1, "m": 1, "alpha": 2})] * 6
    assert machine.run(independent) == 6 + unit.latency
    assert machine.waited == cycles - 5 - unit.latency


@pytest.mark.parametrize("forwarding", [True, False])
def test_programs_in_no_order_leave_what_they_say(forwarding):
    rng = np.random.default_rng(5)
    unit = vscale(8, doubling=True, rounding=True)
    registers = rng.integers(0, 256, 6).tolist()
    program = [Instruction(t, {"a": a, "b": b}) for t, a, b in rng.integers(0, 6, (200, 3)).tolist()]  # fmt: skip
    machine = InOrder(unit, "word", list(registers), forwarding=forwarding)
    machine.run(program)
    for target, sources in program:
        a, b = (as_signed(registers[sources[s]], 8) for s in "ab")
        registers[target] = pattern(twin.vscale(a, b, 8, True, True, "saturate"), 8)
    assert machine.registers == registers


class Stale(InOrder):
    """Planted: an operand comes from the register file, though its result is on the way to it."""

    def _read(self, register):
        return self.registers[register]


def test_a_stale_operand_is_seen():
    chain = [Instruction(0, {"a": 0, "b": 1})] * 3
    found = [make(vscale(8), "word", [100, 64]) for make in (InOrder, Stale)]
    assert [m.run(chain) for m in found] == [13, 13]
    assert found[0].registers != found[1].registers


def test_words():
    assert shift_right(0b1011, 2) == 0b11
    assert shift_right(0b1000, 2) == 0b10
    assert [fit(v, 8, "wrap")[0] for v in (128, -129, 127, 383)] == [-128, 127, 127, 127]
    for bad in ({"overflow": "clip"}, {"hazards": "hope"}, {"accumulators": 0}):
        with pytest.raises(ValueError, match=r"=.*; allowed"):
            Vacc(8, 8, **bad)
    with pytest.raises(ValueError, match="overflow='clip'; allowed: wrap, saturate, trap"):
        vscale(8, overflow="clip")
    with pytest.raises(IndexError, match="d=2; there are 2 accumulators"):
        Vacc(8, 8, accumulators=2).step({"a": 0, "b": 0, "d": 2})
