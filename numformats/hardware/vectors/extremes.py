# SPDX-License-Identifier: BSD-3-Clause
"""Which products, quotients and roots lie nearest to a midpoint, or to a number, without being it?

With significands as integers, A and B of the operands, M = 2R + 1 of a midpoint (M = 2R of a
number), the exact result is d units of its last place away from it when

* product   A * B  =  h + d      (mod 2^k)    for the k bits that rounding drops; h = 2^(k-1) or 0
* quotient  M * B  =  d          (mod 2^s)    and A = (M * B - d) / 2^s
* root      M * M  =  d          (mod 2^j)    and X = (M * M - d) / 2^j

so that |d| = 1 is the extreme that cannot be undercut.  The first two ask for a multiple next to a
residue, which Euclid's algorithm finds, the nearest of the whole binade first; the third for a
2-adic root, which an odd M has exactly for d = 1 (mod 8).  This holds for each pair of precisions
that a tapered format has.  (For binary64 these are the sets of Matula and of Parks.)

In one precision no quotient is a midpoint: M has a bit more than A may have, and M * B at least as
many as M.  No root is one: M * M has twice the bits.  Where the result is less precise than the
operands, in long regimes and below the least normal number, such quotients exist and `solved` hits
them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from numformats.hardware.vectors.congruences import nearest_multiple, two_adic_root
from numformats.hardware.vectors.grid import power

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.hardware.vectors.aim import Aim, Row

__all__ = ["EXTREMES"]


def product(aim: Aim) -> Row | None:
    """A product beside a midpoint or a number."""
    draws, a, b = aim.draws, aim.binade(0), aim.binade(1)
    carry = draws.below(2)
    r = aim.result_binades.get(a.exponent + b.exponent + carry)
    if r is None or b.fraction < 1:
        return None
    # With a short factor the other can be solved for exactly.
    fa = min(a.fraction, r.fraction) if draws.one_in(2) else a.fraction
    k = fa + b.fraction + carry - r.fraction
    if k < 1:
        return None
    x = draws.odd(fa + 1)
    low = 1 << b.fraction
    start = low + draws.below(low) * draws.below(2)
    half = 0 if draws.one_in(3) else 1 << (k - 1)
    y = nearest_multiple(x, 1 << k, half, start, 2 * low, draws.one_in(2))
    if y is None:
        return None
    return aim.codes(x * power(a.exponent - fa), y * power(b.exponent - b.fraction))


def quotient(aim: Aim) -> Row | None:
    """A quotient beside a midpoint or a number."""
    draws, a, b = aim.draws, aim.binade(0), aim.binade(1)
    borrow = draws.below(2)  # A < B: the quotient is in the binade below
    r = aim.result_binades.get(a.exponent - b.exponent - borrow)
    if r is None:
        return None
    s = r.fraction + 1 + borrow + b.fraction - a.fraction
    if s < 1:
        return None
    middle = draws.odd(r.fraction + 2) - draws.one_in(3)
    low = 1 << b.fraction
    start = low + draws.below(low) * draws.below(2)
    y = nearest_multiple(middle, 1 << s, 0, start, 2 * low, draws.one_in(2))
    if y is None:
        return None
    x = (middle * y + (1 << (s - 1))) >> s
    return aim.codes(x * power(a.exponent - a.fraction), y * power(b.exponent - b.fraction))


def root(aim: Aim) -> Row | None:
    """A root beside a midpoint."""
    draws, a = aim.draws, aim.binade(0)
    r = aim.result_binades.get(a.exponent // 2)
    if r is None:
        return None
    j = 2 * r.fraction + 2 - a.fraction - a.exponent % 2
    if j < 3:
        return None
    d = 8 * draws.between(-3, 3) + 1
    found, half = two_adic_root(d, j), 1 << (j - 1)
    middle = draws.choice([found, half - found, half + found, -found]) % (1 << j)
    lead = 1 << (r.fraction + 1)
    if middle < lead:
        middle += (lead - middle + (1 << j) - 1) >> j << j
    if middle >= 2 * lead:  # none in the binade: the square of any midpoint, rounded
        middle = draws.odd(r.fraction + 2)
    x = (middle * middle + (1 << (j - 1))) >> j
    return aim.codes(x * power(a.exponent - a.fraction))


EXTREMES: dict[str, Callable[[Aim], Row | None]] = {"mul": product, "div": quotient, "sqrt": root}
"""Name of an operation -> one row, or None where the binades that were drawn have none."""
