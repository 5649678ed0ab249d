# SPDX-License-Identifier: BSD-3-Clause
"""Which dtypes do ml_dtypes and this package both have?"""

from __future__ import annotations

import ml_dtypes
import numpy as np

import numformats as nf

VERSION = tuple(map(int, ml_dtypes.__version__.split(".")[:2]))
FLOATS = [name for name in nf.formats() if hasattr(ml_dtypes, name)]
INTEGERS = {"int2": (2, True), "uint2": (2, False), "int4": (4, True), "uint4": (4, False)}
SHARED = [*FLOATS, *INTEGERS]
# A format made after ml_dtypes was adopted.
LATE = nf.Posit(22, es=1)


def theirs(name):
    return np.dtype(getattr(ml_dtypes, name))


def ours(name):
    if name in INTEGERS:
        bits, signed = INTEGERS[name]
        return nf.Fixed(bits, 0, signed=signed)
    return nf.formats()[name]
