# SPDX-License-Identifier: BSD-3-Clause
"""Are the operations that IEEE 754 requires, and NumPy has not, what the standard says?"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from helpers import array, check, finite_numbers, oracle_of, raised, random_codes

WIDE = [nf.binary16, nf.bfloat16, nf.binary32, nf.binary64, nf.posit16, nf.posit32, nf.posit64,
        nf.bposit64, nf.takum_linear64, nf.q15, nf.q31, nf.Fixed(64, 40), nf.Float(15, 48),
        nf.Float(2, 61, inf="none", nan="none"), nf.mlu32, nf.Fixed(64, 63, signed=False),
        nf.Fixed(16, 8, overflow="wrap"), nf.P3109(12, 6)]  # fmt: skip
by_wide = pytest.mark.parametrize("T", WIDE, ids=lambda T: T.__name__)


def doubles(x):
    return nf.from_bits(np.asarray(x, float).view(np.uint64), nf.binary64)


def test_beside_python_in_binary64():
    """math.remainder is the C library's: another implementation."""
    rng = np.random.default_rng(1)
    x = rng.standard_normal(4000) * 2.0 ** rng.integers(-300, 300, 4000)
    y = rng.standard_normal(4000) * 2.0 ** rng.integers(-300, 300, 4000)
    x[::5] = y[::5] * (rng.integers(-9, 9, 800) + 0.5)  # ties, and beside them
    y[1::7] = np.nextafter(y[1::7], 0)
    got = nf.to_bits(nf.ieee_remainder(doubles(x), doubles(y))).view(float)
    want = np.array([*map(math.remainder, x, y)])
    assert (got == want).all()
    assert (np.signbit(got) == np.signbit(want)).all()


def codes_of(T, numbers):
    return np.array(numbers, f"u{T.format.storage_bytes}")


def beside_ties(T):
    """(x, y) with x near (2n + 1) / 2 * y, as far as T has such numbers."""
    oracle = oracle_of(T)
    for i, (code, y) in enumerate(finite_numbers(T, 80, 5)):
        for n in (0, 1, 2, 3, -1, -2, 2**20 + i, 2**60 + i, -(2**9) - i):
            middle = oracle.encode(y * Fraction(2 * n + 1, 2), "toward_zero")
            for x in (oracle.next_down(middle), middle, oracle.next_up(middle)):
                yield x, code


@by_wide
def test_beside_ties(T):
    pairs = sorted(set(beside_ties(T)))[:4000]
    check(T, "ieee_remainder", *(codes_of(T, column) for column in zip(*pairs, strict=True)))


@by_wide
def test_any_codes(T):
    rng = np.random.default_rng(2)
    check(T, "ieee_remainder", random_codes(T, 1500, rng), random_codes(T, 1500, rng))
    check(T, "rint_ties_away", random_codes(T, 1500, rng))


@by_wide
def test_halves(T):
    """Halfway between integers, and the numbers beside."""
    oracle = oracle_of(T)
    middles = {oracle.encode(n + Fraction(1, 2), "toward_zero") for n in range(-300, 300)}
    codes = {c for m in middles for c in (m, oracle.next_up(m), oracle.next_down(m))}
    check(T, "rint_ties_away", codes_of(T, sorted(codes)))


def test_halves_go_away_from_zero():
    x = np.array([2.5, -2.5, 0.5, -0.5, 1.25, -0.25])
    got = nf.rint_ties_away(doubles(x)).astype(float)
    assert got.tolist() == [3, -3, 1, -1, 1, 0]
    assert np.signbit(got[-1])
    assert np.rint(doubles(x)).astype(float).tolist() == [2, -2, 0, 0, 1, 0]


def test_specials():
    B, r = nf.binary32, nf.ieee_remainder
    one, zero, inf, nan = B(1), B(0), B("inf"), B("nan")
    for x, y, want, flags in ((one, zero, nan, {"invalid"}), (inf, one, nan, {"invalid"}),
                              (nan, zero, nan, set()), (inf, nan, nan, set()),
                              (B(-0.0), one, B(-0.0), set()), (B(-3), inf, B(-3), set()),
                              (B(-4), B(2), B(-0.0), set())):  # fmt: skip
        got, seen = raised(r, x, y)
        assert nf.to_bits(got) == nf.to_bits(want), (x, y)
        assert seen == flags, (x, y)


def test_operands_of_numpys_kinds():
    """Broadcasting, views, Python numbers, out=, mixed formats; others are refused."""
    x = np.array([5, 7, -9], nf.posit16)
    assert nf.ieee_remainder(x, 4).tolist() == [1, -1, -1]
    assert nf.ieee_remainder(x[::-1], x[0]).astype(float).tolist() == [1, 2, 0]
    assert nf.ieee_remainder(x.astype(nf.posit8), x).dtype == nf.posit16
    out = np.empty(3, nf.posit16)
    assert nf.rint_ties_away(x / 2, out=out) is out
    assert out.astype(float).tolist() == [3, 4, -5]
    assert nf.rint_ties_away(array(nf.q7, [32])).dtype == nf.q7
    with pytest.raises(TypeError):
        nf.ieee_remainder(np.ones(2), np.ones(2))
    with pytest.raises(TypeError):
        nf.rint_ties_away(np.ones(2, np.float32))
