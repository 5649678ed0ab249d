# SPDX-License-Identifier: BSD-3-Clause
"""Between which bounds lies an exact value, and how far from it is a double-double's?

A Pair is a Near whose computed C is hi + lo, hi = RN(C).  Ends of E's interval are doubles as
everywhere; only the errors are small.  Relative errors of operations on exact operands, u = 2^-53:

    AccurateDWPlusDW   3 u^2 / (1 - 4u)      nf_dd_add         Joldes, Muller, Popescu (2017)
    DWPlusFP           2 u^2                 nf_dd_plus
    DWTimesFP3         2 u^2                 nf_dd_times
    DWTimesDW2         7 u^2                 nf_dd_mul         see multiplied; less is published
    division          12 u^2                 nf_dd_div         see divided
    square root        5 u^2                 nf_dd_sqrt        see rooted

All of them give hi = RN(hi + lo) of such operands.  WIDER of near_numbers.py has room for 1 / (1 - 4u)
and for what is (1 + u) times an error.  Where lows of products may be subnormal, TINY is added.
"""

from __future__ import annotations

import numpy as np

from proofs.bounds.near_numbers import (
    TINY,
    Near,
    U,
    exact_product,
    exact_quotient,
    exact_root,
    exact_sum,
    outward,
)

SAFE = 2.0**-900  # lows of what is above, and of a square root's remainder, are normal


class NotAPairError(Exception):
    """What is asked of a double-double is not known to hold."""


class Pair(Near):
    """one, apart: of an argument next to +-1, x = one + E of `apart`, both exact."""

    __slots__ = ("apart", "one")

    def __init__(self, lo, hi, off=None, rel=np.inf, one=None, apart=None):
        super().__init__(lo, hi, off, rel)
        self.step = np.zeros_like(self.lo)  # no bits are known
        self.one, self.apart = one, apart

    def at(self, mask):
        part = super().at(mask)
        apart = None if self.apart is None else self.apart.at(mask)
        return Pair(part.lo, part.hi, part.off, part.rel, self.one, apart)

    def within(self, least, most):
        return pair(super().within(least, most))

    def high(self):
        """hi, a double within u of C; C itself where that is a point."""
        off, rel = self.off + U * (self.size + self.off), self.rel + U * (1 + self.rel)
        point = self.is_point()
        return Near(self.lo, self.hi, np.where(point, 0, off), np.where(point, 0, rel))

    def __neg__(self):
        one = None if self.one is None else -self.one
        apart = None if self.apart is None else -self.apart
        return Pair(-self.hi, -self.lo, self.off, self.rel, one, apart)


def pair(z):
    return Pair(z.lo, z.hi, z.off, z.rel)


def next_to(one, least, most):
    """Arguments one + d, d between doubles of one sign."""
    apart = Near(least, most)
    return Pair(*outward(one + apart.lo, one + apart.hi), one=one, apart=apart)


def of(hi, lo=None):
    """hi + lo, two doubles; the low 0 if there is none."""
    return pair(hi if lo is None or np.all(lo.is_zero()) else exact_sum(hi, lo))


def chosen(yes, a, b):
    mask = np.asarray(yes, bool)
    if mask.all() or not mask.any():
        return a if mask.all() else b
    parts = ((a.lo, b.lo), (a.hi, b.hi), (a.off, b.off), (a.rel, b.rel))
    z = Pair(*(np.where(mask, p, q) for p, q in parts))
    if a.one is not None and np.all(b.exact):
        low, high = outward(b.lo - a.one, b.hi - a.one)
        z.one = a.one
        z.apart = Near(np.where(mask, a.apart.lo, low), np.where(mask, a.apart.hi, high))
    return z


def signed_like(a, sign):
    """Both have one sign."""
    for z in (a, sign):
        if np.any((z.lo < 0) & (z.hi > 0)):
            raise NotAPairError("an interval has both signs")
    flip = ((a.lo < 0) | (a.hi < 0)) != ((sign.lo < 0) | (sign.hi < 0))
    return chosen(flip, -a, a)


def erring(z, rel, tiny=0.0):
    """z with one error more."""
    with np.errstate(all="ignore"):
        off, small = z.off + rel * (z.size + z.off) + tiny, np.where(tiny > 0, tiny / z.least, 0.0)
        return Pair(z.lo, z.hi, off, z.rel + rel * (1 + z.rel) + small)


