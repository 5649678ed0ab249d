# SPDX-License-Identifier: BSD-3-Clause
"""Do idioms that NumPy alone cannot do have a way that is ours, or an error that names one?"""

from __future__ import annotations

import io
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import numformats as nf
from numpy_features import FORMATS, array, each_format

NAN_FORMATS = [T for T in FORMATS if T.format.has_nan]


# ---- nanargmin, nanargmax ----------------------------------------------------------------------


@pytest.mark.parametrize("T", [*NAN_FORMATS, nf.float8_e4m3fn, nf.float8_e8m0fnu], ids=str)
def test_nanargmin_and_nanargmax(T):
    values = [[np.nan, 4, 1, 1], [2, np.nan, np.nan, 8], [4, 2, 8, 2]]
    a = np.array(values).astype(T)
    for ours, theirs in ((nf.nanargmin, np.nanargmin), (nf.nanargmax, np.nanargmax)):
        for axis in (None, 1, -1):
            np.testing.assert_array_equal(ours(a, axis), theirs(values, axis))
            kept = ours(a, axis, keepdims=True)
            np.testing.assert_array_equal(kept, theirs(values, axis, keepdims=True))
        np.testing.assert_array_equal(ours(a[:, [0, 3]], 0), theirs(np.array(values)[:, [0, 3]], 0))


@pytest.mark.parametrize("T", NAN_FORMATS, ids=str)
def test_nanargmin_at_the_ends_of_the_format(T):
    """The end of the range, which would be a filler, is itself the only number."""
    info = nf.finfo(T)
    nan = T(np.nan)
    assert nf.nanargmin(np.array([nan, nan, info.maxpos], T)) == 2
    assert nf.nanargmax(np.array([nan, info.lowest, nan], T)) == 1
    if T.format.has_inf:
        assert nf.nanargmin(np.array([nan, T(np.inf)], T)) == 1


def test_nanargmin_of_nothing():
    for empty in ([np.nan, np.nan], []):
        with pytest.raises(ValueError, match="All-NaN"):
            nf.nanargmin(np.array(empty, nf.posit16))
    with pytest.raises(ValueError, match="All-NaN"):
        nf.nanargmax(np.array([[1, 2], [np.nan, np.nan]], nf.bfloat16), axis=1)


@each_format
def test_nanargmin_without_nan_is_argmin(fmt):
    a = array([3, 1.5, -2, 4, -2], fmt)
    assert (nf.nanargmin(a), nf.nanargmax(a)) == (2, 3)


# ---- text --------------------------------------------------------------------------------------


@pytest.mark.parametrize("T", [*FORMATS, nf.takum_linear64, nf.Fixed(64, 60), nf.q31], ids=str)
def test_savetxt_loses_nothing(T):
    rng = np.random.default_rng(5)
    codes = rng.integers(0, 2**T.format.bits, (50, 2), dtype=np.uint64)
    a = nf.from_bits(codes.astype(f"u{T.dtype.itemsize}"), T)
    a[np.isnan(a)] = T(0.5)  # of a NaN only the canonical one is text
    for options in ({}, {"delimiter": ",", "header": "two columns"}):
        file = io.StringIO()
        nf.savetxt(file, a, **options)
        file.seek(0)
        back = np.loadtxt(file, dtype=T, delimiter=options.get("delimiter"))
        np.testing.assert_array_equal(nf.to_bits(back), nf.to_bits(a))


def test_savetxt_beyond_float64():
    T = nf.Posit(64, es=5)
    a = np.array(["1e400", "-1e-400", "nan"], T)
    file = io.StringIO()
    nf.savetxt(file, a)
    assert np.array_equal(np.loadtxt(io.StringIO(file.getvalue()), dtype=T), a)
    file = io.StringIO()
    nf.savetxt(file, np.array([0.1, 2], nf.posit16), fmt=".3f")
    assert file.getvalue() == "0.100\n2.000\n"


def test_savetxt_refuses():
    with pytest.raises(TypeError):
        nf.savetxt(io.StringIO(), np.zeros(3))
    with pytest.raises(ValueError, match="3D"):
        nf.savetxt(io.StringIO(), np.zeros((1, 1, 1), nf.posit16))
    with pytest.raises(ValueError, match="format"):
        nf.savetxt(io.StringIO(), np.zeros(1, nf.posit16), fmt="%d")


@pytest.mark.parametrize("T", [nf.posit64, nf.takum_linear64, nf.Fixed(64, 60)], ids=str)
def test_text_by_other_ways_loses_nothing(T, tmp_path):
    a = np.array([Fraction(1, 3), Fraction(-2, 7), Fraction(1, 10**6)], T)
    a.tofile(tmp_path / "a.txt", sep=" ")
    assert np.array_equal(np.fromfile(tmp_path / "a.txt", T, sep=" "), a)
    assert np.array_equal(np.array(a.tolist(), T), a)
    assert np.array_equal(a.astype(str).astype(T), a)
    assert np.array_equal(np.array([str(x) for x in a], T), a)


# ---- refused casts -----------------------------------------------------------------------------


