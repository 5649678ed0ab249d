# SPDX-License-Identifier: BSD-3-Clause
"""Do drivers and scoreboard keep every handshake?  With models of designs in place of a simulator."""

from __future__ import annotations

import asyncio
from random import Random

import pytest

from numformats.hardware import operation, vectors
from numformats.hardware.cocotb import (
    Bench,
    BenchError,
    Clocked,
    Combinational,
    Driver,
    Pins,
    Scoreboard,
)  # fmt: skip
from numformats.hardware.cocotb.drivers import Answer

pytest.importorskip("cocotb", reason="cocotb is not installed")

ADD = operation("posit<6,es=1>", "add")


class Handle:
    """A port: its value is what was written, or what the model makes of it."""

    def __init__(self, bits, value=None):
        self.bits, self.now = bits, value

    def __len__(self):
        return self.bits

    @property
    def value(self):
        return self

    @value.setter
    def value(self, value):
        self.now = int(value)

    @property
    def is_resolvable(self):
        return self.now is not None

    def to_unsigned(self):
        return self.now

    def __str__(self):
        return "x" if self.now is None else f"{self.now:b}"


class Model:
    """A design as a pipeline of any depth, whose depth may change by chance; `names` are its ports."""

    _name = "model"

    def __init__(self, names, depth=1, jitter=0.0):
        for name in ("a", "b", "result"):
            setattr(self, name, Handle(6))
        for name in names.split():
            setattr(self, name, Handle(1))
        self.queue, self.depth, self.jitter, self.random = [None] * depth, depth, jitter, Random(3)
        self.clocked, self.before, self.taken, self.held = "clk" in names, 0, 0, False

    def sum(self):
        return None if self.a.now is None else ADD.by_oracle(self.a.now, self.b.now)[0]

    def settle(self):
        if not self.clocked:
            self.result.now = self.sum()
            return
        rises, self.before = self.clk.now == 1 and self.before == 0, self.clk.now
        if rises:
            self.edge()
        self.show()

    def edge(self):
        if not hasattr(self, "out_valid"):
            self.queue = [*self.queue[1:], self.sum()]
        elif self.in_valid.now and self.in_ready_now():
            self.queue.append(self.sum())
            self.taken += 1
        if hasattr(self, "out_valid") and self.out_valid.now and self.is_taken():
            self.queue.pop(0)
        self.held = self.random.random() < self.jitter

    def is_taken(self):
        return not hasattr(self, "out_ready") or self.out_ready.now

    def in_ready_now(self):
        return not hasattr(self, "in_ready") or len(self.queue) < 4

    def show(self):
        if not hasattr(self, "out_valid"):
            self.result.now = self.queue[0]
            return
        ready = bool(self.queue) and self.queue[0] is not None and not self.held
        self.out_valid.now = int(ready)
        self.result.now = self.queue[0] if ready else None
        if hasattr(self, "in_ready"):
            self.in_ready.now = int(self.in_ready_now())


def played(model, bench, count=200):
    async def pause(_time, unit):
        assert unit == "ns"
        model.settle()

    bench.driver._timer = pause
    asyncio.run(bench.play(vectors(ADD, count=count)))
    return bench.scoreboard


FULL = "clk rst in_valid in_ready out_valid out_ready"


@pytest.mark.parametrize(
    ("names", "depth", "options"),
    [
        ("", 0, {}),
        ("clk", 1, {}),
        ("clk", 5, {}),
        ("clk", 2, {"latency": 2}),
        ("clk in_valid out_valid", 0, {"gaps": 0.5}),
        (FULL, 0, {}),
        (FULL, 0, {"stall": 0.8, "gaps": 0.1}),
        (FULL, 0, {"stall": 0.1, "gaps": 0.8}),
    ],
)
@pytest.mark.parametrize("jitter", [0, 0.6])
def test_every_operand_gets_its_answer(names, depth, options, jitter):
    model = Model(names, depth, jitter)
    bench = Bench(model, ADD, **options)
    assert isinstance(bench.driver, Driver)
    assert isinstance(bench.driver, Clocked if names else Combinational)
    board = played(model, bench)
    assert board.passed, board
    assert board.report().checked == 200
    if names == "clk":
        assert bench.latency == depth


def test_a_wrong_latency_gives_wrong_answers():
    model = Model("clk", 2)
    assert not played(model, Bench(model, ADD, latency=1)).passed


def test_a_silent_design_is_told():
    model = Model(FULL)
    model.is_taken = model.in_ready_now = lambda: False
    with pytest.raises(BenchError, match="no result in 20 cycles, 0 are awaited"):
        played(model, Bench(model, ADD, patience=20))


def test_a_result_out_of_nothing_is_told():
    model = Model(FULL, 0)
    model.queue = [7]
    with pytest.raises(BenchError, match="a result came before its operands were taken"):
        played(model, Bench(model, ADD, gaps=0.9))


@pytest.mark.parametrize(
    ("names", "ports", "reason"),
    [
        ("", {"a": "lhs"}, "model has no port 'lhs'"),
        ("", {"z": "a"}, "ports has 'z'; allowed: a, b, result, flags, clk"),
        ("in_valid out_valid", {}, "has out_valid and no clk"),
        ("clk out_valid", {}, "one of in_valid and out_valid"),
        ("clk in_ready", {}, "in_ready and no out_valid"),
    ],
)
def test_ports_that_do_not_fit_are_told(names, ports, reason):
    with pytest.raises(BenchError, match=reason):
        Pins(Model(names), ADD, ports)


@pytest.mark.parametrize(
    ("names", "options", "reason"),
    [
        ("clk", {"stall": 0.5}, "no out_ready"),
        ("clk", {"gaps": 0.5}, "no in_valid"),
        (FULL, {"stall": 1}, "stall=1; allowed: 0 to below 1"),
        ("", {"gaps": 0.5}, "gaps: model has no clk"),
    ],
)
def test_what_a_design_cannot_do_is_told(names, options, reason):
    with pytest.raises(BenchError, match=reason):
        Bench(Model(names), ADD, **options)


def test_the_scoreboard_counts_undefined_and_wrong_answers():
    board = Scoreboard(ADD)
    assert not board.passed
    board.add(Answer((16, 16), None, None))
    board.add(Answer((16, 16), ADD.by_oracle(16, 16)[0], None))
    assert not board.passed
    assert board.report().passed
    assert "1 results have undefined bits, first of 10 10" in str(board)
    board.add(Answer((16, 16), 1, None))
    assert board.report().mismatches == 1
    assert Scoreboard(operation("posit8", "ieee_remainder")).coverage is None
