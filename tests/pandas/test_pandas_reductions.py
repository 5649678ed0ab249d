# SPDX-License-Identifier: BSD-3-Clause
"""Are sums, products, means and quantiles of columns exact until their one rounding?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from pandas_columns import by_format, exact, random_column

pd = pytest.importorskip("pandas", reason="pandas is not installed")


@by_format
@pytest.mark.filterwarnings("ignore:.*encountered:RuntimeWarning")
def test_reductions_round_the_exact_value_once(name):
    T = nf.parse_format(name)
    for seed, count in ((1, 1), (2, 2), (3, 7), (4, 40)):
        s = pd.Series(random_column(name, count, seed, 0.2))
        present = s.dropna().tolist()
        values = exact(present)
        if not values:
            continue
        n, total = len(values), sum(values)
        middle = sorted(values)[(n - 1) // 2], sorted(values)[n // 2]
        product = Fraction(1)
        for v in values:
            product *= v
        expected = {"sum": total, "mean": total / n, "median": sum(middle) / 2, "prod": product,
                    "min": min(values), "max": max(values)}  # fmt: skip
        if n > 1:
            expected["var"] = sum((v - total / n) ** 2 for v in values) / (n - 1)
        for how, value in expected.items():
            result, rounded = getattr(s, how)(), T(value)
            assert result == rounded or (np.isnan(result) and np.isnan(rounded)), how
        assert s.count() == n
        assert s.sum(min_count=n + 1) is np.nan
        assert (s.max(skipna=False) is np.nan) == (n < count)


def test_sums_are_exact_where_running_ones_are_not():
    s = pd.Series([2.0**20, 2.0**-10, -(2.0**20)], dtype="posit16")
    assert s.sum() == 2.0**-10
    assert np.sum(s.array.numbers) == 0
    assert np.sum(s) == 2.0**-10
    assert pd.Series([0.1] * 1000, dtype="bfloat16").sum() == 100


def test_roots_are_those_of_the_exact_variance():
    """The rounded variance of these has another root: two roundings are not one."""
    T, found = nf.posit8, 0
    for a in range(1, 400):
        values = np.array([0, a / 8, a % 5], T)
        s, numbers = pd.Series(values, dtype="posit8"), exact(values)
        mean = sum(numbers) / 3
        variance = sum((v - mean) ** 2 for v in numbers) / 2
        std = s.std()
        below, above = exact([np.nextafter(std, T(-1)), np.nextafter(std, T(100))])
        (middle,) = exact([std])
        # the exact root is nearer to std than to its neighbours; posits are linear hereabouts
        assert ((below + middle) / 2) ** 2 <= variance <= ((middle + above) / 2) ** 2
        found += std != np.sqrt(s.var())
        assert s.sem() == T(
            nf.fstd(values.astype(nf.posit64), ddof=1) / nf.posit64(3) ** nf.posit64(0.5)
        )
    assert found


def test_products_beside_midpoints(monkeypatch):
    """The leading bits of this product do not decide: one unit more or less does."""
    from numformats.pandas import reductions

    # 1.0010000001 * 0.1111...: exactly one unit in 2**-40 beside a midpoint of bfloat16
    for offset in (-1, 0, 1):
        target = (2**9 * 2**31) + 2**31 + offset  # 9 bits, then a half of the last, then the offset
        factors = [d for d in range(3, 2**20, 2) if target % d == 0][:1] or [1]
        values = np.array([factors[0], target // factors[0], 2.0**-33], nf.binary64)
        for bits in (12, 4096):
            monkeypatch.setattr(reductions, "_PRODUCT_BITS", bits)
            result = reductions.product_rows(values[None, :])[0]
            assert exact([result]) == [Fraction(target) / 2**33]
    rng = np.random.default_rng(5)
    for bits in (80, 4096):
        monkeypatch.setattr(reductions, "_PRODUCT_BITS", bits)
        values = np.array(rng.integers(1, 255, 60) / 16, nf.takum_linear32)
        product = Fraction(1)
        for v in exact(values):
            product *= v
        assert pd.Series(values, dtype="takum_linear32").prod() == nf.takum_linear32(product)


def test_products_of_special_values():
    def prod(*values):
        return pd.Series(values, dtype="bfloat16").prod()

    assert prod(np.inf, -2) == -np.inf
    assert prod(-np.inf, -2) == np.inf
    with pytest.warns(RuntimeWarning, match="invalid"):
        assert np.isnan(prod(np.inf, 0))
    assert prod(0, -3) == 0
    assert prod() == 1
    assert prod(-1, -1, -3) == -3
    with pytest.warns(RuntimeWarning, match="overflow"):  # 1, the product of nothing, saturates
        assert pd.Series([None], dtype="q15").prod() == nf.finfo(nf.q15).maxpos


@pytest.mark.parametrize("interpolation", ["linear", "lower", "higher", "nearest", "midpoint"])
def test_quantiles_round_the_exact_value_once(interpolation):
    rng = np.random.default_rng(3)
    for name in ("posit16", "posit64", "q15"):
        T = nf.parse_format(name)
        s = pd.Series(np.array(rng.random(9), T), dtype=name)
        qs = [0, 0.1, 0.125, 0.5, 0.77, 1]
        wide = s.astype("float64").quantile(qs, interpolation=interpolation)
        result = s.quantile(qs, interpolation=interpolation)
        assert result.dtype == s.dtype
        assert np.allclose(result.astype(float), wide, atol=float(np.spacing(T(0.9))) * 1.01)
        ordered = sorted(exact(s))
        if interpolation == "linear":
            for q, r in zip(qs, result, strict=True):
                place = Fraction(q * 8)
                i = min(int(place), 7)
                assert r == T(ordered[i] + (place - i) * (ordered[i + 1] - ordered[i]))
    assert pd.Series([1, np.inf], dtype="bfloat16").quantile(0.5) == np.inf
    with pytest.warns(RuntimeWarning, match="invalid"):
        assert np.isnan(pd.Series([-np.inf, np.inf], dtype="bfloat16").median())
    assert pd.Series([], dtype="posit16").quantile(0.5) is np.nan


def test_reductions_of_nothing():
    for name in ("posit16", "q15", "float8_e8m0fnu"):
        empty = pd.Series([None], dtype=name)
        for how in ("mean", "var", "std", "sem", "min", "max", "median"):
            with np.errstate(all="raise"):
                assert getattr(empty, how)() is np.nan
        assert pd.Series([0.5], dtype=name).var() is np.nan
        assert not empty.any()
        assert empty.all()
    with pytest.raises(TypeError, match="'skew': astype\\('float64'\\) does"):
        pd.Series([1.0], dtype="posit16").skew()
