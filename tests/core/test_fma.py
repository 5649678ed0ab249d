# SPDX-License-Identifier: BSD-3-Clause
"""Are a*b + c and a*b*c rounded once, with NumPy's manners?"""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

import numformats as nf
from helpers import NAMED, all_codes, array, check, oracle_of, plain, raised, random_codes

by_name = pytest.mark.parametrize("T", NAMED.values(), ids=NAMED)
SPECIALS = ("0", "-0", "1", "-1", "inf", "-inf", "nan", "max", "tiny")


def special_codes(T):
    oracle = oracle_of(T)
    codec = oracle.codec
    found = [oracle.parse(x) for x in SPECIALS[:-2]]
    return sorted({*found, codec.at_index(codec.last_finite), codec.at_index(1)})


@by_name
@pytest.mark.parametrize("op", ["fma", "fmm", "clip"])
def test_specials_in_all_places(T, op):
    triples = np.array(list(product(special_codes(T), repeat=3)), np.uint64)
    check(T, op, *triples.T)


@by_name
@pytest.mark.parametrize("op", ["fma", "fmm", "clip"])
def test_random_codes(T, op):
    rng = np.random.default_rng(9)
    check(T, op, *(random_codes(T, 300, rng) for _ in range(3)))


@pytest.mark.parametrize("T", [nf.float4_e2m1fn, nf.Posit(4, es=1), nf.Float(2, 1), nf.Fixed(4, 2)],
                         ids=lambda T: T.__name__)  # fmt: skip
@pytest.mark.parametrize("op", ["fma", "fmm", "clip"])
def test_all_triples_of_four_bits(T, op):
    grid = np.meshgrid(*[all_codes(T)] * 3)
    assert check(T, op, *(g.ravel() for g in grid)) == 4096


def test_one_rounding_is_not_two():
    """52800 + 2^-56 in posit16: the sticky bit decides; see also test_constructed."""
    T = nf.posit16
    a, b, tiny = T(240), T(220), T(2.0**-56)
    assert float(a * b + tiny) == float(a * b)
    assert float(nf.fma(a, b, tiny)) == 52864
    x = T(1) + np.spacing(T(1))
    assert float(nf.fma(x, x, -(x * x))) == 2.0**-22


def test_manners():
    T = nf.posit32
    a = np.arange(12, dtype=np.int64).astype(T.dtype).reshape(3, 4)
    assert nf.fma(a, 2, 1).dtype == T.dtype
    assert (nf.fma(a, 2, 1) == a * 2 + 1).all()
    assert (nf.fmm(a, a[0], 2) == a * a[0] * 2).all()
    assert (nf.fma(a[:, ::2], a[::-1, 1::2], 1) == a[:, ::2] * a[::-1, 1::2] + 1).all()
    out = np.empty_like(a)
    assert nf.fma(a, a, a, out=out) is out
    assert type(nf.fma(T(2), T(3), T(4))) is T
    assert nf.fma(T(2), T(3), T(4)) == 10
    b = a.copy()
    nf.fma(b, b, b, out=b)
    assert (b == a * a + a).all()
    assert nf.fma(a[:0], a[:0], 1).shape == (0, 4)
    assert np.shares_memory(nf.fma(b, 0, 0, out=b[::1]), b)


def test_mixed_formats_meet_where_all_fit():
    x = nf.fma(np.ones(2, nf.posit16), np.ones(2, nf.posit32), 1)
    assert x.dtype == nf.posit32.dtype
    with pytest.raises(TypeError):
        nf.fma(np.ones(2, nf.posit64), np.ones(2, nf.takum_linear64), 1)
    with pytest.raises(TypeError):
        nf.fma(np.ones(2), np.ones(2), np.ones(2))


@pytest.mark.parametrize("T", [nf.binary32, nf.posit32, nf.q31], ids=lambda T: T.__name__)
def test_no_flag_without_a_reason(T):
    codes = array(T, [oracle_of(T).encode(x) for x in (0, 0.5, -0.25)])
    for f in (nf.fma, nf.fmm):
        result, flags = raised(f, codes, codes, codes)
        assert not flags
        assert plain(result).size == 3
