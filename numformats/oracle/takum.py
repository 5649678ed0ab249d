# SPDX-License-Identifier: BSD-3-Clause
"""Which number is a linear takum code, and which bits write a power of two?"""

from __future__ import annotations

from fractions import Fraction

from numformats.oracle.tapered import TaperedCodec
from numformats.oracle.values import Special, Value, dyadic

__all__ = ["TakumCodec"]

_LEAST_WIDTH = 12  # narrower codes are read with zero bits appended


class TakumCodec(TaperedCodec):
    """Linear takum: sign S, direction D, regime R (3 bits), characteristic C (r bits), mantissa.

    Source: Hunhold, arXiv 2404.18603, definition 8, read on the raw word.
    """

    def _decode(self, code: int) -> Value:
        if code == 0:
            return Fraction(0)
        if code == self.nar:
            return Special.NAN
        ghost = max(0, _LEAST_WIDTH - self.bits)
        word, n = code << ghost, self.bits + ghost
        sign = word >> (n - 1)
        direction = word >> (n - 2) & 1
        regime = word >> (n - 5) & 7
        r = regime if direction else 7 - regime
        p = n - 5 - r
        c_bits = word >> p & ((1 << r) - 1)
        c = (1 << r) - 1 + c_bits if direction else -(1 << (r + 1)) + 1 + c_bits
        f = word & ((1 << p) - 1)  # the fraction in units of 2**-p
        exponent = -(c + 1) if sign else c
        return dyadic(((1 - 3 * sign) << p) + f, exponent - p)

    def prefix(self, exponent: int) -> tuple[int, int] | None:
        """Direction, regime and characteristic of 2**exponent; None outside -255..254."""
        if not -255 <= exponent <= 254:
            return None
        if exponent >= 0:
            r = (exponent + 1).bit_length() - 1
            return (8 | r) << r | (exponent + 1 - (1 << r)), 4 + r
        r = (-exponent).bit_length() - 1
        return (7 - r) << r | (exponent + (1 << (r + 1)) - 1), 4 + r
