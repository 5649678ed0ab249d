# SPDX-License-Identifier: BSD-3-Clause
"""Is the error of one rounding never larger than its bound, and does it come near it?"""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from numformats.analysis.bounds.local_rounding import local_rounding
from numformats.analysis.bounds.rounding_tables import outward
from numformats.oracle.values import Special

NO_FLAGS = frozenset()
FORMATS = [
    "posit8", "posit<8,es=0>", "posit<6,es=2>", "posit<7,es=5>", "bposit<8,rs=3,es=2>", "takum_linear<8>",
    "float8_e4m3fn", "float8_e5m2", "float8_e8m0fnu", "float<exp=2,man=3,subnormals=false>",
    "float<exp=3,man=2,rounding=toward_zero>", "float<exp=3,man=2,rounding=toward_positive>",
    "float<exp=3,man=2,rounding=toward_negative>", "float<exp=3,man=2,rounding=to_odd>",
    "float<exp=3,man=2,rounding=stochastic>", "float<exp=3,man=2,rounding=nearest_away>",
    "fixed<6,frac=3>", "fixed<6,frac=10>", "fixed<6,frac=-2>", "fixed<6,frac=3,signed=false>",
    "fixed<6,frac=3,rounding=toward_negative>", "truncated<exp=3,man=4,compute_man=3>",
    "truncated<exp=3,man=4,compute_man=3,truncate=rounded>", "truncated<exp=3,man=4,compute_man=3,truncate=product>",
    "truncated<exp=3,man=4,compute_man=3,truncate=product,ftz=false>",
    "truncated<exp=3,man=4,compute_man=3,truncate=operand>",
]  # fmt: skip
SHARES = [Fraction(n, 1000) for n in (0, 1, 333, 499, 500, 501)]


def finite(oracle, bits):
    values = (oracle.decode(code) for code in range(1 << bits))
    return sorted({v for v in values if isinstance(v, Fraction)})


def rounded(oracle, x, op):
    """round(x) by the oracle: of arithmetic where that truncates, else of a conversion."""
    truncated = oracle.row.family == "truncated"
    code = oracle._store(x, NO_FLAGS, product=op == "multiply") if truncated else oracle.encode(x)
    value = oracle.decode(code)
    return Fraction(0) if value is Special.NEG_ZERO else value


@pytest.mark.parametrize("name", FORMATS)
def test_no_rounding_of_a_small_format_errs_more(name):
    T = nf.parse_format(name)
    oracle, rounding = nf.oracle.for_format(T), local_rounding(T.dtype)
    values = finite(oracle, T.format.bits)
    between = {a + (b - a) * s for a, b in itertools.pairwise(values) for s in SHARES}
    points = np.array(sorted({float(p) for p in between}))
    words = (0, 2**63, 2**64 - 1) if "stochastic" in name else (None,)
    reached = 0.0
    for op in ("add", "multiply"):
        (low, high), unit = rounding.both(points, points, op)
        for i, x in enumerate(map(Fraction, points.tolist())):
            for oracle.random in words:
                value = rounded(oracle, x, op)
                if not np.isfinite(high[i]):
                    continue
                assert isinstance(value, Fraction), f"{x} is not a number of {name}"
                error = value - x
                assert low[i] <= error <= high[i], f"{float(x)} rounds to {float(value)}"
                if x:
                    assert abs(error) <= unit[i] * abs(x) or unit[i] == np.inf
                if error:
                    reached = max(reached, float(abs(error)) / max(high[i], -low[i]))
    assert reached > 0.9


@pytest.mark.parametrize(
    "name", ["posit32", "bposit32", "takum_linear32", "mlu32", "bfloat16", "posit64"]
)
def test_a_range_of_magnitudes_has_the_error_of_its_largest_gap(name):
    rounding = local_rounding(nf.formats()[name].dtype)
    ends = np.array([2.0**-30, 0.1, 1.0, 3.0, 1000.0])
    below, above = rounding.errors(ends[:-1], ends[1:])
    single = rounding.errors(ends[1:], ends[1:])
    assert (below <= single[0]).all()
    assert (above >= single[1]).all()
    if name != "posit64":
        assert (above - below <= 1.01 * (single[1] - single[0])).all()


def test_signs_mirror_and_truncation_goes_toward_zero():
    rounding = local_rounding(nf.mlu32.dtype)
    one = np.array([1.5])
    assert rounding.errors(one, one) == (-(2.0**-20), 0)
    assert rounding.errors(-one, -one) == (0, 2.0**-20)
    assert rounding.errors(-one, one) == (-(2.0**-20), 2.0**-20)


def test_what_is_flushed_is_an_error():
    rounding = local_rounding(nf.mlu32.dtype)
    tiny = np.array([2.0**-127])
    assert rounding.errors(tiny, tiny)[0] == -(2.0**-127)
    unflushed = local_rounding(
        nf.parse_format("truncated<exp=8,man=23,compute_man=20,ftz=false>").dtype
    )
    assert unflushed.errors(1.5 * tiny, 1.5 * tiny)[0] == -(2.0**-147)


def test_beyond_the_ends_nothing_is_known():
    rounding = local_rounding(nf.q15.dtype)
    below, above = rounding.errors(np.array([-1.0, 0.5]), np.array([0.5, 1.0]))
    assert np.isinf(above).tolist() == [False, True]
    assert np.isinf(below).tolist() == [False, True]


@pytest.mark.parametrize(
    "x",
    [Fraction(1, 3), Fraction(-1, 3), Fraction(2) ** 2000, -(Fraction(2) ** 2000), Fraction(1, 2)],
)
def test_outward_is_outward(x):
    low, high = outward(x, -1), outward(x, 1)
    assert low <= x <= high
    assert (low == high) == (x == Fraction(1, 2))
