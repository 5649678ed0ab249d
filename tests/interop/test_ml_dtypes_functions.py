# SPDX-License-Identifier: BSD-3-Clause
"""Do functions of this package take and give arrays of ml_dtypes, and adopt no other dtypes?"""

from __future__ import annotations

import sys
from fractions import Fraction

import ml_dtypes
import numpy as np
import pytest

import numformats as nf
from ml_dtypes_shared import VERSION, theirs
from numformats import _dtypes


def test_functions_take_and_give_arrays_of_ml_dtypes():
    a = np.array([256, 1, -256], ml_dtypes.bfloat16)
    same = a.astype(nf.bfloat16)
    for f in (nf.fsum, nf.fmean, nf.fvar, nf.norm2):
        assert f(a).dtype == a.dtype
        assert f(a) == f(same)
    for f in (nf.fdot, nf.vecdot, nf.matmul):
        assert f(a, a).dtype == a.dtype
        assert f(a, a) == f(same, same) == f(a, same)
    assert nf.fsum(a, dtype=nf.posit32) == nf.posit32(1)
    assert nf.fsum(same, dtype=ml_dtypes.bfloat16).dtype == a.dtype
    assert nf.fsum(a, accumulate="sequential") == nf.fsum(same, accumulate="sequential")
    assert nf.matmul(np.ones((2, 3), a.dtype), a).dtype == a.dtype
    out = np.zeros((), ml_dtypes.bfloat16)
    assert nf.fsum(a.astype(nf.posit16), out=out) is out
    assert out == 1
    assert nf.det2(a[0], a[1], a[1], a[0]) == nf.det2(*same[[0, 1, 1, 0]])
    assert nf.horner_exact(a, a[1]) == 1
    assert nf.Quire(ml_dtypes.bfloat16).add(a).round() == 1
    assert nf.Quire(nf.posit8).add([ml_dtypes.float8_e5m2(1.25 * 2**-13)]).value == Fraction(
        5, 2**15
    )


def test_ufuncs_of_this_package():
    a = np.array([0.25, 1, 4], ml_dtypes.bfloat16)
    assert nf.rsqrt(a).tolist() == [2, 1, 0.5]
    assert nf.fma(a, a, 1).dtype == nf.bfloat16
    assert nf.fma(a, a.astype(nf.bfloat16), a).tolist() == [0.3125, 2, 20]
    assert nf.compound(a, np.array([1, 2, 0], ml_dtypes.int4)).tolist() == [1.25, 4, 1]
    with pytest.raises(TypeError, match="did not contain a loop"):
        nf.rsqrt(np.ones(2))


def test_three_operands_of_three_packages():
    """Of ml_dtypes' classes those from 0.7 on are numbers to NumPy; a format decides in any place."""
    a = np.array([0.25, 1, 4], ml_dtypes.bfloat16)
    p = a.astype(nf.tf32)
    assert nf.fma(p, a, 1.5).dtype == nf.fma(a, 2, p).dtype == nf.tf32
    assert nf.fma(a, p, np.array([1, 2, 3], ml_dtypes.int4)).tolist() == [1.0625, 3, 19]
    assert nf.compound(p, np.array([0, -1, 2], ml_dtypes.int4)).tolist() == [1, 0.5, 25]
    assert nf.rsqrt(a, dtype=nf.posit32).dtype == nf.posit32
    clipped = np.clip(p, a[:1], 1.5)
    assert clipped.tolist() == [0.25, 1, 1.5]
    assert clipped.dtype == (nf.tf32 if VERSION >= (0, 7) else np.float32)


def test_quantize_takes_and_gives():
    a = np.array([1.1, 3], ml_dtypes.bfloat16)
    assert nf.quantize(a, nf.posit8).tolist() == a.astype(float).astype(nf.posit8).tolist()
    down = nf.quantize([1.1], ml_dtypes.float8_e4m3fn, rounding="toward_zero")
    assert down.dtype == ml_dtypes.float8_e4m3fn
    assert down.astype(float).tolist() == [1.0]
    assert nf.quantize(a[0], nf.posit64) == nf.posit64(float(a[0]))
    assert nf.quantize(np.array([-8, 7], ml_dtypes.int4), nf.posit8).tolist() == [-8, 7]


def test_codes_and_limits():
    a = np.array([1], ml_dtypes.bfloat16)
    assert nf.to_bits(a).tolist() == [0x3F80]
    assert np.shares_memory(nf.to_bits(a), a)
    assert nf.from_bits(np.array([0x3F80], np.uint16), a.dtype).dtype == a.dtype
    assert nf.finfo(a.dtype) is nf.finfo(nf.bfloat16)
    for wrong in (ml_dtypes.int4, ml_dtypes.int1):
        with pytest.raises(TypeError):
            nf.fsum(np.ones(2, wrong))
        with pytest.raises(TypeError, match="not a number format"):
            nf.finfo(wrong)


def test_only_dtypes_of_others_are_adopted():
    posit8 = _dtypes.format_bytes(nf.posit8)
    assert _dtypes.adopt([]) == []
    assert _dtypes.adopt([(theirs("bfloat16"), _dtypes.format_bytes(nf.bfloat16))]) == []  # again
    for wrong in (
        [(np.dtype("u1"), posit8)],
        [(nf.posit8.dtype, posit8)],
        [(theirs("bfloat16"), b"x")],
        [(theirs("complex32"), posit8)],
    ):
        with pytest.raises(ValueError, match="no dtype whose elements are codes"):
            _dtypes.adopt(wrong)
    for wrong in (3, [3], [(1, 2)]):
        with pytest.raises(TypeError):
            _dtypes.adopt(wrong)


def test_no_references_are_lost():
    a, p = np.ones(8, ml_dtypes.bfloat16), np.ones(8, nf.posit16)
    watched = (a.dtype, type(a.dtype), p.dtype, type(p.dtype), nf.bfloat16.dtype, np.dtype("f4"))

    def work():
        p.astype(a.dtype), a.astype(p.dtype), np.result_type(a, p), nf.fsum(a)
        a + p, p == a, nf.fma(a, a, 1), _dtypes.format_bytes(a.dtype), np.concatenate([a, p])

    for _ in range(20):
        work()
    before = [sys.getrefcount(x) for x in watched]
    for _ in range(500):
        work()
    assert [sys.getrefcount(x) for x in watched] == before
