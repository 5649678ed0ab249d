# SPDX-License-Identifier: BSD-3-Clause
"""How do codes become arrays of a format, and arrays become codes?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats._overridable import overridable
from numformats.parse import as_dtype, as_format

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from numformats.number_format import Format
    from numformats.parse import FormatLike

__all__ = ["from_bits", "to_bits"]


def code_dtype(f: Format) -> np.dtype[Any]:
    """The unsigned integer dtype that holds codes of f."""
    return np.dtype(f"u{f.storage_bytes}")


@overridable
def from_bits(codes: ArrayLike, T: FormatLike) -> Any:  # noqa: N803 - T is a type
    """Array (or, from one integer, scalar) of format T whose elements have these codes.

    `codes` is an array or nested list of integers in 0..2**bits - 1.  An array of the unsigned
    integers of T's storage is viewed, not copied: both share memory.  Raises ValueError naming
    the first code out of range, TypeError for what is not an integer.

    >>> import numformats as nf
    >>> nf.from_bits(np.array([0x4000, 0x4800], np.uint16), nf.posit16).tolist()
    [posit16(1.0), posit16(2.0)]
    """
    f = as_format(T)
    array = _integers(codes)
    _check_range(array, f)
    storage = array.astype(code_dtype(f), copy=False)
    made = storage.view(as_dtype(T))
    return made if isinstance(codes, np.ndarray) else made[()]


@overridable
def to_bits(a: ArrayLike) -> Any:
    """The codes of an array (or scalar) of a format, as unsigned integers of its storage.

    The result is a view: it shares memory with `a`.  Raises TypeError for an array of no format
    of this package.

    >>> import numformats as nf
    >>> nf.to_bits(np.array([1, 2], nf.posit16))
    array([16384, 18432], dtype=uint16)
    """
    array = np.asarray(a)
    codes = array.view(code_dtype(as_format(array.dtype)))
    return codes if isinstance(a, np.ndarray) else codes[()]


def _integers(codes: ArrayLike) -> np.ndarray[Any, Any]:
    array = np.asarray(codes)
    if array.size == 0 and not isinstance(codes, np.ndarray):
        return array.astype(np.uint64)
    if array.dtype.kind not in "ui":
        # a list that mixes small integers with some of 2**63 and more is no integer array
        objects = np.asarray(codes, dtype=object)
        if isinstance(codes, np.ndarray) and array.dtype.kind != "O":
            msg = f"codes must be integers, not {array.dtype}"
            raise TypeError(msg)
        for x in objects.flat:
            if isinstance(x, bool) or not isinstance(x, int | np.integer):
                msg = f"codes must be integers, not {type(x).__name__}"
                raise TypeError(msg)
        array = objects
    return array


def _check_range(array: np.ndarray[Any, Any], f: Format) -> None:
    if array.dtype == code_dtype(f) and f.bits == 8 * f.storage_bytes:
        return
    wrong = (array < 0) | (array > 2**f.bits - 1)
    if np.any(wrong):
        place = tuple(int(i) for i in np.argwhere(wrong)[0])
        at = f" at index {place if len(place) != 1 else place[0]}" if place else ""
        msg = f"code {int(array[place]):#x}{at}: {f} has codes 0..{2**f.bits - 1:#x}"
        raise ValueError(msg)
