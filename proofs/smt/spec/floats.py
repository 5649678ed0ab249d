# SPDX-License-Identifier: BSD-3-Clause
"""What are IEEE-like floats?  Fields, specials from the top of the codes downwards, projection.

A number is rounded as if the exponent field had no end, and then projected (IEEE P3109, 4.7.3):
codes of magnitudes go on behind the largest finite one.
"""

from __future__ import annotations

from proofs.smt import terms as t
from proofs.smt.spec import parameters as p
from proofs.smt.spec.line import Line, of_mode
from proofs.smt.spec.magnitude import EXPONENT, Magnitude, exponent, normalised, pick_magnitude
from proofs.smt.spec.special import Decoded, over, raised


class Floats(Line):
    """Sign, exponent, fraction."""

    def __init__(self, parameters):
        self.parameters = parameters
        self.wide = max(parameters.bits_most, 8) + 4
        self.gap = t.land(parameters.has("zero"), t.lnot(parameters.has("subnormals")))

    def word(self, v):
        """A parameter as a magnitude code."""
        return t.zext(v, self.wide)

    def ones(self, n):
        """2^n - 1 as a magnitude code, n a parameter."""
        one = t.bv(1, self.wide)
        return t.sub(t.shl(one, self.word(n)), one)

    # ---- the line
    def of_fields(self, m, more):
        """The magnitude of a code with `more` bits of fraction than the row has."""
        width = self.wide + more
        m = t.zext(m, width) if m.w < width else m
        man = t.zext(t.add(self.parameters.man, exponent(more)), width)
        one = t.shl(t.bv(1, width), man)
        fraction = t.band(m, t.sub(one, t.bv(1, width)))
        field = t.extract(EXPONENT - 1, 0, t.zext(t.lshr(m, man), max(width, EXPONENT)))
        lowest = t.land(t.eq(field, exponent(0)), self.parameters.has("zero"))
        top = t.sub(t.bv(width - 1, width), man)  # from bit man to the top
        small = normalised(t.sub(exponent(1), self.parameters.bias), t.shl(fraction, top))
        large = Magnitude(t.sub(field, self.parameters.bias), t.shl(t.bor(one, fraction), top))
        return pick_magnitude([(lowest, small), (t.TRUE, large)])

    def value(self, m):
        return self.of_fields(m, 0)

    def middle(self, m):
        double = t.add(t.shl(m, t.bv(1, self.wide)), t.bv(1, self.wide))
        middle = self.of_fields(double, 1)
        half = Magnitude(
            t.neg(self.parameters.bias),
            t.shl(t.bv(1, middle.sig.w), t.bv(middle.sig.w - 1, middle.sig.w)),
        )  # of the least normal, 2^(1 - bias)
        return pick_magnitude([(t.land(self.gap, self.is_zero(m)), half), (t.TRUE, middle)])

    def part(self, m, word):
        wide = t.concat(m, t.bv(0, 64))
        inner = self.of_fields(t.add(wide, t.zext(word, wide.w)), 64)
        # from 0 to the least normal: word / 2^64 of it
        across = normalised(
            t.sub(exponent(1), self.parameters.bias), t.concat(word, t.bv(0, inner.sig.w - 65))
        )
        return pick_magnitude([(t.land(self.gap, self.is_zero(m)), across), (t.TRUE, inner)])

    def is_zero(self, m):
        """A term: the code 0."""
        return t.eq(m, t.bv(0, self.wide))

    def least(self):
        """The least normal code where there are no subnormals."""
        return t.shl(t.bv(1, self.wide), self.word(self.parameters.man))

    def absent(self, m):
        """A term: a code between 0 and the least normal, where there are no subnormals."""
        return t.land(self.gap, t.lnot(self.is_zero(m)), t.ult(m, self.least()))

    def after(self, m):
        following = t.add(m, t.bv(1, self.wide))
        return t.ite(t.land(self.gap, self.is_zero(m)), self.least(), following)

    def before(self, m):
        return t.ite(
            t.land(self.gap, t.eq(m, self.least())),
            t.bv(0, self.wide),
            t.sub(m, t.bv(1, self.wide)),
        )

    def clamped(self, m, x):
        """Without a zero there is nothing below the first code."""
        none = t.land(t.lnot(self.parameters.has("zero")), self.is_zero(m))
        return t.land(none, x.magnitude < self.value(m))

    # ---- specials, from the top downwards
    def magnitude_bits(self):
        """Bits below the sign."""
        return t.sub(self.parameters.bits, self.parameters.is_signed)

    def reserved(self):
        """The first code of the exponent field of all ones."""
        return t.shl(self.ones(self.parameters.exp), self.word(self.parameters.man))

    def last(self):
        """The largest finite code."""
        q, one, none = self.parameters, t.bv(1, self.wide), t.bv(0, self.wide)
        last = self.ones(self.magnitude_bits())
        last = t.sub(last, t.ite(q.equals("nan", p.NAN_ALL_ONES), one, none))
        last = t.sub(last, t.ite(q.equals("inf", p.INF_TOP), one, none))
        return t.ite(q.equals("inf", p.INF_IEEE), t.sub(self.reserved(), one), last)

    def sign_bit(self):
        """The code whose only bit is the sign; 0 where there is no sign."""
        place = self.word(t.sub(self.parameters.bits, exponent(1)))
        one = t.shl(t.bv(1, self.wide), place)
        return t.ite(self.parameters.has("is_signed"), one, t.bv(0, self.wide))

    def nan(self):
        """The code that NaN becomes."""
        q = self.parameters
        quiet = t.lshr(self.least(), t.bv(1, self.wide))
        nowhere = t.ite(q.has("signed_zero"), self.sign_bit(), t.bv(0, self.wide))
        code = t.ite(q.equals("nan", p.NAN_NEGATIVE_ZERO), self.sign_bit(), nowhere)
        code = t.ite(q.equals("nan", p.NAN_ALL_ONES), self.ones(self.magnitude_bits()), code)
        return t.ite(q.equals("nan", p.NAN_IEEE), t.bor(self.reserved(), quiet), code)

    def infinity(self, negative):
        """The code of the infinity of that sign."""
        return self.signed(t.add(self.last(), t.bv(1, self.wide)), negative)

    def signed(self, m, negative):
        """The code of a magnitude with a sign; zero has one where the row says so."""
        bare = t.land(self.is_zero(m), t.lnot(self.parameters.has("signed_zero")))
        return t.bor(m, t.ite(t.land(negative, t.lnot(bare)), self.sign_bit(), t.bv(0, self.wide)))

    # ---- codes
    def decode(self, code):
        """What a code means."""
        q, sign = self.parameters, self.sign_bit()
        m = t.band(code, t.bnot(sign))
        negative = t.ne(t.band(code, sign), t.bv(0, self.wide))
        infinite = t.land(
            q.one_of("inf", p.INF_IEEE, p.INF_TOP), t.eq(m, t.add(self.last(), t.bv(1, self.wide)))
        )
        nan = t.lor(
            t.land(q.equals("nan", p.NAN_IEEE), t.ult(self.reserved(), m)),
            t.land(q.equals("nan", p.NAN_ALL_ONES), t.eq(m, self.ones(self.magnitude_bits()))),
            t.land(q.equals("nan", p.NAN_NEGATIVE_ZERO), t.eq(code, sign)),
        )
        zero = t.land(q.has("zero"), t.lor(self.is_zero(m), self.absent(m)), t.lnot(nan))
        return Decoded(
            zero,
            infinite,
            nan,
            t.land(negative, t.lnot(t.land(zero, t.lnot(q.has("signed_zero"))))),
            self.value(m),
        )

    def writes(self, code):
        """A term: does the row itself write this code for what it means?"""
        x = self.decode(code)
        m = t.band(code, t.bnot(self.sign_bit()))
        kept = t.lnot(self.parameters.equals("overflow", p.SATURATE_FINITE))
        return t.land(
            t.implies(x.nan, t.eq(code, self.nan())),
            t.implies(x.infinite, kept),
            t.implies(x.zero, self.is_zero(m)),
        )

    def encodes(self, code, flags, x, word=None, mode=None):
        """A term: x, which is finite and not zero, is rounded and projected to the code, with these flags."""
        q = self.parameters
        mode = q.rounding if mode is None else mode
        below = t.land(x.negative, t.lnot(q.has("is_signed")))
        last = t.ite(below, t.bv(0, self.wide), self.last())
        m = t.band(code, t.bnot(self.sign_bit()))
        inside = t.land(
            t.ule(m, last),
            t.lnot(self.absent(m)),
            self.rounded(m, x, mode, word),
            t.eq(code, self.signed(m, x.negative)),
            raised(flags, 0),
        )
        beyond = t.land(
            self.passes(last, x, mode, word),
            self.projected(code, flags, x.negative, mode, last, below),
        )
        nothing = t.land(t.eq(code, self.nan()), raised(flags, p.INVALID))
        return t.lite(t.land(below, t.lnot(q.has("zero"))), nothing, t.lor(inside, beyond))

    def projected(self, code, flags, negative, mode, last, below):
        """A term: what was rounded to a code beyond the last one becomes this (P3109, 4.7.5)."""
        q = self.parameters
        saturates = q.one_of("overflow", p.SATURATE, p.SATURATE_FINITE)
        takes_last = t.lor(t.lnot(q.equals("overflow", p.INF)), self.odd(self.last()))
        stays = of_mode(
            mode,
            {
                p.TOWARD_ZERO: t.TRUE,
                p.TOWARD_POSITIVE: negative,
                p.TOWARD_NEGATIVE: t.lnot(negative),
                p.TO_ODD: t.land(t.lnot(below), takes_last),
            },
        )
        to_last = t.land(t.eq(code, self.signed(last, negative)), raised(flags, p.OVERFLOW))
        return t.lite(t.lor(saturates, stays), to_last, self.beyond(code, flags, negative, below))

    def beyond(self, code, flags, negative, below):
        """A term: infinity, or NaN; below 0 without a sign there is none."""
        infinite = self.parameters.equals("overflow", p.INF)
        end = t.ite(infinite, self.infinity(negative), self.nan())
        return t.lite(
            below,
            t.land(t.eq(code, self.nan()), raised(flags, p.INVALID)),
            t.land(t.eq(code, end), raised(flags, p.OVERFLOW)),
        )

    def encodes_special(self, code, flags, special):
        """A term: NaN, infinity or zero becomes the code, with these flags."""
        q, negative = self.parameters, special.negative
        below = t.land(negative, t.lnot(q.has("is_signed")))
        nowhere = t.land(t.lnot(q.has("zero")), t.lor(negative, special.zero))
        has_nan = t.lnot(q.equals("nan", p.NAN_NONE))
        quiet = t.land(special.nan, has_nan)
        no_sign = t.land(special.by_zero, t.lnot(q.has("signed_zero")), has_nan)
        kept = t.land(
            t.lnot(below),
            t.lnot(q.equals("inf", p.INF_NONE)),
            t.lnot(q.equals("overflow", p.SATURATE_FINITE)),
        )
        last = t.ite(below, t.bv(0, self.wide), self.last())
        ends = t.lite(
            q.one_of("overflow", p.SATURATE, p.SATURATE_FINITE),
            t.land(t.eq(code, self.signed(last, negative)), over(flags, special)),
            t.lite(
                below,
                t.land(t.eq(code, self.nan()), raised(flags, p.INVALID)),
                t.land(t.eq(code, self.nan()), over(flags, special)),
            ),
        )
        itself = t.land(t.eq(code, self.infinity(negative)), raised(flags, 0))
        infinite = t.lite(
            no_sign,
            t.land(t.eq(code, self.nan()), raised(flags, p.DIVIDE)),
            t.lite(kept, itself, ends),
        )
        flag = t.ite(quiet, t.bv(0, flags.w), t.bv(p.INVALID, flags.w))
        none = t.land(t.eq(code, self.nan()), t.eq(flags, flag))
        zero = t.land(t.eq(code, self.signed(t.bv(0, self.wide), negative)), raised(flags, 0))
        return t.lite(t.lor(special.nan, nowhere), none, t.lite(special.infinite, infinite, zero))
