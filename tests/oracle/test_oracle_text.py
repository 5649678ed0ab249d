# SPDX-License-Identifier: BSD-3-Clause
"""Does the oracle read and write decimals as Python does, and take any exact number?"""

import math
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import mpmath
import numpy as np
import pytest

from numformats.oracle import Row, Special, for_format
from oracle_rows import BINARY64, two

FAMILIES = [
    Row(family="posit", bits=8),
    Row(family="posit", bits=8, rs=2),
    Row(family="takum_linear", bits=8),
    Row(family="float", exp=4, man=3),
    Row(family="float", exp=4, man=3, rounding="toward_zero"),
    Row(family="float", exp=4, man=3, rounding="to_odd"),
    Row(family="fixed", bits=8, frac=7),
    Row(family="fixed", bits=8, frac=-3, is_signed=False),
    Row(family="truncated", exp=4, man=3, compute_man=2),
]


def test_shortest_of_binary64_is_pythons_repr():
    f = for_format(BINARY64)
    rng = np.random.default_rng(2)
    words = rng.integers(0, 1 << 64, 1000, dtype=np.uint64).view(np.float64).tolist()
    words += [
        0.0,
        -0.0,
        1.0,
        0.1,
        1e16,
        1e15,
        123456789012345680.0,
        9999999999999998.0,
        1e-4,
        1e-5,
        5e-324,
        1.7976931348623157e308,
    ]
    words += [math.inf, -math.inf, math.nan, 1e22, 1e23, 2.0**-44, 9007199254740993.0, 100.0]
    for x in words:
        assert f.shortest(f.encode(x)) == repr(x)
        assert f.parse(repr(x)) == f.encode(x)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_shortest_of_small_ieee_is_numpys(dtype):
    info = np.finfo(dtype)
    f = for_format(Row(family="float", exp=info.bits - 1 - info.nmant, man=info.nmant))
    unsigned = f"u{info.bits // 8}"
    codes = (
        np.random.default_rng(3).integers(0, 1 << info.bits, 500, dtype=np.uint64).astype(unsigned)
    )
    for code, x in zip(codes.tolist(), codes.view(dtype), strict=True):
        if np.isfinite(x):
            digits = np.format_float_scientific(x, unique=True).split("e")[0].rstrip(".0")
            ours = f.shortest(code)
            assert Fraction(np.format_float_scientific(x, unique=True)) == Fraction(ours), digits
            assert f.parse(ours) == code


@pytest.mark.parametrize("row", FAMILIES, ids=lambda r: f"{r.family}{r.bits},{r.rounding}")
def test_shortest_reads_back_and_nothing_shorter_does(row):
    f = for_format(row)
    values = [v for c in range(256) if isinstance(v := f.decode(c), Fraction) and v]
    for code in range(256):
        text = f.shortest(code)
        value = f.decode(code)
        if value is Special.NAN:
            assert text == "nan"
            continue
        assert f.parse(text) == code, text
        if not isinstance(value, Fraction) or value == 0:
            continue
        digits = Decimal(text).normalize().as_tuple().digits
        exponent = Decimal(text).adjusted()
        for length in range(1, len(digits)):
            start = int(abs(value) / Fraction(10) ** (exponent - length + 1))
            for candidate in range(max(1, start - 1), start + 3):
                shorter = candidate * Fraction(10) ** (exponent - length + 1)
                reads_back = f.encode(shorter if value > 0 else -shorter) == code
                ends = [abs(v) for v in values if (v > 0) == (value > 0)]
                beyond = not min(ends) <= shorter <= max(ends)  # clamping there is not rounding
                assert not reads_back or beyond, (text, shorter)


def test_the_ends_are_not_written_by_what_saturates_to_them():
    for row, code, text in [
        (Row(family="posit", bits=16, rs=6, es=5), 0x0001, "1.7e-58"),
        (Row(family="posit", bits=8), 0x01, "6e-08"),
        (Row(family="posit", bits=8, rs=2), 0x81, "-240.0"),
        (Row(family="fixed", bits=16, frac=15), 0x7FFF, "0.99997"),
        (Row(family="float", exp=2, man=3, inf="none", nan="none"), 0x1F, "7.5"),
        (Row(family="float", exp=2, man=1, inf="none", nan="none"), 0xF, "-6.0"),
    ]:
        f = for_format(row)
        assert f.shortest(code) == text
        assert f.parse(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "1_000.5",
        " 12 ",
        "+.5",
        "5.",
        "1e5",
        "1E+05",
        "-0",
        "-.0e3",
        "infinity",
        "-INF",
        "NaN",
        "+nan",
        "1_0e1_0",
        "00012",
    ],
)
def test_parse_accepts_what_float_accepts(text):
    f = for_format(BINARY64)
    assert f.parse(text) == f.encode(float(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "e5",
        "1__0",
        "_1",
        "1_",
        "1_.5",
        "1._5",
        "1e",
        "1e_5",
        "0x10",
        "--1",
        "1 2",
        "infin",
        "1/3",
        "+-1",
    ],
)
def test_parse_refuses_what_float_refuses(text):
    with pytest.raises(ValueError, match="not a number"):
        for_format(BINARY64).parse(text)


