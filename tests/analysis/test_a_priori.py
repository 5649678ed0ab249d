# SPDX-License-Identifier: BSD-3-Clause
"""Is measured <= running <= a-priori, for every kernel and family of formats?

The measured error is exact, by fractions.  A posit's a-priori bounds take the range that its exact
results really had.
"""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import numformats as nf
from helpers import ids
from kernels import FORMATS, dot, fraction, horner, numbers, total
from numformats.analysis import (
    NoBoundError,
    dot_bound,
    horner_bound,
    running_dot,
    running_horner,
    running_sum,
    sum_bound,
)
from numformats.analysis.errors import model

EXAMPLES = settings(max_examples=12, deadline=None)
# The running bound adds what each operation really may err by, rounded upward a little more often.
SLACK = 1 + 2**-30


def needs_range(T):
    return T.format.family == "posit" and T.format.rs == T.format.bits - 1


def ranges(T, run):
    """The arguments lo and hi of a format that needs them; None where there is no bound."""
    if not needs_range(T):
        return {}
    lo, hi = run.range
    line = model(T).results.above
    if lo < line.low[1] or hi > line.limit:
        return None
    return {"lo": lo, "hi": hi}


def check(T, run, running, bound):
    """The chain of inequalities, and the side on which the error lies."""
    if run.computed is None or running.error == np.inf:
        return  # something saturated: no bound holds, and the running one says so
    # Where roundings are drawn, the running bound is that of its own value.
    error = fraction(running.value) - run.exact
    assert abs(error) <= Fraction(running.error)
    if bound is not None:
        assert running.error <= float(bound.value) * SLACK
        assert Fraction(bound.low) <= error <= Fraction(bound.high)


def bound_of(T, run, function, *args, **options):
    arguments = ranges(T, run)
    return None if arguments is None else function(T, *args, **arguments, **options)


@pytest.mark.parametrize("T", FORMATS, ids=ids)
def test_sums(T):
    @EXAMPLES
    @given(x=numbers(T))
    def run(x):
        measured, running = total(T, x), running_sum(T, x)
        if T.format.rounding != "stochastic":
            with np.errstate(all="ignore"):
                assert nf.to_bits(running.value) == nf.to_bits(np.add.accumulate(x)[-1])
        check(T, measured, running, bound_of(T, measured, sum_bound, x))

    run()


@pytest.mark.parametrize("T", FORMATS, ids=ids)
def test_dot_products(T):
    @EXAMPLES
    @given(x=numbers(T, most=12), data=st.data())
    def run(x, data):
        y = data.draw(numbers(T, most=12))
        n = min(x.size, y.size)
        x, y = x[:n], y[:n]
        measured, running = dot(T, x, y), running_dot(T, x, y)
        check(T, measured, running, bound_of(T, measured, dot_bound, x, y))

    run()


@pytest.mark.parametrize("T", FORMATS, ids=ids)
def test_polynomials(T):
    @EXAMPLES
    @given(a=numbers(T, most=7), data=st.data())
    def run(a, data):
        x = data.draw(numbers(T, most=1))[0]
        measured, running = horner(T, a, x), running_horner(T, a, x)
        check(T, measured, running, bound_of(T, measured, horner_bound, a, x))

    run()


@pytest.mark.parametrize(
    "T",
    [nf.binary16, nf.bfloat16, nf.float8_e4m3, nf.Float(5, 6, rounding="nearest_away")],
    ids=ids,
)
def test_the_other_forms_are_ordered_and_hold(T):
    rng = np.random.default_rng(2)
    for n in (1, 2, 5, 40):
        x, y = (rng.uniform(0.5, 1, n).astype(T) for _ in range(2))
        for measured, function, args in [
            (total(T, x), sum_bound, (x,)),
            (dot(T, x, y), dot_bound, (x, y)),
        ]:
            error = abs(measured.computed - measured.exact)
            values = {}
            for form in ("linear", "product", "gamma"):
                try:
                    values[form] = float(function(T, *args, form=form))
                except NoBoundError:
                    assert form == "gamma"
                    assert n * 2.0 ** -(T.format.man + 1) >= 1
                    continue
                assert error <= values[form], form
            ordered = list(values.values())
            assert all(a <= b * 1.01 for a, b in itertools.pairwise(ordered))


def test_sums_of_posits_to_nearest_have_the_linear_form():
    x = np.linspace(1, 2, 50).astype(nf.posit16)
    measured = total(nf.posit16, x)
    lo, hi = measured.range
    bound = sum_bound(nf.posit16, x, form="linear", lo=lo, hi=hi)
    assert (
        abs(measured.computed - measured.exact)
        <= float(bound)
        <= float(sum_bound(nf.posit16, x, lo=lo, hi=hi))
    )
    with pytest.raises(NoBoundError, match="nearest value"):  # geometric means are thresholds there
        sum_bound(nf.posit16, x, form="linear", lo=1, hi=2.0**54)


