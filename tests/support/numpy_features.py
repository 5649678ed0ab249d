# SPDX-License-Identifier: BSD-3-Clause
"""What do the tests of NumPy's features share: formats, exact values, and one check?

The values are small integers and halves, exact in every format here, so that float64 is the oracle.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import numformats as nf

NUMPY_2_5 = tuple(int(part) for part in np.__version__.split(".")[:2]) >= (2, 5)

FORMATS = [
    nf.posit16,
    nf.posit32,
    nf.posit64,
    nf.bposit32,
    nf.takum_linear16,
    nf.bfloat16,
    nf.binary32,
    nf.binary64,
    nf.tf32,
    nf.mlu32,
    nf.Fixed(24, 8),
    nf.Posit(20, es=1),
]
REAL = [T for T in FORMATS if T.format.family != "fixed"]

each_format = pytest.mark.parametrize("fmt", FORMATS, ids=str)
each_real = pytest.mark.parametrize("real", REAL, ids=str)  # not fixed point


def array(values: Any, T: Any) -> np.ndarray[Any, Any]:
    """The values as an array of T."""
    return np.array(values, dtype=np.float64).astype(T)


def check(result: Any, expected: Any, T: Any) -> None:
    """Same shape, same values, and the dtype is T's."""
    assert result.dtype == np.dtype(T), (result.dtype, np.dtype(T))
    expected = np.asarray(expected, dtype=np.float64)
    assert np.shape(result) == expected.shape
    np.testing.assert_array_equal(np.asarray(result).astype(np.float64), expected)


A = [3.0, 1.5, -2.0, 4.0, 0.5, -1.0]
B = [2.0, -4.0, 0.5, 1.0, -0.5, 8.0]
