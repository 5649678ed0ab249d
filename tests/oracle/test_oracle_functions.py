# SPDX-License-Identifier: BSD-3-Clause
"""Are the oracle's elementary functions MPFR's values, rounded once, however far the operands are?"""

import itertools
import random
import time
from fractions import Fraction

import gmpy2
import pytest

from numformats.oracle import Row, for_format
from numformats.oracle.functions import NAMES_1, NAMES_2, NAMES_INT
from oracle_function_reference import ONE_OPERAND, TWO_OPERANDS, check
from oracle_rows import BINARY16, BINARY32, BINARY64, two

MODES = ("nearest_even", "toward_zero", "toward_positive", "toward_negative", "to_odd")
POSIT8, POSIT16, POSIT32 = (Row(family="posit", bits=n) for n in (8, 16, 32))
# exponents of about +-65600, the farthest that floats have
FAR = [
    Row(family="float", exp=15, man=16, bias=-32832),
    Row(family="float", exp=15, man=16, bias=32832 + 32768),
    Row(family="float", exp=16, man=16),
]


@pytest.mark.parametrize("name", NAMES_1)
def test_one_operand_against_mpfr(name):
    for code in range(256):
        check(for_format(POSIT8), name, (code,))
    rng = random.Random(name)
    for row in (BINARY16, POSIT16, POSIT32, BINARY64):
        oracle = for_format(row)
        for _ in range(40):
            check(oracle, name, (rng.getrandbits(row.bits),))
            near_one = oracle.encode(Fraction(rng.uniform(-4, 4)))
            check(oracle, name, (near_one,))


@pytest.mark.parametrize("name", NAMES_2)
def test_two_operands_against_mpfr(name):
    rng = random.Random(name)
    for row in (POSIT8, BINARY16, POSIT16, BINARY32):
        oracle = for_format(row)
        for _ in range(150):
            check(oracle, name, (rng.getrandbits(row.bits), rng.getrandbits(row.bits)))
            small = [oracle.encode(Fraction(rng.uniform(-4, 4))) for _ in range(2)]
            check(oracle, name, small)


@pytest.mark.parametrize("n", [1, 2, 3, 5, 10, 1000, -1, -2, -3, -7, -1000])
def test_integer_operand_against_mpfr(n):
    rng = random.Random(n)
    for row in (POSIT8, BINARY16, POSIT16, BINARY32):
        oracle = for_format(row)
        for _ in range(100):
            a = rng.getrandbits(row.bits)
            x = oracle.decode(a)
            if isinstance(x, Fraction) and x > -1:
                check(oracle, "compound", (a, n))
            if isinstance(x, Fraction) and (x > 0 or n % 2):
                check(oracle, "rootn", (a, n))


@pytest.mark.parametrize("mode", [*MODES, "nearest_away", "stochastic"])
@pytest.mark.parametrize("name", NAMES_1)
def test_every_rounding_against_mpfr(name, mode):
    rng = random.Random(name + mode)
    oracle = for_format(Row(family="float", exp=5, man=10, rounding=mode))
    for _ in range(25):
        oracle.random = rng.getrandbits(64)
        check(oracle, name, (rng.getrandbits(16),))


@pytest.mark.parametrize("cut", ["result", "operand", "rounded"])
def test_truncated_formats_against_mpfr(cut):
    oracle = for_format(Row(family="truncated", exp=8, man=23, compute_man=12, cut=cut))
    rng = random.Random(cut)
    for name in NAMES_1:
        for _ in range(10):
            check(oracle, name, (rng.getrandbits(32),))
            check(oracle, name, (oracle.encode(Fraction(rng.uniform(-4, 4))),))


@pytest.mark.parametrize("row", FAR, ids=["huge", "tiny", "both"])
@pytest.mark.parametrize("name", [*NAMES_1, *NAMES_2, *NAMES_INT])
def test_far_exponents_take_no_time(row, name):
    oracle, rng = for_format(row), random.Random(name)
    started = time.process_time()
    for _ in range(20):
        a, b = rng.getrandbits(row.bits), rng.getrandbits(row.bits)
        if name in NAMES_1:
            getattr(oracle, name)(a)
        elif name in NAMES_2:
            getattr(oracle, name)(a, b)
        else:
            getattr(oracle, name)(a, rng.choice([-1, 2, 3, -1000, 2**40, -(2**63)]))
    assert time.process_time() - started < 2


@pytest.mark.parametrize("mode", MODES)
def test_far_exponents_are_right(mode):
    oracle = for_format(Row(family="float", exp=16, man=16, rounding=mode))
    x = two(-30000)
    a = oracle.encode(x)
    up, down = oracle.next_up(a), oracle.next_down(a)
    below = {"toward_zero": down, "toward_negative": down, "to_odd": down}
    for name in ("sin", "log1p", "arctan", "tanh", "arcsinh"):
        assert getattr(oracle, name)(a) == below.get(mode, a), name
    above = {"toward_positive": up, "to_odd": up}
    for name in ("tan", "expm1", "arcsin", "sinh", "arctanh"):
        assert getattr(oracle, name)(a) == above.get(mode, a), name
    big = oracle.encode(two(30000))
    one = oracle.encode(1)
    assert oracle.cosh(a) == {"toward_positive": one + 1, "to_odd": one + 1}.get(mode, one)
    assert oracle.decode(oracle.log2p1(big)) in (30000, 30000 + two(-2))
    for name in ("sin", "cos", "tan"):
        check(oracle, name, (big,), bits=33000)
        check(oracle, name, (oracle.encode(3 * two(16000)),), bits=33000)
    with gmpy2.context(precision=100):
        assert abs(oracle.decode(oracle.lgamma(big)) / (two(30000) * 20793) - 1) < 1 / 2


def test_every_name_is_a_method():
    oracle = for_format(POSIT8)
    names = [*NAMES_1, *NAMES_2, *NAMES_INT]
    assert len(set(names)) == len(names) == 43 + 6 + 2
    assert set(ONE_OPERAND) == set(NAMES_1)
    assert set(TWO_OPERANDS) == set(NAMES_2)
    assert all(callable(getattr(oracle, name)) for name in names)


def test_functions_never_decrease():
    oracle = for_format(POSIT16)
    codes = [oracle.encode(Fraction(i, 64)) for i in range(-200, 200)]
    for name in (
        "cbrt",
        "exp",
        "expm1",
        "exp2m1",
        "arctan",
        "sinh",
        "tanh",
        "arcsinh",
        "sigmoid",
        "softplus",
        "erf",
    ):
        results = [oracle.decode(getattr(oracle, name)(code)) for code in codes]
        assert all(x <= y for x, y in itertools.pairwise(results)), name
