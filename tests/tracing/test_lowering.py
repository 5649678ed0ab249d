# SPDX-License-Identifier: BSD-3-Clause
"""Do the texts of composite functions compute what the functions compute?

In float64, where every composite is taken apart, beside NumPy's own; and for functions that have no
float64 of their own, beside the 64-bit posit.
"""

from __future__ import annotations

import types

import numpy as np
import pytest

import numformats as nf
from numformats.tracing import LOWERED, Traced, TraceError
from numformats.tracing.functions import KINDS
from trace_calls import calls_of
from trace_interpreters import Identity, Steps
from trace_operands import OPERANDS

TAKEN_APART = sorted(
    {f for kind in ("composite", "arithmetic") for f in KINDS[kind][1] if calls_of(f)},
    key=lambda f: f.__name__,
)
pytestmark = pytest.mark.filterwarnings("ignore")


def flat(result):
    """The arrays of a result in float64."""
    if isinstance(result, tuple | list):
        return [a for r in result for a in flat(r)]
    if isinstance(result, Traced):
        result = result.run.face(result)
    return [np.asarray(result).astype(float)]


def operands(dtype, lift):
    return types.SimpleNamespace(**{k: lift(v.astype(dtype)) for k, v in OPERANDS.items()})


@pytest.mark.parametrize("f", TAKEN_APART, ids=lambda f: f.__name__)
def test_the_steps_give_what_the_function_gives(f):
    compared = 0
    for call in calls_of(f):
        for dtype in (np.float64, nf.posit64):
            run = Steps(dtype)
            with np.errstate(all="ignore"):
                try:
                    expected = flat(call(operands(dtype, np.copy)))
                except TypeError:  # no loop for this dtype
                    continue
                try:
                    steps = flat(call(operands(dtype, run.lift)))
                except np._core._exceptions._UFuncNoLoopError:
                    # Ufuncs of ours without a loop for float64, which a reference has of its own.
                    continue
            compared += 1
            for got, want in zip(steps, expected, strict=True):
                assert got.shape == want.shape
                # Where a format has no infinity it has NaN, or its largest number.
                known = np.isfinite(got) | (dtype is np.float64)
                np.testing.assert_allclose(got[known], want[known], rtol=1e-11, atol=1e-12)
    assert compared or f in {nf.erf, nf.erfc, nf.gamma, nf.lgamma, nf.fma, nf.gelu}


HARD = {
    nf.sinpi: [1e9 + 0.5, 3.0, -2.5, 1e-12, 0.75],
    nf.cospi: [1e9 + 0.5, 3.0, -2.5, 1e-12, 0.75],
    nf.tanpi: [0.25, -3.25, 1e-12, 7.0],
    nf.sigmoid: [-20.0, 20.0, -1e-9, 0.0],
    nf.softplus: [-20.0, 20.0, -40.0, 0.0],
    nf.silu: [-20.0, 20.0, 0.0],
    nf.rint_ties_away: [2.5, -2.5, 0.5, -0.5, 0.25],
    nf.exp2m1: [1e-9, -1e-9, 3.0],
    nf.log2p1: [1e-9, -1e-9, 3.0],
    np.sinc: [0.0, 1e-9, 2.0, 2.5],
    np.trunc: [2.5, -2.5, 0.5, -0.5],
    np.fmod: [2.5, -2.5],
    np.remainder: [2.5, -2.5],
    np.modf: [2.5, -2.5, 4.0],
    np.frexp: [3.0, -0.125, 0.0],
}


@pytest.mark.parametrize("f", HARD, ids=lambda f: f.__name__)
def test_steps_hold_at_hard_arguments(f):
    more = [0.75] if f in {np.fmod, np.remainder} else []
    x = np.array(HARD[f])
    expected = flat(f(x.astype(nf.posit64), *more))
    steps = flat(f(Steps(nf.posit64).lift(x), *more))
    for got, want in zip(steps, expected, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-16 if f is np.sinc else 0)


def test_a_reduction_with_a_mask_computes_only_what_is_chosen():
    x = Steps().lift(np.array([1.0, 2.0, np.nan, 4.0]))
    there = ~np.isnan(x)
    assert np.sum(x, where=there).parts[0] == 7
    assert np.mean(x, where=there).parts[0] == 7 / 3
    assert np.max(x, where=there, initial=0).parts[0] == 4
    assert np.prod(x, where=there).parts[0] == 8
    out = np.zeros_like(x)
    with np.errstate(all="raise"):
        np.divide(x, np.array([1.0, 0.0, 1.0, 2.0]), out=out, where=[True, False, False, True])
    assert out.parts[0].tolist() == [1, 0, 0, 2]
    np.add(1, np.ones(4), out=out, where=[True, False, False, False])  # only out is traced
    assert out.parts[0].tolist() == [2, 0, 0, 2]


def test_what_numpy_refuses_to_our_formats_runs_in_a_trace():
    """np.linalg and np.einsum have no loops for our formats; ours or their texts stand in."""
    run = Identity()
    a = np.array([[4.0, 1.0], [1.0, 3.0]]).astype(nf.posit32)
    b = np.array([1.0, 2.0]).astype(nf.posit32)
    x = np.linalg.solve(run.lift(a), run.lift(b))
    assert x.parts[0].tolist() == nf.linalg.solve(a, b).tolist()
    assert x.dtype == nf.posit32
    assert np.linalg.inv(run.lift(a)).parts[0].tolist() == nf.linalg.inv(a).tolist()
    assert np.linalg.det(run.lift(a)).parts[0] == nf.linalg.det(a)
    assert np.einsum("ij,j->i", run.lift(a), b).parts[0].tolist() == (a @ b).tolist()


def test_unknown_arguments_are_refused_by_name():
    x = Identity().lift(np.ones(3))
    with pytest.raises(TraceError, match=r"test_lowering.py.*average\(returned=...\).*not traced"):
        np.average(x, weights=x, returned=True)
    with pytest.raises(TraceError, match="method='weibull'.*allowed: linear"):
        np.quantile(Steps().lift(np.ones(3)), 0.5, method="weibull")
    with pytest.raises(TraceError, match="weights"):
        np.percentile(Steps().lift(np.ones(3)), 50, weights=np.ones(3), method="inverted_cdf")


def test_every_text_has_numpys_names_of_arguments():
    """So that keywords reach the right places."""
    run = Identity()
    x = run.lift(np.arange(1.0, 5.0))
    assert np.interp(x=1.5, xp=np.arange(4.0), fp=x).parts[0] == 2.5
    assert np.average(a=x, weights=x).parts[0] == 3
    assert np.clip(x, a_max=2.0, a_min=None).parts[0].tolist() == [1, 2, 2, 2]
    assert np.trapezoid(y=x, x=x).parts[0] == 7.5
    assert len(LOWERED) > 150
