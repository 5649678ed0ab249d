# SPDX-License-Identifier: BSD-3-Clause
"""Which columns do the tests of pandas share, and when are two the same?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from helpers import array, random_codes

pd = pytest.importorskip("pandas", reason="pandas is not installed")
from numformats.pandas import FormatArray  # noqa: E402

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
