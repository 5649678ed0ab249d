# SPDX-License-Identifier: BSD-3-Clause
"""Are means, variances, lengths and short expressions exact until their one rounding?"""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import numformats as nf
from helpers import NAMED, array, oracle_of, plain, random_codes
from numformats.exact.means import _root_of_quotient, standard_error

SIGNED = {
    n: T for n, T in NAMED.items() if n != "float8_e8m0fnu" and T.format.family != "truncated"
}
by_name = pytest.mark.parametrize("T", SIGNED.values(), ids=SIGNED)
doubles = st.lists(
    st.floats(allow_nan=False, allow_infinity=False, width=64), min_size=1, max_size=8
)


def finite(T, n, seed):
    """An array of finite random codes, and its values."""
    oracle = oracle_of(T)
    codes = random_codes(T, 4 * n, np.random.default_rng(seed))
    kept = [int(c) for c in codes if isinstance(oracle.decode(int(c)), (int, Fraction))][:n]
    return array(T, kept), [Fraction(oracle.decode(c)) for c in kept]


def same(T, got, exact):
    """Is a scalar the rounding of a Fraction?"""
    with np.errstate(all="ignore"):
        assert int(plain(np.asarray(got))) == oracle_of(T).encode(exact)


def root(x):
    """A Fraction beside the square root: exact, or off by far less than decides a rounding."""
    scale = 2**600
    return Fraction(math.isqrt(x.numerator * x.denominator * scale**2), x.denominator * scale)


def test_what_a_division_leaves_is_in_the_lowest_bit_of_a_root():
    """The quotient alone is a square: only its remainder tells that the root is more."""
    root_of = 3 * 2**400 + 1
    assert _root_of_quotient(9 * root_of**2, 9, 0)[0] % 2 == 0
    assert _root_of_quotient(9 * root_of**2 + 1, 9, 0)[0] % 2 == 1


@by_name
@pytest.mark.parametrize("n", [1, 2, 3, 7, 40])
def test_reductions(T, n):
    a, x = finite(T, n, n)
    n = len(x)
    with np.errstate(all="ignore"):
        same(T, nf.fmean(a), sum(x) / n)
        mean = sum(x) / n
        variance = sum((v - mean) ** 2 for v in x) / n
        same(T, nf.fvar(a), variance)
        same(T, nf.fstd(a), root(variance))
        if n > 1:
            same(T, nf.fvar(a, ddof=1), variance * n / (n - 1))
            same(T, nf.fstd(a, ddof=1), root(variance * n / (n - 1)))
            same(T, standard_error(a), root(variance / (n - 1)))
        length = nf.norm2(a)
    square = sum(v * v for v in x)
    exact = root(square)
    if exact * exact != square:  # above the cut root, below any neighbour
        exact += Fraction(1, 2**700)
    same(T, length, exact)


def test_roots_beside_midpoints():
    """Squares of numbers that lie between two codes, one bit off."""
    for T, bits in ((nf.posit16, 12), (nf.bfloat16, 8), (nf.posit8, 4)):
        for m in range(2**bits + 1, 2**bits + 60, 2):
            middle = Fraction(m, 2**bits)
            square = middle * middle
            for off in (-1, 0, 1):
                # four squares that make the sum: the largest below it, and so on
                rest, parts = square + off * Fraction(1, 2 ** (2 * bits)), []
                for _ in range(60):
                    part = T(float(root(rest)))
                    while Fraction(*part.as_integer_ratio()) ** 2 > rest:
                        part = np.nextafter(part, T(0))
                    if part == 0:
                        break
                    parts.append(part)
                    rest -= Fraction(*part.as_integer_ratio()) ** 2
                total = sum(Fraction(*p.as_integer_ratio()) ** 2 for p in parts)
                exact = root(total)
                exact += 0 if exact * exact == total else Fraction(1, 2**700)
                same(T, nf.norm2(np.array(parts, T)), exact)


@given(doubles)
def test_doubles(x):
    a, n = np.array(x), len(x)
    exact = [Fraction(v) for v in x]
    with np.errstate(over="ignore"):
        same(nf.binary64, np.asarray(nf.fmean(a)).view(nf.binary64.dtype)[()], sum(exact) / n)
        variance = sum((v - sum(exact) / n) ** 2 for v in exact) / n
        same(nf.binary64, np.asarray(nf.fvar(a)).view(nf.binary64.dtype)[()], variance)
        mpmath.mp.prec = 5000
        length = mpmath.sqrt(mpmath.fsum(mpmath.mpf(v) ** 2 for v in x))
        assert nf.norm2(a) == float(length)


