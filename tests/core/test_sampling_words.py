# SPDX-License-Identifier: BSD-3-Clause
"""Is every draw the one that its definition gives, on NumPy's own Philox and in fractions?"""

from __future__ import annotations

import threading
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
import sampling_twin as twin
from numformats.magnitudes import magnitudes
from numformats.sampling import (
    Key,
    bernoulli,
    exact,
    multinomial,
    poisson,
    round_randomly,
    round_randomly_once,
    total,
    uniform_below,
)

KEYS = [(0, 0, 0, 0), (2**64 - 1, 5, 0, 0), (3, 0, 7, 2**64 - 1), (1, 2**63, 2**64 - 1, 1)]
FACTORS = [Fraction(1), Fraction(1, 3), Fraction(0.1) / Fraction(0.01), Fraction(2**64 - 1, 2**64 - 59),
           Fraction(1, 2**200), Fraction(3, 7 * 2**70)]  # fmt: skip
NUMBERS = [0.0, 0.5, -0.75, 1.0, -2.5, 3.0, 1e-5, -1e-17, 5e-324, 2**-64, 1 / 3, 100.1]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("n", [1, 2, 6, 2**32 + 1, 3 * 2**62, 2**63, 2**63 + 1, 2**64 - 1, 2**64])
def test_uniform_integers(key, n):
    wanted = [twin.Words(key, i).below(n) for i in range(40)]
    assert uniform_below(n, 40, Key(*key)).tolist() == wanted


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("factor", FACTORS)
def test_rounding_and_coins(key, factor):
    got = round_randomly(NUMBERS, Key(*key), factor)
    assert got.dtype == np.int64
    assert got.tolist() == [twin.rounded(x, factor, key, i) for i, x in enumerate(NUMBERS)]
    p = factor % 1
    odd = twin.odd_part(p.denominator)
    wanted = [twin.Words(key, i).coin(p, odd) for i in range(60)]
    assert bernoulli(p, 60, Key(*key)).tolist() == wanted


def test_a_coin_that_the_first_word_does_not_decide():
    """The first 64 bits of v are those that the draw gets, so that the second word is read."""
    seen = set()
    for seed in range(24):
        words = twin.Words((seed, 0, 0, 0), 0)
        first, second = words.word(), words.word()
        for step, drawn in ((0, False), (1, True), (-1, False)):
            assert bernoulli(Fraction(first + step, 2**64), 1, seed).tolist() == [drawn]
        long = 2**64 - 59
        above = -(-first * 2**64 // long)
        if above % 2 == 0:
            continue  # the fraction has fewer bits, and the words are cut elsewhere
        low = long * above - first * 2**64
        assert 0 <= low < 2**64
        (got,) = round_randomly([long], seed, Fraction(above, 2**128))
        assert got == (second < low)
        seen.add(int(got))
    assert seen == {0, 1}


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("factor", FACTORS[:3] + FACTORS[4:])
def test_poisson(key, factor):
    numbers = [*NUMBERS, 7.25]
    wanted = [twin.poisson(x, factor, key, i) for i, x in enumerate(numbers)]
    assert poisson(numbers, Key(*key), factor).tolist() == wanted


WEIGHTS = {
    "small": [1, 2, 1],
    "zeros": [0, 3, 0, 0, 1, 0],
    "one": [5],
    "many": [(7 * i) % 11 for i in range(100)],
    "wide": [1e300, -1e-300, 5e-324, 1e300],
    "two words": [2**63, 2**63 - 1, 2**62, 1],
    "just 64 bits": [2**63, 2**62, 2**62 - 1],
    "powers of two": [2.0**-i for i in range(70)],
}


@pytest.mark.parametrize("plus", [0, 1, 0.1, Fraction(2, 3), 4, 1e-30])
@pytest.mark.parametrize("weights", WEIGHTS.values(), ids=WEIGHTS)
def test_multinomial(weights, plus):
    for key in KEYS[1:3]:
        got = multinomial(weights, 25, Key(*key), plus)
        assert got.tolist() == twin.multinomial(weights, 25, key, plus)
        got = multinomial(weights, 7, Key(*key), plus, units=17)
        assert got.tolist() == twin.multinomial(weights, 7, key, plus, 17)
        assert got.sum() == 17


def test_total_and_one_long_rounding():
    g = [1e300, -1e-300, 0.1, 0.0, 2.0**-1074]
    assert total(g) == sum(abs(Fraction(x)) for x in g)
    assert total([]) == 0
    for x in (
        Fraction(10**40, 3),
        Fraction(1, 3),
        Fraction(7),
        Fraction(0),
        Fraction(5, 2**2000 + 1),
    ):
        wanted = x // 1 + (
            x.denominator > 1
            and twin.Words((4, 0, 0, 0), 0).below_long(x.denominator) < x.numerator % x.denominator
        )
        assert round_randomly_once(x, 4) == wanted


