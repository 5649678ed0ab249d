# SPDX-License-Identifier: BSD-3-Clause
"""Which flags does IEEE 754-2019 (clause 7) define for a case?  From exact values, one by one."""

from __future__ import annotations

from fractions import Fraction

from numformats.oracle import Special, SquareRoot, for_format
from numformats.oracle.rounding import cut, rounds_up
from numformats.oracle.values import floor_log2

__all__ = ["defined_flags"]


def endless(f, x):
    """x rounded to the precision of f in its mode, as if exponents had no end."""
    e = floor_log2(x)
    kept, tail = cut(x, f.man - e)
    negative = isinstance(x, Fraction) and x < 0
    # parity is that of the code, which for one-bit significands is the exponent's
    odd = kept & 1 if f.man else (e + f.bias) & 1
    return (kept + rounds_up(f.rounding, negative, bool(odd), tail, None)) * Fraction(2) ** (
        e - f.man
    )


def signals(f, code):
    reserved = f.nan == "ieee" and for_format(f).decode(code) is Special.NAN
    return reserved and not code & (1 << f.man >> 1)


def defined_flags(operation, codes, result, tininess):
    """The byte of the five flags."""
    f, x = operation.result, operation.exact(*codes)
    _, names = operation.by_oracle(*codes)
    found = 16 * ("invalid" in names) | 8 * ("divide" in names) | 5 * ("overflow" in names)
    if any(signals(g, c) for g, c in zip(operation.operands, codes, strict=True)):
        found |= 16
    if found & ~16 or isinstance(x, Special) or x == 0 or "invalid" in names:
        return found
    least = Fraction(2) ** ((1 if f.zero else 0) - f.bias)
    delivered = for_format(f).decode(result)
    if (
        isinstance(x, Fraction)
        and (Fraction(0) if delivered is Special.NEG_ZERO else delivered) == x
    ):
        return found
    if tininess == "before":
        tiny = x.radicand < least**2 if isinstance(x, SquareRoot) else abs(x) < least
    else:
        tiny = endless(f, x) < least
    return found | 1 | 2 * tiny
