# SPDX-License-Identifier: BSD-3-Clause
"""Do quires compare by exact values with every number, and not with what is none?"""

from __future__ import annotations

import contextlib
import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import numformats as nf


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=20), st.floats())
def test_comparisons(values, other):
    q = nf.Quire(np.float64).add(np.array(values, float))
    exact = sum(map(Fraction, values), Fraction(0))
    if other == other and abs(other) != float("inf"):
        assert (q == other) == (exact == Fraction(other))
        assert (q < other) == (exact < Fraction(other))
        assert (q >= other) == (exact >= Fraction(other))
    r = nf.Quire(np.float64).add(exact.numerator % 1000)
    assert (q <= r) == (exact <= exact.numerator % 1000)
    assert bool(q) == (exact != 0)
    nar = nf.Quire(np.float64).add(np.array([np.nan]))
    assert nar < q
    assert nar == nar.copy()
    assert not q < nar


OTHERS = [
    *(2**70, -(10**5000), 10**5000, True, 0, 1.5, -0.0, math.inf, -math.inf, Fraction(3, 7)),
    *(Decimal("1.5"), Decimal("1e999999999"), Decimal("-1e-999999999"), Decimal("Infinity")),
    *(np.int8(1), np.uint64(2**64 - 1), np.float16(1.5), np.longdouble(1.5), np.True_),
    *(nf.posit64(1.5), nf.q15(0.5), nf.float8_e8m0fnu(2), nf.Posit(64, es=5)("1e400"), 1.5 + 0j),
]


def exact_order(x, y):
    """Fractions, or infinities beside them; a Decimal of a billion digits is beyond them all."""
    if isinstance(y, Decimal) and y.is_finite() and abs(y.adjusted()) > 10**6:
        y = Decimal("Infinity" if y.adjusted() > 0 else "1e-9999").copy_sign(y)
    if isinstance(y, complex):
        y = y.real
    with contextlib.suppress(OverflowError):
        y = (
            Fraction(int(y))
            if isinstance(y, (np.bool, np.integer))
            else Fraction(*y.as_integer_ratio())
        )
    y = y if isinstance(y, Fraction) else float(y)
    return (x > y) - (x < y)


@pytest.mark.parametrize("value", [0, 1.5, -3])
@pytest.mark.parametrize(
    "other",
    OTHERS,
    ids=lambda x: f"{type(x).__name__}-{str(x)[:12] if not isinstance(x, int) else x % 97}",
)
def test_comparison_with_numbers_of_every_type(value, other):
    q = nf.Quire(nf.posit32).add(value)
    order = exact_order(Fraction(value), other)
    assert (q == other, q != other) == (order == 0, order != 0)
    assert (other == q, other != q) == (order == 0, order != 0)
    if not isinstance(other, complex):
        assert (q < other, q <= other, q > other, q >= other) == (
            order < 0, order <= 0, order > 0, order >= 0,
        )  # fmt: skip
        assert (other > q, other < q) == (order < 0, order > 0)


def test_comparison_with_what_is_no_number():
    q = nf.Quire(nf.posit32)
    for other in (
        None,
        "0",
        b"0",
        object(),
        np.timedelta64(0, "s"),
        np.datetime64("2000"),
        [0],
        1j,
    ):
        assert (q == other) is False
        assert (q != other) is True
        with pytest.raises(TypeError, match="not supported"):
            q < other
    with pytest.raises(TypeError, match="unhashable"):
        hash(q)


def test_nar_is_equal_to_nan_and_below_infinity():
    q = nf.Quire(nf.posit32).add(nf.posit32("nar"))
    for nan in (math.nan, np.float32("nan"), Decimal("nan"), Decimal("snan"), nf.posit8("nar"), q):
        assert q == nan
    for number in (math.inf, -math.inf, -(10**400), nf.posit8.from_bits(0x81)):
        assert q != number
        assert q < number


def test_comparison_with_an_array_is_element_by_element():
    q = nf.Quire(nf.posit32).add(2)
    numbers = np.array([[1, 2], [3, 2]])
    assert (q == numbers).tolist() == (numbers == q).tolist() == [[False, True], [False, True]]
    assert (q < numbers).tolist() == (numbers > q).tolist() == [[False, False], [True, False]]
