# SPDX-License-Identifier: BSD-3-Clause
"""Does MPFR round random floats of many shapes to the same bits, in every mode it has?"""

from __future__ import annotations

import random

import gmpy2
import numpy as np
import pytest

import numformats as nf
from helpers import array, plain

MPFR_MODES = {
    "nearest_even": gmpy2.RoundToNearest,
    "toward_zero": gmpy2.RoundToZero,
    "toward_positive": gmpy2.RoundUp,
    "toward_negative": gmpy2.RoundDown,
}
SHAPES = [(2, 1), (3, 2), (5, 10), (6, 9), (8, 23), (9, 40), (11, 52), (15, 48), (4, 59), (2, 61)]


def mpfr_context(exp, man, mode):
    """A context with exactly the values of an IEEE float of that shape, subnormals included."""
    bias = 2 ** (exp - 1) - 1
    return gmpy2.context(precision=man + 1, emax=bias + 1, emin=2 - bias - man, subnormalize=True,
                         round=MPFR_MODES[mode])  # fmt: skip


def to_mpfr(T, code, context):
    """The MPFR number of a code, by integers only."""
    f = T.format
    negative = code >> (f.bits - 1)
    field, fraction = code >> f.man & (1 << f.exp) - 1, code & (1 << f.man) - 1
    if field == (1 << f.exp) - 1:
        x = gmpy2.inf() if fraction == 0 else gmpy2.nan()
    else:
        significand = fraction if field == 0 else fraction + (1 << f.man)
        x = context.mul_2exp(gmpy2.mpfr(0), 0)
        if significand:
            scale = max(field, 1) - f.bias - f.man
            with gmpy2.context(precision=80, emin=-(2**40), emax=2**40):
                x = gmpy2.mpfr(gmpy2.mpz(significand))
                x = gmpy2.mul_2exp(x, scale) if scale >= 0 else gmpy2.div_2exp(x, -scale)
    return -x if negative else x


def to_code(T, x):
    """The code of an MPFR number that is a value of T."""
    f = T.format
    top = (1 << f.exp) - 1 << f.man
    sign = int(gmpy2.is_signed(x)) << (f.bits - 1)
    if gmpy2.is_nan(x):
        return None
    if gmpy2.is_infinite(x):
        return sign | top
    if x == 0:
        return sign
    m, e = x.as_mantissa_exp()
    m, e = abs(int(m)), int(e)
    binade = max(m.bit_length() - 1 + e, 1 - f.bias)
    shift = e - (binade - f.man)
    significand = m << shift if shift >= 0 else m >> -shift
    return sign | significand + (binade - (1 - f.bias) << f.man)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("mode", MPFR_MODES)
def test_mpfr(shape, mode):
    """+ - x / sqrt fma of random floats in a MPFR context of the same precision and range."""
    exp, man = shape
    T = nf.Float(exp, man, rounding=mode)
    rng = random.Random(f"{shape}{mode}")
    context = mpfr_context(exp, man, mode)
    one = T.format.bias << man

    def draw():
        kind = rng.random()
        if kind < 0.4:
            return rng.getrandbits(T.format.bits)
        if kind < 0.6:  # subnormal or little more
            return rng.getrandbits(man + 1) | rng.getrandbits(1) << (T.format.bits - 1)
        return (one + rng.randint(-3 << man, 3 << man)) & (1 << T.format.bits) - 1

    rows = [[draw() for _ in range(400)] for _ in range(3)]
    a, b, c = (array(T, r) for r in rows)
    with np.errstate(all="ignore"):
        got = {"add": a + b, "sub": a - b, "mul": a * b, "div": a / b, "sqrt": np.sqrt(a),
               "fma": nf.fma(a, b, c)}  # fmt: skip
    with context:
        for i, codes in enumerate(zip(*rows, strict=True)):
            x, y, z = (to_mpfr(T, code, context) for code in codes)
            want = {"add": x + y, "sub": x - y, "mul": x * y, "div": x / y,
                    "sqrt": gmpy2.sqrt(x), "fma": gmpy2.fma(x, y, z)}  # fmt: skip
            for op, value in want.items():
                code, ours = to_code(T, value), int(plain(got[op])[i])
                if code is None:
                    assert np.isnan(got[op][i]), (op, [hex(k) for k in codes])
                else:
                    assert ours == code, (op, [hex(k) for k in codes], hex(ours), hex(code))
