# SPDX-License-Identifier: BSD-3-Clause
"""Is the oracle's quire as long as it must be, and does it hold the exact sum?"""

import random
from fractions import Fraction
from itertools import pairwise

import pytest

from numformats.oracle import OracleQuire, Row, for_format, quire_layout
from oracle_rows import BPOSIT, FLOATS, GRIDS, TAPERED, float_of, name_of, posit, two

SMALL = [*TAPERED, *map(for_format, GRIDS), *map(float_of, FLOATS)]
SMALL = [o for o in SMALL if o.row.bits <= 9]
UNSIGNED = Row(family="fixed", bits=9, frac=3, is_signed=False)
KNOWN = [
    (Row(family="float", exp=4, man=3, inf="none", nan="all_ones", overflow="nan"), 68, -18),
    (Row(family="float", exp=5, man=2), 96, -32),
    (Row(family="float", exp=5, man=10), 112, -48),
    (Row(family="float", exp=8, man=7), 554, -266),
    (Row(family="float", exp=8, man=23), 586, -298),
    # 2 * 1074 bits below the point, 2048 above, 31 for carries: 4227, and the sign
    (Row(family="float", exp=11, man=52), 4228, -2148),
    (Row(family="fixed", bits=16, frac=15), 2 * 16 + 31, -30),
    (Row(family="fixed", bits=16, frac=-4), 2 * 16 + 31 + 4, 4),  # values are finer than products
    (UNSIGNED, 2 * 9 + 32, -6),
    (Row(family="posit", bits=16, es=1), 144, -56),  # +-2**14
    (Row(family="posit", bits=8, rs=2, es=2), 70, -22),
    (Row(family="posit", bits=64, rs=20, es=4), 1390, -718),
]


def lowest_bit(x):
    """Exponent of the last bit that is set."""
    exponent = -x.denominator.bit_length()
    while (x / two(exponent)).numerator % 2 == 0:
        exponent += 1
    return exponent


@pytest.mark.parametrize(
    ("row", "bits", "lsb"), KNOWN, ids=lambda x: str(x) if isinstance(x, int) else name_of(x)
)
def test_known_layouts(row, bits, lsb):
    assert quire_layout(row) == (bits, lsb)


def test_layouts_of_posits_and_bposits():
    for n in range(3, 65):
        assert quire_layout(Row(family="posit", bits=n)) == (16 * n, 16 - 8 * n)
    for n in range(8, 65):
        assert quire_layout(Row(family="posit", bits=n, rs=6, es=5)) == (1024, -488)


@pytest.mark.parametrize("oracle", SMALL, ids=name_of)
def test_the_layout_is_as_fine_and_as_long_as_all_codes_need(oracle):
    values = [oracle.decode(code) for code in range(1 << oracle.row.bits)]
    values = [x for x in values if isinstance(x, Fraction) and x]
    bits, lsb = quire_layout(oracle.row)
    finest, largest = min(map(lowest_bit, values)), max(map(abs, values))
    finest, largest = min(finest, 2 * finest), max(largest, largest**2)  # values and products
    needed = ((2**31 - 1) * largest / two(finest)).__ceil__().bit_length() + 1
    if (bits, lsb) == (1024, -488):
        assert lsb <= finest
        assert bits + lsb >= needed + finest
    else:
        assert lsb == finest
        assert needed <= bits <= needed + 1


@pytest.mark.parametrize("n", [16, 32, 64])
def test_the_exact_last_bit_of_a_bposit(n):
    """800 bits that end at 2**-384, as the literature has it, would lose these."""
    o = posit(n, 6, 5)
    p1, p2, p3 = map(o.decode, (1, 2, 3))
    difference = p1 * p3 - p2 * p2
    assert difference == -two({16: -392, 32: -424, 64: -488}[n])
    quire = OracleQuire(o.row)
    quire.fma(1, 3).fma(2, 2, -1)
    assert quire.value == difference
    assert quire.round() == 2**n - 1  # -minpos


@pytest.mark.parametrize("v", BPOSIT["dot"], ids=lambda v: f"{v['format']} {v['about']}")
def test_vectors_of_bposits(v):
    n, rs, es = v["format"]
    quire = OracleQuire(Row(family="posit", bits=n, rs=rs, es=es))
    for a, b in v["pairs"]:
        quire.fma(int(a, 16), int(b, 16))
    assert quire.round() == int(v["exact"], 16)


def test_every_order_and_split_gives_one_sum():
    o = posit(32, 6, 5)
    rng = random.Random(3)
    pairs = [(rng.getrandbits(32), rng.getrandbits(32)) for _ in range(24)]
    pairs = [(a, b) for a, b in pairs if o.codec.nan not in (a, b)]
    want = sum(o.decode(a) * o.decode(b) for a, b in pairs)
    for _ in range(1000):
        rng.shuffle(pairs)
        cuts = [0, *sorted(rng.sample(range(len(pairs)), rng.randint(0, 5))), len(pairs)]
        whole = OracleQuire(o.row)
        for start, stop in pairwise(cuts):
            part = OracleQuire(o.row)
            for a, b in pairs[start:stop]:
                part.fma(a, b)
            whole.add(part.value)
        assert whole.value == want
        assert whole.code() == int(want / two(-488)) % 2**1024


@pytest.mark.parametrize("bits", [4, 9, 50])
def test_a_carry_out_of_the_top_is_nar_and_stays(bits):
    unit = two(quire_layout(Row(family="posit", bits=8))[1])
    most = (2 ** (bits - 1) - 1) * unit
    for sign in (1, -1):
        quire = OracleQuire(Row(family="posit", bits=8), bits)
        assert quire.add(sign * most).value == sign * most
        assert quire.code() == (sign * (2 ** (bits - 1) - 1)) % 2**bits
        quire.add(sign * unit)
        assert quire.value is None
        assert quire.add(-sign * unit).value is None
        assert quire.code() == 2 ** (bits - 1)
        assert quire.round() == 0x80


def test_two_to_the_31_products_of_maxpos_are_too_many():
    quire = OracleQuire(Row(family="posit", bits=8))
    square = quire.oracle.decode(0x7F) ** 2
    assert quire.add((2**31 - 1) * square).value == (2**31 - 1) * square
    assert quire.add(square).value is None


def test_what_is_not_finite_makes_nar():
    half = Row(family="float", exp=5, man=10)
    for a, b in [(0x7E00, 0x3C00), (0x7C00, 0x3C00), (0xFC00, 0x3C00), (0x7C00, 0x0000)]:
        quire = OracleQuire(half)
        assert quire.fma(a, b).fma(0x3C00, 0x3C00).value is None, (a, b)
    assert OracleQuire(half).fma(0x8000, 0x3C00).value == 0  # -0


def test_what_is_finer_is_refused():
    quire = OracleQuire(UNSIGNED)
    with pytest.raises(ValueError, match="finer than"):
        quire.add(two(-7))
    assert quire.add(two(-6)).value == two(-6)
