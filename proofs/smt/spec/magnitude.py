# SPDX-License-Identifier: BSD-3-Clause
"""What is an exact number, and how do two of them compare?"""

from __future__ import annotations

from dataclasses import dataclass

from proofs.smt import terms as t

EXPONENT = 20  # bits of an exponent; those of products of the longest floats are below 2^18
LEAST = -(1 << (EXPONENT - 1))  # the exponent of zero


def exponent(n):
    """A constant exponent."""
    return t.bv(n, EXPONENT)


@dataclass(frozen=True)
class Magnitude:
    """2^exp * sig / 2^(w-1): the leading one of sig is its top bit.  Zero: sig = 0, exp = LEAST."""

    exp: t.T
    sig: t.T

    def word(self, width):
        """Magnitudes are in the order of these signed words, at any one width of significands."""
        sig = self.sig
        if sig.w < width:
            sig = t.concat(sig, t.bv(0, width - sig.w))
        return t.concat(self.exp, sig)

    def __lt__(self, other):
        width = max(self.sig.w, other.sig.w)
        return t.slt(self.word(width), other.word(width))

    def equals(self, other):
        """A term: the same number."""
        width = max(self.sig.w, other.sig.w)
        return t.eq(self.word(width), other.word(width))

    def at_most(self, other):
        """A term: not greater than the other."""
        return t.lnot(other < self)


@dataclass(frozen=True)
class Number:
    """A finite number that is not zero; `negative` is a Boolean term."""

    negative: t.T
    magnitude: Magnitude


def number_of(x, sig=None):
    """The number of a struct nf_number_W; `sig`: another significand in place of its own."""
    return Number(
        t.ne(x["sign"], t.bv(0, 8)),
        Magnitude(t.extract(EXPONENT - 1, 0, x["exp"]), x["sig"] if sig is None else sig),
    )


def pick(cases, default):
    """The value of the first condition that holds."""
    for condition, value in reversed(cases):
        default = t.ite(condition, value, default)
    return default


def pick_magnitude(cases):
    """The magnitude of the first condition that holds, or the last one's."""
    return Magnitude(
        pick([(c, m.exp) for c, m in cases[:-1]], cases[-1][1].exp),
        pick([(c, m.sig) for c, m in cases[:-1]], cases[-1][1].sig),
    )


def normalised(exp, sig):
    """The magnitude 2^exp * sig / 2^(w-1), wherever the leading one of sig is.

    The upper half is empty or not: then the upper quarter of what is left, and so on.
    """
    step = 1 << (sig.w - 1).bit_length() - 1
    while step:
        empty = t.eq(t.extract(sig.w - 1, sig.w - step, sig), t.bv(0, step))
        sig = t.ite(empty, t.shl(sig, t.bv(step, sig.w)), sig)
        exp = t.ite(empty, t.sub(exp, exponent(step)), exp)
        step //= 2
    none = t.eq(sig, t.bv(0, sig.w))
    return Magnitude(t.ite(none, exponent(LEAST), exp), sig)
