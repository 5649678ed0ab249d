# SPDX-License-Identifier: BSD-3-Clause
"""Do codes become arrays and arrays codes, without a copy and without a wrong code?"""

import numpy as np
import pytest

import numformats as nf

FORMATS = [*nf.formats().values(), nf.Posit(23, es=1), nf.Fixed(33, 5), nf.Posit(2)]


@pytest.mark.parametrize("T", FORMATS, ids=lambda T: str(T.format))
def test_codes_come_back(T):
    bits = T.format.bits
    codes = np.random.default_rng(bits).integers(0, 2**bits, (5, 7), dtype=np.uint64)
    codes[0, :2] = 0, 2**bits - 1
    a = nf.from_bits(codes, T)
    assert a.dtype == T.dtype
    assert a.shape == (5, 7)
    assert np.array_equal(nf.to_bits(a), codes)
    assert [x.bits for x in a.flat] == codes.ravel().tolist()
    assert nf.to_bits(a).dtype == np.dtype(f"u{T.dtype.itemsize}")


def test_memory_is_shared_where_the_sizes_agree():
    codes = np.arange(8, dtype=np.uint16).reshape(2, 4)[:, ::2]
    a = nf.from_bits(codes, nf.posit16)
    assert np.shares_memory(a, codes)
    assert a.strides == codes.strides
    a[0, 0] = 1
    assert codes[0, 0] == 0x4000
    back = nf.to_bits(a)
    assert np.shares_memory(back, a)
    back[0, 0] = 0x4800
    assert a[0, 0] == 2
    wide = np.arange(8, dtype=np.uint32)
    assert not np.shares_memory(nf.from_bits(wide, nf.posit16), wide)


def test_scalars_and_zero_dimensions():
    x = nf.from_bits(0x4000, nf.posit16)
    assert type(x) is nf.posit16
    assert x == 1
    assert type(nf.to_bits(x)) is np.uint16
    assert nf.to_bits(x) == 0x4000
    zero_d = nf.from_bits(np.array(0x4000, np.uint16), nf.posit16)
    assert zero_d.shape == ()
    assert isinstance(zero_d, np.ndarray)
    assert isinstance(nf.to_bits(zero_d), np.ndarray)


@pytest.mark.parametrize(
    "codes",
    [[1, 2], (1, 2), np.array([1, 2], "i8"), np.array([1, 2], ">u2"), np.array([1, 2], object)],
)
def test_integers_of_any_type(codes):
    assert nf.to_bits(nf.from_bits(codes, "tf32")).tolist() == [1, 2]


def test_lists_that_reach_the_64th_bit():
    codes = [1, 2**63, 2**64 - 1]
    assert nf.to_bits(nf.from_bits(codes, nf.posit64)).tolist() == codes
    assert nf.from_bits([], nf.posit64).shape == (0,)
    assert nf.from_bits(np.zeros((0, 2), "u1"), nf.posit64).shape == (0, 2)


@pytest.mark.parametrize(
    ("codes", "T", "message"),
    [
        (np.array([0, 1 << 19, 1 << 20], "u4"), nf.tf32, "0x80000 at index 1: .* 0..0x7ffff"),
        (np.array([[0, 1], [64, 2]], "u1"), nf.float6_e2m3fn, r"0x40 at index \(1, 0\)"),
        ([3, -1], nf.posit8, "-0x1 at index 1"),
        (256, nf.posit8, "0x100: float|0x100: posit"),
        ([1, 2**64], nf.posit64, "0x10000000000000000 at index 1"),
        (np.array([1, -5], "i1"), nf.posit64, "-0x5 at index 1"),
    ],
)
def test_codes_out_of_range(codes, T, message):
    with pytest.raises(ValueError, match=message):
        nf.from_bits(codes, T)


@pytest.mark.parametrize(
    "codes", [1.0, [1.5], [True], np.zeros(2), np.zeros(2, bool), "1", [None], [1, 2.0], b"12"]
)
def test_what_is_no_code(codes):
    with pytest.raises(TypeError, match="codes must be integers"):
        nf.from_bits(codes, nf.posit16)


def test_what_has_no_codes():
    for a in ([1.0], np.zeros(2), np.zeros(2, "u2"), "posit16"):
        with pytest.raises(TypeError, match="not a number format"):
            nf.to_bits(a)
    with pytest.raises(TypeError, match="not a number format"):
        nf.from_bits([1], np.float32)
