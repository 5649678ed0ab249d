# SPDX-License-Identifier: BSD-3-Clause
"""What are posits, b-posits and linear takums?  Case tables over the regime, rounding of the bit string.

A magnitude code with more bits than the row has lies between codes of the row: the strings of the
row with one more bit are half way, those with 64 more divide the gap evenly.
"""

from __future__ import annotations

from proofs.smt import terms as t
from proofs.smt.spec import parameters as p
from proofs.smt.spec.line import Line
from proofs.smt.spec.magnitude import EXPONENT, Magnitude, exponent, pick
from proofs.smt.spec.special import Decoded, raised


class Tapered(Line):
    """Codes are two's complement; 10...0 is NaR."""

    def __init__(self, parameters):
        self.parameters = parameters
        self.wide = max(parameters.bits_most, 12) + 4

    # ---- the line
    def value(self, m):
        return self.string(m, 0)

    def middle(self, m):
        double = t.shl(m, t.bv(1, m.w))
        return self.string(t.add(double, t.bv(1, m.w)), 1)

    def part(self, m, word):
        wide = t.concat(m, t.bv(0, 64))
        return self.string(t.add(wide, t.zext(word, wide.w)), 64)

    def first(self, m):
        return t.eq(m, t.bv(1, self.wide))

    def last(self):
        """The code of the largest number."""
        return t.sub(self.nar(), t.bv(1, self.wide))

    def nar(self):
        """The code 10...0."""
        places = t.zext(t.sub(self.parameters.bits, exponent(1)), self.wide)
        return t.shl(t.bv(1, self.wide), places)

    def clamped(self, m, x):
        return t.lor(
            t.land(self.first(m), x.magnitude < self.value(m)),
            t.land(t.eq(m, self.last()), self.value(m) < x.magnitude),
        )

    # ---- strings
    def string(self, m, more):
        """The magnitude of a code, its sign bit clear, with `more` bits than the row's."""
        width = self.wide + more
        m = t.zext(m, width) if m.w < width else m
        bits = self.parameters.bits
        room = t.sub(exponent(width - more), bits)
        word = t.shl(m, t.zext(room, width))
        if t.is_const(room) and room.val:  # the same, in a form that folds
            word = t.concat(t.extract(width - 1 - room.val, 0, m), t.bv(0, room.val))
        body = t.extract(word.w - 2, 0, word)
        return self.posit(body) if self.parameters.family == p.POSIT else takum(body)

    def posit(self, body):
        """Regime, es bits of exponent, fraction; a regime of rs bits has no end bit."""
        rs, es = self.parameters.rs, self.parameters.es
        standard = t.eq(rs, t.sub(self.parameters.bits, exponent(1)))
        powers, rests = [], []
        for run in range(1, min(self.parameters.bits_most + 1, body.w - 1)):
            full = t.land(t.eq(rs, exponent(run)), t.lnot(standard))
            rest = t.ite(full, shifted(body, run), shifted(body, run + 1))
            following = t.extract(body.w - 1 - run, body.w - 1 - run, body)
            for bit in (0, 1):
                same = t.eq(t.extract(body.w - 1, body.w - run, body), t.bv(-bit, run))
                match = t.land(same, t.lor(full, t.ne(following, t.bv(bit, 1))))
                powers.append((match, exponent(run - 1 if bit else -run)))
                rests.append((match, rest))
        power, rest = pick(powers, exponent(0)), pick(rests, t.bv(0, body.w))
        cases = []
        for k in range(6):
            low = t.zext(t.extract(rest.w - 1, rest.w - k, rest), EXPONENT) if k else exponent(0)
            scaled = t.add(t.shl(power, exponent(k)), low)
            cases.append((t.eq(es, exponent(k)), scaled, shifted(rest, k)))
        return Magnitude(
            pick([(c, e) for c, e, _ in cases], exponent(0)),
            t.concat(t.bv(1, 1), pick([(c, f) for c, _, f in cases], t.bv(0, rest.w))),
        )

    # ---- codes
    def decode(self, code):
        """What a code of `wide` bits means."""
        nar = self.nar()
        mask = t.sub(t.shl(nar, t.bv(1, self.wide)), t.bv(1, self.wide))
        negative = t.ult(nar, code)
        m = t.ite(negative, t.band(t.neg(code), mask), code)
        zero, nan = t.eq(code, t.bv(0, self.wide)), t.eq(code, nar)
        return Decoded(zero, t.FALSE, nan, negative, self.value(m))

    def writes(self, _code):
        """A term: each value has one code."""
        return t.TRUE

    def encodes(self, code, flags, x, word=None, mode=None):
        """A term: x, which is finite and not zero, is rounded to the code: never 0 or NaR, no flag."""
        nar = self.nar()
        mask = t.sub(t.shl(nar, t.bv(1, self.wide)), t.bv(1, self.wide))
        m = t.ite(x.negative, t.band(t.neg(code), mask), code)
        return t.land(
            t.ule(code, mask),
            t.ne(m, t.bv(0, self.wide)),
            t.ule(m, self.last()),
            self.rounded(m, x, self.parameters.rounding if mode is None else mode, word),
            raised(flags, 0),
        )

    def encodes_special(self, code, flags, special):
        """A term: what is no finite number but zero becomes NaR; infinities are invalid."""
        infinite = t.land(special.infinite, t.lnot(special.pole))
        return t.land(
            t.eq(code, t.ite(special.zero, t.bv(0, self.wide), self.nar())),
            t.eq(flags, t.ite(infinite, t.bv(p.INVALID, flags.w), t.bv(0, flags.w))),
        )


def shifted(word, n):
    """The word moved up by n bits."""
    if n >= word.w:
        return t.bv(0, word.w)
    return t.concat(t.extract(word.w - 1 - n, 0, word), t.bv(0, n)) if n else word


def takum(body):
    """Direction, three bits of regime, r bits of characteristic, fraction (Hunhold, definition 8)."""
    exps, fractions = [], []
    for direction in (0, 1):
        for regime in range(8):
            match = t.eq(t.extract(body.w - 1, body.w - 4, body), t.bv(direction << 3 | regime, 4))
            r = regime if direction else 7 - regime
            low = (
                t.zext(t.extract(body.w - 5, body.w - 4 - r, body), EXPONENT) if r else exponent(0)
            )
            base = (1 << r) - 1 if direction else 1 - (1 << r + 1)
            exps.append((match, t.add(low, exponent(base))))
            fractions.append((match, shifted(body, 4 + r)))
    return Magnitude(
        pick(exps, exponent(0)), t.concat(t.bv(1, 1), pick(fractions, t.bv(0, body.w)))
    )
