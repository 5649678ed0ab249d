# SPDX-License-Identifier: BSD-3-Clause
"""Do scalars compare by exact values with every number, and with Python floats as literals?"""

from __future__ import annotations

import bisect
import itertools
import math
import operator
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from scalar_formats import FORMATS, by_format, operands

COMPARISONS = [operator.lt, operator.le, operator.eq, operator.ne, operator.gt, operator.ge]
STRANGERS = [
    *(0, 1, -1, 3, 255, 2**53 + 1, -(2**63), 2**64 + 1, 10**400, -(10**5000), True),
    *(Fraction(1, 3), Fraction(-7, 1 << 80), Fraction(10**40, 3), Decimal("0.1"), Decimal(-2)),
    *(np.float16(0.1), np.float32(0.1), np.float64(0.1), np.float64(5e-324), np.longdouble(0.1)),
    *(np.int8(-3), np.uint64(2**64 - 1), np.int64(2), np.True_, nf.posit64("0.1"), nf.q31(0.1)),
    *(nf.takum_linear32(-3), nf.float8_e5m2(0.1), nf.Posit(64, es=5)("-1e300")),
]


def exact(x):
    """The exact value; NaN as None."""
    if isinstance(x, (bool, int, np.integer, np.bool)):
        return Fraction(int(x))
    try:
        return Fraction(*x.as_integer_ratio())
    except OverflowError:
        return float(x)
    except ValueError:
        return None


def ordered(x, y):
    return (x > y) - (x < y)


@by_format
def test_strangers_compare_exactly(T):
    for x, y in itertools.product(operands(T, 15), STRANGERS):
        if exact(x) is None:
            continue
        order = ordered(exact(x), exact(y))
        for compare in COMPARISONS:
            assert compare(x, y) == compare(order, 0), (x, y)
            if type(y).__module__ != "numpy":
                assert compare(y, x) == compare(0, order), (y, x)


@by_format
def test_a_python_float_is_a_literal_inside_the_range_and_exact_outside(T):
    info = nf.finfo(T)
    lowest, largest = exact(info.lowest), exact(info.maxpos)
    literals = [0.1, -0.1, 1e-300, 0.0, -0.0, 1.1, -2.6, 3.3, 1e5, -1e30, 1e300, 5e-324]
    literals += [float(info.maxpos) * s for s in (1, 0.999, 1.001, -1.001, 1.5, -1.5)]
    literals += [math.inf, -math.inf]
    for x, y in itertools.product(operands(T, 10), literals):
        if exact(x) is None:
            continue
        inside = math.isfinite(y) and lowest <= Fraction(y) <= largest
        with np.errstate(all="ignore"):
            stands_for = exact(T(y)) if inside and y != 0 else exact(y)
        order = ordered(exact(x), stands_for)
        for compare in COMPARISONS:
            assert compare(x, y) == compare(order, 0), (x, y)
            assert compare(y, x) == compare(0, order), (y, x)


def test_as_numpys_float32():
    assert nf.posit16(0.1) == 0.1
    assert nf.posit16(0.1) != np.float64(0.1)
    assert hash(nf.posit16(0.1)) != hash(0.1)
    assert hash(nf.posit16(0.5)) == hash(0.5)
    assert [nf.posit16(0.1)] == [0.1]
    assert {nf.posit16(0.1)} != {0.1}


def test_the_ends_of_the_range():
    e4m3fn, q = nf.float8_e4m3fn, nf.q15
    assert e4m3fn(448) < 500.0
    assert e4m3fn(448) < 450.0  # which rounds to 448, but lies outside
    assert e4m3fn(448) != 448.1
    assert q("0.99997") < 1
    assert q("0.99997") < 1.0
    assert nf.float8_e8m0fnu.from_bits(0) > 0
    assert nf.float8_e8m0fnu.from_bits(0) > 0.0
    assert nf.Float(4, 3, signed=False)(0) > -1e-9
    assert nf.Fixed(8, 0, overflow="wrap")(44) != 300.0
    assert nf.posit16(5) < np.inf
    assert nf.posit16(5) > -math.inf


def test_a_stochastic_format_rounds_no_literal_at_random():
    T = nf.Float(4, 3, rounding="stochastic")
    x = T.from_bits(nf.Float(4, 3)(1.1).bits)
    nf.seed(0)
    assert all(x == 1.1 for _ in range(100))
    drawn = T(1) / 3
    nf.seed(0)
    assert T(1) / 3 == drawn


NANS = [math.nan, np.float32("nan"), np.float64("nan"), nf.bfloat16("nan"), nf.posit8("nar")]


def test_nan_and_nar():
    nar, nan = nf.posit16("nar"), nf.bfloat16("nan")
    assert nar == nf.posit8("nar")
    assert nar == math.nan
    assert nar != np.float64("nan")
    for y in (*NANS, 1, 1.0, np.int64(1), math.inf, Fraction(1, 3)):
        assert not nan == y
        assert nan != y
        assert not any(compare(nan, y) for compare in (operator.lt, operator.le, operator.ge))
    for y in (1, 1.0, math.inf, -math.inf, np.int64(-5), nf.posit8(-3), Fraction(1, 3), 10**400):
        assert nar < y
        assert isinstance(y, np.integer) or y > nar
        assert nar != y
    for y in (np.float64(1), nf.bfloat16(1), np.float64(-np.inf)):  # they meet as floats
        assert not nar < y
        assert not nar >= y
        assert nar != y
    for x, y in itertools.product([nar, nan, *NANS], [math.inf, -math.inf, np.float32("inf")]):
        assert x != y


def test_what_is_no_number():
    x = nf.posit16(1)
    for y in (None, "1", b"1", object()):
        assert not x == y
        assert x != y
        with pytest.raises(TypeError, match="not supported"):
            x < y
    assert not x == 1j
    assert x == 1 + 0j


def test_pythons_own_searches():
    a = [nf.posit16(x) for x in (3, 1, 0.1)]
    assert sorted([*a, 2, 0.5]) == [0.1, 0.5, 1, 2, 3]
    assert (max(a), min(*a, 2)) == (3, 0.1)
    assert bisect.bisect_left(sorted(a), 0.1) == 0
    assert a.index(0.1) == 2
    assert math.isclose(nf.posit32(0.5), 0.5)
    assert FORMATS
