# SPDX-License-Identifier: BSD-3-Clause
"""Is a kind its parameters: one table, one class, with exact products, and refused where it cannot be?"""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import numformats as nf
from block_cases import KINDS, oracle_of
from numformats import blocks
from numformats.blocks import BFP, Kind, PowerOfTwo
from numformats.errors import UnknownFormatError


def test_the_table():
    assert list(nf.blocks.KINDS) == [
        "mxfp8_e4m3", "mxfp8_e5m2", "mxfp6_e2m3", "mxfp6_e3m2", "mxfp4", "mxint8", "nvfp4",
    ]  # fmt: skip
    bits = [8.25, 8.25, 6.25, 6.25, 4.25, 8.25, 4.5]
    assert [kind.bits for kind in nf.blocks.KINDS.values()] == bits
    assert [str(kind) for kind in nf.blocks.KINDS.values()] == list(nf.blocks.KINDS)


def test_kinds_are_parameters():
    assert BFP(8, 32) == nf.blocks.KINDS["mxint8"]
    assert Kind("float4_e2m1fn", "float8_e8m0fnu", 32) == nf.blocks.KINDS["mxfp4"]
    assert Kind(nf.float4_e2m1fn, nf.float8_e8m0fnu, np.int64(32)) == nf.blocks.KINDS["mxfp4"]
    assert BFP(8, 16) != BFP(8, 32)
    assert hash(BFP(8, 32)) == hash(nf.blocks.KINDS["mxint8"])
    assert nf.blocks.quantize([1.0], BFP(8, 32)) == nf.blocks.quantize([1.0], "mxint8")
    for kind in KINDS.values():
        assert copy.deepcopy(kind) == pickle.loads(pickle.dumps(kind)) == kind
    own = Kind(nf.posit8, nf.float8_e8m0fnu, 16, rule="ceil")
    assert repr(own) == str(own)
    assert "block=16, rule='ceil'" in repr(own)
    assert "tensor=float<exp=8,man=23>" in repr(nf.blocks.KINDS["nvfp4"])


@pytest.mark.parametrize("name", KINDS)
def test_products_are_exact(name):
    """Every element times scales all over the range is a value of the product's format."""
    kind, oracle = KINDS[name], oracle_of(KINDS[name])
    elements = range(min(2**kind.element.bits, 256))
    last = 2**kind.scale.bits
    scales = range(0, last, max(1, last // 64)) if last > 256 else range(last)
    codes = [*elements, 2**kind.element.bits - 1, 2 ** (kind.element.bits - 1)]
    values = np.array([float(getattr(v, "value", v)) for v in map(oracle.element.decode, codes)])
    factors = np.array([float(getattr(v, "value", v)) for v in map(oracle.scale.decode, scales)])
    factors = factors[np.isfinite(factors) & (factors >= 0)]
    with np.errstate(invalid="ignore"):
        exact = np.outer(values, factors)
    np.testing.assert_array_equal(exact.astype(kind.product.dtype).astype(float), exact)
    units = np.ldexp(exact[np.isfinite(exact)], -kind.lowest)
    assert (units == np.rint(units)).all()


def test_the_exponent_of_bfp():
    a = nf.blocks.quantize([2.0**9, 3.0, 2.0**-9], BFP(8, 1, exponent_bits=4))
    assert a.scales.astype(float).tolist() == [2.0**7, 2, 2.0**-7]
    assert a.dequantize().tolist() == [127 / 64 * 2.0**7, 3, 2.0**-9]


def test_powers_of_two_are_near():
    """Within a factor: 2/3 to 4/3, ties at 3 * 2^k; the largest is not cut."""
    x = np.linspace(0.1, 1, 1000)
    got = nf.blocks.quantize(x, PowerOfTwo(5, 1000)).dequantize()
    fraction, _ = np.frexp(got)
    assert (fraction == 0.5).all()
    assert ((got / x >= 2 / 3 - 1e-9) & (got / x <= 4 / 3 + 1e-9)).all()
    assert nf.blocks.quantize([0.0, -0.0], PowerOfTwo(5, 4)).dequantize().tolist() == [0, 0]


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: BFP(1, 16), "bits=1: must be an integer in 2..32"),
        (lambda: BFP(33, 16), "bits=33"),
        (lambda: BFP(8, 0), "block=0: must be an integer in 1.."),
        (lambda: BFP(8, 2**21), "block=2097152"),
        (lambda: BFP(8, 16, exponent_bits=9), "exponent_bits=9: must be an integer in 2..8"),
        (lambda: BFP(8.0, 16), "bits=8.0"),
        (lambda: BFP(8, 16.5), "block=16.5"),
        (lambda: PowerOfTwo(9, 16), "bits=9: must be an integer in 2..8"),
        (lambda: PowerOfTwo(4, "x"), "block='x'"),
        (lambda: Kind(nf.posit8, nf.float8_e8m0fnu, 8, rule="round"), "rule='round'"),
        (lambda: Kind(nf.posit8, nf.q15, 8), "must have a NaN"),
        (lambda: Kind(nf.mlu32, nf.float8_e8m0fnu, 8), "rounds to a known value"),
        (lambda: Kind(nf.Float(4, 3, rounding="stochastic"), nf.float8_e8m0fnu, 8), "known value"),
        (lambda: Kind(nf.posit8, nf.binary32, 8, tensor=nf.binary32), "needs rule='ratio'"),
        (lambda: Kind(nf.binary32, nf.binary32, 8, "ratio", nf.binary32), "72 bits; at most 51"),
        (lambda: Kind(nf.posit64, nf.float8_e8m0fnu, 8), "at most 51"),
        (lambda: Kind(nf.Float(11, 3), nf.float8_e8m0fnu, 8), "allowed: 2**-1000 to 2**1000"),
        (lambda: Kind("float4", nf.float8_e8m0fnu, 8), "unknown format"),
    ],
)
def test_what_is_no_kind(make, text):
    with pytest.raises(nf.FormatError) as caught:
        make()
    assert text in str(caught.value)


def test_an_unknown_kind_is_compared_with_kinds():
    """There is no nf.mxfp4, and nf.Posit(8) is no kind."""
    with pytest.raises(UnknownFormatError, match=r"'mxfp5'; did you mean 'mxfp4'"):
        blocks.quantize([1.0], "mxfp5")
    with pytest.raises(UnknownFormatError, match=r"'posit8': known: \['mxfp8_e4m3', .*'nvfp4'\]"):
        blocks.quantize([1.0], "posit8")
