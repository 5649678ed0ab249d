# SPDX-License-Identifier: BSD-3-Clause
"""Which formats are the integers of machines, and how does a number become one?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.arrays import code_dtype, from_bits
from numformats.factories import Fixed
from numformats.hardware.abstract import Answer, Codes, Operation
from numformats.hardware.cases import INVALID
from numformats.oracle import for_format

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numformats.number_format import Format
    from numformats.oracle.values import Exact

__all__ = ["ToInteger", "machine_integer"]

_TEXT = re.compile(r"(u?)int(8|16|32|64)")


def machine_integer(given: Any) -> Format | None:
    """The format of int8 ... uint64, a text or what NumPy has for it; None of anything else.

    It is fixed point without a fraction that wraps, so that sums and products are the machine's.

    >>> machine_integer("int16"), machine_integer("posit16")
    (Fixed(16, frac=0, rounding='toward_zero', overflow='wrap'), None)
    """
    if isinstance(given, np.dtype) or (isinstance(given, type) and issubclass(given, np.integer)):
        given = np.dtype(given).name
    match = _TEXT.fullmatch(given) if isinstance(given, str) else None
    if match is None:
        return None
    unsigned, bits = match.groups()
    T = Fixed(int(bits), 0, signed=not unsigned, rounding="toward_zero", overflow="wrap")  # noqa: N806
    return T.format


@dataclass(frozen=True)
class ToInteger(Operation):
    """The integer part of a number as a machine's integer, as C's cast and NumPy's `astype`.

    NaN and numbers out of range become the integer whose only set bit is the top one: invalid.
    Inexact is not raised: it is IEEE 754's convertToIntegerTowardZero.

    >>> from numformats.hardware import operation
    >>> operation("binary16", "convert", to="int8").by_oracle(0xC100)  # -2.5
    (254, frozenset())
    """

    source: Format
    result: Format
    name: str = "convert"

    @property
    def operands(self) -> tuple[Format, ...]:  # type: ignore[override]
        """The format of the number."""
        return (self.source,)

    def reference(self, *columns: Codes) -> Codes:
        """Codes of the integers, by the compiled conversion."""
        (codes,) = columns
        dtype = np.dtype(f"{'i' if self.result.is_signed else 'u'}{self.result.storage_bytes}")
        with np.errstate(all="ignore"):
            return np.asarray(from_bits(codes, self.source).astype(dtype)).view(
                code_dtype(self.result)
            )

    def by_oracle(self, *codes: int) -> Answer:
        """Code and flags of one integer, by the oracle."""
        oracle, bits = for_format(self.source), self.result.bits
        (code,) = codes
        found = oracle.to_int(code, bits, self.result.is_signed)
        return found & ((1 << bits) - 1), oracle.last_flags

    def exact(self, *codes: int) -> Exact:
        """The number."""
        value: Exact = for_format(self.source).decode(*codes)
        return value

    def flags(self, operands: Sequence[Codes], results: Codes) -> Codes:
        """Invalid, of floats: the code of the top bit stands for a number only where it is one."""
        found = np.zeros(len(results), np.uint8)
        if self.source.family != "float":
            return found
        bits = self.result.bits
        top = np.flatnonzero(results == 1 << (bits - 1))
        values = from_bits(operands[0][top], self.source)
        with np.errstate(all="ignore"):
            if self.result.is_signed:
                fits = (values > -(1 << (bits - 1)) - 1) & (values <= -(1 << (bits - 1)))
            else:
                fits = (values >= 1 << (bits - 1)) & (values < (1 << (bits - 1)) + 1)
        found[top] = np.where(fits, 0, INVALID)
        return found
