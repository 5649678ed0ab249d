# SPDX-License-Identifier: BSD-3-Clause
"""How does one ask an oracle for values, codes, neighbours and flags?"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from numformats.oracle.fixed import FixedCodec
from numformats.oracle.ieee import FloatCodec
from numformats.oracle.posit import PositCodec
from numformats.oracle.rounding import check_mode
from numformats.oracle.takum import TakumCodec
from numformats.oracle.truncated import TruncatedCodec
from numformats.oracle.values import (
    BY_ZERO,
    DIVIDE,
    NO_FLAGS,
    Exact,
    Flags,
    Special,
    Value,
    exact_value,
)

if TYPE_CHECKING:
    from numformats.oracle.codec import Codec
    from numformats.oracle.row import Row

__all__ = ["OracleBase"]

_CODECS: dict[str, type[Codec]] = {
    "posit": PositCodec,
    "takum_linear": TakumCodec,
    "float": FloatCodec,
    "truncated": TruncatedCodec,
    "fixed": FixedCodec,
}


@lru_cache(maxsize=64)
def _codec_of(row: Row) -> Codec:
    return _CODECS[row.family](row)


class OracleBase:
    """Codes and exact values of one format.

    ``last_flags`` holds the flags of the latest call that returned a code or an integer: a frozen
    set of "invalid", "divide" and "overflow".  ``random`` is the 64-bit word that operations of
    a format with stochastic rounding draw; set it before the call.
    """

    def __init__(self, row: Row) -> None:
        """Make the oracle of a row of parameters."""
        self.row = row
        self.codec = _codec_of(row)
        self.last_flags: Flags = NO_FLAGS
        self.random: int | None = None

    def __repr__(self) -> str:
        """Show the row."""
        return f"<oracle of {self.row}>"

    def decode(self, code: int) -> Value:
        """Return the exact value of a code: a Fraction or a Special.

        >>> from numformats.oracle import Row, for_format
        >>> for_format(Row(family="posit", bits=8)).decode(0x4C)
        Fraction(3, 1)
        """
        return self.codec.decode(code)

    def encode(
        self,
        value: object,
        rounding: str | None = None,
        overflow: str | None = None,
        random: int | None = None,
    ) -> int:
        """Round an exact number into the format, once; a conversion, so nothing is truncated.

        ``value`` is a Fraction, int, Special, float, Decimal, mpf or the like, taken exactly.
        ``rounding`` and ``overflow`` default to the format's own; ``random`` is the word of
        stochastic rounding.  ValueError: a mode that does not exist or does not fit the format.
        """
        codec = self.codec
        if rounding is not None:
            check_mode(rounding)
        code, self.last_flags = codec.encode(
            exact_value(value),
            codec.rounding if rounding is None else rounding,
            codec.overflow if overflow is None else overflow,
            self.random if random is None else random,
        )
        return code

    def next_up(self, code: int) -> int:
        """Code of the least value above; the highest value and NaN stay.  No flags."""
        return self._step(code, 1)

    def next_down(self, code: int) -> int:
        """Code of the greatest value below; the lowest value and NaN stay.  No flags."""
        return self._step(code, -1)

    def neighbours(self, code: int) -> tuple[int, int]:
        """Codes just below and just above."""
        return self.next_down(code), self.next_up(code)

    def _step(self, code: int, direction: int) -> int:
        self.last_flags = NO_FLAGS
        codec = self.codec
        if codec.decode(code) is Special.NAN:
            return codec.nan
        here = codec.index(code)
        there = min(max(here + direction, codec.first), codec.last)
        # IEEE 754: the step up from the smallest negative number ends at -0
        return codec.at_index(there, negative_zero=here < 0)

    # Every operation ends here: the exact result is rounded and the flags are kept.

    def _store(self, value: Exact, flags: Flags, *, product: bool = False) -> int:
        """Round a result of arithmetic."""
        codec = self.codec
        value, flags = self._known_side(value, flags)
        store = codec.store_product if product else codec.store
        code, more = store(value, self.random)
        # x/0 raises divide and nothing else, whatever becomes of the infinity
        self.last_flags = flags if "divide" in flags else flags | more
        return code

    def _known_side(self, value: Exact, flags: Flags) -> tuple[Exact, Flags]:
        """Put NaN where a zero without a sign leaves none to the infinity (P3109, 4.10.5)."""
        row = self.row
        one_zero = row.family in ("float", "truncated") and not row.signed_zero
        if flags >= BY_ZERO and one_zero and row.nan != "none":
            return Special.NAN, DIVIDE
        return value, flags - BY_ZERO

    def _convert(self, value: Exact) -> int:
        """Round a result of an operation that is not arithmetic: no cut, no flush."""
        codec = self.codec
        code, self.last_flags = codec.encode(value, codec.rounding, codec.overflow, self.random)
        return code

    def _keep(self, code: int) -> int:
        """Return an operand as the result: same code, but NaN becomes the one NaN."""
        self.last_flags = NO_FLAGS
        if self.codec.decode(code) is Special.NAN:
            return self.codec.nan
        return code & self.codec.mask

    def _sign_result(self, result: tuple[int, Flags]) -> int:
        code, self.last_flags = result
        return code
