# SPDX-License-Identifier: BSD-3-Clause
"""Is a quire the exact sum, whatever the order?"""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from helpers import NAMED, array, finite_numbers, oracle_of, plain, random_codes, scalar

by_name = pytest.mark.parametrize("T", NAMED.values(), ids=NAMED)
# Dot products of b-posits (pairs of codes of n = 16, 32, 64 and the code of the result).
DOTS = [
    (16, [(0x7FFF, 0x7FFF), (0x8001, 0x7FFF), (1, 1)], 1),
    (16, [(1, 3), (0xFFFE, 2)], 0xFFFF),
    (16, [(0x7880, 0x4000), (0x4000, 0x4000), (0x8780, 0x4000)], 0x4000),
    (16, [(0x7FFF, 0x7FFF)] * 3, 0x7FFF),
    (16, [(0x3C9A, 0x4000)] * 10, 0x4000),
    (16, [(0x3C9A, 0x4180), (0x4180, 0x3E55), (0xC09A, 0x401A)], 0x3F0F),
    (32, [(0x7FFFFFFF, 0x7FFFFFFF), (0x80000001, 0x7FFFFFFF), (1, 1)], 1),
    (32, [(1, 3), (0xFFFFFFFE, 2)], 0xFFFFFFFF),
    (32, [(0x78800000, 0x40000000), (0x40000000, 0x40000000), (0x87800000, 0x40000000)], 0x40000000),
    (32, [(0x7FFFFFFF, 0x7FFFFFFF)] * 3, 0x7FFFFFFF),
    (32, [(0x3C99999A, 0x40000000)] * 10, 0x40000000),
    (32, [(0x3C99999A, 0x41800000), (0x41800000, 0x3E555555), (0xC099999A, 0x4019999A)], 0x3F0F5C28),
    (64, [(2**63 - 1, 2**63 - 1), (2**63 + 1, 2**63 - 1), (1, 1)], 1),
    (64, [(1, 3), (2**64 - 2, 2)], 2**64 - 1),
    (64, [(0x788 << 52, 1 << 62), (1 << 62, 1 << 62), (0x878 << 52, 1 << 62)], 1 << 62),
    (64, [(2**63 - 1, 2**63 - 1)] * 3, 2**63 - 1),
    (64, [(0x3C9999999999999A, 1 << 62)] * 10, 1 << 62),
    (64, [(0x3C9999999999999A, 0x418 << 52), (0x418 << 52, 0x3E55555555555555),
          (0xC09999999999999A, 0x401999999999999A)], 0x3F0F5C28F5C28F5C),
]  # fmt: skip


MORE = ["posit<24,es=1>", "posit<16,es=0>", "bposit<13,rs=6,es=5>", "bposit<20,rs=4,es=3>",
        "takum_linear<9>", "takum_linear<40>", "float<exp=5,man=7,signed=false>",
        "float<exp=3,man=4,subnormals=false>", "float<exp=4,man=3,inf=none,nan=none,overflow=saturate>",
        "fixed<12,frac=-3>", "fixed<20,frac=30,signed=false>"]  # fmt: skip


