# SPDX-License-Identifier: BSD-3-Clause
"""Do columns come back from every file as they went, code for code, missing values too?"""

from __future__ import annotations

import io
import pickle
import subprocess
import sys

import numpy as np
import pytest

import numformats as nf
from helpers import array, random_codes

pd = pytest.importorskip("pandas", reason="pandas is not installed")
from numformats.pandas import FormatArray, FormatDtype  # noqa: E402

EXTRA = [
    "posit<24,es=1>",
    "fixed<64,frac=40>",
    "float<exp=11,man=52,inf=none,nan=none>",
    "bposit<48,rs=7,es=4>",
]
by_format = pytest.mark.parametrize("name", [*nf.formats(), *EXTRA])


def frame_of(name):
    """All codes of a narrow format, else random ones; some missing."""
    T, rng = nf.parse_format(name), np.random.default_rng(1)
    codes = np.arange(2**T.format.bits) if T.format.bits <= 8 else random_codes(T, 300, rng)
    numbers = array(T, codes)
    missing = np.isnan(numbers) | (rng.random(len(numbers)) < 0.1)
    return pd.DataFrame({"x": FormatArray(numbers, missing), "n": range(len(numbers))})


def assert_same(read, written):
    a, b = read["x"].array, written["x"].array
    assert a.dtype == b.dtype
    assert a.isna().tolist() == b.isna().tolist()
    known = ~a.isna()
    assert nf.to_bits(a.numbers)[known].tolist() == nf.to_bits(b.numbers)[known].tolist()


@by_format
def test_pickle(name):
    frame = frame_of(name)
    assert_same(pickle.loads(pickle.dumps(frame)), frame)
    assert pickle.loads(pickle.dumps(FormatDtype(name))) == name


@by_format
def test_csv(name):
    frame = frame_of(name)
    text = frame.to_csv(index=False)
    assert_same(pd.read_csv(io.StringIO(text), dtype={"x": name}), frame)
    assert_same(pd.read_csv(io.StringIO(text), dtype={"x": name}, engine="python"), frame)


def test_json_has_the_decimals_of_pandas_floats_and_texts_have_all():
    frame = pd.DataFrame({"x": pd.Series([0.1, None, 2.5], dtype="posit64")})
    assert frame.to_json() == frame.astype("float64").to_json()
    text = frame.astype(str).to_json()
    assert_same(pd.read_json(io.StringIO(text), dtype=False).astype("posit64"), frame)


@by_format
def test_parquet_and_feather(name, tmp_path):
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    frame = frame_of(name)
    frame.to_parquet(tmp_path / "a.parquet")
    assert_same(pd.read_parquet(tmp_path / "a.parquet"), frame)
    frame.to_feather(tmp_path / "a.feather")
    assert_same(pd.read_feather(tmp_path / "a.feather"), frame)


def run(code, folder):
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() + done.stderr.strip().rpartition("\n")[2]


def test_parquet_in_another_process(tmp_path):
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    frame = pd.DataFrame(
        {
            "x": pd.Series([0.5, None], dtype="q15"),
            "y": pd.Series([1, None], dtype="posit<24,es=1>"),
        }
    )
    frame.to_parquet(tmp_path / "a.parquet")
    read = "import pandas as pd; d = pd.read_parquet('a.parquet'); print(d.dtypes.tolist(), d.isna().sum().tolist())"
    assert run(f"import numformats.pandas; {read}", tmp_path) == "[q15, posit<24,es=1>] [1, 1]"
    # Without the import pandas knows no such name; that is what the page says.
    assert "not understood" in run(read, tmp_path)
    # NumPy may know the names from numformats: then the codes are bytes, which nobody takes for numbers.
    code = "import numformats, pandas as pd; d = pd.read_parquet('b.parquet'); print(d.x.tolist())"
    pd.DataFrame({"x": pd.Series([1, 2.5], dtype="posit16")}).to_parquet(tmp_path / "b.parquet")
    said = run(code, tmp_path)
    assert "not understood" in said or said == str([b"\x00@", b"\x00J"])


def test_arrow_arrays():
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    from numformats.pandas.arrow import FormatType, to_column

    column = pd.array([0.5, None, 0.25], dtype="q15")
    made = pa.array(column)
    assert made.type == FormatType("q15")
    assert made.type.storage_type == pa.binary(2)
    assert made.storage.to_pylist() == [b"\0\x40", None, b"\0\x20"]
    assert pa.array(column, pa.float32()).to_pylist() == [0.5, None, 0.25]
    chunked = pa.chunked_array([made, made[1:]])
    assert to_column(chunked, FormatDtype("q15")).isna().tolist() == [
        False,
        True,
        False,
        True,
        False,
    ]
    parts = to_column(chunked, FormatDtype("q15"))
    assert parts[~parts.isna()].tolist() == [0.5, 0.25, 0.25]  # the second chunk begins within
    assert pa.table({"x": chunked}).to_pandas()["x"].dtype == FormatDtype("q15")
    assert to_column(made, FormatDtype("posit16")).dtype == FormatDtype("posit16")
    assert len(to_column(pa.chunked_array([], FormatType("q15")), FormatDtype("q15"))) == 0
    with pytest.raises(
        TypeError, match=r"an Arrow array of fixed_size_binary\[2\] holds no codes of q15"
    ):
        to_column(made.storage, FormatDtype("q15"))
    with pytest.raises(nf.UnknownFormatError, match="posit17"):
        FormatType("posit17")
    with pytest.raises(
        ValueError, match="numformats.format q15 in a file of uint8, not fixed_size_binary"
    ):
        FormatType.__arrow_ext_deserialize__(pa.uint8(), b"q15")
    name, storage = "posit<24,es=1>", pa.array([b"\xff" * 4], pa.binary(4))
    damaged = pa.ExtensionArray.from_storage(FormatType(name), storage)
    with pytest.raises(ValueError, match=r"code 0xffffffff at index 0"):
        to_column(damaged, FormatDtype(name))
