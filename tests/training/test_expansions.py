# SPDX-License-Identifier: BSD-3-Clause
"""Are sums of float64 in parts exact, without overlap, and rounded to odd where one is asked for?"""

import itertools
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from numformats.training.compensation.expansions import (
    all_finite,
    distilled,
    fractions_of,
    parts_of,
    rounded_to_odd,
    total,
    two_sum,
)


def hard_parts(seed, count):
    """Parts that cancel, tie, and lie far apart."""
    rng = np.random.default_rng(seed)
    parts = [rng.normal(size=300) * 2.0 ** rng.integers(-200, 200, 300) for _ in range(count)]
    parts[-1][:100] = -parts[0][:100]  # cancellation, complete or nearly
    parts[-1][50:100] *= 1 + 2.0**-52
    parts[1][100:150] = np.spacing(parts[0][100:150]) / 2  # ties
    parts[-1][150:200] = 2.0**-1074
    return parts


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_distilled_parts_have_the_same_sum_and_do_not_overlap(count):
    for seed in range(5):
        parts = hard_parts(seed, count)
        found = distilled(parts)
        assert np.all(total(found) == total(parts))
        assert len(found) <= count
        for high, low in itertools.pairwise(found):
            assert np.array_equal(high + low, high)
            assert np.any(low)


def test_zeros_are_left_out():
    one, zero = np.ones(3), np.zeros(3)
    assert len(distilled([zero, one, zero, -one, zero])) == 1
    assert [part.tolist() for part in distilled([zero, one, one * 2**-60])] == [
        [1] * 3,
        [2**-60] * 3,
    ]
    assert distilled([zero])[0].tolist() == [0, 0, 0]


def odd_by_definition(f):
    """A Fraction in 53 bits: itself, or the neighbour whose last bit is 1."""
    near = float(f)
    if Fraction(near) == f:
        return near
    other = float(np.nextafter(near, np.inf if f > Fraction(near) else -np.inf))
    return near if np.float64(near).view(np.int64) & 1 else other


def test_rounding_to_odd_is_that_of_the_definition():
    for seed in range(5):
        parts = distilled(hard_parts(seed, 3))
        wanted = [odd_by_definition(f) for f in total(parts)]
        assert rounded_to_odd(parts).tolist() == wanted
    powers = [np.array([2.0, 1, -4, 1]), np.array([-(2.0**-53), -(2.0**-60), 2.0**-60, 2.0**-53])]
    assert rounded_to_odd(powers).tolist() == [odd_by_definition(f) for f in total(powers)]


def test_fractions_and_parts_are_inverses():
    x = np.array([0.1, -3, 2.0**-1074, 1e308])
    assert parts_of(fractions_of(x))[0].tolist() == x.tolist()
    wide = np.array([nf.posit64(0.1), nf.posit64(3) / 7])
    assert np.all(total(parts_of(fractions_of(wide))) == fractions_of(wide))
    assert parts_of(np.array([Fraction(1, 3)], object)) is None
    assert parts_of(np.array([Fraction(2) ** 2000], object)) is None
    assert parts_of(np.array([Fraction(1, 2**1080)], object)) is None
    with pytest.raises(ValueError, match="not finite"):
        fractions_of([float("inf")])
    with pytest.raises(TypeError, match="no real number"):
        fractions_of([1j])


def test_two_sum_and_finite():
    s, r = two_sum(np.array([1.0, 1e300]), np.array([2.0**-80, -1.0]))
    assert (s.tolist(), r.tolist()) == ([1.0, 1e300], [2.0**-80, -1.0])
    assert all_finite(np.ones(3))
    assert not all_finite(np.array([1, np.nan]))
    assert not all_finite(np.array([1, -np.inf]))
