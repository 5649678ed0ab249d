# SPDX-License-Identifier: BSD-3-Clause
"""Is out = addend +- a @ b rounded once, on every path, also where the addend decides?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from exact_paths import agree, every, values
from helpers import array, oracle_of, plain, random_codes
from numformats.exact import core_calls

SHAPES = [(1, 1, 1), (5, 1, 70), (30, 24, 26), (131, 3, 9), (3, 700, 4), (17, 64, 300)]
EDGES = ["posit<5,es=0>", "float<exp=2,man=1>", "float<exp=5,man=0,inf=none,nan=all_ones>", "float8_e8m0fnu",
         "float<exp=4,man=3,rounding=toward_positive>", "float<exp=4,man=3,rounding=to_odd>",
         "float<exp=4,man=3,rounding=stochastic>", "posit64", "binary64", "takum_linear64",
         "float<exp=3,man=4,subnormals=false>", "fixed<16,frac=8,overflow=wrap>",
         "fixed<8,frac=-2,signed=false>",
         "truncated<exp=8,man=23,compute_man=20>"]  # fmt: skip


@every
@pytest.mark.parametrize("subtract", [False, True])
def test_numbers_and_any_codes(T, subtract):
    rng = np.random.default_rng(3)
    for m, k, n in SHAPES:
        for spread in (0, 9):
            a, b = values(T, (m, k), rng, spread), values(T, (k, n), rng, spread)
            agree(a, b, addend=values(T, (m, n), rng, 12), subtract=subtract)
            agree(a, b, subtract=subtract)
        codes = array(T, random_codes(T, m * n, rng)).reshape(m, n)
        agree(a, b, addend=codes, subtract=subtract)


@pytest.mark.parametrize("name", EDGES)
def test_other_formats_of_addend_and_result(name):
    """Factors in two formats, the addend in a third, the result in a fourth."""
    T, rng = nf.parse_format(name), np.random.default_rng(4)
    for m, k, n in SHAPES:
        a, b = values(nf.posit16, (m, k), rng, 2), values(nf.binary32, (k, n), rng, 2)
        c = array(T, random_codes(T, m * n, rng)).reshape(m, n)
        agree(a, b, T=nf.bfloat16.dtype, addend=c)
        agree(a, b, T=T.dtype, addend=values(nf.binary64, (m, n), rng, 40), subtract=True)


def midpoints(T):
    """(code, next code, exact midpoint) of neighbours that a double holds with their middle."""
    oracle = oracle_of(T)
    codec = oracle.codec
    for i in sorted({1, 2, 3, codec.last_finite // 3, codec.last_finite // 2,
                     codec.last_finite // 2 + 1, codec.last_finite - 1}):  # fmt: skip
        low, high = (codec.at_index(j) for j in (i, i + 1))
        middle = (oracle.decode(low) + oracle.decode(high)) / 2
        if i < codec.last_finite and Fraction(float(middle)) == middle:
            yield low, high, middle


def judged(T):
    """Has it 0, midpoints, and no rounding but that of a sum to one code?"""
    return (T.format.zero and T.format.overflow != "wrap" and T.format.family != "truncated"
            and T.format.bits <= 32)  # fmt: skip


@every
def test_a_product_decides_a_tie_of_the_addend(T):
    """The addend, a double, is a midpoint; the product is the smallest of all, or zero."""
    if not judged(T) or nf.finfo(T).maxpos < 1:
        pytest.skip("needs 0 and 1, and no cut")
    oracle, tiny = oracle_of(T), oracle_of(T).codec.at_index(1)
    one = oracle.encode(Fraction(1), overflow=None)
    points = list(midpoints(T))
    c = np.array([float(m) for *_, m in points for _ in range(3)])
    a = array(T, [[tiny], [tiny], [0]] * len(points))
    for subtract in (False, True):
        for factor in (one, tiny):
            b = array(T, [[factor] * 40])
            addend = np.broadcast_to(c[:, None], (len(c), 40)).view(nf.binary64.dtype)
            with np.errstate(all="ignore"):
                got = agree(a, b, addend=addend, subtract=subtract)
            sign = -1 if subtract else 1
            want = [oracle.encode(Fraction(float(x)) + sign * oracle.decode(int(plain(a)[i, 0]))
                                  * oracle.decode(factor), overflow=None)
                    for i, x in enumerate(c)]  # fmt: skip
            if T.format.rounding != "stochastic":
                assert got[:, 0].tolist() == got[:, 39].tolist() == want


@every
def test_the_addend_decides_a_tie_of_the_products(T):
    """low / 2 + high / 2 is a midpoint; the addend is the smallest number of either sign, or zero."""
    oracle = oracle_of(T)
    half = oracle.encode(Fraction(1, 2), overflow=None)
    if not judged(T) or oracle.decode(half) != Fraction(1, 2):
        pytest.skip("needs 0 and 1/2, and no cut")
    tiny = oracle.codec.at_index(1)
    ends = [tiny, 0, oracle.neg(tiny) if T.format.is_signed else tiny]
    points = list(midpoints(T))
    a = array(T, [[low, high] for low, high, _ in points])
    b = array(T, [[half] * 30] * 2)
    addend = array(T, [(ends * 10)] * len(points))
    with np.errstate(all="ignore"):
        got = agree(a, b, addend=addend)
    want = [[oracle.encode(m + oracle.decode(e), overflow=None) for e in ends] for *_, m in points]
    if T.format.rounding != "stochastic":
        assert got[:, :3].tolist() == want


@every
def test_leftovers_and_addends_far_away(T):
    """Rows and columns of tiny numbers beside large ones; addends above, below and in between."""
    rng = np.random.default_rng(6)
    with np.errstate(all="ignore"):
        for exponent in (-20, -40):
            a, b = values(T, (30, 40), rng, 1), values(T, (40, 270), rng, 1)
            a[5, 7], b[9, 4], a[:, 11] = T(2.0**exponent), T(2.0**exponent), T(2.0**exponent)
            b[:, 200] = b[:, 200] * T(2.0**exponent)
            for scale in (exponent, -exponent, 3 * exponent):
                agree(a, b, addend=values(T, (30, 270), rng, 1) * T(2.0**scale), subtract=True)
                c = np.ldexp(rng.standard_normal((30, 270)), 2 * scale)
                agree(a, b, addend=c.view(nf.binary64.dtype))


@every
def test_cancelled_by_the_addend(T):
    """The addend takes away what the rounded product is: residuals remain, or nothing."""
    if not T.format.is_signed:
        pytest.skip("needs negative numbers")
    rng = np.random.default_rng(8)
    a, b = values(T, (30, 50), rng, 1), values(T, (50, 20), rng, 1)
    with np.errstate(all="ignore"):
        agree(a, b, addend=a @ b, subtract=True)
        agree(a, b, T=nf.posit32.dtype, addend=a @ b, subtract=True)


@every
def test_specials_in_the_addend(T):
    """NaN, infinities and zeros of both signs: alone in a row, and beside lines that go by dots."""
    rng = np.random.default_rng(7)
    a, b = values(T, (30, 25), rng, 1), values(T, (25, 270), rng, 1)
    with np.errstate(all="ignore"):
        specials = plain(np.array([np.nan, np.inf, -np.inf, 0.0, -0.0]).astype(T))
    for codes in (random_codes(T, 90, rng), specials):
        c = values(T, (30, 270), rng, 1)
        c[3, : len(codes)], c[7, 260] = array(T, codes), array(T, codes)[0]
        agree(a, b, addend=c)
        a[3, 0], b[2, 261] = array(T, codes)[0], array(T, codes)[-1]
        agree(a, b, addend=c, subtract=True)


@pytest.mark.parametrize("path", ["auto", "slices", "extract", "loop"])
@pytest.mark.parametrize("T", [nf.posit16, nf.bfloat16, nf.binary64], ids=lambda T: T.__name__)
def test_in_place(T, path):
    """W <- round(W - x.T @ d), NaNs in all three: as with a result of its own."""
    rng = np.random.default_rng(9)
    x, d = values(T, (24, 130), rng, 1), values(T, (24, 33), rng, 4)
    w = values(T, (130, 33), rng, 2)
    w[7, 5], x[0, 9], d[1, 30] = np.nan, np.nan, np.nan
    want = core_calls.multiply(x.T, d, np.empty_like(w), addend=w, subtract=True, path="loop")
    got = core_calls.multiply(x.T, d, w, addend=w, subtract=True, path=path)
    assert plain(got).tolist() == plain(want).tolist()
    assert not np.isnan(np.delete(np.delete(got, 30, 1), [7, 9], 0)).any()
