# SPDX-License-Identifier: BSD-3-Clause
"""Is u_of_range the least u that holds, and are ranges without one refused?"""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from helpers import ids, oracle_of
from measured_errors import exact_value
from numformats.analysis import NoBoundError, model, u_of_range
from numformats.analysis.units import floor_of_precision, u_of_range_of, unit_roundoff

FORMATS = [
    nf.posit8, nf.Posit(6, es=0), nf.Posit(7, es=5), nf.BPosit(8, rs=3, es=2), nf.BPosit(8, rs=3, es=5),
    nf.takum_linear8, nf.TakumLinear(12), nf.float8_e5m2, nf.Float(3, 2), nf.Float(3, 2, subnormals=False),
    nf.Float(3, 3, rounding="toward_zero"), nf.Float(3, 3, rounding="toward_positive"), nf.P3109(7, 3),
    nf.Float(3, 3, rounding="to_odd"), nf.Float(3, 3, rounding="stochastic"), nf.float8_e8m0fnu,
    nf.Fixed(6, 3), nf.Fixed(6, 2, rounding="toward_negative"), nf.Float(3, 2, signed=False, rounding="toward_negative"),
    nf.TruncatedFloat(3, 4, 2), nf.TruncatedFloat(3, 4, 2, truncate="rounded"), nf.TruncatedFloat(3, 4, 2, ftz=False),
]  # fmt: skip


def rounded(T, x):
    """All results that fl(x) may have, as fractions."""
    oracle = oracle_of(T)
    words = (0, 2**64 - 1) if T.format.rounding == "stochastic" else (None,)
    codes = [oracle.codec.store(x, word)[0] for word in words]
    return [exact_value(oracle, c) for c in codes]


def values(T):
    """The magnitudes that results have, in order."""
    oracle = oracle_of(T)
    found = {exact_value(oracle, c) for c in range(1 << T.format.bits)} - {None}
    return sorted({v for v in found if v > 0 and v in rounded(T, v)})


def probes(values, lo, hi):
    """Where relative errors have their suprema, and next to it: values, midpoints, geometric means."""
    points = {lo, hi}
    for low, high in itertools.pairwise(values):
        if high < lo or low > hi:
            continue
        points |= {low, (low + high) / 2, low + (high - low) * Fraction(7, 8), high}
        step = 2
        while low * step < high:
            points.add(low * step)
            step *= step
    near = {x * (1 + Fraction(d, 2**60)) for x in points for d in (-1, 0, 1)}
    return [x for x in near if lo <= x <= hi]


