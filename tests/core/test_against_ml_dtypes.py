# SPDX-License-Identifier: BSD-3-Clause
"""Do ml_dtypes and gfloat give the same small floats, code by code, and the same roundings?"""

from __future__ import annotations

import math

import ml_dtypes
import numpy as np
import pytest
from gfloat import RoundMode, decode_float, round_float
from gfloat.formats import format_info_p3109
from gfloat.types import Domain, Signedness

import numformats as nf
from helpers import array, oracle_of, plain, random_codes
from ml_dtypes_shared import VERSION

# ---- ml_dtypes -------------------------------------------------------------------------------------

SHARED = {name: T for name, T in nf.formats().items() if hasattr(ml_dtypes, name)}
by_shared = pytest.mark.parametrize("name", SHARED)
# Before 0.7 its casts from float64 went through float32, and float32's own subnormals were rounded up
# to a power of two of float8_e8m0fnu that is not the nearest.
ROUNDS_ONCE = VERSION >= (0, 7)


def theirs_of(name):
    T = SHARED[name]
    codes = np.arange(1 << T.format.bits).astype(f"u{T.format.storage_bytes}")
    return codes, codes.view(getattr(ml_dtypes, name))


def test_every_small_float_of_ml_dtypes_is_here():
    floats = {n for n in dir(ml_dtypes) if n.startswith(("float", "bfloat"))}
    assert floats <= set(SHARED)
    assert len(floats) >= 12


@by_shared
def test_ml_dtypes_values(name):
    """Every code, to float32 and float64."""
    codes, x = theirs_of(name)
    ours = array(SHARED[name], codes)
    for t in (np.float32, np.float64):
        with np.errstate(invalid="ignore"):  # signalling NaNs
            want, got = x.astype(t), ours.astype(t)
        assert np.array_equal(np.isnan(want), np.isnan(got))
        assert np.array_equal(want[~np.isnan(want)], got[~np.isnan(got)])
        assert np.array_equal(np.signbit(want)[~np.isnan(want)], np.signbit(got)[~np.isnan(got)])


def finite_values(name):
    with np.errstate(invalid="ignore"):  # signalling NaNs
        values = theirs_of(name)[1].astype(np.float64)
    return np.sort(values[np.isfinite(values)])


def float32_operands(name):
    """Midpoints of neighbours, both sides of them, every code's value, and random words."""
    values = finite_values(name)
    with np.errstate(over="ignore"):
        middles = ((values[1:] + values[:-1]) / 2).astype(np.float32)
        top = np.float32(values[-1]) * np.float32([1.03, 1.0625, 1.125, 1.25, 1.5, 2, 4])
    near = np.concatenate([values.astype(np.float32), middles, top, -top])
    words = near.view(np.uint32)
    words = np.concatenate([words, words + 1, words - 1])
    noise = np.random.default_rng(2).integers(0, 2**32, 50000, dtype=np.uint64).astype(np.uint32)
    special = np.array([0, 0x80000000, 0x7F800000, 0xFF800000, 0x7FC00000, 1, 0x80000001], "u4")
    return np.concatenate([words, noise, special]).view(np.float32)


def is_negative_zero(x, name):
    """Negative numbers that round to 0: NaN in ml_dtypes, where a format has a zero and no sign."""
    half = float(nf.finfo(SHARED[name]).smallest_subnormal) / 2
    return (name == "float8_e5m3fnu") & (x < 0) & (x >= -half)


@pytest.mark.skipif("float8_e5m3fnu" not in SHARED, reason="ml_dtypes before 0.7 has no such float")
def test_negative_numbers_that_round_to_zero():
    """The one difference: P3109 rounds first and projects then; ml_dtypes looks at the sign first."""
    name = "float8_e5m3fnu"
    x = float32_operands(name)
    x = x[is_negative_zero(x, name)]
    assert x.size > 100
    assert not plain(x.astype(nf.float8_e5m3fnu)).any()
    with np.errstate(invalid="ignore"):
        assert np.isnan(x.astype(ml_dtypes.float8_e5m3fnu).astype(np.float32)).all()
    tie = np.float32(-(2.0**-18))
    assert nf.float8_e5m3fnu(tie) == 0
    with np.errstate(invalid="ignore"):
        assert np.isnan(nf.float8_e5m3fnu(np.nextafter(tie, np.float32(-1))))


@by_shared
def test_ml_dtypes_from_float32(name):
    T = SHARED[name]
    x = float32_operands(name)
    if name == "float8_e8m0fnu" and not ROUNDS_ONCE:
        x = x[(np.abs(x) >= 2.0**-126) | (x == 0)]
    x = x[~is_negative_zero(x, name)]
    with np.errstate(all="ignore"):
        theirs, ours = x.astype(getattr(ml_dtypes, name)), x.astype(T.dtype)
        nan = np.isnan(theirs.astype(np.float32))
    want, got = theirs.view(plain(ours).dtype), plain(ours)
    if T.format.nan == "none":  # NaN becomes -0 in both; in ml_dtypes a NaN with a minus, +0
        assert (got[np.isnan(x)] == 1 << (T.format.bits - 1)).all()
        want = np.where(np.isnan(x), want | 1 << (T.format.bits - 1), want)
    wrong = np.flatnonzero((got != want) & ~(nan & np.isnan(ours)))
    assert not wrong.size, (x[wrong[0]], hex(got[wrong[0]]), hex(want[wrong[0]]), wrong.size)