def added(a, b):
    return erring(exact_sum(a, b), 3 * U**2)


def plus(a, b):
    """b is a double; 1 is taken from what is next to 1 without a loss of the interval.

    A double and its negative give 0 itself.
    """
    if a.one is not None and np.all(b.is_point()) and np.all(b.lo == -a.one):
        return erring(a.apart, 2 * U**2)
    z = erring(exact_sum(a, b), 2 * U**2)
    nothing = a.is_point() & b.is_point() & (a.lo == -b.lo)
    return Pair(*(np.where(nothing, 0.0, part) for part in (z.lo, z.hi, z.off, z.rel)))


def product(a, b):
    if a is not b:
        return exact_product(a, b)
    z = exact_product(a, a)
    return Near(np.maximum(z.lo, 0.0), z.hi, z.off, z.rel)


def multiplied(a, b, rel=7 * U**2):
    """Of doubles b: rel 2 u^2.  In units of |a.hi b.hi|:

    a.lo b.hi, u at most, is rounded, u^2, and so is its sum with a.hi b.lo, 2u^2, and that with what
    the product lost, 3u^2; a.lo b.lo, u^2, is left out.
    """
    z = product(a, b)
    return erring(z, rel, np.where((z.least < SAFE) & ~z.is_zero(), 8 * TINY, 0.0))


def times_power(a, power):
    assert np.all(power.is_power_of_two() | power.is_zero())
    z = product(a, power)
    return erring(z, 0.0, np.where((z.least < SAFE) & ~z.is_zero(), 2 * TINY, 0.0))


def divided(a, b):
    """A = a.hi + a.lo, B likewise, q = (a.hi / b.hi)(1 + d), |d| <= u; in units of |a.hi|:

    a.hi - q b.hi is a double, u at most; a.lo - q b.lo is 2u at most, rounded 2 u^2; their sum is
    3u at most, rounded 3 u^2.  The quotient of that and b.hi, 3u, is rounded, 3 u^2, and has b.hi
    for B, u of 3u.  Altogether 11 u^2 (1 + few u), and |a.hi / b.hi| <= |A / B| (1 + 3u).  The last
    sum is exact, for rest / b.hi is below 4u q.  Subnormals: each of these steps TINY at most.
    """
    z = exact_quotient(a, b)
    small = (np.minimum(z.least, a.least) < SAFE) & ~z.is_zero()
    return erring(z, 12 * U**2, np.where(small, 16 * TINY * (1 + 1 / b.least), 0.0))


def rooted(a):
    """s = sqrt(a.hi) (1 + d), |d| <= u: a.hi - s s, a double, is 2u + u^2 of a.hi at most, with a.lo
    3u, rounded 3 u^2.  Of sqrt(a.hi): rest / 2s is 3u/2, with 3/2 u^2 of rest's rounding and as much
    of its own; it is sqrt A - s but for (A - s s)^2 / (2s (sqrt A + s)^2), 9/8 u^2 (1 + few u).
    """
    if np.any((a.least < SAFE) & ~a.is_zero()):
        raise NotAPairError("a remainder of a square root may be subnormal")
    return erring(exact_root(a), 5 * U**2)


def step(p, y, hi, lo):
    """hi + lo + p y, |p y| <= 0.9 |hi|, |lo| <= u |hi|: two sums of doubles are rounded.

    |t.lo + lo| <= u (|t| + |hi|), t = p y, and s.lo + that is twice as much at most.
    """
    t = multiplied(p, y)
    if np.any(t.size + t.off > 0.9 * abs(hi.lo)) or np.any(abs(lo.lo) > U * abs(hi.lo)):
        raise NotAPairError("a step's first sum is not known to be exact")
    z = exact_sum(t, exact_sum(hi, lo))
    return Pair(z.lo, z.hi, z.off + 3 * U**2 * (t.size + t.off + hi.size))


def clipped(z, least, most):
    """z, of which is known that E lies there, by arrays."""
    lo, hi = np.clip(z.lo, least, most), np.clip(z.hi, least, most)
    return Pair(lo, hi, z.off, z.rel)
