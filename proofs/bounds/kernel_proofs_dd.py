# SPDX-License-Identifier: BSD-3-Clause
"""What is proved of a double-double kernel: its bound, and that what was bounded is its function?"""

from __future__ import annotations

import gmpy2
import numpy as np

from proofs.bounds.kernel_bounds import CBITS, bound, enclosure
from proofs.bounds.kernel_bounds_dd import BOUNDS_2, PairMachine
from proofs.bounds.kernel_domains import CIRCLE, TURNS
from proofs.bounds.kernel_domains_dd import (
    FUNCTIONS_2,
    LEAST,
    NEAREST,
    Two,
    arguments,
    cases,
    domains,
)
from proofs.bounds.kernel_truth import BITS, truth
from proofs.bounds.near_pairs import Pair

USUAL = -99
# log2 of the bounds that are not the usual one.
CLAIMED = {
    **dict.fromkeys(("exp10", "exp10m1"), -94),
    **dict.fromkeys(("sin", "cos", "tan"), -84),  # next to k pi/2 64 bits cancel
    **dict.fromkeys(("pow", "compound", "rootn"), -91),  # the logarithm's error times up to 700
    **dict.fromkeys(("arctan2", "arctan2pi"), -96),
    **dict.fromkeys(("logaddexp", "logaddexp2"), -85),  # ten bits may cancel
}
HEADER = CBITS / "levels" / "function_of_two_dd.h"
SEEN = 1 + 2.0**-40
LEAST_VALUE, MOST_VALUE = PairMachine.counted


def value(name, x, quadrant=0):
    """The function's magnitude, of a number or a pair of them, as exact as is needed."""
    if name not in FUNCTIONS_2:
        return truth(name, x, quadrant)
    with gmpy2.context(precision=BITS):
        return abs(FUNCTIONS_2[name](*map(gmpy2.mpfr, x)))


def numbers(hi, lo):
    with gmpy2.context(precision=BITS):
        return [
            gmpy2.mpfr(a) + gmpy2.mpfr(b) for a, b in zip(hi.tolist(), lo.tolist(), strict=True)
        ]


def point(name, operands):
    """Doubles as the machine's arguments."""
    pairs = [Pair(hi, hi) for hi, _ in operands]
    return Two(*pairs) if name in FUNCTIONS_2 else pairs[0]


def misplaced(machine, name):
    """Points where E is not the function; how many there are where this is seen to 2^-40."""
    wrong, seen = [], 0
    if name in CIRCLE + TURNS:
        rng = np.random.default_rng(1)
        p = rng.uniform(2.0**-10, 0.25, 80) * rng.choice([-1, 1], 80)
        operands, parts = ((p, 0 * p),), (Pair(p, p),)
    else:
        operands = arguments(name, 80, 1)
        parts = (point(name, operands),)
    at = list(zip(*(hi.tolist() for hi, _ in operands), strict=True))
    for x in cases(machine, name, parts):
        if name == "sinc" and x is not parts[0]:  # where x and what is left of it are not one
            break
        for p, low, high in zip(at, *enclosure(machine, name, x), strict=True):
            y = value(name, p if len(p) > 1 else p[0], machine.quadrant)
            if high > 0 and LEAST_VALUE < y < MOST_VALUE:  # 0: NaN
                seen += bool(high <= low * SEEN)
                wrong += [] if low <= y <= high else [p]
    return wrong, seen


def proved(machine, name):
    """The bound of all arguments; inf where another function was bounded."""
    wrong, seen = misplaced(machine, name)
    if wrong or seen < 20:
        return np.inf
    machine.rest, machine.quadrant = None, 0
    if name in FUNCTIONS_2:
        return BOUNDS_2[name](machine, name)
    return max(bound(machine, name, x) for x in cases(machine, name, domains()[name]))


def claimed(name):
    """The bound that is claimed of a function."""
    return 2.0 ** CLAIMED.get(name, USUAL)


def gaps_of_domains():
    """name: pairs of doubles between which nothing is bounded, though they are not next to 0 or +-1."""
    known = {(-LEAST, LEAST), (-LEAST, 0.0), (0.0, LEAST)}
    found = {}
    for name, parts in domains().items():
        lo, hi = (np.concatenate([getattr(part, end) for part in parts]) for end in ("lo", "hi"))
        order = np.argsort(lo)
        lo, hi = lo[order], np.maximum.accumulate(hi[order])
        gaps = hi[:-1] < lo[1:]
        found[name] = set(zip(hi[:-1][gaps], lo[1:][gaps], strict=True)) - known
        for part in parts:
            if part.apart is not None and part.apart.least.min() != NEAREST:
                found[name].add((part.apart.least.min(), NEAREST))
    return {name: gaps for name, gaps in found.items() if gaps}
