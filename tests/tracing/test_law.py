# SPDX-License-Identifier: BSD-3-Clause
"""Does every interpreter leave the results of a program as they are, bit for bit, nested ones too?"""

from __future__ import annotations

import itertools
import types

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import numformats as nf
import trace_law
from numformats.autodiff.rules import BILINEAR, ELEMENTWISE, LINEAR
from numformats.tracing import Traced, dispatch, registry, selecting
from numformats.tracing.constructing import is_real
from numformats.tracing.functions import KINDS
from trace_calls import CALLS, calls_of
from trace_interpreters import Identity
from trace_law import FORMATS, INTERPRETERS, check_program, run_of, same
from trace_operands import OPERANDS
from trace_programs import PROGRAMS

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.mark.parametrize("dtype", FORMATS, ids=lambda T: T.__name__)
@pytest.mark.parametrize("name", PROGRAMS)
def test_no_interpreter_changes_a_program(name, dtype):
    for interpreter in INTERPRETERS:
        check_program(name, dtype, interpreter)


@pytest.mark.parametrize("names", list(itertools.permutations(INTERPRETERS, 2)), ids=" over ".join)
@pytest.mark.parametrize("name", ["kalman", "in place", "gauss", "mlp", "lorenz"])
def test_nested_runs_change_nothing(name, names):
    check_program(name, nf.posit16, *names)


def another_sum_in_matmul(monkeypatch):
    handler = registry.HANDLERS[np.matmul]

    def other(run, f, args, kwargs):
        del f
        return handler(run, lambda a, b: np.sum(a * b.T, axis=-1), args, kwargs)

    monkeypatch.setitem(registry.HANDLERS, np.matmul, other)


def no_lens(monkeypatch):
    monkeypatch.setattr(trace_law, "through", lambda function, _: function)


def selections_without_the_very_call(monkeypatch):
    monkeypatch.setattr(selecting, "settled", lambda *given: -given[-1])


@pytest.mark.parametrize(
    ("plant", "program", "dtype", "runs"),
    [
        (another_sum_in_matmul, "softmax", nf.posit16, ["identity"]),
        (no_lens, "lorenz", nf.posit16, ["identity"]),
        (selections_without_the_very_call, "statistics", nf.posit16, ["identity"]),
    ],
    ids=lambda v: getattr(v, "__name__", None),
)
def test_a_planted_bug_is_found(plant, program, dtype, runs, monkeypatch):
    check_program(program, dtype, *runs)
    plant(monkeypatch)
    with pytest.raises((AssertionError, TypeError, ValueError, RecursionError)):
        check_program(program, dtype, *runs)


def mixed():
    """A value of an inner run times one of the outer, both ways, and what an inner one is made of."""
    outer, inner = Identity(), Identity()
    x = outer.lift(np.array([2.0, 3.0]))
    y = inner.lift(x[::-1])
    assert [v.run for v in (x * y, y * x, np.dot(x, y), x + y[0])] == [inner] * 4
    assert (x * y).parts[0].run is outer
    assert (x * y).parts[0].parts[0].tolist() == [6, 6]
    assert np.where([True, False], x, y).run is inner


def test_the_latest_run_answers(monkeypatch):
    mixed()

    def earliest(item, top=None):
        runs = [a.run for a in item if isinstance(a, Traced)]
        return min(runs, key=lambda run: run.level, default=top)

    monkeypatch.setattr(dispatch, "find_run", earliest)
    with pytest.raises((AssertionError, TypeError)):
        mixed()


COMPUTED = sorted(
    {f for kind in KINDS if kind != "not traced" for f in KINDS[kind][1] if calls_of(f)},
    key=lambda f: (f.__name__, repr(f)),
)


def operands(dtype, lift):
    return types.SimpleNamespace(**{k: lift(v.astype(dtype)) for k, v in OPERANDS.items()})


@pytest.mark.parametrize("f", COMPUTED, ids=lambda f: f.__name__)
def test_no_function_is_changed(f):
    """By the interpreters that have no rules of their own, in formats of three families."""
    compared = 0
    for dtype, call in itertools.product(
        (nf.posit16, nf.bposit32, np.float32, np.float64), calls_of(f)
    ):
        with np.errstate(all="ignore"):
            try:
                expected = call(operands(dtype, np.copy))
            except (TypeError, ValueError):  # not without a trace, either
                continue
            for name in ("identity", "counting"):
                same(call(operands(dtype, run_of(name)[1])), expected)
        compared += 1
    assert compared, "no call works without a trace"


CALLED = [call for f in COMPUTED for call in calls_of(f)]
# What every interpreter must know: what moves and chooses, and what has a derivative.
KNOWN = {*KINDS["rearrangement"][1], *KINDS["selection"][1], *ELEMENTWISE, *LINEAR, *BILINEAR}
KNOWN_CALLED = [call for f in COMPUTED if f in KNOWN for call in calls_of(f)]


def results_of(calls, dtype, lift, steps=None):
    """The results of calls, each made of what the ones before it gave.

    Without `steps` up to the first call that fails; that is how many steps a trace must take.
    """
    o = operands(dtype, lift)
    results = []
    for call in calls[:steps]:
        try:
            results.append(call(o))
        except (TypeError, ValueError, ZeroDivisionError):
            if steps is None:
                break
            raise
        first = results[-1]
        while isinstance(first, tuple | list) and first:
            first = first[0]
        if is_real(getattr(first, "dtype", int)) and np.size(first):
            o.x, o.n = np.resize(first.astype(dtype), 6), o.x
            o.y = np.maximum(np.abs(o.x), 0.125)
    return results


@given(st.data())
def test_drawn_programs_are_unchanged(data):
    """Programs of calls drawn from the whole table."""
    name = data.draw(st.sampled_from(sorted(INTERPRETERS)))
    table = CALLED if name in {"identity", "counting"} else KNOWN_CALLED
    calls = data.draw(st.lists(st.sampled_from(table), min_size=2, max_size=7))
    dtype = data.draw(st.sampled_from([nf.posit16, nf.bfloat16, nf.bposit32, np.float32]))
    with np.errstate(all="ignore"):
        expected = results_of(calls, dtype, np.copy)
        results = results_of(calls, dtype, run_of(name)[1], len(expected))
    same(results, expected)


def test_the_table_has_what_is_asked_for():
    assert len(PROGRAMS) >= 12
    assert len(FORMATS) >= 10
    assert len(CALLS) > 190
