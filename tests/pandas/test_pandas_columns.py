# SPDX-License-Identifier: BSD-3-Clause
"""Do columns of a format hold every number, missing ones too, and what cannot be a column is refused?"""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from pandas_columns import by_format, column, same

pd = pytest.importorskip("pandas", reason="pandas is not installed")
from numformats.pandas import FormatArray, FormatDtype  # noqa: E402


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
