# SPDX-License-Identifier: BSD-3-Clause
"""Does every path to an exact product give the same bits: the plain loop, blocks, slices?

The plain loop is compared with the oracle in test_matmul.py; here every path is forced and compared
with the loop, and long sums with Fractions."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from exact_paths import agree, every, values
from helpers import array, oracle_of, plain, random_codes

SHAPES = [(1, 1, 1), (1, 17, 1), (3, 511, 2), (2, 513, 3), (1, 1025, 1), (25, 24, 31), (40, 64, 33)]
WIDE = [(130, 40, 26)]  # more than a tile of rows


@every
@pytest.mark.parametrize("spread", [0, 6, 40])
def test_numbers(T, spread):
    rng = np.random.default_rng(spread)
    for m, k, n in [*SHAPES, *(WIDE if spread == 6 else [])]:
        agree(values(T, (m, k), rng, spread), values(T, (k, n), rng, spread))


@every
def test_any_codes(T):
    """All kinds of codes: ends, NaN, infinities."""
    rng = np.random.default_rng(8)
    for m, k, n in SHAPES:
        agree(*(array(T, random_codes(T, i * j, rng)).reshape(i, j) for i, j in ((m, k), (k, n))))


@every
def test_a_few_specials_among_numbers(T):
    rng = np.random.default_rng(9)
    a, b = values(T, (33, 40), rng, 3), values(T, (40, 30), rng, 3)
    for x, i, j in ((a, 2, 3), (a, 32, 39), (b, 5, 0), (b, 39, 29), (a, 7, 7)):
        x[i, j] = array(T, random_codes(T, 1, rng))[0]
        agree(a, b)
    a[4], b[:, 6] = 0 if T.format.zero else a[5], b[:, 7]
    agree(a, b)


@every
def test_cancellation_to_the_last_bit(T):
    """x*y - x*y for many, and one least product: whole blocks vanish but for it."""
    if not T.format.is_signed or not T.format.zero:
        pytest.skip("needs negative numbers and a zero")
    oracle, rng = oracle_of(T), np.random.default_rng(4)
    small = oracle.codec.at_index(1)
    for k in (20, 500, 1500):
        x, y = (plain(values(T, k, rng, 2)) for _ in "xy")
        with np.errstate(over="ignore"):  # fixed point's lowest has no opposite
            minus = plain(-array(T, y))
            same = plain(-array(T, minus)) == y
            same &= np.isfinite(array(T, x)) & np.isfinite(array(T, y))
        x, y, minus = x[same], y[same], minus[same]
        a = array(T, [*x, small, *x]).reshape(1, -1)
        b = array(T, [*y, small, *minus]).reshape(-1, 1)
        with np.errstate(all="ignore"):
            agree(a, b)
            assert plain(a @ b).item() == oracle.dot([small], [small])


@every
@pytest.mark.parametrize("k", [1, 20, 700])
def test_only_residuals_remain(T, k):
    """x*y less its rounded value, many times: what is left is what a double cannot hold."""
    if not T.format.is_signed or nf.finfo(T).maxpos < 1 or T.format.rounding == "stochastic":
        pytest.skip("needs -1")
    rng = np.random.default_rng(k)
    x, y = values(T, k, rng, 2), values(T, k, rng, 2)
    with np.errstate(all="ignore"):
        z, ones = x * y, np.full(k, -1, T)
        a = np.stack([np.concatenate([x, z]), np.concatenate([z, x])])
        b = np.stack([np.concatenate([y, ones]), np.concatenate([ones, y])]).T
        agree(a, b)
        exact = oracle_of(T).dot(plain(a)[0].tolist(), plain(b)[:, 0].tolist())
        assert plain(a @ b)[0, 0] == exact


@every
def test_zeros_and_a_nan(T):
    """A block in which nothing is larger than zero."""
    if not T.format.zero:
        pytest.skip("needs a zero")
    a = np.zeros((1, 40), T)
    agree(a, a.T)
    with np.errstate(all="ignore"):
        a[0, 20] = np.nan
        agree(a, np.zeros((40, 1), T))
        assert np.isnan(a @ np.zeros(40, T))[0] == np.isnan(a[0, 20])


@every
def test_small_numbers_where_both_operands_have_them(T):
    """Leftovers of a meet leftovers of b: row and column k are tiny, but for their ends."""
    rng = np.random.default_rng(5)
    with np.errstate(all="ignore"):
        for exponent in (-15, -24, -31, -45):
            a, b = values(T, (30, 40), rng, 1), values(T, (40, 28), rng, 1)
            small = 2.0**exponent
            a[:, 7], b[7] = values(T, 30, rng, 0) * T(small), values(T, 28, rng, 0) * T(small)
            a[3, 9], b[11, 4] = T(small), T(small)
            a[::4], b[:, ::3] = a[:1], b[:, 1:2]
            agree(a, b)
            if T.format.is_signed:  # the large parts cancel
                twice = b.copy()
                twice[7] = b[7] + b[7]
                agree(np.hstack([a, -a]), np.vstack([b, twice]))


@every
def test_ends_against_each_other(T):
    """maxpos and minpos side by side, in every block position."""
    codec, rng = oracle_of(T).codec, np.random.default_rng(12)
    ends = [codec.at_index(i) for i in (codec.last_finite, codec.last_finite - 1, 1, 2)]
    ends += [oracle_of(T).neg(c) for c in ends] if T.format.is_signed else []
    for m, k, n in ((2, 600, 2), (26, 30, 27)):
        agree(*(array(T, rng.choice(ends, s)) for s in ((m, k), (k, n))))


@pytest.mark.parametrize("T", [nf.posit32, nf.bposit16, nf.float8_e5m2, nf.q15, nf.takum_linear16],
                         ids=lambda T: T.__name__)  # fmt: skip
def test_ten_million_equal_terms(T):
    oracle, n = oracle_of(T), 10**7
    code = oracle.encode(Fraction(3, 8), overflow=None)
    x = np.broadcast_to(array(T, [code]), n)
    with np.errstate(over="ignore"):
        got = int(plain(np.asarray(np.vecdot(x, x))))
    assert got == oracle.encode(oracle.decode(code) ** 2 * n)


def test_every_bit_of_a_level_is_needed():
    """One large number, and a block full of equal ones that end where the second level does; one
    that takes their high parts away, so that an error in the low ones shows."""
    for top in (-40, -42, -43, -44, -60, -85, -86, -87):
        for tail in range(38, 53):
            x = np.full(512, 2.0**top * (1 - 2.0**-tail))
            x[:3] = 1, -1, -(2.0**top) * 509
            assert nf.fsum(x) == math.fsum(x), (top, tail)
            y = np.append(x, 2.0**-900)
            assert nf.fdot(y, np.ones(513)) == math.fsum(y), (top, tail)


@pytest.mark.parametrize("T", [nf.binary32, nf.posit32], ids=lambda T: T.__name__)
def test_a_tie_that_a_bit_far_below_decides(T):
    """1 + half an ulp, and a product of two small numbers: more than 128 bits."""
    digits = 24 if T is nf.binary32 else 28
    for low in (-20, -50, -60, -70):
        for sign in (1, -1):
            a, b = np.ones((24, 30)), np.zeros((30, 24))
            b[0], b[1], b[2, ::2] = 1, 2.0**-digits, sign * 2.0**low
            a[:, 2] = 2.0**low
            agree(a.astype(T), b.astype(T))


@pytest.mark.parametrize(
    ("low", "high"), [(-1074, -1050), (-1074, -1000), (-1074, -840), (-1074, -600), (-900, -820)]
)
def test_sums_that_end_in_subnormals(low, high):
    rng = np.random.default_rng(3)
    for n in (16, 100, 600):
        x = np.ldexp(rng.standard_normal(n), rng.integers(low, high, n))
        assert nf.fsum(x) == math.fsum(x)
        assert nf.fsum(np.append(x, -x[: n // 2])) == math.fsum(np.append(x, -x[: n // 2]))


@pytest.mark.parametrize("scale", [-400, -480, -505, -512, -520])
def test_residuals_that_a_double_cannot_hold(scale):
    """x*y less its rounded value, where the rest lies at the end of the range."""
    rng = np.random.default_rng(-scale)
    x, y = (np.ldexp(rng.standard_normal(700), scale) for _ in "xy")
    a, b = np.concatenate([x, x * y]), np.concatenate([y, np.full(700, -1.0)])
    a[350], b[350], a[351], b[351] = 1, 2.0**-800, -1, 2.0**-800  # and not only at the end
    want = sum((Fraction(p) * Fraction(q) for p, q in zip(a.tolist(), b.tolist(), strict=True)),
               Fraction(0))  # fmt: skip
    assert nf.fdot(a, b) == float(want)


@pytest.mark.parametrize("spread", [0, 30, 480, 1000])
def test_doubles_against_fractions(spread):
    """Products below and above the range of doubles, subnormals included."""
    rng = np.random.default_rng(spread)
    for n in (16, 100, 513, 2000):
        x, y = (np.ldexp(rng.standard_normal(n), rng.integers(-spread - 1, spread // 2 + 1, n))
                for _ in "xy")  # fmt: skip
        want = sum((Fraction(p) * Fraction(q) for p, q in zip(x.tolist(), y.tolist(), strict=True)),
                   Fraction(0))  # fmt: skip
        assert nf.fdot(x, y) == float(want)
        tiny = np.concatenate([x, [5e-324, 2.0**-1000]]), np.concatenate([y, [0.5, 2.0**-74]])
        assert nf.fdot(*tiny) == float(want + Fraction(3, 2**1075))


def test_doubles_in_a_matrix():
    rng = np.random.default_rng(5)
    a, b = rng.standard_normal((30, 50)), rng.standard_normal((50, 26))
    a[3, 4], b[7, 8] = 1e200, 2.0**-700
    views = a.view(nf.binary64.dtype), b.view(nf.binary64.dtype)
    agree(*views)
    got = nf.matmul(a, b)
    for i, j in ((0, 0), (3, 8), (29, 25), (3, 1)):
        want = sum(Fraction(p) * Fraction(q) for p, q in zip(a[i].tolist(), b[:, j].tolist(),
                                                             strict=True))  # fmt: skip
        assert got[i, j] == float(want)