def test_parse_rounds_the_exact_decimal_once():
    p = for_format(Row(family="posit", bits=64))
    just_above = "1." + "0" * 300 + "1"
    assert p.parse("NaR") == 1 << 63
    assert p.parse(just_above) == p.encode(1)
    tie = "1." + str(5**60).zfill(60)  # 1 + 2**-60
    assert p.parse(tie) == p.encode(1)
    assert p.parse(tie + "1") == p.encode(1) + 1
    f = for_format(BINARY64)
    halfway = "9007199254740993"
    assert f.parse(halfway) == f.encode(2**53)
    assert f.parse(halfway + "." + "0" * 900 + "1") == f.encode(2**53 + 2)
    assert f.parse("1e999999999999") == 0x7FF << 52
    assert f.last_flags == {"overflow"}
    assert f.parse("-1e-999999999999") == f.encode(-0.0)
    assert p.parse("1e-999999999999") == 1


def test_any_exact_number_is_taken():
    f = for_format(Row(family="posit", bits=64))
    with mpmath.workprec(200):
        third = mpmath.mpf(1) / 3
        expected = -Fraction(int(third.man_exp[0])) * two(int(third.man_exp[1]))
        assert f.encode(-third) == f.encode(expected)
    same = [
        3,
        3.0,
        Fraction(3),
        Decimal(3),
        np.int8(3),
        np.float16(3),
        np.longdouble(3),
        mpmath.mpf(3),
        np.uint64(3),
    ]
    assert {f.encode(x) for x in same} == {f.encode(3)}
    for nan in (math.nan, np.float32("nan"), Decimal("nan"), mpmath.nan, Special.NAN):
        assert f.encode(nan) == 1 << 63
        assert not f.last_flags
    g = for_format(BINARY64)
    for inf in (math.inf, np.float32("inf"), Decimal("inf"), mpmath.inf, Special.INF):
        assert g.encode(inf) == 0x7FF << 52
    for zero in (-0.0, np.float16(-0.0), Decimal("-0"), Special.NEG_ZERO):
        assert g.encode(zero) == 1 << 63
    assert g.encode(Decimal("1e-5000")) == 0
    assert g.encode(np.longdouble(2) ** 3000) == 0x7FF << 52
    assert g.last_flags == {"overflow"}
    assert g.encode(mpmath.mpf(2) ** -3000) == 0
    for wrong in ("1", None, 1j, [1]):
        with pytest.raises(TypeError):
            g.encode(wrong)


def test_casts_round_once():
    p, f = for_format(Row(family="posit", bits=64)), for_format(Row(family="float", exp=8, man=23))
    x = 1 + two(-24) + two(-58)  # through binary64 it would be a tie and go down
    assert p.decode(p.encode(x)) == x
    assert f.decode(f.cast_from(p, p.encode(x))) == 1 + two(-23)
    assert p.cast_from(f, 0x7F800000) == 1 << 63
    assert f.cast_from(p, 1 << 63) == 0x7FC00000


def test_for_format_takes_anything_with_the_fields():
    row = Row(family="posit", bits=16)
    like = SimpleNamespace(**{name: getattr(row, name) for name in Row.__slots__})
    for source in (
        row,
        like,
        SimpleNamespace(format=like),
        SimpleNamespace(type=SimpleNamespace(format=row)),
    ):
        assert for_format(source).row == row
    with pytest.raises(TypeError, match="format"):
        for_format(3)
    for wrong in ({"family": "posits", "bits": 8}, {"family": "posit"}, {"family": "float"}):
        with pytest.raises(ValueError, match=r"must|allowed"):
            Row(**wrong)


def test_to_integers():
    f = for_format(BINARY64)
    for x, bits, signed, whole, flags in [
        (127.9, 8, True, 127, set()),
        (128.0, 8, True, -128, {"invalid"}),
        (-128.9, 8, True, -128, set()),
        (255.5, 8, False, 255, set()),
        (-0.9, 8, False, 0, set()),
        (-1.0, 8, False, 128, {"invalid"}),
        (math.nan, 64, True, -(1 << 63), {"invalid"}),
        (math.inf, 32, False, 1 << 31, {"invalid"}),
        (-0.0, 8, True, 0, set()),
    ]:
        assert f.to_int(f.encode(x), bits, signed) == whole, x
        assert f.last_flags == flags, x
