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
from numformats.autodiff.forward import Forward
from numformats.autodiff.reverse import Reverse
from numformats.tracing import Traced, make, through
from numformats.tracing.functions import KINDS
from trace_calls import CALLS, OPERANDS, calls_of
from trace_interpreters import Counting, Identity
from trace_programs import PROGRAMS

# A new interpreter is one line: how a run is made.  Its inputs are made by `input` if it has that.
INTERPRETERS = {
    "identity": Identity,
    "counting": Counting,
    "forward": Forward,
    "reverse": Reverse,
}
FORMATS = [nf.posit16, nf.posit64, nf.bposit32, nf.bfloat16, nf.takum_linear32, nf.float8_e4m3fn,
           nf.Fixed(32, frac=20), nf.mlu32, np.float32, np.float64]  # fmt: skip
pytestmark = pytest.mark.filterwarnings("ignore")


def flat(result):
    """The arrays of a result, in nested tuples and lists, without the traces."""
    if isinstance(result, tuple | list):
        return [a for r in result for a in flat(r)]
    while isinstance(result, Traced):
        result = result.run.face(result)
    return [np.asarray(result)]


def converted(args, dtype, lift):
    return [
        lift(a.astype(dtype)) if isinstance(a, np.ndarray) and a.dtype.kind == "f" else a
        for a in args
    ]


def bits(result):
    return [(a.dtype, a.shape, a.tobytes()) for a in flat(result)]


def same(result, expected):
    assert bits(result) == bits(expected), (flat(result), flat(expected))


def run_of(*names):
    """Runs one in another, the first the innermost; and what lifts an input through all."""
    runs = [INTERPRETERS[name]() for name in names]

    def lift(x):
        for run in runs:
            x = getattr(run, "input", run.lift)(x)
        return x

    return runs, lift


def traced(function, args, dtype, *names):
    runs, lift = run_of(*names)
    for run in runs:
        function = through(function, make(run, {np.dtype(dtype)}))
    with np.errstate(all="ignore"):
        return function(*converted(args, dtype, lift))


@pytest.mark.parametrize("dtype", FORMATS, ids=lambda T: T.__name__)
@pytest.mark.parametrize("name", PROGRAMS)
def test_no_interpreter_changes_a_program(name, dtype):
    function, args = PROGRAMS[name]
    with np.errstate(all="ignore"):
        expected = function(*converted(args, dtype, np.copy))
    for interpreter in INTERPRETERS:
        same(traced(function, args, dtype, interpreter), expected)


@pytest.mark.parametrize("names", list(itertools.permutations(INTERPRETERS, 2)), ids=" over ".join)
@pytest.mark.parametrize("name", ["kalman", "in place", "gauss", "mlp", "lorenz"])
def test_nested_runs_change_nothing(name, names):
    function, args = PROGRAMS[name]
    with np.errstate(all="ignore"):
        expected = function(*converted(args, nf.posit16, np.copy))
    same(traced(function, args, nf.posit16, *names), expected)


# ---- Single functions

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


STEPS = [
    np.abs,
    np.negative,
    np.sin,
    np.sqrt,
    np.cumsum,
    np.sort,
    np.flip,
    nf.sigmoid,
    np.diff,
]
PAIRS = [np.add, np.subtract, np.multiply, np.divide, np.maximum, np.hypot, np.append, np.convolve]


@given(st.data())
def test_drawn_programs_are_unchanged(data):
    """Programs of functions drawn from the tables, with views and assignments between them."""
    steps = data.draw(
        st.lists(st.sampled_from([*STEPS, *PAIRS, "view", "write", "mask"]), min_size=1, max_size=8)
    )
    dtype = data.draw(st.sampled_from([nf.posit16, nf.bfloat16, nf.bposit32]))
    numbers = st.lists(st.floats(-8, 8, width=32), min_size=3, max_size=5)
    x, y = (np.array(data.draw(numbers)) for _ in range(2))

    def program(x, y):
        n = min(len(x), len(y))
        for step in steps:
            n = min(n, len(x), len(y))
            if step == "view":
                x = x[::-1]
            elif step == "write":
                x = x.copy()
                x[: n // 2 + 1] = y[: n // 2 + 1] * 0.5
            elif step == "mask":
                x = np.where(x[:n] < y[:n], x[:n], 0.1)
            elif step in PAIRS:
                x, y = step(x[:n], y[:n])[:6], x
            else:
                x = step(x)
            if len(x) == 0:
                return y
        return x, y

    with np.errstate(all="ignore"):
        expected = program(x.astype(dtype), y.astype(dtype))
    name = data.draw(st.sampled_from(sorted(INTERPRETERS)))
    same(traced(program, (x, y), dtype, name), expected)


def test_the_table_has_what_is_asked_for():
    assert len(PROGRAMS) >= 12
    assert len(FORMATS) >= 10
    assert len(CALLS) > 190
