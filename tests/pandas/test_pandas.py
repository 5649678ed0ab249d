# SPDX-License-Identifier: BSD-3-Clause
"""Is arithmetic in pandas columns that of NumPy arrays, and are their reductions exact?"""

from __future__ import annotations

import operator
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

import numformats as nf
from helpers import array, random_codes

pd = pytest.importorskip("pandas", reason="pandas is not installed")
from numformats.pandas import FormatArray, FormatDtype  # noqa: E402

FORMATS = ["posit16", "bfloat16", "posit64", "takum_linear64", "float8_e4m3fn", "float4_e2m1fn", "q15", "q31",
           "posit<24,es=1>", "fixed<64,frac=40>", "fixed<8,frac=4,signed=false>"]  # fmt: skip
by_format = pytest.mark.parametrize("name", FORMATS)


def column(name, values, missing=None):
    return FormatArray(np.array(values, nf.parse_format(name)), missing)


def random_column(name, count, seed=0, missing=0.1):
    """Numbers of every size, some missing (in formats with NaN these are NaNs)."""
    rng, T = np.random.default_rng(seed), nf.parse_format(name)
    numbers = array(T, random_codes(T, count, rng))
    numbers = np.where(np.isfinite(numbers), numbers, np.zeros(1, numbers.dtype))
    return FormatArray(numbers, rng.random(count) < missing)


def exact(scalars):
    return [Fraction(*x.as_integer_ratio()) for x in scalars]


def same(result, expected):
    """Equal scalars or arrays of a format, code for code."""
    assert result.dtype == expected.dtype
    assert np.array_equal(nf.to_bits(np.asarray(result)), nf.to_bits(np.asarray(expected)))


# ---- names and imports ---------------------------------------------------------------------------


def run(code):
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() + done.stderr.strip().rpartition("\n")[2]


def test_numformats_alone_imports_no_pandas():
    assert run("import sys, numformats; print('pandas' in sys.modules)") == "False"


def test_without_pandas_the_import_says_what_to_install():
    said = run("import sys; sys.modules['pandas'] = None; import numformats.pandas")
    assert said == "ImportError: numformats.pandas needs pandas: pip install 'numformats[pandas]'"


def test_without_pyarrow_columns_work():
    said = run(
        "import sys; sys.modules['pyarrow'] = None; import pandas as pd, numformats.pandas\n"
        "print(pd.Series([1, 2.5], dtype='posit16').sum())"
    )
    assert said == "3.5"


@by_format
def test_dtype_is_what_its_name_says(name):
    T = nf.parse_format(name)
    for given in (name, T, np.dtype(T), T.format, f" {name} ", FormatDtype(name)):
        made = FormatDtype(given)
        assert (made.type, made.numpy_dtype, made.name, str(made)) == (
            T,
            np.dtype(T),
            T.__name__,
            T.__name__,
        )
        assert made == name == made.name
        assert hash(made) == hash(FormatDtype(name))
    assert pd.Series([0.5], dtype=f"{name}").dtype == FormatDtype(T)
    assert pd.Series(dtype=FormatDtype(T)).dtype == FormatDtype(T)


def test_two_texts_of_one_format_are_one_dtype():
    assert FormatDtype("posit<32,es=2>") == FormatDtype("posit32") == "posit<32>"
    assert FormatDtype("posit32") != FormatDtype("posit<32,es=1>")
    assert FormatDtype("posit32") != "posit<32,es=99>"


def test_wrong_names_say_what_is_wrong():
    with pytest.raises(nf.FormatError, match="es=9: must be an integer in 0..5"):
        pd.Series([1], dtype="posit<32,es=9>")
    with pytest.raises(nf.UnknownFormatError, match="did you mean 'posit16'"):
        FormatDtype("posit166")
    with pytest.raises(TypeError, match="posit166"):
        pd.Series([1], dtype="posit166")
    with pytest.raises(TypeError, match="not a number format"):
        FormatDtype(np.float64)
    for text in ("int64", "Int64", "string", "category", "interval[int64]"):
        assert not isinstance(pd.api.types.pandas_dtype(text), FormatDtype)


# ---- what a column holds -------------------------------------------------------------------------


@by_format
def test_numbers_of_every_kind_are_rounded_once(name):
    T = nf.parse_format(name)
    given = [
        1,
        0.3,
        Fraction(1, 3),
        Decimal("0.7"),
        "0.6",
        np.float32(0.1),
        2**70 + 1,
        nf.posit16(0.2),
        True,
    ]
    with np.errstate(over="ignore"):
        expected = np.array([T(x) for x in given])
        same(pd.array(given, dtype=name).numbers, expected)
        # floats beside an integer that no float64 holds
        mixed = [2**53 + 1, 0.5]
        same(pd.array(mixed, dtype=name).numbers, np.array([T(x) for x in mixed]))
        for source in (
            np.array([1, 2], np.int8),
            np.array([0.1, 3e5]),
            pd.array([1, 2], dtype="Int64"),
        ):
            expected = np.array([T(x) for x in np.asarray(source, dtype=object)])
            same(pd.Series(source).astype(name).array.numbers, expected)


