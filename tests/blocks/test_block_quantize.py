# SPDX-License-Identifier: BSD-3-Clause
"""Is every code of a block the exact quotient by its scales, rounded once, as the oracle says?"""

from __future__ import annotations

import ml_dtypes
import numpy as np
import pytest

import numformats as nf
from block_cases import KINDS, check_run, near_ties

NAMES = list(KINDS)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", NAMES)
def test_numbers_beside_ties(name, dtype):
    rng, kind = np.random.default_rng(19), KINDS[name]
    for exponent in (0, -20, 30, -120, 100):
        for fraction in (1.0, 1.5, 1.999, float(rng.uniform(1, 2))):
            largest = dtype(np.ldexp(fraction, exponent))
            x = np.concatenate([near_ties(kind, largest, rng, dtype) for _ in range(2)])
            x[0] = largest
            check_run(x, name)


@pytest.mark.parametrize("name", NAMES)
def test_any_numbers(name):
    rng = np.random.default_rng(20)
    for n in (0, 1, 2, 31, 32, 33, 70):
        for spread in (0, 3, 30, 300):
            exponents = rng.integers(-spread, spread + 1, size=n)
            check_run(np.ldexp(rng.normal(size=n), exponents), name)
            check_run(np.ldexp(rng.normal(size=n), exponents % 100).astype(np.float32), name)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("special", [np.nan, np.inf, -np.inf, 0.0, -0.0, 5e-324, -1.8e308])
def test_special_numbers(name, special):
    x = np.full(40, special)
    check_run(x, name)
    x[1:] = np.linspace(-3, 3, 39)
    check_run(x, name)
    with np.errstate(over="ignore"):
        check_run(x.astype(np.float32), name)


@pytest.mark.parametrize("name", NAMES)
def test_scales_at_their_ends(name):
    rng = np.random.default_rng(21)
    for exponent in (-149, -140, -135, -128, -127, -126, 120, 126, 127):
        x = np.ldexp(rng.uniform(1, 2, 5), exponent) * rng.choice([-1, 1], 5)
        check_run(x, name)
        check_run(x.astype(np.float32), name)
        check_run(x * 2.0**20, name)


def test_ratios_beside_ties_of_the_scales():
    """The scale of NVFP4's tensor, and of its blocks, where a double's quotient would err."""
    for code in range(0x08, 0x7E):
        low, high = (nf.float8_e4m3fn.from_bits(code + i) for i in (0, 1))
        for tensor in (1.0, float(np.float32(0.1)), float(np.float32(1 / 3))):
            middle = (float(low) + float(high)) / 2 * 6 * tensor
            for near in (np.nextafter(middle, 0), middle, np.nextafter(middle, 1e9)):
                check_run(np.array([2688 * tensor, *[0.0] * 15, near, -near / 3]), "nvfp4")
    for fraction in (1, 1 + 2**-23, 1 + 2**-22, 1.75, 2 - 2**-23):
        middle = 2688 * (fraction + 2**-24)
        for near in (np.nextafter(middle, 0), middle, np.nextafter(middle, 1e9)):
            check_run(np.array([near, near / 5, 1.0]), "nvfp4")


DTYPES = [
    "float16", "float32", "float64", "longdouble", "int8", "uint16", "int64", "uint64", "bfloat16",
    "posit16", "posit64", "takum_linear64", "bposit32", "float8_e5m2", "q31", "mlu32", ">f4", ">f8", ">i8",
]  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["mxfp8_e4m3", "mxfp8_e5m2", "mxfp4", "mxint8", "nvfp4"])
def test_every_dtype_is_taken_exactly(dtype, name):
    rng = np.random.default_rng(22)
    exponents = rng.integers(-2, 7, 70) if dtype != "q31" else -rng.integers(0, 9, 70)
    check_run(np.ldexp(rng.uniform(0.5, 1, 70), exponents).astype(getattr(nf, dtype, dtype)), name)


@pytest.mark.parametrize("name", ["mxfp8_e4m3", "nvfp4"])
def test_floats_of_ml_dtypes(name):
    x = np.linspace(-3, 3, 40).astype(ml_dtypes.bfloat16)
    assert nf.blocks.quantize(x, name) == nf.blocks.quantize(x.astype(float), name)


