# SPDX-License-Identifier: BSD-3-Clause
"""What is fixed point?  Steps of 2^-frac, rounded to the grid, and what happens at the two ends."""

from __future__ import annotations

from proofs.smt import terms as t
from proofs.smt.spec import parameters as p
from proofs.smt.spec.line import Line
from proofs.smt.spec.magnitude import exponent, normalised
from proofs.smt.spec.special import Decoded, over, raised


class Fixed(Line):
    """code * 2^-frac, two's complement with a sign."""

    def __init__(self, parameters, wide=None):
        self.parameters = parameters
        self.wide = wide or parameters.bits_most + 4

    # ---- the line
    def steps(self, m, more):
        """The magnitude of m steps of 2^-(frac + more)."""
        unit = t.add(self.parameters.frac, exponent(more))
        return normalised(t.sub(exponent(m.w - 1), unit), m)

    def value(self, m):
        return self.steps(m, 0)

    def middle(self, m):
        double = t.zext(m, m.w + 1)
        double = t.add(t.shl(double, t.bv(1, m.w + 1)), t.bv(1, m.w + 1))
        return self.steps(double, 1)

    def part(self, m, word):
        wide = t.concat(m, t.bv(0, 64))
        return self.steps(t.add(wide, t.zext(word, wide.w)), 64)

    # ---- codes
    def mask(self):
        """All bits of a code."""
        one = t.bv(1, self.wide)
        return t.sub(t.shl(one, t.zext(self.parameters.bits, self.wide)), one)

    def end(self, negative):
        """The last magnitude of that sign, in steps."""
        q, one = self.parameters, t.bv(1, self.wide)
        has_sign = q.has("is_signed")
        mask = self.mask()
        half = t.lshr(mask, one)
        lowest = t.ite(q.equals("overflow", p.SYMMETRIC), half, t.add(half, one))
        return t.ite(
            negative,
            t.ite(has_sign, lowest, t.bv(0, self.wide)),
            t.ite(has_sign, half, mask),
        )

    def signed(self, m, negative):
        """The code of so many steps, modulo 2^bits."""
        return t.band(t.ite(negative, t.neg(m), m), self.mask())

    def decode(self, code):
        """What a code means."""
        q = self.parameters
        half = t.lshr(self.mask(), t.bv(1, self.wide))
        negative = t.land(q.has("is_signed"), t.ult(half, code))
        zero = t.eq(code, t.bv(0, self.wide))
        m = self.signed(code, negative)
        return Decoded(zero, t.FALSE, t.FALSE, negative, self.value(m))

    def writes(self, code):
        """A term: does the row itself write this code for what it means?"""
        lowest = t.lshr(t.add(self.mask(), t.bv(1, self.wide)), t.bv(1, self.wide))
        return t.lnot(t.land(self.parameters.equals("overflow", p.SYMMETRIC), t.eq(code, lowest)))

    def encodes(self, code, flags, x, word=None, mode=None):
        """A term: x, which is finite and not zero, is rounded to the code, with these flags."""
        q = self.parameters
        mode = q.rounding if mode is None else mode
        end = self.end(x.negative)
        m = self.signed(code, t.land(x.negative, q.has("is_signed")))
        inside = t.land(
            t.ule(code, self.mask()),
            t.ule(m, end),
            self.rounded(m, x, mode, word),
            raised(flags, 0),
        )
        last = t.ite(q.equals("overflow", p.ZERO), t.bv(0, self.wide), self.signed(end, x.negative))
        beyond = t.land(
            self.passes(end, x, mode, word), t.eq(code, last), raised(flags, p.OVERFLOW)
        )
        return t.lor(inside, t.land(t.lnot(q.equals("overflow", p.WRAP)), beyond))

    def wraps(self, code, flags, x, word=None, mode=None):
        """A term: as `encodes`, of rows that wrap; `steps`, any number that x is rounded to, decides.

        Numbers of 2^(bits + w) steps and more are whole multiples of 2^bits steps.
        """
        q, wide = self.parameters, self.wide + x.magnitude.sig.w
        line = Fixed(q, wide)
        steps = t.var("steps", wide)
        mode = q.rounding if mode is None else mode
        short = t.extract(self.wide - 1, 0, line.signed(steps, x.negative))
        overflow = t.ult(t.zext(self.end(x.negative), wide), steps)
        right = t.land(
            t.eq(code, short),
            t.lite(overflow, raised(flags, p.OVERFLOW), raised(flags, 0)),
        )
        large = line.value(t.bv(1 << (wide - 1), wide)).at_most(x.magnitude)
        multiple = t.land(t.eq(code, t.bv(0, self.wide)), raised(flags, p.OVERFLOW))
        rounded = t.land(
            line.rounded(steps, x, mode, word),
            t.eq(t.extract(wide - 1, wide - 1, steps), t.bv(0, 1)),
        )
        return t.lite(large, multiple, t.implies(rounded, right))

    def encodes_special(self, code, flags, special):
        """A term: NaN is 0 and invalid, an infinity is the end of its sign, or 0."""
        q = self.parameters
        last = self.signed(self.end(special.negative), special.negative)
        last = t.ite(q.equals("overflow", p.ZERO), t.bv(0, self.wide), last)
        none = t.eq(code, t.bv(0, self.wide))
        return t.lite(
            special.infinite,
            t.land(t.eq(code, last), over(flags, special)),
            t.land(none, t.lite(special.nan, raised(flags, p.INVALID), raised(flags, 0))),
        )
