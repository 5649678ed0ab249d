# SPDX-License-Identifier: BSD-3-Clause
"""What does a datapath that truncates load and store?  By the order of the numbers that it keeps.

It keeps the codes of its store with at most compute_man + 1 significant bits.  To cut x toward zero
is to take the largest of them that is not above x: `other`, a variable for any code, is not between.
"""

from __future__ import annotations

from proofs.smt import terms as t
from proofs.smt.spec import parameters as p
from proofs.smt.spec.floats import Floats
from proofs.smt.spec.magnitude import exponent
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
        """A term: the exact result x, finite and not zero, is stored as the code, with these flags."""
        top, one = self.last(), t.bv(1, self.wide)
        m = t.band(code, t.bnot(self.sign_bit()))
        stored = t.lite(
            self.parameters.equals("cut", p.CUT_RESULT),
            self.truncates(m, flags, x),
            self.rounds(m, flags, x),
        )
        return t.land(t.eq(code, self.signed(m, x.negative)), t.ule(m, t.add(top, one)), stored)

    def truncates(self, m, flags, x):
        """A term: m is x cut, then flushed; an infinity from twice the last binade on."""
        huge = t.slt(self.value(self.last()).exp, x.magnitude.exp)
        infinite = t.eq(m, t.add(self.last(), t.bv(1, self.wide)))
        small = t.land(self.parameters.has("ftz"), x.magnitude < self.value(self.least()))
        cut = t.lite(small, self.is_zero(m), self.cut(m, x))
        return t.lite(
            huge,
            t.land(infinite, raised(flags, p.OVERFLOW)),
            t.land(cut, raised(flags, 0)),
        )

    def rounds(self, m, flags, x):
        """A term: m is what becomes of `nearest`, a variable for the code that x is rounded to.

        Machines of the kind "rounded" mask its low bits; then what is small is flushed.
        """
        top, nearest = self.last(), t.var("nearest", self.wide)
        right = t.land(
            t.ule(nearest, t.add(top, t.bv(1, self.wide))),
            self.encodes(self.signed(nearest, x.negative), flags, x),
        )
        low = self.word(t.sub(self.parameters.man, self.parameters.compute_man))
        masks = t.land(self.parameters.equals("cut", p.CUT_ROUNDED), t.ule(nearest, top))
        masked = t.ite(masks, t.shl(t.lshr(nearest, low), low), nearest)
        overflow = self.passes(top, x, self.parameters.rounding)
        return t.land(
            t.implies(right, t.eq(m, self.flushed(masked))),
            t.lite(overflow, raised(flags, p.OVERFLOW), raised(flags, 0)),
        )

    def flushes(self, code):
        """A term: a number of this code is loaded as zero."""
        small = t.ult(t.band(code, t.bnot(self.sign_bit())), self.least())
        return t.land(self.parameters.has("daz"), small)

    def loads(self, exact, loaded):
        """A term: `loaded` is the magnitude `exact`, cut where operands are cut.

        It has compute_man + 1 bits, is not above it, and is above it with one unit more.
        """
        width = max(exact.sig.w, loaded.sig.w)
        a, b = (t.extract(width - 1, 0, x.word(width)) for x in (exact, loaded))
        places = t.zext(self.parameters.compute_man, width)  # behind the leading one
        unit = t.lshr(t.bv(1 << (width - 1), width), places)
        behind = t.shl(b, t.add(places, t.bv(1, width)))
        cut = t.land(
            t.eq(exact.exp, loaded.exp),
            t.eq(behind, t.bv(0, width)),
            t.ule(b, a),
            t.ult(t.sub(a, b), unit),
        )
        operand = self.parameters.equals("cut", p.CUT_OPERAND)
        return t.lite(operand, cut, exact.equals(loaded))
