# SPDX-License-Identifier: BSD-3-Clause
"""How does a code become another format's code, an integer, or text, and back?"""

from __future__ import annotations

import math
from fractions import Fraction

from numformats.oracle import text
from numformats.oracle.base import OracleBase
from numformats.oracle.values import INVALID, NO_FLAGS, Special, is_zero

__all__ = ["Conversions"]


class Conversions(OracleBase):
    """Casts and text; all of them conversions, so truncated floats are not cut."""

    def cast_from(self, other: OracleBase, code: int) -> int:
        """Code in this format of a code in another, rounded once."""
        return self._convert(other.decode(code))

    def to_int(self, code: int, bits: int, signed: bool = True) -> int:
        """Integer part as a machine integer of the given width.

        NaN and what is out of range give the integer whose only set bit is the top one, with the
        flag invalid: -2**(bits-1) when signed, else 2**(bits-1).
        """
        value = self.decode(code)
        low = -(1 << (bits - 1)) if signed else 0
        high = (1 << (bits - signed)) - 1
        self.last_flags = NO_FLAGS
        if is_zero(value):
            return 0
        if isinstance(value, Fraction):
            whole = math.trunc(value)
            if low <= whole <= high:
                return whole
        self.last_flags = INVALID
        return low if signed else 1 << (bits - 1)

    def parse(self, string: str) -> int:
        """Read a decimal, as Python's float() does, and "nar"; exact, then rounded once.

        Raises ValueError when it is not a number.
        """
        return self._convert(text.parse_decimal(string))

    def shortest(self, code: int) -> str:
        """Shortest decimal that rounds to the same code, laid out as Python's repr(float).

        Saturation does not count as rounding: the largest q15 is 0.99997, not 1.0.

        >>> from numformats.oracle import Row, for_format
        >>> for_format(Row(family="posit", bits=16)).shortest(0x24CD)
        '0.1'
        """
        value = self.decode(code)
        if isinstance(value, Special):
            return {"nan": "nan", "inf": "inf", "-inf": "-inf", "-0": "-0.0"}[value.value]
        if not value:
            return "0.0"
        codec = self.codec
        # A random rounding reads nothing back reliably; the digits are those of nearest_even.
        mode = "nearest_even" if codec.rounding == "stochastic" else codec.rounding
        # a copy of the code without bits that its value does not depend on
        wanted = codec.encode(value, "nearest_even", codec.overflow, None)[0]

        def reads_back(candidate: Fraction) -> bool:
            return codec.rounds_to(candidate, wanted, mode)

        return text.layout(*text.shortest_digits(value, reads_back), negative=value < 0)
