# SPDX-License-Identifier: BSD-3-Clause
"""Which three operands show a lost sticky bit, in a * b + c and in a * b * c?"""

from __future__ import annotations

import random
from fractions import Fraction
from typing import TYPE_CHECKING

from solving import (
    Codes,
    binades,
    codes_of,
    log2,
    nearest,
    nearest_multiple,
    odd,
    pick_binade,
    two,
)

if TYPE_CHECKING:
    from numformats.oracle import Oracle

if TYPE_CHECKING:
    from numformats.oracle import Oracle

__all__ = ["fused_cancellation", "fused_sticky", "fused_tie", "hardest_triples", "triple"]


def _tie(oracle: Oracle, rng: random.Random) -> tuple[Fraction, Fraction]:
    """(a, h): a value, and half the distance to the next."""
    e, f = pick_binade(oracle, rng)
    return (odd(f + 1, rng) ^ rng.randrange(2)) * two(e - f), two(e - f - 1)


def fused_tie(oracle: Oracle, rng: random.Random) -> Codes | None:
    """c + a * b where a * b is half a step of c times 1 - 4^-f or 1 + 2^-k."""
    c, half = _tie(oracle, rng)
    e = log2(half)
    ea = rng.choice(list(binades(oracle)))
    fa, fb = binades(oracle)[ea], binades(oracle).get(e - ea)
    if fb is None:
        return None
    f = min(fa, fb)
    kind = rng.randrange(3)
    if kind == 0:
        x, y = 1 + two(-f), 2 * (1 - two(-f))  # just below
    elif kind == 1:
        k = f + 1 - f % 2  # odd: 2^k + 1 = 3 * ((2^k + 1) / 3)
        x, y = Fraction(3, 2), Fraction(2**k + 1, 3) * two(2 - k)  # just above
    else:
        x, y = Fraction(1), Fraction(2)
    return codes_of(oracle, x * two(ea), y * two(e - ea - 1), c)


def fused_sticky(oracle: Oracle, rng: random.Random) -> Codes | None:
    """A * b a midpoint exactly, and c, far below, breaks the tie."""
    table = binades(oracle)
    (ea, fa), (eb, fb) = pick_binade(oracle, rng), pick_binade(oracle, rng)
    fr = table.get(ea + eb)
    if fr is None or fa + fb < fr + 1:
        return None
    # an odd midpoint of fr + 2 bits times 2^(fa+fb-fr-1), as a product of two significands
    small = rng.choice([1, 3, 5, 7])
    big = odd(fr + 2, rng)
    big -= big % small
    if not (big & 1 and big.bit_length() == fr + 2):
        return None
    codes = codes_of(oracle, small * two(ea), big // small * two(eb - fr - 1))
    if codes is None:
        return None
    tiny = oracle.codec.at_index(1 + rng.randrange(3))
    low = ea + eb - fr - rng.randrange(1, 200)
    c = tiny if low not in table else nearest(oracle, two(low))
    return (*codes, c)


def fused_cancellation(oracle: Oracle, rng: random.Random) -> Codes | None:
    """A * b - round(a * b): the error of a product; also with c a neighbour of it."""
    (ea, fa), (eb, fb) = pick_binade(oracle, rng), pick_binade(oracle, rng)
    codes = codes_of(oracle, odd(fa + 1, rng) * two(ea - fa), odd(fb + 1, rng) * two(eb - fb))
    if codes is None:
        return None
    p = oracle.mul(*codes)
    c = rng.choice([p, p, oracle.next_up(p), oracle.next_down(p)])
    return (*codes, oracle.neg(c))


def triple(oracle: Oracle, rng: random.Random) -> Codes | None:
    """A * b * c near a midpoint: what tells it from a tie may be below the top 128 bits."""
    table = binades(oracle)
    chosen = [pick_binade(oracle, rng) for _ in range(3)]
    (ea, fa), (eb, fb), (ec, fc) = chosen
    carry = rng.randrange(3)
    fr = table.get(ea + eb + ec + carry)
    if fr is None or fc < 1:
        return None
    if rng.random() < 0.3:
        fa, fb = fr // 2, fr - fr // 2
    k = fa + fb + fc + carry - fr
    if k < 1:
        return None
    big_a, big_b = odd(fa + 1, rng), odd(fb + 1, rng)
    start = 1 << fc
    big_c = nearest_multiple(
        big_a * big_b, 1 << k, 1 << (k - 1), start, 2 << fc, rng.random() < 0.5
    )
    if big_c is None:
        return None
    return codes_of(oracle, big_a * two(ea - fa), big_b * two(eb - fb), big_c * two(ec - fc))


def hardest_triples(oracle: Oracle, count: int, tries: int = 600) -> list[Codes]:
    """Products of three that lie nearest above a midpoint, of many solved for; all in [1, 2)."""
    rng = random.Random("hardest")
    f = binades(oracle)[0]
    one = 1 << f
    found: list[tuple[int, Codes]] = []
    for _ in range(tries):
        a, b = (one + rng.getrandbits(f - 2) | 1 for _ in "ab")  # below 5/4
        c = nearest_multiple(a * b, one * one, one * one // 2, one, one + one // 4, above=True)
        codes = c and codes_of(oracle, *(x * two(-f) for x in (a, b, c)))
        if codes:
            found.append((a * b * c % (one * one), codes))
    return [codes for _, codes in sorted(found)[:count]]
