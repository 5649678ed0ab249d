# SPDX-License-Identifier: BSD-3-Clause
"""Between which bounds lies an exact value, and how far from it is what doubles have computed?

A Near holds, for many cases at once (arrays), an interval of the exact value E, and bounds of
|C - E| and of |C - E| / |E| for the computed double C.  Operations follow the standard model of
rounding to nearest, C = fl(x op y) = (x op y)(1 + d) + t, |d| <= 2^-53, |t| <= 2^-1075, t of
products, quotients only.  They are exact where the result is seen to be a double: as a multiple of
what both operands are multiples of, small enough.  Ends of intervals are rounded outward, bounds
of errors are widened by 2^-40 of themselves, which is more than their own roundings.
"""

from __future__ import annotations

import numpy as np

U = 2.0**-53
TINY = 5e-324  # above 2^-1075
WIDER = 1 + 2.0**-40
NORMAL = 2.0**-1021


def least_of(lo, hi):
    """Below |E|, 0 where the interval holds 0."""
    return np.where((lo <= 0) & (hi >= 0), 0.0, np.minimum(abs(lo), abs(hi)))


class Near:
    """lo <= E <= hi; |C - E| <= off, |C - E| <= rel |E|; 0, where neither is given.

    Both bounds are taken from each other where that is better; 0 stays 0: C is E, a double, unless
    it is a product that waits for its sum (then `step` is what it is a multiple of).
    """

    __slots__ = ("hi", "lo", "off", "rel", "step")

    def __init__(self, lo, hi, off=None, rel=np.inf, step=None):
        if off is None:
            off = np.where(np.isinf(rel), 0.0, np.inf)
        self.lo, self.hi, off, rel = np.broadcast_arrays(
            *(np.asarray(a, float) for a in (lo, hi, off, rel))
        )
        with np.errstate(all="ignore"):  # 0 / 0 and 0 inf are NaN, which fmin passes over
            off = np.fmin(off, rel * self.size + np.where(rel > 0, TINY, 0.0))
            if not np.all(off < 2.0**1022):  # NaN is not
                raise OverflowError("nothing is known of a number")
            off = np.where(off > 0, off * WIDER + TINY, 0.0)
            rel = np.where(off > 0, np.fmin(rel, off / self.least) * WIDER, 0.0)
        self.off, self.rel, self.step = off, rel, step

    @property
    def size(self):
        return np.maximum(abs(self.lo), abs(self.hi))

    @property
    def least(self):
        return least_of(self.lo, self.hi)

    @property
    def exact(self):
        return self.off == 0

    def at(self, mask):
        return Near(self.lo[mask], self.hi[mask], self.off[mask], self.rel[mask])

    def is_point(self):
        return self.exact & (self.lo == self.hi)

    def is_zero(self):
        return self.exact & (self.lo == 0) & (self.hi == 0)

    def is_power_of_two(self):
        return self.is_point() & (abs(np.frexp(self.lo)[0]) == 0.5)

    def computed(self):
        """An interval of C."""
        low, high = outward(self.lo - self.off, self.hi + self.off)
        return np.where(self.exact, self.lo, low), np.where(self.exact, self.hi, high)

    def as_it_is(self):
        """C instead of E: a double, which a kernel makes up for, whatever it is."""
        return Near(*self.computed())

    def within(self, least, most):
        """Of an E which is known to be there, for reasons that intervals do not see."""
        return Near(*(np.clip(e, least, most) for e in (self.lo, self.hi)), self.off, self.rel)

    def multiple_of(self):
        """A power of two; 0 where C is not E.  Points end somewhere, others in their last place."""
        if self.step is not None:
            return self.step
        least = self.least
        bits = np.rint(np.ldexp(np.frexp(self.lo)[0], 53)).astype(np.int64)
        last = (bits & -bits).astype(float) * np.spacing(abs(self.lo))
        last = np.where(self.lo == 0, np.inf, last)  # 0 is a multiple of all
        with np.errstate(all="ignore"):
            step = np.where(self.is_point(), last, np.spacing(least))
        return np.where(self.exact & ((least >= NORMAL) | self.is_zero()), step, 0.0)

    def __neg__(self):
        return Near(-self.hi, -self.lo, self.off, self.rel, self.step)


def outward(lo, hi):
    return np.nextafter(lo, -np.inf), np.nextafter(hi, np.inf)


def choose(mask, a, b):
    """The one or the other."""
    pairs = ((a.lo, b.lo), (a.hi, b.hi), (a.off, b.off), (a.rel, b.rel))
    return Near(*(np.where(mask, p, q) for p, q in pairs))


def rounded(z, *, tiny):
    """One rounding more, except where z is a double; tiny: of results that may be subnormal."""
    off, rel = z.off + U * (z.size + z.off), z.rel + U * (1 + z.rel)
    if tiny:
        with np.errstate(all="ignore"):
            small = z.least < NORMAL
            off = np.where(small, off + TINY, off)
            rel = np.where(small, np.where(z.least > 0, rel + TINY / z.least, np.inf), rel)
    if not np.all(z.size < 2.0**1022):
        raise OverflowError("a result may be infinite")
    doubles = is_double(z)
    return Near(z.lo, z.hi, np.where(doubles, 0.0, off), np.where(doubles, 0.0, rel))


