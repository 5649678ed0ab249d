# SPDX-License-Identifier: BSD-3-Clause
"""Do arrays and scalars of ml_dtypes and of formats become each other exactly, and meet?"""

from __future__ import annotations

import functools
import sys
from fractions import Fraction

import ml_dtypes
import numpy as np
import pytest

import numformats as nf
from numformats import _dtypes

FLOATS = [name for name in nf.formats() if hasattr(ml_dtypes, name)]
INTEGERS = {"int2": (2, True), "uint2": (2, False), "int4": (4, True), "uint4": (4, False)}
SHARED = [*FLOATS, *INTEGERS]
# A format made after ml_dtypes was adopted, formats of every family, and the smallest ones.
LATE = nf.Posit(22, es=1)
OTHERS = [
    *(nf.posit8, nf.posit16, nf.posit64, nf.bposit16q, nf.takum_linear16, nf.binary16, nf.mlu32),
    *(nf.bfloat16, nf.float8_e4m3fn, nf.float8_e8m0fnu, nf.float4_e2m1fn, nf.q7, nf.q31, LATE),
    *(nf.Fixed(8, -2, signed=False), nf.Fixed(5, 1, overflow="wrap"), nf.Posit(2), nf.P3109(4, 1)),
]


def theirs(name):
    return np.dtype(getattr(ml_dtypes, name))


def ours(name):
    if name in INTEGERS:
        bits, signed = INTEGERS[name]
        return nf.Fixed(bits, 0, signed=signed)
    return nf.formats()[name]


def all_codes(name):
    return np.arange(1 << ours(name).format.bits).astype(f"u{theirs(name).itemsize}")


def values_of(T):
    """Every code of a format of up to 16 bits; of wider ones the ends and some between."""
    bits, size = T.format.bits, T.format.storage_bytes
    if bits <= 16:
        return nf.from_bits(np.arange(1 << bits).astype(f"u{size}"), T)
    rng = np.random.default_rng(bits)
    some = rng.integers(0, 1 << bits, 2000, np.uint64)
    with np.errstate(all="ignore"):
        near = (np.arange(-40.0, 41.0) / 4).astype(T)
        scaled = np.ldexp(1.0, np.arange(-140, 140)).astype(T)
    return np.concatenate([nf.from_bits(some.astype(f"u{size}"), T), near, scaled])


def key(x):
    """The exact value, a NaN being one value, and the zeros one."""
    if np.isnan(x):
        return "nan"
    return float(x) if np.isinf(x) else Fraction(*x.as_integer_ratio())


@functools.cache
def keys(T):
    return {key(x) for x in values_of(T)}


def flags_of(call):
    """The result and the kinds of warnings of NumPy's error state."""
    seen = []
    with np.errstate(all="call", call=lambda kind, _: seen.append(kind)):
        result = call()
    return result, sorted(set(seen))


def assert_same(got, want):
    """Equal codes; but of the NaNs of one format, which astype copies, any."""
    both_nan = np.isnan(got) & np.isnan(want)
    assert np.array_equal(nf.to_bits(got)[~both_nan], nf.to_bits(want)[~both_nan])


# ---- casts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FLOATS)
def test_codes_are_kept_both_ways(name):
    """Those of NaNs become the canonical one, as in every conversion."""
    codes = all_codes(name)
    mine, foreign = nf.from_bits(codes, ours(name)), codes.view(theirs(name))
    number = ~np.isnan(mine)
    for made in (foreign.astype(ours(name)), mine.astype(theirs(name))):
        assert np.array_equal(made.view(codes.dtype)[number], codes[number])
        assert np.isnan(made.astype(float)[~number]).all()


@pytest.mark.parametrize("T", OTHERS, ids=str)
@pytest.mark.parametrize("name", FLOATS)
def test_casts_are_those_of_the_format_of_this_name(name, T):
    codes = all_codes(name)
    got, flags = flags_of(lambda: codes.view(theirs(name)).astype(T))
    want, wanted = flags_of(lambda: nf.from_bits(codes, ours(name)).astype(T))
    assert_same(got, want)
    assert flags == wanted
    source = values_of(T)
    got, flags = flags_of(lambda: source.astype(theirs(name)).view(codes.dtype))
    want, wanted = flags_of(lambda: source.astype(ours(name)))
    assert_same(nf.from_bits(got, ours(name)), want)
    assert flags == wanted


