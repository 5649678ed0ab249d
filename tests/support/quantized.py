# SPDX-License-Identifier: BSD-3-Clause
"""What should codes and quantised products be?  In fractions and Python's integers."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np


def rne(value):
    """The integer nearest to a fraction, ties to even."""
    below = math.floor(value)
    rest = value - below
    if rest == Fraction(1, 2):
        return below + below % 2
    return below + (rest > Fraction(1, 2))


def code_of(x, scale, zero, low, high):
    """clip(rne(x / scale) + zero), of exact numbers."""
    return min(max(rne(Fraction(x) / Fraction(scale)) + int(zero), low), high)


def exact_products(a, b, qa, qb, bias=None):
    """An object array of fractions: the product of the dequantised matrices, plus the bias."""
    sa, za = (np.broadcast_to(v, a.shape) for v in (qa.scale, qa.zero_point))
    sb, zb = (np.broadcast_to(v, b.shape) for v in (qb.scale, qb.zero_point))
    left = a.astype(object) - za.astype(object)
    right = b.astype(object) - zb.astype(object)
    sums = left @ right
    out = np.empty(sums.shape, object)
    for i, j in np.ndindex(*sums.shape):
        out[i, j] = (
            Fraction(int(sums[i, j])) * Fraction(float(sa[i, 0])) * Fraction(float(sb[0, j]))
        )
        if bias is not None:
            out[i, j] += Fraction(float(bias[j]))
    return out


def beside_ties(scale, codes, rng):
    """float64 next to, at and two units beside the ties (code + 1/2) scale."""
    found = []
    for code in codes:
        tie = Fraction(2 * int(code) + 1, 2) * Fraction(scale)
        if abs(tie) > Fraction(1.79e308):
            continue
        tie = float(tie)
        found += [tie, np.nextafter(tie, np.inf), np.nextafter(tie, -np.inf)]
        found.append(np.nextafter(np.nextafter(tie, rng.choice([-np.inf, np.inf])), 0))
    return np.array(found)
