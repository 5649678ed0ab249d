# SPDX-License-Identifier: BSD-3-Clause
"""Do the judges' arrays read codes as the oracle, and switch where it switches?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from helpers import oracle_of
from numformats.sweep import SweepError
from numformats.sweep.codes import Codes

NARROW = [
    nf.posit8, nf.bposit8q, nf.takum_linear16, nf.TakumLinear(12), nf.posit16, nf.bposit16, nf.binary16,
    nf.bfloat16, nf.float8_e5m2, nf.float8_e4m3, nf.q7, nf.q15, nf.Posit(2), nf.Posit(3), nf.Posit(5, es=0),
    nf.Posit(6, es=5), nf.Float(3, 2), nf.Float(2, 1), nf.Fixed(5, 2),
]  # fmt: skip
WIDE = [nf.posit32, nf.bposit32, nf.bposit32q, nf.takum_linear32, nf.binary32, nf.q31, nf.tf32]
SPECIAL = {"NAN": np.nan, "INF": np.inf, "NEG_INF": -np.inf, "NEG_ZERO": -0.0}


def edges(bits):
    """All codes of few bits; else those beside every change of the leading bits, and random ones."""
    if bits <= 8:
        return list(range(1 << bits))
    rng, whole = np.random.default_rng(5), 1 << bits
    powers = [1 << k for k in range(bits)]
    near = {(s * p + d) % whole for p in powers for s in (1, -1) for d in (-1, 0, 1)}
    return sorted(near | set(rng.integers(0, whole, 1000).tolist()))


@pytest.mark.parametrize("T", NARROW + WIDE, ids=str)
def test_numbers_are_the_oracles(T):
    codes, oracle = edges(T.format.bits), oracle_of(T)
    got = Codes(T.format).values(np.array(codes, np.uint64))
    decoded = map(oracle.decode, codes)
    want = [float(v if isinstance(v, Fraction) else SPECIAL[v.name]) for v in decoded]
    np.testing.assert_array_equal(got, want)
    assert np.signbit(got[~np.isnan(got)]).tolist() == [np.signbit(v) for v in want if v == v]


@pytest.mark.parametrize("T", NARROW + WIDE, ids=str)
def test_results_switch_at_the_ends(T):
    codes, oracle = edges(T.format.bits), oracle_of(T)
    lows, highs = Codes(T.format).ends(np.array(codes, np.uint64))
    for code, low, high in zip(codes, lows.tolist(), highs.tolist(), strict=True):
        decoded = oracle.decode(code)
        if not low < high:  # NaN, NaR, or the zero to which nothing rounds
            assert decoded == 0 or decoded is nf.oracle.Special.NAN
            continue
        for end, outward in ((low, -1), (high, 1)):
            if np.isinf(end):
                assert oracle.encode(Fraction(2) ** 2000 * outward) == code
                continue
            x = Fraction(end)
            step = (abs(x) or Fraction(1, 2**600)) / 2**60
            assert oracle.encode(x - step * outward) == code, hex(code)
            if x:  # an exact zero is not asked here
                assert oracle.encode(x + step * outward) != code, hex(code)
                assert (oracle.encode(x) == code) == (code % 2 == 0), hex(code)


@pytest.mark.parametrize(
    "T",
    [nf.mlu32, nf.posit64, nf.float8_e4m3fn, nf.takum_linear8, nf.Float(11, 4), nf.Posit(32, es=5),
     nf.Float(5, 10, rounding="toward_zero"), nf.Fixed(8, 7, overflow="wrap")],
    ids=str,
)  # fmt: skip
def test_other_formats_are_refused_by_name(T):
    if T is not nf.Posit(32, es=5):
        with pytest.raises(SweepError, match="has no judge: there is one for") as told:
            Codes(T.format)
        assert str(T.format) in str(told.value)
