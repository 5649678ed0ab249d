# SPDX-License-Identifier: BSD-3-Clause
"""Are groups, keys and the order of columns decided by exact values?"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

import numformats as nf
from pandas_columns import by_format, random_column

pd = pytest.importorskip("pandas", reason="pandas is not installed")
from numformats.pandas import FormatArray, FormatDtype  # noqa: E402


@by_format
@pytest.mark.filterwarnings("ignore:.*encountered:RuntimeWarning")
def test_groups_are_reduced_as_columns_are(name):
    s = pd.Series(random_column(name, 300, 7, 0.2))
    key = np.random.default_rng(8).integers(0, 30, 300) ** 2 // 30  # groups of many sizes
    grouped = s.groupby(key)
    for how in ("sum", "mean", "var", "std", "sem", "prod", "min", "max", "median", "count", "any", "all", "first",
                "cumsum", "cumprod", "cummin", "cummax", "rank", "idxmax"):  # fmt: skip
        result = getattr(grouped, how)()
        for k in np.unique(key):
            part = s[key == k]
            if how in ("cumsum", "cumprod", "cummin", "cummax", "rank"):
                expected, got = getattr(part, how)(), result[key == k]
                pd.testing.assert_series_equal(got, expected)
                continue
            if how == "first":
                expected = part.dropna().iloc[0]
            elif how == "idxmax" and part.isna().all():
                continue
            else:
                expected = getattr(part, how)()
            assert repr(result[k]) == repr(expected)
    for how in ("sum", "min"):
        pd.testing.assert_series_equal(grouped.transform(how), grouped.agg(how).loc[key].reset_index(drop=True),
                                       check_index=False)  # fmt: skip
        strict = grouped.agg(how, min_count=8)
        enough = s.notna().groupby(key).sum() >= 8
        assert (
            strict.notna() == (enough & grouped.agg(how).notna())
        ).all()  # sums may overflow to NaN
        whole = s.isna().groupby(key).sum() == 0
        assert grouped.agg(how, skipna=False).notna().tolist() == whole.tolist()


def test_keys_of_groups():
    keys = (
        pd.Series([0.75, None, 0.75, 0.5, None], dtype="q15")
        .fillna(0.25)
        .where([True, False, True, True, False])
    )
    values = pd.Series([1, 2, 3, 4, 5], dtype="posit16")
    assert values.groupby(keys).sum().tolist() == [4, 4]
    assert values.groupby(keys, dropna=False).sum().tolist() == [4, 4, 7]
    zeros = pd.Series([0.0, -0.0, np.nan, 1], dtype="bfloat16")
    assert values[:4].groupby(zeros).sum().tolist() == [3, 4]
    frame = pd.DataFrame(
        {"k": ["a", "b", "a"], "x": values[:3], "y": pd.Series([0.5, None, 0.25], dtype="q15")}
    )
    table = frame.groupby("k").agg({"x": ["sum", "mean"], "y": "max"})
    assert [str(t) for t in table.dtypes] == ["posit16", "posit16", "q15"]
    assert frame.groupby("k").x.agg(lambda part: part.iloc[0] * 2).dtype == FormatDtype("posit16")
    assert frame.pivot_table(index="k", values="x", aggfunc="sum").x.tolist() == [4, 2]
    assert frame.groupby("k").x.quantile(0.5).tolist() == [2, 2]


@pytest.mark.parametrize(
    "name", ["posit8", "float8_e4m3", "q7", "float6_e3m2fn", "float8_e8m0fnu", "fixed<64,frac=0>"]
)
def test_keys_of_every_code(name):
    T = nf.parse_format(name)
    codes = np.arange(min(2**T.format.bits, 256), dtype=np.uint64)
    codes = np.concatenate([codes, codes[::-1]])
    codes[3] = codes[-3] = 2**T.format.bits - 1
    numbers = nf.from_bits(codes.astype(f"u{T.format.storage_bytes}"), T)
    a = FormatArray(np.append(numbers, numbers[:1]), np.append(np.isnan(numbers), [True]))
    scalars = [
        None if x is np.nan else x.as_integer_ratio() if np.isfinite(x) else float(x) for x in a
    ]
    different = list(dict.fromkeys(scalars))
    unique = [
        None if x is np.nan else x.as_integer_ratio() if np.isfinite(x) else float(x)
        for x in a.unique()
    ]
    assert unique == different
    places, uniques = a.factorize()
    assert all((p == -1) == (s is None) for p, s in zip(places, scalars, strict=True))
    assert uniques.take(places[places >= 0]).tolist() == a.dropna().tolist()
    assert a.duplicated().tolist() == [s in scalars[:i] for i, s in enumerate(scalars)]
    counts = pd.Series(a).value_counts(dropna=False)
    assert counts.sum() == len(a)
    assert len(counts) == len(different)
    ordered = pd.Series(a).sort_values().dropna().tolist()
    assert all(x <= y for x, y in pairwise(ordered))
    assert pd.Series(a).rank(method="dense").max() == len(different) - 1
    left = pd.DataFrame({"k": a.unique(), "x": range(len(different))})
    right = pd.DataFrame({"k": a.unique()[::-1], "y": range(len(different))[::-1]})
    merged = left.merge(right, on="k")
    assert merged.x.tolist() == merged.y.tolist() == list(range(len(different)))
    assert pd.util.hash_array(a).tolist() == pd.util.hash_array(a.copy()).tolist()


def test_isin_asks_for_exactly_these_numbers():
    for name in ("posit16", "q15", "posit64"):
        s = pd.Series([0.5, 0.1, None], dtype=name)
        assert s.isin([0.5, 7]).tolist() == [True, False, False]
        assert s.isin([0.1]).tolist() == [False] * 3 if name != "posit64" else True
        assert s.isin([nf.parse_format(name)(0.1)]).tolist() == [False, True, False]
        assert s.isin([None]).tolist() == s.isin([np.nan]).tolist() == [False, False, True]
        assert s.isin(s).all()
        assert s.isin(pd.Series([1, 2], dtype="Int64")).tolist() == [False] * 3
        assert s.isin(["0.5", 10**400, np.inf]).tolist() == [False] * 3
    assert pd.Series([np.inf, 1], dtype="bfloat16").isin([np.inf, "x"]).tolist() == [True, False]


def test_searching_and_choosing():
    s = pd.Series([0.25, 0.5, 0.75], dtype="q15")
    assert s.searchsorted(0.5) == 1
    assert s.searchsorted([0.5, 0.6], side="right").tolist() == [2, 2]
    assert s.argmax() == 2
    assert s.idxmin() == 0
    assert s.clip(0.3, 0.6).tolist() == [nf.q15(0.3), 0.5, nf.q15(0.6)]
    assert s.where(s > 0.3).isna().tolist() == [True, False, False]
    assert s.mask(s > 0.3, 0.125).tolist() == [0.25, 0.125, 0.125]
    assert s.shift().tolist()[1:] == [0.25, 0.5]
    assert s.diff().tolist()[1:] == [0.25, 0.25]
    assert s.reindex([2, 9]).isna().tolist() == [False, True]
    assert s.round(1).tolist() == [nf.q15(0.2), 0.5, nf.q15(0.8)]
    assert pd.Index(s).get_loc(0.5) == 1
    assert s.describe()["mean"] == 0.5