def is_double(z):
    """A multiple of a step with 53 bits at most."""
    step = z.multiple_of()
    return z.exact & (step > 0) & (z.size / 2.0**53 <= step)


def doubles_or_outward(lo, hi, off, rel, step):
    """A result with the errors of its operands only; the ends are doubles where all results are."""
    z = Near(lo, hi, off, rel, step)
    (z_lo, z_hi), doubles = outward(lo, hi), is_double(z)
    return Near(np.where(doubles, lo, z_lo), np.where(doubles, hi, z_hi), off, rel, step)


def exact_sum(a, b):
    """|a| <= |a + b| + |b|: of a's relative error, a + b has so much, and what b's size adds."""
    lo, hi, off = a.lo + b.lo, a.hi + b.hi, a.off + b.off
    same = ((a.lo >= 0) & (b.lo >= 0)) | ((a.hi <= 0) & (b.hi <= 0))
    with np.errstate(all="ignore"):
        least = least_of(*outward(lo, hi))
        rel = np.where(same, np.maximum(a.rel, b.rel), np.inf)
        rel = np.fmin(rel, a.rel + (a.rel * b.size + b.off) / least)
        rel = np.fmin(rel, b.rel + (b.rel * a.size + a.off) / least)
    step = np.minimum(a.multiple_of(), b.multiple_of())
    return doubles_or_outward(lo, hi, off, rel, step)


def exact_product(a, b):
    ends = [a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi]
    lo, hi = np.minimum.reduce(ends), np.maximum.reduce(ends)
    off = a.size * b.off + b.size * a.off + a.off * b.off
    off = np.where(a.exact & b.exact, 0.0, off + TINY)  # which may have underflown
    with np.errstate(all="ignore"):
        step = a.multiple_of() * b.multiple_of()
        step = np.where(a.is_zero() | b.is_zero(), np.inf, step)
        step = np.where(step < NORMAL, 0.0, step)
        rel = a.rel + b.rel + a.rel * b.rel
    z = doubles_or_outward(lo, hi, off, rel, step)
    return choose_zero(a.is_zero() | b.is_zero(), z)


def choose_zero(mask, z):
    """0 where the mask is, with all else."""
    kept = (np.where(mask, 0.0, p) for p in (z.lo, z.hi, z.off, z.rel))
    return Near(*kept, None if z.step is None else np.where(mask, np.inf, z.step))


def add(a, b):
    return rounded(exact_sum(a, b), tiny=False)


def multiply(a, b):
    """Exact by a power of two as long as nothing is subnormal."""
    z = exact_product(a, b)
    scaled = (a.is_power_of_two() | b.is_power_of_two()) & (z.least >= 2.0**-960)
    return choose(scaled, Near(z.lo, z.hi, z.off, z.rel), rounded(z, tiny=True))


def square(a):
    """a a, which is not negative, however wide a is."""
    z = multiply(a, a)
    return Near(np.maximum(z.lo, 0.0), z.hi, z.off, z.rel)


def fused(a, b, c):
    """a b + c, rounded once."""
    return rounded(exact_sum(exact_product(a, b), c), tiny=True)


def exact_quotient(a, b):
    """ValueError where b may be 0."""
    low, high = b.computed()
    if np.any((low <= 0) & (high >= 0)) or np.any(b.least == 0) or np.any(b.rel >= 0.5):
        raise ValueError("a divisor may be 0")
    ends = [a.lo / b.lo, a.lo / b.hi, a.hi / b.lo, a.hi / b.hi]
    lo, hi = outward(np.minimum.reduce(ends), np.maximum.reduce(ends))
    with np.errstate(all="ignore"):  # |A/B - E| with A = a + da, B = b + db: (da - E db) / B
        size = np.maximum(abs(lo), abs(hi))
        off = (a.off + size * b.off) / (b.least * (1 - b.rel))
        off = np.where(a.exact & b.exact, 0.0, off + TINY)
        rel = (a.rel + b.rel) / (1 - b.rel)
    return choose_zero(a.is_zero(), Near(lo, hi, off, rel, np.zeros_like(lo)))


def divide(a, b):
    """Exact by a power of two as long as nothing is subnormal."""
    z = exact_quotient(a, b)
    scaled = b.is_power_of_two() & (z.least >= 2.0**-960)
    z = choose(scaled, Near(z.lo, z.hi, z.off, z.rel), rounded(z, tiny=True))
    return choose_zero(a.is_zero(), z)


def exact_root(a):
    """ValueError where a may be below 0."""
    low = a.computed()[0]
    if np.any(low < 0) or np.any(a.lo < 0):
        raise ValueError("a radicand may be negative")
    lo, hi = outward(np.sqrt(a.lo), np.sqrt(a.hi))
    with np.errstate(all="ignore"):  # |sqrt C - sqrt E| = |C - E| / (sqrt C + sqrt E)
        off = np.fmin(np.sqrt(a.off), np.where(a.lo > 0, a.off / np.sqrt(a.lo), np.inf))
    z = Near(np.maximum(lo, 0.0), hi, off, a.rel, np.zeros_like(lo))  # |sqrt(1 + d) - 1| <= |d|
    return choose_zero(a.is_zero(), z)


def root(a):
    return choose_zero(a.is_zero(), rounded(exact_root(a), tiny=False))
