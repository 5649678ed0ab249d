# SPDX-License-Identifier: BSD-3-Clause
"""Do columns of formats pass pandas' own tests of extension arrays?

One format of each kind runs here; NUMFORMATS_PANDAS_ALL=1 runs every named format too.  Every exception
stands below with its reason.
"""

from __future__ import annotations

import os
from fractions import Fraction
from math import prod

import mpmath
import numpy as np
import pytest

pd = pytest.importorskip("pandas", reason="pandas is not installed")
from pandas.tests.extension import base  # noqa: E402
from pandas.tests.extension.conftest import *  # noqa: E402, F403 - pandas' fixtures

import numformats as nf  # noqa: E402
from numformats.pandas import FormatDtype  # noqa: E402

# With NaR, with NaN, made at run time, of 64 bits, with a mask and no number above 1, and without zero.
NAMES = ["posit16", "bfloat16", "bposit<24,rs=6,es=3>", "takum_linear64", "q15", "float8_e8m0fnu"]
if os.environ.get("NUMFORMATS_PANDAS_ALL"):
    more = ["fixed<64,frac=40>", "fixed<16,frac=8,signed=false>"]
    more += ["float<exp=8,man=7,inf=none,nan=none>", "float<exp=5,man=6,signed=false>"]
    NAMES = [*dict.fromkeys([*NAMES, *more, *nf.formats()])]

# pandas' C code makes float16, float32 or float64 of a list of scalars of a np.floating class (and fails
# for 8 bits), before any extension array is asked.  In these tests pandas itself makes such a list.
_TAKEN_FOR_FLOATS = {
    "test_loc_setitem_with_expansion_preserves_ea_index_dtype": "Index([*index, scalar])",
    "test_loc_setitem_with_expansion_retains_ea_dtype": "DataFrame of one row, from scalars",
    "test_groupby_extension_apply[object]": "the keys of groups as the index of what apply returns",
}
# ... and in these formats NumPy's common type mends what pandas made.
_SINGLE_OR_DOUBLE = {nf.binary32, nf.binary64, nf.mlu32}
_MENDED = {
    "test_loc_setitem_with_expansion_preserves_ea_index_dtype": lambda T: T in _SINGLE_OR_DOUBLE,
    "test_loc_setitem_with_expansion_retains_ea_dtype": lambda T: (
        T.format.storage_bytes in {2, 8} or T in _SINGLE_OR_DOUBLE
    ),
    "test_groupby_extension_apply[object]": lambda T: T.format.storage_bytes in {4, 8},
}


def numbers(dtype):
    """Ten different positive numbers that the format holds exactly, or all it has."""
    T = dtype.type
    with np.errstate(all="ignore"):
        for given in (range(1, 11), [k / 16 for k in range(1, 11)], [2.0**k for k in range(10)]):
            if all(float(T(x)) == x for x in given):
                return [T(x) for x in given]
        return [*dict.fromkeys(T(x / 4) for x in range(2, 30) if T(x / 4) > T(1 / 4))]


@pytest.fixture
def dtype(request):
    return FormatDtype(request.cls.NAME)


@pytest.fixture
def data(dtype):
    v = numbers(dtype)
    return pd.array((v * 10)[:10], dtype=dtype)


@pytest.fixture
def data_for_twos(dtype):
    return pd.array([numbers(dtype)[1]] * 10, dtype=dtype)


def of_letters(dtype, letters):
    """A column from a text: A < B < C, and - for a missing value."""
    v = dict(zip("ABC", numbers(dtype), strict=False), **{"-": None})
    return pd.array([v[letter] for letter in letters], dtype=dtype)


@pytest.fixture
def data_missing(dtype):
    return of_letters(dtype, "-A")


@pytest.fixture
def data_for_sorting(dtype):
    return of_letters(dtype, "BCA")


@pytest.fixture
def data_missing_for_sorting(dtype):
    return of_letters(dtype, "B-A")


@pytest.fixture
def data_for_grouping(dtype):
    return of_letters(dtype, "BB--AABC")


def exact(name, values):
    """What a reduction is, from the definition: a number that is then rounded once."""
    n = len(values)
    mean = sum(values) / n
    variance = sum((x - mean) ** 2 for x in values) / (n - 1)
    middle = sorted(values)[(n - 1) // 2], sorted(values)[n // 2]
    with mpmath.workprec(400):
        roots = {"std": variance, "sem": variance / n}
        if name in roots:
            return mpmath.sqrt(mpmath.mpf(roots[name].numerator) / roots[name].denominator)
    return {"sum": sum(values), "mean": mean, "var": variance, "prod": prod(values),
            "min": min(values), "max": max(values), "median": sum(middle) / 2}[name]  # fmt: skip


@pytest.fixture(autouse=True)
def exceptions(request, dtype):
    """Tests that must fail, so that a pandas in which they pass is noticed."""
    name, T = request.node.name, dtype.type
    if name in _TAKEN_FOR_FLOATS and issubclass(T, np.floating) and not _MENDED[name](T):
        reason = f"scalars taken for floats: {_TAKEN_FOR_FLOATS[name]}"
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))


@pytest.mark.filterwarnings("ignore:.*encountered:RuntimeWarning")  # narrow formats overflow
class FormatTests(base.ExtensionTests):
    divmod_exc = series_scalar_exc = frame_scalar_exc = series_array_exc = None

    def _get_expected_exception(self, *_):
        return None

    def _supports_reduction(self, _, op_name):
        return op_name not in {"skew", "kurt"}  # moments that have no exact form here

    def _supports_accumulation(self, *_):
        return True

    def test_arith_series_with_array(self, data, all_arithmetic_operators):
        """As pandas has it, but for the dtype: it makes a Series of a list of scalars without one."""
        other = pd.Series([data[0]] * len(data), dtype=data.dtype)
        self.check_opname(pd.Series(data), all_arithmetic_operators, other)

    def check_reduce(self, column, op_name, skipna):
        """pandas compares with float64, which saturates nowhere: the exact value takes its place."""
        if op_name in {"any", "all", "count"}:
            super().check_reduce(column, op_name, skipna)
            return
        values = [Fraction(*x.as_integer_ratio()) for x in column.dropna()]
        result, expected = getattr(column, op_name)(skipna=skipna), exact(op_name, values)
        if column.dtype.format.family == "truncated":  # cuts results, and rounds conversions
            assert float(result) == pytest.approx(float(expected), rel=2.0**-19)
            return
        expected = column.dtype.type(expected)
        assert result == expected or (np.isnan(result) and np.isnan(expected))

    def check_accumulate(self, column, op_name, skipna):
        """Running results round at each step, as NumPy's do."""
        ufunc = {
            "cumsum": np.add,
            "cumprod": np.multiply,
            "cummin": np.minimum,
            "cummax": np.maximum,
        }
        expected = ufunc[op_name].accumulate(np.asarray(column.array))
        result = getattr(column, op_name)(skipna=skipna)
        assert repr(np.asarray(result.array)) == repr(expected)


# pandas gives two-dimensional columns to dtypes that say they can; ours do not, and it skips these.
for _name in [n for n in vars(base.Dim2CompatTests) if n.startswith("test_")]:
    setattr(FormatTests, _name, None)
for _name in NAMES:
    _made = type(f"Test_{_name}", (FormatTests,), {"NAME": _name})
    globals()[_made.__name__] = _made
del _made, FormatTests
