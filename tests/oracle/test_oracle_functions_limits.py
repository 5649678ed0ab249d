# SPDX-License-Identifier: BSD-3-Clause
"""Are the oracle's functions the standards' at zeros, infinities, NaN, poles, and out of the domain?

IEEE 754-2019, 9.2.1, then C23 annex F for floats; Posit Standard (2022) for posits and takums.
"""

import math
from fractions import Fraction

import pytest

from numformats.oracle import Row, Special, for_format
from numformats.oracle.functions import NAMES_1, NAMES_INT
from oracle_rows import BINARY16

POSIT16 = Row(family="posit", bits=16)
# names: operands = result, flag; the same operands for all names
FLOAT_TABLE = """
rsqrt: 0 = inf divide; -0 = -inf divide; -1 = nan invalid; inf = 0; -inf = nan invalid
cbrt, sinh, arcsinh, deg2rad, rad2deg: 0 = 0; -0 = -0; inf = inf; -inf = -inf
exp, exp2, exp10: 0 = 1; -0 = 1; inf = inf; -inf = 0
expm1, exp2m1, exp10m1: 0 = 0; -0 = -0; inf = inf; -inf = -1
log, log2, log10: 0 = -inf divide; -0 = -inf divide; -1 = nan invalid; 1 = 0; inf = inf;
    -inf = nan invalid
log1p, log2p1, log10p1: 0 = 0; -0 = -0; -1 = -inf divide; -2 = nan invalid; inf = inf;
    -inf = nan invalid
sin, tan: 0 = 0; -0 = -0; inf = nan invalid; -inf = nan invalid
cos: 0 = 1; -0 = 1; inf = nan invalid; -inf = nan invalid
cospi: 0 = 1; -0 = 1; inf = nan invalid; -inf = nan invalid; 5/2 = 0; -1/2 = 0
sinpi: 0 = 0; -0 = -0; 3 = 0; 4 = 0; -3 = -0; -4 = -0; 1/2 = 1; -1/2 = -1; inf = nan invalid
tanpi: 0 = 0; -0 = -0; 2 = 0; -1 = 0; 1 = -0; -2 = -0; 1/2 = inf divide; 3/2 = -inf divide;
    -1/2 = -inf divide; -3/2 = inf divide; inf = nan invalid
arcsin, arcsinpi: 0 = 0; -0 = -0; 2 = nan invalid; -2 = nan invalid; inf = nan invalid
arccos: 1 = 0; 2 = nan invalid; -inf = nan invalid
arccospi: 1 = 0; 0 = 1/2; -0 = 1/2; 2 = nan invalid; -inf = nan invalid
arctan: 0 = 0; -0 = -0; inf = pi/2; -inf = -pi/2
arctanpi: 0 = 0; -0 = -0; inf = 1/2; -inf = -1/2
cosh: 0 = 1; -0 = 1; inf = inf; -inf = inf
tanh, erf: 0 = 0; -0 = -0; inf = 1; -inf = -1
arccosh: 1 = 0; 0 = nan invalid; 1/2 = nan invalid; -2 = nan invalid; inf = inf;
    -inf = nan invalid
arctanh: 0 = 0; -0 = -0; 1 = inf divide; -1 = -inf divide; 2 = nan invalid; inf = nan invalid
sigmoid: 0 = 1/2; -0 = 1/2; inf = 1; -inf = 0
softplus: inf = inf; -inf = 0; 0 = log2; -0 = log2
silu, gelu: 0 = 0; -0 = -0; inf = inf; -inf = -0
erfc: 0 = 1; -0 = 1; inf = 0; -inf = 2
gamma: 0 = inf divide; -0 = -inf divide; -1 = nan invalid; -8 = nan invalid; inf = inf;
    -inf = nan invalid; 1 = 1; 5 = 24
lgamma: 0 = inf divide; -0 = inf divide; -1 = inf divide; -8 = inf divide; inf = inf; -inf = inf;
    1 = 0; 2 = 0
sinc: 0 = 1; -0 = 1; 3 = 0; -3 = 0; inf = 0; -inf = 0
hypot: inf nan = inf; nan -inf = inf; -inf 3 = inf; -0 -0 = 0; -3 0 = 3; nan 1 = nan
pow: nan 0 = 1; 0 -0 = 1; inf 0 = 1; 1 nan = 1; 1 inf = 1; -1 inf = 1; -1 -inf = 1; nan 1 = nan;
    2 nan = nan; 0 -3 = inf divide; -0 -3 = -inf divide; -0 -2 = inf divide; -0 -1/2 = inf divide;
    -0 -inf = inf; 0 -inf = inf; -0 inf = 0; -0 3 = -0; -0 2 = 0; -0 1/2 = 0; 1/2 inf = 0;
    -1/2 -inf = inf; -2 inf = inf; 2 -inf = 0; inf -1/2 = 0; inf 1/2 = inf; inf inf = inf;
    -inf -inf = 0; -inf -3 = -0; -inf -2 = 0; -inf 3 = -inf; -inf 2 = inf; -inf 1/2 = inf;
    -2 1/2 = nan invalid
arctan2: 0 0 = 0; -0 0 = -0; 0 -0 = pi; -0 -0 = -pi; 0 -1 = pi; -0 -1 = -pi; -0 1 = -0;
    -1 0 = -pi/2; 1 -0 = pi/2; 1 -inf = pi; -1 -inf = -pi; -1 inf = -0; inf 5 = pi/2;
    -inf -0 = -pi/2; inf inf = pi/4; -inf inf = -pi/4; inf -inf = 3pi/4; -inf -inf = -3pi/4;
    nan inf = nan
arctan2pi: -0 0 = -0; -0 -0 = -1; 0 -1 = 1; inf -inf = 3/4; 5 inf = 0; -5 0 = -1/2
logaddexp: inf -inf = inf; inf nan = nan; -inf 3 = 3; 3 -inf = 3; -inf -inf = -inf; 0 -0 = log2
logaddexp2: -inf -3 = -3; -inf -inf = -inf; -1 -1 = 0; 0 -0 = 1
compound: nan 0 = 1; nan 1 = nan; 5 0 = 1; -1 0 = 1; inf 0 = 1; -0 3 = 1; -2 0 = nan invalid;
    -inf 2 = nan invalid; -1 -3 = inf divide; -1 3 = 0; inf 3 = inf; inf -3 = 0
rootn: 4 0 = nan invalid; -4 2 = nan invalid; -4 -2 = nan invalid; -0 3 = -0; 0 3 = 0; -0 2 = 0;
    -0 -3 = -inf divide; -0 -2 = inf divide; 0 -3 = inf divide; inf 2 = inf; inf -2 = 0;
    -inf 3 = -inf; -inf -3 = -0; -inf 2 = nan invalid; nan 3 = nan
"""
# instead of what the operands say above
TAPERED_TABLE = """
hypot: nan 1 = nan; 0 0 = 0
pow: nan 0 = nan; 1 nan = nan; 0 0 = nan invalid; 0 2 = 0; 3 0 = 1
arctan2: 0 0 = nan invalid; nan 1 = nan
arctan2pi: 0 0 = nan invalid
logaddexp: nan 1 = nan
logaddexp2: 1 nan = nan
compound: nan 0 = nan
rootn: nan 3 = nan
powi: 0 0 = nan invalid; nan 0 = nan; 3 0 = 1
"""
FLAGS = ("divide", "invalid")
SPECIAL = {x.value: x for x in Special}
# far from any tie of 16 bits
ROUNDED = {
    "pi": math.pi,
    "pi/2": math.pi / 2,
    "pi/4": math.pi / 4,
    "3pi/4": 3 * math.pi / 4,
    "log2": math.log(2),
}


