# SPDX-License-Identifier: BSD-3-Clause
"""Do MX blocks have the bits of gfloat's block functions, and of worked examples of the formats?"""

from __future__ import annotations

import gfloat.block
import gfloat.formats
import ml_dtypes
import numpy as np
import pytest

import numformats as nf

PEERS = {
    "mxfp8_e4m3": gfloat.formats.format_info_mxfp8_e4m3,
    "mxfp8_e5m2": gfloat.formats.format_info_mxfp8_e5m2,
    "mxfp6_e2m3": gfloat.formats.format_info_mxfp6_e2m3,
    "mxfp6_e3m2": gfloat.formats.format_info_mxfp6_e3m2,
    "mxfp4": gfloat.formats.format_info_mxfp4_e2m1,
    "mxint8": gfloat.formats.format_info_mxint8,
}


def blocks_of(rng):
    """Single blocks of binary32 numbers: of any size, narrow, with few bits, zeros, huge, tiny."""
    for _ in range(40):
        yield np.ldexp(rng.normal(size=32), rng.integers(-130, 120))
        yield np.ldexp(rng.integers(-31, 32, size=32), rng.integers(-60, 60, size=32))
        yield np.ldexp(rng.normal(size=32), rng.integers(-9, 10, size=32))
    yield np.zeros(32)
    yield np.full(32, -0.0)
    yield np.full(32, 3.4e38)
    yield np.full(32, 1e-45)


@pytest.mark.parametrize("name", PEERS)
def test_bits_of_gfloat(name):
    peer, rng = PEERS[name], np.random.default_rng(24)
    for block in blocks_of(rng):
        x = block.astype(np.float32)
        scale = gfloat.block.compute_scale_amax(peer.etype.emax, x.astype(float))
        expected = list(gfloat.block.encode_block(peer, scale, x.astype(float) / scale))
        got = nf.blocks.quantize(x, name)
        assert [*nf.to_bits(got.scales).tolist(), *got.codes.tolist()] == expected, x
        values = list(gfloat.block.decode_block(peer, expected))
        np.testing.assert_array_equal(got.dequantize(np.float64), values)
        quantized = gfloat.block.quantize_block(
            peer, x.astype(float), gfloat.block.compute_scale_amax
        )
        np.testing.assert_array_equal(got.dequantize(np.float64), quantized)


@pytest.mark.parametrize("name", PEERS)
def test_the_shape_of_gfloats_formats(name):
    peer, kind = PEERS[name], nf.blocks.KINDS[name]
    assert (kind.block, kind.element.bits, kind.scale.bits) == (peer.k, peer.etype.k, peer.stype.k)
    assert kind.bits * kind.block == peer.block_size_bytes * 8


@pytest.mark.parametrize(
    ("name", "dtype"),
    [
        ("mxfp8_e4m3", ml_dtypes.float8_e4m3fn),
        ("mxfp8_e5m2", ml_dtypes.float8_e5m2),
        ("mxfp6_e2m3", ml_dtypes.float6_e2m3fn),
        ("mxfp6_e3m2", ml_dtypes.float6_e3m2fn),
        ("mxfp4", ml_dtypes.float4_e2m1fn),
    ],
)
def test_elements_are_those_of_ml_dtypes(name, dtype):
    """By the definition of microxcaling: shift by the shared exponent, clamp, round to even."""
    x = np.random.default_rng(25).normal(size=(200, 32)).astype(np.float32)
    got = nf.blocks.quantize(x, name)
    most = float(ml_dtypes.finfo(dtype).max)
    shared = np.floor(np.log2(np.abs(x).max(axis=1, keepdims=True))) - np.floor(np.log2(most))
    elements = np.clip(x / np.exp2(shared), -most, most).astype(dtype)
    np.testing.assert_array_equal(got.scales.astype(float), np.exp2(shared))
    np.testing.assert_array_equal(got.codes, elements.view(np.uint8))
    made = nf.blocks.BlockArray(elements, got.scales, name)
    assert made == got


def test_a_worked_block_of_mxfp8():
    """500 needs the scale 2^(8 - 8); 448 is the largest element, 2^-10 half of the smallest."""
    got = nf.blocks.quantize([500, -1, 2.0**-10, 3 * 2.0**-10, 0, -0.0], "mxfp8_e4m3")
    assert nf.to_bits(got.scales).tolist() == [127]
    assert got.codes.tolist() == [0x7E, 0xB8, 0x00, 0x02, 0x00, 0x80]


def test_a_worked_block_of_nvfp4():
    """The largest number is the largest element times the largest block scale times the tensor's."""
    got = nf.blocks.quantize([2688.0] + [0.0] * 15 + [6.0, 5.0, -0.25, 0.75], "nvfp4")
    assert got.tensor_scale == 1
    assert got.scales.astype(float).tolist() == [448, 1]
    assert got.codes.tolist() == [7] + [0] * 15 + [7, 6, 8, 2]


def test_the_oracles_answer_has_names():
    kind = nf.blocks.KINDS["mxfp4"]
    made = nf.oracle.Blocks(kind.element, kind.scale, 32).quantize([1, 3, -1000])
    assert made == nf.oracle.Quantized(codes=[0, 0, 15], scales=[134])


def test_special_scales():
    """NaN anywhere, or an infinity that elements lack: E8M0's 0xFF, E4M3's NaN; zeros: the least."""
    for name in (*PEERS, "nvfp4"):
        nan = 0x7F if name == "nvfp4" else 0xFF
        got = nf.blocks.quantize([1, np.nan, 3], name)
        assert nf.to_bits(got.scales).tolist() == [nan]
        assert np.isnan(got.dequantize()).all()
        infinite = nf.blocks.quantize([1, -np.inf, 3], name)
        if name == "mxfp8_e5m2":
            assert infinite.dequantize().tolist() == [1, -np.inf, 3]
        else:
            assert nf.to_bits(infinite.scales).tolist() == [nan]
        zeros = nf.blocks.quantize([0.0, -0.0], name)
        assert nf.to_bits(zeros.scales).tolist() == [0]
        assert np.signbit(zeros.dequantize()).tolist() == [False, name != "mxint8"]
