# SPDX-License-Identifier: BSD-3-Clause
"""Can arrays of a format be made, shown, read from text and files as NumPy's own?"""

from __future__ import annotations

import io
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import numformats as nf
from numpy_features import FORMATS, A, array, check, each_format, each_real

if TYPE_CHECKING:
    from pathlib import Path


@each_format
def test_array_from_everything(fmt: Any) -> None:
    values = [1, 2.5, "1.5", Fraction(1, 2), Decimal("0.25"), fmt(3), np.float32(4), True, b"2"]
    check(np.array(values, dtype=fmt), [1, 2.5, 1.5, 0.5, 0.25, 3, 4, 1, 2], fmt)


@each_format
def test_array_discovers_its_dtype(fmt: Any) -> None:
    check(np.array([fmt(1), fmt(2)]), [1, 2], fmt)
    check(np.array([[fmt(1), 2], [3, fmt(4)]], dtype=fmt), [[1, 2], [3, 4]], fmt)
    assert np.array(fmt(1)).shape == ()


def test_array_of_different_formats() -> None:
    assert np.array([nf.posit16(1), nf.posit32(2)]).dtype == nf.posit32.dtype
    assert np.array([nf.posit16(1), np.float64(2)]).dtype == np.float64
    # NumPy takes objects where there is no common dtype, as for [1, "a", None].
    assert np.array([nf.posit64(1), nf.binary64(2)]).dtype == object


@each_format
def test_dtype_of_class_and_back(fmt: Any) -> None:
    dtype = np.dtype(fmt)
    assert dtype.type is fmt
    assert fmt.dtype is dtype
    assert type(dtype)() is dtype
    assert np.dtype(dtype) is dtype
    assert dtype == fmt
    assert dtype != np.dtype(np.float64)
    assert dtype.itemsize == fmt.format.storage_bytes
    assert dtype.newbyteorder() == dtype


def test_dtypes_of_equal_size_differ() -> None:
    assert nf.posit16.dtype != nf.bfloat16.dtype
    assert nf.posit16.dtype != np.dtype(np.float16)
    assert len({T.dtype for T in FORMATS}) == len(FORMATS)


@each_format
def test_creation_functions(fmt: Any) -> None:
    check(np.zeros(3, fmt), [0, 0, 0], fmt)
    check(np.ones((2, 2), fmt), np.ones((2, 2)), fmt)
    check(np.full(3, 1.5, fmt), [1.5] * 3, fmt)
    a = array(A, fmt)
    check(np.zeros_like(a), np.zeros(6), fmt)
    check(np.ones_like(a), np.ones(6), fmt)
    check(np.full_like(a, 2), np.full(6, 2.0), fmt)
    assert np.empty((2, 3), fmt).shape == (2, 3)
    check(np.eye(3, dtype=fmt), np.eye(3), fmt)
    check(np.diag(a), np.diag(A), fmt)
    check(np.tri(3, dtype=fmt), np.tri(3), fmt)
    check(np.fromiter([1, 2.5], dtype=fmt), [1, 2.5], fmt)
    check(np.frombuffer(a.tobytes(), dtype=fmt), A, fmt)
    check(np.tril(np.ones((3, 3), fmt)), np.tril(np.ones((3, 3))), fmt)


def test_zeros_of_a_format_without_zero() -> None:
    zeros = np.zeros(3, nf.float8_e8m0fnu)
    assert np.isnan(zeros).all()


@each_format
def test_ranges(fmt: Any) -> None:
    check(np.arange(5, dtype=fmt), [0, 1, 2, 3, 4], fmt)
    check(np.arange(1, 3, 0.5, dtype=fmt), [1, 1.5, 2, 2.5], fmt)
    check(np.arange(3, -3, -1, dtype=fmt), [3, 2, 1, 0, -1, -2], fmt)
    check(np.linspace(0, 2, 5, dtype=fmt), [0, 0.5, 1, 1.5, 2], fmt)


@each_real
def test_ranges_from_scalars(real: Any) -> None:
    check(np.linspace(real(0), real(2), 5), [0, 0.5, 1, 1.5, 2], real)
    check(np.arange(real(0), real(3), dtype=real), [0, 1, 2], real)


@each_real
def test_logspace_and_geomspace_into_a_format(real: Any) -> None:
    check(np.logspace(0, 3, 4, base=2, dtype=real), [1, 2, 4, 8], real)
    if real in {nf.posit16, nf.posit32, nf.bfloat16}:  # the others need log10 in the format
        check(np.geomspace(1.0, 8.0, 4, dtype=real), [1, 2, 4, 8], real)


@pytest.mark.parametrize("T", [nf.posit8, nf.posit16, nf.bfloat16, nf.binary32, nf.mlu32], ids=str)
def test_long_arange_does_not_drift(T: Any) -> None:
    for start, step in [(0, 0.1), (1, 0.3), (-5, 0.7), (1000, -0.01)]:
        a = np.arange(start, start + 300.5 * step, step, dtype=T)
        exact = [Fraction(*x.as_integer_ratio()) for x in (a[0], a[1])]
        expected = [T(exact[0] + i * (exact[1] - exact[0])).bits for i in range(len(a))]
        assert len(a) == 301
        assert nf.to_bits(a).tolist() == expected


@each_format
def test_text_input(fmt: Any, tmp_path: Path) -> None:
    check(np.fromstring("1 2.5 -3", dtype=fmt, sep=" "), [1, 2.5, -3], fmt)
    check(np.fromstring("1, 2.5,-3", dtype=fmt, sep=","), [1, 2.5, -3], fmt)
    check(np.loadtxt(io.StringIO("1 2\n3 4.5"), dtype=fmt), [[1, 2], [3, 4.5]], fmt)
    check(
        np.genfromtxt(io.StringIO("1,2\n3,4.5"), dtype=fmt, delimiter=","), [[1, 2], [3, 4.5]], fmt
    )
    path = tmp_path / "text"
    array(A, fmt).tofile(path, sep=" ")
    check(np.fromfile(path, dtype=fmt, sep=" "), A, fmt)
    np.savetxt(path, array(A, fmt).astype(np.float64))
    check(np.loadtxt(path, dtype=fmt), A, fmt)


@each_format
def test_bad_text_is_an_error(fmt: Any) -> None:
    with pytest.raises(ValueError, match="one"):
        np.array(["one"], dtype=fmt)
    with pytest.raises(ValueError, match="string or file could not be read|data"):
        np.fromstring("1 x", dtype=fmt, sep=" ")


@each_format
def test_binary_files(fmt: Any, tmp_path: Path) -> None:
    path, a = tmp_path / "bytes", array(A, fmt)
    a.tofile(path)
    check(np.fromfile(path, dtype=fmt), A, fmt)
    check(np.memmap(path, dtype=fmt, mode="r"), A, fmt)
    # np.save keeps the bytes and forgets the format: nf.save does not.
    np.save(tmp_path / "a.npy", a)
    check(np.load(tmp_path / "a.npy").view(fmt), A, fmt)


def test_printing() -> None:
    a = np.array([1, 2.5, -3], dtype=nf.posit16)
    assert str(a.dtype) == repr(a.dtype) == "posit16"
    assert str(nf.Posit(24, es=1).dtype) == "posit<24,es=1>"
    assert a.dtype.name == "posit16"
    assert "nan" in str(np.array([1, np.nan], dtype=nf.posit16))
    assert repr(a).startswith("array([ 1. ,  2.5, -3. ]") or repr(a).startswith("array([1.0, 2.5")
    assert "posit16" in repr(a)
    assert np.array2string(a)
