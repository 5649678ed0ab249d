# SPDX-License-Identifier: BSD-3-Clause
"""Is each number of a tile its exact quotient by the scale, rounded once?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from numformats.training.mixed_precision import Tiled, quantize_tiles

FORMATS = [
    "float8_e4m3fn",
    "float8_e5m2",
    "float4_e2m1fn",
    "posit8",
    "fixed<8,frac=7>",
    "posit<3,es=0>",
]


def expected(x, scale, T):
    """The quotient as a Fraction, rounded by the oracle's own way from numbers to codes."""
    quotient = Fraction(float(x)) / Fraction(float(scale))
    return nf.quantize(quotient, T, overflow="saturate")


@pytest.mark.parametrize("power_of_two", [True, False])
@pytest.mark.parametrize("T", FORMATS)
def test_elements_are_exact_quotients_rounded_once(T, power_of_two):
    rng = np.random.default_rng(1)
    x = rng.normal(size=(6, 10)) * 2.0 ** rng.integers(-6, 6, (6, 10))
    found = quantize_tiles(x, T, (2, 4), power_of_two=power_of_two)
    assert found.scales.shape == (3, 3)
    assert found.scales.dtype == np.float32
    for (i, j), value in np.ndenumerate(x):
        scale = found.scales[i // 2, j // 4]
        assert found.codes[i, j] == expected(value, scale, T)
    scales = np.repeat(np.repeat(found.scales, 2, 0), 4, 1)[:, :10].astype(float)
    np.testing.assert_array_equal(found.dequantize(), found.codes.astype(float) * scales)


@pytest.mark.parametrize("T", ["float8_e4m3fn", "float8_e5m2", "posit8"])
def test_quotients_beside_midpoints_of_the_format_are_not_rounded_twice(T):
    """x = midpoint * scale, and the doubles beside it: the second rounding must know the side."""
    dtype = nf.parse_format(T).dtype
    top = float(nf.finfo(dtype).maxpos)
    values = np.arange(1, 100, dtype=np.uint8).view(dtype).astype(float)
    middles = (values[1:] + values[:-1]) / 2
    scale = float(quantize_tiles([[1.0]], T, power_of_two=False).scales[0, 0])
    assert scale * top >= 1
    for factor in (1 - 2.0**-52, 1, 1 + 2.0**-52, 1 - 2.0**-53):
        x = np.concatenate([[1.0], middles[middles < 0.9 * top] * scale * factor])[np.newaxis]
        found = quantize_tiles(np.concatenate([x, -x]), T, (2, x.size), power_of_two=False)
        for sign, row in zip((1, -1), found.codes, strict=True):
            for code, value in zip(row[1:], x[0, 1:], strict=True):
                assert code == expected(sign * value, scale, T)


def test_a_free_scale_is_the_least_float32_that_reaches():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 1)) * 2.0 ** rng.integers(-20, 20, (200, 1))
    for T in ("float8_e4m3fn", "float8_e5m2", "fixed<8,frac=7>"):
        top = float(nf.finfo(nf.parse_format(T)).maxpos)
        scales = quantize_tiles(x, T, (1, 1), power_of_two=False).scales
        below = np.nextafter(scales, np.float32(0)).astype(float)
        assert (scales.astype(float) * top >= np.abs(x)).all()
        assert (below * top < np.abs(x)).all()


def test_the_largest_element_takes_the_largest_value():
    x = np.array([[3.0, -11.0, 0.1]])
    free = quantize_tiles(x, "float8_e4m3fn", (1, 3), power_of_two=False)
    assert float(free.codes[0, 1]) == -448
    two = quantize_tiles(x, "float8_e4m3fn", (1, 3))
    assert float(two.scales[0, 0]) == 2.0**-5  # 11 / 2^-5 = 352 fits 448, at 2^-6 it does not
    # Exactly the largest value needs no larger scale, and a bit more does.
    for factor, scale in ((1, 1), (1 + 2.0**-50, 2)):
        assert quantize_tiles([[448 * factor]], "float8_e4m3fn").scales[0, 0] == scale


def test_zeros_ends_and_shapes():
    assert quantize_tiles(np.zeros((2, 300)), "float8_e5m2").scales.tolist() == [[1, 1, 1]] * 2
    for shape in [(0, 5), (5, 0), (0, 0), (1, 1), (3, 129)]:
        found = quantize_tiles(np.ones(shape, nf.bfloat16), "float8_e5m2")
        assert found.shape == shape
        np.testing.assert_array_equal(found.dequantize(), np.ones(shape))
    tiled = quantize_tiles(np.arange(6.0).reshape(2, 3), "posit8", (1, 2))
    assert isinstance(tiled.T, Tiled)
    assert tiled.T.tile == (2, 1)
    np.testing.assert_array_equal(tiled.T.dequantize(), tiled.dequantize().T)
    tiny = quantize_tiles([[2.0**-149, 2.0**-140]], "float8_e5m2")
    assert tiny.scales[0, 0] == 2.0**-126


@pytest.mark.parametrize("power_of_two", [True, False])
def test_what_has_no_scale_is_told(power_of_two):
    def tiles(x, **options):
        return quantize_tiles(x, "float8_e4m3fn", power_of_two=power_of_two, **options)

    with pytest.raises(ValueError, match=r"x\[1, 0\] is nan: a scale needs numbers"):
        tiles([[1.0], [np.nan]])
    with pytest.raises(ValueError, match=r"x\[0, 0\] is -inf"):
        tiles([[-np.inf]])
    with pytest.raises(ValueError, match=r"shape \(3,\); allowed: a matrix"):
        tiles([1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match=r"size 1e\+300; allowed: to 448"):
        tiles([[1e300]])
    with pytest.raises(ValueError, match="T=posit64 has more than 28 significant bits"):
        quantize_tiles([[1.0]], "posit64", power_of_two=power_of_two)
    with pytest.raises(ValueError, match="tile is 0"):
        tiles([[1.0]], tile=(0, 1))
