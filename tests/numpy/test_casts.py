# SPDX-License-Identifier: BSD-3-Clause
"""Does every cast round the exact value once, and does it say how safe it is?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf

NAMED = list(nf.formats().values())
by_name = pytest.mark.parametrize("T", NAMED, ids=lambda T: T.__name__)
SAMPLE = [nf.posit8, nf.posit32, nf.posit64, nf.takum_linear64, nf.bfloat16, nf.binary64, nf.q31]
INTEGERS = ["b", "B", "h", "H", "i", "I", "l", "L", "q", "Q"]
FLOATS = ["e", "f", "d", "g"]
LONG = np.finfo(np.longdouble)


def codes(a):
    return [int(word) for word in nf.to_bits(a)]


def all_codes(T, count=300):
    bits = T.format.bits
    if bits <= 8:
        words = np.arange(1 << bits, dtype=np.uint64)
    else:
        edges = [0, 1, 2**bits - 1, 2 ** (bits - 1), 2 ** (bits - 1) - 1, 2 ** (bits - 1) + 1]
        rng = np.random.default_rng(bits).integers(0, 2**64, count, dtype=np.uint64)
        words = np.array([*edges, *(rng >> np.uint64(64 - bits))], dtype=np.uint64)
    return nf.from_bits(words.astype(f"u{T.dtype.itemsize}"), T)


def exact_values(oracle, array):
    return [oracle.decode(code) for code in codes(array)]


# ---- integers ------------------------------------------------------------------------------------


@by_name
@pytest.mark.parametrize("code", INTEGERS)
def test_integers_are_rounded_once(T, code):
    info = np.iinfo(code)
    numbers = {info.min, info.max, info.max - 1, 0, 1, 2, 3, 5, 100, info.max // 3, info.min // 3}
    numbers |= {info.max // 2 + 1 + k for k in (-2, -1, 0, 1, 2)}  # 2^62 + 1 is no double
    source = np.array(sorted(numbers), dtype=code)
    oracle = nf.oracle.for_format(T)
    with np.errstate(all="ignore"):
        assert codes(source.astype(T)) == [oracle.encode(int(n)) for n in source]


@by_name
@pytest.mark.parametrize("code", INTEGERS)
def test_to_integers_truncates(T, code):
    info = np.iinfo(code)
    source = all_codes(T)
    with np.errstate(all="ignore"):
        result = source.astype(code)
    lowest_if_bad = info.min or 1 << (info.bits - 1)
    for value, n in zip(exact_values(nf.oracle.for_format(T), source), result, strict=True):
        whole = int(value) if isinstance(value, Fraction) else 0
        inside = isinstance(value, Fraction) and info.min <= whole <= info.max
        if inside or value is nf.oracle.Special.NEG_ZERO:
            assert int(n) == whole
        else:
            assert int(n) == lowest_if_bad


def test_an_integer_that_is_not_there_is_invalid():
    with np.errstate(invalid="raise"):
        for bad in ("nan", 1e30):
            with pytest.raises(FloatingPointError):
                nf.posit32([bad]).astype(np.int64)
        assert nf.posit32([-1.9]).astype(np.int8)[0] == -1


@by_name
def test_bool(T):
    with np.errstate(all="ignore"):
        assert codes(np.array([True, False]).astype(T)) == [T(1).bits, T(0).bits]
    source = all_codes(T)
    values = exact_values(nf.oracle.for_format(T), source)
    truth = [v is not nf.oracle.Special.NEG_ZERO and v != 0 for v in values]
    assert source.astype(bool).tolist() == truth


# ---- floats --------------------------------------------------------------------------------------


@by_name
@pytest.mark.parametrize("code", FLOATS)
def test_from_floats(T, code):
    oracle = nf.oracle.for_format(T)
    info = np.finfo(code)
    kind = np.dtype(code).type
    source = [0, -0.0, 1, 1.5, -3.75, 0.1, info.max, -info.max, info.tiny, info.smallest_subnormal]
    source += [1 + info.eps, 1 - info.eps, np.inf, -np.inf, np.nan, 1e-3, 12345]
    source = np.array(source, dtype=code)
    with np.errstate(all="ignore"):
        one = T(1).bits
        for low in (one, one - 1, one + 1):  # next to the midpoint: an ulp of the source decides
            ends = [oracle.decode(c & (2**T.format.bits - 1)) for c in (low, low + 1)]
            middle = sum(ends) / 2 if all(isinstance(v, Fraction) for v in ends) else Fraction(1)
            near = kind(middle.numerator) / kind(middle.denominator)
            around = [near, np.nextafter(near, kind(0)), np.nextafter(near, kind(9))]
            source = np.append(source, around)
        result = source.astype(T)
    for x, bits in zip(source, codes(result), strict=True):
        exact = Fraction(*x.as_integer_ratio()) if np.isfinite(x) and x != 0 else float(x)
        assert bits == oracle.encode(exact)


@by_name
def test_to_double_is_one_rounding(T):
    source = all_codes(T)
    with np.errstate(over="ignore"):
        result = source.astype(np.float64)
        single = source.astype(np.float32)
    binary32 = nf.oracle.for_format(nf.binary32)
    for value, x, y in zip(
        exact_values(nf.oracle.for_format(T), source), result, single, strict=True
    ):
        if isinstance(value, Fraction):
            assert float(value) == x
            assert binary32.encode(value) & 0x7FFFFFFF == abs(y).view(np.uint32)


@by_name
def test_longdouble_round_trip(T):
    source = all_codes(T)
    wide = source.astype(np.longdouble)
    back = wide.astype(T)
    same = nf.to_bits(source) == nf.to_bits(back)
    assert (same | np.isnan(source)).all() or LONG.nmant <= 52
    for value, x in zip(exact_values(nf.oracle.for_format(T), source), wide, strict=True):
        if isinstance(value, Fraction) and LONG.nmant > 62:
            assert Fraction(*x.as_integer_ratio()) == value


def test_longdouble_is_rounded_to_its_own_subnormals():
    T = nf.Float(15, 40, bias=16383 + 60)
    if LONG.nmant != 63:
        pytest.skip("this machine's long double is not the 80-bit one")
    quantum = Fraction(1, 2**16445)
    values = [
        quantum / 2,
        quantum / 2 * (1 + Fraction(1, 2**30)),
        quantum * Fraction(3, 2),
        quantum,
    ]
    expected = [0, 1, 2, 1]
    wide = T(values).astype(np.longdouble)
    assert [Fraction(*x.as_integer_ratio()) / quantum for x in wide] == expected
    huge = nf.Float(15, 40, bias=16000)("1e4990")
    with np.errstate(over="ignore"):
        assert nf.from_bits(np.array([huge.bits], "u8"), type(huge)).astype(np.longdouble) == np.inf


def test_complex():
    a = nf.posit32([1.5, -2])
    for code in "FDG":
        z = a.astype(code)
        z.imag = 7
        z[:] = a
        assert z.tolist() == [1.5, -2]
        assert (z.imag == 0).all()
        with pytest.warns(np.exceptions.ComplexWarning):
            assert (z + 1j).astype(nf.posit32).tolist() == a.tolist()


# ---- between formats -----------------------------------------------------------------------------


@pytest.mark.parametrize("T", SAMPLE, ids=lambda T: T.__name__)
@pytest.mark.parametrize("S", NAMED, ids=lambda S: S.__name__)
def test_between_formats(S, T):
    if S is T:
        pytest.skip("not a cast: the codes are copied, NaN payloads and all")
    source = all_codes(S, 60)
    oracle = nf.oracle.for_format(T)
    with np.errstate(all="ignore"):
        result = source.astype(T)
    expected = [oracle.cast_from(nf.oracle.for_format(S), code) for code in codes(source)]
    assert codes(result) == expected


ENUMERABLE = [S for S in NAMED if S.format.bits <= 16]


@pytest.mark.parametrize("S", ENUMERABLE[::2], ids=lambda S: S.__name__)
@by_name
def test_safe_is_exactly_lossless(S, T):
    words = np.arange(1 << S.format.bits).astype(f"u{S.dtype.itemsize}")
    source = nf.from_bits(words, S)
    with np.errstate(all="ignore"):
        back = source.astype(T).astype(S)
        same = (nf.to_bits(source) == nf.to_bits(back)) | np.isnan(source) & np.isnan(back)
        same |= (source == 0) & (back == 0)  # -0 may become 0
        same &= np.isinf(source) == np.isinf(source.astype(T))
    lossless = bool(same.all())
    assert np.can_cast(S.dtype, T.dtype) == lossless
    assert np.can_cast(S.dtype, T.dtype, "same_kind")


@pytest.mark.parametrize(
    ("source", "target", "level"),
    [
        (np.int8, nf.posit32, "safe"),
        (np.int32, nf.posit32, "same_kind"),
        (nf.posit32, np.float64, "safe"),
        (nf.posit64, np.float64, "same_kind"),
        (nf.posit64, np.int64, "unsafe"),
        (nf.posit8, bool, "unsafe"),
        (bool, nf.posit8, "safe"),
        (bool, nf.q15, "same_kind"),
        (nf.posit32, np.complex128, "safe"),
        (np.complex64, nf.posit32, "unsafe"),
        ("U5", nf.posit32, "unsafe"),
        (nf.posit32, "U40", "safe"),
        (nf.posit32, "S5", "same_kind"),
        (nf.Fixed(8, 0), np.int16, "safe"),
        (nf.posit64, np.longdouble, "safe" if LONG.nmant >= 63 else "same_kind"),
        (nf.Float(15, 40, bias=20000), np.longdouble, "same_kind"),
        (np.longdouble, nf.posit64, "same_kind"),
    ],
    ids=str,
)
def test_casting_levels(source, target, level):
    levels = ["no", "equiv", "safe", "same_kind", "unsafe"]
    source, target = np.dtype(source), np.dtype(target)
    for name in levels:
        assert np.can_cast(source, target, name) == (levels.index(name) >= levels.index(level))


@pytest.mark.parametrize(
    ("good", "bad", "source", "target"),
    [
        ([0.5, np.nan, -0.0], [0.1], np.float64, nf.posit32),
        ([1.5], [nf.posit32(0.1)], nf.posit32, np.float16),
        ([1, -2], [1.5], nf.posit32, np.int8),
        ([1, 0], [2], nf.posit32, bool),
        ([2**50], [2**62 + 1], np.int64, nf.posit64),
        ([1.5], [nf.posit64(0.1)], nf.posit64, nf.posit16),
        ([1.5], [nf.posit64(0.1)], nf.posit64, np.complex64),
        ([True, False], [True], bool, nf.q15),
        ([0.25], [np.longdouble(1) / 3], np.longdouble, nf.takum_linear64),
        ([0.1], None, nf.posit32, nf.posit32),
    ],
    ids=str,
)
def test_same_value_casts_keep_every_value(good, bad, source, target):
    kept = good if target is not nf.q15 else [False]
    before = np.array(kept, dtype=source)
    after = before.astype(target, casting="same_value")
    np.testing.assert_array_equal(after.real.astype(source), before)
    if bad is not None:
        with np.errstate(all="ignore"), pytest.raises(ValueError, match="same_value"):
            np.array(bad, dtype=source).astype(target, casting="same_value")
