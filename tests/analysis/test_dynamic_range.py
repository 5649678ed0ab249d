# SPDX-License-Identifier: BSD-3-Clause
"""Are scale, exponents and room counted exactly, in data of every kind?"""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from numformats.analysis import CompareError, DynamicRange, dynamic_range
from numformats.analysis.candidate import as_candidate
from numformats.oracle.values import floor_log2


def named(fits):
    return {fit.name for fit in fits}


def by_name(found):
    return {fit.name: fit for fit in (*found.fits, *found.others)}


def test_exponents_are_those_of_exact_numbers():
    rng = np.random.default_rng(0)
    x = np.concatenate(
        [
            rng.normal(size=300) * 2.0 ** rng.integers(-60, 60, 300),
            2.0 ** np.arange(-40, 40),
            np.nextafter(2.0 ** np.arange(-40, 40), 0),
        ]
    )
    found = dynamic_range(x, ["float64"])
    assert found.exponents == Counter(floor_log2(Fraction(float(v))) for v in x)
    assert isinstance(found, DynamicRange)
    assert found.count == x.size
    assert found.binades == max(found.exponents) - min(found.exponents) + 1


def test_integers_just_below_a_power_of_two():
    """As doubles these would be 2^63, 2^64 and 2^70, one binade too high."""
    assert dynamic_range(np.array([2**63 - 1, -(2**62)]), ["posit64"]).exponents == {62: 2}
    assert dynamic_range(np.array([2**64 - 1], np.uint64), ["posit64"]).exponents == {63: 1}
    assert dynamic_range([2**70 - 1, Fraction(1, 3)], ["posit64"]).exponents == {69: 1, -2: 1}
    assert dynamic_range(
        nf.from_bits(np.array([2**62 - 1], np.uint64), nf.posit64), ["posit64"]
    ).exponents == {-1: 1}
    kept = by_name(dynamic_range(np.array([2**53 + 1]), ["float64", nf.Fixed(63, 0)]))
    assert kept["float64"].error == pytest.approx(2**-53)
    assert kept["fixed<63,frac=0>"].error == 0


def test_specials_are_counted_apart():
    x = np.array([0.0, -0.0, 5e-324, 1.0, -2.0, np.inf, -np.inf, np.nan])
    found = dynamic_range(x, ["float64", "float8_e5m2", "posit64", "q7", "float8_e4m3fn"])
    counts = (found.zeros, found.negatives, found.subnormals, found.infinities, found.nans)
    assert counts == (2, 2, 1, 2, 1)
    assert (found.smallest, found.largest, found.scale) == (5e-324, 2.0, 1.0)
    assert named(found.fits) == {"float64"}
    kept = by_name(found)
    assert (kept["float8_e5m2"].lost_specials, kept["float8_e5m2"].too_small) == (0, 1)
    assert (kept["posit64"].lost_specials, kept["posit64"].too_small) == (2, 1)
    assert (kept["q7"].lost_specials, kept["q7"].too_large, kept["q7"].too_small) == (3, 2, 1)
    assert kept["float8_e4m3fn"].lost_specials == 2


def test_ends_of_a_format_fit_and_their_neighbours_do_not():
    for name in ("binary16", "posit16", "q15", "bfloat16", "float8_e4m3", "mlu32"):
        c = as_candidate(name)
        low, high, least = float(c.lowest), float(c.largest), float(c.smallest)
        assert dynamic_range([low, high, least], [name]).fits
        assert by_name(dynamic_range([np.nextafter(high, np.inf)], [name]))[name].too_large == 1
        assert by_name(dynamic_range([np.nextafter(low, -np.inf)], [name]))[name].too_large == 1
        assert by_name(dynamic_range([np.nextafter(least, 0)], [name]))[name].too_small == 1


def test_unsigned_formats_have_no_room_for_negatives():
    assert (
        by_name(dynamic_range([1.0, -1.0], [nf.Fixed(8, 4, signed=False)])).popitem()[1].too_large
        == 1
    )


def test_error_of_storing_is_measured():
    x = np.random.default_rng(1).normal(size=1000)
    fit = by_name(dynamic_range(x, ["posit16"]))["posit16"]
    assert fit.error == pytest.approx(
        np.max(np.abs(x.astype(nf.posit16).astype(float) - x) / np.abs(x)), rel=1e-12
    )
    assert fit.format is nf.posit16


def test_numbers_that_become_nan_have_no_bound_of_error():
    fit = by_name(dynamic_range([1.0, 1000.0], ["float8_e4m3fn"]))["float8_e4m3fn"]
    assert (fit.too_large, fit.error) == (1, math.inf)


def test_blocks_are_counted_together():
    x = np.concatenate([np.full(20_000, 0.5), [3.0, 1e-9], np.full(20_000, 0.25), [5.0]])
    found = dynamic_range(x, ["q15"])
    fit = by_name(found)["q15"]
    assert (fit.too_large, fit.too_small, found.count) == (2, 1, x.size)
    assert fit.error == 1.0  # of 1e-9, which is lost
    assert found.exponents == {-1: 20_000, 1: 1, -30: 1, -2: 20_000, 2: 1}


def test_nothing_but_zeros_and_words():
    found = dynamic_range(np.zeros((2, 3)), ["q7"])
    assert (found.zeros, found.binades, found.scale) == (6, 0, 1.0)
    assert math.isnan(found.smallest)
    assert "6 numbers (6 zeros)" in repr(found)
    wide = repr(dynamic_range(2.0 ** np.arange(-1000, 1000), ["float64"]))
    assert len(wide.splitlines()) < 40
    assert "<table" in found._repr_html_()


@pytest.mark.parametrize(
    "bad", [[], ["a"], [1j], [10**400], [None], np.array(["2020-01-01"], "M8[D]")]
)
def test_what_has_no_range_is_refused(bad):
    with pytest.raises(CompareError, match="the data"):
        dynamic_range(bad)
