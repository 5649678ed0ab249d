# SPDX-License-Identifier: BSD-3-Clause
"""Are products of blocks the exact sums of elements times scales, rounded once?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from block_cases import KINDS, as_number, oracle_of
from numformats.oracle import for_format

RNG = np.random.default_rng(27)
NAMED = list(nf.blocks.KINDS)


def exact_values(x):
    """The exact numbers of blocks, by the oracle, or of an array."""
    if not isinstance(x, nf.blocks.BlockArray):
        return np.vectorize(lambda v: Fraction(*v.as_integer_ratio()), otypes=[object])(x)
    oracle, kind = oracle_of(x.kind), x.kind
    tensor = 1 if kind.tensor is None else Fraction(x.tensor_scale)
    codes = np.moveaxis(x.codes, x.axis, -1)
    scales = np.moveaxis(nf.to_bits(x.scales), x.axis, -1)
    values = np.empty(codes.shape, object)
    for i in np.ndindex(codes.shape):
        scale = oracle.scale.decode(int(scales[(*i[:-1], i[-1] // kind.block)]))
        element = oracle.element.decode(int(codes[i]))
        values[i] = (element if isinstance(element, Fraction) else Fraction(0)) * scale * tensor
    return np.moveaxis(values, -1, x.axis)


def check(a, b, dtype=np.float32):
    got = nf.blocks.matmul(a, b, dtype=dtype)
    target = np.dtype(dtype)
    o = for_format(getattr(nf, target.name.replace("float", "binary"), dtype))
    sums = exact_values(a) @ exact_values(b)
    expected = np.vectorize(lambda v: as_number(o.decode(o.encode(v))), otypes=[float])(sums)
    np.testing.assert_array_equal(np.asarray(got).astype(float), expected)
    assert got.dtype == target


@pytest.mark.parametrize(
    "dtype", [np.float32, np.float64, nf.posit16, nf.float8_e4m3fn, nf.posit64]
)
@pytest.mark.parametrize("kind", list(KINDS))
def test_blocks_times_blocks(kind, dtype):
    a = nf.blocks.quantize(np.ldexp(RNG.normal(size=(4, 40)), RNG.integers(-4, 4)), KINDS[kind])
    b = nf.blocks.quantize(RNG.normal(size=(40, 3)), KINDS[kind], axis=0)
    with np.errstate(over="ignore"):
        check(a, b, dtype)


@pytest.mark.parametrize("kind", NAMED)
def test_blocks_times_arrays(kind):
    a = nf.blocks.quantize(RNG.normal(size=(4, 40)), kind)
    for x in (
        RNG.normal(size=(40, 3)),
        RNG.normal(size=(40, 3)).astype(np.float32),
        RNG.normal(size=(40, 3)).astype(nf.posit16),
        RNG.integers(-9, 9, size=(40, 3)),
        RNG.integers(0, 2**64, size=(40, 3), dtype=np.uint64),
    ):
        check(a, x)
        np.testing.assert_array_equal(a @ x, nf.blocks.matmul(a, x))
        np.testing.assert_array_equal(x.T @ a.T, (a @ x).T)
    np.testing.assert_array_equal(a @ np.eye(40).tolist(), a.dequantize())


@pytest.mark.parametrize("other", NAMED)
@pytest.mark.parametrize("kind", NAMED)
def test_two_kinds(kind, other):
    a = nf.blocks.quantize(RNG.normal(size=(3, 40)) * 1e3, kind)
    b = nf.blocks.quantize(RNG.normal(size=(40, 2)) * 1e-3, other, axis=0)
    check(a, b)


@pytest.mark.parametrize("dtype", [np.float32, np.float16, np.float64])
def test_two_tensor_scales_and_one_rounding(dtype):
    """Sums beside ties of the result: a product with scales that was rounded before would be wrong."""
    for _ in range(300):
        x = RNG.normal(size=(2, 48)) * np.ldexp(1.0, RNG.integers(-4, 5, size=(1, 48)))
        a = nf.blocks.quantize(x, "nvfp4")
        b = nf.blocks.quantize(RNG.normal(size=(48, 2)), "nvfp4", axis=0)
        check(a, b, dtype)


def sum_of(units):
    """Two NVFP4 rows whose product is units * 2^-20: powers of two, those of a bit in one block."""
    n = units.bit_length()
    a, b = np.zeros((2, 1, 16 * n), np.uint8), np.ones((2, 1, n))
    for i in range(n):
        low = min(i, 20)  # of one factor: 2^-10 to 2^10; the other has the rest
        for row, exponent in enumerate((low - 10, min(i - low, 20) - 10)):
            scale = max(-9, min(8, exponent))
            code = nf.to_bits(nf.float4_e2m1fn(2.0 ** (exponent - scale)))
            a[row, 0, 16 * i : 16 * i + (1 << max(0, i - 40))] = code * (units >> i & 1)
            b[row, 0, i] = 2.0**scale
    return a, b


def near_middle(t):
    """The next odd t, and S with S * t = M * 2^42 + 1: M of 25 bits, whose upper 24 are even."""
    while True:
        middle = -pow(1 << 42, -1, t) % t
        middle += t * ((1 << 24) // t)
        for candidate in (middle, middle + t):
            if 1 << 24 <= candidate < 1 << 25 and candidate % 4 == 1:
                return t, ((candidate << 42) + 1) // t
        t += 2


def made(codes, scales, tensor, axis=1):
    kind = nf.blocks.KINDS["nvfp4"]
    return nf.blocks.BlockArray(codes, scales.astype(kind.scale.dtype), kind, axis, tensor)


@pytest.mark.parametrize("least", [0xB504F3, 0xAAAAAB, 0xC00001, 0x800001])
def test_a_sum_beside_a_tie_after_the_tensor_scale(least):
    """The middle of two binary32 numbers, but for one bit, which a double lacks."""
    t, units = near_middle(least)
    codes, scales = sum_of(units)
    a = made(codes[0], scales[0], float(t))
    b = made(codes[1], scales[1], 1.0).T
    check(a, b)
    check(a, b, np.float64)
    check(b.T, a.T)


def test_sums_too_long_for_a_double():
    """2^14 large products and nine of the smallest: the tensor scale must not see a rounded sum."""
    n = 2**14
    codes, scales = np.full((1, n), 7, np.uint8), np.full((1, n // 16), 448.0)
    codes[0, :16], scales[0, 0] = 0, 2.0**-9
    codes[0, :9] = 1  # 9/16 of the last place of a double
    a = made(codes, scales, 1.0)
    for t in RNG.uniform(1.2, 1.75, size=4).astype(np.float32):
        b = made(codes, scales, float(t)).T
        check(a, b, np.float64)
    check(a, b)


def test_nan_scales_and_infinities():
    a = nf.blocks.quantize([[1, np.nan], [1, 2]], "mxfp8_e4m3")
    got = a @ np.ones((2, 2))
    assert np.isnan(got).tolist() == [[True, True], [False, False]]
    b = nf.blocks.quantize([[1, np.inf], [1, -np.inf]], "mxfp8_e5m2")
    assert (b @ np.ones(2)).tolist() == [np.inf, -np.inf]
    c = nf.blocks.quantize([[1.0] * 16 + [np.nan] * 16, [1.0] * 32], "nvfp4")
    assert np.isnan(c @ c.T).tolist() == [[True, True], [True, False]]
    assert np.isnan(c @ np.zeros(32)).tolist() == [True, False]


def test_shapes():
    a = nf.blocks.quantize(RNG.normal(size=(2, 3, 40)), "nvfp4")
    v = nf.blocks.quantize(RNG.normal(size=40), "mxfp4")
    assert (a @ v).shape == (2, 3)
    assert (v @ v).shape == ()
    assert isinstance(v @ v, np.float32)
    assert (a @ a.transpose(0, 2, 1)).shape == (2, 3, 3)
    assert (a[:, :, :0] @ np.ones((0, 4))).tolist() == np.zeros((2, 3, 4)).tolist()
    assert (a[:0] @ v).shape == (0, 3)
    for axis in (0, 1):  # blocks may lie across the sum, too
        b = nf.blocks.quantize(RNG.normal(size=(40, 5)), "nvfp4", axis=axis)
        check(a[0], b)
    with pytest.raises(ValueError, match="40 terms against 39"):
        a @ np.ones(39)
    with pytest.raises(ValueError, match="one dimension"):
        a @ 2.0
    with pytest.raises(TypeError, match="complex"):
        a @ np.ones(40, complex)


def test_dtype_and_out():
    a = nf.blocks.quantize(RNG.normal(size=(4, 40)), "nvfp4")
    out = np.empty((4, 4), np.float64)
    assert nf.blocks.matmul(a, a.T, out=out) is out
    np.testing.assert_array_equal(out, nf.blocks.matmul(a, a.T, dtype="float64"))
    assert nf.blocks.matmul(a, a.T, dtype="posit<20,es=2>").dtype == nf.Posit(20).dtype
    assert (a @ a.T).dtype == np.float32
    with pytest.raises(ValueError, match="shape"):
        nf.blocks.matmul(a, a.T, out=np.empty((3, 4), np.float32))
    with pytest.raises(TypeError, match="out must be an array"):
        nf.blocks.matmul(a, a.T, out=[1])
    single = np.empty((4, 4), np.float32)
    np.testing.assert_array_equal(nf.blocks.matmul(a, a.T, out=single), a @ a.T)


def test_large_products_are_exact_in_any_number_of_threads():
    a = nf.blocks.quantize(RNG.normal(size=(200, 600)), "nvfp4")
    b = nf.blocks.quantize(RNG.normal(size=(300, 600)), "nvfp4").T
    x, y = a.dequantize(np.float64), b.dequantize(np.float64)
    np.testing.assert_array_equal(a @ b, nf.matmul(x, y, dtype=np.float32))
    c = nf.blocks.quantize(RNG.normal(size=(200, 600)), "mxfp8_e4m3")
    np.testing.assert_array_equal(c @ b, nf.matmul(c.dequantize(np.float64), y, dtype=np.float32))


def test_functions_of_numformats_take_blocks_exactly():
    a = nf.blocks.quantize(RNG.normal(size=(3, 40)), "nvfp4")
    x = a.dequantize(np.float64)
    assert not np.array_equal(x, x.astype(np.float32))
    np.testing.assert_array_equal(nf.matmul(a, a.T), a @ a.T)
    np.testing.assert_array_equal(nf.matmul(a, a.T, dtype=np.float64), nf.matmul(x, x.T))
    np.testing.assert_array_equal(nf.quantize(a, nf.posit16), x.astype(nf.posit16))
    np.testing.assert_array_equal(nf.fsum(a, axis=1), nf.fsum(x, axis=1))
    model = nf.matmul(a, a.T, accumulate="sequential", dtype=np.float32)
    np.testing.assert_array_equal(
        model, nf.matmul(x, x.T, accumulate="sequential", dtype=np.float32)
    )
