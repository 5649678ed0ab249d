# SPDX-License-Identifier: BSD-3-Clause
"""Do packed codes come back, and does what does not fit saturate?"""

from __future__ import annotations

import numpy as np
import pytest

from numformats.quantization import pack, unpack


@pytest.mark.parametrize("bits", [2, 4])
def test_every_pair_of_codes(bits):
    low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    pairs = np.stack(np.meshgrid(np.arange(low, high + 1), np.arange(low, high + 1)), axis=-1)
    packed = pack(pairs, bits)
    assert packed.dtype == np.uint8
    assert packed.shape == (*pairs.shape[:-1], 1)
    assert (unpack(packed, 2, bits) == pairs).all()
    if bits == 4:
        nibbles = (pairs[..., 0] & 15) | (pairs[..., 1] & 15) << 4
        assert (packed[..., 0] == nibbles).all()


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.int64, np.uint8, np.uint64])
def test_codes_beyond_the_ends_saturate(dtype):
    info = np.iinfo(dtype)
    every = np.array([info.min, info.max, 8, 7, 0], dtype)
    assert unpack(pack(every), 5).tolist() == np.clip(every.astype(object), -8, 7).tolist()
    assert unpack(pack(every, 2), 5, 2).tolist() == np.clip(every.astype(object), -2, 1).tolist()


def test_lengths_and_shapes():
    for n in range(9):
        codes = np.arange(n) - 4
        assert pack(codes).shape == (-(-n // 2),)
        assert unpack(pack(codes), n).tolist() == codes.tolist()
        assert pack(codes, 2).shape == (-(-n // 4),)
    cube = np.random.default_rng(0).integers(-8, 8, (3, 4, 5))
    assert pack(cube).shape == (3, 4, 3)
    assert (unpack(pack(cube), 5) == cube).all()
    assert unpack(pack(cube)).shape == (3, 4, 6)
    assert pack(3).tolist() == [3]
    assert pack([]).size == 0


def test_errors():
    with pytest.raises(ValueError, match="bits=3; allowed: 2 and 4"):
        pack([1], 3)
    with pytest.raises(TypeError, match="dtype float64"):
        pack([1.0])
    with pytest.raises(TypeError, match="allowed: uint8"):
        unpack([1], 1)
    with pytest.raises(ValueError, match="count=3; allowed: 0 to 2"):
        unpack(pack([1, 2]), 3)
