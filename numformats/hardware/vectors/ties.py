# SPDX-License-Identifier: BSD-3-Clause
"""Which products and quotients are midpoints exactly, in a given binade of the result?

M = 2R + 1 of a midpoint is odd and has two bits more than the fraction.  A product is one where the
odd parts of the significands have a product of so many bits.  A quotient is one where M times the
odd part of the divisor is no longer than the dividend's significand: never in one precision.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from numformats.hardware.vectors.grid import power

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.hardware.vectors.aim import Aim, Row
    from numformats.hardware.vectors.grid import Binade

__all__ = ["TIES"]

_TRIES = 8


def _with_fraction(aim: Aim, operand: int, bits: int) -> list[Binade]:
    """Binades of an operand that have significands of so many bits."""
    return [b for b in aim.operands[operand].binades if b.fraction >= bits - 1]


def product(aim: Aim, r: Binade) -> Row | None:
    """Two odd parts whose product has the midpoint's bits, in exponents that add up."""
    draws, bits = aim.draws, r.fraction + 2
    for _ in range(_TRIES):
        length = 1 + draws.below(bits)
        x, y = draws.odd(length), draws.odd(bits - length + draws.below(2) or 1)
        wide = _with_fraction(aim, 0, x.bit_length())
        if (x * y).bit_length() != bits or not wide:
            continue
        a = draws.choice(wide).exponent - x.bit_length() + 1
        codes = aim.codes(x * power(a), y * power(r.exponent - r.fraction - 1 - a))
        if codes is not None:
            return codes
    return None


def quotient(aim: Aim, r: Binade) -> Row | None:
    """A dividend that is the midpoint times the divisor's odd part."""
    draws, bits = aim.draws, r.fraction + 2
    for _ in range(_TRIES):
        y = draws.odd(1 + draws.below(3))
        x = draws.odd(bits) * y
        wide = _with_fraction(aim, 0, x.bit_length())
        if not wide:
            return None
        a = draws.choice(wide).exponent - x.bit_length() + 1
        codes = aim.codes(x * power(a), y * power(a - (r.exponent - r.fraction - 1)))
        if codes is not None:
            return codes
    return None


def fused(aim: Aim, r: Binade) -> Row | None:
    """A product that is a midpoint, and an addend far below that breaks the tie, or none."""
    draws = aim.draws
    if draws.one_in(3):
        return _half_step(aim, r)
    row = product(aim, r)
    small = aim.simple(2)
    if row is None:
        return None
    if small >= power(r.exponent - r.fraction - 1):
        return (*row, 0)
    codes = aim.operands[2].around(-small if draws.one_in(2) else small)
    return (*row, codes[0] if codes else 0)


def _half_step(aim: Aim, r: Binade) -> Row | None:
    """A number, and a product of half its step or next to that: (2^f - 1) (2^f + 1) = 4^f - 1."""
    draws = aim.draws
    f = 1 + draws.below(r.fraction + 1)
    one = 1 << f
    x, y = draws.choice([(one, one), (one - 1, one + 1), (one + 1, one + 1)])
    left = power(aim.binade(0).exponent - f)
    half = power(r.exponent - r.fraction - 1)
    z = aim.result.value(draws.choice((r.first, r.last, draws.between(r.first, r.last))))
    return aim.codes(x * left, y * half / (left * one * one), z)


def dot(aim: Aim, r: Binade) -> Row | None:
    """As `fused`, the addend times 1, and zeros."""
    pairs, one = len(aim.operands) // 2, aim.operands[0].code(Fraction(1))
    row = product(aim, r) if pairs == 1 else fused(aim, r)
    if row is None or pairs == 1:
        return row
    return None if one is None else (*row, one, *(0,) * (2 * pairs - 4))


TIES: dict[str, Callable[[Aim, Binade], Row | None]] = {
    "mul": product,
    "div": quotient,
    "fma": fused,
    "dot": dot,
}
"""Name of an operation -> one row whose result is a midpoint of the binade, if one was found."""
