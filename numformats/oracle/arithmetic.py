# SPDX-License-Identifier: BSD-3-Clause
"""What do + - x / and their relatives return?  Exact result, rounded once."""

from __future__ import annotations

import math
from fractions import Fraction

from numformats.oracle import exact
from numformats.oracle.base import OracleBase
from numformats.oracle.values import (
    INVALID,
    NO_FLAGS,
    Flags,
    Special,
    Value,
    dyadic,
    floor_log2,
    is_infinite,
    is_negative,
    is_zero,
    negate,
    zero,
)

__all__ = ["Arithmetic"]

_ONE = Fraction(1)
_LDEXP_LIMIT = 1 << 17  # beyond every format's range from end to end


def _half_away(x: Fraction) -> int:
    whole = math.floor(abs(x) + Fraction(1, 2))
    return -whole if x < 0 else whole


class Arithmetic(OracleBase):
    """Operations whose operands and results pass through the format's datapath."""

    @property
    def _downward(self) -> bool:
        return self.codec.rounding == "toward_negative"

    def _sum(self, x: Value, y: Value, flags: Flags = NO_FLAGS) -> int:
        value, more = exact.add(x, y, self.codec.align, downward=self._downward)
        return self._store(value, flags | more)

    def add(self, a: int, b: int) -> int:
        """Return a + b."""
        return self._sum(self.codec.load(a), self.codec.load(b))

    def sub(self, a: int, b: int) -> int:
        """Return a - b."""
        return self._sum(self.codec.load(a), negate(self.codec.load(b)))

    def mul(self, a: int, b: int) -> int:
        """Return a * b."""
        return self._store(*exact.mul(self.codec.load(a), self.codec.load(b)), product=True)

    def square(self, a: int) -> int:
        """Return a * a."""
        return self.mul(a, a)

    def div(self, a: int, b: int) -> int:
        """Return a / b."""
        return self._store(*exact.div(self.codec.load(a), self.codec.load(b)))

    def reciprocal(self, a: int) -> int:
        """1 / a."""
        return self._store(*exact.div(_ONE, self.codec.load(a)))

    def sqrt(self, a: int) -> int:
        """Square root."""
        return self._store(*exact.sqrt(self.codec.load(a)))

    def floor_divide(self, a: int, b: int) -> int:
        """floor(a / b)."""
        return self._store(*exact.floor_divide(self.codec.load(a), self.codec.load(b)))

    def remainder(self, a: int, b: int) -> int:
        """Return a - b * floor(a / b), with the sign of b."""
        return self._store(*exact.remainder(self.codec.load(a), self.codec.load(b)))

    def fmod(self, a: int, b: int) -> int:
        """Return a - b * trunc(a / b), with the sign of a."""
        return self._store(*exact.fmod(self.codec.load(a), self.codec.load(b)))

    def ieee_remainder(self, a: int, b: int) -> int:
        """Return a - b * n, n the integer nearest to a / b, ties to even."""
        return self._store(*exact.ieee_remainder(self.codec.load(a), self.codec.load(b)))

    def divmod(self, a: int, b: int) -> tuple[int, int]:
        """Both floor_divide and remainder; the flags of both."""
        quotient = self.floor_divide(a, b)
        flags = self.last_flags
        rest = self.remainder(a, b)
        self.last_flags |= flags
        return quotient, rest

    def rint(self, a: int) -> int:
        """Nearest integer, ties to even."""
        return self._store(exact.to_integer(self.codec.load(a), round), NO_FLAGS)

    def floor(self, a: int) -> int:
        """Greatest integer that is not above."""
        return self._store(exact.to_integer(self.codec.load(a), math.floor), NO_FLAGS)

    def ceil(self, a: int) -> int:
        """Least integer that is not below."""
        return self._store(exact.to_integer(self.codec.load(a), math.ceil), NO_FLAGS)

    def trunc(self, a: int) -> int:
        """Integer part."""
        return self._store(exact.to_integer(self.codec.load(a), math.trunc), NO_FLAGS)

    def rint_ties_away(self, a: int) -> int:
        """Nearest integer, halves away from zero."""
        return self._store(exact.to_integer(self.codec.load(a), _half_away), NO_FLAGS)

    def modf(self, a: int) -> tuple[int, int]:
        """Fraction part and integer part, both with the sign of a."""
        x = self.codec.load(a)
        whole = exact.to_integer(x, math.trunc)
        part: Value = x
        if is_infinite(x) or is_zero(x):
            part = zero(is_negative(x))
        elif isinstance(x, Fraction):
            rest = x - math.trunc(x)
            part = rest or zero(is_negative(x))
        first = self._store(part, NO_FLAGS)
        flags = self.last_flags
        second = self._store(whole, NO_FLAGS)
        self.last_flags |= flags
        return first, second

    def frexp(self, a: int) -> tuple[int, int]:
        """(m, e) with a = m * 2**e and 1/2 <= abs(m) < 1 before m is rounded; e is an integer."""
        x = self.codec.decode(a)
        if not isinstance(x, Fraction) or not x:
            return self._convert(x), 0
        e = floor_log2(x) + 1
        return self._convert(x * dyadic(1, -e)), e

    def ldexp(self, a: int, k: int) -> int:
        """Return a * 2**k for any integer k."""
        x = self.codec.load(a)
        if isinstance(x, Fraction):
            x *= dyadic(1, max(-_LDEXP_LIMIT, min(k, _LDEXP_LIMIT)))
        return self._store(x, NO_FLAGS)

    def fma(self, a: int, b: int, c: int) -> int:
        """Return a * b + c."""
        load = self.codec.load
        product, flags = exact.mul(load(a), load(b))
        return self._sum(self.codec.product_term(product), load(c), flags)

    def fmm(self, a: int, b: int, c: int) -> int:
        """Return a * b * c."""
        x, y, z = map(self.codec.load, (a, b, c))
        if Special.NAN in (x, y, z):
            return self._store(Special.NAN, NO_FLAGS)
        product, flags = exact.mul(x, y)
        if product is Special.NAN:
            return self._store(product, flags)
        return self._store(*exact.mul(product, z), product=True)

    def dot(self, xs: list[int], ys: list[int]) -> int:
        """Sum of products, exact before the one rounding; an empty or zero sum is +0.

        ValueError when the lengths differ.
        """
        load = self.codec.load
        terms = [(load(a), load(b)) for a, b in zip(xs, ys, strict=True)]
        if any(Special.NAN in term for term in terms):
            return self._store(Special.NAN, NO_FLAGS)
        products = [exact.mul(x, y)[0] for x, y in terms]
        infinities = {p for p in products if is_infinite(p)}
        if Special.NAN in products or len(infinities) > 1:
            return self._store(Special.NAN, INVALID)
        if infinities:
            return self._store(infinities.pop(), NO_FLAGS)
        total = sum((p for p in products if isinstance(p, Fraction)), Fraction(0))
        return self._store(total, NO_FLAGS)

    def sum(self, xs: list[int]) -> int:
        """Sum, exact before the one rounding; an empty or zero sum is +0."""
        load = self.codec.load
        values = [load(a) for a in xs]
        infinities = {x for x in values if is_infinite(x)}
        if Special.NAN in values:
            return self._store(Special.NAN, NO_FLAGS)
        if len(infinities) > 1:
            return self._store(Special.NAN, INVALID)
        if infinities:
            return self._store(infinities.pop(), NO_FLAGS)
        total = sum((x for x in values if isinstance(x, Fraction)), Fraction(0))
        return self._store(total, NO_FLAGS)
