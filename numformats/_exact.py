# SPDX-License-Identifier: BSD-3-Clause
"""How do arrays reach the core's exact sums of products?  One call for every shape and format."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from numformats import _dtypes
from numformats._native import address, class_format, ffi, lib, raise_flags, row
from numformats.formats import Format

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Path", "format_of", "multiply", "result_dtype", "total"]

Array = np.ndarray[Any, Any]
Path = Literal["auto", "loop", "extract", "slices"]
_PATHS: tuple[Path, ...] = ("auto", "loop", "extract", "slices")
# NumPy's own floats are formats of the table, too.
_NUMPY = {"e": "binary16", "f": "binary32", "d": "binary64"}


def format_of(dtype: np.dtype[Any], what: str) -> Format:
    """The Format of a dtype, NumPy's three floats included; TypeError for others."""
    if dtype.char in _NUMPY and dtype.isnative:
        return class_format(dict(_dtypes.named())[_NUMPY[dtype.char]])
    try:
        return class_format(dtype.type)
    except (TypeError, AttributeError):
        msg = (
            f"{what} has dtype {dtype}; allowed: number formats, float16, float32 and float64"
            " (use astype for others)"
        )
        raise TypeError(msg) from None
