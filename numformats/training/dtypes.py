# SPDX-License-Identifier: BSD-3-Clause
"""Which dtype does a `dtype=` of training name, and in which one is a composite result computed?"""

from __future__ import annotations

from typing import Any

import numpy as np

import numformats as nf
from numformats.parse import as_format

__all__ = ["has_value", "native", "number", "own_format", "parameter_dtype", "wide", "widest"]

DType = np.dtype[Any]
_TWINS: dict[DType, DType] = {
    np.dtype(np.float16): np.dtype(nf.binary16),
    np.dtype(np.float32): np.dtype(nf.binary32),
    np.dtype(np.float64): np.dtype(nf.binary64),
}
_FLOATS: dict[DType, DType] = {twin: floats for floats, twin in _TWINS.items()}


def parameter_dtype(given: Any, name: str = "dtype") -> DType:
    """The dtype that a class, dtype, format or name means.

    Raises TypeError for a dtype that is no number format and not float16, 32 or 64, ValueError for
    a format without zero or without negative numbers, for weights have both.

    >>> import numpy as np, numformats as nf
    >>> parameter_dtype("posit16"), parameter_dtype(np.float32), parameter_dtype("posit<24,es=1>")
    (posit16, dtype('float32'), posit<24,es=1>)
    """
    try:
        found: DType = np.dtype(given)
        if found in _TWINS:
            return found
    except (TypeError, ValueError):
        pass
    try:
        found = np.dtype(as_format(given).dtype)
    except TypeError:
        allowed = "allowed: a format, float16, float32 or float64"
        raise TypeError(f"{name}={given!r} is no number format; {allowed}") from None
    if not (nf.finfo(found).lowest < 0 and has_value(found, 0)):
        raise ValueError(f"{name}={found}: weights need zero and negative numbers, which it lacks")
    return found


def own_format(dtype: DType) -> DType:
    """The format with the values and codes of a dtype: of float32 `nf.binary32`, of formats itself.

    Functions of these are rounded once and give the same bits on every processor; NumPy's own of
    float32 and float64 do neither.
    """
    return _TWINS.get(dtype, dtype)


def native(dtype: DType) -> DType:
    """NumPy's float dtype with the values and codes of a format, where there is one.

    >>> import numpy as np, numformats as nf
    >>> native(np.dtype(nf.binary64)), native(np.dtype(nf.posit16))
    (dtype('float64'), posit16)
    """
    return _FLOATS.get(dtype, dtype)


def widest(dtype: DType) -> DType:
    """The format that composite results are computed in: `nf.binary64` if it has all the values.

    What is computed there is rounded once more, into the dtype, and wrong by hardly more than that
    rounding.  Formats that exceed it (64 bits, ranges beyond a double's) stay what they are.
    """
    twin = own_format(dtype)
    return np.dtype(nf.binary64) if nf.finfo(twin).lossless_in_float64 else twin


def wide(x: Any) -> Any:
    """The values of an array, or of a traced one, in the dtype of `widest`."""
    return x.astype(widest(x.dtype))


def has_value(dtype: DType, value: float) -> bool:
    """Whether a number is a value of a dtype.

    >>> import numpy as np, numformats as nf
    >>> has_value(np.dtype(nf.posit8), 1), has_value(np.dtype(nf.q15), 1)
    (True, False)
    """
    with np.errstate(all="ignore"):
        return bool(np.asarray(float(value)).astype(dtype).astype(float) == value)


def number(value: float, dtype: DType, name: str) -> Any:
    """A number rounded once into a dtype, as an array without axes.

    Raises ValueError where nothing near it is a value, that is, wrong by half of it or more.
    """
    with np.errstate(all="ignore"):
        rounded = np.asarray(float(value)).astype(dtype)
        became = float(rounded.astype(float))
    if not abs(became - value) <= abs(value) / 2:
        more = "give a wider state_dtype="
        raise ValueError(f"{name}={value!r} becomes {became!r} in {native(dtype)}: {more}")
    return rounded
