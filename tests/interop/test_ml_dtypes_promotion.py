# SPDX-License-Identifier: BSD-3-Clause
"""Where do dtypes of ml_dtypes and formats meet, and who computes there?"""

from __future__ import annotations

import ml_dtypes
import numpy as np
import pytest

import numformats as nf
from ml_dtypes_shared import FLOATS, INTEGERS, LATE, SHARED, ours, theirs


@pytest.mark.parametrize("name", SHARED)
def test_both_orders_meet_in_a_dtype_that_holds_both(name):
    for T in [*nf.formats().values(), LATE]:
        dtypes = (theirs(name), T.dtype)
        try:
            common = np.result_type(*dtypes)
        except np.exceptions.DTypePromotionError:
            with pytest.raises(np.exceptions.DTypePromotionError):
                np.result_type(*dtypes[::-1])
            continue
        assert np.result_type(*dtypes[::-1]) == common
        assert np.concatenate([np.zeros(1, d) for d in dtypes]).dtype == common
        assert all(np.can_cast(d, common) for d in dtypes), (name, T)


@pytest.mark.parametrize("name", FLOATS)
def test_of_two_with_one_name_ours_is_the_result(name):
    a, b = np.ones(2, theirs(name)), np.ones(2, ours(name))
    for x, y in ((a, b), (b, a)):
        assert np.result_type(x, y) == ours(name)
        assert np.concatenate([x, y]).dtype == ours(name)
        assert np.where([True, False], x, y).dtype == ours(name)
        assert np.maximum(x, y).dtype == ours(name)
        assert (x == y).all()
    if nf.finfo(ours(name)).maxpos >= 2 and ours(name).format.is_signed:
        assert (a + b).dtype == (b + a).dtype == ours(name)
        assert (a[0] + b[0]).dtype == (b[0] + a).dtype == ours(name)


def test_arithmetic_is_ours_rounded_once():
    """65 * 129 is 8385; bfloat16 has 8384 and 8448.  posit16 + bfloat16 meets in float32."""
    a, b = np.array([65], ml_dtypes.bfloat16), np.array([129], nf.bfloat16)
    assert (a * b).tolist() == (b * a).tolist() == [8384]
    assert (a + np.array([1], nf.posit16)).dtype == np.float32
    assert (np.ones(1, nf.posit16) * np.array([3], ml_dtypes.int4)).dtype == nf.posit16
    assert np.power(np.array([2], nf.posit16), np.array([-8], ml_dtypes.int4)).tolist() == [2**-8]
    assert np.hypot(np.array([3], nf.bfloat16), np.array([4], ml_dtypes.bfloat16)).tolist() == [5]


@pytest.mark.parametrize("T", [nf.posit64, nf.q15, nf.float8_e4m3fn, nf.Fixed(3, 2), LATE], ids=str)
@pytest.mark.parametrize("name", SHARED)
def test_operands_without_a_common_dtype_are_exact(name, T):
    """Comparisons and integers: what the format of the name, and NumPy's integers, give."""
    theirs_ = np.ones(3, theirs(name))
    same = np.ones(3, np.int8) if name in INTEGERS else np.ones(3, ours(name))
    x = np.array([0.5, 0.25, 0.75]).astype(T)
    for ufunc in (np.less, np.equal, np.greater_equal):
        assert np.array_equal(ufunc(x, theirs_), ufunc(x, same))
        assert np.array_equal(ufunc(theirs_, x), ufunc(same, x))
    if name in INTEGERS:
        for ufunc in (np.add, np.multiply, np.divide):
            with np.errstate(all="ignore"):  # q15 saturates
                got, want = ufunc(x, theirs_), ufunc(x, same)
            assert got.dtype == want.dtype == T
            assert got.tolist() == want.tolist()


def test_comparisons():
    a = np.array([1, 2, np.nan], ml_dtypes.bfloat16)
    b = np.array([1, 1.5, np.nan], nf.posit16)
    assert (a == b).tolist() == (b == a).tolist() == [True, False, False]
    assert (a > b).tolist() == (b < a).tolist() == [False, True, False]
    assert np.array_equal(a[:2], a[:2].astype(nf.bfloat16))
    np.testing.assert_array_equal(np.array([1, 2], nf.posit8), a[:2])
    assert np.isin(b, a).tolist() == [True, False, False]


def test_out_and_in_place():
    p = np.array([1, 2, 3], nf.posit16)
    out = np.zeros(3, ml_dtypes.bfloat16)
    assert np.add(p, p, out=out) is out
    assert out.astype(float).tolist() == [2, 4, 6]
    out += p
    assert out.dtype == ml_dtypes.bfloat16
    assert out.astype(float).tolist() == [3, 6, 9]
    assert (np.logical_and(p, out)).all()
    with pytest.raises(TypeError, match="no loop for posit16"):
        np.gcd(p, out)


def test_calls_without_a_format_are_left_alone():
    a = np.ones(2, ml_dtypes.bfloat16)
    assert (a + a).dtype == a.dtype
    assert np.exp(a).dtype == a.dtype
    assert (a == a).all()
    assert np.result_type(a, np.float32) == np.float32
