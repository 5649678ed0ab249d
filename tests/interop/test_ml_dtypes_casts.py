# SPDX-License-Identifier: BSD-3-Clause
"""Do arrays and scalars of ml_dtypes and of formats become each other exactly?"""

from __future__ import annotations

import functools
from fractions import Fraction

import ml_dtypes
import numpy as np
import pytest

import numformats as nf
from ml_dtypes_shared import FLOATS, INTEGERS, LATE, SHARED, ours, theirs

# Formats of every family, and the smallest ones.
OTHERS = [
    *(nf.posit8, nf.posit16, nf.posit64, nf.bposit16q, nf.takum_linear16, nf.binary16, nf.mlu32),
    *(nf.bfloat16, nf.float8_e4m3fn, nf.float8_e8m0fnu, nf.float4_e2m1fn, nf.q7, nf.q31, LATE),
    *(nf.Fixed(8, -2, signed=False), nf.Fixed(5, 1, overflow="wrap"), nf.Posit(2), nf.P3109(4, 1)),
]


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
