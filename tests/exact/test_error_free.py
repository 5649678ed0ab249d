# SPDX-License-Identifier: BSD-3-Clause
"""Do a rounded result and its error term add up to the exact one, and is every other pair refused?"""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

import numformats as nf
from helpers import NAMED, array, oracle_of, plain, random_codes
from numformats.exact.error_domains import sum_domain

SMALL = {
    text: nf.parse_format(text)
    for text in (
        "posit<4>", "posit<5,es=0>", "posit<6,es=1>", "bposit<6,rs=2,es=2>", "bposit<6,rs=3,es=3>", "float4_e2m1fn",
        "float6_e3m2fn", "float<exp=3,man=2>", "float<exp=2,man=2,rounding=toward_negative>", "float<exp=3,man=1,subnormals=false>",
        "fixed<5,frac=3>", "fixed<5,frac=5>", "fixed<4,frac=1,overflow=wrap>", "fixed<4,frac=2,signed=false>",
    )
}  # fmt: skip
KINDS = {"two_sum": "add", "fast_two_sum": "add", "two_prod": "mul"}
ROWS = [n for n in NAMED if n != "float8_e8m0fnu"]


def value(o, code):
    """As arithmetic reads it (a truncated float's subnormals as 0); None of what is not finite."""
    v = o.codec.load(int(code))
    if isinstance(v, Fraction):
        return v
    return Fraction(0) if v == nf.oracle.Special.NEG_ZERO else None


def answer(o, have, name, a, b):
    """The exact error as the definition has it; None where the pair is to be refused."""
    x, y, rounded = value(o, a), value(o, b), value(o, getattr(o, KINDS[name])(int(a), int(b)))
    if None in (x, y, rounded) or (name == "fast_two_sum" and abs(x) < abs(y)):
        return None
    left = (x * y if name == "two_prod" else x + y) - rounded
    return left if left in have else None


def call(T, name, a, b):
    """The values that come back; None when the pair is refused."""
    o = oracle_of(T)
    try:
        s, e = getattr(nf, name)(T.from_bits(int(a)), T.from_bits(int(b)))
    except ValueError:
        return None
    assert s.bits == getattr(o, KINDS[name])(int(a), int(b))
    return value(o, e.bits)


@pytest.mark.parametrize("text", SMALL)
@pytest.mark.parametrize("name", KINDS)
def test_all_pairs_of_small_formats(text, name):
    T = SMALL[text]
    o, codes = oracle_of(T), range(1 << T.format.bits)
    have = {value(o, c) for c in codes}
    step = 1 if T.format.bits < 5 else 5
    for a, b in product(codes[::step], codes):
        assert call(T, name, a, b) == answer(o, have, name, a, b), (a, b)


@pytest.mark.parametrize("text", [t for t in SMALL if sum_domain(SMALL[t].format)])
def test_nothing_is_refused_in_the_documented_domain(text):
    T = SMALL[text]
    o, (least, most) = oracle_of(T), sum_domain(T.format)
    values = {c: value(o, c) for c in range(1 << T.format.bits)}
    inside = {
        c: v
        for c, v in values.items()
        if v is not None and (v / Fraction(2) ** least).denominator == 1
    }
    pairs = [
        (a, b) for a, b in product(inside, inside) if most is None or abs(inside[a] + inside[b]) <= Fraction(2) ** most
    ]  # fmt: skip
    assert len(pairs) > 4
    left, right = (array(T, list(codes)) for codes in zip(*pairs, strict=True))
    s, e = nf.two_sum(left, right)
    for (a, b), p, q in zip(pairs, plain(s), plain(e), strict=True):
        assert values[int(p)] + values[int(q)] == values[a] + values[b]


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("kind", KINDS)
def test_named_rows(name, kind):
    """Random and special codes of every row: each pair is exact, or refused for a reason."""
    T = NAMED[name]
    o, f = oracle_of(T), T.format
    rng = np.random.default_rng(f.bits)
    codes = [int(c) for c in random_codes(T, 7, rng)]
    codes += [0, 1, (1 << (f.bits - 1)) - 1, 1 << (f.bits - 1), (1 << f.bits) - 1]
    for a, b in product(codes, codes):
        got = call(T, kind, a, b)
        x, y, rounded = value(o, a), value(o, b), value(o, getattr(o, KINDS[kind])(a, b))
        if got is not None:
            assert got + rounded == (x * y if kind == "two_prod" else x + y)
            assert kind != "fast_two_sum" or abs(x) >= abs(y)
        elif None not in (x, y, rounded) and (kind != "fast_two_sum" or abs(x) >= abs(y)):
            left = (x * y if kind == "two_prod" else x + y) - rounded
            assert value(o, o.encode(left)) != left or f.family == "truncated"


