# SPDX-License-Identifier: BSD-3-Clause
"""Do scalar operators, comparisons and formatting decide on exact values?"""

from __future__ import annotations

import math
import operator
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from helpers import OPERATORS
from numformats import _digits

FORMATS = [nf.posit8, nf.posit32, nf.posit64, nf.takum_linear16, nf.bfloat16, nf.mlu32, nf.q15]
by_format = pytest.mark.parametrize("T", FORMATS, ids=lambda T: T.__name__)


def random_pairs(T, count=100):
    rng = np.random.default_rng(T.format.bits)
    words = rng.integers(0, 2**64, (count, 2), dtype=np.uint64)
    shift = 64 - T.format.bits
    return [(T.from_bits(int(a) >> shift), T.from_bits(int(b) >> shift)) for a, b in words]


@by_format
@pytest.mark.parametrize("name", OPERATORS)
def test_operators_agree_with_the_oracle(T, name):
    oracle = nf.oracle.for_format(T)
    with np.errstate(all="ignore"):
        for a, b in random_pairs(T):
            result = OPERATORS[name](a, b)
            assert type(result) is T
            assert result.bits == getattr(oracle, name)(a.bits, b.bits)


@by_format
def test_unary_divmod_and_power(T):
    oracle = nf.oracle.for_format(T)
    with np.errstate(all="ignore"):
        for a, b in random_pairs(T, 40):
            assert tuple(x.bits for x in divmod(a, b)) == oracle.divmod(a.bits, b.bits)
            assert (-a).bits == oracle.neg(a.bits)
            assert abs(a).bits == oracle.abs(a.bits)
            assert (+a).bits == a.bits or np.isnan(a)
            for k in (-64, -3, 0, 1, 2, 7, 64):
                assert (a**k).bits == oracle.powi(a.bits, k)


@by_format
def test_python_numbers_are_weak(T):
    x = T(0.25)
    for other in (0.5, Fraction(1, 2), Decimal("0.5")):
        for result in (x + other, other + x):
            assert type(result) is T
            assert result == 0.75
    assert type(x + 0) is type(0 + x) is type(False + x) is T
    assert x - 0 == 0.25
    assert 0 - x == -0.25


def test_a_weak_number_is_rounded_before_the_operation():
    assert nf.posit8(1) + Fraction(1, 3) == nf.posit8(1) + nf.posit8(Fraction(1, 3))


def test_arrays_and_other_types():
    x = nf.posit32(2)
    a = np.array([1, 2], dtype=nf.posit32)
    assert (x * a).tolist() == (a * x).tolist() == [2, 4]
    assert (x * a).dtype == nf.posit32.dtype
    assert (nf.posit16(1.5) + nf.posit32(1)) == 2.5
    assert type(nf.posit16(1.5) + nf.posit32(1)) is nf.posit32
    assert type(x + np.float64(1)) is np.float64
    assert type(np.float64(1) + x) is np.float64
    assert type(x + 1j) is np.complex128
    for bad in (None, object(), "1"):
        with pytest.raises(TypeError):
            x + bad
        with pytest.raises(TypeError):
            bad + x
        with pytest.raises(TypeError):
            x**bad
    with pytest.raises(TypeError):
        pow(x, 2, 3)


def test_an_operand_that_knows_us_is_asked():
    class Left:
        def __radd__(self, other):
            return ("radd", other)

        __array_ufunc__ = None

    x = nf.posit32(1)
    assert x + Left() == ("radd", x)

    class Plain:
        def __rmul__(self, other):
            return "rmul"

    assert x * Plain() == "rmul"


def test_flags_are_judged_by_errstate():
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError, match="scalar divide"):
        nf.posit32(1) / nf.posit32(0)
    with np.errstate(invalid="raise"), pytest.raises(FloatingPointError, match="invalid"):
        nf.bfloat16(0) / 0
    with pytest.warns(RuntimeWarning, match="overflow"):
        nf.q15(0.9) + nf.q15(0.9)
    with np.errstate(over="raise"), pytest.raises(FloatingPointError, match="overflow.*cast"):
        nf.binary16(1e6)
    with np.errstate(over="raise"), pytest.raises(FloatingPointError, match="overflow.*cast"):
        nf.q15(0.25) * 2.0  # a Python float is rounded first
    with np.errstate(all="raise"):
        assert nf.posit8(1e30) == nf.posit8.from_bits(0x7F)


# ---- comparisons ---------------------------------------------------------------------------------

COMPARISONS = [operator.lt, operator.le, operator.eq, operator.ne, operator.gt, operator.ge]


@by_format
def test_comparisons_are_by_exact_value(T):
    oracle = nf.oracle.for_format(T)
    for a, b in random_pairs(T, 60):
        values = [oracle.decode(x.bits) for x in (a, b)]
        if not all(isinstance(v, Fraction) for v in values):
            continue
        x, y = values
        near = [y, x + Fraction(1, 3**300), x - Fraction(1, 2**999), x, int(y), float(x)]
        for compare in COMPARISONS:
            assert compare(a, b) == compare(x, y)
            for number in near:
                assert compare(a, number) == compare(x, number)
                assert compare(number, a) == compare(number, x)


def test_comparisons_across_formats_and_numpy_scalars():
    assert nf.posit32(0.1) != nf.posit64(0.1)
    assert nf.posit64(0.1) > np.float32(0.1) or nf.posit64(0.1) < np.float32(0.1)
    assert nf.posit16(0.5) == nf.q15(0.5) == np.float16(0.5)
    big = nf.Fixed(64, 0)(2**62 + 1)
    assert big == np.int64(2**62 + 1)
    assert big != float(2**62)
    assert big > 2.0**62
    assert nf.posit32(3) < 10**400
    assert nf.posit32(3) > -(10**400)
    assert nf.posit32(3) < math.inf


