# SPDX-License-Identifier: BSD-3-Clause
"""Which comparisons can a device be asked for, with Berkeley TestFloat's names and meaning?"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from numformats.arrays import from_bits
from numformats.factories import Fixed
from numformats.hardware.abstract import Answer, Codes, Operation
from numformats.hardware.cases import INVALID
from numformats.hardware.nans import any_signals, is_nan
from numformats.oracle import for_format

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numformats.number_format import Format
    from numformats.oracle.values import Exact

__all__ = ["COMPARISONS", "TRUTH", "Comparison"]

TRUTH: Format = Fixed(2, 0, signed=False).format
"""The narrowest format that has 0 and 1: one hexadecimal digit."""


class _Kind(NamedTuple):
    ufunc: np.ufunc
    oracle: str
    signals: bool  # of any NaN; the others of NaNs that signal


COMPARISONS = {
    "eq": _Kind(np.equal, "equal", signals=False),
    "le": _Kind(np.less_equal, "less_equal", signals=True),
    "lt": _Kind(np.less, "less", signals=True),
    "eq_signaling": _Kind(np.equal, "equal", signals=True),
    "le_quiet": _Kind(np.less_equal, "less_equal", signals=False),
    "lt_quiet": _Kind(np.less, "less", signals=False),
}
"""Name -> how it is done, and of which NaNs it is invalid (IEEE 754-2019, 5.11)."""


@dataclass(frozen=True)
class Comparison(Operation):
    """A comparison of two numbers of a format; the result is 0 or 1 in `TRUTH`.

    Floats raise invalid: eq, le_quiet and lt_quiet of NaNs that signal, the others of any NaN.

    >>> from numformats.hardware import operation
    >>> lt = operation("binary16", "lt")
    >>> lt.by_oracle(0x3C00, 0x4000), lt.by_oracle(0x3C00, 0x7E00)  # 1 < 2, 1 < NaN
    ((1, frozenset()), (0, frozenset({'invalid'})))
    """

    name: str
    format: Format
    result: Format = TRUTH

    @property
    def solver(self) -> str:
        """Pairs that are equal or next to each other."""
        return "compare"

    @property
    def operands(self) -> tuple[Format, ...]:  # type: ignore[override]
        """The format, twice."""
        return (self.format,) * 2

    def reference(self, *columns: Codes) -> Codes:
        """Truths as codes, by the compiled comparison."""
        with np.errstate(all="ignore"):
            found = COMPARISONS[self.name].ufunc(*(from_bits(c, self.format) for c in columns))
        return np.asarray(found).astype(np.uint8)

    def by_oracle(self, *codes: int) -> Answer:
        """The truth and its flags, by the oracle."""
        truth = getattr(for_format(self.format), COMPARISONS[self.name].oracle)(*codes)
        flags = self.flags(self.columns([codes]), np.zeros(1, np.uint8))
        return int(truth), frozenset({"invalid"} if flags[0] else ())

    def exact(self, *codes: int) -> Exact:
        """The truth as a number."""
        return Fraction(self.by_oracle(*codes)[0])

    def flags(self, operands: Sequence[Codes], results: Codes) -> Codes:  # noqa: ARG002
        """Invalid, of floats."""
        if self.format.family != "float":
            return np.zeros(len(operands[0]), np.uint8)
        if COMPARISONS[self.name].signals:
            bad = np.any([is_nan(self.format, c) for c in operands], axis=0)
        else:
            bad = any_signals(self.operands, operands)
        return np.where(bad, INVALID, 0).astype(np.uint8)