@pytest.mark.parametrize("T", [nf.posit16, nf.bposit16, nf.takum_linear16], ids=ids)
def test_dot_products_of_tapered_formats_have_the_linear_form(T):
    """The theorem of floats holds for every rounding to nearest: proofs/coq/Additions.v."""
    rng = np.random.default_rng(5)
    for n in (1, 2, 5, 40):
        x, y = (np.ldexp(rng.uniform(0.5, 1, n), rng.integers(0, 9, n)).astype(T) for _ in "xy")
        measured = dot(T, x, y)
        lo, hi = measured.range
        linear, other = (
            dot_bound(T, x, y, form=form, lo=lo, hi=hi).value for form in ("linear", "product")
        )
        assert abs(measured.computed - measured.exact) <= linear
        assert linear < other or n == 1


def test_pairwise_sums():
    for T in (nf.bfloat16, nf.binary16, nf.mlu32):
        x = np.linspace(0.1, 1, 200).astype(T)
        computed = nf.fsum(x, accumulate="pairwise")
        exact = sum((Fraction(float(v)) for v in x), Fraction(0))
        bound = sum_bound(T, x, accumulate="pairwise")
        assert abs(Fraction(float(computed)) - exact) <= float(bound) < float(sum_bound(T, x)) / 10


def test_probabilistic_bounds_hold_where_they_say_so_and_are_smaller():
    rng = np.random.default_rng(8)
    failures, n = 0, 2000
    for _ in range(40):
        x = rng.uniform(0, 1, n).astype(nf.bfloat16)
        bound = sum_bound(nf.bfloat16, x[:300], form="probabilistic", confidence=0.9)
        run = np.add.accumulate(x[:300].astype(nf.bfloat16))[-1]
        exact = x[:300].astype(float).sum()
        failures += abs(float(run) - exact) > float(bound)
    assert failures <= 4
    large = sum_bound(nf.binary32, np.ones(10**5), form="probabilistic")
    assert float(large) < float(sum_bound(nf.binary32, np.ones(10**5))) / 50
    assert large.confidence == 0.99
    assert "mean 0" in large.hypotheses[-1]
    stochastic = nf.Float(8, 7, rounding="stochastic")
    nf.seed(3)
    for _ in range(20):
        x = rng.uniform(0, 1, 500).astype(stochastic)
        bound = sum_bound(stochastic, x, form="probabilistic", confidence=0.9)
        assert abs(float(np.add.accumulate(x)[-1]) - x.astype(float).sum()) <= float(bound)
    # Fixed point: Hoeffding's bound of n products.
    q, x = nf.q15, np.full(10_000, 0.01)
    assert float(dot_bound(q, x, x, form="probabilistic")) < float(dot_bound(q, x, x)) / 10


@pytest.mark.parametrize(
    "T",
    [nf.mlu32, nf.Float(5, 6, rounding="toward_zero"), nf.Float(5, 6, rounding="toward_positive"), nf.Float(5, 6, rounding="nearest_away"),
     nf.TruncatedFloat(truncate="operand"), nf.Fixed(16, 8, rounding="toward_negative")],
    ids=ids,
)  # fmt: skip
def test_probabilistic_bounds_are_refused_where_errors_lean(T):
    for function, args in [
        (sum_bound, ([1, 1],)),
        (dot_bound, ([0.5, 1], [0.5, 1])),
        (horner_bound, ([0.5, 0.5], 0.5)),
    ]:
        with pytest.raises(NoBoundError, match="lean"):
            function(T, *args, form="probabilistic")


def test_posits_without_a_range_and_cut_exponents_are_refused():
    for function, args in [
        (sum_bound, ([1, 1],)),
        (dot_bound, ([1, 1], [1, 1])),
        (horner_bound, ([1, 1], 1)),
    ]:
        with pytest.raises(NoBoundError, match="give lo and hi"):
            function(nf.posit32, *args)
    with pytest.raises(NoBoundError, match="lean"):
        sum_bound(nf.posit16, [1, 1], form="probabilistic", lo=1, hi=2.0**55)


def test_operands_that_count_as_zero_are_charged_within_a_range_too():
    tiny = np.array([1.0, 2.0**-127, 2.0**-127], np.float32).astype(nf.mlu32)
    for x in (tiny, tiny[1:]):
        measured = total(nf.mlu32, x)
        bound = sum_bound(nf.mlu32, x, lo=2.0**-126, hi=2.0)
        assert Fraction(bound.low) <= measured.computed - measured.exact < 0


def test_words_and_shapes_that_are_wrong():
    with pytest.raises(ValueError, match="form='best'"):
        sum_bound(nf.binary16, [1], form="best")
    with pytest.raises(ValueError, match="accumulate='tree'"):
        sum_bound(nf.binary16, [1], accumulate="tree")
    with pytest.raises(ValueError, match="2 elements and y 1"):
        dot_bound(nf.binary16, [1, 1], [1])
    with pytest.raises(ValueError, match="shape"):
        sum_bound(nf.binary16, 1.0)
    with pytest.raises(ValueError, match="NaN or infinite"):
        sum_bound(nf.binary16, [np.nan])
    with pytest.raises(ValueError, match="confidence"):
        sum_bound(nf.binary16, [1, 1], form="probabilistic", confidence=1)
    with pytest.raises(NoBoundError, match="n u < 1"):
        sum_bound(nf.float8_e5m2, np.ones(9), form="gamma")
    assert float(sum_bound(nf.binary16, [])) == float(sum_bound(nf.binary16, [7])) == 0
