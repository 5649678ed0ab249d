# SPDX-License-Identifier: BSD-3-Clause
"""Which number is a posit or b-posit code, and which bits write a power of two?"""

from __future__ import annotations

from fractions import Fraction

from numformats.oracle.tapered import TaperedCodec
from numformats.oracle.values import Special, Value, dyadic

__all__ = ["PositCodec"]


class PositCodec(TaperedCodec):
    """``posit<bits, rs, es>``: sign, regime of at most rs bits, es exponent bits, fraction.

    A regime of ``run`` equal bits ends with the opposite bit, except that a run of rs bits needs
    no end.  A standard posit is rs = bits - 1, where the longest run just fills the word.
    Source: Posit Standard (2022); Gustafson, Jonnalagadda and Thotli (b-posits).
    """

    def _decode(self, code: int) -> Value:
        if code == 0:
            return Fraction(0)
        if code == self.nar:
            return Special.NAN
        if code > self.nar:  # negative: negate the whole word first
            return -self._decode_positive((1 << self.bits) - code)
        return self._decode_positive(code)

    def _decode_positive(self, code: int) -> Fraction:
        rs, es, body = self.row.rs, self.row.es, self.bits - 1
        text = format(code, f"0{body}b")
        run = min(rs, body - len(text.lstrip(text[0])))
        regime = run - 1 if text[0] == "1" else -run
        regime_length = run + 1 if run < rs else run
        rest_length = max(0, body - regime_length)
        rest = code & ((1 << rest_length) - 1)
        # exponent bits that fall off the end of the word are zero
        fraction_length = max(0, rest_length - es)
        missing = max(0, es - rest_length)
        exponent = (rest >> fraction_length) << missing
        fraction = rest & ((1 << fraction_length) - 1)
        significand = (1 << fraction_length) + fraction
        return dyadic(significand, (regime << es) + exponent - fraction_length)

    def prefix(self, exponent: int) -> tuple[int, int] | None:
        """Regime and exponent bits of 2**exponent; None outside +-rs * 2**es."""
        rs, es = self.row.rs, self.row.es
        regime, low = exponent >> es, exponent & ((1 << es) - 1)
        run = regime + 1 if regime >= 0 else -regime
        if run > rs:
            return None
        head = (1 << run) - 1 if regime >= 0 else 0
        if run < rs:
            head, run = head << 1 | (regime < 0), run + 1
        return head << es | low, run + es
