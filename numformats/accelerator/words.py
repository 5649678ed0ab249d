# SPDX-License-Identifier: BSD-3-Clause
"""What is an integer register of so many bits, and what happens to a number that it cannot hold?

Arrays of int64 as long as everything in between fits there, of Python's integers beyond: the
results are the same, and slower.
"""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["OVERFLOWS", "TrapError", "fitted", "register", "storage", "width"]

Array = np.ndarray[Any, Any]

OVERFLOWS = ("wrap", "saturate", "trap")


class TrapError(OverflowError):
    """A result did not fit its register; `index` says which one, a tuple of integers."""

    def __init__(self, what: str, index: tuple[int, ...], value: int, bits: int) -> None:
        where = f"[{', '.join(map(str, index))}]" if index else ""
        super().__init__(f"{what}{where} is {value}: more than a register of {bits} bits holds")
        self.index, self.value = index, value


def width(bits: Any, name: str = "bits", least: int = 2, most: int = 128) -> int:
    """The number of bits as an int; ValueError beyond least and most, TypeError for no integer."""
    try:
        n = int(np.asarray(bits)[()].__index__())
    except (AttributeError, TypeError):
        raise TypeError(f"{name}={bits!r}; allowed: an integer") from None
    if not least <= n <= most:
        raise ValueError(f"{name}={bits!r}; allowed: {least} to {most}")
    return n


def storage(bits: int) -> np.dtype[Any]:
    """The narrowest dtype of NumPy that holds the register; Python's integers above 64 bits.

    >>> storage(8), storage(20), storage(128)
    (dtype('int8'), dtype('int32'), dtype('O'))
    """
    return next((np.dtype(f"i{n}") for n in (1, 2, 4, 8) if bits <= 8 * n), np.dtype(object))


def register(x: Any, bits: int, name: str, *, wide: bool) -> Array:
    """The numbers of a register as int64, or as Python's integers where wide.

    Raises TypeError for what are no integers, ValueError for one that the register cannot hold.
    """
    a = np.asarray(x)
    if a.dtype.kind not in "iu" and not (
        a.dtype == object and all(isinstance(v, int | np.integer) for v in a.flat)
    ):
        if a.size:
            raise TypeError(f"{name} has dtype {a.dtype}; allowed: integers")
        a = a.astype(np.int64)
    low, high = -(1 << (bits - 1)), (1 << (bits - 1)) - 1
    if a.size and not low <= int(a.min()) <= int(a.max()) <= high:
        bad = np.argwhere((a < low) | (a > high))[0]
        where = f"[{', '.join(str(i) for i in bad)}]" if a.ndim else ""
        value = a[tuple(bad)]
        raise ValueError(f"{name}{where} is {value}; allowed in {bits} bits: {low} to {high}")
    if not wide:
        return a.astype(np.int64)
    return np.array([int(v) for v in a.flat] or [0], object)[: a.size].reshape(a.shape)


def fitted(x: Array, bits: int, overflow: str, what: str, index: tuple[int, ...] = ()) -> Array:
    """The numbers as the register keeps them: modulo 2^bits, at the ends, or TrapError.

    index: what follows the place in the array in a TrapError.
    """
    if overflow not in OVERFLOWS:
        raise ValueError(f"overflow={overflow!r}; allowed: {', '.join(OVERFLOWS)}")
    low, high = -(1 << (bits - 1)), (1 << (bits - 1)) - 1
    outside = (x < low) | (x > high)
    if not np.any(outside):
        return x
    if overflow == "trap":
        at = tuple(int(i) for i in np.argwhere(outside)[0])
        raise TrapError(what, at + index, int(x[at]), bits)
    row = x.reshape(-1)  # of arrays without axes NumPy makes Python's integers
    if overflow == "saturate":
        kept = np.minimum(np.maximum(row, low), high)
    else:
        kept = ((row - low) & ((1 << bits) - 1)) + low
    return np.asarray(kept, x.dtype).reshape(x.shape)
