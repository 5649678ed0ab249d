# SPDX-License-Identifier: BSD-3-Clause
"""Is arithmetic in pandas columns that of NumPy arrays?"""

from __future__ import annotations

import operator
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from pandas_columns import by_format, column, random_column, same

pd = pytest.importorskip("pandas", reason="pandas is not installed")
from numformats.pandas import FormatDtype  # noqa: E402

ARITHMETIC = {operator.add: np.add, operator.sub: np.subtract, operator.mul: np.multiply,
              operator.truediv: np.divide, operator.floordiv: np.floor_divide, operator.mod: np.remainder,
              operator.pow: np.power}  # fmt: skip
COMPARISONS = {operator.eq: np.equal, operator.ne: np.not_equal, operator.lt: np.less,
               operator.le: np.less_equal, operator.gt: np.greater, operator.ge: np.greater_equal}  # fmt: skip


@by_format
@pytest.mark.filterwarnings("ignore:.*encountered:RuntimeWarning")
def test_operators_are_those_of_arrays(name):
    a, b = random_column(name, 400, 1), random_column(name, 400, 2)
    known = ~a.isna() & ~b.isna()
    for operation, ufunc in ARITHMETIC.items():
        result = operation(pd.Series(a), pd.Series(b)).array
        same(result.numbers[known], ufunc(a.numbers[known], b.numbers[known]))
        if ufunc is not np.power:  # 1 ** missing is 1, as in float64
            assert result.isna()[~known].all()
    for operation, ufunc in COMPARISONS.items():
        result = operation(pd.Series(a), pd.Series(b))
        assert result.dtype == bool
        expected = np.where(known, ufunc(a.numbers, b.numbers), ufunc is np.not_equal)
        assert result.tolist() == expected.tolist()
    same((2 - a).numbers[~a.isna()], 2 - a.numbers[~a.isna()])
    same((-a).numbers[~a.isna()], -a.numbers[~a.isna()])
    for f in (np.exp, np.sqrt, nf.sigmoid, np.abs):
        same(f(pd.Series(a)).array.numbers[~a.isna()], f(a.numbers[~a.isna()]))
    whole, rest = divmod(a, b)
    same(whole.numbers[known], np.divmod(a.numbers, b.numbers)[0][known])
    same(rest.numbers[known], np.divmod(a.numbers, b.numbers)[1][known])


@pytest.mark.parametrize("name", ["q15", "float<exp=8,man=4,inf=none,nan=none>", "float4_e2m1fn"])
def test_masked_elements_raise_no_flags_and_stay_missing(name):
    a = column(name, [0.5, 0.5], np.array([False, True]))
    b = column(name, [0.625 if name == "q15" else 2, 0])
    with np.errstate(all="raise"):
        assert (a / b).isna().tolist() == [False, True]  # 0 stands under the mask
        assert (a - b).isna().tolist() == [False, True]
        assert np.sqrt(a).isna().tolist() == [False, True]
        assert (a + None).isna().tolist() == (np.nan * a).isna().tolist() == [True, True]
        assert (a == pd.NA).tolist() == [False, False]
        assert (a != np.nan).tolist() == [True, True]
    with pytest.warns(RuntimeWarning, match="divide"):
        a[:1] / b[1:]
    assert np.isnan(a).tolist() == [False, True]
    assert np.isfinite(a).tolist() == [True, False]
    assert (a < 0.75).tolist() == [True, False]
    assert a.numbers[1] == 0


def test_formats_meet_as_numpy_promotes_them():
    p, q = (
        column("posit16", [1, np.nan, 2]),
        column("q15", [0.5, 0.5, 0.5], np.array([False, False, True])),
    )
    r, b = column("bfloat16", [1, 2, 3]), column("float8_e4m3fn", [1, 2, np.nan])
    assert (b + r).dtype == FormatDtype("bfloat16")
    assert (b + r).isna().tolist() == [False, False, True]
    assert (q + column("q31", [0.25] * 3)).dtype == FormatDtype("q31")
    assert (q + column("q31", [0.25] * 3)).isna().tolist() == [False, False, True]
    result = q * p  # NumPy's common type is float32
    assert result.dtype == np.float32
    assert np.isnan(result).tolist() == [False, True, True]
    assert pd.concat([pd.Series(b), pd.Series(r)]).dtype == FormatDtype("bfloat16")
    with pytest.raises(TypeError, match="takum_linear64 and float64"):
        column("takum_linear64", [1, 2, 3]) + np.array([1.0, 2, 3])
    assert pd.concat([pd.Series(column("takum_linear64", [1])), pd.Series([1.0])]).dtype == object


def test_other_operands():
    s = pd.Series([1, 2.5, None], dtype="posit16")
    assert (s + [1, 1.5, 2][1]).tolist()[:2] == [2.5, 4]
    assert (s == "x").tolist() == [False] * 3
    assert (s != "x").tolist() == [True] * 3
    assert (s.array == np.array(["a", "b", "c"])).tolist() == [False] * 3
    assert (s + pd.array([1, None, 2], dtype="Float32")).isna().tolist() == [False, True, True]
    assert (s + np.array([Fraction(1, 3), None, 1], object)).dtype == s.dtype
    with pytest.raises(ValueError, match="Lengths must match: 3 and 2"):
        s.array + np.ones(2, nf.posit16)
    with pytest.raises(TypeError):
        s + "x"
    with pytest.raises(TypeError):
        s < "x"
    assert not (pd.Series([nf.posit16("nar")], dtype="posit16") == nf.posit16("nar")).any()
    assert np.add.reduce(s.array[:2]) == 3.5
    assert np.add.reduce(s.array) is np.nan
    assert np.maximum.accumulate(s.array).isna().tolist() == [False, False, True]
