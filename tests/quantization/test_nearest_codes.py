# SPDX-License-Identifier: BSD-3-Clause
"""Are codes, scales and dequantised values those of exact arithmetic, next to ties too?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from numformats.quantization import Affine
from quantized import beside_ties, code_of

SCALES = (0.1, 1 / 3, 1.0, 0.75, 2.0**-1060, 3e-320, 1e-30, 7.7e200, 1e300)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("bits", [2, 4, 8, 16, 32])
def test_codes_beside_ties(scale, bits):
    rng = np.random.default_rng(bits)
    q = Affine(bits, symmetric=False, scale=scale, zero_point=1)
    ends = [q.qmin - 2, q.qmin - 1, q.qmax - 1, q.qmax]
    x = beside_ties(scale, [0, 1, -1, *ends, *rng.integers(q.qmin, q.qmax, 60)], rng)
    x = x[np.isfinite(x)]
    wanted = [code_of(v, scale, 1, q.qmin, q.qmax) for v in x.tolist()]
    assert q.quantize(x).tolist() == wanted


def test_a_float64_quotient_would_round_onto_ties():
    """The cases that the exact decision is for are among those above."""
    rng = np.random.default_rng(0)
    wrong = 0
    for scale in rng.uniform(0.1, 1, 50):
        q = Affine(32, scale=scale)
        x = beside_ties(scale, rng.integers(-(2**30), 2**30, 100), rng)
        wrong += int((np.rint(x / scale) != q.quantize(x)).sum())
        assert all(
            code == code_of(v, scale, 0, q.qmin, q.qmax)
            for v, code in zip(x.tolist(), q.quantize(x).tolist(), strict=True)
        )
    assert wrong > 20


@pytest.mark.parametrize("kind", ["posit64", "int64", "uint64", "longdouble", "fixed64"])
def test_inputs_of_more_than_53_bits(kind):
    scale = 2.0**58
    if kind in {"int64", "uint64"}:
        ties = (np.arange(1, 15) * 2 + 1) * 2**57
        x = np.concatenate([ties - 1, ties, ties + 1]).astype(kind)
        exact = [Fraction(int(v)) for v in x]
    elif kind == "posit64":
        ones = np.ones(30).astype(nf.posit64)
        x = nf.from_bits(nf.to_bits(ones * 1.5) + np.arange(-15, 15).astype(np.uint64), nf.posit64)
        exact, scale = [Fraction(*v.as_integer_ratio()) for v in x], 1.0
    elif kind == "fixed64":
        fixed = nf.Fixed(64, 62)
        x = nf.from_bits((np.arange(-15, 15) + 3 * 2**59).astype(np.uint64), fixed)
        x = np.concatenate([x, nf.from_bits(np.array([2**63 - 1, 2**63], np.uint64), fixed)])
        exact, scale = [Fraction(*v.as_integer_ratio()) for v in x], 0.25
    else:
        x = np.longdouble(2) ** 60 * 1.5 + np.arange(-15, 15).astype(np.longdouble)
        exact, scale = [Fraction(int(v)) for v in x], 2.0**60
    q = Affine(32, scale=scale)
    assert q.quantize(x).tolist() == [code_of(v, scale, 0, q.qmin, q.qmax) for v in exact]
    if kind in {"int64", "uint64"}:
        assert (np.rint(x.astype(float) / scale) != q.quantize(x)).any()


def test_free_scales_are_the_nearest_and_asymmetric_ones_the_next_above():
    rng = np.random.default_rng(3)
    for _ in range(200):
        least, most = -abs(rng.standard_normal()) * 2.0 ** rng.integers(-1000, 1000), rng.random()
        q = Affine(int(rng.integers(2, 33)), symmetric=False).fit([least, most])
        exact = (Fraction(most) - Fraction(least)) / (2**q.bits - 1)
        assert Fraction(float(q.scale)) >= exact
        assert Fraction(float(np.nextafter(q.scale, 0))) < exact
        assert int(q.zero_point) == code_of(-least, float(q.scale), q.qmin, q.qmin, q.qmax)
        p = Affine(q.bits, symmetric=False, scale="power_of_two").fit([least, most])
        assert Fraction(float(p.scale)) >= exact > Fraction(float(p.scale)) / 2
        s = Affine(q.bits, scale="power_of_two").fit([least, most])
        size = max(Fraction(-least), Fraction(most))
        assert size <= Fraction(float(s.scale)) * (s.qmax + Fraction(1, 2))
        assert size > Fraction(float(s.scale)) / 2 * (s.qmax + Fraction(1, 2))


DTYPES = [np.float16, np.float32, np.float64, nf.posit8, nf.posit16, nf.posit32, nf.bfloat16,
          nf.float8_e4m3fn, nf.takum_linear16, nf.binary64, nf.posit64]  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_dequantised_values_are_rounded_once(dtype):
    twin = {np.float16: nf.binary16, np.float32: nf.binary32, np.float64: nf.binary64}
    rng = np.random.default_rng(5)
    for scale in (0.1, 1 / 3, 2.0**-30, 1 + 2.0**-11 + 2.0**-40, 1e-40, 2.0**-1060, 1e300):
        for bits in (8, 32):
            q = Affine(bits, symmetric=False, scale=scale, zero_point=3)
            codes = rng.integers(q.qmin, q.qmax, 40).astype(q.dtype)
            with np.errstate(all="ignore"):
                got = q.dequantize(codes, dtype)
                row = twin.get(dtype, dtype)
                wanted = [row((int(c) - 3) * Fraction(scale)) for c in codes]
                assert got.dtype == np.dtype(dtype)
                got = [row(float(v)) if dtype in twin else v for v in got]
                assert [v.bits for v in got] == [v.bits for v in wanted]
                if bits == 8:
                    every = np.tile(np.arange(-128, 128, dtype=np.int8), 2)  # by way of a table
                    one = q.dequantize(every[:256], dtype)
                    assert q.dequantize(every, dtype).tobytes() == one.tobytes() * 2


def test_values_beside_midpoints_of_float32():
    """scale * code next to where float32 rounds: a float64 between would round twice."""
    found = 0
    for code in range(3, 120, 2):
        for place in range(2**23 + 1, 2**23 + 9):
            q = Affine(8, scale=float(Fraction(2 * place + 1, 2) / code))
            got = q.dequantize([code], np.float32)[0]
            assert nf.binary32(float(got)) == nf.binary32(Fraction(float(q.scale)) * code)
            found += np.float32(q.scale * code) != got
    assert found > 0
