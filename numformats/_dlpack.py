# SPDX-License-Identifier: BSD-3-Clause
"""Which formats can other libraries take without a copy?  Those that DLPack has a code for."""

from __future__ import annotations

import contextlib

import numpy as np

from numformats import _native

__all__ = ["start"]

# DLDataTypeCode of dlpack.h (1.1).  Formats of fewer than 8 bits are packed there, and not here.
_CODES = {
    "bfloat16": 4,
    "float8_e3m4": 7,
    "float8_e4m3": 8,
    "float8_e4m3b11fnuz": 9,
    "float8_e4m3fn": 10,
    "float8_e4m3fnuz": 11,
    "float8_e5m2": 12,
    "float8_e5m2fnuz": 13,
    "float8_e8m0fnu": 14,
}


def start() -> None:
    """Let NumPy (2.5 and later) export and import them.

    Where another package has a dtype for the same code, np.from_dlpack goes on giving that one:
    NumPy then says so by a ValueError, and exports ours all the same.
    """
    register = getattr(np.dtypes, "register_dlpack_dtype", None)
    if register is None:
        return
    for name, code in _CODES.items():
        f = _native.NAMED[name].format
        with contextlib.suppress(ValueError):
            register((code, f.bits), f.dtype)
