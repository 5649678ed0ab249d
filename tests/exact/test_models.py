# SPDX-License-Identifier: BSD-3-Clause
"""Do matrix products in accumulator models follow their definitions, on both paths, bit for bit?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from helpers import all_codes, array, oracle_of, raised, random_codes
from model_paths import both_paths, multiply, total
from numformats.exact.models import parse_accumulate
from numformats.oracle.accumulators import Accumulate

SATURATING = nf.Float(5, 3, overflow="saturate")
NARROW = nf.Float(3, 9)
NAN_TOP = nf.Float(5, 3, inf="none", nan="all_ones", overflow="nan")
FAST_ACCUMULATORS = [
    nf.binary32, nf.bfloat16, nf.binary16, nf.tf32, nf.float8_e4m3, nf.float8_e4m3fn,
    nf.float8_e5m2, nf.float8_e5m2fnuz, nf.float6_e2m3fn, nf.float4_e2m1fn, SATURATING, NARROW,
    NAN_TOP,
]  # fmt: skip
SLOW_ACCUMULATORS = [
    nf.posit8, nf.posit16, nf.posit32, nf.bposit32, nf.takum_linear16, nf.mlu32, nf.q15, nf.binary64,
    nf.Fixed(16, frac=8, overflow="wrap"), nf.Fixed(12, frac=6, signed=False, overflow="wrap"),
    nf.Fixed(16, frac=8, overflow="wrap", rounding="toward_zero"),
    nf.Float(5, 3, rounding="toward_negative"), nf.Float(4, 3, subnormals=False),
    nf.TruncatedFloat(8, 23, compute_man=10, truncate="align"),
    nf.TruncatedFloat(8, 23, compute_man=10, truncate="product"),
    nf.TruncatedFloat(8, 23, compute_man=10, truncate="operand", daz=False, ftz=False),
]  # fmt: skip
FAST_OPERANDS = [
    nf.bfloat16,
    nf.binary16,
    nf.float8_e4m3,
    nf.binary32,
    nf.posit8,
    nf.posit16,
    nf.q15,
]


def specs_of(T):
    """Every kind of model, with T where it has a format."""
    return ["sequential", "pairwise", T, ("blocked", T, 3), ("blocked", T, 4, nf.bfloat16),
            ("aligned", 12), ("aligned", 5, 4), ("systolic", T, 5)]  # fmt: skip


def nearby(T, shape, rng, scale=1.0):
    """Values of similar size, so that sums cancel and tie, among specials' neighbours and zeros."""
    x = rng.standard_normal(shape) * scale
    x = np.where(rng.random(shape) < 0.3, np.round(x * 4) / 4, x)
    x = np.where(rng.random(shape) < 0.1, rng.choice([0.0, -0.0], shape), x)
    x = np.where(rng.random(shape) < 0.15, x * 2.0 ** rng.integers(-12, 12, shape), x)
    with np.errstate(all="ignore"):
        return x.astype(T)


def anything(T, shape, rng):
    return array(T, random_codes(T, int(np.prod(shape)), rng)).reshape(shape)


# ---- fast against generic ----------------------------------------------------------------------------


@pytest.mark.parametrize("T", FAST_ACCUMULATORS, ids=str)
@pytest.mark.parametrize("A", FAST_OPERANDS, ids=str)
def test_fast_path_of_data(A, T):
    rng = np.random.default_rng(1)
    for scale in (1.0, 30.0, 1e-3):
        a, b = nearby(A, (7, 37), rng, scale), nearby(A, (37, 21), rng, 1.0)
        for spec in specs_of(T):
            both_paths(a, b, spec, T)


@pytest.mark.parametrize("T", FAST_ACCUMULATORS, ids=str)
@pytest.mark.parametrize("A", [nf.bfloat16, nf.binary16, nf.float8_e5m2, nf.posit8], ids=str)
def test_fast_path_of_any_codes(A, T):
    """Overflows, NaNs and infinities everywhere."""
    rng = np.random.default_rng(2)
    for k in (1, 2, 5, 16):
        a, b = anything(A, (5, k), rng), anything(nf.bfloat16, (k, 19), rng)
        for spec in specs_of(T):
            both_paths(a, b, spec, T)