@pytest.mark.parametrize("T", [*NAMED.values(), *map(nf.parse_format, MORE)], ids=str)
def test_against_the_oracle(T):
    """Random codes, specials included, in quires so short that some overflow."""
    usual = nf.Quire(T).layout
    assert (usual.bits, usual.lsb) == nf.oracle.quire_layout(T)
    rng = np.random.default_rng(11)
    for bits in (usual.bits, usual.bits - 31, max(2, usual.bits // 2)):
        for _ in range(12):
            q, want = nf.Quire(T, bits=bits), nf.oracle.OracleQuire(T, bits)
            for a, b in random_codes(T, 10, rng).reshape(-1, 2).tolist():
                sign = int(rng.choice([1, -1]))
                (q.fma if sign > 0 else q.fms)(scalar(T, a), scalar(T, b))
                want.fma(a, b, sign)
                assert q.code % (1 << bits) == want.code(), (bits, a, b)
                assert q.is_nar == (want.value is None)
            with np.errstate(all="ignore"):
                assert int(plain(np.asarray(q.round()))) == want.round()


@by_name
def test_products_and_values_are_exact(T):
    q = nf.Quire(T)
    want = Fraction(0)
    xs, ys = finite_numbers(T, 12, 1), finite_numbers(T, 12, 2)
    for (x, u), (y, v) in zip(xs, ys, strict=False):
        assert q.fma(scalar(T, x), scalar(T, y)) is q
        want += u * v
        assert q.value == want
        q += scalar(T, y)
        want += v
        assert q.value == want
        q -= scalar(T, x)
        q.fms(scalar(T, x), scalar(T, x))
        want -= u + u * u
        assert q.value == want
    k = min(len(xs), len(ys))
    x, y = (array(T, [c for c, _ in part[:k]]) for part in (xs, ys))
    both = sum(u * v for (_, u), (_, v) in zip(xs[:k], ys[:k], strict=True))
    assert q.add_products(x, y).value == want + both
    assert q.sub_products(x, y).value == want
    with np.errstate(all="ignore"):
        assert int(plain(np.asarray(q.round()))) == oracle_of(T).encode(want)
        assert int(plain(np.asarray(q.round(nf.posit16)))) == oracle_of(nf.posit16).encode(want)


@pytest.mark.parametrize(("n", "pairs", "want"), DOTS)
def test_vectors_of_bposits(n, pairs, want):
    T = getattr(nf, f"bposit{n}")
    x, y = (array(T, [p[i] for p in pairs]) for i in (0, 1))
    q = nf.Quire(T).add_products(x, y)
    assert int(plain(np.asarray(q.round()))) == want
    assert int(plain(np.asarray(np.vecdot(x, y)))) == want


@pytest.mark.parametrize("T", [nf.posit8, nf.bfloat16, nf.binary64, nf.bposit32, nf.q15])
def test_nar_until_cleared(T):
    q = nf.Quire(T)
    specials = {"nan", "inf", "-inf"} & {"nan", *(["inf", "-inf"] if T.format.has_inf else [])}
    for text in specials if T.format.has_nan else ():
        q.clear().add(array(T, [oracle_of(T).parse(text)]))
        assert q.is_nar
        q += T(1)
        q -= q.copy()
        assert q.is_nar
        assert (q + nf.Quire(T)).is_nar
        assert (-q).is_nar
        assert abs(q).is_nar
        with pytest.raises(ValueError, match="NaR"):
            _ = q.value
        assert np.isnan(q.round())
        assert "NaR" in repr(q)
    assert not q.clear().is_nar
    assert q.value == 0
    assert not q


@pytest.mark.parametrize("bits", [50, 52, 56, 64, 65, 70, 120])
def test_overflow_of_the_carry_bits(bits):
    """With few bits above: the largest number fits, one more does not."""
    T = nf.posit8
    most = (1 << (bits - 1)) - 1
    start = nf.Quire.from_bytes(T, most.to_bytes(-(-bits // 8), "little"), bits=bits)
    assert start.code == most
    small = T.from_bits(1)
    assert start.copy().fms(small, small).code == most - 1
    assert start.copy().fma(small, small).is_nar
    assert (start + start).is_nar
    low = -start
    assert low.code == -most
    assert low.copy().fma(small, small).code == 1 - most
    assert low.copy().fms(small, small).is_nar
    both = start.copy().add_products([small, -small], [small, small])
    assert both.code == most  # one exact step


def test_merging_does_not_depend_on_order_or_splits():
    T = nf.posit16
    rng = random.Random(5)
    data = finite_numbers(T, 200, 6)
    x = array(T, [c for c, _ in data])
    y = x[::-1].copy()
    whole = nf.Quire(T).add_products(x, y).to_bytes()
    for _ in range(1000):
        order = list(range(len(x)))
        rng.shuffle(order)
        cuts = sorted(rng.sample(range(len(x)), rng.randint(0, 6)))
        parts = [order[i:j] for i, j in zip([0, *cuts], [*cuts, len(x)], strict=True)]
        quires = [nf.Quire(T).add_products(x[p], y[p]) for p in parts]
        rng.shuffle(quires)
        total = nf.Quire(T)
        for q in quires:
            total += q
        assert total.to_bytes() == whole


def test_mixed_formats_and_numbers():
    q = nf.Quire(nf.posit32)
    q.fma(nf.posit16(3), nf.posit8(0.5)).add_products([0.1], [1])
    assert q.value == Fraction(3, 2) + Fraction(*nf.posit32(0.1).as_integer_ratio())
    q += 2
    q += nf.posit8(4)
    assert q.value - Fraction(15, 2) == Fraction(*nf.posit32(0.1).as_integer_ratio())
    with pytest.raises(TypeError, match="binary64 times binary64 can be finer"):
        q.fma(np.float64(1), np.float64(1))
    with pytest.raises(TypeError, match="do not merge"):
        q += nf.Quire(nf.posit16)
    with pytest.raises(TypeError, match="dtype <U1"):
        q += "1"
    with pytest.raises(TypeError, match="not of <class 'numpy.int64'>|int64"):
        nf.Quire(np.int64)
    with pytest.raises(ValueError, match="allowed: 2"):
        nf.Quire(nf.posit8, bits=1)
    with pytest.raises(ValueError, match="allowed: 2"):
        nf.Quire(nf.posit8, bits=1 << 20)
    assert nf.Quire(nf.posit8, bits=98816).add(1).round() == 1
    wide = nf.Quire(nf.bposit64)
    wide += nf.Quire(nf.bposit16).fma(1, 5)  # one layout for all widths
    assert wide.value == 5
    doubles = nf.Quire(np.float64).add_products(np.array([1e300, 1]), np.array([1e-300, 1e-300]))
    assert doubles.value == Fraction(1e300) * Fraction(1e-300) + Fraction(1e-300)


def test_the_lossy_export():
    T = nf.bposit16
    q = nf.Quire(T).fma(T(3), T(0.5))
    assert int.from_bytes(q.export_800(), "little") == 3 << 383
    p = [T.from_bits(i) for i in range(4)]
    q = nf.Quire(T).fma(p[1], p[3]).fms(p[2], p[2])
    assert q.value == -(Fraction(2) ** -392)
    assert int.from_bytes(q.export_800(), "little", signed=True) == -1  # toward minus infinity
    assert int.from_bytes((-q).export_800(), "little") == 0
    nar = nf.Quire(T).add(T("nan"))
    assert int.from_bytes(nar.export_800(), "little") == 1 << 799
    with pytest.raises(TypeError, match="b-posits"):
        nf.Quire(nf.posit16).export_800()


def test_operators_from_the_left_and_special_values():
    q = nf.Quire(nf.posit32).add(2)
    for one in (1, nf.posit32(1), np.float32(1).astype(nf.posit32)):
        assert (one + q).value == 3
        assert (one - q).value == -1
    nar = nf.Quire(nf.posit32).add(nf.posit32("nan"))
    assert nar != float("-inf")
    assert nar < float("-inf") < q < float("inf")
    assert nar == float("nan")


def test_the_standards_functions():
    T = nf.posit8
    q = nf.pToQ(T(2))
    r = nf.qSubP(nf.qAddP(q, T(5)), T(0.25))
    assert r.value == Fraction(27, 4)
    assert q.value == 2
    assert nf.qToP(nf.qMulSub(nf.qMulAdd(r, T(3), T(7)), T(2), T(2))) == T(23.75)
    assert nf.qAbs(nf.qNegate(r)) == r
    assert nf.qAddQ(q, r).value - nf.qSubQ(q, r).value == 2 * r.value


def test_the_text_of_a_long_value_is_short():
    wide = nf.Float(15, 48)
    assert repr(nf.Quire(nf.posit16).add(1.5)) == "<quire of Posit(16, es=2): 3/2>"
    assert repr(nf.Quire(wide).add(wide("1e-4900"))).endswith(f"{wide('1e-4900'):.16e}...>")
    text = repr(nf.Quire(wide).add(wide("-1e4900")))
    assert text.startswith("<quire of Float(exp=15, man=48): -")
    assert text.endswith(f"{wide('1e4900'):.16e}...>")
