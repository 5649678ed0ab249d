# SPDX-License-Identifier: BSD-3-Clause
"""Do operations of double-doubles keep the bounds of near_pairs.py, compiled and in fractions?

What they are proved from is not seen here: that hi = RN(hi + lo), and that no error of random
operands is larger than is claimed, nor all of them much smaller.
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

import numpy as np
import pytest

from proofs.bounds import near_pairs
from proofs.bounds.kernel_bounds_dd import compiled
from proofs.bounds.near_numbers import Near, U, outward
from proofs.bounds.near_pairs import NotAPairError, Pair, next_to

POINTERS = "const double *ah, const double *al, const double *bh, const double *bl, "
RESULT = "double *zh, double *zl, int n"
EACH = "for (int i = 0; i < n; i++) {{ nf_dd z = {}; zh[i] = z.hi; zl[i] = z.lo; }}"
A, B = "nf_dd_of(ah[i], al[i])", "nf_dd_of(bh[i], bl[i])"


def root(a, _):
    """To 2^-250 of itself."""
    bits = 600
    return Fraction(isqrt(a.numerator * a.denominator << 2 * bits), a.denominator << bits)


# operation: how it is called, its model, what it is in fractions
OPERATIONS = {
    "add": (f"nf_dd_add({A}, {B})", near_pairs.added, lambda a, b: a + b),
    "sub": (f"nf_dd_sub({A}, {B})", lambda a, b: near_pairs.added(a, -b), lambda a, b: a - b),
    "mul": (f"nf_dd_mul({A}, {B})", near_pairs.multiplied, lambda a, b: a * b),
    "div": (f"nf_dd_div({A}, {B})", near_pairs.divided, lambda a, b: a / b),
    "sqrt": (f"nf_dd_sqrt({A})", lambda a, _: near_pairs.rooted(a), root),
    "plus": (f"nf_dd_plus({A}, bh[i])", near_pairs.plus, lambda a, b: a + b),
    "times": (f"nf_dd_times({A}, bh[i])", lambda a, b: near_pairs.multiplied(a, b, 2 * U**2),
              lambda a, b: a * b),
}  # fmt: skip
OF_A_DOUBLE = "plus", "times"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    functions = {
        f"op_{name}": (POINTERS + RESULT, EACH.format(call))
        for name, (call, *_) in OPERATIONS.items()
    }
    functions["op_step"] = (
        f"{POINTERS}const double *ch, const double *cl, {RESULT}",
        EACH.format(f"nf_dd_step({A}, {B}, ch[i], cl[i])"),
    )
    return compiled(tmp_path_factory.mktemp("pairs"), functions)


def random_pairs(rng, count):
    """Significands next to powers of two are frequent, so are lows of half a last bit, or none."""
    hi = 1 + rng.random(count) ** rng.choice([1, 6, 20], count)
    hi = np.ldexp(hi, rng.integers(-20, 20, count))
    lo = (
        np.spacing(hi)
        / 2
        * rng.choice([1, 0.999, 0.4, 2.0**-30, 0], count)
        * rng.random(count) ** 0.1
    )
    lo *= rng.choice([-1, 1], count)
    total = hi + lo
    return total, lo - (total - hi)


def cancelling(rng, hi, lo):
    """Not far from the negative of each."""
    d = hi * np.exp2(rng.uniform(-110, 0, len(hi))) * rng.choice([-1, 1], len(hi))
    from_lo = -lo + d * (abs(d) < abs(lo))
    total = -hi + np.where(abs(d) < abs(lo), 0, d)
    return total + from_lo, from_lo - ((total + from_lo) - total)


def fractions(hi, lo):
    return [Fraction(a) + Fraction(b) for a, b in zip(hi.tolist(), lo.tolist(), strict=True)]


def as_pair(hi):
    return Pair(*outward(hi, hi))


def check(z, zh, zl, exact):
    """The largest part of a bound that is seen."""
    assert np.all(zh == zh + zl)
    most = 0.0
    for i, (found, e) in enumerate(zip(fractions(zh, zl), exact, strict=True)):
        wrong = abs(found - e)
        assert Fraction(z.lo[i]) <= e <= Fraction(z.hi[i])
        assert wrong <= Fraction(z.off[i])
        assert z.rel[i] == np.inf or wrong <= Fraction(z.rel[i]) * abs(e)
        most = max(most, float(wrong / Fraction(z.off[i])))
    return most


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("cancels", [False, True])
def test_operation(name, cancels, run):
    rng = np.random.default_rng(1)
    a = random_pairs(rng, 4000)
    b = cancelling(rng, *a) if cancels else random_pairs(rng, 4000)
    _, model, truth = OPERATIONS[name]
    if name in OF_A_DOUBLE:
        b = b[0], np.zeros(len(b[0]))
    z = np.empty(4000), np.empty(4000)
    run(f"op_{name}", *a, *b, *z)
    second = Near(b[0], b[0]) if name in OF_A_DOUBLE else as_pair(b[0])
    exact = [truth(p, q) for p, q in zip(fractions(*a), fractions(*b), strict=True)]
    most = check(model(as_pair(a[0]), second), *z, exact)
    print(f"{name}: {most:.3f} of the bound")
    assert cancels or most > 0.3


def test_step(run):
    rng = np.random.default_rng(2)
    (ph, pl), (yh, yl), (ch, cl) = (random_pairs(rng, 3000) for _ in range(3))
    scale = 2.0 ** np.floor(np.log2(abs(ch) / (ph * yh)) - rng.integers(1, 60, 3000))
    ph, pl, z = ph * scale, pl * scale, (np.empty(3000), np.empty(3000))
    run("op_step", ph, pl, yh, yl, ch, cl, *z)
    model = near_pairs.step(as_pair(ph), as_pair(yh), Near(ch, ch), Near(cl, cl))
    terms = zip(fractions(ph, pl), fractions(yh, yl), fractions(ch, cl), strict=True)
    most = check(model, *z, [p * y + c for p, y, c in terms])
    print(f"step: {most:.3f} of the bound")
    assert most > 0.2
    with pytest.raises(NotAPairError):
        near_pairs.step(as_pair(ch), as_pair(ph / ph), Near(ch, ch), Near(cl, cl))


def test_next_to_one():
    """1 is taken from 1 + d without a loss of the interval, for either sign, chosen or not."""
    d = np.array([2.0**-64, 2.0**-60])
    x = next_to(1.0, d, 2 * d)
    for z in near_pairs.plus(x, Near(-1, -1)), -near_pairs.plus(-x, Near(1, 1)):
        assert np.all((z.lo == d) & (z.hi == 2 * d) & (z.rel <= 2.1 * U**2))
    z = near_pairs.plus(near_pairs.chosen([True, False], x, Pair(0.5, 0.5)), Near(-1, -1))
    assert z.lo[0] == d[0]
    assert z.lo[1] <= -0.5 <= z.hi[1]
    assert near_pairs.plus(x, Near(1, 1)).hi[0] > 2


def test_signs():
    x = Pair(np.array([-3.0, 1.0]), np.array([-2.0, 2.0]))
    z = near_pairs.signed_like(x, Near(-1, -1))
    assert list(z.lo) == [-3, -2]
    with pytest.raises(NotAPairError):
        near_pairs.signed_like(Pair(-1, 1), Near(1, 1))