def test_no_double_rounding_through_a_shorter_format():
    """1 + 2^-4 is a tie of E4M3 at scale 2^-8; a little more must round up, whatever holds it."""
    one, steps = 2**62, np.array([0, 0, 1, 2**64 - 1], np.uint64)
    tie = one + one // 16
    for x in (
        np.array([one, tie, tie + 1, tie - 1], np.int64),
        np.array([one, tie, tie + 1, tie - 1], np.uint64),
        [one, tie, tie + 1, tie - 1],
        nf.from_bits(
            (np.array([0x4000, 0x4080, 0x4080, 0x4080], np.uint64) << 48) + steps, nf.posit64
        ),
    ):
        codes = nf.blocks.quantize(x, "mxfp8_e4m3").codes.tolist()
        assert codes == [0x78, 0x78, 0x79, 0x78]


def test_lists_objects_and_text():
    from fractions import Fraction

    x = nf.blocks.quantize([Fraction(1, 3), 1, "0.5"], "mxfp8_e4m3")
    assert x == nf.blocks.quantize([1 / 3, 1, 0.5], "mxfp8_e4m3")
    assert nf.blocks.quantize([[True, 2]], "mxint8").shape == (1, 2)


@pytest.mark.parametrize("name", ["mxfp8_e4m3", "nvfp4", "mxint8", "bfp2"])
@pytest.mark.parametrize(
    "shape", [(70, 37), (3, 70), (2, 40, 17), (33,), (0, 5), (5, 0), (4, 0, 3)]
)
def test_every_axis(name, shape):
    rng = np.random.default_rng(23)
    x = rng.normal(size=shape)
    for axis in range(-x.ndim, x.ndim):
        got = nf.blocks.quantize(x, KINDS[name], axis=axis)
        last = nf.blocks.quantize(np.moveaxis(x, axis, -1), KINDS[name])
        assert got.shape == shape
        assert got.axis == axis % x.ndim
        np.testing.assert_array_equal(np.moveaxis(got.codes, axis, -1), last.codes)
        np.testing.assert_array_equal(np.moveaxis(got.scales, axis, -1), last.scales)
        fortran = nf.blocks.quantize(np.asfortranarray(x), KINDS[name], axis=axis)
        assert fortran == got
        assert nf.blocks.quantize(np.repeat(x, 2, 0)[::2], KINDS[name], axis=axis) == got


@pytest.mark.parametrize("block", [1023, 1024, 1025])
def test_long_blocks_on_every_axis(block):
    x = np.random.default_rng(29).normal(size=(2 * block + 1, 18)).astype(np.float32)
    for kind in (
        nf.blocks.BFP(12, block),
        nf.blocks.Kind(nf.float6_e3m2fn, nf.binary32, block, "ratio"),
    ):
        got, turned = nf.blocks.quantize(x, kind, axis=0), nf.blocks.quantize(x.T.copy(), kind)
        assert turned == got.T
        np.testing.assert_array_equal(got.dequantize(), turned.dequantize().T)
        np.testing.assert_array_equal(got.products(), got.T.products().T)


def test_the_last_block_is_shorter():
    x = np.arange(1.0, 35)
    whole, first = nf.blocks.quantize(x, "mxfp4"), nf.blocks.quantize(x[:32], "mxfp4")
    assert whole.scales.shape == (2,)
    assert whole[:32] == first
    assert whole[32:] == nf.blocks.quantize(x[32:], "mxfp4")


@pytest.mark.parametrize(
    ("x", "error", "text"),
    [
        (1.0, ValueError, "0-d"),
        (np.array(["2020-01-01"], "M8[D]"), TypeError, "datetime64"),
        (np.zeros(3, [("a", "f4")]), TypeError, "blocks hold real numbers"),
        ([1j, 2], TypeError, "complex128: blocks hold real numbers"),
        (np.zeros(3, np.complex64), TypeError, "complex64: blocks hold real numbers"),
        ([None], TypeError, "None"),
    ],
)
def test_what_is_no_array_of_numbers(x, error, text):
    with pytest.raises(error, match=text):
        nf.blocks.quantize(x, "mxfp4")


def test_wrong_axis_and_kind():
    with pytest.raises(np.exceptions.AxisError):
        nf.blocks.quantize([1.0], "mxfp4", axis=1)
    with pytest.raises(nf.UnknownFormatError, match="mxfp8_e4m3"):
        nf.blocks.quantize([1.0], "mxfp8_e4m2")
    with pytest.raises(TypeError, match="float"):
        nf.blocks.quantize([1.0], 8.0)


def test_nothing_is_warned_of():
    x = np.array([np.nan, np.inf, 1e300, -1e-300] * 20)
    for name in NAMES:
        nf.blocks.quantize(x, KINDS[name])