def test_long_arrays_have_the_results_of_scalars_and_keep_their_shape():
    rng = np.random.default_rng(3)
    a, b = (rng.standard_normal((3, 5, 700)).astype(nf.posit16) for _ in range(2))
    s, e = nf.two_sum(a, b)
    assert s.dtype == e.dtype == a.dtype
    assert s.shape == a.shape
    assert np.array_equal(s.astype(float) + e.astype(float), a.astype(float) + b.astype(float))
    turned, rest = nf.two_sum(a[:, ::-1, ::3].T, b[:, ::-1, ::3].T)
    assert np.array_equal(turned.T, s[:, ::-1, ::3])
    assert np.array_equal(rest.T, e[:, ::-1, ::3])
    b[...] = 1
    a[1, 2, 699] = b[1, 2, 699] = 1.5 + 2.0**-11
    with pytest.raises(
        ValueError, match=r"a\[1, 2, 699\] is .*posit16 has no number for the error"
    ):
        nf.two_prod(a, b)


@pytest.mark.parametrize("T", [nf.posit16, nf.posit64, nf.binary64, np.float32, np.float64])
@pytest.mark.parametrize("shape", [(0,), (2, 0), (), (1, 1)])
def test_empty_and_odd_shapes(T, shape):
    ones = np.ones(shape, T)
    for name in KINDS:
        s, e = getattr(nf, name)(ones, ones)
        assert np.shape(s) == np.shape(e) == shape
        assert s.dtype == e.dtype == np.dtype(T)
        assert not np.any(e)


def test_operands_broadcast_and_numbers_take_on_the_format():
    a = np.array([[1], [2]], nf.bposit16)
    s, e = nf.two_sum(a, np.array([2.0**-14, 0, -3], nf.bposit16))
    assert s.tolist() == [[1, 1, -2], [2, 2, -1]]
    assert e[:, 0].tolist() == [2.0**-14, 2.0**-14]
    assert nf.two_sum(nf.posit16(1), 0.5) == (nf.posit16(1.5), nf.posit16(0))
    assert nf.two_sum(nf.posit16(1), nf.posit32(2.0**-20))[1].dtype == nf.posit32.dtype
    with pytest.raises(TypeError, match="int64"):
        nf.two_sum(np.arange(3), np.arange(3))
    with pytest.raises(TypeError, match="complex128"):
        nf.two_prod(1j, 2j)


def test_doubles_are_exact_where_their_residuals_are():
    rng = np.random.default_rng(5)
    a, b = rng.standard_normal((2, 1000)) * 2.0 ** rng.integers(-300, 300, (2, 1000))
    for name, of in (("two_sum", Fraction.__add__), ("two_prod", Fraction.__mul__)):
        for x, y, s, e in zip(a, b, *getattr(nf, name)(a, b), strict=True):
            assert Fraction(s) + Fraction(e) == of(Fraction(x), Fraction(y))
    tiny = 2.0**-600
    assert nf.two_prod(tiny, 2.0**-400) == (2.0**-1000, 0)
    with pytest.raises(ValueError, match="binary64 has no number"):
        nf.two_prod((1 + 2.0**-52) * tiny, (1 + 2.0**-52) * 2.0**-450)
    with pytest.raises(ValueError, match="binary64 has no number"):
        nf.two_sum(1.7e308, 1.7e308)


def test_compensated_sums_of_posits_of_64_bits():
    rng = np.random.default_rng(6)
    a, b = (rng.standard_normal(200).astype(nf.posit64) for _ in range(2))
    for name, of in (("two_sum", Fraction.__add__), ("two_prod", Fraction.__mul__)):
        exact = [of(Fraction(*x.as_integer_ratio()), Fraction(*y.as_integer_ratio())) for x, y in zip(a, b, strict=True)]  # fmt: skip
        taken = 0
        for x, y, v in zip(a, b, exact, strict=True):
            try:
                s, e = getattr(nf, name)(x, y)
            except ValueError:
                continue
            taken += 1
            assert Fraction(*s.as_integer_ratio()) + Fraction(*e.as_integer_ratio()) == v
        assert taken == 200 if name == "two_sum" else taken > 0
