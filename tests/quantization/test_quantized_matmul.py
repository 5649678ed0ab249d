# SPDX-License-Identifier: BSD-3-Clause
"""Is the product of codes the exact one, rounded once: into dtypes, into codes, by a multiplier?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from numformats.quantization import Affine, fixed_point_multiplier, quantized_matmul
from quantized import exact_products, rne

TWINS = {np.float16: nf.binary16, np.float32: nf.binary32, np.float64: nf.binary64}
DTYPES = [*TWINS, nf.posit8, nf.posit16, nf.posit32, nf.posit64, nf.bfloat16, nf.q15, nf.binary64]
BIASES = (None, [1.5, -1e-300, 0.0, 1e300], [0.1, -0.2, 1e-20, 3e4])


def operands(bits, symmetric, scale, k, seed=0):
    rng = np.random.default_rng(seed)
    a, b = rng.standard_normal((3, k)), rng.standard_normal((k, 4))
    qa = Affine(bits, symmetric, axis=0, scale=scale).fit(a)
    qb = Affine(bits, symmetric, axis=1, scale=scale).fit(b)
    return qa.quantize(a), qb.quantize(b), qa, qb


def bits_of(values, dtype):
    row = TWINS.get(dtype, dtype)
    return [row(float(v)).bits if dtype in TWINS else v.bits for v in np.ravel(values)]


@pytest.mark.parametrize("bits", [2, 4, 8, 16, 32])
@pytest.mark.parametrize("symmetric", [True, False])
@pytest.mark.parametrize("scale", ["free", "power_of_two"])
def test_one_rounding_into_every_dtype(bits, symmetric, scale):
    for k in (1, 90):
        a, b, qa, qb = operands(bits, symmetric, scale, k)
        for bias in BIASES:
            exact = exact_products(a, b, qa, qb, bias)
            for dtype in DTYPES:
                with np.errstate(all="ignore"):
                    got = quantized_matmul(a, b, qa, qb, bias=bias, dtype=dtype)
                    wanted = [TWINS.get(dtype, dtype)(v).bits for v in exact.ravel()]
                assert got.dtype == np.dtype(dtype)
                assert bits_of(got, dtype) == wanted, (dtype, k, bias)


@pytest.mark.parametrize("bits", [4, 8, 32])
@pytest.mark.parametrize("symmetric", [True, False])
def test_codes_are_the_nearest(bits, symmetric):
    for scale in ("free", "power_of_two"):
        a, b, qa, qb = operands(bits, symmetric, scale, 60)
        for bias in BIASES:
            exact = exact_products(a, b, qa, qb, bias)
            for out in (
                Affine(4),
                Affine(8, False, axis=1),
                Affine(32, False),
                Affine(16, scale=0.25),
            ):
                fit = (
                    out.fit(exact.astype(float))
                    if bias != BIASES[1]
                    else out.fit(np.arange(12.0).reshape(3, 4))
                )
                got = quantized_matmul(a, b, qa, qb, bias=bias, output=fit)
                assert got.dtype == fit.dtype
                s, z = (np.broadcast_to(v, got.shape) for v in (fit.scale, fit.zero_point))
                for at in np.ndindex(*got.shape):
                    code = rne(exact[at] / Fraction(float(s[at]))) + int(z[at])
                    assert int(got[at]) == min(max(code, fit.qmin), fit.qmax)


def test_sums_beside_ties_and_midpoints():
    """Scales of 53 bits whose product with a sum is next to a tie, or to a midpoint of float32."""
    rng = np.random.default_rng(1)
    different = 0
    for _ in range(300):
        total = int(rng.integers(3, 127 * 127))
        s = rng.uniform(0.5, 2)
        t = float(Fraction(2 * int(rng.integers(0, 100)) + 1, 2) / total / Fraction(s))
        qa, qb = Affine(16, scale=s), Affine(8, scale=t)
        got = quantized_matmul([[total]], [[1]], qa, qb, output=Affine(8, scale=1.0))
        exact = Fraction(total) * Fraction(s) * Fraction(t)
        assert int(got[0, 0]) == rne(exact)
        different += int(got[0, 0]) != int(np.rint(total * (s * t)))
        m = 2**23 + int(rng.integers(0, 99))
        qb = Affine(8, scale=float(Fraction(2 * m + 1, 2) / total / Fraction(s)))
        exact = Fraction(total) * Fraction(s) * Fraction(float(qb.scale))
        got = quantized_matmul([[total]], [[1]], qa, qb)
        assert nf.binary32(float(got[0, 0])) == nf.binary32(exact)
        different += got[0, 0] != np.float32(total * (s * float(qb.scale)))
    assert different > 10


def test_adversarial_sums_of_32_bits_at_4096():
    top = 2**31 - 1
    a = np.full((2, 4096), top, np.int32)
    a[1] = np.where(np.arange(4096) % 2, top, -top)
    b = np.full((4096, 2), top, np.int32)
    b[:, 1] = np.random.default_rng(0).choice([top, -top], 4096)
    qa, qb = Affine(32, scale=0.3), Affine(32, scale=1e-15)
    exact = exact_products(a, b, qa, qb)
    for dtype in (np.float64, np.float32, nf.posit32):
        got = quantized_matmul(a, b, qa, qb, dtype=dtype)
        assert bits_of(got, dtype) == [TWINS.get(dtype, dtype)(v).bits for v in exact.ravel()]
    codes = quantized_matmul(a, b, qa, qb, output=Affine(32, scale=4.0))
    assert codes.tolist() == [[min(max(rne(v / 4), -top), top) for v in row] for row in exact]


@pytest.mark.parametrize("scale", [1e-300, 1e-160, 1e150])
def test_scales_whose_product_leaves_the_range(scale):
    a, b = np.array([[3, -100]], np.int8), np.array([[1, 7], [1, -100]], np.int8)
    q = Affine(8, scale=scale)
    exact = exact_products(a, b, q, q)
    for dtype in (np.float64, np.float32, nf.posit16, nf.posit64, nf.bfloat16):
        with np.errstate(all="ignore"):
            got = quantized_matmul(a, b, q, q, dtype=dtype)
            assert bits_of(got, dtype) == [TWINS.get(dtype, dtype)(v).bits for v in exact.ravel()]
    fit = Affine(16, scale=1e-320 if scale < 1 else 1e300)
    got = quantized_matmul(a, b, q, q, output=fit)
    wanted = [
        min(max(rne(v / Fraction(float(fit.scale))), fit.qmin), fit.qmax) for v in exact.ravel()
    ]
    assert got.ravel().tolist() == wanted


@pytest.mark.parametrize("bits", [2, 8, 16, 31, 53])
def test_fixed_point_multipliers(bits):
    rng = np.random.default_rng(bits)
    ratio = np.concatenate(
        [rng.random(50) * 2.0 ** rng.integers(-40, 40, 50), [1.0, 0.75, 1 - 2.0**-53]]
    )
    m, shift = fixed_point_multiplier(ratio, bits)
    assert ((m >= 2 ** (bits - 1)) & (m < 2**bits)).all()
    for r, mi, si in zip(ratio.tolist(), m.tolist(), shift.tolist(), strict=True):
        assert abs(Fraction(mi) / Fraction(2) ** si - Fraction(r)) <= Fraction(r) / 2**bits
    a, b, qa, qb = operands(8, False, "free", 40)
    fit = Affine(8, False, axis=1).fit(exact_products(a, b, qa, qb).astype(float))
    got = quantized_matmul(a, b, qa, qb, output=fit, multiplier=bits, bias=np.array([1, -5, 70, 9]))
    sums = (a.astype(int) - qa.zero_point) @ (b.astype(int) - qb.zero_point) + [1, -5, 70, 9]
    for i, j in np.ndindex(*got.shape):
        exact = (
            Fraction(float(qa.scale[i, 0]))
            * Fraction(float(qb.scale[0, j]))
            / Fraction(float(fit.scale[0, j]))
        )
        power = 0
        while exact * Fraction(2) ** power < 2 ** (bits - 1):
            power += 1
        while exact * Fraction(2) ** power >= 2**bits:
            power -= 1
        whole = rne(exact * Fraction(2) ** power)
        code = rne(int(sums[i, j]) * Fraction(whole) / Fraction(2) ** power) + int(
            fit.zero_point[0, j]
        )
        assert int(got[i, j]) == min(max(code, fit.qmin), fit.qmax)


def test_integer_biases_and_errors():
    q = Affine(8, scale=0.5)
    a, b = [[1, 2]], [[3], [4]]
    assert quantized_matmul(a, b, q, q, bias=np.array([2])).tolist() == [[13 * 0.25]]
    big = np.array([2**62])
    assert quantized_matmul(a, b, q, q, bias=big, dtype=np.float64)[0, 0] == (11 + 2**62) * 0.25
    assert quantized_matmul(a, b, q, q, bias=[0.125]).tolist() == [[11 * 0.25 + 0.125]]
    with pytest.raises(ValueError, match="differ along K"):
        quantized_matmul(a, b, Affine(8, axis=1).fit([[1.0, 2.0]]), q)
    with pytest.raises(ValueError, match="differ along K"):
        quantized_matmul(a, b, q, Affine(8, axis=0).fit([[1.0], [2.0]]))
    with pytest.raises(ValueError, match="give output="):
        quantized_matmul(a, b, q, q, multiplier=31)
    with pytest.raises(ValueError, match="multiplier bits=54"):
        quantized_matmul(a, b, q, q, output=q, multiplier=54)
    with pytest.raises(ValueError, match="a bias is integers"):
        quantized_matmul(a, b, q, q, output=q, multiplier=8, bias=[0.5])
    with pytest.raises(TypeError, match="a has dtype float64"):
        quantized_matmul([[1.0]], [[1]], q, q)
    with pytest.raises(ValueError, match="codes beyond -127 to 127"):
        quantized_matmul([[-128]], [[1]], q, q)
    with pytest.raises(ValueError, match="allowed: matrices"):
        quantized_matmul([1], [[1]], q, q)
    with pytest.raises(ValueError, match="bias\\[0\\] is nan"):
        quantized_matmul([[1]], [[1]], q, q, bias=[np.nan])
    with pytest.raises(ValueError, match="ratio"):
        fixed_point_multiplier(0.0)
    empty = quantized_matmul(np.zeros((2, 0), np.int8), np.zeros((0, 3), np.int8), q, q)
    assert empty.tolist() == [[0.0] * 3] * 2
