# SPDX-License-Identifier: BSD-3-Clause
"""Which fixed-point operands give a result one unit beside a midpoint, or leave the range?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solving import Codes, nearest_multiple

if TYPE_CHECKING:
    import random

    from numformats.oracle import Oracle

__all__ = ["fixed_product", "fixed_quotient", "fixed_root", "fixed_total"]


def fixed_product(oracle: Oracle, rng: random.Random) -> Codes | None:
    frac, top = oracle.row.frac, oracle.codec.last
    if frac < 1:
        return None
    a = rng.randrange(1, top + 1) | 1
    limit = min(top, (top << frac) // a)
    b = nearest_multiple(
        a, 1 << frac, 1 << (frac - 1), rng.randrange(limit + 1) // 2, limit + 1, rng.random() < 0.5
    )
    return None if b is None else (a, b)


def fixed_quotient(oracle: Oracle, rng: random.Random) -> Codes | None:
    """A * 2^frac / b beside a midpoint: (2R + 1) * b = d (mod 2^(frac+1))."""
    frac, top = oracle.row.frac, oracle.codec.last
    if frac < 0:
        return None
    middle = rng.randrange(1, 2 * top) | 1
    limit = min(top, (top << (frac + 1)) // middle)
    start = rng.randrange(limit + 1) // 2
    b = nearest_multiple(middle, 2 << frac, 0, start, limit + 1, rng.random() < 0.5)
    if not b:
        return None
    return (middle * b + (1 << frac)) >> (frac + 1), b


def fixed_root(oracle: Oracle, rng: random.Random) -> Codes | None:
    """sqrt(x / 2^frac) * 2^frac = sqrt(x * 2^frac) beside a midpoint or a square."""
    frac, top = oracle.row.frac, oracle.codec.last
    if frac < 0:
        return None
    r = rng.randrange(1, max(2, int((top << frac) ** 0.5)))
    x = ((2 * r + 1) ** 2 >> (2 + frac)) + rng.choice([0, 1])
    return (x,) if 0 <= x <= top else None


def fixed_total(oracle: Oracle, rng: random.Random) -> Codes | None:
    codec = oracle.codec
    ends = [codec.last, codec.first, codec.last - 1, codec.first + 1, 0, 1, codec.last // 2 + 1]
    a, b = rng.choice(ends), rng.choice([*ends, rng.randint(codec.first, codec.last)])
    return a & codec.mask, b & codec.mask
