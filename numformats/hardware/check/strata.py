# SPDX-License-Identifier: BSD-3-Clause
"""Into which groups do rows fall by their codes alone, so that none is lost among the many?

Groups are told apart on whole columns, quickly; each is sampled by itself and counted exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.arrays import code_dtype, from_bits
from numformats.hardware.check.evidence import oracle_of

if TYPE_CHECKING:
    from numformats.number_format import Format

__all__ = ["AGREEING", "FLAGS_ONLY", "GROUPS", "Grouping"]

Codes = np.ndarray[Any, Any]

# Groups of rows that differ come first; FLAGS_ONLY has right codes with wrong flags.
FLAGS_ONLY, NAN_MISSING, NAN_GOT, ZERO_GOT, ZERO_MISSING, AT_END, OTHER_SIGN, ONE_STEP, FAR = range(
    9
)
# Then rows that agree, by their result.
AGREEING, AGREE_NAN, AGREE_ZERO, AGREE_END = range(9, 13)
GROUPS = 13


class Grouping:
    """The groups of one format's codes."""

    def __init__(self, f: Format, nans: str = "any") -> None:
        """`nans`: "any" takes all NaN codes of the format for one."""
        codec = oracle_of(f).codec
        self.format, self.any_nan = f, nans == "any" and f.has_nan
        indices = {1, -1, codec.last, codec.last_finite, codec.first, -codec.last_finite}
        ends = [codec.at_index(i) for i in sorted(indices) if codec.first <= i <= codec.last]
        self.ends = np.array(ends, code_dtype(f))
        self.zeros = np.array([0], code_dtype(f))
        if f.signed_zero:
            self.zeros = np.array([0, 1 << (f.bits - 1)], code_dtype(f))
        self.sign = code_dtype(f).type(1 << (f.bits - 1))

    def is_nan(self, codes: Codes) -> Codes:
        """Which codes are NaN."""
        if not self.format.has_nan:
            return np.zeros(len(codes), bool)
        return np.asarray(np.isnan(from_bits(codes, self.format)), bool)

    def differs(self, got: Codes, right: Codes) -> Codes:
        """Which codes are wrong."""
        wrong = np.asarray(got != right)
        if self.any_nan and wrong.any():
            at = np.flatnonzero(wrong)
            wrong[at] = ~(self.is_nan(got[at]) & self.is_nan(right[at]))
        return wrong

    def wrong(self, got: Codes, right: Codes) -> Codes:
        """Groups of rows whose codes differ."""
        nan, nan_right = self.is_nan(got), self.is_nan(right)
        one = got.dtype.type(1)
        tests = [
            (nan_right & ~nan, NAN_MISSING),
            (nan & ~nan_right, NAN_GOT),
            (np.isin(right, self.ends), AT_END),
            (np.isin(got, self.zeros), ZERO_GOT),
            (np.isin(right, self.zeros), ZERO_MISSING),
            (((got ^ right) & self.sign) != 0, OTHER_SIGN),
            ((got - right == one) | (right - got == one), ONE_STEP),
        ]
        return np.select([t for t, _ in tests], [g for _, g in tests], FAR).astype(np.int8)

    def agreeing(self, right: Codes) -> Codes:
        """Groups of rows whose codes agree."""
        tests = [
            (self.is_nan(right), AGREE_NAN),
            (np.isin(right, self.zeros), AGREE_ZERO),
            (np.isin(right, self.ends), AGREE_END),
        ]
        return np.select([t for t, _ in tests], [g for _, g in tests], AGREEING).astype(np.int8)
