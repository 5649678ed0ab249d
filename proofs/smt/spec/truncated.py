# SPDX-License-Identifier: BSD-3-Clause
"""What does a datapath that truncates load and store?  By the order of the numbers that it keeps.

It keeps the codes of its store with at most compute_man + 1 significant bits.  To cut x toward zero
is to take the largest of them that is not above x; `other`, any code, shows that there is none
between.
"""

from __future__ import annotations

from proofs.smt import terms as t
from proofs.smt.spec import parameters as p
from proofs.smt.spec.floats import Floats
from proofs.smt.spec.magnitude import Magnitude, Number, exponent
from proofs.smt.spec.special import raised


class Truncated(Floats):
    """Stored and converted as an IEEE float."""

    def kept(self, m):
        """A term: has the code at most compute_man + 1 significant bits?"""
        sig = self.value(m).sig  # the leading one on top
        room = t.zext(t.add(self.parameters.compute_man, exponent(1)), sig.w)
        return t.eq(t.shl(sig, room), t.bv(0, sig.w))

    def cut(self, m, x):
        """A term: m is the code of x cut toward zero."""
        other = t.var("other", self.wide)
        between = t.land(
            self.kept(other),
            t.ult(m, other),
            t.ule(other, self.last()),
            self.value(other).at_most(x.magnitude),
        )
        return t.land(self.kept(m), self.value(m).at_most(x.magnitude), t.lnot(between))

    def flushed(self, m):
        """A result below the least normal is 0 where results are flushed."""
        small = t.land(self.parameters.has("ftz"), t.ult(m, self.least()))
        return t.ite(small, t.bv(0, self.wide), m)

    def stores(self, code, flags, x):
        """A term: the exact result x, finite and not zero, is stored as the code, with these flags.

        `rounded`, any code, is what nearest even makes of x before its bits are masked.
        """
        q = self.parameters
        any_code = t.var("rounded", self.wide)
        sign = t.band(code, self.sign_bit())
        m = t.band(code, t.bnot(self.sign_bit()))
        right_sign = t.eq(t.ne(sign, t.bv(0, self.wide)), x.negative)
        top = self.last()
        huge = t.slt(self.value(top).exp, x.magnitude.exp)
        infinite = t.land(t.eq(m, t.add(top, t.bv(1, self.wide))), raised(flags, p.OVERFLOW))
        truncated = t.lite(
            huge,
            infinite,
            t.land(
                t.implies(self.cut(any_code, x), t.eq(m, self.flushed(any_code))), raised(flags, 0)
            ),
        )
        masked = t.shl(t.lshr(any_code, self.low()), self.low())
        masks = t.land(q.equals("cut", p.CUT_ROUNDED), t.ule(any_code, top))
        stored = self.flushed(t.ite(masks, masked, any_code))
        nearest = t.implies(
            t.land(
                self.encodes(self.signed(any_code, x.negative), flags, x),
                t.ule(any_code, t.add(top, t.bv(1, self.wide))),
            ),
            t.eq(m, stored),
        )
        flag = t.lite(self.passes(top, x, q.rounding), raised(flags, p.OVERFLOW), raised(flags, 0))
        return t.land(
            right_sign,
            t.ule(m, t.add(top, t.bv(1, self.wide))),
            t.lite(q.equals("cut", p.CUT_RESULT), truncated, t.land(nearest, flag)),
        )

    def low(self):
        """How many low bits of the fraction does a masked result lose?"""
        return self.word(t.sub(self.parameters.man, self.parameters.compute_man))

    def loads(self, code):
        """What the datapath makes of a code: whether it is flushed, and its number.

        The significand of the number holds bits that operands lose: `cut_operand` says which.
        """
        small = t.ult(t.band(code, t.bnot(self.sign_bit())), self.least())
        return t.land(self.parameters.has("daz"), small)

    def is_operand(self, exact, loaded):
        """A term: `loaded` is the magnitude `exact`, cut where operands are cut.

        It has compute_man + 1 bits, is not above it, and one unit of its last bit more is.
        """
        q, width = self.parameters, max(exact.sig.w, loaded.sig.w)
        a, b = (x.word(width) for x in (exact, loaded))
        keep = t.zext(t.add(q.compute_man, exponent(1)), b.w)
        sig_a, sig_b = (t.extract(width - 1, 0, x) for x in (a, b))
        unit = t.lshr(
            t.bv(1 << (width - 1), width + 1), t.sub(t.zext(keep, width + 1), t.bv(1, width + 1))
        )
        short = t.eq(t.shl(sig_b, t.zext(t.extract(19, 0, keep), width)), t.bv(0, width))
        gap = t.sub(t.zext(sig_a, width + 1), t.zext(sig_b, width + 1))
        cut = t.land(t.eq(exact.exp, loaded.exp), short, t.ule(sig_b, sig_a), t.ult(gap, unit))
        return t.lite(q.equals("cut", p.CUT_OPERAND), cut, exact.equals(loaded))


__all__ = ["Magnitude", "Number", "Truncated"]
