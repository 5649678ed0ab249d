# SPDX-License-Identifier: BSD-3-Clause
"""What do signs, order and tests return?  They see the stored values: no cut, no flush."""

from __future__ import annotations

from fractions import Fraction

from numformats.oracle.base import OracleBase
from numformats.oracle.values import (
    INVALID,
    NO_FLAGS,
    OVERFLOW,
    Special,
    compare,
    is_infinite,
    is_negative,
    is_zero,
    zero,
)

__all__ = ["Comparison"]


class Comparison(OracleBase):
    """Signs, comparisons, extremes, neighbours."""

    def pos(self, a: int) -> int:
        """Return the code itself."""
        self.last_flags = NO_FLAGS
        return a & self.codec.mask

    def neg(self, a: int) -> int:
        """Return -a."""
        return self._sign_result(self.codec.negative(a))

    def abs(self, a: int) -> int:
        """abs(a)."""
        return self._sign_result(self.codec.copysign(a, negative=False))

    def copysign(self, a: int, b: int) -> int:
        """abs(a) with the sign of b; zero and NaN are positive where they carry no sign."""
        return self._sign_result(self.codec.copysign(a, negative=self.codec.signbit(b)))

    def signbit(self, a: int) -> bool:
        """Is the sign minus?"""
        self.last_flags = NO_FLAGS
        return self.codec.signbit(a)

    def sign(self, a: int) -> int:
        """-1, +0 or +1, rounded into the format without flags; NaN stays."""
        x = self.codec.decode(a)
        if x is Special.NAN:
            return self._keep(a)
        return self._unflagged(Fraction(0 if is_zero(x) else -1 if is_negative(x) else 1))

    def heaviside(self, a: int, h: int) -> int:
        """0 below zero, h at zero, 1 above zero, rounded into the format without flags."""
        x = self.codec.decode(a)
        if x is Special.NAN:
            return self._keep(a)
        return self._keep(h) if is_zero(x) else self._unflagged(Fraction(not is_negative(x)))

    def _unflagged(self, value: Fraction) -> int:
        code = self._convert(value)
        self.last_flags = NO_FLAGS
        return code

    def isnan(self, a: int) -> bool:
        """Is it NaN or NaR?"""
        self.last_flags = NO_FLAGS
        return self.codec.decode(a) is Special.NAN

    def isinf(self, a: int) -> bool:
        """Is it an infinity?"""
        self.last_flags = NO_FLAGS
        return is_infinite(self.codec.decode(a))

    def isfinite(self, a: int) -> bool:
        """Is it neither NaN nor an infinity?"""
        self.last_flags = NO_FLAGS
        value = self.codec.decode(a)
        return value is not Special.NAN and not is_infinite(value)

    def nonzero(self, a: int) -> bool:
        """Is it anything but a zero?  NaN is."""
        self.last_flags = NO_FLAGS
        return not is_zero(self.codec.decode(a))

    def _compare(self, a: int, b: int) -> int | None:
        """-1, 0, +1; None when unordered.  Posits and takums compare as signed integers."""
        self.last_flags = NO_FLAGS
        codec = self.codec
        if codec.nan_equals_nan:
            left, right = codec.index(a), codec.index(b)
            return (left > right) - (left < right)
        return compare(codec.decode(a), codec.decode(b))

    def equal(self, a: int, b: int) -> bool:
        """Return a == b."""
        return self._compare(a, b) == 0

    def not_equal(self, a: int, b: int) -> bool:
        """Return a != b; true when unordered."""
        return self._compare(a, b) != 0

    def less(self, a: int, b: int) -> bool:
        """Return a < b."""
        return self._compare(a, b) == -1

    def less_equal(self, a: int, b: int) -> bool:
        """Return a <= b."""
        return self._compare(a, b) in (-1, 0)

    def greater(self, a: int, b: int) -> bool:
        """Return a > b."""
        return self._compare(a, b) == 1

    def greater_equal(self, a: int, b: int) -> bool:
        """Return a >= b."""
        return self._compare(a, b) in (0, 1)

    def _above(self, a: int, b: int) -> bool:
        """Return a > b for numbers, where -0 is below +0."""
        order = self._compare(a, b)
        if order == 0 and is_zero(self.codec.decode(a)):
            return not self.codec.signbit(a) and self.codec.signbit(b)
        return order == 1

    def maximum(self, a: int, b: int) -> int:
        """Greater of the two; NaN if either is; +0 is above -0."""
        if self.isnan(a) or self.isnan(b):
            return self.codec.nan
        return self._keep(b if self._above(b, a) else a)

    def minimum(self, a: int, b: int) -> int:
        """Lesser of the two; NaN if either is; -0 is below +0."""
        if self.isnan(a) or self.isnan(b):
            return self.codec.nan
        return self._keep(b if self._above(a, b) else a)

    def fmax(self, a: int, b: int) -> int:
        """Greater of the two; NaN only if both are."""
        if self.isnan(a):
            return self._keep(b)
        return self._keep(a) if self.isnan(b) else self.maximum(a, b)

    def fmin(self, a: int, b: int) -> int:
        """Lesser of the two; NaN only if both are."""
        if self.isnan(a):
            return self._keep(b)
        return self._keep(a) if self.isnan(b) else self.minimum(a, b)

    def clip(self, a: int, low: int, high: int) -> int:
        """minimum(maximum(a, low), high)."""
        return self.minimum(self.maximum(a, low), high)

    def nextafter(self, a: int, b: int) -> int:
        """Neighbour of a in the direction of b; b itself when they are equal.  No flags."""
        if self.isnan(a) or self.isnan(b):
            return self.codec.nan
        order = self._compare(a, b)
        if order == 0:
            return self._keep(b)
        return self.next_up(a) if order == -1 else self.next_down(a)

    def spacing(self, a: int) -> int:
        """Distance from abs(a) to the next value away from zero, with the sign of a.

        At the largest finite value: infinity, flag overflow, in a format that has one (what lies
        above is infinitely far away); else the distance to the value below it.  At zero: the
        smallest positive value.  Fixed point: one step, positive.  NaN and infinities: NaN.
        """
        codec = self.codec
        x = codec.decode(a)
        if not isinstance(x, Fraction) and not is_zero(x):
            self.last_flags = NO_FLAGS if x is Special.NAN else INVALID
            return codec.nan
        if self.row.family == "fixed" or is_zero(x):
            self.last_flags = NO_FLAGS
            return codec.at_index(1)
        place = abs(codec.index(a))
        has_infinity = self.row.family in {"float", "truncated"} and self.row.inf != "none"
        if place == codec.last_finite and has_infinity:
            code = self._convert(Special.NEG_INF if is_negative(x) else Special.INF)
            self.last_flags = OVERFLOW
            return code
        away = 1 if place < codec.last_finite else -1
        here = codec.decode(codec.at_index(place))
        there = codec.decode(codec.at_index(place + away))
        if there is Special.NEG_ZERO:
            there = zero(negative=False)
        assert isinstance(here, Fraction)
        assert isinstance(there, Fraction)
        distance = abs(there - here)
        return self._convert(-distance if is_negative(x) else distance)