@pytest.mark.parametrize("T", FAST_ACCUMULATORS, ids=str)
def test_ties_and_their_neighbours(T):
    """s halfway between values of T, then a term far below: only its sign may decide."""
    o = oracle_of(T)
    A = nf.Float(9, 20)
    rng = np.random.default_rng(3)
    codes = rng.permutation(all_codes(T) if T.format.bits <= 8 else random_codes(T, 300, rng))
    terms = []
    for code in codes.tolist():
        x, y = o.decode(code), o.decode(o.next_up(code))
        if not isinstance(x, Fraction) or not isinstance(y, Fraction) or x == y:
            continue
        step = y - x
        for tiny in (0, 1, -1):
            terms.append([float(x), float(step / 2), float(tiny * step / 2**58)])
            terms.append([float(tiny * step / 2**58), float(x), float(step / 2)])
            terms.append([float(x + step / 2) if T.format.man < 20 else float(x),
                          float(tiny * step / 2**58), float(tiny * step / 2**59)])  # fmt: skip
    x = np.array(terms, dtype=object).astype(float)[:700]
    with np.errstate(all="ignore"):
        b = x.astype(A).T
    a = np.ones((2, 3), A)
    for spec in ("sequential", "pairwise", T, ("systolic", T, 2)):
        both_paths(a, b, spec, T)
        both_paths(a, b, spec, nf.binary32 if isinstance(spec, tuple) else T)


@pytest.mark.parametrize("T", [nf.binary16, nf.float8_e4m3, SATURATING], ids=str)
@pytest.mark.parametrize("shape", [(1, 0, 1), (3, 0, 2), (1, 1, 1), (0, 3, 2), (2, 3, 0), (130, 3, 9),
                                   (9, 33, 257), (200, 17, 1), (1, 300, 1)], ids=str)  # fmt: skip
def test_sizes(T, shape):
    rng = np.random.default_rng(4)
    m, k, n = shape
    a, b = nearby(T, (m, k), rng), nearby(T, (k, n), rng)
    for spec in specs_of(T):
        if k:
            got = both_paths(a, b, spec, T)
        else:
            got = multiply(a, b, parse_accumulate(spec), T.format)
            assert not nf.to_bits(got).any()
        assert got.shape == (m, n)


def test_views_and_leading_axes():
    rng = np.random.default_rng(5)
    a, b = nearby(nf.bfloat16, (2, 1, 24, 10), rng), nearby(nf.bfloat16, (3, 40, 24), rng)
    spec = parse_accumulate("binary32")
    for path in ("loop", "doubles"):
        left, right = a.swapaxes(-1, -2)[..., ::2], b[:, ::3, ::-2].swapaxes(-1, -2)
        got = multiply(left, right, spec, nf.bfloat16.format, path)
        assert got.shape == (2, 3, 10, 14)
        for i in range(2):
            for j in range(3):
                want = multiply(left[i, 0].copy(), right[j].copy(), spec, nf.bfloat16.format)
                assert (nf.to_bits(got[i, j]) == nf.to_bits(want)).all()


# ---- generic against definitions in fractions --------------------------------------------------------


def check_definition(a, b, spec, T):
    spec = parse_accumulate(spec)
    got, flags = raised(lambda: multiply(a, b, spec, T.format, "loop"))
    sums = nf.oracle.Accumulation(a.dtype, b.dtype, T)
    seen = frozenset()
    left, right = nf.to_bits(a), nf.to_bits(b)
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            want = sums.dot(left[i].tolist(), right[:, j].tolist(), spec)
            seen |= sums.last_flags
            assert int(nf.to_bits(got)[i, j]) == want, (spec, i, j, a[i], b[:, j], got[i, j])
    assert flags == seen, spec


@pytest.mark.parametrize("T", [*SLOW_ACCUMULATORS, *FAST_ACCUMULATORS], ids=str)
def test_generic_path_by_definition(T):
    rng = np.random.default_rng(6)
    for A, B in (
        (T, T),
        (nf.posit8, nf.binary16),
        (nf.binary32, nf.posit32),
        (nf.binary64, nf.posit64),
    ):
        for k in (1, 3, 7, 12):
            a, b = nearby(A, (2, k), rng), nearby(B, (k, 2), rng)
            for spec in specs_of(T):
                check_definition(a, b, spec, T)
            a, b = anything(A, (2, k), rng), anything(B, (k, 2), rng)
            for spec in specs_of(T):
                check_definition(a, b, spec, T)


