# SPDX-License-Identifier: BSD-3-Clause
"""Of which arguments is the bound of each double-double kernel proved, and at which is it seen?

Intervals that hold all numbers of 64 bits; of what is next to +-1, intervals of the difference.
Random numbers of 64 bits, and those at which a kernel could lose most.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import gmpy2
import numpy as np

from proofs.bounds.kernel_bounds import CBITS, script
from proofs.bounds.kernel_domains import CIRCLE, TURNS, bins, both, ends, joined
from proofs.bounds.near_numbers import Near
from proofs.bounds.near_pairs import Pair, next_to, pair

TWO_OVER_PI = script(CBITS / "levels" / "two_over_pi.py")
LEAST, NEAREST = 2.0**-400, 2.0**-390  # of |x|; of |x| - 1, which no 64 bits reach
LINE = ends(LEAST, 1024, 16, 1 / 16)
NEAR = ends(LEAST, 2.0**400)
HALF = ends(LEAST, 0.5)
APART = ends(NEAREST, 0.5)
RESTS = both(ends(LEAST, 0.78545))  # above pi/4 + 2^-32
HALF_TURNS = both(joined(ends(LEAST, 0.25), 0.25 + 2.0**-14))  # k is of x.hi, within 2^-14 of x


def away(*segments):
    return pair(bins(*segments))


def around(one, *segments):
    x = bins(*segments)
    return next_to(one, x.lo, x.hi)


def each(names, *parts):
    return dict.fromkeys(names.split(), parts)


@cache
def domains():
    """name -> parts of the domain; of circular functions what reductions leave of x."""
    inside = away(*both(HALF)), around(1.0, -APART), around(-1.0, APART)
    near_1 = around(1.0, -ends(NEAREST, 0.25), ends(NEAREST, 0.375))  # no power of two is taken off
    return {
        **each("sin cos", away(*RESTS, [0.0])),
        **each("sinpi cospi", away(*HALF_TURNS, [0.0])),
        **each("tan", away(*RESTS)),
        **each("tanpi sinc", away(*HALF_TURNS)),
        **each("exp expm1 exp2 exp2m1 exp10 exp10m1", away(*both(LINE))),
        **each("sinh cosh tanh sigmoid silu softplus", away(*both(LINE))),
        **each("arctan arctanpi cbrt deg2rad rad2deg", away(*both(NEAR))),
        **each("arcsin arcsinpi arccos arccospi arctanh", *inside),
        **each("log log2 log10", away(ends(LEAST, 0.75), ends(1.375, 2.0**400)), near_1),
        **each("log1p log2p1 log10p1", away(NEAR, -HALF), around(-1.0, APART)),
        **each("arcsinh", away(*both(ends(LEAST, 2.0**200, far=16)))),
        **each("arccosh", around(1.0, ends(NEAREST, 1)), away(ends(2, 2.0**200, far=16))),
        **each("rsqrt", away(NEAR)),
    }


TWO = 2.0 ** np.arange(-200, 201, 4)


class Two:
    """Two arguments."""

    def __init__(self, x, y):
        self.x, self.y, self.lo = x, y, x.lo

    def at(self, mask):
        return Two(self.x.at(mask), self.y.at(mask))


def grid(*signs):
    """All pairs of wide intervals."""
    ends_of = bins(*(sign * TWO for sign in signs))
    which = np.indices(2 * ends_of.lo.shape).reshape(2, -1)
    return Two(*(pair(Near(ends_of.lo[i], ends_of.hi[i])) for i in which))


def with_any(x):
    """Each of x with all second arguments."""
    least, most = np.full(x.lo.shape, TWO[0]), np.full(x.lo.shape, TWO[-1])
    return [Two(x, Pair(least, most)), Two(x, Pair(-most, -least))]


def cases(machine, name, parts):
    """A kernel's arguments: x, or for what is left of them in both kinds of quadrants any others.

    sinc, which divides by x, has x itself apart.
    """
    for part in parts:
        machine.rest, machine.quadrant = None, 0
        if name not in CIRCLE + TURNS:
            yield part
            continue
        machine.rest = part
        if name == "sinc":
            yield part
            machine.rest = domains()["sinpi"][0]
        most = 2.0**40 if name == "sinc" else 1.0  # others ask no more than whether x is near
        for machine.quadrant in 0, 1:
            yield Pair(*(np.full(machine.rest.lo.shape, end) for end in (0.25, most)))


# ---- points --------------------------------------------------------------------------------------


def random_numbers(name, count, rng):
    """Of 64 bits, as hi and lo: half of them not far from 1, all others from anywhere."""
    out = []
    for part in domains()[name]:
        x = part if part.apart is None else part.apart
        usual = np.flatnonzero((x.size > 2.0**-30) & (x.least < 2.0**8))
        anywhere = np.arange(len(x.lo))
        which = np.concatenate([rng.choice(w, count // 2) for w in (usual, anywhere)])
        p = x.lo[which] + (x.hi - x.lo)[which] * rng.random(len(which))
        if part.apart is not None:  # one + p, of which 2^-63 or 2^-64 is the last bit
            last = np.where(p * part.one > 0, 2.0**-63, 2.0**-64)
            p = np.where(abs(p) < last, np.copysign(last, p), np.rint(p / last) * last)
            hi = part.one + p
            out.append((hi, p - (hi - part.one)))
        else:
            last = np.spacing(abs(p)) / 2**11
            out.append((p, rng.integers(-(2**10) + 1, 2**10, len(p)) * last))
    return tuple(np.concatenate(part) for part in zip(*out, strict=True))


def quarters(rng):
    """Of 64 bits, nearest to a multiple of pi/2, for each exponent; and any others."""
    t, found = TWO_OVER_PI.two_over_pi(), []
    for e in TWO_OVER_PI.NEAR_LONG:
        q = max(q for _, q in TWO_OVER_PI.convergents(t * Fraction(2) ** e) if q < TWO_OVER_PI.LONG)
        found.append(Fraction(q) * Fraction(2) ** e)
    found += [Fraction(int(q)) / 2 ** int(e) for q, e in zip(
        rng.integers(2**62, 2**63, 200), rng.integers(44, 70, 200), strict=True)]  # fmt: skip
    hi = np.array([float(x) for x in found])
    return hi, np.array([float(x - Fraction(h)) for x, h in zip(found, hi, strict=True)])


def arguments(name, count, seed):
    """Two arrays, hi and lo, for each argument."""
    rng = np.random.default_rng(seed)
    if name in CIRCLE:
        return (quarters(rng),)
    if name in TURNS:
        p = rng.integers(2**52, 2**53, count) / 2.0 ** rng.integers(14, 100, count)
        lo = rng.integers(-1023, 1024, count) * np.spacing(p) / 2**11
        special = rng.integers(1, 2**20, 50) / 4.0
        low = rng.integers(-9, 9, 50) * special * 2.0**-63
        farthest = 2.0**39 + 0.25, 2.0**-14 - 2.0**-24  # from k/2, k of its first part
        return (tuple(map(np.hstack, zip((p, lo), (special, low), farthest, strict=True))),)
    if name in domains():
        return (random_numbers(name, count, rng),)
    like = {"compound": "log1p", "pow": "log", "rootn": "log"}.get(name, "arctan")
    x, y = (random_numbers(of, count, rng) for of in (like, "arctan"))
    which = rng.integers(0, len(y[0]), len(x[0]))
    y = tuple(a[which] for a in y)
    if name == "rootn":
        y = np.rint(np.clip(y[0], -1e6, 1e6)) + 0.5 * (abs(y[0]) < 0.6), np.zeros_like(y[1])
    if name.startswith("logaddexp"):  # half of them cancel, down to 2^-10
        base = 2 if name[-1] == "2" else np.e
        d = np.exp(rng.uniform(-20, 5, len(x[0])))
        near = -np.log1p(base**-d) / np.log(base) * (1 + np.exp(rng.uniform(-7, -1, len(d))))
        near = np.where(rng.random(len(d)) < 0.5, near, rng.uniform(-99, 99, len(d)))
        x, y = (near, np.zeros_like(d)), (near - d, np.zeros_like(d))
    return x, y


def beyond(name):
    """Doubles outside of the domain: powers of two, and the first ones."""
    if name in FUNCTIONS_2:
        parts = [bins(*both(TWO))]
    elif name in CIRCLE + TURNS:
        parts = [bins(*both(np.array([LEAST, 2.0**19 if name in CIRCLE else 2.0**40])))]
    else:
        parts = domains()[name]
    lo, hi = (np.concatenate([getattr(part, end) for part in parts]) for end in ("lo", "hi"))
    first = np.nextafter(lo, -np.inf), np.nextafter(hi, np.inf)
    p = joined(*both(2.0 ** np.arange(-500, 500)), *first)
    order = np.argsort(lo)
    lo, hi = lo[order], np.maximum.accumulate(hi[order])
    before = np.searchsorted(lo, p, "right") - 1
    return p[(before < 0) | (p > hi[before])]


# ---- functions of two arguments ------------------------------------------------------------------


def log_of_sum(x, y, base):
    """log(base^x + base^y) / log base."""
    ln = gmpy2.log(gmpy2.mpfr(base)) if base else gmpy2.mpfr(1)
    return max(x, y) + gmpy2.log1p(gmpy2.exp(-abs(x - y) * ln)) / ln


FUNCTIONS_2 = {
    "hypot": gmpy2.hypot,
    "pow": lambda x, y: gmpy2.exp(y * gmpy2.log(x)),
    "compound": lambda x, y: gmpy2.exp(y * gmpy2.log1p(x)),
    "rootn": lambda x, y: gmpy2.exp(gmpy2.log(x) / y),
    "arctan2": gmpy2.atan2,
    "arctan2pi": lambda y, x: gmpy2.atan2(y, x) / gmpy2.const_pi(),
    "logaddexp": lambda x, y: log_of_sum(x, y, 0),
    "logaddexp2": lambda x, y: log_of_sum(x, y, 2),
}
