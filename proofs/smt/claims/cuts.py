# SPDX-License-Identifier: BSD-3-Clause
"""What does a truncating datapath cut of an addend and of a product?  By its definition; `q`: its parameters."""

from __future__ import annotations

from proofs.smt import terms as t
from proofs.smt.spec import parameters as p


def cut(q, x, where):
    """A number as a truncated row cuts it there: toward zero to compute_man + 1 significant bits."""
    if q.family != p.TRUNCATED:
        return x
    keep = t.add(q.compute_man, t.bv(1, q.compute_man.w))
    return {**x, "sig": t.ite(q.equals("cut", where), top_bits(x["sig"], keep), x["sig"])}


def top_bits(sig, keep):
    """The word with all but its first `keep` bits, a number of at most 63, cleared."""
    ones = t.lshr(t.bv(-1, sig.w), t.zext(keep, sig.w))
    return t.band(sig, t.bnot(ones))


def aligned(q, a, b):
    """The operands as a row that cuts at alignment has them.

    Of the one of smaller exponent nothing is left below 2^-compute_man of the other's leading bit.
    """
    if q.family != p.TRUNCATED:
        return a, b
    cuts = q.equals("cut", p.CUT_ALIGN)

    def shortened(x, other):
        distance = t.sub(other["exp"], x["exp"])
        keep = t.sub(t.zext(t.add(q.compute_man, t.bv(1, q.compute_man.w)), 32), distance)
        below = t.land(cuts, t.slt(t.bv(0, 32), distance))
        left = t.ite(t.sle(keep, t.bv(0, 32)), t.bv(0, x["sig"].w), top_bits(x["sig"], keep))
        return {**x, "sig": t.ite(below, left, x["sig"])}

    return shortened(a, b), shortened(b, a)
