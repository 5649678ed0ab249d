# SPDX-License-Identifier: BSD-3-Clause
"""How does a number of any kind become an exact sum of float64, or Fractions where none is?"""

from __future__ import annotations

from typing import Any

import numpy as np

from numformats.number_format import Format
from numformats.training.compensation.expansions import (
    Parts,
    all_finite,
    distilled,
    fractions_of,
    parts_of,
)

Array = np.ndarray[Any, Any]

__all__ = ["taken", "where"]


def taken(x: Any, name: str = "x") -> tuple[tuple[int, ...], Parts | None, Array | None]:
    """Its shape, and the values as parts or else as Fractions, with one axis or more.

    Raises TypeError for what are no real numbers, ValueError for NaN, NaR and infinities.
    """
    given = np.asarray(x)
    if given.dtype.kind in "USVcmM" and not _is_format(given.dtype):
        raise TypeError(f"{name} has dtype {given.dtype}; allowed: real numbers")
    flat = np.atleast_1d(given)
    if _goes_into_float64(flat):
        values = flat.astype(np.float64)
        if not all_finite(values):
            bad = np.argwhere(~np.isfinite(values))[0]
            value = values[tuple(bad)]
            raise ValueError(f"{name}{where(bad, given.ndim)} is {value}; allowed: finite numbers")
        return given.shape, [values], None
    exact = fractions_of(flat)
    parts = parts_of(exact)
    return given.shape, None if parts is None else distilled(parts), exact


def where(index: Any, ndim: int) -> str:
    """The index as text, nothing for a number.

    >>> where(np.array([2, 0]), 2), where(np.array([0]), 0)
    ('[2, 0]', '')
    """
    return f"[{', '.join(str(int(i)) for i in index)}]" if ndim else ""


def _is_format(dtype: np.dtype[Any]) -> bool:
    return isinstance(getattr(dtype.type, "format", None), Format)


def _goes_into_float64(x: Array) -> bool:
    """Whether a cast keeps all values; that of 64-bit integers NumPy calls safe without reason."""
    if x.dtype == np.float64:
        return True
    if x.dtype.kind in "iu" and x.dtype.itemsize == 8 and not _is_format(x.dtype):
        return not x.size or -(2**53) <= int(x.min()) <= int(x.max()) <= 2**53
    return np.can_cast(x.dtype, np.float64, "safe")
