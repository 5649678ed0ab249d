# SPDX-License-Identifier: BSD-3-Clause
"""How long is a quire, where is its last bit, and which bytes hold it?"""

from __future__ import annotations

import copy
import pickle
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from helpers import NAMED, finite_numbers, oracle_of, plain, scalar

by_name = pytest.mark.parametrize("T", NAMED.values(), ids=NAMED)

# bits and exponent of the last one: Posit Standard 3.2; formats.md 1.5; products and 31 carry bits
LAYOUTS = {
    "posit8": (128, -48), "posit16": (256, -112), "posit32": (512, -240), "posit64": (1024, -496),
    "bposit16": (1024, -488), "bposit32": (1024, -488), "bposit64": (1024, -488),
    "bposit8q": (70, -22), "bposit16q": (550, -262), "bposit32q": (954, -474),
    "bposit64q": (1390, -718), "float8_e4m3fn": (68, -18), "float8_e5m2": (96, -32),
    "binary16": (112, -48), "bfloat16": (554, -266), "binary32": (586, -298),
    "binary64": (4228, -2148), "q7": (47, -14), "q15": (63, -30), "q31": (95, -62),
}  # fmt: skip


@pytest.mark.parametrize("name", LAYOUTS)
def test_layouts(name):
    layout = nf.Quire(name).layout
    assert (layout.bits, layout.lsb) == LAYOUTS[name]
    assert layout.words == -(-layout.bits // 64)


@by_name
def test_the_ends_fit(T):
    """2**31 - 1 products of the largest values, but no bit below the smallest ones."""
    if T.format.family in ("fixed", "truncated") or not T.format.is_signed:
        pytest.skip("ends are not symmetric, or flushed")
    q, codec = nf.Quire(T), oracle_of(T).codec
    big, small = (Fraction(oracle_of(T).decode(codec.at_index(i))) for i in (codec.last_finite, 1))
    q.fma(
        scalar(T, codec.at_index(codec.last_finite)), scalar(T, codec.at_index(codec.last_finite))
    )
    assert q.value == big * big
    unit = Fraction(2) ** q.layout.lsb
    assert (2**31 - 1) * big * big < unit * 2 ** (q.layout.bits - 1)
    q.clear().fma(scalar(T, codec.at_index(1)), scalar(T, codec.at_index(1)))
    assert q.value == small * small
    assert (small * small / unit).denominator == 1


@pytest.mark.parametrize("bits", [2, 3, 8])
def test_the_lowest_values_of_fixed_point_fit(bits):
    """2**31 - 1 squares of the lowest value: of 2 bits, it is as long as two of the highest."""
    T = nf.Fixed(bits, frac=0)
    lowest = scalar(T, 1 << (bits - 1))
    square = 4 ** (bits - 1)
    q = nf.Quire(T)
    assert q.layout.bits == 2 * bits + 31
    almost = (2**31 - 2) * square
    q = nf.Quire.from_bytes(T, almost.to_bytes(len(q.to_bytes()), "little"))
    assert q.fma(lowest, lowest).value == (2**31 - 1) * square


@pytest.mark.parametrize("T", [nf.Fixed(8, frac=-4), nf.Fixed(6, frac=9), nf.Fixed(6, frac=-2, signed=False),
                               nf.Float(5, 2, bias=40), nf.Float(5, 2, bias=-40)])  # fmt: skip
def test_values_fit_where_products_are_coarser_or_smaller(T):
    oracle = oracle_of(T)
    for i in (1, oracle.codec.last_finite):
        c = oracle.codec.at_index(i)
        x = oracle.decode(c)
        assert nf.Quire(T).add(scalar(T, c)).fma(scalar(T, c), scalar(T, c)).value == x + x * x


def test_the_longest_layouts():
    """Floats whose biases are as far off as can be, in quires of their own and the widest ones."""
    for bias in (-32832, 32832):
        T = nf.Float(15, 48, bias=bias, inf="none", nan="none", overflow="saturate")
        big = oracle_of(T).codec.at_index(oracle_of(T).codec.last_finite)
        for bits in (None, 98816):
            q = (
                nf.Quire(T, bits=bits)
                .fma(scalar(T, big), scalar(T, big))
                .fma(scalar(T, 1), scalar(T, 1))
            )
            x, y = (oracle_of(T).decode(c) for c in (big, 1))
            assert q.value == x * x + y * y
            for other in (nf.Float(15, 48, bias=-bias), nf.posit8, T):
                with np.errstate(all="ignore"):
                    got = int(plain(np.asarray(q.round(other))))
                    assert got == oracle_of(other).encode(x * x + y * y)


def test_the_standards_layout_bit_for_bit():
    for n in (8, 16, 32, 64):
        T = getattr(nf, f"posit{n}")
        one = nf.pToQ(T(1)).to_bytes()
        assert len(one) == 2 * n
        assert int.from_bytes(one, "little") == 1 << (8 * n - 16)
        assert int.from_bytes(nf.pToQ(T(-1)).to_bytes(), "little") == 2 ** (16 * n) - (
            1 << (8 * n - 16)
        )
        nar = nf.pToQ(T("nar"))
        assert nar.is_nar
        assert int.from_bytes(nar.to_bytes(), "little") == 1 << (16 * n - 1)
        small = T.from_bits(1)
        assert nf.qMulAdd(nf.Quire(T), small, small).code == 1


@by_name
def test_bytes_pickles_and_copies(T):
    q = nf.Quire(T)
    for c, _ in finite_numbers(T, 5, 3):
        q.fma(scalar(T, c), scalar(T, c))
    if T.format.is_signed:
        q = -q
    assert len(q.to_bytes()) == -(-q.layout.bits // 8)
    for other in (nf.Quire.from_bytes(T, q.to_bytes()), pickle.loads(pickle.dumps(q)),
                  copy.copy(q), copy.deepcopy(q)):  # fmt: skip
        assert other == q
        assert other.code == q.code
        one = T(1) if T.format.zero and T.format.family != "fixed" else scalar(T, 1)
        assert other.add(one) != q


def test_bytes_of_the_wrong_kind():
    with pytest.raises(ValueError, match="1 quires of 16 bytes each, not 15 bytes"):
        nf.Quire.from_bytes(nf.posit8, bytes(15))
    with pytest.raises(ValueError, match="not the code of a quire of 68 bits"):
        nf.Quire.from_bytes(nf.float8_e4m3fn, b"\xff" * 8 + b"\x0f")
