# SPDX-License-Identifier: BSD-3-Clause
"""What is proved of a double-double kernel: its bound, and that what was bounded is its function?"""

from __future__ import annotations

import gmpy2
import numpy as np

from proofs.bounds.kernel_bounds import CBITS, bound, enclosure
from proofs.bounds.kernel_bounds_dd import BOUNDS_2, PairMachine
from proofs.bounds.kernel_domains import CIRCLE, TURNS
from proofs.bounds.kernel_domains_dd import FUNCTIONS_2, Two, arguments, cases, domains
from proofs.bounds.kernel_truth import BITS, truth
from proofs.bounds.near_pairs import Pair

USUAL = -99
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