@pytest.mark.parametrize("T", OTHERS, ids=str)
@pytest.mark.parametrize("name", INTEGERS)
def test_integers_cast_as_those_of_numpy(name, T):
    """Out of ml_dtypes exactly; into it toward zero, what is out of range as the top bit alone."""
    bits, signed = INTEGERS[name]
    whole = np.arange(-(1 << (bits - 1)), 1 << (bits - 1)) if signed else np.arange(1 << bits)
    got, flags = flags_of(lambda: whole.astype(theirs(name)).astype(T))
    want, wanted = flags_of(lambda: whole.astype(np.int8).astype(T))
    assert np.array_equal(nf.to_bits(got), nf.to_bits(want))
    assert flags == wanted
    source = values_of(T)
    bound, bad = (1 << (bits - signed), -(1 << (bits - 1)) if signed else 1 << (bits - 1))
    with np.errstate(all="ignore"):
        got = source.astype(theirs(name)).astype(np.int8)
        finite = np.isfinite(source)
        want = np.full(len(source), bad)
        for i in np.flatnonzero(finite):
            n = int(source[i])
            if -signed * bound <= n < bound:
                want[i] = n
    assert np.array_equal(got, want)


@pytest.mark.parametrize("T", OTHERS, ids=str)
@pytest.mark.parametrize("name", SHARED)
def test_a_cast_is_safe_exactly_when_it_loses_nothing(name, T):
    mine = nf.from_bits(all_codes(name), ours(name))
    there = [key(x) for x in mine]
    if T.format.bits <= 16:
        here = keys(T)
        assert np.can_cast(theirs(name), T) == (set(there) <= here)
        assert np.can_cast(T, theirs(name)) == (here <= set(there))
    else:
        with np.errstate(all="ignore"):
            back = [key(x) for x in mine.astype(T)]
        assert np.can_cast(theirs(name), T) == (back == there)
    assert np.can_cast(theirs(name), T, "same_kind")
    assert np.can_cast(T, theirs(name), "same_kind") == (
        name in FLOATS or np.can_cast(T, theirs(name))
    )


@pytest.mark.parametrize("name", SHARED)
def test_every_way_of_assigning(name):
    one, dtype = np.ones(3, nf.posit32), theirs(name)
    assert np.asarray(one, dtype=dtype).dtype == dtype
    x, y = np.full(4, 0.5, nf.posit32), np.full(4, 2).astype(dtype)
    x[1], x[2:] = y.dtype.type(1), np.ones(2, dtype)
    y[1], y[2:] = one[0], one[:2]
    assert x.tolist() == [0.5, 1, 1, 1]
    assert y.astype(float).tolist() == np.array([2, 1, 1, 1]).astype(dtype).astype(float).tolist()
    assert np.asarray(np.ones(2, dtype), dtype=nf.posit32).tolist() == [1, 1]
    assert np.array([dtype.type(1)] * 2, dtype=nf.posit32).tolist() == [1, 1]
    assert np.array([one[0]] * 2, dtype=dtype).dtype == dtype
    assert nf.posit32(dtype.type(1)) == 1
    made = nf.posit32(np.ones((2, 2), dtype))
    assert made.dtype == nf.posit32
    assert (made == 1).all()


def test_strided_unaligned_and_empty_arrays():
    a = np.arange(20).astype(ml_dtypes.bfloat16)[::3]
    assert a.astype(nf.posit16).tolist() == list(range(0, 20, 3))
    raw = np.zeros(9, np.uint8)
    odd = raw[1:].view(ml_dtypes.bfloat16)
    odd[:] = np.array([1.5, 2, 3, 4], nf.posit16)
    assert odd.astype(nf.takum_linear32).tolist() == [1.5, 2, 3, 4]
    assert np.zeros((0, 3), ml_dtypes.int4).astype(nf.q15).shape == (0, 3)
    big = np.ones(200_000, ml_dtypes.float8_e4m3fn)  # pieces of several threads
    assert (big.astype(nf.posit16) == 1).all()


def test_flags_of_casts():
    with pytest.warns(RuntimeWarning, match="overflow"):
        assert np.isinf(np.array([1e30], nf.posit32).astype(ml_dtypes.float8_e5m2)).all()
    with pytest.warns(RuntimeWarning, match="invalid"):
        np.array([np.nan], nf.posit32).astype(ml_dtypes.int4)
    with np.errstate(over="raise"), pytest.raises(FloatingPointError):
        np.array([1e30], nf.posit32).astype(ml_dtypes.float8_e5m2)


def test_same_value():
    p = np.array([1.5, 2], nf.posit16)
    assert p.astype(ml_dtypes.bfloat16, casting="same_value").astype(float).tolist() == [1.5, 2]
    with pytest.raises(ValueError, match="same_value"):
        p.astype(ml_dtypes.int4, casting="same_value")
    with pytest.raises(ValueError, match="same_value"):
        np.array([257], ml_dtypes.bfloat16).astype(nf.q15, casting="same_value")


# ---- promotion -----------------------------------------------------------------------------------


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


# ---- the functions of this package ---------------------------------------------------------------


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


# ---- adoption ------------------------------------------------------------------------------------


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
