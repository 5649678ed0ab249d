# SPDX-License-Identifier: BSD-3-Clause
"""Are the reference, the spacing of formats and the error metrics right?"""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from candidate_values import NARROW, finite_values
from numformats.analysis import CompareError, find_candidate, measure, split_formats, to_reference
from numformats.analysis.metrics import digits
from numformats.analysis.reference_numbers import number

# ---- the reference -------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [0.1, -3, 2**-1074, np.float32(0.1), np.longdouble(1) / 3, True])
def test_reference_numbers_are_exact(value):
    exact = Fraction(*value.as_integer_ratio()) if hasattr(value, "as_integer_ratio") else value
    assert Fraction(*number(value).as_integer_ratio()) == exact


def test_reference_refuses_text():
    with pytest.raises(TypeError, match="str"):
        number("1")


def test_reference_is_50_digits_whatever_mpmath_is_set_to():
    import mpmath

    with mpmath.workdps(5):
        third = number(1) / 3
    assert abs(Fraction(*third.as_integer_ratio()) - Fraction(1, 3)) < Fraction(1, 10**50)


def test_reference_sum_of_products_against_fractions():
    rng = np.random.default_rng(5)
    a, b = rng.standard_normal((2, 4, 4))
    found = to_reference(a) @ to_reference(b)
    for i, j in np.ndindex(4, 4):
        exact = sum(Fraction(x) * Fraction(y) for x, y in zip(a[i], b[:, j], strict=True))
        error = abs(Fraction(*found[i, j].as_integer_ratio()) - exact)
        assert error <= abs(exact) * Fraction(1, 10**45)


# ---- the formats under test ----------------------------------------------------------------------


def test_split_formats_keeps_parameters_together():
    text = " posit16,float<exp=5,man=10>,,bposit<32,rs=6,es=5>, posit16"
    assert split_formats(text) == ["posit16", "float<exp=5,man=10>", "bposit<32,rs=6,es=5>"]


@pytest.mark.parametrize("name", nf.formats())
def test_ends_of_the_range(name):
    candidate, info = find_candidate(name), nf.finfo(nf.formats()[name])
    assert candidate.largest == Fraction(*info.maxpos.as_integer_ratio())
    assert candidate.lowest == Fraction(*info.lowest.as_integer_ratio())
    assert candidate.dtype == nf.formats()[name].dtype


@pytest.mark.parametrize("name", NARROW)
def test_spacing_is_the_gap_around_every_number(name):
    values = finite_values(name)
    candidate = find_candidate(name)
    for low, high in itertools.pairwise(values):
        for part in (0, 1, 31):  # the lower end, just above it, just below the upper end
            inside = low + (high - low) * Fraction(part, 32)
            if inside == 0:
                continue
            top, bottom = inside.numerator.bit_length(), inside.denominator.bit_length()
            binade = top - bottom - (Fraction(2) ** (top - bottom) > inside)
            found = candidate.spacing(binade) if inside >= candidate.smallest else low or high
            assert found == high - low, (name, inside)


@pytest.mark.parametrize("name", ["float16", "float32", "float64"])
def test_spacing_of_numpy_floats(name):
    candidate = find_candidate(name)
    info = np.finfo(name)
    for exponent in (*range(info.minexp, info.maxexp, 7), info.minexp - 2):
        value = np.ldexp(candidate.dtype.type(1), exponent)
        assert candidate.spacing(exponent) == Fraction(float(np.spacing(value)))
    assert candidate.spacing(info.maxexp + 5) == candidate.spacing(info.maxexp - 1)


def test_ulps_below_the_smallest_value():
    """The smallest positive value of bposit8q is 9/2^11; the truth lies between it and 0."""
    truth = to_reference(np.array([8.5 / 2**11]))
    found = measure(np.array([0.0]).astype(nf.bposit8q), truth, find_candidate("bposit8q"))
    assert found.max_ulps == 8.5 / 9


def test_spacing_where_posits_run_out_of_fraction():
    posit16 = find_candidate("posit16")
    assert posit16.spacing(0) == Fraction(1, 2**11)
    assert posit16.spacing(60) == posit16.spacing(55) == 2**56 - 2**52  # maxpos is 2^56
    assert posit16.spacing(-60) == Fraction(1, 2**56)


def test_unknown_format_suggests():
    with pytest.raises(CompareError, match="posit16"):
        find_candidate("posit_16")


# ---- metrics -------------------------------------------------------------------------------------


def test_metrics_by_hand():
    candidate = find_candidate("float32")
    results = np.array([1.5, 2.0, 0.0, 1e-3, np.nan, np.inf, np.nan], dtype=np.float32)
    truth = to_reference(np.array([1.0, 2.0, 0.0, 0.0, 1.0, 8.0, np.nan]))
    found = measure(results, truth, candidate)
    # errors: 0.5, 0, 0 (zero for zero), left out, infinite, infinite, left out
    assert found.outputs == 7
    assert found.median_relative == 0.5
    assert math.isinf(found.max_relative)
    assert (found.nan, found.inf, found.undefined, found.nonzero_for_zero) == (2, 1, 1, 1)
    without = measure(results[:4], truth[:4], candidate)
    assert without.max_relative == 0.5
    assert without.max_ulps == 0.5 * 2**23
    assert without.normwise == 0.25
    assert without.worst_digits == -math.log10(0.5)
    assert without.median_digits == math.inf


def test_metrics_of_nothing_measurable():
    found = measure(
        np.ones(2, np.float32), to_reference(np.full(2, np.nan)), find_candidate("float32")
    )
    assert found.undefined == 2
    assert math.isnan(found.max_relative)
    assert math.isnan(found.median_digits)


def test_metrics_want_equal_shapes():
    with pytest.raises(ValueError, match="shape"):
        measure(np.ones(2, np.float32), to_reference(np.ones(3)), find_candidate("float32"))


def test_errors_below_double_precision_are_seen():
    """The result is the double next to the truth 1 + 2^-60: float64 arithmetic sees no error."""
    truth = to_reference(np.array([1.0])) + number(Fraction(1, 2**60))
    found = measure(np.array([1.0]), truth, find_candidate("float64"))
    assert found.max_relative == pytest.approx(2.0**-60, rel=1e-15)
    assert found.max_ulps == pytest.approx(2.0**-8, rel=1e-15)


def test_64_bit_results_are_read_exactly():
    posit64 = nf.posit64
    value = Fraction(2**59 + 1, 2**59)
    results = np.array([posit64(value)])
    truth = np.array([number(value)], dtype=object)
    assert measure(results, truth, find_candidate("posit64")).max_relative == 0.0
    plain = to_reference(np.array([1.0]))
    assert measure(results, plain, find_candidate("posit64")).max_ulps == 1.0


def test_digits():
    assert digits(1e-7) == pytest.approx(7.0)
    assert digits(math.inf) == 0.0
    assert digits(3.0) == 0.0
