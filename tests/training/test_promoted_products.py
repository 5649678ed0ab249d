# SPDX-License-Identifier: BSD-3-Clause
"""Are products with promotion what the oracle composes of its own sums and multiply-adds?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from numformats.training.mixed_precision import promoted_matmul, quantize_tiles
from numformats.training.mixed_precision.promotion import TENSOR_CORE

SINGLE = nf.oracle.for_format(nf.binary32)


def oracle_product(a, b, accumulate, promote):
    """One element after the other, on codes; the first stretch is multiplied, the others added."""
    sums = nf.oracle.Accumulation(a.codes.dtype, b.codes.dtype, nf.binary32)
    found = np.empty((a.shape[0], b.shape[1]), np.uint32)
    xs, ys = nf.to_bits(a.codes).tolist(), nf.to_bits(b.codes.T).tolist()
    step = promote or max(a.shape[1], 1)
    for i, j in np.ndindex(found.shape):
        total = 0
        for first in range(0, a.shape[1], step):
            part = slice(first, first + step)
            partial = sums.dot(xs[i][part], ys[j][part], accumulate)
            scales = (
                a.scales[i // a.tile[0], first // a.tile[1]],
                b.scales[first // b.tile[0], j // b.tile[1]],
            )
            scale = SINGLE.mul(*(int(s.view(np.uint32)) for s in scales))
            total = SINGLE.fma(partial, scale, total) if first else SINGLE.mul(partial, scale)
        found[i, j] = total
    return found


def operands(tile, power_of_two, T="float8_e4m3fn", shape=(3, 40, 5)):
    rng = np.random.default_rng(2)
    rows, terms, columns = shape
    x = rng.normal(size=(rows, terms)) * 2.0 ** rng.integers(-4, 4, (rows, terms))
    w = rng.normal(size=(terms, columns)) * np.linspace(0.1, 9, columns)
    a = quantize_tiles(x, T, (1, tile), power_of_two=power_of_two)
    return a, quantize_tiles(w, "float8_e5m2", (tile, tile), power_of_two=power_of_two)


@pytest.mark.parametrize("power_of_two", [True, False])
@pytest.mark.parametrize("T", ["float8_e4m3fn", "posit8", "float4_e2m1fn", "fixed<8,frac=4>"])
@pytest.mark.parametrize(
    ("accumulate", "promote", "tile"),
    [
        (TENSOR_CORE, 16, 16),
        (("aligned", 6, 4), 8, 16),
        ("exact", 8, 8),
        (nf.bfloat16, 5, 10),
        (("aligned", 8, 4), None, 64),
        ("sequential", 64, 64),
    ],
)
def test_products_are_those_of_the_oracle(T, power_of_two, accumulate, promote, tile):
    a, b = operands(tile, power_of_two, T)
    found = promoted_matmul(a, b, accumulate=accumulate, promote=promote)
    np.testing.assert_array_equal(found.view(np.uint32), oracle_product(a, b, accumulate, promote))


def test_promotion_bounds_what_the_narrow_accumulator_loses():
    """K = 4096: 14 bits truncate each group of 32; a stretch of 128 loses no more than it does."""
    rng = np.random.default_rng(0)
    x, w = np.abs(rng.normal(size=(4, 4096))), np.abs(rng.normal(size=(4096, 4)))
    a, b = (
        quantize_tiles(x, "float8_e4m3fn", (1, 4096)),
        quantize_tiles(w, "float8_e4m3fn", (4096, 1)),
    )
    exact = a.dequantize() @ b.dequantize()
    errors = {
        promote: float(np.abs(promoted_matmul(a, b, promote=promote) / exact - 1).max())
        for promote in (128, None)
    }
    # Truncated terms are all too small: of 128 or 32 to a group at most 32 times 2^-13 each.
    assert 0 < errors[128] < 2.0**-8
    assert errors[None] > 10 * errors[128]


def test_an_exact_accumulator_needs_no_promotion():
    a, b = operands(64, True)
    found = promoted_matmul(a, b, accumulate="exact", promote=None)
    exact = a.dequantize() @ b.dequantize()  # sums of a few products of 4 bits: no rounding
    np.testing.assert_array_equal(found, exact.astype(np.float32))


def test_matrices_of_a_format_have_the_scale_1():
    x = np.arange(12).reshape(3, 4).astype(nf.float8_e4m3fn)
    found = promoted_matmul(x, x.T, promote=2, accumulate="exact")
    np.testing.assert_array_equal(found, x.astype(float) @ x.T.astype(float))
    for rows, terms, columns in [(0, 4, 2), (2, 0, 3), (2, 4, 0)]:
        empty = promoted_matmul(
            np.ones((rows, terms), nf.posit8), np.ones((terms, columns), nf.posit8)
        )
        assert empty.shape == (rows, columns)
        assert (empty == terms).all()


def test_a_stretch_with_several_scales_is_refused():
    a, b = operands(16, True)
    with pytest.raises(ValueError, match="promote=12 does not divide the 16 terms of a tile of a"):
        promoted_matmul(a, b, promote=12)
    with pytest.raises(ValueError, match="promote=None does not divide"):
        promoted_matmul(a, b, promote=None)
    with pytest.raises(ValueError, match=r"\(3, 40\), b \(3, 40\)"):
        promoted_matmul(a, a)
    with pytest.raises(ValueError, match="promote is 0"):
        promoted_matmul(a, b, promote=0)
    with pytest.raises(ValueError, match=r"b has shape \(3,\)"):
        promoted_matmul(a, np.ones(3, nf.posit8))
