# SPDX-License-Identifier: BSD-3-Clause
"""Are integers exact operands of scalars: the exact operation, rounded once, in the format?"""

from __future__ import annotations

import operator
import pickle
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from helpers import OPERATORS
from scalar_formats import by_format, operands
from strangers import oracle_with_strangers

INTEGERS = [0, 1, -1, 2, 3, -7, 10, 255, 2**31 - 1, -(2**53) - 1, -(2**63), 2**64 - 1, 2**100]


def same(result, T, code):
    assert type(result) is T
    return result.bits == code or (np.isnan(result) and np.isnan(T.from_bits(code)))


@by_format
@pytest.mark.parametrize("name", OPERATORS)
def test_operators_as_the_oracle_has_them(T, name):
    oracle, op = oracle_with_strangers(T), OPERATORS[name]
    with np.errstate(all="ignore"):
        for x in operands(T, 20):
            for k in INTEGERS:
                right = getattr(oracle, name)(x.bits, Fraction(k))
                assert same(op(x, k), T, right), (x, k)
                left = getattr(oracle, name)(Fraction(k), x.bits)
                assert same(op(k, x), T, left), (k, x)


@by_format
def test_divmod_is_both(T):
    with np.errstate(all="ignore"):
        for x in operands(T, 10):
            for k in INTEGERS:
                for a, b in ((x, k), (k, x)):
                    quotient, rest = divmod(a, b)
                    assert same(quotient, T, (a // b).bits)
                    assert same(rest, T, (a % b).bits)


def test_the_promised_values():
    q = nf.q15
    assert q(0.5) / 2 == 0.25
    assert 1 - q(0.75) == 0.25
    assert 3 * q(0.25) == 0.75
    assert q(0.5) // 3 == 0
    assert divmod(q(0.5), 3) == (0, 0.5)
    assert nf.binary64(2.0**53) - (2**53 + 1) == -1
    assert nf.posit64(2) ** 0 == 1
    with pytest.warns(RuntimeWarning, match="overflow"):
        assert q(0.5) * 3 == nf.finfo(q).maxpos
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        assert q(0.5) / 0 == nf.finfo(q).maxpos


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int64, np.uint64, np.bool, bool])
@by_format
def test_numpys_integers_and_bools_are_the_numbers_that_they_are(T, kind):
    with np.errstate(all="ignore"):
        for x in operands(T, 3):
            for k in (0, 1, 3):
                n = kind(k)
                assert same(x + n, T, (x + int(n)).bits)
                assert same(x / n, T, (x / int(n)).bits)


def test_a_seeded_stream_is_drawn_once_for_each_operation():
    T = nf.Float(4, 3, rounding="stochastic")
    for op in (operator.add, operator.truediv, divmod):
        nf.seed(5)
        first = [op(T(1.125), 3) for _ in range(20)]
        nf.seed(5)
        assert [op(T(1.125), 3) for _ in range(20)] == first
    assert len({float(T(1) / 3) for _ in range(100)}) == 2


@by_format
def test_powers(T):
    with np.errstate(all="ignore"):
        for x in operands(T, 3):
            for k in (0, 1, 2, 5, -1, -3, 64, 65, 1000, -(2**40)):
                assert same(x**k, T, np.power(x, k).bits)
                assert same(x ** np.int64(k), T, (x**k).bits)
            assert same(x**x, T, np.power(x, x).bits)
        assert same(T(1) ** (2**63), T, T(1).bits) or T(1) != 1
    with pytest.raises(TypeError, match="unsupported operand"):
        pow(T.from_bits(1), 2, 3)


def test_an_integer_is_an_exact_base():
    """3 has no place in q15, and 3**-1 has: 3**(-0.5) is rounded once."""
    assert 3 ** nf.q15(-0.5) == nf.q15(Fraction(3) ** -1 * Fraction(3**0.5))
    assert nf.q7(0.5) ** 2 == 0.25


def test_scalars_survive_pickling_after_arithmetic():
    x = nf.q15(0.5) / 2
    assert pickle.loads(pickle.dumps(x)).bits == x.bits
