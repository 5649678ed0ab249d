# SPDX-License-Identifier: BSD-3-Clause
"""Which integers are the codes of so many bits, and in which dtype are they kept?"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

__all__ = ["checked_bits", "code_dtype", "code_range"]


def checked_bits(bits: Any) -> int:
    """A number of bits from 2 to 32, as an int; raises TypeError and ValueError."""
    try:
        found = operator.index(bits)
    except TypeError:
        raise TypeError(f"bits={bits!r}; allowed: an integer from 2 to 32") from None
    if not 2 <= found <= 32:
        raise ValueError(f"bits={found}; allowed: 2 to 32")
    return found


def code_range(bits: int, *, symmetric: bool) -> tuple[int, int]:
    """The smallest and the largest code; without -2^(bits-1) where the range is symmetric.

    >>> code_range(8, symmetric=True), code_range(8, symmetric=False)
    ((-127, 127), (-128, 127))
    """
    top = 2 ** (bits - 1) - 1
    return (-top, top) if symmetric else (-top - 1, top)


def code_dtype(bits: int) -> np.dtype[Any]:
    """The smallest of int8, int16 and int32 that has the codes.

    >>> code_dtype(4), code_dtype(12), code_dtype(32)
    (dtype('int8'), dtype('int16'), dtype('int32'))
    """
    return np.dtype(np.int8 if bits <= 8 else np.int16 if bits <= 16 else np.int32)
