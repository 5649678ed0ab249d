# SPDX-License-Identifier: BSD-3-Clause
"""Do arrays sort, search and compare by value, NaN last?"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import numformats as nf
from numpy_features import NUMPY_2_5, A, array, check, each_format


@each_format
def test_sorting(fmt: Any) -> None:
    a = array(A, fmt)
    for kind in ["quicksort", "stable", "heapsort", "mergesort"]:
        check(np.sort(a, kind=kind), np.sort(A), fmt)
        np.testing.assert_array_equal(np.argsort(a, kind=kind), np.argsort(A))
    check(np.partition(a, 2)[2], np.sort(A)[2], fmt)
    assert A[np.argpartition(a, 2)[2]] == np.sort(A)[2]
    np.testing.assert_array_equal(np.lexsort((a,)), np.argsort(A))
    s = np.sort(a)
    np.testing.assert_array_equal(np.searchsorted(s, a), np.searchsorted(np.sort(A), A))
    check(np.unique(array([1, 2, 1, 2, 3], fmt)), [1, 2, 3], fmt)
    np.testing.assert_array_equal(np.isin(a, array([3, 4], fmt)), np.isin(A, [3, 4]))
    check(np.intersect1d(a, array([3, 4, 9], fmt)), [3, 4], fmt)
    check(np.union1d(array([1, 2], fmt), array([2, 3], fmt)), [1, 2, 3], fmt)
    check(np.setdiff1d(array([1, 2], fmt), array([2, 3], fmt)), [1], fmt)
    a.sort()
    check(a, np.sort(A), fmt)


@pytest.mark.parametrize(
    "T",
    [nf.posit8, nf.takum_linear8, nf.float8_e4m3fn, nf.float8_e4m3fnuz, nf.float8_e5m2, nf.q7,
     nf.float8_e8m0fnu, nf.float6_e2m3fn, nf.P3109(8, 3), nf.P3109(8, 3, signed=False),
     nf.Fixed(8, 3, signed=False), nf.Float(4, 3, subnormals=False), nf.Posit(5, es=1)],
    ids=str,
)  # fmt: skip
def test_every_code_sorts_by_its_value_and_nan_last(T: Any) -> None:
    codes = np.random.default_rng(1).permutation(2**T.format.bits).astype(np.uint8)
    a = nf.from_bits(codes, T)
    s = np.sort(a)
    values = s.astype(np.float64)
    np.testing.assert_array_equal(values, np.sort(a.astype(np.float64)))
    finite = a[~np.isnan(a)]
    assert float(a[np.argmax(a)]) == float(finite.max()) or np.isnan(a[np.argmax(a)])
    assert float(finite[np.argmin(finite)]) == float(finite.astype(np.float64).min())
    np.testing.assert_array_equal(a.astype(bool), a.astype(np.float64) != 0)
    assert np.count_nonzero(a) == np.count_nonzero(a.astype(np.float64))
    np.testing.assert_array_equal(
        np.argsort(a, kind="stable"), np.argsort(a.astype(np.float64), kind="stable")
    )


@pytest.mark.parametrize("T", [nf.posit16, nf.binary64, nf.posit64, nf.Fixed(64, 0), nf.bfloat16])
@pytest.mark.parametrize("n", [2, 31, 33, 5000])
def test_long_sorts_are_stable(T: Any, n: int) -> None:
    size = T.dtype.itemsize
    codes = np.random.default_rng(n).integers(0, 2 ** (8 * size) - 1, n, np.uint64, endpoint=True)
    codes[: n // 2] %= 7
    a = nf.from_bits(codes.astype(f"u{size}"), T)
    order = np.argsort(a, kind="stable")
    exact = [
        (
            bool(np.isnan(x)),
            0 if np.isnan(x) or np.isinf(x) else Fraction(*x.as_integer_ratio()),
            float(np.isinf(x)) * float(np.sign(x)),
        )
        for x in a
    ]
    keys = [(nan, inf, value) for nan, value, inf in exact]
    expected = sorted(range(n), key=keys.__getitem__)
    assert order.tolist() == expected
    assert nf.to_bits(np.sort(a, kind="stable")).tolist() == nf.to_bits(a[order]).tolist()
    every_second = np.argsort(a[::2], kind="stable").tolist()
    assert every_second == sorted(range(len(a[::2])), key=keys[::2].__getitem__)


@pytest.mark.skipif(not NUMPY_2_5, reason="descending= came with NumPy 2.5")
@pytest.mark.parametrize("n", [4, 100])
@each_format
def test_descending_sort_keeps_nan_last(fmt: Any, n: int) -> None:
    values = np.array([1.0, 3.0, -2.0, 0.5] * (n // 4))
    check(np.sort(array(values, fmt), descending=True), -np.sort(-values), fmt)
    if fmt.format.has_nan:
        a = array(np.append(values, np.nan), fmt)
        assert np.isnan(np.sort(a, descending=True)[-1])
        assert np.argsort(a, descending=True)[-1] == n
