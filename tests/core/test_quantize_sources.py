# SPDX-License-Identifier: BSD-3-Clause
"""Does quantize read every kind of number exactly: NumPy's, other formats', objects, text?"""

from decimal import Decimal
from fractions import Fraction

import mpmath
import numpy as np
import pytest

import numformats as nf


def expected(T, x, rounding):
    oracle = nf.oracle.for_format(T)
    return [oracle.encode(v, rounding=rounding) for v in x]


@pytest.mark.parametrize("mode", ["toward_zero", "nearest_even", "to_odd"])
@pytest.mark.parametrize(
    "dtype", ["?", "i1", "u1", "i2", "u4", "i8", "u8", "f2", "f4", "f8", ">i8", ">f4", "g"]
)
def test_numpy_sources(dtype, mode):
    dtype = np.dtype(dtype)
    rng = np.random.default_rng(1)
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        x = rng.integers(info.min, info.max, 50, dtype=dtype.newbyteorder("="), endpoint=True)
        x[:3] = info.min, info.max, 1
    elif dtype.kind == "b":
        x = rng.integers(0, 2, 50).astype(bool)
    else:
        x = rng.normal(size=50).astype(dtype.newbyteorder("="))
        x[:10] += np.finfo(x.dtype).eps
    exact = [Fraction(*item.as_integer_ratio()) if dtype.kind == "f" else int(item) for item in x]
    for T in (nf.posit16, nf.takum_linear64, nf.Float(11, 50), nf.Fixed(40, 20)):
        with np.errstate(all="ignore"):
            found = nf.quantize(x.astype(dtype), T, rounding=mode)
        assert nf.to_bits(found).tolist() == expected(T, exact, rounding=mode)


@pytest.mark.parametrize("source", [nf.posit64, nf.takum_linear64, nf.Fixed(64, 63), nf.tf32])
def test_sources_of_other_formats(source):
    rng = np.random.default_rng(2)
    a = nf.from_bits(rng.integers(0, 2**source.format.bits, 60, dtype=np.uint64), source)
    values = [nf.oracle.for_format(source).decode(x.bits) for x in a]
    for T in (nf.posit16, nf.binary32, nf.Float(11, 52, rounding="to_odd"), nf.Fixed(40, 20)):
        with np.errstate(all="ignore"):
            found = nf.quantize(a, T, rounding="toward_positive")
            objects = nf.quantize(a.astype(object), T, rounding="toward_positive")
        codes = expected(T, values, rounding="toward_positive")
        assert nf.to_bits(found).tolist() == codes
        assert nf.to_bits(objects).tolist() == codes


def test_exact_objects():
    third = Fraction(1, 3)
    x = [third, -third, Decimal("0.1"), 10**40 + 1, mpmath.mpf("0.7"), "1e-30", nf.posit64(third)]
    mp = Fraction(int(x[4].man)) * Fraction(2) ** int(x[4].exp)
    posit = Fraction(*x[6].as_integer_ratio())
    values = [third, -third, Fraction(1, 10), 10**40 + 1, mp, Fraction(1, 10**30), posit]
    for T in (nf.posit32, nf.bposit64, nf.binary64, nf.Fixed(60, 40)):
        for mode in ("toward_zero", "toward_positive"):
            with np.errstate(all="ignore"):
                found = nf.quantize(np.array(x, object), T, rounding=mode)
            assert nf.to_bits(found).tolist() == expected(T, values, rounding=mode)


def test_lists_of_big_integers_stay_exact():
    x = [2**63 + 1, 3, -5]
    found = nf.quantize(x, nf.binary64, rounding="toward_positive")
    assert [int(v) for v in found] == [2**63 + 2**11, 3, -5]
    assert nf.quantize([2**53 + 1, 0.5], nf.posit64).tolist() == [
        nf.posit64(2**53 + 1),
        nf.posit64(0.5),
    ]


def test_lists_of_mixed_formats_are_rounded_once():
    found = nf.quantize([nf.posit8(1), 0.1, np.float32(0.1)], nf.binary64)
    assert [float(v) for v in found] == [1.0, 0.1, float(np.float32(0.1))]


def test_text_and_bytes():
    for x in (["0.1", " nan", "-1e400"], [b"0.1", b"NaR", b"-inf"], np.array(["0.1"], "T")):
        with np.errstate(all="ignore"):
            found = nf.quantize(x, nf.binary16, rounding="toward_positive")
        assert found[0].bits == nf.oracle.for_format(nf.binary16).encode(
            Fraction(1, 10), rounding="toward_positive"
        )
        assert found.shape == np.shape(x)
    with pytest.raises(ValueError, match="'one'"):
        nf.quantize(["1", "one"], nf.posit8)


def test_extreme_exponents_are_fast():
    x = np.array(
        [Decimal("1e999999999"), Decimal("-1e-999999999"), mpmath.ldexp(1, 10**12)], object
    )
    found = nf.quantize(x, nf.posit16)
    assert [v.bits for v in found] == [0x7FFF, 0xFFFF, 0x7FFF]
