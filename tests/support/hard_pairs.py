# SPDX-License-Identifier: BSD-3-Clause
"""Which one or two operands give a result one unit beside a midpoint, or cancel?

With significands as integers (a = A * 2^u), the exact result is next to a midpoint when

* product   A * B  =  2^(k-1) + d   (mod 2^k)      for the k bits that rounding drops
* quotient  M * B  =  d             (mod 2^s)      M = 2R + 1 the midpoint, A = (M * B - d) / 2^s
* root      M * M  =  d             (mod 2^j)      X = (M * M - d) / 2^j

with d as near 0 as it goes but not 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solving import (
    Codes,
    binades,
    codes_of,
    exactly,
    nearest,
    nearest_multiple,
    odd,
    pick_binade,
    two,
    two_adic_root,
)

if TYPE_CHECKING:
    import random

    from numformats.oracle import Oracle

__all__ = ["cancellation", "inverse", "product", "quotient", "root", "square", "total"]


def product(oracle: Oracle, rng: random.Random) -> Codes | None:
    """a * b one unit beside a midpoint of the result's binade."""
    table = binades(oracle)
    (ea, fa), (eb, fb) = pick_binade(oracle, rng), pick_binade(oracle, rng)
    carry = rng.random() < 0.5
    fr = table.get(ea + eb + carry)
    if fr is None or fb < 1:
        return None
    fa = rng.choice([fa, min(fa, fr)])  # with a short factor the other can be solved for exactly
    k = fa + fb + carry - fr
    if k < 1:
        return None
    big_a = odd(fa + 1, rng)
    start = (1 << fb) + rng.getrandbits(fb) * rng.randrange(2)
    big_b = nearest_multiple(big_a, 1 << k, 1 << (k - 1), start, 2 << fb, rng.random() < 0.5)
    if big_b is None:
        return None
    return codes_of(oracle, big_a * two(ea - fa), big_b * two(eb - fb))


def quotient(oracle: Oracle, rng: random.Random) -> Codes | None:
    """a / b beside a midpoint."""
    table = binades(oracle)
    (ea, fa), (eb, fb) = pick_binade(oracle, rng), pick_binade(oracle, rng)
    borrow = rng.random() < 0.5  # A < B: the quotient is in the binade below
    fr = table.get(ea - eb - borrow)
    if fr is None:
        return None
    s = fr + 1 + borrow + fb - fa
    if s < 1:
        return None
    middle = odd(fr + 2, rng)
    start = (1 << fb) + rng.getrandbits(max(fb, 1)) % (1 << fb) * rng.randrange(2)
    big_b = nearest_multiple(middle, 1 << s, 0, start, 2 << fb, rng.random() < 0.5)
    if big_b is None:
        return None
    big_a = (middle * big_b + (1 << (s - 1))) >> s
    return codes_of(oracle, big_a * two(ea - fa), big_b * two(eb - fb))


def root(oracle: Oracle, rng: random.Random) -> Codes | None:
    """sqrt(x) beside a midpoint."""
    e, f = pick_binade(oracle, rng)
    fr = binades(oracle).get(e // 2)
    if fr is None:
        return None
    j = 2 * fr + 2 - f - e % 2
    if j < 3:
        return None
    d = 8 * rng.randrange(-3, 3) + 1
    r = two_adic_root(d, j)
    half = 1 << (j - 1)
    middle = rng.choice([r, half - r, half + r, -r]) % (1 << j)
    lead = 1 << (fr + 1)
    if middle < lead:
        middle += (lead - middle + (1 << j) - 1) >> j << j
    if middle >= 2 * lead:  # no exact one: the square of any midpoint, rounded
        middle = odd(fr + 2, rng)
    big_x = (middle * middle + (1 << (j - 1))) >> j
    return codes_of(oracle, big_x * two(e - f))


def square(oracle: Oracle, rng: random.Random) -> Codes | None:
    """A * a beside a midpoint: a is a 2-adic root of 2^(k-1) + d."""
    e, f = pick_binade(oracle, rng)
    carry = rng.random() < 0.5
    fr = binades(oracle).get(2 * e + carry)
    if fr is None:
        return None
    k = 2 * f + carry - fr
    if k < 4:
        return None
    r = two_adic_root((1 << (k - 1)) + 8 * rng.randrange(-3, 3) + 1, k)
    half = 1 << (k - 1)
    big = rng.choice([r, half - r, half + r, -r]) % (1 << k)
    if big < 1 << f:
        big += ((1 << f) - big + (1 << k) - 1) >> k << k
    return codes_of(oracle, big * two(e - f)) if big < 2 << f else None


def inverse(oracle: Oracle, rng: random.Random) -> Codes | None:
    """1 / a for a next to a power of two: 1/(1+t) = 1 - t + t^2 is next to a value or a midpoint."""
    e, f = pick_binade(oracle, rng)
    t = rng.randrange(1, 12)
    return codes_of(oracle, rng.choice([(1 << f) + t, (2 << f) - t]) * two(e - f))


def total(oracle: Oracle, rng: random.Random) -> Codes | None:
    """A + b where b is half a step of a, or a little more or less, or almost nothing."""
    e, f = pick_binade(oracle, rng)
    a = exactly(oracle, (odd(f + 1, rng) ^ rng.randrange(2)) * two(e - f))
    if a is None:
        return None
    half = nearest(oracle, two(e - f - 1))
    tiny = oracle.codec.at_index(1 + rng.randrange(3))
    near = [half, oracle.next_up(half), oracle.next_down(half), tiny]
    far = nearest(oracle, two(e - f - rng.randrange(2, 140)))
    full = nearest(oracle, two(e) * (1 + two(-f)) if f else two(e))
    return a, rng.choice([*near, *near, far, full, oracle.next_up(a), oracle.next_down(a)])


def cancellation(oracle: Oracle, rng: random.Random) -> Codes | None:
    """A - b with nearly everything cancelled; also across the boundary of two binades."""
    e, f = pick_binade(oracle, rng)
    a = exactly(oracle, rng.choice([1 << f, odd(f + 1, rng)]) * two(e - f))
    if a is None:
        return None
    b = oracle.codec.at_index(oracle.codec.index(a) + rng.choice([-3, -2, -1, 0, 1, 2]))
    return a, oracle.neg(b)
