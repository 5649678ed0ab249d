# SPDX-License-Identifier: BSD-3-Clause
"""Which magnitude code is a number rounded to?  In each mode, by comparison with values of codes.

The codes of magnitudes stand on a line.  A family says what is the value of each, what lies half
way to the next, and where the line ends: here is what rounding means on any such line.

    before(m)   low   value(m)   high   after(m)
    ----+--------|--------+--------|--------+----
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from proofs.smt import terms as t
from proofs.smt.spec import parameters as p
from proofs.smt.spec.magnitude import EXPONENT, pick


class Line(ABC):
    """Magnitude codes are words of `wide` bits, with room for 2m + 1."""

    wide: int
    parameters: p.Parameters

    @abstractmethod
    def value(self, m):
        """The magnitude of code m."""

    @abstractmethod
    def middle(self, m):
        """The magnitude half way between m and the code after it."""

    @abstractmethod
    def part(self, m, word):
        """The magnitude behind m by word / 2^64 of the way to the code after it."""

    def after(self, m):
        """The code after m."""
        return t.add(m, t.bv(1, self.wide))

    def before(self, m):
        """The code before m, which is not the first."""
        return t.sub(m, t.bv(1, self.wide))

    def first(self, m):
        """A term: no code is before m."""
        return t.eq(m, t.bv(0, self.wide))

    def odd(self, m):
        """A term: is m odd, as the lower end of a gap?"""
        return t.eq(t.extract(0, 0, m), t.bv(1, 1))

    def odd_above(self, m):
        """A term: is m odd, as the upper end of a gap?"""
        return self.odd(m)

    def clamped(self, _m, _x):
        """A term: m is an end of the line, x is beyond it, and all modes stay there."""
        return t.FALSE

    # ---- one gap, from `low` to the code after it
    def up(self, low, mode, x, word):
        """A term: x, strictly inside the gap, goes to its upper end.  `word`: that of stochastic rounding."""
        middle = self.middle(low)
        more, tie = middle < x.magnitude, x.magnitude.equals(middle)
        ties = {
            p.NEAREST_EVEN: self.odd(low),
            p.NEAREST_AWAY: t.TRUE,
            p.NEAREST_ZERO: t.FALSE,
            p.NEAREST_POSITIVE: t.lnot(x.negative),
            p.NEAREST_NEGATIVE: x.negative,
        }
        cases = {m: t.lor(more, t.land(tie, up)) for m, up in ties.items()}
        cases |= {
            p.TOWARD_ZERO: t.FALSE,
            p.TOWARD_POSITIVE: t.lnot(x.negative),
            p.TOWARD_NEGATIVE: x.negative,
            p.TO_ODD: t.lnot(self.odd(low)),
        }
        chosen = of_mode(mode, cases)
        if word is not None:
            chosen = t.lite(is_mode(mode, p.STOCHASTIC), self.drawn(low, x, word), chosen)
        return chosen

    def drawn(self, low, x, word):
        """A term: the word is below D * 2^64, whose bit 0 is set if anything was left below it.

        An even word R is below that if D * 2^64 > R; an odd one, if D * 2^64 >= R + 1.
        """
        wide = t.zext(word, 65)
        odd = t.eq(t.extract(0, 0, word), t.bv(1, 1))
        return t.lite(
            odd,
            self.part(low, t.add(wide, t.bv(1, 65))).at_most(x.magnitude),
            self.part(low, wide) < x.magnitude,
        )

    # ---- the whole line
    def rounded(self, m, x, mode, word=None):
        """A term: the number x is rounded to m, on a line without end.

        Stochastically, without a word: m is one of the two neighbours.
        """
        here = self.value(m)
        inside = t.land(here < x.magnitude, x.magnitude < self.value(self.after(m)))
        below = self.before(m)
        from_below = t.land(
            t.lnot(self.first(m)), self.value(below) < x.magnitude, x.magnitude < here
        )
        free = t.FALSE if word is not None else is_mode(mode, p.STOCHASTIC)
        return t.lor(
            x.magnitude.equals(here),
            t.land(inside, t.lor(free, t.lnot(self.up(m, mode, x, word)))),
            t.land(from_below, t.lor(free, self.up(below, mode, x, word))),
            self.clamped(m, x),
        )

    def passes(self, m, x, mode, word=None):
        """A term: the number x is rounded to a code after m (stochastically: may be)."""
        free = t.FALSE if word is not None else is_mode(mode, p.STOCHASTIC)
        return t.lor(
            self.value(self.after(m)).at_most(x.magnitude),
            t.land(self.value(m) < x.magnitude, t.lor(free, self.up(m, mode, x, word))),
        )


def is_mode(mode, value):
    """A term: is it this mode?"""
    return t.eq(mode, t.bv(value, EXPONENT))


def of_mode(mode, cases):
    """The Boolean term of a mode."""
    return t.ne(
        pick(
            [(is_mode(mode, m), t.ite(c, t.bv(1, 1), t.bv(0, 1))) for m, c in cases.items()],
            t.bv(0, 1),
        ),
        t.bv(0, 1),
    )