def value(word):
    return SPECIAL.get(word) or Fraction(word)


def result_code(oracle, word):
    size = ROUNDED.get(word.lstrip("-"))
    if size is None:
        return oracle.encode(value(word))
    return oracle.encode(Fraction(-size if word[0] == "-" else size))


def cases(table):
    """(name, operands, result, flags), all words."""
    for line in table.replace("\n    ", " ").strip().splitlines():
        names, told = line.split(": ")
        for name in names.split(", "):
            for case in told.split("; "):
                operands, result = (side.split() for side in case.split(" = "))
                yield name, tuple(operands), result[0], frozenset(result[1:])


def run(oracle, name, operands):
    codes = [oracle.encode(value(x)) for x in operands]
    if name in (*NAMES_INT, "powi"):
        codes[1] = int(operands[1])
    return getattr(oracle, name)(*codes)


FLOAT_CASES = list(cases(FLOAT_TABLE))
TAPERED_CASES = list(cases(TAPERED_TABLE))
CHANGED = {case[:2] for case in TAPERED_CASES}
TAPERED_CASES += [
    case
    for case in FLOAT_CASES
    if case[:2] not in CHANGED and not {"inf", "-inf", "-0", "nan"} & set(case[1])
]


def told(case):
    return " ".join([case[0], *case[1]])


