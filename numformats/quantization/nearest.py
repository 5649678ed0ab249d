# SPDX-License-Identifier: BSD-3-Clause
"""Which integer is nearest to an exact quotient, ties to even?  Never a rounded quotient's word.

float64 rounds a quotient onto a tie that it only comes near to.  Where the float64 quotient is
that near to one, the sign of the exact difference decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.quantization.reals import Reals

__all__ = ["exact_sign", "nearest_quotient", "settled"]

# A quotient of values known to 2^-52 is wrong by 2^-51 of itself; this is twice that.
_NEAR = 2.0**-50


def exact_sign(*products: tuple[Any, Any]) -> Any:
    """The sign of a sum of products of float64, exactly: -1, 0 or 1.

    The sum must be 0 or not below 2^-1074, which the callers' scaling sees to.
    """
    shape = np.broadcast_shapes(*(np.shape(a) for pair in products for a in pair))
    left = np.stack([np.broadcast_to(u, shape) for u, _ in products], axis=-1)
    right = np.stack([np.broadcast_to(v, shape) for _, v in products], axis=-1)
    return np.sign(nf.vecdot(left, right))


def nearest_quotient(x: Reals, scale: Any, low: Any, high: Any) -> Any:
    """rne(x / scale), clipped to integers from low to high, as float64; scale is positive.

    low, high: integers of up to 34 bits, or arrays of them that broadcast with x.
    """
    scale = np.asarray(scale, np.float64)
    with np.errstate(over="ignore", under="ignore"):
        quotient = x.high / scale

    def side(doubt: Any, middle: Any) -> Any:
        # With the scale's exponent taken out of both nothing underflows that could matter.
        significand, exponent = np.frexp(np.broadcast_to(scale, quotient.shape)[doubt])
        parts = [(np.ldexp(x.high[doubt], -exponent), 1.0), (-middle, significand)]
        if x.low is not None:
            parts.append((np.ldexp(x.low[doubt], -exponent), 1.0))
        return exact_sign(*parts)

    return settled(quotient, side, low, high)


def settled(quotient: Any, side: Callable[[Any, Any], Any], low: Any, high: Any) -> Any:
    """The nearest integers, from quotients known to 2^-51 of themselves; ties to even, clipped.

    side(doubt, middle): for the elements of the mask `doubt` the sign of the exact quotient minus
    middle, which lies half way between two integers.
    """
    quotient = np.asarray(np.clip(quotient, np.subtract(low, 1), np.add(high, 1)))
    nearest = np.rint(quotient)
    doubt = np.abs(quotient - nearest) >= 0.5 - _NEAR * (np.abs(quotient) + 1)
    if doubt.any():
        below = np.floor(quotient[doubt])
        signs = side(doubt, below + 0.5)
        even = below + np.mod(below, 2)
        nearest = np.array(nearest)
        nearest[doubt] = np.where(signs == 0, even, below + (signs > 0))
    return np.clip(nearest, low, high)