@pytest.mark.parametrize("T", FORMATS, ids=ids)
def test_u_of_range_is_the_least_that_holds(T):
    rng = random.Random(3)
    known = values(T)
    least = known[0]
    ranges = [(known[1], known[-2]), (known[len(known) // 2], known[-1])]
    for _ in range(12):
        i = rng.randrange(len(known) - 2)
        j = min(len(known) - 2, i + rng.choice([1, 2, 5, 40]))
        ends = [known[i] + (known[i + 1] - known[i]) * Fraction(rng.randrange(8), 8), known[j]]
        ranges.append((min(ends), max(ends)))
    for lo, hi in ranges:
        if lo < least:
            continue
        u, worst = u_of_range_of(T.format, lo, hi), Fraction(0)
        signs = (1, -1) if T.format.is_signed else (1,)
        for x in probes(known, lo, hi):
            for sign in signs:
                for result in rounded(T, sign * x):
                    worst = max(worst, abs(result - sign * x) / x)
        assert worst <= u <= Fraction(u_of_range(T, lo, hi))
        if T.format.rounding != "to_odd":  # which may go either way from the first of a range
            assert u - worst <= Fraction(1, 2**40), (lo, hi, float(u), float(worst))


def test_u_of_range_at_known_places():
    known = {
        44: "1/3",
        48: "1/2",
        49: "1",
        51: "1",
        54: "3",
        55: "1",
        -55: "3",
        -54: "3",
        0: "1/4097",
    }
    for e, expected in known.items():
        found = u_of_range_of(nf.posit16.format, Fraction(2) ** e, Fraction(2) ** (e + 1))
        assert found == Fraction(expected), e
    v = Fraction(1, 2**28)
    assert u_of_range_of(nf.posit32.format, Fraction(1, 16), 15) == v / (1 + v)
    assert unit_roundoff(nf.posit32.format, Fraction(1, 16), 15) == v
    for T in (nf.bposit16, nf.bposit32, nf.bposit64):
        v = Fraction(1, 2 ** (T.format.bits - 11))
        assert u_of_range_of(T.format) == v / (1 + v)
    v = Fraction(1, 2**20)
    assert u_of_range_of(nf.mlu32.format) == v / (1 + v)
    rounded = nf.TruncatedFloat(truncate="rounded")
    assert unit_roundoff(rounded.format) == Fraction(15, 2**24)  # 7.5 units of 2**-23
    assert floor_of_precision(nf.bposit32.format) == 20
    assert floor_of_precision(nf.posit32.format) is None


@pytest.mark.parametrize("T", [nf.posit8, nf.posit64, nf.takum_linear8, nf.q15, "posit<20,es=3>"])
def test_no_unit_roundoff_without_a_range(T):
    with pytest.raises(NoBoundError, match="give lo and hi"):
        u_of_range(T)
    assert model(T).unit is None


def test_ranges_without_a_relative_bound_are_refused():
    for T, lo, hi, why in [
        (nf.posit16, 0, 1, "0 and numbers below"), (nf.posit16, 2.0**-57, 1, "rounded to it"),
        (nf.posit16, 1, 2.0**57, "saturate beyond"), (nf.binary16, 2.0**-30, 1, "rounded to 0"),
        (nf.mlu32, 2.0**-127, 1, "below the least result 1.17549e-38"), (nf.binary16, 1, 65520, "overflow"),
        (nf.q15, 2.0**-16, 0.5, "below"), (nf.q15, 0.5, 1, "saturate"), (nf.Fixed(8, 4, signed=False), 0, 1, "below"),
        (nf.TruncatedFloat(truncate="align"), 1, 2, "cuts operands"), (nf.TruncatedFloat(truncate="operand"), 1, 2, "cuts"),
    ]:  # fmt: skip
        with pytest.raises(NoBoundError, match=why):
            u_of_range(T, lo, hi)
    for lo, hi in [(2, 1), (-1, 1), (np.nan, 1), (1, np.inf), (1, None)]:
        with pytest.raises(ValueError, match="lo=|hi="):
            u_of_range(nf.posit16, lo, hi)
    with pytest.raises(TypeError):
        u_of_range(nf.posit16, "1", 2)
    # Subnormals are a range with a bound, though not with that of normal numbers.
    assert u_of_range(nf.binary32, 2.0**-149, 1) == pytest.approx(1 / 3)
    assert u_of_range(nf.binary32, nf.binary32(1), Fraction(3, 2)) == u_of_range(np.float32)


@pytest.mark.parametrize(
    "T", [nf.posit16, nf.takum_linear16, nf.bposit16q, nf.binary16, nf.mlu32, nf.q15], ids=ids
)
def test_unit_at_a_magnitude_is_that_of_its_binade(T):
    m, info = model(T), nf.finfo(T)
    exponents = range(max(info.smallest_exponent + 1, -250), min(info.largest_exponent, 250))
    x = np.array([1.5 * 2.0**e for e in exponents if e >= info.minexp])
    x = x[(x > float(info.smallest_normal)) & (x < m.limits[1] / 2)]
    for here, unit in zip(x, m.unit_at(x), strict=True):
        assert unit == float(unit_roundoff(T.format, here, here))
    assert m.unit_at(0.0) == m.unit_at(float(info.minpos) / 4) == np.inf
    assert m.unit_at(2 * m.limits[1]) == np.inf


def test_what_a_model_says_of_its_format():
    m = model(nf.mlu32)
    assert (m.unit, m.absolute, m.limits) == (2.0**-20, 2.0**-126, (-(2.0**128), 2.0**128))
    assert m.bias.direction == "toward zero"
    assert m.bias.mean == pytest.approx(-(2.0**-20) / (4 * np.log(2)))
    assert "bias toward zero" in repr(m)
    assert model(nf.posit8).absolute == 2.0**-24
    assert model(nf.binary16).absolute == 2.0**-25
    assert model(nf.Fixed(8, 4, rounding="toward_negative")).absolute == 2.0**-4
    assert model(nf.q7).limits == (-1 - 2.0**-8, 1 - 2.0**-8)
    assert model(nf.Fixed(8, 4, signed=False)).limits == (-(2.0**-5), 16 - 2.0**-5)
    directions = {
        "toward_positive": "upward",
        "toward_negative": "downward",
        "toward_zero": "toward zero",
    }
    for rounding, direction in directions.items():
        bias = model(nf.Float(5, 10, rounding=rounding)).bias
        assert (bias.direction, bias.is_unbiased) == (direction, False)
    assert model(nf.Fixed(8, 4, rounding="toward_negative")).bias.mean == -(2.0**-5)
    assert model(nf.posit32).bias.is_unbiased
    assert not model(nf.Float(5, 10, rounding="nearest_away")).bias.is_unbiased


def test_the_mean_of_truncation_is_the_measured_one():
    rng = np.random.default_rng(5)
    for T in (nf.mlu32, nf.TruncatedFloat(truncate="rounded", compute_man=18)):
        x = np.exp(rng.uniform(0, np.log(2), 20_000)).astype(T)
        y = np.exp(rng.uniform(0, np.log(2), 20_000)).astype(T)
        exact = x.astype(float) * y.astype(float)
        measured = np.mean((x * y).astype(float) / exact - 1)
        assert measured == pytest.approx(model(T).bias.mean, rel=0.03)
