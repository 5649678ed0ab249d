# SPDX-License-Identifier: BSD-3-Clause
"""Are sums of products exact, with one rounding at the end, through every door of NumPy?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from constructed import edges
from helpers import NAMED, array, oracle_of, plain, raised, random_codes

by_name = pytest.mark.parametrize("T", NAMED.values(), ids=NAMED)
PARAMETRIC = ["float<exp=15,man=48>", "fixed<64,frac=63,signed=false>", "posit<64,es=5>",
              "fixed<16,frac=8,overflow=wrap>", "float<exp=8,man=7,rounding=toward_negative>",
              "truncated<exp=8,man=23,compute_man=20,truncate=operand>",
              "float<exp=4,man=3,subnormals=false,rounding=to_odd>",
              "posit<2,es=2>", "takum_linear<11>"]  # fmt: skip
ALL = [*NAMED.values(), *map(nf.parse_format, PARAMETRIC)]


def dot(T, x, y):
    """The code and flags of np.dot on codes."""
    result, flags = raised(np.dot, array(T, x), array(T, y))
    return int(plain(np.asarray(result))), flags


def draw(T, n, rng):
    """Finite codes of one size, then anything, and always something that cancels."""
    oracle = oracle_of(T)
    kind = rng.integers(4)
    if kind == 0:
        codes = random_codes(T, n, rng)
    elif kind == 1:
        codes = rng.choice(np.array(edges(oracle), np.uint64), n)
    else:
        values = rng.uniform(-2 if T.format.is_signed else 0, 2, n)
        codes = np.array([oracle.encode(v, overflow=None) for v in values], np.uint64)
    return codes.astype(np.uint64)


@pytest.mark.parametrize("T", ALL, ids=lambda T: T.__name__)
def test_dot_against_the_oracle(T):
    oracle = oracle_of(T)
    rng = np.random.default_rng(21)
    for i in range(60):
        n = int(rng.integers(1, 12))
        x, y = draw(T, n, rng), draw(T, n, rng)
        if i % 3 == 0:  # everything cancels but the last product
            x = np.concatenate([x, x, x[:1]])
            negated = [oracle.neg(int(c)) if T.format.is_signed else int(c) for c in y]
            y = np.concatenate([y, np.array(negated, np.uint64), y[-1:]])
        want = oracle.dot(x.tolist(), y.tolist())
        got, flags = dot(T, x, y)
        assert got == want, (T.__name__, x, y, hex(got), hex(want))
        assert flags == oracle.last_flags, (T.__name__, x, y)


@by_name
def test_extremes(T):
    """maxpos^2 against minpos^2: the whole span of the accumulator."""
    oracle = oracle_of(T)
    codec = oracle.codec
    big, small = codec.at_index(codec.last_finite), codec.at_index(1)
    minus = oracle.neg(big) if T.format.is_signed else big
    cases = [([big, minus, small], [big, big, small]), ([big] * 3, [big] * 3),
             ([small], [small]), ([big, small, minus], [big, small, big]),
             ([small] * 5, [small] * 5), ([big, minus], [big, big])]  # fmt: skip
    for x, y in cases:
        want = oracle.dot(x, y)
        assert dot(T, x, y) == (want, oracle.last_flags)


@pytest.mark.parametrize("T", [nf.posit16, nf.float8_e5m2, nf.takum_linear32, nf.q7],
                         ids=lambda T: T.__name__)  # fmt: skip
def test_long_sums(T):
    """10^5 equal terms: nothing is lost and no carry runs out."""
    oracle = oracle_of(T)
    for value in (1, 0.125, -0.5):
        code = oracle.encode(value, overflow=None)
        n = 100_000
        exact = oracle.decode(code) ** 2 * n
        want = oracle.encode(exact)
        flags = oracle.last_flags
        assert dot(T, np.full(n, code), np.full(n, code)) == (want, flags)


@pytest.mark.parametrize("T", [nf.posit8, nf.posit32, nf.bfloat16, nf.binary64, nf.mlu32, nf.q15],
                         ids=lambda T: T.__name__)  # fmt: skip
def test_all_doors_lead_to_the_same_sum(T):
    oracle = oracle_of(T)
    rng = np.random.default_rng(2)
    codes = [[oracle.encode(v, overflow=None) for v in rng.uniform(-1, 1, 35)] for _ in "ab"]
    a, b = array(T, codes[0]).reshape(5, 7), array(T, codes[1]).reshape(7, 5)
    want = [[oracle.dot(plain(a)[i].tolist(), plain(b)[:, j].tolist()) for j in range(5)]
            for i in range(5)]  # fmt: skip
    with np.errstate(over="ignore"):
        found = doors(a, b)
    for name, got in found.items():
        assert got.dtype == T.dtype, name
        assert plain(got).tolist() == want, name


def doors(a, b):
    return {
        "matmul": np.matmul(a, b),
        "@": a @ b,
        "dot": np.dot(a, b),
        "fortran": np.asfortranarray(a) @ np.asfortranarray(b),
        "transposed": (b.T @ a.T).T,
        "stacked": np.matmul(a[None, None], b[None])[0, 0],
        "vecdot": np.vecdot(a[:, None, :], b.T[None]),
        "matvec": np.stack([np.matvec(a, b[:, j]) for j in range(5)], axis=1),
        "vecmat": np.stack([np.vecmat(a[i], b) for i in range(5)]),
        "inner": np.inner(a, b.T),
        "tensordot": np.tensordot(a, b, 1),
        "out": np.matmul(a, b, out=np.empty((5, 5), a.dtype)),
        "reversed": a[:, ::-1] @ b[::-1],
    }


@by_name
def test_empty_sums_are_zero(T):
    if not np.can_cast(bool, T):  # NumPy's own dot fills its empty result with False
        with pytest.raises(TypeError, match="bool"):
            np.dot(np.empty(0, T), np.empty(0, T))
    else:
        assert dot(T, [], []) == (0, frozenset())
    if not T.format.zero:
        return
    assert plain(np.vecdot(np.empty(0, T), np.empty(0, T))) == 0
    assert plain(np.empty((2, 0), T) @ np.empty((0, 3), T)).tolist() == [[0] * 3] * 2
    assert (np.empty((0, 2), T) @ np.empty((2, 3), T)).shape == (0, 3)


@pytest.mark.parametrize("T", [nf.binary32, nf.float8_e5m2, nf.posit16, nf.float8_e4m3fn],
                         ids=lambda T: T.__name__)  # fmt: skip
def test_specials(T):
    oracle = oracle_of(T)
    names = ["0", "1", "-1", "inf", "-inf", "nan"]
    codes = [oracle.parse(x) for x in names]
    for a in codes:
        for b in codes:
            for c in codes:
                for d in codes:
                    want = oracle.dot([a, c], [b, d])
                    assert dot(T, [a, c], [b, d]) == (want, oracle.last_flags)


def test_wrong_shapes_and_formats_are_errors():
    a = np.ones((2, 3), nf.posit16)
    with pytest.raises(ValueError, match="mismatch"):
        a @ a
    with pytest.raises(TypeError):
        np.ones(3, nf.posit64) @ np.ones(3, nf.takum_linear64)
    assert (np.ones(3, nf.posit16) @ np.ones(3, nf.posit32)).dtype == nf.posit32.dtype