@each_format
def test_casts_to_void_and_dates_say_why_not(fmt):
    a = array([1, 2], fmt)
    for dtype, why in {
        "V8": "bytes, not numbers",
        "M8[s]": "count units",
        "m8[ms]": "count units",
        "M8": "count units",
    }.items():
        assert not np.can_cast(fmt, dtype, "same_kind")
        for n in (0, 1, 2, 1000):  # NumPy lets go of the interpreter for large arrays
            with pytest.raises(TypeError, match=why):
                np.zeros(n, fmt).astype(dtype)
            if dtype != "V8":  # NumPy's own: no number comes out of bytes, ValueError
                with pytest.raises(TypeError, match=why):
                    np.zeros(n, dtype).astype(fmt)
    with pytest.raises(TypeError, match=r"otypes=\[T\]"):
        np.vectorize(lambda x: x * 2)(a)
    doubled = np.vectorize(lambda x: x + x, otypes=[fmt])(a[:1])
    assert doubled.dtype == fmt


@each_format
def test_structures_still_hold_formats(fmt):
    a = array([1, 2], fmt)
    fields = a.astype([("x", fmt), ("y", float)])
    assert fields["x"].dtype == fmt
    assert fields["y"].tolist() == [1, 2]
    assert np.array_equal(np.array([(1,), (2,)], [("x", fmt)]).astype(fmt), a)
    deep = np.zeros((2, 3), [("x", fmt, 2), ("y", [("z", "f4"), ("w", object)])])
    deep[:] = a[:, np.newaxis]
    assert deep["x"].astype(float).tolist() == [[[1, 1]] * 3, [[2, 2]] * 3]
    assert deep["y"]["z"][:, 0].tolist() == [1, 2]
    assert type(deep["y"]["w"][1, 2]) is fmt
    many = np.zeros(5000, fmt)
    many[::2] = fmt(1)
    assert many[::-3].astype([("a", "i1"), ("b", fmt)])["b"].tolist() == many[::-3].tolist()
    assert np.can_cast(fmt, [("x", fmt)], "safe")
    assert not np.can_cast(fmt, [("x", "i1")], "same_kind")


# ---- spacing -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "T", [nf.binary16, nf.binary32, nf.bfloat16, nf.mlu32, nf.float8_e5m2, nf.P3109(8, 3)], ids=str
)
def test_spacing_at_the_largest_float_is_infinite(T):
    top = nf.finfo(T).maxpos
    with pytest.warns(RuntimeWarning, match="overflow"):
        assert np.isposinf(np.spacing(top))
    with pytest.warns(RuntimeWarning, match="overflow"):
        assert np.isneginf(np.spacing(-top))
    below = np.nextafter(top, T(0))
    assert np.spacing(below) == top - below


@pytest.mark.parametrize(
    "T",
    [nf.posit16, nf.takum_linear16, nf.float8_e4m3fn, nf.float4_e2m1fn, nf.float8_e8m0fnu],
    ids=str,
)
def test_spacing_where_nothing_is_above(T):
    top = nf.finfo(T).maxpos
    below = np.nextafter(top, T(1))
    assert np.spacing(top) == top - below


# ---- libraries that ask np.isdtype -------------------------------------------------------------


@pytest.mark.parametrize("T", [nf.posit16, nf.bfloat16, nf.posit32], ids=str)
def test_libraries_that_ask_for_the_kind(T: Any):
    x = np.array([3, 1, 2], T)
    metrics = pytest.importorskip("sklearn.metrics")
    assert metrics.mean_squared_error(x, x[::-1]) == pytest.approx(2 / 3, rel=1e-2)
    stats = pytest.importorskip("scipy.stats")
    assert stats.zscore(x.astype(float))[1] == pytest.approx(float(stats.zscore(x)[1]), rel=1e-2)


def test_xarray():
    xarray = pytest.importorskip("xarray")
    T = nf.posit16
    a = xarray.DataArray(np.array([3, np.nan, 2], T), dims="x", coords={"x": [0, 0, 1]})
    assert a.isnull().values.tolist() == [False, True, False]
    assert float(a.sum()) == 5
    assert float(a.mean()) == 2.5
    assert a.where(a > 2).dtype == T
    assert a.fillna(T(0)).values.tolist() == [3, 0, 2]
    assert [float(v) for v in a.groupby("x").sum()] == [3, 2]
    assert xarray.DataArray(T(2)).values.dtype == T


# ---- quantiles ----------------------------------------------------------------------------------


@pytest.mark.parametrize("T", [nf.posit16, nf.q15, nf.bfloat16, nf.posit64], ids=str)
@pytest.mark.parametrize("Q", [nf.q15, nf.posit8, nf.float8_e4m3fn, nf.posit64], ids=str)
def test_q_may_be_a_scalar_of_any_format(T, Q):
    """(n - 1) * q is no value of Q, nor is n."""
    a = (np.arange(1000) / 1024).astype(T)
    for function in (np.quantile, np.nanquantile, np.percentile, np.nanpercentile):
        result = function(a, Q(0.75))
        assert result.dtype == T.dtype
        assert result == function(a, 0.75)
        assert function(np.arange(9.0), Q(0.5)) == function(np.arange(9.0), 0.5)
        assert function(a, q=Q(0.5), axis=0, method="lower") == function(a, 0.5, method="lower")
    third = nf.posit64(Fraction(1, 3))  # which float64 lacks: NumPy's way, not for ever
    assert np.quantile(a, third, method="lower") == a[333]
