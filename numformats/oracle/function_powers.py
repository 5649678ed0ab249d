# SPDX-License-Identifier: BSD-3-Clause
"""What are powers and roots, where are they exact, and what if an operand is zero or infinite?

``tapered`` is for posits and takums: NaR as an operand gives NaR, and 0 to the power 0 is NaR.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mpmath import libmp

from numformats.oracle import exact, function_values
from numformats.oracle import function_bounds as bounds
from numformats.oracle.values import (
    BY_ZERO,
    DIVIDE,
    NO_FLAGS,
    Special,
    Value,
    dyadic,
    floor_log2,
    is_infinite,
    is_negative,
    is_zero,
    zero,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.oracle.function_bounds import Mpf, Outcome, Result

__all__ = ["compound", "exp_of", "odd_and_exponent", "pow_", "root", "rootn"]

_ONE: Outcome = (Fraction(1), NO_FLAGS)
_NAN: Outcome = (Special.NAN, NO_FLAGS)
_SHORT_BITS = 200  # a longer power is no number at which to round
_EXACT_BITS = 4096  # a power of an odd number with more bits is no number at which to round


def odd_and_exponent(x: Fraction) -> tuple[int, int]:
    """(m, e) with x = m * 2**e and m odd."""
    n = x.numerator
    zeros = (n & -n).bit_length() - 1
    return n >> zeros, zeros + 1 - x.denominator.bit_length()


def _integer_root(n: int, k: int) -> int | None:
    """k-th root of n > 0, if it is an integer."""
    if n == 1 or k == 1:
        return n
    if k >= n.bit_length():
        return None
    # Newton's steps begin at or above the root and fall until they reach it.
    r = 1 << -(-n.bit_length() // k)
    while True:
        s = ((k - 1) * r + n // r ** (k - 1)) // k
        if s >= r:
            return r if r**k == n else None
        r = s


def root(x: Fraction, k: int) -> Result:
    """k-th root of x, k > 0, and k is odd where x < 0; k < 0 is for its reciprocal."""
    if x < 0:
        positive = root(-x, k)
        if isinstance(positive, Fraction):
            return -positive
        assert callable(positive)
        return lambda p: libmp.mpf_neg(positive(p))
    m, e = odd_and_exponent(x)
    r = _integer_root(m, abs(k)) if e % k == 0 else None
    if r is not None:
        return (r if k > 0 else Fraction(1, r)) * dyadic(1, e // k)
    return exp_of(lambda w: libmp.mpf_div(libmp.mpf_log(bounds.to_mpf(x), w), libmp.from_int(k), w))


def exp_of(exponent: Callable[[int], Mpf], *, negative: bool = False) -> Result:
    """e**t, or -e**t, of a t that is known to any number of bits; the result is not short."""
    rough = exponent(64)
    size = bounds.magnitude(rough)
    if size > 18 or size < bounds.TINY:
        beyond = (
            (bounds.LEAST if rough[0] else bounds.HUGE)
            if size > 18
            else (bounds.below if rough[0] else bounds.above)(1)
        )
        return -beyond if negative else beyond

    def value(p: int) -> Mpf:
        w = p + bounds.GUARD
        v = libmp.mpf_exp(exponent(w + max(0, size)), w)
        return libmp.mpf_neg(v) if negative else v

    return value


def _infinity(negative: bool) -> Value:
    return Special.NEG_INF if negative else Special.INF


def _power(x: Fraction, y: Fraction) -> Result | Outcome:
    """x**y of numbers that are not zero."""
    negative = False
    if x < 0:
        if y.denominator != 1:
            return bounds.OUTSIDE
        x, negative = -x, y.numerator % 2 == 1
    sign = -1 if negative else 1
    m, e = odd_and_exponent(x)
    while y.denominator != 1:
        half = exact.sqrt(dyadic(m, e))[0]
        if not isinstance(half, Fraction):
            break
        m, e = odd_and_exponent(half)
        y *= 2
    if y.denominator == 1:
        n = y.numerator
        if m == 1:
            return sign * dyadic(1, max(-bounds.HUGE_LOG2, min(e * n, bounds.HUGE_LOG2)))
        if m.bit_length() * abs(n) <= _EXACT_BITS and abs(e * n) < bounds.HUGE_LOG2:
            return sign * dyadic(1, e * n) * Fraction(m) ** n
    base, exponent = bounds.to_mpf(dyadic(m, e)), bounds.to_mpf(y)
    return exp_of(lambda w: libmp.mpf_mul(libmp.mpf_log(base, w), exponent, w), negative=negative)


def _power_at_limit(x: Value, y: Value, odd: bool) -> Outcome:
    """x**y where an operand is infinite or x is zero; y is an odd integer or not."""
    if x == -1:
        return _ONE
    negative = odd and is_negative(x)
    if is_zero(x) and is_negative(y) and not is_infinite(y):
        return _infinity(negative), DIVIDE | BY_ZERO if odd else DIVIDE
    large = abs(x) > 1 if isinstance(x, Fraction) else is_infinite(x)
    return (zero if large == is_negative(y) else _infinity)(negative), NO_FLAGS


def pow_(x: Value, y: Value, tapered: bool) -> Outcome:
    """x**y."""
    nan = Special.NAN in (x, y)
    if tapered and (nan or (is_zero(x) and is_zero(y))):
        return _NAN if nan else bounds.OUTSIDE
    if is_zero(y) or x == 1:
        return _ONE
    if nan:
        return _NAN
    if isinstance(y, Fraction) and isinstance(x, Fraction) and x:
        return bounds.with_flags(_power(x, y))
    odd = isinstance(y, Fraction) and y.denominator == 1 and y.numerator % 2 == 1
    return _power_at_limit(x, y, odd)


def _compound(x: Fraction, n: int) -> Result | Outcome:
    """(1 + x)**n of numbers that are not zero, x > -1."""
    size = floor_log2(x)
    if abs(size) <= -bounds.TINY:
        m, _ = odd_and_exponent(1 + x)
        if m == 1 or m.bit_length() * abs(n) <= _EXACT_BITS:
            return _power(1 + x, Fraction(n))
    elif size > 0:
        # Beside x the 1 is lost: where x**n is short, it only tells on which side the value lies.
        power = _power(x, Fraction(n))
        m, _ = odd_and_exponent(x)
        if isinstance(power, Fraction) and (m == 1 or m.bit_length() * abs(n) <= _SHORT_BITS):
            return (bounds.grown if n > 0 else bounds.shrunk)(power)
    base, exponent = bounds.to_mpf(x), libmp.from_int(n)
    return exp_of(lambda w: libmp.mpf_mul(function_values.log1p(base, w), exponent, w))


def compound(x: Value, n: int, tapered: bool) -> Outcome:
    """(1 + x)**n."""
    if x is Special.NAN:
        return _NAN if tapered or n else _ONE
    if x is Special.NEG_INF or (isinstance(x, Fraction) and x < -1):
        return bounds.OUTSIDE
    if n == 0 or is_zero(x):
        return _ONE
    if x is Special.INF or x == -1:
        value, flags = pow_(x if x is Special.INF else Fraction(0), Fraction(n), tapered)
        return value, flags - BY_ZERO  # 1 + x comes to 0 from above
    assert isinstance(x, Fraction)
    return bounds.with_flags(_compound(x, n))


def rootn(x: Value, n: int, tapered: bool) -> Outcome:  # noqa: ARG001 - NaN is NaN for all
    """x**(1/n)."""
    if x is Special.NAN:
        return _NAN
    even = n % 2 == 0
    if n == 0 or (even and is_negative(x) and not is_zero(x)):
        return bounds.OUTSIDE
    negative = is_negative(x) and not even
    if is_zero(x):
        if n > 0:
            return zero(negative), NO_FLAGS
        return _infinity(negative), DIVIDE if even else DIVIDE | BY_ZERO
    if is_infinite(x):
        return (_infinity if n > 0 else zero)(negative), NO_FLAGS
    assert isinstance(x, Fraction)
    return root(x, n), NO_FLAGS
