# SPDX-License-Identifier: BSD-3-Clause
"""Where are the special codes of a float, and which value has a magnitude code?"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from numformats.oracle.values import dyadic

if TYPE_CHECKING:
    from numformats.oracle.row import Row

__all__ = ["FloatLayout"]


class FloatLayout:
    """The codes of a float format without their sign: fields, specials, ranks."""

    def __init__(self, row: Row) -> None:
        """Place the specials from the top of the magnitude codes downwards."""
        self.row = row
        exp, man = row.exp, row.man
        bias = row.bias if row.bias is not None else 0  # Row has filled it in
        self.sign_bit = 1 << (exp + man) if row.is_signed else 0
        self.min_exponent = 1 - bias if row.zero else -bias
        self.min_normal = 1 << man if row.zero else 0
        top = (1 << (exp + man)) - 1
        self.has_nan = row.nan != "none"
        self.reserved = "ieee" in (row.inf, row.nan)
        """Is the exponent field of all ones kept for specials?"""
        first_reserved = ((1 << exp) - 1) << man
        self.inf_code: int | None = None
        if self.reserved:
            self.max_finite = first_reserved - 1
        elif row.nan == "all_ones":
            self.max_finite = top - 1
        else:
            self.max_finite = top
        if row.inf == "ieee":
            self.inf_code = first_reserved
        elif row.inf == "top":
            self.inf_code = self.max_finite
            self.max_finite -= 1
        self.nan_code = {
            "ieee": first_reserved | (1 << man >> 1),
            "all_ones": top,
            "negative_zero": self.sign_bit,
            "none": self.sign_bit if row.signed_zero else 0,
        }[row.nan]

    def is_nan(self, code: int) -> bool:
        """Is it a NaN?  The code may have a sign bit.

        In a reserved exponent every code but the infinities is one.
        """
        magnitude = code & ~self.sign_bit
        if self.row.nan == "negative_zero":
            if code == self.sign_bit:
                return True
        elif self.row.nan == "all_ones" and magnitude == self.nan_code:
            return True
        return self.reserved and magnitude > self.max_finite and magnitude != self.inf_code

    def magnitude_value(self, magnitude: int) -> Fraction:
        """Value of a finite magnitude code."""
        man = self.row.man
        field, fraction = magnitude >> man, magnitude & ((1 << man) - 1)
        if field == 0 and self.row.zero:
            if not self.row.subnormals:
                return Fraction(0)
            return dyadic(fraction, self.min_exponent - man)
        binade = self.min_exponent + field - (1 if self.row.zero else 0)
        return dyadic((1 << man) + fraction, binade - man)

    def binade_code(self, exponent: int) -> int:
        """Return what turns a significand with 2**man = 1.0 into its magnitude code when added.

        The leading one of a normal significand counts as one step of the exponent field.
        """
        man = self.row.man
        field = exponent - self.min_exponent
        return field << man if self.row.zero else (field - 1) << man

    def rank(self, magnitude: int) -> int:
        """Place of a finite magnitude among the values that exist; zero has place 0."""
        if self.row.subnormals or not self.row.zero:
            return magnitude
        return max(0, magnitude - self.min_normal + 1)

    def unrank(self, rank: int) -> int:
        """Inverse of rank."""
        if self.row.subnormals or not self.row.zero or rank == 0:
            return rank
        return rank + self.min_normal - 1
