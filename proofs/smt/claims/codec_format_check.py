# SPDX-License-Identifier: BSD-3-Clause
"""Does nf_format_check refuse what no definition covers, and does every row that it accepts keep its rules?"""

from __future__ import annotations

from proofs.claim import Instance, Mutant
from proofs.smt import terms as t
from proofs.smt.claims.codec_rows import FAMILIES, Subject, bounds, codec_core, every
from proofs.smt.query import Query
from proofs.smt.smt_claim import smt_claim
from proofs.smt.spec import parameters as p

BOOLEANS = ("is_signed", "zero", "signed_zero", "subnormals", "ftz", "daz")
LAYOUT = ("exp", "man", "signed_zero", "subnormals", "inf", "nan", "bias")
CUT = ("compute_man", "ftz", "daz", "cut")
# The fields that a family does not use, which are 0.
UNUSED = {
    p.POSIT: (*LAYOUT, *CUT, "frac"),
    p.TAKUM: ("rs", "es", *LAYOUT, *CUT, "frac"),
    p.FLOAT: ("rs", "es", *CUT, "frac"),
    p.TRUNCATED: ("rs", "es", "frac"),
    p.FIXED: ("rs", "es", *LAYOUT, *CUT),
}


def format_check(core, instance):
    """Accepted rows have Booleans of 0 and 1, ranges and unused fields as documented; so encoding is defined."""
    s = Subject(core, instance)
    yield Query("accepted rows are formats", documented(s), s.legal, s.shown(), t.TRUE)
    x, number = s.number()
    y = s.run.call(f"nf_encode_{s.w}", s.row, (x, None), s.run.env)
    bits = t.zext(s.fields["bits"], 64)
    inside = t.lor(t.eq(bits, t.bv(64, 64)), t.ult(y, t.shl(t.bv(1, 64), bits)))
    shown = s.shown(code=y, sign=x["sign"], exponent=x["exp"], significand=x["sig"])
    hypotheses = (*s.legal, *number)
    yield Query("encoding is defined", s.run.defined(), hypotheses, shown)
    yield Query("a code has no more bits than its row", inside, hypotheses, shown)


def documented(s):
    """A term: what docs/reference/formats.md says of rows, and what nf_types.h says of their fields."""
    f, family = s.fields, s.spec.parameters.family

    def within(name, low, high):
        w = f[name].w
        return t.land(
            t.sle(t.bv(low, w + 1), wider(f[name], name)),
            t.sle(wider(f[name], name), t.bv(high, w + 1)),
        )

    def is_one(name):
        return t.eq(f[name], t.bv(1, f[name].w))

    rules = [within(name, 0, 1) for name in BOOLEANS]
    rules += [t.eq(f[name], t.bv(0, f[name].w)) for name in UNUSED[family]]
    rules += [within("bits", 2, 64), within("rounding", 0, p.STOCHASTIC)]
    if family in (p.POSIT, p.TAKUM):
        rules += [is_one("is_signed"), is_one("zero"), t.eq(f["overflow"], t.bv(p.SATURATE, 8))]
    if family == p.POSIT:
        rules += [within("es", 0, 5), within("rs", 1, 63), t.ult(f["rs"], f["bits"])]
    if family == p.TAKUM:
        rules += [within("bits", 8, 64)]
    if family == p.FIXED:
        rules += [is_one("zero"), within("frac", -64, 128)]
    if family in (p.FLOAT, p.TRUNCATED):
        rules += [within("exp", 1, 15), within("man", 0, 62), within("bias", -32832, 32832)]
        total = t.add(f["is_signed"], t.add(f["exp"], f["man"]))
        # what is finite and not zero: at least one code
        rules += [
            t.eq(total, f["bits"]),
            t.ult(t.bv(0, s.wide), s.spec.last()),
            t.ule(t.ite(s.spec.gap, s.spec.least(), t.bv(0, s.wide)), s.spec.last()),
        ]
    if family == p.TRUNCATED:
        rules += [t.ule(f["compute_man"], f["man"]), within("cut", 0, p.CUT_ROUNDED)]
        rules += [t.eq(f["rounding"], t.bv(p.NEAREST_EVEN, 8)), t.eq(f["overflow"], t.bv(p.INF, 8))]
    return t.land(*rules)


def wider(x, name):
    """A field with a bit more, by its sign."""
    return t.sext(x, x.w + 1) if name in p.SIGNED else t.zext(x, x.w + 1)


FORMATS = "cbits/core/formats.c"
CLAIMS = [
    smt_claim(
        "codec.format_check",
        "Rows that nf_format_check accepts are formats as documented, and encoding into them is defined",
        ("nf_format_check", "nf_encode_W"),
        format_check,
        [*every(64, *FAMILIES), *every(128, *FAMILIES)],
        core=codec_core,
        quick=lambda instance: bounds(instance)[1] <= 32,
        seconds=300.0,
        mutants=(
            Mutant(
                "a sign of any byte",
                FORMATS,
                "    if (f->is_signed > 1)\n        return NF_BAD_SIGN;\n",
                "",
                Instance("every fixed", 64),
            ),
            Mutant(
                "a posit without a sign",
                FORMATS,
                "    if (tapered && !f->is_signed)\n        return NF_BAD_SIGN;\n",
                "",
                Instance("every posit", 64),
            ),
            Mutant(
                "unused fields of any byte",
                FORMATS,
                "(f->family != NF_POSIT && (f->rs || f->es)) || ",
                "",
                Instance("every takum", 64),
            ),
            Mutant(
                "six bits of exponent",
                FORMATS,
                "if (f->es > 5)",
                "if (f->es > 6)",
                Instance("every posit", 64),
            ),
            Mutant(
                "floats without a finite number",
                FORMATS,
                "if (nf_max_finite(f) < least || nf_max_finite(f) > nf_mask(f->bits))",
                "if (nf_max_finite(f) > nf_mask(f->bits))",
                Instance("every float", 64),
            ),
        ),
    )
]
