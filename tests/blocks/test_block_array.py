# SPDX-License-Identifier: BSD-3-Clause
"""Is a block array a value: sliced on borders only, turned, reshaped, compared, never written to?"""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import numformats as nf
from block_cases import KINDS
from numformats.blocks import BlockArray

RNG = np.random.default_rng(26)


def made(shape=(4, 70, 3), axis=1, kind="mxfp4"):
    return nf.blocks.quantize(RNG.normal(size=shape), KINDS[kind], axis=axis)


def same(got, values, axis):
    """Are these the numbers, with blocks along that axis?"""
    assert got.axis == axis
    np.testing.assert_array_equal(got.dequantize(), values)


@pytest.mark.parametrize(
    ("index", "axis"),
    [
        (0, 0), (-1, 0), (slice(1, 3), 1), (slice(None, None, -1), 1), ((2, slice(32, 64)), 0),
        ((..., 1), 1), ((slice(None), slice(64, None)), 1), ((slice(None), slice(0, 0)), 1),
        ((slice(None), slice(5, 5)), 1), ((None, ..., None), 2), ((1, ..., 2), 0), ((), 1), (..., 1),
        ((slice(None), None, slice(-70, 32)), 2), ((np.int64(1), slice(32, 70), slice(0, 3, 2)), 0),
        ((slice(None), slice(32, 1000)), 1), ((slice(None), slice(None), None), 1),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["mxfp4", "nvfp4"])
def test_slices_on_borders(index, axis, kind):
    a = made(kind=kind)
    same(a[index], a.dequantize()[index], axis)
    assert np.shares_memory(a[index].codes, a.codes) or not a[index].size


@pytest.mark.parametrize(
    ("index", "text"),
    [
        (
            (0, slice(3, None)),
            "slice begins at 3: axis 1 has blocks of 32, with borders at 0 and 32",
        ),
        ((0, slice(0, 65)), "slice ends at 65: axis 1 has blocks of 32, with borders at 64 and 70"),
        ((0, slice(None, None, 2)), "step 2"),
        ((0, slice(None, None, -1)), "step -1"),
        ((0, 5), "index 5: axis 1 has blocks of 32"),
        ((0, [0, 1]), "axis 1 has blocks of 32"),
        ([0, 1], "list on axis 0"),
        (np.array([True, False, True, True]), "ndarray on axis 0"),
        (True, "index True of axis 0"),
        ((0, 0, 0, 0), "too many indices: 4 for 3 dimensions"),
        ((..., ...), "single ellipsis"),
        (4, "out of bounds"),
        ("codes", "str on axis 0"),
    ],
)
def test_slices_that_cut_a_block(index, text):
    with pytest.raises(IndexError, match=text):
        made()[index]


@pytest.mark.parametrize("axes", [(), (None,), (2, 0, 1), ((1, 2, 0),), (0, -1, 1)])
def test_transpose(axes):
    a = made(kind="nvfp4")
    got, values = a.transpose(*axes), a.dequantize().transpose(*axes)
    assert got.shape[got.axis] == 70
    same(got, values, got.axis)
    assert a == a.T.T
    with pytest.raises(ValueError, match="axes"):
        a.transpose(0, 1)
    with pytest.raises(ValueError, match="repeated"):
        a.transpose(0, 0, 1)


@pytest.mark.parametrize(
    ("shape", "axis", "new", "new_axis"),
    [
        ((4, 64), 1, (2, 2, 64), 2),
        ((4, 64), 1, (8, 32), 1),
        ((4, 64), 1, (2, 128), 1),
        ((4, 64), 1, (256,), 0),
        ((4, 64), 1, (-1, 32), 1),
        ((4, 64), 1, (4, 2, 32), 2),
        ((4, 70), 1, (2, 2, 70), 2),
        ((64, 6), 0, (64, 2, 3), 0),
        ((64, 6), 0, (2, 32, 6), 1),
        ((2, 3, 64, 5), 2, (6, 64, 5), 1),
        ((64,), 0, (64, 1), 0),
        ((64,), 0, (1, 64), 1),
        ((0, 64), 1, (0, 2, 32), 2),
    ],
)
def test_reshape(shape, axis, new, new_axis):
    a = made(shape, axis)
    same(a.reshape(*new), a.dequantize().reshape(new), new_axis)
    assert a.reshape(new) == a.reshape(list(new)) == a.reshape(*new)


@pytest.mark.parametrize(
    ("shape", "axis", "new", "text"),
    [
        ((4, 64), 1, (16, 16), "another multiple of 32"),
        ((4, 70), 1, (140, 2), "must stay whole"),
        ((4, 70), 1, (280,), "must stay whole"),
        ((4, 64), 0, (64, 4), "must stay whole"),
        ((4, 64), 1, (5, 50), "cannot reshape an array of shape"),
        ((4, 64), 1, (-1, -1), "cannot reshape an array of shape"),
        ((4, 64), 1, (-1, 0), "cannot reshape an array of shape"),
    ],
)
def test_reshapes_that_cut_a_block(shape, axis, new, text):
    with pytest.raises(ValueError, match=text):
        made(shape, axis).reshape(new)


def test_nothing_can_be_written():
    codes, scales = np.zeros((1, 32), np.uint8), np.full((1, 1), 127, np.uint8)
    a = BlockArray(codes, scales, "mxfp4")
    codes[0, 0] = scales[0, 0] = 5
    assert a.codes[0, 0] == 0
    assert a.scales[0, 0] == 1
    for part in (a.codes, a.scales, a.elements, a[:, :32].codes, a.T.codes, a.reshape(32).scales):
        assert not part.flags.writeable
    for name in ("codes", "scales", "kind", "axis", "tensor_scale", "shape", "other"):
        with pytest.raises(AttributeError):
            setattr(a, name, None)
    x = np.ones(32)
    b = nf.blocks.quantize(x, "mxfp8_e4m3")
    x[0] = 9
    assert b.dequantize()[0] == 1


def test_equality_is_by_content():
    a = nf.blocks.quantize([[1.0, 2, 3]], "mxfp4")
    assert a == nf.blocks.quantize(np.array([[1, 2, 3]]), "mxfp4")
    assert a != nf.blocks.quantize([[1.0, 2, 4]], "mxfp4")
    assert a != nf.blocks.quantize([[1.0, 2, 3]], "mxfp4", axis=0)
    assert a != nf.blocks.quantize([[1.0, 2, 3]], "mxfp6_e2m3")
    assert a != BlockArray(a.codes, nf.to_bits(a.scales) + 1, "mxfp4")
    assert a != "a"
    n = nf.blocks.quantize([[np.nan]], "mxfp4")
    assert n == n.reshape(1, 1)
    assert nf.blocks.quantize([1.0], "nvfp4") != nf.blocks.quantize([2.0], "nvfp4")
    with pytest.raises(TypeError, match="unhashable"):
        hash(a)


@pytest.mark.parametrize("kind", list(KINDS))
def test_copies_and_pickles(kind):
    a = made((3, 40), 1, kind)
    for other in (copy.copy(a), copy.deepcopy(a), pickle.loads(pickle.dumps(a))):
        assert other == a
        assert other.kind.name == a.kind.name


def test_text_and_sizes():
    a = nf.blocks.quantize([[1.0, -1.5]], "mxfp4", axis=0)
    assert repr(a) == "BlockArray([[ 1. , -1.5]], kind=mxfp4, axis=0)"
    assert (
        repr(nf.blocks.quantize([], nf.blocks.BFP(5, 2))) == "BlockArray([], kind=bfp5_2, axis=0)"
    )
    assert (a.ndim, a.size, len(a), a.nbytes, a.shape) == (2, 2, 1, 4, (1, 2))
    assert len(repr(nf.blocks.quantize(np.zeros((2000, 2000)), "mxfp4"))) < 2000


def test_arrays_of_it():
    a = nf.blocks.quantize([1.0, -2.5, 1e-3], "mxfp8_e5m2")
    assert np.asarray(a).dtype == np.float32
    np.testing.assert_array_equal(np.asarray(a, np.float64), a.dequantize(np.float64))
    np.testing.assert_array_equal(a.elements.astype(float) * float(a.scales[0]), np.asarray(a))
    with pytest.raises(ValueError, match="computed"):
        np.asarray(a, copy=False)
    with pytest.raises(TypeError):
        a + 1
    with pytest.raises(TypeError):
        np.ones(3) * a
    with pytest.raises(TypeError):
        np.sqrt(a)


@pytest.mark.parametrize(
    "dtype", [np.float16, "float64", nf.posit16, "posit<12,es=1>", nf.bfloat16.format, nf.q15]
)
@pytest.mark.parametrize("kind", ["mxfp8_e5m2", "nvfp4", "bfp24"])
def test_dequantize_rounds_once(dtype, kind):
    a = nf.blocks.quantize(RNG.uniform(-1, 1, size=200), KINDS[kind])
    target = nf.blocks.parts.dtype_of(dtype)
    got = a.dequantize(dtype)
    assert got.dtype == target
    np.testing.assert_array_equal(got, a.dequantize(np.float64).astype(target))


def test_products_beyond_binary32_with_a_tensor_scale():
    kind = nf.blocks.Kind(nf.float8_e4m3fn, nf.float8_e8m0fnu, 2, "ratio", nf.binary32)
    a = BlockArray([0x7E, 0x01], [254], kind, 0, 2.0**-100)
    assert a.dequantize().tolist() == [448 * 2.0**27, 2.0**18]
    assert BlockArray([0x7E, 0x01], [0], kind, 0, 2.0**100).dequantize()[1] == 2.0**-36


def test_parts_that_do_not_fit():
    codes, scales = np.zeros((2, 40), np.uint8), np.zeros((2, 2), np.uint8)
    for arguments, error, text in (
        ((codes, scales[:, :1], "mxfp4"), ValueError, r"\(2, 1\).*need \(2, 2\)"),
        ((codes, scales, "mxfp4", 0), ValueError, r"need \(1, 40\)"),
        ((codes + 16, scales, "mxfp4"), ValueError, "0x10"),
        ((codes.astype(float), scales, "mxfp4"), TypeError, "float64"),
        ((codes.view(nf.posit8), scales, "mxfp4"), TypeError, "posit8"),
        ((0, 0, "mxfp4"), ValueError, "0-d"),
        ((codes, scales, "nvfp4"), ValueError, "need"),
        ((codes, np.zeros((2, 3), np.uint8), "nvfp4"), ValueError, "tensor_scale is missing"),
        ((codes, np.zeros((2, 3), np.uint8), "nvfp4", -1, 0.1), ValueError, "tensor_scale=0.1"),
        ((codes, np.zeros((2, 3), np.uint8), "nvfp4", -1, -1), ValueError, "tensor_scale=-1"),
        ((codes, scales, "mxfp4", -1, 1.0), ValueError, "has no scale for the whole array"),
        ((codes, scales, "mxfp4", 2), np.exceptions.AxisError, "axis 2"),
    ):
        with pytest.raises(error, match=text):
            BlockArray(*arguments)
