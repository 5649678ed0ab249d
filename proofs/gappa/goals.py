# SPDX-License-Identifier: BSD-3-Clause
"""Which goals are asked of an extraction and of an estimate of a root, and at which points is it tried?"""

from __future__ import annotations

import math
from fractions import Fraction
from random import Random

from proofs.gappa.gappa import Goal, decimal

DIGITS, LEAST = 53, -1074  # of binary64: significant bits, and the exponent of its least number


def unit_of(sigma):
    """The exponent of the unit in which the doubles around sigma count: sigma is 1.5 2^(unit + 52)."""
    binade = sigma.numerator.bit_length() - sigma.denominator.bit_length()
    binade -= sigma < Fraction(2) ** binade
    return binade - DIGITS + 1


def doubles(bound, unit):
    """Doubles up to a bound: ends, ties, neighbours of multiples of 2^unit, any others."""
    random, half = Random(0), 2.0 ** (unit - 1)
    for k in range(-3, 4):
        for x in (k * half, bound - k * half, -bound + k * half):
            for near in (x, math.nextafter(x, math.inf), math.nextafter(x, -math.inf)):
                if abs(near) <= bound:
                    yield near
    for _ in range(200):
        x = random.uniform(-1, 1) * bound
        yield x
        yield x * 2.0 ** -random.randrange(120)


def of_level(top, sigma, *, terms, certified=False):
    """A level whose terms are below 2^top, scaled to 1; `terms` of them are added up."""
    scaled, one = sigma / Fraction(2) ** top, Fraction(1)
    unit = unit_of(scaled)
    values = {
        "least": str(LEAST - top),
        "sigma": decimal(scaled),
        "bound": "1",
        "unit": str(unit),
        "half": str(unit - 1),
        "ulp": str(unit - DIGITS),
    }
    big = float(scaled)

    def extracts(p):
        q = (p + big) - big
        exact = Fraction(q) % (one * Fraction(2) ** unit) == 0
        return exact and abs(Fraction(p) - Fraction(q)) <= Fraction(2) ** (unit - 1) and abs(q) <= 1

    def takes_nothing(p):
        return (p + big) - big == 0

    def leaves(p):
        q = (p + big) - big
        return Fraction(p - q) == Fraction(p) - Fraction(q)

    half = 2.0 ** (unit - 1)
    yield Goal("extract", values, lambda: ((p,) for p in doubles(1.0, unit)), extracts, certified)
    yield Goal(
        "small", values, lambda: ((p,) for p in doubles(half, unit - 1)), takes_nothing, certified
    )
    yield Goal(
        "rest",
        values,
        lambda: ((p,) for p in doubles(1.0, unit) if abs(p) >= half or p == 0),
        leaves,
        certified,
    )
    if terms:
        yield sum_of(unit, 1, terms - 1, certified=certified, least=LEAST - top)


def sum_of(unit, bound, most, *, certified=False, least=LEAST):
    """A sum up to `most` and one more term up to `bound`, both multiples of 2^unit."""
    values = {"least": str(least), "unit": str(unit), "bound": str(bound), "most": str(most)}
    step = 2.0**unit

    def points():
        for e in range(most.bit_length() + 1):
            for a in (2.0**e - step, 2.0**e, float(most), float(most) - step):
                for b in (step, bound - step, bound - 2 * step, float(bound)):
                    if abs(a) <= most and b <= bound:
                        yield a, b
                        yield -a, b
                        yield a, -b

    def adds(a, b):
        return Fraction(a + b) == Fraction(a) + Fraction(b)

    return Goal("sum", values, points, adds, certified)


def of_root(scale, most):
    """Each rounding of a host, then the whole number that becomes the estimate."""

    def roots():
        random = Random(0)
        for _ in range(200):
            yield (float(random.randrange(1 << 60, 1 << 62)),)

    def near(m):
        exact = math.isqrt(int(m) << 64)
        return abs(int(math.sqrt(m) * float(scale)) - exact) <= 1 << 12

    def halves():
        """`half` and the root, at the ends and where the double is clipped."""
        for half in (2.0**61, 2.0**62, math.nextafter(2.0**63, 0), 2.0**63):
            for off in (-(1 << 12), 1 << 12):
                yield half, 2 * int(half) + 2 * off

    def whole(half, root):
        return abs(2 * int(min(half, float(most))) - root) <= 1 << 14

    for mode in ("ne", "zr", "up", "dn"):
        yield Goal(
            "root", {"mode": mode, "scale": decimal(scale)}, roots, near, certified=mode == "ne"
        )
    for template in ("guess", "clipped"):
        yield Goal(template, {"most": decimal(most)}, halves, whole)


def of_newton():
    """The mean of an estimate and a quotient, in whole numbers."""

    def points():
        random = Random(0)
        for _ in range(200):
            root, off = random.randrange(1 << 63, 1 << 64), random.randrange(-(1 << 14), 1 << 14)
            yield root * root, min(max(root + off, (1 << 63) - (1 << 14)), (1 << 64) - 2)

    def near(radicand, guess):
        return -1 <= (radicand // guess + guess) // 2 - math.isqrt(radicand) <= 1

    return Goal("newton", {"least_guess": str((1 << 63) - (1 << 14))}, points, near)