@by_shared
def test_float64_is_rounded_once(name):
    """Ours must be the oracle's; ml_dtypes' is, too, where it does not go through float32."""
    T = SHARED[name]
    values = finite_values(name)
    middles = (values[1:] + values[:-1]) / 2
    x = np.concatenate([np.nextafter(middles, np.inf), np.nextafter(middles, -np.inf), middles])
    x = x[np.isfinite(x)][:: max(1, x.size // 3000)]
    with np.errstate(all="ignore"):
        ours = plain(x.astype(T.dtype))
        theirs = x.astype(getattr(ml_dtypes, name)).view(ours.dtype)
    want = np.array([oracle_of(T).encode(v) for v in x.tolist()])
    assert np.array_equal(ours, want)
    assert np.array_equal(theirs, want) == ROUNDS_ONCE


def test_the_known_double_rounding():
    x = np.float64(1 + 2.0**-8 + 2.0**-40)
    assert float(x.astype(ml_dtypes.bfloat16)) == 1 + 2.0**-7 * ROUNDS_ONCE
    assert float(nf.bfloat16(x)) == 1 + 2.0**-7
    assert np.array([x]).astype(nf.bfloat16)[0] == 1 + 2.0**-7


@pytest.mark.parametrize("name", ["bfloat16", "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz",
                                  "float8_e4m3", "float8_e3m4", "float8_e5m2fnuz",
                                  "float8_e4m3b11fnuz"])  # fmt: skip
@pytest.mark.parametrize("ufunc", ["add", "subtract", "multiply", "divide"])
def test_ml_dtypes_arithmetic(name, ufunc):
    """Through float32 one of its operations is exact enough: p = 8 needs 2p + 2 <= 24 bits."""
    T = SHARED[name]
    t = getattr(ml_dtypes, name)
    rng = np.random.default_rng(3)
    a, b = random_codes(T, 30000, rng), random_codes(T, 30000, rng)
    function = getattr(np, ufunc)
    with np.errstate(all="ignore"):
        ours, theirs = function(array(T, a), array(T, b)), function(a.view(t), b.view(t))
        nan = np.isnan(theirs.astype(np.float32))
    if name == "bfloat16":  # results that are subnormal in float32 too are rounded twice there
        small = np.abs(theirs.astype(np.float64)) < 2.0**-125
    else:
        small = np.zeros(a.size, bool)
    wrong = np.flatnonzero((plain(ours) != theirs.view(a.dtype)) & ~(nan & np.isnan(ours)) & ~small)
    assert not wrong.size, (hex(a[wrong[0]]), hex(b[wrong[0]]), ours[wrong[0]], theirs[wrong[0]])


# ---- gfloat: P3109 ---------------------------------------------------------------------------------

P3109 = [(8, 1), (8, 3), (8, 4), (8, 5), (8, 7), (6, 3), (6, 4), (5, 2), (4, 2), (3, 1), (10, 4),
         (11, 5)]  # fmt: skip
GFLOAT_MODES = {
    "nearest_even": RoundMode.TiesToEven,
    "nearest_away": RoundMode.TiesToAway,
    "toward_zero": RoundMode.TowardZero,
    "toward_positive": RoundMode.TowardPositive,
    "toward_negative": RoundMode.TowardNegative,
}
by_p3109 = pytest.mark.parametrize("k_p", P3109, ids=str)
by_sign = pytest.mark.parametrize("signed", [True, False], ids=["signed", "unsigned"])
by_domain = pytest.mark.parametrize("extended", [True, False], ids=["extended", "finite"])


def p3109(k_p, signed, extended):
    k, p = k_p
    info = format_info_p3109(
        k,
        p,
        Signedness.Signed if signed else Signedness.Unsigned,
        Domain.Extended if extended else Domain.Finite,
    )
    return nf.P3109(k, p, signed=signed, extended=extended), info


@by_p3109
@by_sign
@by_domain
def test_gfloat_values(k_p, signed, extended):
    T, info = p3109(k_p, signed, extended)
    codes = range(1 << k_p[0])
    ours = array(T, list(codes)).astype(np.float64)
    theirs = np.array([decode_float(info, c).fval for c in codes])
    assert np.array_equal(ours, theirs, equal_nan=True)


@by_p3109
@by_sign
@by_domain
@pytest.mark.parametrize("mode", GFLOAT_MODES)
def test_gfloat_rounding(k_p, signed, extended, mode):
    """Midpoints and both sides of them, inside the finite range."""
    T, info = p3109(k_p, signed, extended)
    values = np.array([decode_float(info, c).fval for c in range(1 << k_p[0])])
    values = np.unique(values[np.isfinite(values)])
    middles = (values[1:] + values[:-1]) / 2
    # not nearer to midpoints: gfloat adds 1/2 in float64 and takes 0.5 - 2^-54 for a tie
    x = np.concatenate([values, middles, middles * (1 + 2.0**-40), middles * (1 - 2.0**-40)])
    x = x[(x >= values[0]) & (x <= values[-1])][:: max(1, x.size // 150)]
    with np.errstate(all="ignore"):
        got = nf.quantize(x, T, rounding=mode).astype(np.float64)
    want = [round_float(info, float(v), GFLOAT_MODES[mode]) for v in x]
    for v, g, w in zip(x, got, want, strict=True):
        assert g == w or (math.isnan(g) and math.isnan(w)), (v, g, w)
