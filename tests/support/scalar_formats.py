# SPDX-License-Identifier: BSD-3-Clause
"""Which formats do the tests of scalars share, and which scalars of each?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from helpers import random_codes

FORMATS = {
    T.__name__: T
    for T in [
        *(nf.posit8, nf.posit16, nf.posit32, nf.posit64, nf.bposit16, nf.takum_linear64),
        *(nf.bfloat16, nf.binary64, nf.float8_e4m3fn, nf.float8_e4m3fnuz, nf.float8_e8m0fnu),
        *(nf.float4_e2m1fn, nf.q7, nf.q15, nf.Fixed(64, 0), nf.Fixed(64, 70), nf.Fixed(2, 0)),
        *(nf.Fixed(8, 4, signed=False), nf.Fixed(16, 4, overflow="wrap"), nf.Posit(2, es=0)),
        nf.Fixed(64, 64, signed=False, overflow="wrap"),
        nf.Float(4, 3, signed=False),
        *(nf.Float(5, 10, rounding=r) for r in ("to_odd", "toward_negative", "nearest_away")),
        *(nf.P3109(8, 3), nf.Float(1, 5, inf="none", nan="none"), nf.Posit(64, es=5)),
    ]
}
by_format = pytest.mark.parametrize("T", FORMATS.values(), ids=FORMATS)


def operands(T, count):
    rng = np.random.default_rng(T.format.bits)
    with np.errstate(all="ignore"):
        one = T(1).bits
    codes = {0, 1, one, nf.finfo(T).maxpos.bits, nf.finfo(T).lowest.bits}
    codes |= {int(c) for c in random_codes(T, count, rng)} if count else set()
    return [T.from_bits(c) for c in sorted(codes)]
