# SPDX-License-Identifier: BSD-3-Clause
"""Is it said exactly what a conversion between two formats loses, and the same as the core says?"""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from numformats.analysis import CompareError, TransferError, lossless, transfer, transfer_error

FLOAT = {"inf": "none", "nan": "none"}
ODD = [
    nf.posit8, nf.Posit(6, es=3), nf.BPosit(7, rs=3, es=2), nf.TakumLinear(9), nf.float8_e4m3, nf.float4_e2m1fn,
    nf.float8_e8m0fnu, nf.Float(3, 2, subnormals=False), nf.Float(2, 2, signed=False), nf.TruncatedFloat(3, 3, 1),
    *(nf.Float(3, 2, **FLOAT, rounding=r) for r in ("toward_zero", "toward_positive", "to_odd", "stochastic")),
    nf.q7, nf.Fixed(6, -3), nf.Fixed(6, 9, signed=False),
    *(nf.Fixed(6, 3, overflow=o) for o in ("wrap", "saturate_symmetric", "zero")),
]  # fmt: skip
WIDE = ["posit32", "takum_linear64", "binary32", "q31"]


@pytest.mark.parametrize("A", ODD, ids=lambda T: str(T.format))
def test_structure_finds_what_all_codes_show(A, monkeypatch):
    """The argument for wide formats, where it can be compared with every code."""
    for B in ODD:
        all_codes, holds = transfer_error(A, B), lossless(A, B)
        monkeypatch.setattr(transfer, "ALL_CODES_BITS", 0)
        by_structure = transfer_error(A, B)
        assert isinstance(all_codes, TransferError)
        assert (by_structure.proof, all_codes.proof) == ("structure", "all codes")
        assert by_structure.relative == all_codes.relative, (A, B)
        assert by_structure.absolute == all_codes.absolute, (A, B)
        assert lossless(A, B) == holds == all_codes.lossless == by_structure.lossless
        monkeypatch.undo()


def test_as_the_core_says():
    """np.can_cast asks nf_contains, which counts fraction bits; here values are compared."""
    pairs = [
        *itertools.product(ODD, repeat=2),
        *itertools.product(
            map(
                nf.parse_format,
                ("posit32", "bposit64", "takum_linear32", "binary32", "binary64", "mlu32", "q31"),
            ),
            repeat=2,
        ),
    ]
    for A, B in pairs:
        assert lossless(A, B) == np.can_cast(A.dtype, B.dtype, "safe"), (A, B)


def test_codes_of_16_bits_become_what_numpy_makes_of_them():
    codes = np.arange(2**16, dtype=np.uint16)
    with np.errstate(all="ignore"):
        x = nf.from_bits(codes, nf.bposit16)
        y = x.astype(nf.bfloat16).astype(float)
        x = x.astype(float)
        errors = np.abs(x - y)[np.isfinite(x) & (x != 0)] / np.abs(x[np.isfinite(x) & (x != 0)])
    assert float(transfer_error(nf.bposit16, nf.bfloat16)) == pytest.approx(errors.max(), rel=1e-15)


def test_known_errors():
    assert transfer_error("float32", "float16").relative == math.inf
    found = transfer_error(nf.posit32, nf.posit16)
    assert found.relative >= 3
    assert found.proof == "structure"
    q = transfer_error(nf.q31, nf.q15)  # ties go to even: half a step, and a step at the upper end
    assert q.absolute == Fraction(2**16 - 1, 2**31)
    assert transfer_error(nf.q15, nf.q31).lossless
    assert transfer_error("binary16", "posit32").specials_lost == ("inf", "-inf")
    assert transfer_error("binary16", "q31").specials_lost == ("nan", "inf", "-inf")


@pytest.mark.parametrize("A", WIDE)
def test_random_values_of_wide_formats_are_not_worse(A):
    rng = np.random.default_rng(3)
    T = np.dtype(A) if A == "float64" else nf.parse_format(A).dtype
    codes = rng.integers(0, 2**63, 4000, dtype=np.uint64) * 2 + rng.integers(
        0, 2, 4000, dtype=np.uint64
    )
    size = T.itemsize
    x = codes.view(f"u{size}")[:4000].view(T)
    for B in (nf.posit16, nf.bfloat16, nf.q15):
        with np.errstate(all="ignore"):
            wide, y = x.astype(float), x.astype(B).astype(float)
            keep = np.isfinite(wide) & (wide != 0)
            errors = np.abs(wide - y)[keep] / np.abs(wide[keep])
        worst = float(transfer_error(A, B))
        assert np.nan_to_num(errors, nan=np.inf).max() <= worst * (1 + 1e-12)


def test_what_is_no_format_is_refused():
    for bad in (int, "posit17", None, np.int8):
        with pytest.raises(CompareError):
            lossless(bad, nf.posit8)