def test_not_a_number_in_comparisons():
    nar = nf.posit32("nar")
    assert nar == nf.posit32(math.nan)
    assert nar == nf.posit16(math.nan)
    python_nan = float("nan")
    assert nar == python_nan
    assert nar < -(10**400)
    assert not nar > nf.posit32(-1)
    nan = nf.bfloat16(math.nan)
    for other in (nan, 1, math.nan, nf.binary16(1), np.float64(1), nf.posit16(1)):
        assert [compare(nan, other) for compare in COMPARISONS] == [0, 0, 0, 1, 0, 0]
    assert nar != np.float64(math.nan)


def test_comparison_with_what_is_no_number():
    x = nf.posit32(1)
    assert x != "1"
    assert x != None  # noqa: E711
    assert x != object()
    with pytest.raises(TypeError):
        x < "1"
    assert (x == np.array([1.0, 2])).tolist() == [True, False]
    assert (x == [1.0, 2]).tolist() == [True, False]
    assert x == 1 + 0j
    assert isinstance(x == 1, np.bool)


def test_equal_numbers_of_all_types_are_one_key():
    keys = {
        0.5,
        Fraction(1, 2),
        nf.posit8(0.5),
        nf.takum_linear64(0.5),
        nf.q15(0.5),
        Decimal("0.5"),
    }
    assert len(keys) == 1


# ---- format and round ----------------------------------------------------------------------------


SPECS = [".40f", ".3e", ".12g", "g", "e", "f", "+.2f", "020.3f", ">20.2f", "*^30.5e", ",.3f"]


@pytest.mark.parametrize("spec", [*SPECS, "_.1f", "#.3g", ".0f", "#.0f", " .25", "G", "=+12.1f"])
@pytest.mark.parametrize("text", ["0.1", "-1234567.875", "1e-9", "0", "6.02e23", "99999.95"])
def test_format_of_a_double_is_that_of_float(spec, text):
    x = nf.binary64(text)
    assert format(x, spec) == format(float(text), spec)


def test_percent_is_exact_where_that_of_float_is_not():
    x = nf.binary64("6.02e23")
    assert f"{x:.0%}" == f"{int(x) * 100}%" != f"{float(x):.0%}"
    assert f"{nf.posit16(0.125):+.1%}" == "+12.5%"
    assert f"{nf.bfloat16(-0.0):%}" == "-0.000000%"


@pytest.mark.parametrize(
    "layout", ["{}030,.{}{}", "{}012_.{}{}", "{}>+40.{}{}", "{}^41.{}{}", "{}#.{}{}"]
)
@pytest.mark.parametrize("digits", range(0, 24, 3))
@pytest.mark.parametrize("kind", "eEfFgG")
def test_digits_and_layout_agree_with_float(layout, digits, kind):
    spec = layout.format("*" if layout[2] in "<>^=" else "", digits, kind)
    parts = _digits._SPEC.fullmatch(spec)
    for x in (0.1, -1234567.875, 9.9995e-5, 99999.95, 2.5, -(2.0**70), 1e-9):
        assert _digits._layout(_digits._digits(Fraction(x), parts), parts) == format(x, spec)


@pytest.mark.parametrize("spec", ["030,.4f", "012_.2f", "z.0f", "=+40.30e"])
def test_layout_of_digits_beyond_double(spec):
    x = nf.posit64("1234.5678901234567890123")
    assert x != float(x)
    assert format(x, spec)[:10] == format(float(x), spec)[:10]
    assert len(format(x, spec)) == len(format(float(x), spec))


def test_format_is_exact_beyond_double():
    x = nf.posit64("0.1")
    exact = Fraction(*x.as_integer_ratio())
    assert x != float(x)
    digits = str(round(exact * 10**40)).rjust(40, "0")
    assert f"{x:.40f}" == "0." + digits
    assert f"{x:.39e}" == f"{digits[0] if digits[0] != '0' else digits[1]}." + f"{x:.39e}"[2:]
    assert Fraction(f"{x:.60f}") == exact or abs(Fraction(f"{x:.60f}") - exact) < Fraction(
        1, 10**60
    )
    assert Fraction(f"{x:.60e}") - exact < Fraction(1, 10**61)
    assert Fraction(f"{x:.60g}") - exact < Fraction(1, 10**60)
    assert f"{x:.6g}" == "0.1"
    assert f"{x:.3%}" == "10.000%"


def test_format_without_digits_is_the_shortest_text():
    x = nf.bfloat16("0.1")
    assert f"{x}" == str(x) == "0.1"
    assert f"{x:>8}" == "     0.1"
    assert f"{x:+}" == "+0.1"
    assert f"{nf.posit16('nar'):>5}" == "  nan"
    assert f"{nf.bfloat16('-inf'):.3f}" == "-inf"
    for bad in ("d", "q", ".2.3f"):
        with pytest.raises(ValueError, match="."):
            format(x, bad)


@by_format
def test_round_to_digits(T):
    for a, _ in random_pairs(T, 40):
        exact = nf.oracle.for_format(T).decode(a.bits)
        if not isinstance(exact, Fraction):
            continue
        for places in (-5, 0, 2, 10, 10**6):
            rounded = exact if places > 10**5 else round(exact, places)
            with np.errstate(all="ignore"):
                assert round(a, places) == T(rounded)
    assert np.isnan(round(nf.posit16("nar"), 2))
    assert math.copysign(1, float(round(nf.bfloat16(-0.001), 1))) == -1
