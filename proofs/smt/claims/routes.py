# SPDX-License-Identifier: BSD-3-Clause
"""Do the conditions of target.c hold what the theorems about doubles need, for every legal row?

p, lsb, top    every finite value of a row has p significant bits at most, is a multiple of 2^lsb
               and below 2^top: for all rows of up to 32 bits and all of their codes

a + b          top <= 1022: no sum overflows
a * b, fma     2 top <= 1022 and 2 lsb >= -1074: products and their errors are doubles
a / b          top - lsb <= 1022 and 2 lsb >= -1021
sqrt           lsb >= -968
to odd         p + 2 <= 53
plain doubles  sums of fixed point; products with 2p <= 53; sums, quotients and roots to nearest
               with 2p + 2 <= 53
"""

from __future__ import annotations

from proofs.claim import Instance, Mutant
from proofs.smt import terms as t
from proofs.smt.claims.lane_decode import FINITE, is_class
from proofs.smt.claims.near import NEAR, route
from proofs.smt.core import u64
from proofs.smt.lanes import FAMILIES, LaneCore
from proofs.smt.query import Query
from proofs.smt.smt_claim import smt_claim


def extent_of(run, f):
    """p, lsb and top of a row."""
    x = run.call("extent_of", f)
    return x["p"], x["lsb"], x["top"]


def extent(core, instance):
    """Of any code that the core decodes."""
    run = core.run()
    f, known, row = run.any_or(instance.row)
    known.append(run.served("nf_fits_words", f))
    code, is_one = run.code("code")
    p, lsb, top = extent_of(run, f)
    x = run.call("nf_decode_64", f, u64(code))
    known += [is_one, is_class(x, FINITE)]
    exp, sig, zero = x["exp"], x["sig"], t.bv(0, 64)
    beyond_p = t.lshr(t.bv(-1, 64), t.zext(p, 64))
    spare = t.sub(lsb, t.sub(exp, t.bv(63, 32)))  # bits of sig below 2^lsb
    below = t.sub(t.shl(t.bv(1, 64), t.zext(spare, 64)), t.bv(1, 64))
    goal = t.land(
        t.slt(t.bv(0, 32), p),
        t.eq(t.band(sig, beyond_p), zero),
        t.slt(spare, t.bv(64, 32)),
        t.lor(t.sle(spare, t.bv(0, 32)), t.eq(t.band(sig, below), zero)),
        t.slt(exp, top),
    )
    shown = {"code": code, "exp": exp, "sig": sig, "p": p, "lsb": lsb, "top": top, **row}
    yield Query("extent", goal, tuple(known), shown, interesting=t.slt(t.bv(0, 32), spare))


def at_most(x, n):
    return t.sle(x, t.bv(n, 32))


def at_least(x, n):
    return t.sle(t.bv(n, 32), x)


def conditions(core, instance):
    """What holds where target.c lets an operation go through doubles."""
    op = instance.part
    run = core.run()
    f, known, row = run.any_or(instance.row)
    yes, way = route(run, f, op)
    binary64 = run.call("nf_is_binary64", f)
    known += [yes, t.eq(binary64, t.bv(0, 8))]
    p, lsb, top = extent_of(run, f)
    twice = {"p": t.add(p, p), "lsb": t.add(lsb, lsb), "top": t.add(top, top)}
    fields = run.st.mem["row"]
    nearest = t.eq(fields["rounding"], t.bv(core.program.enums["NF_NEAREST_EVEN"], 8))
    innocuous = t.land(nearest, at_most(twice["p"], 51))
    fixed = t.eq(fields["family"], t.bv(FAMILIES["fixed"], 8))
    products = t.land(at_most(twice["top"], 1022), at_least(twice["lsb"], -1074))
    quotients = t.land(at_most(t.sub(top, lsb), 1022), at_least(twice["lsb"], -1021))
    needed, plain = {
        "add": (at_most(top, 1022), t.lor(innocuous, fixed)),
        "mul": (products, at_most(twice["p"], 53)),
        "fma": (products, at_most(twice["p"], 53)),
        "div": (quotients, innocuous),
        "sqrt": (at_least(lsb, -968), innocuous),
    }[op]
    goal = t.land(
        needed,
        t.lor(t.ne(way, t.bv(NEAR, 32)), plain),
        at_most(p, 51),
        at_least(lsb, -1022),
        at_most(top, 1023),
        run.served("nf_encodes_doubles", f),
    )
    shown = {"p": p, "lsb": lsb, "top": top, "way": way, **row}
    yield Query(op, goal, tuple(known), shown, interesting=t.TRUE)


OPERATIONS = ("add", "mul", "fma", "div", "sqrt")
TARGET = "cbits/routes/target.c"
EVERY = [f"every {family}" for family in FAMILIES]


def of_row(text):
    return [Instance(text, part=op) for op in OPERATIONS]


CLAIMS = [
    smt_claim(
        "routes.extent",
        "Every finite value of a row has p significant bits at most, is a multiple of 2^lsb and below 2^top",
        ("nf_significand_bits", "nf_exponent_range"),
        extent,
        [Instance(text) for text in EVERY],
        core=LaneCore,
        of_row=lambda text: [Instance(text)],
        mutants=(
            Mutant(
                "one bit less",
                "cbits/core/core.h",
                "? f->bits - 2 - f->es",
                "? f->bits - 3 - f->es",
                Instance("every posit"),
            ),
            Mutant(
                "one binade less",
                "cbits/core/limits.c",
                "*most = f->bits - f->frac",
                "*most = f->bits - f->frac - 1",
                Instance("fixed<32,frac=8,signed=false>"),
            ),
        ),
    ),
    smt_claim(
        "routes.conditions",
        "Operations go through doubles only where the theorems about doubles hold",
        ("nf_goes_through_doubles", "nf_encodes_doubles", "nf_decodes_to_doubles"),
        conditions,
        [one for text in EVERY for one in of_row(text)],
        core=LaneCore,
        of_row=of_row,
        mutants=(
            Mutant(
                "sums up to 2^1023",
                TARGET,
                "return x.top <= 1022 && sums_fit(f);",
                "return sums_fit(f);",
                Instance("every float", part="add"),
            ),
            Mutant(
                "products beyond",
                TARGET,
                "2 * x.lsb >= -1074;",
                "2 * x.lsb >= -1076;",
                Instance("every float", part="mul"),
            ),
            Mutant(
                "quotients beyond",
                TARGET,
                "x.top - x.lsb <= 1022",
                "x.top - x.lsb <= 1024",
                Instance("every float", part="div"),
            ),
            Mutant(
                "roots below",
                TARGET,
                "return x.lsb >= -968;",
                "return true;",
                Instance("every float", part="sqrt"),
            ),
            Mutant(
                "innocuous for 26 bits",
                TARGET,
                "2 * x.p + 2 <= 53, exact",
                "2 * x.p + 2 <= 54, exact",
                Instance("every posit", part="add"),
            ),
        ),
    ),
]
