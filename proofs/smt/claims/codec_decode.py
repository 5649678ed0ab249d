# SPDX-License-Identifier: BSD-3-Clause
"""Does decoding give what the definitions say, and are codes ordered as their values?"""

from __future__ import annotations

from proofs.claim import Instance, Mutant
from proofs.smt import rows
from proofs.smt import terms as t
from proofs.smt.claims.codec_replay import decoding
from proofs.smt.claims.codec_rows import Subject, codec_core, every, fields_of, of_row
from proofs.smt.core import u64
from proofs.smt.query import Query
from proofs.smt.smt_claim import smt_claim
from proofs.smt.spec import Magnitude, special
from proofs.smt.spec import parameters as p

TAPERED = ("posit", "takum")


def decode_definition(core, instance):
    """Class, sign, exponent and significand are those of the definition; the sign of a NaN is free."""
    s = Subject(core, instance)
    code, used = s.code()
    x = s.run.call(f"nf_decode_{s.w}", s.row, u64(code))
    d = s.spec.decode(s.as_code(code))
    finite = t.lnot(t.lor(d.zero, d.infinite, d.nan))
    kinds = {special.ZERO: d.zero, special.INFINITE: d.infinite, special.FINITE: finite}
    kinds[special.NOT_A_NUMBER] = d.nan
    same = t.land(*[t.eq(t.eq(x["cls"], t.bv(k, 8)), holds) for k, holds in kinds.items()])
    sign = t.eq(x["sign"], t.ite(d.negative, t.bv(1, 8), t.bv(0, 8)))
    exp = t.eq(x["exp"], t.sext(d.magnitude.exp, 32))
    number = t.land(exp, Magnitude(d.magnitude.exp, x["sig"]).equals(d.magnitude))
    goal = t.land(same, t.lor(d.nan, sign), t.implies(finite, number))
    shown = s.shown(code=code, **{f"decoded {k}": v for k, v in x.items()})
    replay = decoding(instance.row)
    yield Query("decode is the definition", goal, (*s.legal, *used), shown, replay=replay)
    yield Query("defined", s.run.defined(), (*s.legal, *used), shown)


def order(core, instance):
    """Codes of posits and takums compare as signed integers, NaR apart."""
    s = Subject(core, instance)
    (a, used_a), (b, used_b) = s.code("a"), s.code("b")
    x, y = (s.run.call(f"nf_decode_{s.w}", s.row, u64(c)) for c in (a, b))
    shift = t.sub(t.bv(64, 64), t.zext(s.fields["bits"], 64)) if s.every else None
    top = t.bv(64 - s.fields["bits"], 64) if shift is None else shift
    words = [t.shl(c, top) for c in (a, b)]
    numbers = tuple(t.ne(c, t.bv(1 << 63, 64)) for c in words)
    goal = t.eq(t.slt(line(x), line(y)), t.slt(*words))
    shown = s.shown(a=a, b=b, **{"decoded exp a": x["exp"], "decoded exp b": y["exp"]})
    hypotheses = (*s.legal, *used_a, *used_b, *numbers)
    interesting = t.land(t.slt(*words), t.slt(words[0], t.bv(0, 64)))
    replay = both(instance.row)
    yield Query("order of codes is order of values", goal, hypotheses, shown, interesting, replay)


def both(text):
    """The replay of a query about two codes."""
    one, other = decoding(text, "a"), decoding(text, "b")
    return lambda native, values: one(native, values) + other(native, values)


def line(x):
    """A signed word in the order of the values: zero in the middle."""
    exp = t.add(t.extract(15, 0, x["exp"]), t.bv(1 << 14, 16))
    key = t.concat(t.bv(0, 1), t.concat(exp, x["sig"]))
    key = t.ite(t.eq(x["cls"], t.bv(special.ZERO, 8)), t.bv(0, key.w), key)
    return t.ite(t.eq(x["sign"], t.bv(1, 8)), t.neg(key), key)


def of_tapered(text):
    """Both widths, of a posit or takum."""
    if fields_of(text)["family"] not in (p.POSIT, p.TAKUM):
        raise ValueError("only codes of posits and takums are in the order of signed integers")
    return of_row(text)


def quick(instance):
    """All but the codes of 64 bits, twice."""
    return not instance.row.startswith("every") and not (
        instance.row.endswith(("64", "64q")) and instance.width == 64
    )


REGIME = Mutant(
    "no end of the regime",
    "cbits/core/tapered.h",
    "int length = run + (run < f->rs); /* a regime",
    "int length = run + 1; /* a regime",
    Instance("bposit16", 64),
)
# The regime of longer codes has more cases than a solver takes at once.
LONG_POSITS = [
    f"bits {bits}, es {es}-{es}" for es in range(6) for bits in ("33-48", "49-56", "57-64")
]
CLAIMS = [
    smt_claim(
        "codec.decode_definition",
        "Decoding gives the number that the definition of the format says",
        ("nf_decode_W",),
        decode_definition,
        [
            *rows.both_widths(rows.of_families()),
            *every(64, "takum", "float", "fixed"),
            *every(64, "posit", parts=("bits 2-16", "bits 17-32")),
            *every(128, "takum", "fixed"),
            *every(128, "float", parts=("bits 2-32", "bits 33-64")),
            *every(128, "posit", parts=("bits 2-32", *LONG_POSITS)),
        ],
        core=codec_core,
        quick=quick,
        of_row=of_row,
        seconds=300.0,
        mutants=(
            REGIME,
            Mutant(
                "a negative regime counts from 0",
                "cbits/core/tapered.h",
                "int k = (run - 1) ^ flip;",
                "int k = flip ? 1 - run : run - 1;",
                Instance("posit16", 64),
            ),
            Mutant(
                "one's complement",
                "cbits/core/tapered.h",
                "return (word ^ negate) - negate;",
                "return word ^ negate;",
                Instance("takum_linear16", 64),
            ),
            Mutant(
                "characteristic of negative takums",
                "cbits/core/tapered.h",
                "(1 << r) - 1 : 1 - (2 << r);",
                "(1 << r) - 1 : 2 - (2 << r);",
                Instance("takum_linear32", 128),
            ),
            Mutant(
                "subnormals one binade lower",
                "cbits/core/ieee.h",
                "return NF_N(nf_normalise)(sign, nf_min_normal_exp(f) + NF_W - 1 - f->man, fraction);",
                "return NF_N(nf_normalise)(sign, nf_min_normal_exp(f) + NF_W - 2 - f->man, fraction);",
                Instance("binary16", 64),
            ),
            Mutant(
                "the lowest fixed-point code is positive",
                "cbits/core/fixed.h",
                "(sign ? 0 - word : word) >> (64 - f->bits);",
                "((sign ? 0 - word : word) & ~((uint64_t)1 << 63)) >> (64 - f->bits);",
                Instance("q15", 64),
            ),
        ),
    ),
    smt_claim(
        "codec.order",
        "The order of the codes of a posit or takum, as signed integers, is the order of their values",
        ("nf_decode_W",),
        order,
        [
            *rows.both_widths(rows.of_families(*TAPERED)),
            *every(64, "posit", "takum"),
            *every(128, "takum"),
        ],
        core=codec_core,
        quick=quick,
        of_row=of_tapered,
        seconds=300.0,
        mutants=(
            REGIME,
            Mutant(
                "no sign",
                "cbits/core/tapered.h",
                "*sign = (int)(word >> 63);",
                "*sign = 0;",
                Instance("takum_linear32", 64),
            ),
        ),
    ),
]
