# SPDX-License-Identifier: BSD-3-Clause
"""Which formats do arrays have, NumPy's own floats included, and which one holds several?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats._native import NAMED, class_format

if TYPE_CHECKING:
    from numformats.number_format import Format

__all__ = ["NUMPY_FLOATS", "as_formats", "format_of", "native", "result_dtype"]

Array = np.ndarray[Any, Any]
DType = np.dtype[Any]

# NumPy's own floats are formats of the table: the same codes under another name.
NUMPY_FLOATS: dict[type[np.generic], str] = {
    np.float16: "binary16",
    np.float32: "binary32",
    np.float64: "binary64",
}


def as_formats(what: str, obj: Any) -> Array:
    """Return an array whose dtype is a format: NumPy's and ml_dtypes' floats as views.

    TypeError for others.
    """
    a = np.asarray(obj)
    return a.astype(native(a.dtype), copy=False).view(format_of(a.dtype, what).dtype)


def format_of(dtype: DType, what: str) -> Format:
    """Return the Format of a dtype, NumPy's and ml_dtypes' floats, too; TypeError for others."""
    if dtype.type in NUMPY_FLOATS:
        return class_format(NAMED[NUMPY_FLOATS[dtype.type]])
    try:
        return class_format(dtype)
    except TypeError:
        msg = (
            f"{what} has dtype {dtype}; allowed: number formats, float16, float32 and float64"
            " (astype makes one of them)"
        )
        raise TypeError(msg) from None


def native(dtype: DType) -> DType:
    """Return NumPy's floats in this machine's byte order, as results are; others as they are."""
    return np.dtype(dtype.type) if dtype.type in NUMPY_FLOATS else dtype


def result_dtype(*dtypes: DType) -> DType:
    """Return the dtype that holds every value of these; TypeError where promotion has none."""
    if all(t == dtypes[0] for t in dtypes):
        return native(dtypes[0])
    return native(np.result_type(*dtypes))