@pytest.mark.parametrize("case", FLOAT_CASES, ids=told)
@pytest.mark.parametrize("mode", ["nearest_even", "toward_negative"])
def test_binary16(case, mode):
    name, operands, result, flags = case
    if result.lstrip("-") in ROUNDED and mode != "nearest_even":
        return
    oracle = for_format(Row(family="float", exp=5, man=10, rounding=mode))
    got = run(oracle, name, operands)
    assert (hex(got), oracle.last_flags) == (hex(result_code(oracle, result)), flags)


@pytest.mark.parametrize("case", TAPERED_CASES, ids=told)
@pytest.mark.parametrize(
    "row", [POSIT16, Row(family="takum_linear", bits=16)], ids=["posit16", "takum16"]
)
def test_posit16_and_takum16(case, row):
    name, operands, result, flags = case
    oracle = for_format(row)
    got = run(oracle, name, operands)
    assert (hex(got), oracle.last_flags) == (hex(result_code(oracle, result)), flags)


@pytest.mark.parametrize("name", NAMES_1)
def test_nan_gives_nan_quietly(name):
    for row in (BINARY16, POSIT16):
        oracle = for_format(row)
        assert getattr(oracle, name)(oracle.codec.nan) == oracle.codec.nan
        assert not oracle.last_flags


def test_powi_of_floats_is_unchanged():
    oracle = for_format(BINARY16)
    assert oracle.decode(oracle.powi(0, 0)) == 1
    assert oracle.decode(oracle.powi(oracle.codec.nan, 0)) == 1


def test_functions_of_fixed_formats_saturate_even_where_sums_wrap():
    oracle = for_format(Row(family="fixed", bits=8, frac=4, overflow="wrap"))
    four = oracle.encode(4)
    assert (oracle.exp(four), oracle.last_flags) == (0x7F, {"overflow"})
    assert (oracle.sinh(oracle.encode(-4)), oracle.last_flags) == (0x80, {"overflow"})
    assert (oracle.log(0), oracle.last_flags) == (0x80, {"divide"})
    assert (oracle.log(oracle.encode(-1)), oracle.last_flags) == (0, {"invalid"})
    assert oracle.add(0x7F, 1) == 0x80


def test_results_without_a_code():
    unsigned = for_format(
        Row(family="float", exp=5, man=3, is_signed=False, inf="none", overflow="nan")
    )
    assert unsigned.log(unsigned.encode(Fraction(1, 2))) == unsigned.codec.nan
    assert unsigned.last_flags == {"invalid"}
    one_zero = for_format(
        Row(family="float", exp=4, man=3, inf="top", nan="negative_zero", signed_zero=False)
    )
    assert one_zero.rsqrt(0) == one_zero.codec.nan
    assert one_zero.last_flags == {"divide"}


@pytest.mark.parametrize(
    ("frac", "x", "n", "steps"),
    [
        (0, 3, 5, 3**5),
        (0, -3, 15, -(3**15)),
        (0, 3, 64, 3**64),
        (0, 3, 65, 0x7FFF),
        (0, -3, 101, -0x8000),
        (8, Fraction(5, 2), 6, Fraction(5, 2) ** 6 * 256),
        (8, Fraction(1, 2), -64, 0),
        (8, Fraction(1, 2), -65, 0x7FFF),
        (8, 4, Fraction(9, 2), 0x7FFF),
    ],
)
def test_whole_powers_wrap_where_products_do(frac, x, n, steps):
    oracle = for_format(Row(family="fixed", bits=16, frac=frac, overflow="wrap"))
    got = oracle.pow(oracle.encode(Fraction(x)), oracle.encode(Fraction(n)))
    assert got == round(steps) & 0xFFFF
    assert oracle.last_flags == ({"overflow"} if (frac, n) != (0, 5) else set())
