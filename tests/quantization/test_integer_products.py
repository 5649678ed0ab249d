# SPDX-License-Identifier: BSD-3-Clause
"""Are products of integer matrices exact at every width, and is the width rule the exact one?"""

from __future__ import annotations

import numpy as np
import pytest

from numformats.quantization import (
    Int128,
    accumulator_bits,
    fits_int64,
    integer_matmul,
    widest_operand,
)


def as_objects(product):
    return product.to_object() if isinstance(product, Int128) else product.astype(object)


@pytest.mark.parametrize("bits", [4, 8, 16, 26, 27, 32])
@pytest.mark.parametrize("k", [0, 1, 2, 3, 255, 1040, 1041, 4096])
def test_adversarial_products_are_those_of_python(bits, k):
    rng = np.random.default_rng(k)
    top = 2 ** (bits - 1) - 1
    a = rng.choice([-top, top, top - 1], (3, k)).astype(np.int64)
    b = rng.choice([-top, top, 1 - top], (k, 2)).astype(np.int64)
    if k:
        a[0], b[:, 0], b[:, 1] = top, top, -top
    product = integer_matmul(a, b)
    assert isinstance(product, Int128) == (k * top * top > 2**63 - 1)
    assert (as_objects(product) == a.astype(object) @ b.astype(object)).all()


def test_the_largest_magnitudes():
    a = np.full((1, 5), 2**62 - 1)
    b = np.array([2**62 - 1, 1 - 2**62, 3, -1, 2**62 - 1])[:, None]
    assert integer_matmul(a, b)[0, 0] == int((a.astype(object) @ b.astype(object))[0, 0])
    unsigned = np.full((2, 2), 2**32 - 1, np.uint32)
    assert integer_matmul(unsigned, unsigned)[1, 1] == 2 * (2**32 - 1) ** 2
    for wrong in (2**62, -(2**62)):
        with pytest.raises(ValueError, match="allowed: below 2\\^62"):
            integer_matmul([[wrong]], [[1]])
    with pytest.raises(ValueError, match="below 2\\^62"):
        integer_matmul(np.array([[2**63]], np.uint64), [[1]])


def test_shapes_and_dtypes():
    rng = np.random.default_rng(0)
    a, b = rng.integers(-127, 128, (4, 3, 5)), rng.integers(-127, 128, (4, 5, 2))
    assert (integer_matmul(a.astype(np.int8), b.astype(np.int16)) == a @ b).all()
    assert (integer_matmul(a, b[0]) == a @ b[0]).all()
    assert (integer_matmul(a[0].T, b[0][:3]) == a[0].T @ b[0][:3]).all()
    assert integer_matmul(np.zeros((0, 3), int), np.zeros((3, 2), int)).shape == (0, 2)
    with pytest.raises(ValueError, match="K is 5 and 4"):
        integer_matmul(a[0], b[0][:4])
    with pytest.raises(TypeError, match="a has dtype float64"):
        integer_matmul(np.ones((1, 1)), np.ones((1, 1)))
    with pytest.raises(ValueError, match="allowed: matrices"):
        integer_matmul([1], [1])


def test_the_width_rule():
    assert [widest_operand(k) for k in (1, 2, 3, 64, 1024, 4096)] == [32, 32, 31, 29, 27, 26]
    for k in (1, 2, 3, 5, 64, 1000, 4096, 10**6):
        for a in (2, 8, 26, 27, 31, 32):
            for b in (2, 8, 32):
                exact = k * (2 ** (a - 1) - 1) * (2 ** (b - 1) - 1)
                assert fits_int64(k, a, b) == (exact <= 2**63 - 1)
                bits = accumulator_bits(k, a, b)
                assert -(2 ** (bits - 1)) <= -exact <= exact <= 2 ** (bits - 1) - 1
                assert exact > 2 ** (bits - 2) - 1 or bits == 1
                wide = accumulator_bits(k, a, b, symmetric=False)
                assert (k * (2**a - 1) * (2**b - 1)).bit_length() + 1 == wide
    # Two full products of 32 bits fit, three do not; the full range would not even have two.
    assert fits_int64(2, 32)
    assert not fits_int64(3, 32)
    assert 2 * (2**31) ** 2 > 2**63 - 1


def test_words_of_128_bits():
    values = [0, 1, -1, 2**63, -(2**63), 2**64 - 1, 2**64, -(2**64), 2**127 - 1, -(2**127)]
    high = np.array([v >> 64 for v in values])
    low = np.array([v & (2**64 - 1) for v in values], np.uint64)
    x = Int128(high, low)
    assert x.to_object().tolist() == values
    assert [x[i] for i in range(len(x))] == values
    assert x[2:4].to_object().tolist() == values[2:4]
    total = (x + Int128(high[::-1], low[::-1])).to_object().tolist()
    wrapped = [
        (a + b + 2**127) % 2**128 - 2**127 for a, b in zip(values, values[::-1], strict=True)
    ]
    assert total == wrapped
    assert repr(x[:2]) == "Int128([0, 1])"
    assert x.shape == (10,)
    with pytest.raises(ValueError, match="high has shape"):
        Int128(high, low[:2])
