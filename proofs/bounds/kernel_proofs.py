# SPDX-License-Identifier: BSD-3-Clause
"""What is proved of a double kernel: its bound, that what was bounded is its function, what the circle leaves?

Each takes the text of kernels (kernel_bounds.preprocessed), and gives the bound that it has found.
"""

from __future__ import annotations

import re
from fractions import Fraction
from math import ulp

import numpy as np

from proofs.bounds.kernel_bounds import CBITS, bound, enclosure, script
from proofs.bounds.kernel_domains import (
    CIRCLE,
    DOMAINS,
    HALF_TURNS,
    LEAST,
    TURNS,
    bins,
    both,
    domain,
    joined,
)
from proofs.bounds.kernel_lemmas import NotProvedError
from proofs.bounds.kernel_truth import truth
from proofs.bounds.near_numbers import Near, U, fused

CLAIM = 2.0**-46
TWO_OVER_PI = script(CBITS / "levels" / "two_over_pi.py")


def cases(machine, name, x):
    """A kernel's arguments: x, or for what is left of them in both kinds of quadrants any others.

    sinc, which divides by x, has its first quadrant apart; from 1/4 on x is a multiple of 2^-54.
    """
    machine.rest, machine.quadrant = None, 0
    if name not in CIRCLE + TURNS:
        yield x
        return
    machine.rest = x
    if name == "sinc":
        yield x
    for machine.quadrant in 0, 1:
        if name == "sinc":
            rests = HALF_TURNS[HALF_TURNS >= U / 4]
            machine.rest = bins(*both(joined(rests, [0.0] * machine.quadrant)))
        most = np.nextafter(2.0**19 if name in CIRCLE else 2.0**40, 0)
        yield Near(*(np.full(machine.rest.lo.shape, end) for end in (0.25, most)))


def points(name, count, seed=1):
    """Doubles of the domain that all kernels know, half of them not far from 1."""
    x, rng = domain(name), np.random.default_rng(seed)
    usual = np.flatnonzero((x.size > 2.0**-30) & (x.least < 2.0**8))
    known = np.flatnonzero(x.size < 2.0**1000)
    which = np.concatenate([rng.choice(part, count // 2) for part in (usual, known)])
    p = x.lo[which] + (x.hi - x.lo)[which] * rng.random(len(which))
    return np.clip(p, x.lo[which], x.hi[which])


def misplaced(machine, name):
    """Points where E is not the function; how many there are where this is seen to 2^-46."""
    p, wrong, seen = points(name, 80), [], 0
    for x in cases(machine, name, Near(p, p)):
        if name == "sinc" and x.hi[0] != p[0]:  # where x and what is left of it are not one
            break
        for at, low, high in zip(p, *enclosure(machine, name, x), strict=True):
            y = truth(name, at, machine.quadrant)
            if 2.0**-990 < y < 2.0**990:
                seen += bool(high <= low * (1 + CLAIM))
                wrong += [] if low <= y <= high else [float(at)]
    return wrong, seen


def proved(machine, name):
    """The bound of all cases; inf where another function was bounded."""
    wrong, seen = misplaced(machine, name)
    if wrong or seen < 20:
        return np.inf
    return max(bound(machine, name, x) for x in cases(machine, name, domain(name)))


def gaps_of_domains():
    """name: pairs of doubles between which nothing is bounded, though they are not next to 0 or +-1."""
    known = {(-LEAST, LEAST), (-(2.0**-1000), 2.0**-1000)}
    known |= {(1 - U, 1 + 2 * U), (1 - U, 1.0), (-1.0, U - 1)}
    found = {}
    for name in DOMAINS:
        x = domain(name)
        order = np.argsort(x.lo)
        lo, hi = x.lo[order], x.hi[order]
        gaps = hi[:-1] < lo[1:]
        found[name] = set(zip(hi[:-1][gaps], lo[1:][gaps], strict=True)) - known
    return {name: gaps for name, gaps in found.items() if gaps}


def need(premise, text):
    """NotProvedError where what a proof starts from is not there."""
    if not premise:
        raise NotProvedError(text)


def near_reduction(text):
    """The relative error of r for each k, |r| from 2^-40 quarters to pi/4 + 2^-32.

    The least: two_over_pi.py; the most: x 2/pi below 2^18.4 has errors of 3 2^-53 of itself.
    Of k = 0, r is x.  Else x of 32 bits is a multiple of 2^-32, as is the first constant, so that
    x - k NF_HALF_PI_1, below 1, is exact.
    """
    body = re.search(r"double nf_reduce_circle_near.*?}", text, re.DOTALL)[0]
    numbers = [float.fromhex(x) for x in re.findall(r"0x1\.\w+p[+-]\d+", body)]
    need(len(numbers) == 4, "2/pi and three parts of pi/2")
    two_over_pi, first, third, second = numbers
    half_pi = 1 / TWO_OVER_PI.two_over_pi()
    need(0 < 1 / half_pi - Fraction(two_over_pi) < Fraction(ulp(two_over_pi)), "2/pi is cut")
    left = half_pi - Fraction(first)
    lost = left - Fraction(second) - Fraction(third)
    need(0 < lost < Fraction(ulp(third)), "the parts make pi/2")
    need((first * 2.0**32).is_integer(), "the first part is a multiple of 2^-32")
    k = np.arange(1.0, 2**19 / float(half_pi) + 2)
    least = float(half_pi) * 2.0**-TWO_OVER_PI.LEAST * (1 - 2.0**-30)
    most, worst = float(half_pi) / 2 + 2.0**-32, 0.0
    for low, high in (least, most), (-most, -least):
        r = Near(k * float(left) + low - 2.0**-60, k * float(left) + high + 2.0**-60)
        need(np.all(r.size < 1), "what the first part leaves is below 1")
        r = fused(Near(-k, -k), Near(second, second), r)
        r = fused(Near(-k, -k), Near(third, np.nextafter(third, 1), rel=2 * U), r)
        worst = max(worst, float(np.max(r.rel)))
    return worst


FAR = """
nf_u128 f = ((nf_u128)turn[0] << 64 | turn[1]) * significand;
nf_u128 nearest = (f + ((nf_u128)1 << 125)) >> 126;
f -= nearest << 126;
double turns = (double)(int64_t)(f >> 64) * 0x1p-62 + (double)(uint64_t)f * 0x1p-126;
return turns * (u & NF_SIGN ? -NF_PI / 2 : NF_PI / 2);
"""


def far_reduction(source):
    """The relative error of r beyond: turns to 2^-94 and two roundings, and that of the low word,
    2^-53 of 2^-62; times pi/2.  `source` is that of circle.h."""
    for premise in FAR.strip().splitlines():
        need(premise in source, f"this is of another text: {premise}")
    u, pi = Fraction(1, 2**53), 2 / TWO_OVER_PI.two_over_pi()
    least = Fraction(1, 2**TWO_OVER_PI.LEAST)
    cut = pi / Fraction(float(pi)) - 1  # to nearest, which is below
    words = Fraction(TWO_OVER_PI.SHORT, 2**126) / least
    conversions = u * (1 + Fraction(1, 2**62) / least) + u * Fraction(1, 2**62) / least
    turns = (1 + words) * (1 + conversions) * (1 + u)
    return float(turns * (1 + abs(cut)) * (1 + u) - 1) * (1 + 2 * U)
