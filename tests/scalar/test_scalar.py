# SPDX-License-Identifier: BSD-3-Clause
"""Is a scalar its exact argument rounded once, and does it behave as a Python number?"""

from __future__ import annotations

import copy
import math
import pickle
import warnings
from decimal import Decimal
from fractions import Fraction

import mpmath
import numpy as np
import pytest

import numformats as nf

NAMED = list(nf.formats().values())
WIDE = [nf.posit64, nf.takum_linear64, nf.bposit64, nf.Fixed(64, 32), nf.Float(11, 52), nf.posit32]
RUN_TIME = [nf.Posit(24, es=1), nf.Float(3, 9), nf.Fixed(20, 5), nf.TakumLinear(37)]
ALL = NAMED + RUN_TIME
by_name = pytest.mark.parametrize("T", ALL, ids=lambda T: T.__name__)
wide = pytest.mark.parametrize("T", WIDE, ids=lambda T: T.__name__)


def oracle_code(T, exact):
    return nf.oracle.for_format(T).encode(exact)


def sample_codes(T, count=200):
    bits = T.format.bits
    if bits <= 8:
        return range(1 << bits)
    rng = np.random.default_rng(bits)
    edges = [0, 1, (1 << (bits - 1)) - 1, 1 << (bits - 1), (1 << (bits - 1)) + 1, (1 << bits) - 1]
    return edges + [int(w) >> (64 - bits) for w in rng.integers(0, 2**64, count, dtype=np.uint64)]


def finite_scalars(T):
    scalars = [T.from_bits(code) for code in sample_codes(T)]
    return [x for x in scalars if np.isfinite(x)]


# ---- in: any exact number, rounded once ----------------------------------------------------------

NUMBERS = [
    3,
    -(10**40),
    2**64 + 1,
    (1 << 200) + (1 << 100) + 1,
    Fraction(1, 3),
    Fraction(-(2**70) - 1, 3**41),
    Decimal("0.1"),
    Decimal("-1.00000000000000000000000000001"),
    0.1,
    -1e300,
    5e-324,
]


@by_name
@pytest.mark.parametrize("number", NUMBERS, ids=str)
def test_python_numbers_are_rounded_once(T, number):
    with np.errstate(all="ignore"):
        assert T(number).bits == oracle_code(T, Fraction(number))


@wide
def test_a_sticky_bit_far_below_the_midpoint_decides(T):
    oracle = nf.oracle.for_format(T)
    low = T(1).bits
    middle = (oracle.decode(low) + oracle.decode(low + 1)) / 2
    for tiny in (Fraction(1, 2**300), Fraction(1, 3**200)):
        assert T(middle + tiny).bits == low + 1
        assert T(middle - tiny).bits == low
    for shift in (62, 70, 100, 300):  # an int one off a midpoint, up to 361 bits
        for step in (-1, 0, 1):
            number = int(middle * 2**shift) + step
            with np.errstate(over="ignore"):
                assert T(number).bits == oracle.encode(number)
                assert T(-number).bits == oracle.encode(-number)


def test_longdouble_is_not_read_through_double():
    third = np.longdouble(1) / 3
    numerator, denominator = third.as_integer_ratio()
    exact = Fraction(numerator, denominator)
    assert nf.posit64(third).bits == oracle_code(nf.posit64, exact)
    if np.finfo(np.longdouble).nmant > 52:
        assert nf.posit64(third) != nf.posit64(float(third))


def test_int64_is_not_read_through_double():
    big = 2**62 + 1
    assert int(nf.Fixed(64, 0)(np.int64(big))) == big
    unsigned = nf.Fixed(64, 0, signed=False)
    assert int(unsigned(np.uint64(2**64 - 1))) == int(unsigned(2**64 - 1)) == 2**64 - 1


def test_text_and_bytes():
    assert nf.posit32("0.1") == nf.posit32(Fraction(1, 10))
    assert nf.posit32(b"2.5") == 2.5
    assert nf.posit32("NaR").bits == 0x80000000
    assert nf.bfloat16("-Infinity") == -math.inf
    assert nf.posit32("\N{ARABIC-INDIC DIGIT THREE}\N{EM SPACE}") == 3
    assert str(nf.posit32("1_000.5")) == "1000.5"


@pytest.mark.parametrize("text", ["abc", "", "1e", "0x10", "--1", "1__0", "½", "\udc80"])
def test_junk_text_is_a_value_error_that_names_the_format(text):
    with pytest.raises(ValueError, match="could not convert string to posit32"):
        nf.posit32(text)


def test_mpmath_numbers():
    with mpmath.workprec(300):
        root = mpmath.sqrt(2)
    sign, man, exp, _ = root._mpf_
    exact = Fraction(int(man) * (-1) ** sign) * Fraction(2) ** exp
    assert nf.posit64(root).bits == oracle_code(nf.posit64, exact)
    assert nf.bfloat16(mpmath.mpf("-inf")) == -math.inf
    assert nf.posit32(mpmath.ldexp(1, 10**15)).bits == 0x7FFFFFFF
    assert nf.posit32(mpmath.ldexp(-1, -(10**15))).bits == 0xFFFFFFFF
    assert np.isnan(nf.posit16(mpmath.nan))


def test_specials():
    for T in (nf.posit16, nf.takum_linear16, nf.bfloat16):
        assert np.isnan(T(math.nan))
        assert np.isnan(T(Decimal("sNaN")))
    with pytest.warns(RuntimeWarning, match="invalid value encountered in cast"):
        assert np.isnan(nf.posit16(math.inf))
    assert nf.bfloat16(-0.0).bits == 0x8000
    assert nf.bfloat16(Decimal("-0")).bits == 0x8000
    assert nf.posit16(-0.0).bits == 0
    assert nf.posit16().bits == 0


