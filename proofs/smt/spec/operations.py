# SPDX-License-Identifier: BSD-3-Clause
"""What do +, *, /, sqrt and a*b + c give where an operand, or a product, is no number but a special value?

By IEEE 754-2019, 6 and 7, of which the Posit Standard's rules are a part (NaR: NaN; no infinities; one zero).
Each function gives cases (condition, result), of operands as `Decoded`; where none holds, operands are finite and
not zero, and the result is the rounded one.  A result is `Raised`, or the index of an operand, whose value it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from proofs.smt import terms as t
from proofs.smt.spec.parameters import DIVIDE, INVALID
from proofs.smt.spec.special import Special


@dataclass(frozen=True)
class Raised:
    """A special value to be encoded, and the flags of the operation; None: it may raise invalid or not."""

    special: Special
    flags: int | None = 0

    def is_given(self, row, code, flags):
        """A term: the row has the code for it, and these flags are raised."""
        if self.flags == 0:
            return row.encodes_special(code, flags, self.special)
        mine = t.bv(INVALID if self.flags is None else self.flags, flags.w)
        rest = t.band(flags, t.bnot(mine))
        given = t.lor(*[row.encodes_special(code, f, self.special) for f in (flags, rest)])
        return (
            given
            if self.flags is None
            else t.land(given, t.ne(t.band(flags, mine), t.bv(0, flags.w)))
        )


def special(negative=t.FALSE, **kinds):
    names = ("zero", "infinite", "nan", "pole", "by_zero")
    return Special(negative=negative, **{name: t.boolean(name in kinds) for name in names})


NAN, NOT_A_NUMBER = Raised(special(nan=True)), Raised(special(nan=True), INVALID)


def zero(negative):
    return Raised(special(negative, zero=True))


def infinity(negative):
    return Raised(special(negative, infinite=True))


def pole(negative, flags):
    """x / 0: DIVIDE of a number, nothing of an infinity; the sign is the zero's, where it has one."""
    return Raised(special(negative, infinite=True, pole=True, by_zero=True), flags)


def finite(x):
    """A term: a number that is not zero."""
    return t.lnot(t.lor(x.zero, x.infinite, x.nan))


def negative(x):
    return x.negative


def add(a, b, down):
    """Sums; `down`: a zero of unlike signs is negative."""
    some, unlike = t.lnot(t.lor(a.nan, b.nan)), t.lxor(a.negative, b.negative)
    both = t.land(a.infinite, b.infinite)
    return [
        (t.lnot(some), NAN),
        (t.land(both, unlike), NOT_A_NUMBER),
        (t.land(some, a.infinite, t.lor(t.lnot(b.infinite), t.lnot(unlike))), infinity(a.negative)),
        (t.land(some, b.infinite, t.lnot(a.infinite)), infinity(b.negative)),
        (t.land(a.zero, b.zero), zero(t.lite(unlike, down, a.negative))),
        (t.land(a.zero, finite(b)), 1),
        (t.land(finite(a), b.zero), 0),
    ]


def mul(a, b):
    """Products."""
    some, sign = t.lnot(t.lor(a.nan, b.nan)), t.lxor(a.negative, b.negative)
    inf, none = t.lor(a.infinite, b.infinite), t.lor(a.zero, b.zero)
    return [
        (t.lnot(some), NAN),
        (t.land(some, inf, none), NOT_A_NUMBER),
        (t.land(some, inf, t.lnot(none)), infinity(sign)),
        (t.land(some, none, t.lnot(inf)), zero(sign)),
    ]


def div(a, b):
    """Quotients."""
    some, sign = t.lnot(t.lor(a.nan, b.nan)), t.lxor(a.negative, b.negative)
    return [
        (t.lnot(some), NAN),
        (t.lor(t.land(a.zero, b.zero), t.land(a.infinite, b.infinite)), NOT_A_NUMBER),
        (t.land(finite(a), b.zero), pole(sign, DIVIDE)),
        (t.land(a.infinite, b.zero), pole(sign, 0)),
        (t.land(a.infinite, finite(b)), infinity(sign)),
        (t.land(a.zero, t.lor(finite(b), b.infinite)), zero(sign)),
        (t.land(finite(a), b.infinite), zero(sign)),
    ]


def sqrt(a):
    """Roots; that of -0 is -0."""
    return [
        (a.nan, NAN),
        (t.land(a.negative, t.lor(a.infinite, finite(a))), NOT_A_NUMBER),
        (t.land(a.infinite, t.lnot(a.negative)), infinity(t.FALSE)),
        (a.zero, zero(a.negative)),
    ]


def fma(a, b, c, down):
    """a*b + c, but for a product that is a number and a c that is zero: there the product is rounded.

    Whether inf * 0 + NaN is invalid is left to implementations (IEEE 754-2019, 7.2).
    """
    nan, sign = t.lor(a.nan, b.nan), t.lxor(a.negative, b.negative)
    inf, none = t.lor(a.infinite, b.infinite), t.lor(a.zero, b.zero)
    lost = t.land(inf, none, t.lnot(nan))
    some = t.lnot(t.lor(nan, lost, c.nan))
    product = type(a)(t.land(none, some), t.land(inf, some), t.lnot(some), sign, None)
    summed = add(product, c, down)[1:]
    return [
        (t.land(lost, c.nan), Raised(NAN.special, None)),
        (t.land(t.lor(nan, c.nan), t.lnot(lost)), NAN),
        (t.land(lost, t.lnot(c.nan)), NOT_A_NUMBER),
        *[(t.land(some, when), 2 if then == 1 else then) for when, then in summed if then != 0],
    ]