def test_words_belong_to_draws_not_to_calls():
    """A longer call begins with a shorter one's, and threads see the same."""
    g = np.linspace(-3, 3, 999)
    whole = round_randomly(g, Key(5, 1, 2))
    assert (round_randomly(g[:17], Key(5, 1, 2)) == whole[:17]).all()
    assert (uniform_below(10, 7, 5) == uniform_below(10, 99, 5)[:7]).all()
    found = [None] * 4

    def work(i):
        found[i] = round_randomly(g, Key(5, 1, 2))

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert all((f == whole).all() for f in found)
    different = [
        round_randomly(g, k) for k in (Key(6, 1, 2), Key(5, 2, 2), Key(5, 1, 3), Key(5, 1, 2, 1))
    ]
    assert all((d != whole).any() for d in different)


def test_bits_that_no_machine_may_change():
    assert uniform_below(1000, 4, Key(1, 2, 3)).tolist() == [718, 276, 983, 536]
    assert multinomial([0.5, 0.25, 1e-9, 3], 1000, Key(1, 2, 3), 0.125).tolist() == [
        126,
        92,
        42,
        740,
    ]
    assert poisson([0.3, 2.5, 10], Key(1, 2, 3), 0.7).tolist() == [0, 0, 9]
    assert round_randomly([0.3, 2.5, 10], Key(1, 2, 3), 0.7).tolist() == [0, 2, 7]


def test_what_is_refused():
    for wrong in (-1, 2**64, 1.5):
        with pytest.raises((ValueError, TypeError), match="seed"):
            uniform_below(5, 1, wrong)
    with pytest.raises(ValueError, match=r"n must be 1\.\.18446744073709551616|n"):
        uniform_below(0, 1, 1)
    with pytest.raises(ValueError, match=r"p=1\.5|p=3/2"):
        bernoulli(1.5, 1, 1)
    with pytest.raises(ValueError, match=r"x\[1\] is inf"):
        round_randomly([1, np.inf], 1)
    with pytest.raises(ValueError, match=r"element \[1\] times the factor is 4\.61169e\+18"):
        round_randomly([1, 2.0**62], 1)
    assert round_randomly([2.0**62 - 2**10], 1).tolist() == [2**62 - 2**10]
    with pytest.raises(ValueError, match=r"below 2\*\*31"):
        poisson([2.0**31], 1)
    with pytest.raises(ValueError, match="numerator and denominator"):
        round_randomly([1], 1, Fraction(1, 2**64 + 1))
    with pytest.raises(ValueError, match="all weights are 0"):
        multinomial([0, 0], 1, 1)
    with pytest.raises(ValueError, match="no draw that carries them"):
        multinomial([1], 0, 1, units=3)
    with pytest.raises(ValueError, match="plus=-1"):
        multinomial([1], 1, 1, -1)
    with pytest.raises(ValueError, match=r"lr=nan"):
        exact(float("nan"), "lr")
    with pytest.raises(TypeError, match="lr="):
        exact([1], "lr")
    assert exact(nf.posit8(0.75), "lr") == Fraction(3, 4)
    assert exact(np.array(0.5), "lr") == Fraction(1, 2)
    assert multinomial([], 0, 1).shape == (0,)
    assert len(magnitudes(np.zeros((0, 3)))) == 0