def test_other_formats_and_numpy_scalars():
    assert nf.posit8(nf.posit64("1.03125")) == 1
    assert nf.posit32(np.float16(0.1)) == Fraction(float(np.float16(0.1)))
    assert nf.posit32(np.True_) == 1
    assert nf.posit32(np.array(2.5)) == 2.5
    with pytest.warns(np.exceptions.ComplexWarning):
        assert nf.posit32(np.complex128(2 + 1j)) == 2


@pytest.mark.parametrize(
    "value",
    [None, 1j, object(), np.timedelta64(3, "s"), np.datetime64("2020"), {}, np.void(b"ab"), float],
)
def test_no_number_is_a_type_error_that_names_both(value):
    with pytest.raises(TypeError, match=f"{type(value).__name__}.*posit32"):
        nf.posit32(value)


def test_a_masked_element_is_nan_with_numpys_warning():
    masked = np.ma.array(1.5, mask=True)
    for element in (np.ma.masked, masked):
        with pytest.warns(UserWarning, match="masked element to nan"):
            assert np.isnan(nf.posit32(element))
    assert nf.posit32(np.ma.array(1.5)) == 1.5


def test_arrays_and_lists_become_arrays():
    a = nf.posit16([1, 2.5])
    assert a.dtype == nf.posit16.dtype
    assert a.tolist() == [1, 2.5]
    assert nf.posit16(np.arange(3.0)).dtype == nf.posit16.dtype
    assert nf.posit16(("1", Fraction(1, 2))).tolist() == [1, 0.5]


def test_constructor_rejects_what_it_does_not_know():
    with pytest.raises(TypeError):
        nf.posit16(1, 2)
    with pytest.raises(TypeError):
        nf.posit16(x=1)
    with pytest.raises(TypeError, match="abstract"):
        type(nf.posit16(1)).__mro__[1](1)
    with pytest.raises(TypeError):
        type("Mine", (nf.posit16,), {})


# ---- bits ----------------------------------------------------------------------------------------


@by_name
def test_bits_round_trip(T):
    for code in sample_codes(T):
        x = T.from_bits(code)
        assert x.bits == code
        assert T(x).bits == code
        assert T.from_bits(np.uint64(code)).bits == code


def test_from_bits_checks_the_range():
    with pytest.raises(ValueError, match="65536 is not a code of posit16: allowed are 0 to 65535"):
        nf.posit16.from_bits(65536)
    with pytest.raises(ValueError, match="-1 is not a code"):
        nf.posit64.from_bits(-1)
    with pytest.raises(ValueError, match=str(2**64)):
        nf.posit64.from_bits(2**64)
    assert nf.posit64.from_bits(2**64 - 1).bits == 2**64 - 1
    with pytest.raises(TypeError):
        nf.posit16.from_bits(1.5)
    with pytest.raises(ValueError, match="not a code"):
        nf.tf32.from_bits(1 << 19)


# ---- out: exact ----------------------------------------------------------------------------------


@by_name
def test_ratio_int_hash_and_float_are_exact(T):
    oracle = nf.oracle.for_format(T)
    for x in finite_scalars(T):
        exact = oracle.decode(x.bits)
        exact = exact if isinstance(exact, Fraction) else Fraction(0)
        assert x.as_integer_ratio() == (exact.numerator, exact.denominator)
        assert hash(x) == hash(exact)
        assert (int(x), math.floor(x), math.ceil(x)) == (
            math.trunc(exact),
            math.floor(exact),
            math.ceil(exact),
        )
        assert round(x) == round(exact)
        assert float(x) == float(exact)
        assert x.is_integer() == (exact.denominator == 1)
        assert bool(x) == bool(exact)
        assert complex(x) == float(exact)


def test_specials_are_no_ratios_and_no_integers():
    for x in (nf.bfloat16("inf"), nf.bfloat16("-inf")):
        for function in (int, math.floor, round, lambda y: y.as_integer_ratio()):
            with pytest.raises(OverflowError, match="bfloat16"):
                function(x)
        assert hash(x) == hash(float(x))
        assert not x.is_integer()
    with pytest.raises(ValueError, match="posit32 NaN"):
        int(nf.posit32("nar"))
    assert hash(nf.posit32("nar")) == hash(nf.posit32(math.nan))


@by_name
def test_text_reads_back(T):
    for code in sample_codes(T):
        x = T.from_bits(code)
        with np.errstate(all="ignore"):
            again = T(str(x))
        assert again.bits == code or (np.isnan(x) and np.isnan(again))
        assert repr(x) == f"{T.__name__}({x})"
        assert len(str(x)) <= 32


# ---- pickle, copy, class -------------------------------------------------------------------------


@by_name
@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickle(T, protocol):
    x = T.from_bits(5)
    again = pickle.loads(pickle.dumps(x, protocol))
    assert (type(again), again.bits) == (T, 5)
    assert pickle.loads(pickle.dumps(T, protocol)) is T
    assert copy.deepcopy(x).bits == copy.copy(x).bits == 5


@by_name
def test_class_attributes(T):
    assert T.dtype == np.dtype(T)
    assert T(0.5).dtype == T.dtype
    assert T.dtype.type is T
    assert T(0.5).format == T.format
    assert T.__module__ == "numformats"
    x = T(0.5)
    assert x.real is x
    assert x.conjugate() is x
    with np.errstate(all="ignore"):
        assert x.imag == T(0) or np.isnan(T(0))
    assert (x.shape, x.ndim, x.size, x.itemsize) == ((), 0, 1, T.dtype.itemsize)
    assert isinstance(x, np.number)
    assert isinstance(x.item(), T)


def test_no_warning_escapes_from_plain_use():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert nf.posit32(0.1) + nf.posit32(0.2) == nf.posit32(0.3)
