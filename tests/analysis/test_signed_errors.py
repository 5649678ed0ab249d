# SPDX-License-Identifier: BSD-3-Clause
"""Are errors of whole arrays those that element_errors finds one by one, with their signs?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from narrow_formats import PARAMETRIC
from numformats.analysis.algebra import truth
from numformats.analysis.candidate import as_candidate
from numformats.analysis.element_errors import element_errors
from numformats.analysis.reference_numbers import number
from numformats.analysis.signed_errors import reads_pairs, signed_errors

FORMATS = [
    *PARAMETRIC, "posit8", "float8_e4m3fn", "float8_e5m2", "float8_e8m0fnu", "float4_e2m1fn", "q7", "takum_linear16",
    "float16", "float64", "posit64", "float<exp=12,man=5>",
]  # fmt: skip


def values_of(dtype):
    """All codes of a narrow format, some of a wide one."""
    size = dtype.itemsize
    bits = as_candidate(dtype).bits
    if bits <= 10:
        codes = np.arange(1 << bits)
    else:
        codes = np.random.default_rng(1).integers(0, 1 << min(bits, 62), 200)
    return codes.astype(f"u{size}").view(dtype)


def truths_of(values, rng):
    """Doubles beside, between, far from and beyond values; 0, powers of two, and no numbers."""
    finite = values.astype(np.float64)
    finite = finite[np.isfinite(finite)]
    near = rng.choice(finite, len(values)) * rng.choice([1, 1 + 2**-20, 0.75, -1, 1.5], len(values))
    candidate = as_candidate(values.dtype)
    smallest = float(candidate.smallest)
    special = [
        smallest * 0.98,
        smallest * 0.75,
        -smallest * 0.6,
        0.0,
        1.0,
        -2.0,
        2.0**-30,
        np.inf,
        -np.inf,
        np.nan,
        3e38,
        -3e38,
        1e-300,
    ]
    return np.where(rng.random(len(values)) < 0.7, near, rng.choice(special, len(values)))


@pytest.mark.parametrize("reference", ["float64", "double", "exact"])
@pytest.mark.parametrize("name", FORMATS)
def test_errors_are_those_of_single_elements(name, reference):
    dtype = (
        np.dtype(name) if name in {"float16", "float64"} else np.dtype(nf.parse_format(name).dtype)
    )
    rng = np.random.default_rng(2)
    with np.errstate(all="ignore"):
        values = values_of(dtype)
        true = truths_of(values, rng)
        if reference == "exact":
            true = np.where(np.isfinite(true), true, 0.25)
    algebra = truth(reference)
    found = signed_errors(values, algebra.lift(true), algebra)
    exact = np.array([number(t) for t in true.tolist()], object)
    known = element_errors(values, exact, as_candidate(dtype))
    for ours, theirs in ((found.relative, known.relative), (found.ulps, known.ulps)):
        np.testing.assert_allclose(np.abs(ours), theirs, rtol=1e-12)
    np.testing.assert_array_equal(found.nan, known.nan)
    np.testing.assert_array_equal(found.infinite, ~known.finite & ~known.nan)
    np.testing.assert_array_equal(found.saturated, known.saturated & known.defined)
    with np.errstate(all="ignore"):
        plain = values.astype(np.float64)
        side = np.sign(plain - true)
    known_sides = np.isfinite(found.ulps) & (found.ulps != 0) & (side != 0)
    np.testing.assert_array_equal(np.sign(found.ulps)[known_sides], side[known_sides])
    zero = np.asarray(values == 0)
    np.testing.assert_array_equal(found.underflowed, zero & np.isfinite(true) & (true != 0))


def test_a_pair_just_below_a_power_of_two_is_measured_by_the_gap_below():
    algebra = truth("double")
    parts = np.array([2.0, 2.0, -2.0]), np.array([-(2.0**-60), 0.0, 2.0**-60])
    values = np.array([2.5, 2.5, -2.5], nf.Float(5, 2))
    found = signed_errors(values, parts, algebra)
    np.testing.assert_allclose(found.ulps, [2.0, 1.0, -2.0])


def test_a_result_between_two_doubles_of_truth_has_its_exact_error():
    """63 bits of fraction are more than a double holds; the pair has the difference."""
    q = nf.Fixed(64, 62)
    values = np.array([1], np.int64).view(np.dtype(q)) + np.array([1], q)
    parts = np.array([1.0]), np.array([2.0**-64])
    found = signed_errors(values, parts, truth("double"))
    assert found.ulps[0] == 0.75
    assert Fraction(float(found.relative[0])) == Fraction(
        float(Fraction(3, 4) * Fraction(2) ** -62)
    )


def test_the_shape_stays_and_must_be_that_of_the_truth():
    algebra = truth("double")
    for shape in [(), (0,), (2, 0, 3), (2, 3)]:
        found = signed_errors(np.ones(shape, nf.posit16), algebra.lift(np.ones(shape)), algebra)
        assert found.relative.shape == found.ulps.shape == found.nan.shape == shape
        exact = truth("exact")
        found = signed_errors(np.ones(shape, nf.posit16), exact.lift(np.ones(shape)), exact)
        assert found.relative.shape == found.saturated.shape == shape
    with pytest.raises(ValueError, match=r"\(2,\), the truth \(3,\)"):
        signed_errors(np.ones(2, nf.posit16), algebra.lift(np.ones(3)), algebra)


def test_which_numbers_are_pairs():
    pairs, single, fractions = truth("double"), truth("float64"), truth("exact")
    assert reads_pairs(np.dtype(nf.posit64), pairs)
    assert reads_pairs(np.dtype(nf.posit8), single)
    assert not reads_pairs(np.dtype(nf.posit8), fractions)
    assert not reads_pairs(np.dtype(nf.Float(12, 5)), pairs)