@pytest.mark.parametrize("T", [nf.posit16, nf.float8_e4m3, nf.binary32, nf.mlu32, nf.q15], ids=str)
def test_plain_sums(T):
    """A sum is the product with ones, in a format that has both."""
    rng = np.random.default_rng(7)
    for k in (1, 2, 30):
        x = nearby(T, (4, 3, k), rng)
        for spec in specs_of(T):
            spec = parse_accumulate(spec)  # noqa: PLW2901
            got, flags = raised(total, x, spec, T.format)
            ones = np.ones((k, 1), nf.binary16)
            if T is nf.mlu32:
                continue  # loads differ: a product by one passes the multiplier
            want, more = raised(multiply, x, ones, spec, T.format)
            assert got.shape == (4, 3)
            assert (nf.to_bits(got) == nf.to_bits(want[..., 0])).all(), (T, spec)
            assert flags == more
    for shape in ((0, 3), (2, 0), (3,)):
        assert total(np.zeros(shape, T), parse_accumulate(T), T.format).shape == shape[:-1]


# ---- specifications ------------------------------------------------------------------------------------


def test_specifications():
    f = nf.bfloat16.format
    assert parse_accumulate("exact") == Accumulate("exact")
    for same in ("bfloat16", nf.bfloat16, f, f.dtype, "float<exp=8,man=7>"):
        assert parse_accumulate(same) == Accumulate("format", format=f)
    assert parse_accumulate(("blocked", "bfloat16", 32)) == Accumulate(
        "blocked", format=f, total=nf.binary32.format, block=32
    )
    assert parse_accumulate(("systolic", f)) == parse_accumulate(("blocked", f, 128, f))
    assert parse_accumulate(("aligned", np.int8(24))) == Accumulate("aligned", width=24, block=16)


@pytest.mark.parametrize("bad", [
    "sequentially", "blocked", (), ("blocked",), ("blocked", "bfloat16"), ("blocked", "bfloat16", 0),
    ("blocked", "bfloat16", 2.5), ("blocked", "bfloat", 2), ("aligned", 0), ("aligned", 101),
    ("aligned", 8, True), ("aligned", 8, 1, 1), (1, 2), ("sequential",),
    "float<exp=8,man=7,rounding=stochastic>", ("blocked", "q7", 4, "float<exp=8,man=7,rounding=stochastic>"),
], ids=str)  # fmt: skip
def test_bad_specifications(bad):
    with pytest.raises(ValueError, match="accumulate=.*|unknown"):
        parse_accumulate(bad)


@pytest.mark.parametrize("bad", [None, 3, ["sequential"], np.float32, ("blocked", 3, 4)], ids=str)
def test_what_is_no_specification(bad):
    with pytest.raises(TypeError, match="accumulate="):
        parse_accumulate(bad)


def test_what_cannot_be_multiplied():
    a = np.ones((2, 3), nf.posit16)
    with pytest.raises(ValueError, match="no accumulator model"):
        multiply(a, a.T, parse_accumulate("exact"), nf.posit16.format)
    with pytest.raises(ValueError, match="shapes"):
        nf.matmul(a, a, accumulate="pairwise")
    stochastic = nf.Float(8, 7, rounding="stochastic").format
    with pytest.raises(ValueError, match="stochastic"):
        multiply(a, a.T, parse_accumulate("pairwise"), stochastic)
    with pytest.raises(ValueError, match="path 'doubles' does not serve"):
        multiply(a, a.T, parse_accumulate("pairwise"), nf.posit16.format, "doubles")


def test_zero_block_sums_without_a_sign():
    """-0 as a product is +0 once it has passed a format without -0."""
    T = nf.float8_e5m2fnuz
    a, b = np.array([[0.0]]).astype(T), np.array([[-1.0]]).astype(T)
    for spec in (T, ("blocked", T, 1), ("blocked", T, 1, nf.binary16)):
        got = both_paths(a, b, spec, nf.binary16)
        assert int(nf.to_bits(got)[0, 0]) == 0, spec


def test_wide_accumulators():
    """Up to 50 fraction bits a fused step carries its residual; a plain sum is exact up to 24."""
    T = nf.Float(9, 40)
    rng = np.random.default_rng(8)
    a, b = nearby(nf.binary32, (3, 40), rng), nearby(nf.bfloat16, (40, 9), rng)
    for spec in (T, ("blocked", T, 7, T), ("blocked", nf.binary16, 7, T)):
        both_paths(a, b, spec, T)
    for spec in ("sequential", "pairwise"):
        with pytest.raises(ValueError, match="path 'doubles' does not serve"):
            multiply(a, b, parse_accumulate(spec), T.format, "doubles")