@by_format
@pytest.mark.parametrize("nothing", [None, np.nan, pd.NA, pd.NaT, float("nan"), nf.posit16("nar")])
def test_missing_values_of_every_kind(name, nothing):
    with np.errstate(all="raise"):
        s = pd.Series([0.5, nothing], dtype=name)
    assert s.isna().tolist() == [False, True]
    assert s.iloc[1] is np.nan
    assert s.tolist()[1] is np.nan
    s.iloc[0] = nothing
    assert s.isna().all()
    assert s.array.mask is None or not nf.parse_format(name).format.has_nan


@by_format
def test_missing_values_of_other_arrays(name):
    for source in (np.array([0.5, np.nan]), pd.array([0.5, None], dtype="Float32"), column("posit16", [0.5, np.nan]),
                   column("q7", [0.5, 0], np.array([False, True])), np.array([0.5, None]), np.array(["0.5", "nan"])):  # fmt: skip
        with np.errstate(all="raise"):
            made = pd.Series(source).astype(name)
        assert made.isna().tolist() == [False, True]
        assert made.iloc[0] == 0.5


def test_what_is_no_column_is_refused():
    for values, error, text in (
        (pd.to_datetime(["2020-01-01"]), TypeError, "cannot convert datetime64"),
        (np.array([1j]), TypeError, "cannot convert complex128 to posit16"),
        (["one"], ValueError, "could not convert string to posit16: 'one'"),
        ([object()], TypeError, "posit16"),
    ):
        with pytest.raises(error, match=text):
            pd.array(values, dtype="posit16")
    for wrong in ([1, 2], np.array([1.0]), np.ones((2, 2), nf.posit16)):
        with pytest.raises(TypeError, match="one-dimensional ndarray of a format"):
            FormatArray(wrong)
    with pytest.raises(TypeError, match=r"mask must be bool of shape \(2,\)"):
        FormatArray(np.zeros(2, nf.q15), np.zeros(3, bool))
    with pytest.raises(TypeError, match="cannot set 'x' in a column of q15"):
        pd.array([0.5], dtype="q15")[0] = "x"


def test_an_array_is_shared_until_something_would_change_it():
    numbers = np.array([1, 2], nf.posit16)
    shared = FormatArray(numbers, np.zeros(2, bool))
    assert np.shares_memory(shared.numbers, numbers)
    changed = FormatArray(numbers, np.array([True, False]))
    assert numbers.tolist() == [nf.posit16(1), nf.posit16(2)]
    assert changed[0] is np.nan
    view = shared[:1]
    view[0] = 3
    assert numbers[0] == 3
    whole = column("q15", [0.5, 0.25], np.array([False, True]))
    whole[:1][0] = None
    whole[1:][0] = 0.125
    assert whole.isna().tolist() == [True, False]
    numbers.flags.writeable = False
    assert pd.Series(FormatArray(numbers, np.zeros(2, bool))).sum() == 5


def test_series_of_arrays_keep_the_dtype_and_lists_of_scalars_do_not():
    """The trap of the page: pandas' C code takes scalars of np.floating for NumPy's floats."""
    a = np.array([1, 2.5], nf.posit16)
    assert pd.Series(a).dtype == pd.DataFrame({"a": a})["a"].dtype == a.dtype
    assert pd.Series(np.array(list(a), dtype=nf.posit16)).dtype == a.dtype
    assert pd.Series(list(a), dtype="posit16").dtype == FormatDtype("posit16")
    assert pd.Series(a, dtype="posit16").array.numbers.tolist() == list(a)
    assert pd.Series(list(a), dtype=object).tolist() == list(a)
    assert pd.Series([nf.q15(0.5)]).dtype == object
    assert pd.Series(list(a)).dtype == np.float16
    with pytest.raises(TypeError, match="f1"):
        pd.Series([nf.posit8(1)])
    with pytest.raises(NotImplementedError, match="compound dtypes"):
        pd.Series(a) + 1
    with pytest.raises(NotImplementedError, match="compound dtypes"):
        pd.Series([1.0], dtype=nf.posit16)
    assert pd.Series([1.0], dtype="posit8").astype(nf.posit16).dtype == FormatDtype("posit16")


# ---- operations ----------------------------------------------------------------------------------

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


# ---- reductions ----------------------------------------------------------------------------------


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


# ---- groups --------------------------------------------------------------------------------------


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


# ---- hashing and order ---------------------------------------------------------------------------


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
