# SPDX-License-Identifier: BSD-3-Clause
"""Does the solver find a case in every bin that has one, and prove it of the others?"""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from coverage_cases import all_cases
from numformats.hardware import operation
from numformats.hardware.coverage import Bin, Coverage, Decision, decide, fill, unreachable
from numformats.hardware.coverage.terms import Solver, Terms

pytest.importorskip("bitwuzla", reason="witnesses and proofs need bitwuzla")

# Every pair of codes says which bins are reachable.
PAIRS = [("posit<6,es=1>", "add"), ("posit<6,es=1>", "mul"), ("posit<6,es=1>", "div"), ("bposit<6,rs=3,es=1>", "sub"),
         ("bposit<6,rs=3,es=1>", "mul"), ("float<exp=3,man=2>", "add"),
         ("float<exp=3,man=2>", "div"), ("posit<4,es=0>", "fma"), ("posit8", "sqrt"), ("posit<2,es=0>", "add"),
         ("float<exp=2,man=1,inf=none,nan=all_ones,overflow=nan>", "fma"),
         ("float<exp=3,man=2,subnormals=false,rounding=toward_negative>", "mul")]  # fmt: skip
DRAWN = [
    ("posit8", "add"),
    ("posit8", "mul"),
    ("takum_linear<8>", "add"),
    ("float8_e4m3fn", "add"),
    ("posit16", "sqrt"),
]


def agrees_with_exhaustion(op):
    seen, found = Coverage(op), Coverage(op)
    seen.add(all_cases(op))
    decision = decide(op, seconds=600)
    assert isinstance(decision, Decision)
    assert decision.undecided == []
    assert set(decision.unreachable) == set(seen.missing())
    found.add(decision.witnesses)
    assert set(found.missing()) == set(seen.missing())


@pytest.mark.parametrize(("text", "name"), PAIRS)
def test_the_solver_alone_agrees_with_exhaustion(text, name, monkeypatch):
    monkeypatch.setattr("numformats.hardware.coverage.filling._WORTH_DRAWING", 1 << 30)
    agrees_with_exhaustion(operation(text, name))


@pytest.mark.parametrize(("text", "name"), DRAWN)
def test_draws_and_solver_agree_with_exhaustion(text, name):
    agrees_with_exhaustion(operation(text, name))


def test_one_bin_has_one_witness():
    op = operation("posit16", "mul")
    tie = Bin("rounding", ("0", "-", "1", "1", "0", "0"))
    cases = fill(op, [tie])
    seen = Coverage(op)
    seen.add(cases)
    assert len(cases) == 1
    assert tie not in seen.missing()
    assert unreachable(op, [tie]) == []
    gone = Bin("ends", ("+", "subnormal"))
    assert unreachable(op, [gone, tie]) == [gone]


@pytest.mark.parametrize(
    ("text", "name"), [("posit32", "fma"), ("posit64", "add"), ("binary64", "sqrt")]
)
def test_words_longer_than_64_bits_have_witnesses(text, name):
    op = operation(text, name)
    wanted = Bin("rounding", ("0", "+", "1", "1", "0", "1"))
    gone = Bin("ends", ("+", "subnormal"))
    found = decide(op, [wanted, gone], seconds=60)
    assert len(found.witnesses) == 1
    assert found.undecided == []
    assert found.unreachable == [gone]


def test_without_time_nothing_is_decided():
    op = operation("posit32", "div")
    bins = [Bin("ends", ("+", "overflow")), Bin("ends", ("-", "inside"))]
    found = decide(op, bins, seconds=0)
    assert (len(found.witnesses), found.unreachable) == (0, [])
    assert sorted(found.undecided) == sorted(bins)


def stop_soon(seconds):
    threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT)).start()


def test_control_c_stops_a_query():
    algebra = Terms(128)
    (_, x), (_, y) = (algebra.code(name, 60) for name in "xy")
    solver = algebra.solver()
    product = algebra.multiply(x, y, 60)  # of two primes: it takes minutes to find them
    solver.demand((x > 1) & (y > 1) & (product == (2**59 - 55) * (2**58 - 27)))
    assert solver.check(0.1) == "unknown"
    before = signal.getsignal(signal.SIGINT)
    start = time.monotonic()
    stop_soon(0.3)
    with pytest.raises(KeyboardInterrupt):
        solver.check(60)
    assert time.monotonic() - start < 30
    assert signal.getsignal(signal.SIGINT) is before
    assert solver.check(0.1) == "unknown"


@pytest.mark.parametrize("name", ["add", "mul"])
def test_what_the_solver_does_not_know_is_undecided(name, monkeypatch):
    op = operation("posit<5,es=1>", name)
    bins = [row.bin for row in Coverage(op).table() if row.bin.group in {"ends", "carry"}][:60]
    monkeypatch.setattr(Solver, "check", lambda _self, _seconds: "unknown")
    found = decide(op, bins, seconds=60)
    assert (len(found.witnesses), found.unreachable) == (0, [])
    assert sorted(found.undecided) == sorted(bins)


def test_an_unknown_table_is_refused():
    with pytest.raises(ValueError, match=r"speed\[1\]: tables of add are kinds, regimes"):
        fill(operation("posit8", "add"), [Bin("speed", ("1",))])


def test_a_missing_solver_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "bitwuzla", None)
    with pytest.raises(ImportError, match=r"pip install 'numformats\[hardware\]'"):
        fill(operation("posit8", "add"))
