# SPDX-License-Identifier: BSD-3-Clause
"""What do type checkers know of a user's script?  tests/project/test_typing.py lets them read this file."""

from typing import assert_type

import numpy as np
from numpy.typing import NDArray

import numformats as nf


def scale(x: NDArray[nf.posit32], by: nf.posit32) -> NDArray[nf.posit32]:
    """A named format is a type."""
    return np.asarray(x * by, nf.posit32)


def half(x: nf.q15) -> nf.q15:
    """Fixed point, too."""
    return x / 2


x = np.array([1, 2.5], nf.posit32)
s = nf.posit32(1.5)
q = nf.q15("0.25")

assert_type(s, nf.posit32)
assert_type(s.bits, int)
assert_type(nf.posit32.from_bits(0x40000000), nf.posit32)
assert_type(s.as_integer_ratio(), tuple[int, int])
assert_type(float(s), float)
assert_type(-s, nf.posit32)
assert_type(abs(s), nf.posit32)
assert_type(s + s, nf.posit32)
assert_type(s * 2, nf.posit32)
assert_type(0.5 - s, nf.posit32)
assert_type(s / np.int64(3), nf.posit32)
assert_type(s // 2, nf.posit32)
assert_type(s % 2, nf.posit32)
assert_type(s**2, nf.posit32)
assert_type(divmod(s, s), tuple[nf.posit32, nf.posit32])
assert_type(s < 2, np.bool)
assert_type(s >= s, np.bool)
assert_type(round(s), int)
assert_type(q * 3, nf.q15)
assert_type(half(q), nf.q15)
assert_type(x, NDArray[nf.posit32])
assert_type(nf.posit32.dtype, np.dtype[nf.posit32])

assert_type(nf.fsum(x), nf.posit32)
assert_type(nf.fsum(x, dtype=nf.bfloat16), nf.bfloat16)
assert_type(nf.fsum(np.ones(3)), np.float64)
assert_type(nf.fmean(x), nf.posit32)
assert_type(nf.fstd(x), nf.posit32)
assert_type(nf.norm2(x), nf.posit32)
assert_type(nf.quantize(0.1, nf.posit16), nf.posit16)
assert_type(nf.quantize(x, nf.posit16), NDArray[nf.posit16])
assert_type(nf.quantize([0.1, 0.2], nf.q15, rounding="toward_zero"), NDArray[nf.q15])

quire = nf.Quire(nf.posit32).fma(s, s)
assert_type(quire.round(nf.posit16), nf.posit16)
rounded = quire.round()
assert_type(rounded.bits, int)

Mine = nf.Posit(24, es=1)
assert_type(Mine(1.5).bits, int)
print(Mine(1.5) * 2 + 1, nf.finfo(nf.posit16).maxpos.bits, scale(x, s))
