# SPDX-License-Identifier: BSD-3-Clause
"""Which dtype do mixed operands give, and when do they refuse?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import numformats as nf
from numpy_features import A, B, array, check, each_format


def test_promotion_with_numpy_types() -> None:
    p16, p32, p64 = (np.array([1.5], dtype=T) for T in (nf.posit16, nf.posit32, nf.posit64))
    for a, b, expected in [
        (p16, np.array([2], np.int8), nf.posit16),
        (p32, np.array([2], np.int8), nf.posit32),
        (p16, np.array([2.0], np.float64), np.float64),
        (p16, np.float64(2), np.float64),
        (p16, np.array([2.0], np.float32), np.float32),
        (p32, np.array([2.0], np.float32), np.float64),
        (p16, np.array([2.0], np.float16), np.float32),
        (p32, np.array([2], np.complex64), np.complex128),
        (p16, 2j, np.complex64),
        (p32, 2j, np.complex128),
        (p64, np.array([2], np.int16), nf.posit64),
        (p16, p32, nf.posit32),
        (np.array([2], nf.bfloat16), np.array([2], np.float32), np.float32),
        (np.array([2], nf.binary32), np.array([2], np.float32), nf.binary32),
        (np.array([2], nf.bfloat16), np.array([2], np.float16), np.float32),
        (np.array([2], nf.bfloat16), np.array([2], nf.binary16), np.float32),
        (np.array([0.5], nf.q7), np.array([0.5], nf.q15), nf.q15),
        (np.array([0.5], nf.q15), np.array([2], nf.Fixed(8, 0)), nf.Fixed(23, 15)),
    ]:
        for result in (a * b, b * a):
            assert result.dtype == np.dtype(expected), (a.dtype, b.dtype, result.dtype)
        assert np.result_type(a, b) == np.dtype(expected) or b.dtype == np.float16


def test_integers_stay_in_the_format_and_join_as_floats_do() -> None:
    for T, dtype, together in [
        (nf.posit32, np.int32, np.float64),
        (nf.posit32, np.int64, np.float64),
        (nf.posit16, np.uint64, np.float64),
        (nf.float8_e4m3fn, np.int8, np.float16),
        (nf.q15, np.int8, np.float32),
    ]:
        a, b = np.array([0.25], T), np.array([2], dtype)
        assert (a * b).dtype == (b * a).dtype == (a @ b).dtype == np.dtype(T)
        assert np.result_type(a, b) == np.concatenate([a, b]).dtype == np.dtype(together)
        assert np.where([True], a, b).dtype == np.dtype(together)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (nf.posit64.dtype, np.dtype(np.float64)),
        (nf.posit64.dtype, nf.takum_linear64.dtype),
        (nf.Fixed(64, 0).dtype, nf.Fixed(64, 60).dtype),
        (nf.q15.dtype, nf.Fixed(8, 0, overflow="wrap").dtype),
        (nf.takum_linear64.dtype, np.dtype(np.int64)),
    ],
    ids=str,
)
def test_promotion_without_common_format(a: Any, b: Any) -> None:
    with pytest.raises(TypeError, match=f"{a}.*{b}.*astype"):
        np.result_type(a, b)
    with pytest.raises(np.exceptions.DTypePromotionError):
        np.result_type(b, a)
    x, y = np.zeros(2, a), np.zeros(2, b)
    if b.kind != "i":
        for ufunc in [np.add, np.multiply, np.maximum, np.matmul]:
            with pytest.raises(TypeError, match="holds every value of both.*astype"):
                ufunc(x, y)
    assert (x == y).tolist() == (x <= y).tolist() == [True, True]  # compared as they are
    assert (x != y).tolist() == (x < y).tolist() == [False, False]


def test_formats_with_the_same_values_promote_alike_both_ways() -> None:
    assert np.result_type(nf.binary32, nf.mlu32) == np.result_type(nf.mlu32, nf.binary32)


@each_format
def test_python_numbers_first(fmt: Any) -> None:
    mask = np.array([True, False] * 3)
    for number in [2, 0.5]:
        check(np.where(mask, number, array(A, fmt)), np.where(mask, number, A), fmt)
        check(np.where(mask, array(A, fmt), number), np.where(mask, A, number), fmt)
        assert np.result_type(number, fmt) == np.result_type(fmt, number) == np.dtype(fmt)


def test_small_formats_stay_small_with_python_numbers() -> None:
    for T in [nf.posit8, nf.float8_e4m3fn, nf.float4_e2m1fn, nf.q7]:
        a = np.array([0.5], dtype=T)
        for result in [a + 0, 0.5 * a, np.where([True], 0, a), np.where([True], 0.5, a)]:
            assert result.dtype == np.dtype(T)


@each_format
def test_dtype_and_signature_arguments(fmt: Any) -> None:
    small = np.array([0.5, 0.25], dtype=nf.q7)
    check(np.add(small, small, dtype=nf.binary64), [1, 0.5], nf.binary64)
    check(small.sum(dtype=nf.posit32), 0.75, nf.posit32)
    check(np.add(array(A, fmt), array(B, fmt), dtype=fmt), np.add(A, B), fmt)
    check(np.add(array(A, fmt), 1, dtype=fmt.dtype), np.add(A, 1), fmt)
    check(np.array(A).sum(dtype=fmt), sum(A), fmt)
    check(np.ones(5, np.int64).sum(dtype=fmt), 5, fmt)


@pytest.mark.parametrize("T", [nf.posit16, nf.q15, nf.bfloat16, nf.posit64])
def test_dtype_without_a_format_among_the_operands(T: Any) -> None:
    ones, halves = np.ones(3, np.int64), np.full(3, 0.5)
    with np.errstate(all="ignore"):
        check(np.sqrt([0.25], dtype=T), [0.5], T)
        check(np.absolute(-halves, dtype=T), halves, T)
        check(np.divide(ones, 4, dtype=T), [0.25] * 3, T)
        check(np.divide(ones, np.uint64(4), dtype=T.dtype), [0.25] * 3, T)
        check(np.multiply(halves, True, dtype=T), halves, T)
        check(np.subtract(2**70 + 1, 2**70 + 1, dtype=T), 0, T)
        check(np.maximum(ones - 1, -halves, dtype=T), [0] * 3, T)
        check(np.modf([0.25], dtype=T)[0], [0.25], T)
        check(nf.fma(halves, halves, ones - 1, dtype=T), [0.25] * 3, T)
        check(np.sin(halves - 0.5, dtype=T), [0] * 3, T)
        check(nf.sinpi(halves - 0.5, dtype=T), [0] * 3, T)
        check(np.matmul(ones, halves / 4, dtype=T), 0.375, T)
        check(np.divide.accumulate([1, 2, 2], dtype=T)[0], T(1), T)
        check(np.divide.reduceat(halves, [0, 1], dtype=T)[0], 0.5, T)
        check(np.add.reduce(np.arange(3) // 2, dtype=T), T(1), T)
        check(np.add.outer([0], [0, 0], dtype=T), [[0, 0]], T)
    with pytest.raises(TypeError):
        np.gcd([4], 2, dtype=T)
    with pytest.raises(TypeError):
        np.sqrt(["a"], dtype=T)


def test_numpy_without_formats_is_as_before() -> None:
    """Type resolvers of NumPy's ufuncs are ours, and answer for formats only."""
    assert np.divide(1, 4).dtype == np.add(1, 2.0).dtype == np.float64
    assert np.sqrt(np.int8(4)).dtype == np.float16
    assert np.add(np.int8(1), np.int32(1)).dtype == np.int32
    assert np.add([1], 2, dtype=np.float32).dtype == np.float32
    assert np.add(np.datetime64(0, "D"), np.timedelta64(1, "D")).dtype == "M8[D]"
    with pytest.raises(TypeError):
        np.sqrt("a")
    with pytest.raises(TypeError):
        np.add(1, 2, dtype="V8")
