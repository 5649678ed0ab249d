# SPDX-License-Identifier: BSD-3-Clause
"""VSCALE.I32 Rd = (Rn * Rs) >> 32: what is the high word of a product, raw or as a fraction?

The raw instruction floors, and of two Q31 fractions it gives a Q30: 0.5 * 0.5 is 0.125 when it is
read as Q31 again.  Doubled, rounded and saturated it is the product of fractions that signal
processors have.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from numformats.accelerator.words import fitted, register, storage, width

__all__ = ["vscale"]


def vscale(  # noqa: PLR0913 - the instruction's parameters
    a: Any,
    b: Any,
    *,
    bits: int = 32,
    doubling: bool = False,
    rounding: bool = False,
    overflow: str = "saturate",
) -> Any:
    """The high word of a * b, element by element.

    Parameters
    ----------
    a, b : integers of `bits` bits, of shapes that broadcast
    bits : int
        2 to 64; 8 is the twin that tests take whole.
    doubling : bool
        2 a b in place of a b, so that fractions of bits - 1 places give one again.
    rounding : bool
        To nearest, ties upward (half of the last place is added); False: floor, as a shift does.
    overflow : "wrap", "saturate" or "trap"
        Only of (-1) (-1) = 1 with doubling, which is one more than the register holds.

    Exactly floor((f a b + h) / 2^bits), f = 2 with doubling, h = 2^(bits-1) with rounding.  Returns
    the narrowest integer dtype that holds the register.  Raises TypeError and ValueError for
    operands that are none or do not fit, TrapError with the index of the first overflow.

    >>> half = 1 << 30  # 0.5 in Q31
    >>> vscale(half, half) / 2**31, vscale(half, half, doubling=True, rounding=True) / 2**31
    (np.float64(0.125), np.float64(0.25))
    >>> vscale(-1, 1), vscale(-1, 1, doubling=True, rounding=True)
    (np.int32(-1), np.int32(0))
    """
    n = width(bits, most=64)
    wide = n > 32
    x, y = (register(v, n, name, wide=wide) for v, name in ((a, "a"), (b, "b")))
    # The same floor without the factor 2, which would leave int64 at 32 bits.
    shift = n - 1 if doubling else n
    half = (1 << (shift - 1)) if rounding else 0
    word = np.asarray((x * y + half) >> shift, x.dtype)
    return fitted(word, n, overflow, "result").astype(storage(n))[()]
