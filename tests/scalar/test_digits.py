# SPDX-License-Identifier: BSD-3-Clause
"""Are the digits of scalars right however many there are, and outside of float64?"""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest

import numformats as nf

WIDE = nf.Posit(64, es=5)
HUGE = nf.Float(15, 48)
NUMBERS = [
    WIDE("1e400"),
    -(WIDE(3) ** 900),
    WIDE.from_bits(1),
    HUGE.from_bits(1),
    -HUGE("1.2345e4900"),
    nf.posit64(1 / 3),
    nf.Fixed(64, 128).from_bits(12345678901234567),
    nf.Fixed(64, -64, overflow="wrap").from_bits(3),
]


def decimal_of(number):
    """The exact value, every digit of it."""
    ratio = Fraction(*number.as_integer_ratio())
    with localcontext() as context:
        context.prec, context.Emax, context.Emin = 100_000, 999_999, -999_999
        return Decimal(ratio.numerator) / Decimal(ratio.denominator)


@pytest.mark.parametrize("number", NUMBERS, ids=str)
@pytest.mark.parametrize("spec", [".5000f", "e", ".0e", "E", ".20e", ".6000e", "+.3f", "050.10e"])
def test_fixed_and_scientific_as_decimal_writes_them(number, spec):
    with localcontext() as context:
        context.prec, context.Emax, context.Emin = 100_000, 999_999, -999_999
        # Without a precision Decimal writes all digits, float and we write six.
        ours, exact = (
            format(number, spec),
            format(decimal_of(number), {"e": ".6e", "E": ".6E"}.get(spec, spec)),
        )
    if "e" in spec.lower():  # Decimal writes an exponent of one digit as one
        mantissa, _, exponent = exact.lower().partition("e")
        number_, _, power = ours.lower().partition("e")
        assert int(exponent) == int(power)
        assert number_.lstrip("0").removeprefix("+") == mantissa.lstrip("0").removeprefix("+")
    else:
        assert ours == exact


@pytest.mark.parametrize("number", NUMBERS, ids=str)
def test_general_digits_read_back(number):
    for precision in (20, 5000, 20000):
        text = format(number, f".{precision}g")
        assert type(number)(text) == number
        assert len(text) < 20000
    assert format(number, "") == str(number)
    assert abs(Decimal(f"{number:g}") / decimal_of(number) - 1) < Decimal("1e-5")


def test_percent_and_groups_of_long_integers():
    x = HUGE("1e4900")
    assert f"{x:.0%}" == f"{Decimal(int(x) * 100)}%"
    assert f"{x:,.2f}" == f"{decimal_of(x):,.2f}"
    assert f"{x:_.2f}" == f"{decimal_of(x):,.2f}".replace(",", "_")
    assert f"{x:06000,.0f}" == f"{decimal_of(x):06000,.0f}"
    assert f"{nf.posit64(1234.1):012,.0f}" == "0,000,001,234"


def test_a_million_places_are_zeros_and_take_no_time():
    text = f"{nf.posit64(1 / 3):.1000000f}"
    assert len(text) == 1_000_002
    assert text.endswith("0" * 900_000)


def test_round_of_numbers_of_thousands_of_digits():
    x = HUGE("1.2345e4900")
    for places in (-4898, -4900, -4901, -5000, -10_000, 3):
        assert round(x, places) == HUGE(round(Fraction(*x.as_integer_ratio()), places))
    assert round(HUGE("4e4900"), -4901) == 0
    assert round(x) == int(x)


def test_format_refuses_what_float_refuses():
    with pytest.raises(ValueError, match="format"):
        format(WIDE("1e400"), "x")
    assert f"{WIDE('nan'):>8.3f}" == "     nan"
