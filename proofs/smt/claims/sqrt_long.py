# SPDX-License-Identifier: BSD-3-Clause
"""Is nf_sqrt_long the root of a full field, with one sticky bit?

Its last two loops end where root^2 <= radicand < (root + 1)^2, whatever they started from: that is
what their conditions say.  What is proved of the estimate is that it is no divisor of 0, and that they
end; gappa.root says that it lies within 2^14 of the root whatever the host's rounding, and gappa.newton
that the mean then lies less than 1 below the root and less than 2^-30 above, so that each loop does one
turn at most.
"""

from __future__ import annotations

from proofs.claim import Instance, Mutant
from proofs.smt import terms as t
from proofs.smt.c.loops import Invariant
from proofs.smt.c.types import DOUBLE, LONG
from proofs.smt.core import Core
from proofs.smt.query import Query
from proofs.smt.smt_claim import smt_claim

PATH = "cbits/core/sqrt.h"


def vector_core(checkout):
    """The core with the text for SSE2, whose intrinsics are contracts."""
    return Core(checkout, defines=("-D__SSE2__=1",))


def square(root):
    """root^2 as the C text has it, so that a product is one term on both sides."""
    return t.mul(t.zext(root, 128), t.zext(root, 128))


class LongRoot:
    """nf_sqrt_long of any number; `radicand` from the definition: sig 2^63, or 2^64 where exp is odd."""

    def __init__(self, core):
        self.run = core.run()
        self.sig, self.exp = t.var("sig", 64), t.var("exponent", 32)
        odd = t.eq(t.extract(0, 0, self.exp), t.bv(1, 1))
        scale = t.ite(odd, t.bv(64, 128), t.bv(63, 128))
        self.radicand = t.shl(t.zext(self.sig, 128), scale)
        self.half, self.odd = t.var("half_of_the_estimate", 64), odd
        for name in ("_mm_set_sd", "_mm_mul_sd", "_mm_sqrt_sd", "_mm_min_sd"):
            self.run.p.externals[name] = lambda p, _n, _st, _args: (p.fresh(DOUBLE, "lane"), DOUBLE)
        self.run.p.externals["_mm_cvttsd_si64"] = lambda _p, _n, _st, _args: (self.half, LONG)
        self.run.p.invariants |= {
            "nf_sqrt_long.0": Invariant(lambda _: t.TRUE, measure=lambda value: value("root")),
            "nf_sqrt_long.1": Invariant(self.below, measure=lambda value: t.bnot(value("root"))),
        }
        number = {"sig": self.sig, "exp": self.exp, "cls": t.bv(1, 8), "sign": t.bv(0, 8)}
        self.result = self.run.call("nf_sqrt_long", (number, None))

    def below(self, value):
        """root^2 <= radicand; the last root that is asked for is the result's."""
        self.root = value("root")
        return t.ule(square(self.root), self.radicand)

    def known(self):
        """The field is full, exponents are a number's; the estimate is one of 2^63: gappa.root."""
        span = t.land(t.sle(t.bv(-70000, 32), self.exp), t.sle(self.exp, t.bv(140000, 32)))
        estimate = t.land(
            t.ule(t.bv((1 << 62) - (1 << 14), 64), self.half), t.ult(self.half, t.bv(1 << 63, 64))
        )
        return (t.eq(t.extract(63, 63, self.sig), t.bv(1, 1)), span, estimate)


def long_root(core, _instance):
    s = LongRoot(core)
    known, r = s.known(), s.result
    shown = {"sig": s.sig, "exp": s.exp, "root": r["sig"]}
    yield from s.run.loops(known, shown)
    known = (*known, *s.run.p.assumed)
    root, inexact = s.root, t.ne(square(s.root), s.radicand)
    found = t.land(
        t.ule(square(root), s.radicand),
        t.lor(t.eq(root, t.bv(-1, 64)), t.ult(s.radicand, square(t.add(root, t.bv(1, 64))))),
        t.eq(r["sig"], t.bor(root, t.ite(inexact, t.bv(1, 64), t.bv(0, 64)))),
        t.eq(t.extract(63, 63, root), t.bv(1, 1)),
        t.eq(r["cls"], t.bv(1, 8)),
    )
    exponent = t.eq(
        t.shl(r["exp"], t.bv(1, 32)), t.sub(s.exp, t.ite(s.odd, t.bv(1, 32), t.bv(0, 32)))
    )
    yield Query(
        "the field is the root", t.land(found, exponent), known, shown, t.land(s.odd, inexact)
    )
    yield Query("defined", s.run.defined(), known, shown)


HERE = Instance("", 64)
CLAIMS = [
    smt_claim(
        "sqrt.long",
        "The root of a full field is r with r^2 <= radicand < (r + 1)^2, and odd where it is not exact",
        ("nf_sqrt_long",),
        long_root,
        [HERE],
        core=vector_core,
        needs=lambda _instance: [("gappa.root", Instance()), ("gappa.newton", Instance())],
        trusts="the five intrinsics do what their names say: gappa.root takes them as roundings in any direction",
        mutants=(
            Mutant(
                "root too large",
                PATH,
                "while ((nf_u128)root * root > radicand)\n        root--;",
                "",
                HERE,
            ),
            Mutant(
                "one too small",
                PATH,
                "(nf_u128)(root + 1) * (root + 1) <= radicand",
                "(nf_u128)(root + 1) * (root + 1) < radicand",
                HERE,
            ),
            Mutant("largest root", PATH, "while (root != ~(uint64_t)0 && (", "while ((", HERE),
            Mutant("sticky bit", PATH, "root | !exact);", "root);", HERE),
            Mutant("odd exponent", PATH, "<< (odd ? 64 : 63);", "<< (odd ? 63 : 64);", HERE),
        ),
    ),
]
