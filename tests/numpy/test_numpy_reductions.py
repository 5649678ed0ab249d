# SPDX-License-Identifier: BSD-3-Clause
"""Do sums, means, statistics and the NaN functions work?"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import numformats as nf
from numpy_features import A, B, array, check, each_format, each_real


@each_real
def test_reductions(real: Any) -> None:
    a, b = array(A, real).reshape(2, 3), np.array(A).reshape(2, 3)
    for name in ["sum", "prod", "max", "min", "mean", "cumsum", "cumprod", "ptp"]:
        for axis in [None, 0, 1]:
            function = getattr(np, name)
            if name != "mean" or axis != 1:  # a third is exact in none
                check(function(a, axis=axis), function(b, axis=axis), real)
    check(a.sum(axis=0, keepdims=True), b.sum(axis=0, keepdims=True), real)
    check(a.sum(axis=(0, 1)), b.sum(), real)
    check(a.max(axis=(0, 1)), b.max(), real)
    check(a.sum(initial=2), b.sum() + 2, real)
    check(np.add.reduce(a, axis=1), b.sum(axis=1), real)
    check(np.add.accumulate(a, axis=1), b.cumsum(axis=1), real)
    check(np.multiply.accumulate(array(A, real)), np.cumprod(A), real)
    check(np.add.reduceat(array(A, real), [0, 2, 4]), np.add.reduceat(A, [0, 2, 4]), real)
    check(np.add.outer(array(A, real), array(B, real)), np.add.outer(A, B), real)
    check(np.sum(np.zeros(0, real)), 0, real)
    check(np.prod(np.zeros(0, real)), 1, real)
    with pytest.raises(ValueError, match="zero-size"):
        np.max(np.zeros(0, real))
    check(np.maximum.reduce(a, axis=0), b.max(axis=0), real)
    total = array(A, real)
    np.add.at(total, [0, 0, 1], real(1))
    check(total, [5, 2.5, -2, 4, 0.5, -1], real)


@each_real
def test_reductions_with_where(real: Any) -> None:
    mask = np.array([True, False, True, True, False, False])
    a = array(A, real)
    if real.format.family == "truncated":  # x + 0 cuts x: there is no identity
        with pytest.raises(ValueError, match="identity"):
            a.sum(where=mask)
        return
    check(a.sum(where=mask), np.sum(A, where=mask), real)
    check(a.prod(where=mask), np.prod(A, where=mask), real)
    check(a.max(where=mask, initial=0), np.max(A, where=mask, initial=0), real)


def test_product_has_no_identity_where_one_is_missing() -> None:
    a = np.array([0.5, 0.5], dtype=nf.q15)
    check(a.prod(), 0.25, nf.q15)
    with pytest.raises(ValueError, match="identity"):
        a.prod(where=[True, False])


def test_sum_of_negative_zeros_keeps_the_sign() -> None:
    assert np.signbit(np.array([-0.0, -0.0], dtype=nf.binary32).sum())
    assert not np.signbit(np.zeros(0, nf.binary32).sum())


@each_format
def test_means_stay_in_the_format_and_divide_exactly(fmt: Any) -> None:
    a = array([1, 2, 4], fmt)
    if fmt.format.family == "truncated":  # machine arithmetic: not a conversion
        check(a.mean(), float(fmt(7) / fmt(3)), fmt)
        return
    check(a.mean(), float(fmt(Fraction(7, 3))), fmt)
    check(np.mean(array([[1, 3], [5, 7]], fmt), axis=1), [2, 6], fmt)
    check(np.divide(a, np.int64(3)), [float(fmt(Fraction(k, 3))) for k in (1, 2, 4)], fmt)
    check(
        np.divide(a, np.array(3, np.longlong)), [float(fmt(Fraction(k, 3))) for k in (1, 2, 4)], fmt
    )


@pytest.mark.parametrize(
    "T", [nf.posit8, nf.posit16, nf.bfloat16, nf.takum_linear64, nf.Fixed(40, 39)]
)
def test_division_by_a_count_is_rounded_once(T: Any) -> None:
    counts = [3, -7, 10**6 + 3, 2**53 + 1, 2**62 + 12345, -(2**63), 2**63 - 1, 1]
    values = [T(0.875), T(-0.3), T(0.0)]
    if T is nf.posit8:
        values += [T.from_bits(code) for code in range(1, 128)]
    for x in values:
        exact = Fraction(*x.as_integer_ratio())
        result = np.divide(np.full(len(counts), x), np.array(counts))
        expected = [T(exact / n) for n in counts]
        assert all(a == b for a, b in zip(result, expected, strict=True))
    with np.errstate(all="ignore"):
        by_zero = np.divide(np.array([T(0.5)]), np.array([0]))
        assert nf.to_bits(by_zero) == nf.to_bits(np.array([T(0.5)]) / T(0))


@each_real
def test_statistics(real: Any) -> None:
    values = [1.0, 3.0, 5.0, 7.0]
    a = array(values, real)
    check(a.mean(), 4, real)
    check(a.var(), 5, real)
    check(array([1, 1, 3, 3], real).std(), 1, real)
    check(np.median(a), 4, real)
    check(np.median(array([3, 1, 2], real)), 2, real)
    check(np.diff(a), [2, 2, 2], real)
    check(np.gradient(a), [2, 2, 2, 2], real)
    check(np.trapezoid(a), 12, real)
    check(np.average(a), 4, real)
    assert np.argmax(a) == 3
    assert np.argmin(a) == 0
    assert np.count_nonzero(array([0, 1, 0, 2], real)) == 2
    assert np.any(a)
    assert np.all(a)
    assert not np.any(np.zeros(3, real))
    np.testing.assert_array_equal(np.nonzero(array([0, 1, 0, 2], real))[0], [1, 3])
    assert np.isclose(a, a).all()
    assert np.allclose(a, a)
    np.testing.assert_array_equal(a, a)
    np.testing.assert_allclose(a, a)
    np.testing.assert_array_almost_equal(a, a)


@pytest.mark.parametrize("T", [nf.posit16, nf.posit32, nf.bfloat16, nf.binary32])
def test_statistics_with_float64_data(T: Any) -> None:
    a = array([1, 3, 5, 7], T)
    np.testing.assert_array_equal(np.percentile(a, [25, 50]).astype(float), [2.5, 4])
    np.testing.assert_array_equal(np.interp(2, a, a), 2)
    np.testing.assert_array_equal(np.histogram(a, bins=2)[0], [2, 2])
    np.testing.assert_array_equal(np.cov(a, a).astype(float), np.cov([1, 3, 5, 7], [1, 3, 5, 7]))
    np.testing.assert_array_equal(np.average(a, weights=[1.0, 0.0, 0.0, 1.0]).astype(float), 4)
    np.testing.assert_array_equal(np.digitize(a, [2, 6]), [0, 1, 1, 2])
    assert np.append(a, 2.0).dtype == np.float64


@each_real
def test_nan_functions(real: Any) -> None:
    a = array([1, np.nan, 3], real)
    np.testing.assert_array_equal(np.isnan(a), [False, True, False])
    check(np.nansum(a), 4, real)
    check(np.nanmean(a), 2, real)
    check(np.nanmax(a), 3, real)
    check(np.nanmedian(a), 2, real)
    check(np.nan_to_num(a), [1, 0, 3], real)
    assert np.isnan(a.max())
    assert np.argmax(a) == 1
    check(np.sort(a)[:2], [1, 3], real)
    assert np.isnan(np.sort(a)[2])
    assert np.any(array([np.nan], real))
