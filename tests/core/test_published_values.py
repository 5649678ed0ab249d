# SPDX-License-Identifier: BSD-3-Clause
"""Does the core give what published tables say, and none of the faults published of others?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from helpers import array, oracle_of, plain, run
from oracle_rows import BPOSIT

BITS = [
    # op, format, operands, result
    ("sqrt", nf.posit32, [0x4FFFFFFB], 0x47FFFFFD),  # a square root through a double gives ...fe
    ("mul", nf.posit32, [0x63000002, 0x2E800001], 0x54B00005),
    ("div", nf.posit32, [0x4CCB0FF7, 0x427F0FFD], 0x49C027FF),
    ("mul", nf.posit32, [0x46C78B57, 0x40656F99], None),  # beside a midpoint: style notes, fact 2
]


@pytest.mark.parametrize(("op", "T", "codes", "result"), BITS)
def test_published_faults(op, T, codes, result):
    (got,), _ = run(T, op, *([c] for c in codes))
    assert got[0] == getattr(oracle_of(T), op)(*codes)
    assert result is None or got[0] == result
    if result is None:
        assert got[0] & 0xFF == 0xC1


def test_fused_sticky_of_posit16():
    """52800 + 2^-56, exactly between 52736 + 128/2 and its neighbour but for the last bit."""
    T = nf.posit16
    a, b, c = T(2.0**-28), T(2.0**-28), T(52800)
    assert float(c) != 52800
    for x, y, z in ((T(240), T(220), a * b), (T(165), T(320), a * b)):
        assert float(x) * float(y) == 52800
        assert float(z) == 2.0**-56
        assert float(nf.fma(x, y, z)) == 52864
        assert float(nf.fma(x, y, -z)) == 52736


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (1 + Fraction(1, 2**9), 0x4000),
        (1 + Fraction(3, 2**9), 0x4002),
        (1 + Fraction(1, 2**9) + Fraction(1, 2**200), 0x4001),
        (2**32 - 1, 0x6000),
        (Fraction(1, 2**192), 0x0001),
        (Fraction(1, 2**193), 0x0001),
        (Fraction(35, 2**197), 0x0002),
        (2**192, 0x7FFF),
        (2**191 * (2 - Fraction(1, 2**6)), 0x7FFF),
    ],
)
def test_bposit16_rounding_vectors(value, code):
    assert nf.bposit16(value).bits == code
    assert nf.bposit16(-value).bits == -code & 0xFFFF
    assert nf.quantize(value, nf.bposit16).bits == code


def test_posit_rounds_on_the_bit_string():
    """posit8 0x7E = 2^20 and 0x7F = 2^24 meet at 2^22, not at their mean."""
    T = nf.posit8
    assert [T(x).bits for x in (2**22 - 1, 2**22, 2**22 + 1, 2**23)] == [0x7E, 0x7E, 0x7F, 0x7F]
    names = {1: 0x40, 2: 0x48, 3: 0x4C, 0.5: 0x38, -1: 0xC0, 1000: 0x74}
    assert {x: T(x).bits for x in names} == names
    assert [T(x).bits for x in ("3.14159265358979", "0.1")] == [0x4D, 0x25]
    words = [nf.posit16(x).bits for x in ("3.14159265358979", "0.1", "1000", "1e-5")]
    assert words == [0x4C91, 0x24CD, 0x73E8, 0x03A8]
    words = [nf.posit32(x).bits for x in ("3.14159265358979", "0.1", "1e5")]
    assert words == [0x4C90FDAA, 0x24CCCCCD, 0x7C435000]


def test_the_posit_standard_limits():
    for T, exponent in ((nf.posit8, 24), (nf.posit16, 56), (nf.posit32, 120), (nf.posit64, 248)):
        assert Fraction(*T.from_bits(1).as_integer_ratio()) == Fraction(1, 2**exponent)
        assert int(T.from_bits(2 ** (T.format.bits - 1) - 1)) == 2**exponent


def bposit(parameters):
    n, rs, es = parameters
    return nf.BPosit(n, rs=rs, es=es)


@pytest.mark.parametrize("v", BPOSIT["decode"], ids=lambda v: v["code"])
def test_bposit_values(v):
    T, code = bposit(v["format"]), int(v["code"], 16)
    if v["value"] == "NaR":
        assert np.isnan(T.from_bits(code))
        return
    n, k = v["value"]
    value = n * Fraction(2) ** k
    assert T(value).bits == code
    assert value == (Fraction(*T.from_bits(code).as_integer_ratio()))


@pytest.mark.parametrize("v", BPOSIT["encode"], ids=lambda v: f"{v['format']} {v['text']}")
def test_bposit_text(v):
    assert bposit(v["format"])(v["text"]).bits == int(v["code"], 16)


@pytest.mark.parametrize("v", BPOSIT["arithmetic"], ids=lambda v: f"{v['a']} {v['b']}")
def test_bposit_arithmetic(v):
    T = bposit(v["format"])
    for op in ("add", "sub", "mul", "div"):
        (got,), _ = run(T, op, [int(v["a"], 16)], [int(v["b"], 16)])
        assert got[0] == int(v[op], 16), op


@pytest.mark.parametrize("v", BPOSIT["dot"], ids=lambda v: f"{v['format']} {v['about']}")
def test_bposit_dot(v):
    T = bposit(v["format"])
    x, y = (array(T, [int(p[i], 16) for p in v["pairs"]]) for i in (0, 1))
    want = int(v["exact"], 16)
    assert plain(np.asarray(np.dot(x, y))) == want
    assert plain(np.asarray(np.vecdot(x, y))) == want
    assert plain(np.asarray(x @ y)) == want
    assert plain(x[None, :] @ y[:, None]) == [[want]]
    steps = T(0)
    for a, b in zip(x, y, strict=True):
        steps += a * b
    assert steps.bits == int(v["stepwise"], 16)
