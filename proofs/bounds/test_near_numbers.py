# SPDX-License-Identifier: BSD-3-Clause
"""Do intervals and bounds of errors (near_numbers.py) hold the truth, in fractions?

C and E of random operands are known; E is as far from C as is claimed, and no nearer.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from proofs.bounds.near_numbers import TINY, Near, add, divide, fused, multiply, root, square


class Operands:
    """Near numbers, with C and E of each."""

    def __init__(self, near, computed, exact):
        self.near, self.computed, self.exact = near, computed, exact

    def at(self, mask):
        exact = [e for e, kept in zip(self.exact, mask, strict=True) if kept]
        return Operands(self.near.at(mask), self.computed[mask], exact)


def random_doubles(rng, count, exponents):
    """Some of few bits, some 0."""
    c = np.ldexp(rng.uniform(0.5, 1, count), rng.integers(*exponents, count))
    m, e = np.frexp(c)
    c = np.where(rng.random(count) < 0.3, np.ldexp(np.rint(8 * m), e - 3), c)
    return np.where(rng.random(count) < 0.05, 0.0, c) * rng.choice([-1, 1], count)


def around(rng, c, d):
    """E = C (1 + d), in an interval that is wide, narrow, or C alone where d is 0; claims are
    relative or absolute."""
    exact = [Fraction(v) * (1 + Fraction(t)) for v, t in zip(c, d, strict=True)]
    e = np.array([float(v) for v in exact])
    wide = np.where(rng.random(len(c)) < 0.5, 0.0, np.exp2(rng.integers(-60, 1, len(c)))) * abs(e)
    lo, hi = e - wide * rng.random(len(c)), e + wide * rng.random(len(c))
    lo, hi = (np.where(d == 0, p, np.nextafter(p, s * np.inf)) for p, s in ((lo, -1), (hi, 1)))
    absolute, more = rng.random(len(c)) < 0.3, 1 + 2.0**-50
    off = np.where(d == 0, 0.0, np.where(absolute, abs(d * c) * more + TINY, np.inf))
    return Operands(
        Near(lo, hi, off, np.where(absolute, np.inf, abs(d / (1 + d)) * more)), c, exact
    )


def operands(rng, count, exponents):
    d = rng.choice([-1, 1], count) * np.exp2(rng.uniform(-56, -2, count))
    return around(
        rng, random_doubles(rng, count, exponents), np.where(rng.random(count) < 0.5, 0.0, d)
    )


def cancelling(rng, a):
    """Not far from -a: C is some last places from it."""
    c = -a + np.spacing(abs(a)) * rng.integers(-3, 4, len(a))
    d = rng.choice([-1, 0, 1], len(c)) * np.exp2(rng.uniform(-56, -40, len(c)))
    return around(rng, c, d)


OPERATIONS = {
    add: lambda a, b: a + b,
    multiply: lambda a, b: a * b,
    divide: lambda a, b: a / b,
    fused: lambda a, b, c: a * b + c,
}


def holds(z, i, found, exact):
    wrong, (low, high) = abs(found - exact), z.computed()
    assert low[i] <= found <= high[i]
    assert Fraction(z.lo[i]) <= exact <= Fraction(z.hi[i])
    assert wrong <= Fraction(z.off[i])
    assert z.rel[i] == np.inf or wrong <= Fraction(z.rel[i]) * abs(exact)


@pytest.mark.parametrize("cancel", [False, True])
@pytest.mark.parametrize("exponents", [(-8, 8), (-40, 40), (-560, -480)])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_operations(operation, exponents, cancel):
    rng, f = np.random.default_rng(5), OPERATIONS[operation]
    x = [operands(rng, 3000, exponents) for _ in range(3 if operation is fused else 2)]
    if cancel and operation is add:
        x[1] = cancelling(rng, x[0].computed)
    if cancel and operation is fused:
        x[2] = cancelling(rng, x[0].computed * x[1].computed)
    if operation is divide:
        kept = (x[1].near.least > 0) & (x[1].near.rel < 0.4)
        kept &= x[1].near.off < x[1].near.least / 2
        x = [y.at(kept) for y in x]
    z = operation(*(y.near for y in x))
    for i in range(len(x[0].exact)):  # fractions become doubles with one rounding
        found = Fraction(float(f(*(Fraction(y.computed[i]) for y in x))))
        holds(z, i, found, f(*(y.exact[i] for y in x)))


def test_squares_are_not_negative():
    rng = np.random.default_rng(7)
    c = random_doubles(rng, 1000, (-8, 8))
    x = Near(-abs(c), abs(c) / 2)
    z = square(x)
    for i, value in enumerate(c):
        holds(z, i, Fraction(value * value), Fraction(value) ** 2)
    assert np.all(z.lo >= 0)


def test_roots():
    rng = np.random.default_rng(6)
    x = operands(rng, 4000, (-60, 60))
    x = x.at((x.computed >= 0) & (x.near.lo >= 0) & (x.near.computed()[0] >= 0))
    z = root(x.near)
    for i, e in enumerate(x.exact):  # all compared by their squares
        off, rel = Fraction(z.off[i]), Fraction(min(z.rel[i], 1.0))
        found = Fraction(np.sqrt(x.computed[i]))
        assert Fraction(z.lo[i]) ** 2 <= e <= Fraction(z.hi[i]) ** 2
        assert max(found - off, 0) ** 2 <= e <= (found + off) ** 2
        assert rel == 1 or (found / (1 + rel)) ** 2 <= e <= (found / (1 - rel)) ** 2


def test_what_is_not_known_is_refused():
    one, around_0 = Near(1, 1), Near(-1, 1)
    with pytest.raises(ValueError, match="divisor"):
        divide(one, around_0)
    with pytest.raises(ValueError, match="divisor"):
        divide(one, Near(0.5, 1, off=0.75))
    with pytest.raises(ValueError, match="radicand"):
        root(around_0)
    with pytest.raises(OverflowError):
        multiply(Near(1, 2.0**511), Near(1, 2.0**511))
    with pytest.raises(OverflowError):
        Near(1, 2, off=np.inf)


def test_one_error_is_enough():
    """The other is taken from it; without both, C is E."""
    for z in Near(1.0, 2.0, rel=2.0**-50), Near(1.0, 2.0, off=2.0**-50):
        assert 2.0**-50 <= z.rel <= 2.0**-50 * (1 + 2.0**-30)
        assert 2.0**-50 <= z.off <= 2.0**-49 * (1 + 2.0**-30)
    assert Near(1.0, 2.0).exact
