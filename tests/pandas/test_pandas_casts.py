# SPDX-License-Identifier: BSD-3-Clause
"""Do casts, mapped functions and filled gaps keep the format, or give the one that was asked for?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from pandas_columns import column, exact

pd = pytest.importorskip("pandas", reason="pandas is not installed")
from numformats.pandas import FormatDtype  # noqa: E402


def test_results_of_functions_keep_their_format():
    s = pd.Series([1, 2.5, None], dtype="posit16")
    assert s.map(lambda x: x * 2).dtype == s.dtype
    assert s.apply(lambda x: x + 1).tolist()[:2] == [2, 3.5]
    assert s.map({1.0: nf.posit16(7)}).isna().tolist() == [False, True, True]
    assert s.map(lambda x: 0.5 if x == 1 else x).tolist()[:2] == [0.5, 2.5]
    assert s.map(str).tolist() == ["1.0", "2.5", "nan"]
    assert s.map(lambda x: x > 1, na_action="ignore").tolist()[:2] == [False, True]
    assert s.map(nf.posit8).dtype == FormatDtype("posit8")
    assert s.map(lambda x: nf.posit8(x) if x == 1 else nf.bfloat16(x)).dtype == object
    assert s.combine(s, lambda x, y: x * y).dtype == s.dtype


def test_gaps_are_filled_on_exact_lines():
    for name in ("posit16", "posit64", "q15"):
        T = nf.parse_format(name)
        s = pd.Series([None, 0.1, None, None, 0.7, None], dtype=name)
        low, high = exact([s[1], s[4]])
        expected = [T(low + (high - low) * k / 3) for k in (1, 2)]
        assert s.interpolate().tolist()[2:] == [*expected, s[4], s[4]]
        assert s.interpolate()[0] is np.nan
        assert s.interpolate(limit=1).isna().tolist() == [True, False, False, True, False, False]
        assert s.interpolate(limit_direction="both").tolist()[0] == s[1]
        index = pd.to_datetime(
            ["2020-01-01", "2020-01-02", "2020-01-03", "2020-01-06", "2020-01-12", "2020-01-13"]
        )
        timed = s.set_axis(index).interpolate("time")
        assert timed.tolist()[2:4] == [T(low + (high - low) * k / 10) for k in (1, 4)]
        assert s.isna().sum() == 4
    assert pd.Series([None, 0.5], dtype="q15").ffill().isna().tolist() == [True, False]
    assert pd.Series([None, 0.5], dtype="q15").bfill().tolist() == [0.5, 0.5]
    assert pd.Series([1, None, np.inf], dtype="bfloat16").interpolate()[1] == np.inf


def test_casts():
    s = pd.Series([1, 2.5, None], dtype="posit16")
    assert s.astype("bfloat16").dtype == s.astype(nf.bfloat16).dtype == FormatDtype("bfloat16")
    assert s.astype(float).isna().tolist() == s.isna().tolist()
    assert s.astype("Float64").tolist()[:2] == [1, 2.5]
    assert s[:1].astype("Int64").tolist() == s[:2].astype(int).tolist()[:1] == [1]
    assert s.astype(str).tolist()[:2] == ["1.0", "2.5"]
    assert s.astype(object).tolist()[1] == nf.posit16(2.5)
    with pytest.raises(TypeError, match="cannot safely cast non-equivalent posit16 to int64"):
        s.astype("Int64")
    with pytest.raises(ValueError, match="missing values .* of posit16 to int64"):
        s.astype(int)
    q = pd.Series([0.5, None], dtype="q15")
    assert (
        q.astype("posit16").isna().tolist() == q.astype("Float64").isna().tolist() == [False, True]
    )
    assert q.to_numpy(dtype=float, na_value=9).tolist() == [0.5, 9]
    assert q.to_numpy().dtype == object
    assert q[:1].to_numpy().dtype == np.dtype(nf.q15)
    assert (
        pd.Series(column("fixed<64,frac=0>", [2**62 + 1, 0], np.array([False, True]))).astype(
            "Int64"
        )[0]
        == 2**62 + 1
    )
    assert s.rolling(2).sum().tolist()[1] == 3.5  # pandas rolls in float64
