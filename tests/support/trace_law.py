# SPDX-License-Identifier: BSD-3-Clause
"""Is the law kept: a traced program gives the bits of the program itself?  All interpreters, nested."""

from __future__ import annotations

import numpy as np

import numformats as nf
from numformats.autodiff.forward import Forward
from numformats.autodiff.reverse import Reverse
from numformats.tracing import Traced, make, through
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


def check_program(name, dtype, *interpreters):
    """One program of the table, traced by these runs, beside itself without a trace."""
    function, args = PROGRAMS[name]
    with np.errstate(all="ignore"):
        expected = function(*converted(args, dtype, np.copy))
    same(traced(function, args, dtype, *interpreters), expected)
