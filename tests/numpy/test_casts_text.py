# SPDX-License-Identifier: BSD-3-Clause
"""Do arrays of text and of objects, and arrays in odd layouts, convert element by element?"""

from __future__ import annotations

import warnings
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf

NAMED = list(nf.formats().values())
by_name = pytest.mark.parametrize("T", NAMED, ids=lambda T: T.__name__)


def sample(T, count=60):
    bits = T.format.bits
    words = np.random.default_rng(bits).integers(0, 2**64, count, dtype=np.uint64)
    return nf.from_bits((words >> np.uint64(64 - bits)).astype(f"u{T.dtype.itemsize}"), T)


# ---- text ----------------------------------------------------------------------------------------

STRINGS = np.dtypes.StringDType()


@by_name
@pytest.mark.parametrize("text", ["U", "S", STRINGS, "U32", ">U40", object], ids=str)
def test_text_round_trip(T, text):
    source = sample(T)
    written = source.astype(text)
    with np.errstate(all="ignore"):
        back = written.astype(T)
    assert ((nf.to_bits(back) == nf.to_bits(source)) | np.isnan(source)).all()
    first = written[0].decode() if isinstance(written[0], bytes) else written[0]
    assert str(first) == str(source[0])


@pytest.mark.parametrize("text", ["U", "S", STRINGS], ids=str)
def test_junk_in_text_arrays(text):
    with pytest.raises(ValueError, match="could not convert string to posit32: .*abc"):
        np.array(["1", "abc"], dtype=text).astype(nf.posit32)
    long = "0" * 500 + "2.5"
    assert np.array([long], dtype=text).astype(nf.posit32)[0] == 2.5


def test_text_details():
    assert np.array(["٣", " 1_0 "]).astype(nf.posit32).tolist() == [3, 10]
    assert np.array(["٣"], dtype=STRINGS).astype(nf.posit32).tolist() == [3]
    assert nf.posit32([1.25]).astype("U3").tolist() == ["1.2"]
    assert nf.posit32([1.25]).astype("U").dtype == "U32"
    missing = np.dtypes.StringDType(na_object=np.nan)
    assert np.isnan(np.array(["1", np.nan], dtype=missing).astype(nf.posit32)[1])
    none = np.dtypes.StringDType(na_object=None)
    with pytest.raises(ValueError, match="missing string to posit32"):
        np.array(["1", None], dtype=none).astype(nf.posit32)
    word = np.dtypes.StringDType(na_object="7")
    assert np.array(["1", "7"], dtype=word).astype(nf.posit32).tolist() == [1, 7]


# ---- layouts -------------------------------------------------------------------------------------


@pytest.mark.parametrize("other", ["d", ">d", "g", "D", ">i8", "U", "?", nf.posit8], ids=str)
def test_strided_unaligned_and_swapped_sources(other):
    other = np.dtype(other)
    source = nf.posit32([1, 0, 1, 1, 0]).astype(other)
    records = np.zeros(5, dtype=[("pad", "u1"), ("x", source.dtype)])
    records["x"] = source
    for view in (records["x"], records["x"][::-2], source[1::2], source[:0]):
        with warnings.catch_warnings(action="ignore", category=np.exceptions.ComplexWarning):
            result = view.astype(nf.posit32)
        assert result.tolist() == [float(x.real if other.kind == "c" else x) for x in view]
    back = np.zeros(5, dtype=[("pad", "u1"), ("x", nf.posit32)])
    back["x"] = records["x"].real if other.kind == "c" else records["x"]
    assert back["x"].astype(other).tolist() == source.tolist()


def test_object_arrays():
    values = [Fraction(1, 3), 2**70, "0.5", nf.posit8(3)]
    assert np.array(values, dtype=object).astype(nf.posit64).tolist() == [
        nf.posit64(v) for v in values
    ]
    assert all(type(x) is nf.posit64 for x in nf.posit64([1, 2]).astype(object))