def test_axes_and_specials():
    a = np.arange(24.0).reshape(2, 3, 4)
    for axis in (None, 0, -1, (0, 2), ()):
        for keepdims in (False, True):
            want = a.mean(axis=axis, keepdims=keepdims)
            for f, g in ((nf.fmean, np.mean), (nf.fvar, np.var)):
                got, want = f(a, axis, keepdims=keepdims), g(a, axis=axis, keepdims=keepdims)
                assert np.shape(got) == np.shape(want)
                assert np.allclose(got, want)
    assert nf.norm2(np.array([[3.0, 4.0]]), axis=1).tolist() == [5]
    for call in (lambda: nf.fmean(np.empty(0)), lambda: nf.fvar(np.ones(2), ddof=2)):
        with pytest.warns(RuntimeWarning, match="invalid value encountered in a mean of too few"):
            assert np.isnan(call())
    with np.errstate(invalid="ignore"):
        assert np.isnan(nf.fmean(np.empty(0)))
        assert np.isnan(nf.fvar(np.ones(1), ddof=1))
    assert nf.norm2(np.empty(0)) == 0
    assert nf.fmean(np.array([np.inf, 1])) == np.inf
    assert nf.fmean(np.array([1e308, 1e308, -np.inf])) == -np.inf
    assert nf.norm2(np.array([-np.inf, 1])) == np.inf
    assert np.isnan(nf.norm2(np.array([np.inf, np.nan])))
    assert np.isnan(nf.fvar(np.array([np.inf, 1])))
    assert np.isnan(nf.fmean(np.array([1, "nan"], nf.posit16)))
    with pytest.raises(TypeError, match="int64"):
        nf.fmean(np.arange(3))


# ---- short expressions ---------------------------------------------------------------------------


@by_name
def test_det2_and_complex_products(T):
    (a, x), (b, y), (c, z), (d, w) = (finite(T, 12, seed) for seed in (1, 2, 3, 4))
    n = min(map(len, (x, y, z, w)))
    a, b, c, d = (v[:n] for v in (a, b, c, d))
    with np.errstate(all="ignore"):
        got = nf.det2(a, b, c, d)
        re, im = nf.complex_multiply(a, b, c, d)
    for i in range(n):
        same(T, got[i], x[i] * w[i] - y[i] * z[i])
        same(T, re[i], x[i] * z[i] - y[i] * w[i])
        same(T, im[i], x[i] * w[i] + y[i] * z[i])


def test_cancellation_and_shapes_of_det2():
    x = 1 + 2.0**-30
    assert nf.det2(x, 1 + 2.0**-29, 1.0, x) == 2.0**-60
    assert nf.det2(np.ones((2, 1)), np.zeros(3), 1, np.arange(3.0)).tolist() == [[0, 1, 2]] * 2
    assert nf.det2(nf.posit8(2), nf.posit16(3), 1, nf.posit8(4)) == nf.posit16(5)
    assert nf.det2(np.inf, 1.0, 1.0, 1.0) == np.inf
    with np.errstate(invalid="ignore"):
        assert np.isnan(nf.det2(np.inf, np.inf, 1.0, 1.0))
    with pytest.raises(TypeError):
        nf.det2(nf.posit64(1), nf.takum_linear64(1), 1, 1)


def test_results_of_truncated_formats_are_cut():
    """As the format's own operations: seven thirds, and the sum of squares of a third."""
    T = nf.mlu32
    a = np.array([3, 3, 1], T)
    assert plain(np.asarray(nf.fmean(a))) == plain(np.asarray(T(7) / T(3)))
    assert (
        plain(np.asarray(nf.horner_exact([1, 0], a / a + a / T(7)))).tolist()
        == plain((a / a + a / T(7)) * T(1)).tolist()
    )


def test_infinities_of_unsigned_floats():
    U = nf.Float(4, 3, signed=False)
    inf, one = U(np.inf), U(1)
    assert nf.det2(inf, one, one, one) == inf
    with np.errstate(invalid="ignore"):
        assert np.isnan(nf.det2(inf, inf, one, one))
        assert np.isnan(nf.det2(one, inf, one, one))  # a negative infinity has no place
    mixed = nf.det2(np.array([inf, U(3)]), one, one, one)
    assert mixed[0] == inf
    assert mixed[1] == U(2)


@by_name
def test_horner(T):
    c, terms = finite(T, 5, 5)
    points, values = finite(T, 9, 6)
    with np.errstate(all="ignore"):
        got = nf.horner_exact(c, points)
        for i, x in enumerate(values):
            same(T, got[i], sum(t * x ** (len(terms) - 1 - k) for k, t in enumerate(terms)))


def test_arguments_of_horner():
    assert nf.horner_exact([1, -3, 3, -1], 1 + 2.0**-40) == 2.0**-120
    assert nf.horner_exact([], np.ones((2, 2))).tolist() == [[0, 0], [0, 0]]
    assert nf.horner_exact([1.5], nf.posit8(3)) == nf.posit8(1.5)
    assert nf.horner_exact([2, 1], np.array([[1], [2]], nf.posit16)).tolist() == [[3], [5]]
    with np.errstate(invalid="ignore"):
        assert np.isnan(nf.horner_exact([1, 1], np.nan))
        assert np.isnan(nf.horner_exact(np.array([1, np.inf]), 1.0))
    with pytest.raises(ValueError, match=r"shape \(1, 2\)"):
        nf.horner_exact([[1, 2]], 1.0)
    with pytest.raises(TypeError, match="complex"):
        nf.horner_exact(np.ones(2, complex), 1.0)
