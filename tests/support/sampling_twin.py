# SPDX-License-Identifier: BSD-3-Clause
"""The definitions of numformats.sampling again, on fractions and NumPy's own Philox."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

WORD = 2**64


class Words:
    """The words of draw i of a key (seed, stream, step, purpose)."""

    def __init__(self, key, i):
        seed, stream, step, purpose = key
        counter = np.array([0, i, step, purpose], np.uint64)
        self.bits = np.random.Philox(key=np.array([seed, stream], np.uint64), counter=counter)

    def word(self):
        return int(self.bits.random_raw())

    def below(self, n):
        """Lemire's: the high word, unless the low one is below 2**64 mod n."""
        if n == WORD:
            return self.word()
        while True:
            high, low = divmod(self.word() * n, WORD)
            if low >= WORD % n:
                return high

    def below_long(self, n):
        """Bits from the highest word on, until they are below n."""
        limbs = -(-n.bit_length() // 64)
        if limbs == 1:
            return self.below(n)
        while True:
            r = self.word() % (1 << (n.bit_length() - 64 * (limbs - 1)))
            for _ in range(limbs - 1):
                r = r * WORD + self.word()
            if r < n:
                return r

    def coin(self, p, odd):
        """True with probability p = (high + low / 2**bits) / odd, read from the highest part on."""
        high, low = divmod(p * odd, 1)
        if odd > 1:
            r = self.below(odd)
            if r != high:
                return r < high
        if not low:
            return False
        left = low.denominator.bit_length() - 1
        while left:
            size = left % 64 or 64
            drawn, low = self.word() >> (64 - size), low * 2**size
            here, low = divmod(low, 1)
            if drawn != here:
                return drawn < here
            left -= size
        return False

    def half_poisson(self, f, odd):
        while True:
            k = 0
            while not (word := self.word()):
                k += 64
            k += (word & -word).bit_length() - 1
            i = 1
            while i <= k and (f == 1 or self.coin(f, odd)) and self.below(i) == 0:
                i += 1
            if i > k:
                return k


def odd_part(n):
    return n // (n & -n)


def rounded(x, factor, key, i):
    v = abs(Fraction(x) * factor)
    sign = -1 if x * factor < 0 else 1
    odd = odd_part(Fraction(factor).denominator)
    return sign * (v // 1 + Words(key, i).coin(v % 1, odd))


def poisson(x, factor, key, i):
    v, odd, words = abs(Fraction(x) * factor), odd_part(Fraction(factor).denominator), Words(key, i)
    if not v:
        return 0
    halves, rest = divmod(2 * v, 1)
    return words.half_poisson(rest, odd) + sum(words.half_poisson(1, 1) for _ in range(halves))


def multinomial(weights, n, key, plus=0, units=None):
    plus, weights = Fraction(plus), [abs(Fraction(w)) for w in weights]
    odd = odd_part(plus.denominator)
    # The longest power of two that divides all weights times the odd part of plus's denominator.
    powers = [(w.numerator & -w.numerator) / Fraction(w.denominator) for w in weights if w]
    unit = min([*powers, *([Fraction(odd, plus.denominator)] if plus else [])]) / odd
    sums, so_far = [], 0
    for w in weights:
        so_far += int((w + plus) / unit)
        sums.append(so_far)
    counts = [0] * len(weights)
    units = n if units is None else units
    for i in range(n):
        r = Words(key, i).below_long(sums[-1])
        counts[next(k for k, s in enumerate(sums) if s > r)] += units // n + (i < units % n)
    return counts
