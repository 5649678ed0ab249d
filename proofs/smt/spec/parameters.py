# SPDX-License-Identifier: BSD-3-Clause
"""Which parameters does a definition read?  Those of a row, as constants or as variables."""

from __future__ import annotations

from proofs.smt import terms as t
from proofs.smt.spec.magnitude import EXPONENT

POSIT, TAKUM, FLOAT, TRUNCATED, FIXED = range(5)
(
    NEAREST_EVEN,
    NEAREST_AWAY,
    NEAREST_ZERO,
    NEAREST_POSITIVE,
    NEAREST_NEGATIVE,
    TOWARD_ZERO,
    TOWARD_POSITIVE,
    TOWARD_NEGATIVE,
    TO_ODD,
    STOCHASTIC,
) = range(10)
INF, SATURATE, SATURATE_FINITE, NAN, WRAP, SYMMETRIC, ZERO = range(7)
INF_NONE, INF_IEEE, INF_TOP = range(3)
NAN_NONE, NAN_IEEE, NAN_ALL_ONES, NAN_NEGATIVE_ZERO = range(4)
CUT_RESULT, CUT_OPERAND, CUT_ALIGN, CUT_PRODUCT, CUT_ROUNDED = range(5)
INVALID, DIVIDE, OVERFLOW = 1, 2, 4
SIGNED = {"frac", "bias"}


class Parameters:
    """The fields of a row, all as words of EXPONENT bits; `fields`: integers, or terms.

    `most`: no row has more bits, which keeps the tables of variable rows short.
    """

    def __init__(self, fields, most=64):
        self.family = int_of(fields["family"])
        self.bits_most = int_of(fields["bits"]) or most
        for name, value in fields.items():
            if name != "family":
                setattr(self, name, word(value, signed=name in SIGNED))

    def has(self, name):
        """A term: is the field not zero?"""
        return t.ne(getattr(self, name), t.bv(0, EXPONENT))

    def equals(self, name, value):
        """A term: has the field this value?"""
        return t.eq(getattr(self, name), t.bv(value, EXPONENT))

    def one_of(self, name, *values):
        """A term: has the field one of these values?"""
        return t.lor(*[self.equals(name, value) for value in values])


def int_of(v):
    """The integer of a constant; None of a variable."""
    if isinstance(v, int):
        return v
    return v.val if t.is_const(v) else None


def word(v, *, signed):
    """A field as a word of EXPONENT bits; what nf_format_check accepts fits."""
    if isinstance(v, int):
        return t.bv(v, EXPONENT)
    if v.w >= EXPONENT:
        return t.extract(EXPONENT - 1, 0, v)
    return t.sext(v, EXPONENT) if signed else t.zext(v, EXPONENT)
