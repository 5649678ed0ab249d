# SPDX-License-Identifier: BSD-3-Clause
"""Which scale and zero point cover a range, so that no element is off by more than half a step?"""

from __future__ import annotations

from typing import Any

import numpy as np

from numformats.quantization.code_range import code_range
from numformats.quantization.nearest import exact_sign, nearest_quotient
from numformats.quantization.reals import Reals

__all__ = ["asymmetric_scale", "symmetric_scale", "zero_point"]

_TINY = 2.0**-1074


def symmetric_scale(largest: Any, bits: int, kind: str) -> Any:
    """The scale for magnitudes up to `largest`; 1 where that is 0.

    largest / qmax, or the smallest power of two that keeps all within half a step of a code.

    >>> symmetric_scale(254.0, 8, "free"), symmetric_scale(127.4, 8, "power_of_two")
    (array(2.), array(1.))
    """
    largest = np.asarray(largest, np.float64)
    _, top = code_range(bits, symmetric=True)
    if kind == "free":
        scale = np.maximum(largest / top, _TINY)
    else:
        # largest <= (top + 1/2) scale; the product is exact, for it has `bits` bits.
        scale = _power_of_two(largest, top + 0.5)
    return np.where(largest == 0, 1.0, scale)


def asymmetric_scale(least: Any, most: Any, bits: int, kind: str) -> Any:
    """The scale for values from least <= 0 to most >= 0; 1 where both are 0.

    (most - least) / (2^bits - 1), rounded up so that the codes cover the range, or the smallest
    power of two that does.
    """
    least, most = np.asarray(least, np.float64), np.asarray(most, np.float64)
    steps = 2.0**bits - 1
    # Halves, for the difference of two large numbers may exceed float64; they are exact but
    # where halves of subnormals are not, and there the exact comparison below decides.
    half = most / 2 - least / 2
    scale = np.maximum(half / steps * 2, _TINY)
    if kind != "free":
        scale = _power_of_two(half, steps, 2.0)
    # So that nothing overflows, and nothing that matters underflows.
    unit = np.where(half < 1, 2.0**200, 0.25)
    while True:  # twice at most: the quotient of rounded numbers is nearly there
        small = exact_sign((scale * unit, steps), (most * unit, -1.0), (least * unit, 1.0)) < 0
        if not small.any():
            break
        larger = np.nextafter(scale, np.inf) if kind == "free" else scale * 2
        scale = np.where(small, larger, scale)
    return np.where((least == 0) & (most == 0), 1.0, scale)


def zero_point(least: Any, scale: Any, bits: int) -> Any:
    """The code of 0: rne(qmin - least / scale), an integer within the range of codes.

    >>> zero_point(-1.0, 1.0, 8)
    array(-127)
    """
    bottom, top = code_range(bits, symmetric=False)
    least = np.asarray(least, np.float64)
    steps = nearest_quotient(Reals(-least), scale, 0, top - bottom)
    return np.asarray(bottom + steps, np.int64)


def _power_of_two(size: Any, codes: float, factor: float = 1.0) -> Any:
    """The smallest power of two s with factor * size <= codes * s, where float64 has it."""
    significand, exponent = np.frexp(size)
    limit, limit_exponent = np.frexp(codes)
    exponent = exponent - limit_exponent + (significand > limit) + int(np.log2(factor))
    return np.ldexp(1.0, np.clip(exponent, -1074, 1023))
