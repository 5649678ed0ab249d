# SPDX-License-Identifier: BSD-3-Clause
"""How do codes of 4 bits and fewer share bytes?"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

__all__ = ["pack", "unpack"]

_BITS = (2, 4)


def pack(codes: Any, bits: int = 4) -> Any:
    """Codes of 2 or 4 bits in bytes, along the last axis, the first code in the lowest bits.

    codes: integers of any dtype.  What lies outside of -2^(bits-1) to 2^(bits-1) - 1 saturates; a
    last byte that is not full ends in zeros.  Returns uint8, the last axis of length
    ceil(n * bits / 8).  Raises TypeError for other dtypes and ValueError for other bits.

    >>> pack([1, -1, 7, -8, 100])
    array([241, 135,   7], dtype=uint8)
    """
    _check(bits)
    codes = np.atleast_1d(np.asarray(codes))
    if codes.dtype.kind not in "iu" and codes.size:
        raise TypeError(f"codes have dtype {codes.dtype}; allowed: integers")
    top = 2 ** (bits - 1) - 1
    # In two's complement the lowest bits of a byte are the code.
    each = np.clip(codes, -top - 1 if codes.dtype.kind == "i" else 0, top).astype(np.int8)
    per = 8 // bits
    missing = -codes.shape[-1] % per
    each = np.concatenate([each, np.zeros((*codes.shape[:-1], missing), np.int8)], axis=-1)
    parts = each.view(np.uint8).reshape(*codes.shape[:-1], -1, per) & (2**bits - 1)
    return np.bitwise_or.reduce(parts << np.arange(0, 8, bits, dtype=np.uint8), axis=-1)


def unpack(packed: Any, count: int | None = None, bits: int = 4) -> Any:
    """The codes that `pack` put into bytes, as int8; count: how many along the last axis.

    Raises TypeError for another dtype than uint8, ValueError for a count beyond what they hold.

    >>> unpack(pack([1, -1, 7, -8, 7]), 5)
    array([ 1, -1,  7, -8,  7], dtype=int8)
    """
    _check(bits)
    packed = np.asarray(packed)
    if packed.dtype != np.uint8:
        raise TypeError(f"packed codes have dtype {packed.dtype}; allowed: uint8")
    packed = np.atleast_1d(packed)
    per = 8 // bits
    held = packed.shape[-1] * per
    count = held if count is None else count
    if not 0 <= count <= held:
        raise ValueError(f"count={count}; allowed: 0 to {held}, as many as the bytes hold")
    parts = packed[..., None] >> np.arange(0, 8, bits, dtype=np.uint8) & np.uint8(2**bits - 1)
    shift = 8 - bits
    codes = (parts << np.uint8(shift)).view(np.int8) >> shift
    return codes.reshape(*packed.shape[:-1], math.prod(packed.shape[-1:]) * per)[..., :count]


def _check(bits: int) -> None:
    if bits not in _BITS:
        raise ValueError(f"bits={bits!r}; allowed: 2 and 4, for wider codes are their own bytes")
