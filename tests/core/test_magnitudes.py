# SPDX-License-Identifier: BSD-3-Clause
"""Are numbers of every dtype taken apart into exactly what they are?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from numformats.magnitudes import Magnitudes, magnitudes

FORMATS = ["posit8", "posit16", "posit64", "bposit16", "takum_linear64", "binary16", "bfloat16", "float8_e4m3fn",
           "q15", "mlu32"]  # fmt: skip


def value(m, i):
    return int(m.sign[i]) * m.fraction(i)


def check(array):
    """Every element is what `Fraction` says, in lowest terms."""
    m = magnitudes(array)
    for i, x in enumerate(np.asarray(array).reshape(-1)):
        wanted = int(x) if x.dtype.kind in "biu" else Fraction(*x.as_integer_ratio())
        assert value(m, i) == wanted
        assert m.significand[i] % 2 == 1 or (m.significand[i] == 0 and m.exponent[i] == 0)
    return m


@pytest.mark.parametrize("name", FORMATS)
def test_codes_of_formats(name):
    T = nf.formats()[name]
    bits = T.format.bits
    rng = np.random.default_rng(1)
    codes = np.arange(256) if bits == 8 else rng.integers(0, 2**bits, 300, np.uint64)
    array = nf.from_bits(codes.astype(f"u{np.dtype(T).itemsize}"), T)
    check(array[np.isfinite(array)])
    wrong = np.flatnonzero(~np.isfinite(array))
    if wrong.size:
        with pytest.raises(ValueError, match=rf"g\[{wrong[0]}\] is "):
            magnitudes(array, "g")


@pytest.mark.parametrize("dtype", ["i1", "i8", "u8", "?", "f2", "f4", "f8", ">f8", ">i4"])
def test_numbers_of_numpy(dtype):
    if np.dtype(dtype).kind in "iu":
        limits = np.iinfo(dtype)
        array = np.array([limits.min, limits.max, 0, 1, limits.max - 1], dtype)
    else:
        array = np.array([0, 1, 0, 1] if dtype == "?" else [0.0, -0.0, 1.5, -6e-8, 65504], dtype)
    m = check(array)
    assert isinstance(m, Magnitudes)
    assert m.shape == array.shape


def test_shapes_and_ends():
    m = check(np.array([[5e-324, 1.7976931348623157e308], [-3.0, 0.0]]).T)
    assert m.shape == (2, 2)
    low, high = m.span()
    assert low == -1074
    assert high >= 1024
    assert magnitudes(np.array([2**64 - 1], np.uint64)).span() == (0, 64)  # all bits of a word
    assert magnitudes(np.zeros(3)).span() == (0, 0)
    assert magnitudes(5).shape == ()
    assert magnitudes([]).shape == (0,)
    assert len(magnitudes(np.zeros((2, 0)))) == 0


def test_lists_of_several_types_lose_nothing():
    given = [
        2**63,
        2**62 - 1,
        0.5,
        nf.posit16(0.75),
        np.float32(-0.1),
        True,
        0,
        2**70,
        Fraction(-3, 8),
    ]
    m = magnitudes(given)
    assert [value(m, i) for i in range(len(given))] == [
        2**63, 2**62 - 1, Fraction(1, 2), Fraction(3, 4), Fraction(float(np.float32(-0.1))), 1, 0, 2**70, Fraction(-3, 8)
    ]  # fmt: skip
    m = magnitudes([2**53 + 1, 0.5])  # NumPy makes floats of these
    assert [value(m, i) for i in range(2)] == [2**53 + 1, Fraction(1, 2)]
    with pytest.raises(ValueError, match=r"g\[1\] is nan"):
        magnitudes([2**63, float("nan"), 1], "g")


def test_what_has_no_place_is_refused():
    with pytest.raises(ValueError, match=r"g\[1, 0\] is nan; allowed: finite numbers"):
        magnitudes([[1.0], [np.nan]], "g")
    with pytest.raises(ValueError, match=r"g is inf"):
        magnitudes(np.inf, "g")
    with pytest.raises(
        ValueError, match=r"g\[1\] is 1180591620717411303425; allowed: integers of up to 64"
    ):
        magnitudes([1, 2**70 + 1], "g")
    with pytest.raises(ValueError, match=r"g\[1\] is 18446744073709551617; allowed: integers"):
        magnitudes([1, 2**64 + 1], "g")  # the shortest of 65 bits
    for wrong in (["a"], [1j], np.array([1], "M8[s]"), [None]):
        with pytest.raises(TypeError, match="g has .*; allowed: integers of up to 64 bits"):
            magnitudes(wrong, "g")
