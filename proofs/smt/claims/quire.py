# SPDX-License-Identifier: BSD-3-Clause
"""Does a term go into an exact sum as it is, into chunks that can take it?

The sum is that of chunk[i] 2^(32 i + lsb).  One term changes three or five chunks next to each
other; what it adds to them is compared with the term as an integer at its place.
"""

from __future__ import annotations

from proofs.claim import Instance, Mutant
from proofs.smt import terms as t
from proofs.smt.accumulators import (
    accumulator,
    chunks_of,
    known_of,
    piece_limit,
    quire_core,
    within,
)
from proofs.smt.c.types import DOUBLE, Void
from proofs.smt.claims.codec_rows import EVERY, FAMILIES
from proofs.smt.query import Query
from proofs.smt.smt_claim import smt_claim

CHUNKS = 6204  # more than any accumulator has: quire.width


class Added:
    """A term that went into a sum of any chunks: what came before, after, and is known of it."""

    def __init__(self, core):
        self.run = core.run()
        self.before = chunks_of("chunk", piece_limit(core))
        self.lsb, self.negate = t.var("lsb", 32), t.var("negate", 1)
        self.q = accumulator(self.run, self.before, lsb=self.lsb, negate=t.zext(self.negate, 32))
        self.old = dict(self.run.st.mem["q"])
        self.passes = []
        self.run.p.externals["nf_accumulator_pass_carries"] = self.pass_carries
        span = within(1 << 20)
        self.hypotheses = [span(self.lsb), span(self.old["low"]), span(self.old["high"])]

    def pass_carries(self, _program, _call, st, _args):
        """The sum stays (quire.carry) and so does the limit: chunks may stay as they are here."""
        self.passes.append((st.path, st.mem["q"]["chunk"]))
        return None, Void()

    def effect(self, pieces, place, magnitude, sign):
        """A term: +-magnitude at bit `place` went in, into so many chunks, and into no others."""
        new, q, s = self.run.st.mem["q"]["chunk"], self.run.st.mem["q"], 256
        first = t.lshr(place, t.bv(5, 32))
        base = new.bases[new.base]
        names = [f"{new.base}_{j}" for j in range(pieces)]
        if set(new) != set(names):
            return t.FALSE
        total, parts = t.bv(0, s), []
        for j, name in enumerate(names):
            change = t.sub(t.sext(new[name], s), t.sext(self.before[name], s))
            total = t.add(total, t.shl(change, t.bv(32 * j, s)))
            parts.append(within((1 << 32) - 1)(change))
        offset = t.zext(t.band(place, t.bv(31, 32)), s)
        exact = t.shl(t.zext(magnitude, s), offset)
        exact = t.ite(t.eq(sign, self.negate), exact, t.neg(exact))
        after = t.add(first, t.bv(pieces, 32))
        last = t.bv(self.run.core.program.enums["PENDING_MAX"], 32)
        return t.land(
            t.eq(base, first),
            t.eq(total, exact),
            *parts,
            t.sle(q["low"], first),
            t.sle(q["low"], self.old["low"]),
            t.sle(after, q["high"]),
            t.sle(self.old["high"], q["high"]),
            t.eq(q["pending"], t.add(self.old["pending"], t.bv(1, 32))),
            self.passed(t.eq(q["pending"], last)),
        )

    def passed(self, due):
        """Carries were passed on once where they were due, before anything was added."""
        ((path, chunks),) = self.passes
        return t.land(t.eq(path, due), t.boolean(not chunks))

    def queries(self, goal, hypotheses, shown):
        known = (*self.hypotheses, *hypotheses, *known_of(self.before))
        # a term at the end of a chunk that reaches two others, subtracted
        interesting = t.land(
            t.eq(self.negate, t.bv(1, 1)), t.eq(t.extract(4, 0, self.lsb), t.bv(3, 5))
        )
        yield Query("the pieces are the term", goal, known, shown, interesting)
        yield Query("defined", self.run.defined(), known, shown)


def of_double(core):
    add = Added(core)
    x = t.var("x", 64)
    add.run.call("nf_accumulate_double", add.q, (x, DOUBLE))
    field, fraction, sign = t.extract(62, 52, x), t.extract(51, 0, x), t.extract(63, 63, x)
    tiny = t.eq(field, t.bv(0, 11))
    scale = t.ite(tiny, t.bv(1, 32), t.zext(field, 32))
    place = t.sub(t.sub(scale, t.bv(1075, 32)), add.lsb)
    magnitude = t.concat(t.ite(tiny, t.bv(0, 1), t.bv(1, 1)), fraction)
    hypotheses = (
        t.ne(t.extract(62, 0, x), t.bv(0, 63)),
        t.ne(field, t.bv(2047, 11)),
        t.sle(t.bv(0, 32), place),
    )
    shown = {"x": x, "place": place}
    yield from add.queries(add.effect(3, place, magnitude, sign), hypotheses, shown)
    nothing = t.land(
        *[
            t.eq(add.run.st.mem["q"]["chunk"][name], add.before[name])
            for name in add.run.st.mem["q"]["chunk"]
        ],
        t.eq(add.run.st.mem["q"]["pending"], add.old["pending"]),
    )
    yield Query("a zero changes nothing", nothing, (t.eq(t.extract(62, 0, x), t.bv(0, 63)),), shown)


def of_product(core, width):
    """Factors whose lower half is 0 (quire.operands): integers of half the width."""
    add = Added(core)
    half, numbers = width // 2, []
    for name in "ab":
        part, exp, sign = (
            t.var(name + "_sig", half),
            t.var(name + "_exp", 32),
            t.var(name + "_sign", 1),
        )
        numbers.append((part, exp, sign))
    add.run.call(
        f"nf_accumulate_product_{width}",
        add.q,
        *[
            (
                {
                    "sig": t.concat(p, t.bv(0, half)),
                    "exp": e,
                    "cls": t.bv(1, 8),
                    "sign": t.zext(s, 8),
                },
                None,
            )
            for p, e, s in numbers
        ],
    )
    (a, a_exp, a_sign), (b, b_exp, b_sign) = numbers
    # a 2^(a_exp - (half - 1)) times b 2^(b_exp - (half - 1))
    place = t.sub(t.sub(t.add(a_exp, b_exp), t.bv(2 * half - 2, 32)), add.lsb)
    magnitude = t.mul(t.zext(a, width), t.zext(b, width))
    span = within(1 << 20)
    hypotheses = (span(a_exp), span(b_exp), t.sle(t.bv(0, 32), place))
    shown = {"a": a, "b": b, "place": place}
    pieces = width // 32 + 1
    yield from add.queries(
        add.effect(pieces, place, magnitude, t.bxor(a_sign, b_sign)), hypotheses, shown
    )


def pieces(core, instance):
    if instance.part == "double":
        yield from of_double(core)
    else:
        yield from of_product(core, instance.width)


def short_factors(instance):
    """Products are of operands that any row loads."""
    rows = [EVERY + family for family in FAMILIES] if instance.part == "product" else []
    return [("quire.operands", Instance(row, instance.width)) for row in rows]


CLAIMS = [
    smt_claim(
        "quire.pieces",
        "The pieces that a double or a product leaves in its chunks are that term at its place",
        ("nf_accumulate_double", "nf_accumulate_product_W", "nf_add_piece", "nf_touch"),
        pieces,
        [Instance("", 64, "double"), Instance("", 64, "product"), Instance("", 128, "product")],
        core=quire_core,
        needs=short_factors,
        mutants=(
            Mutant(
                "shift of a double",
                "cbits/core/accumulate.c",
                "<< position % PIECE;\n    int64_t sign = (int64_t)(code",
                "<< (position % PIECE + 1) / 2;\n    int64_t sign = (int64_t)(code",
                Instance("", 64, "double"),
            ),
            Mutant(
                "subnormals",
                "cbits/core/accumulate.c",
                "(field ? field : 1) - 1075",
                "field - 1075",
                Instance("", 64, "double"),
            ),
            Mutant(
                "sign of a difference",
                "cbits/core/accumulator.h",
                "((int64_t)piece ^ -sign) + sign;",
                "((int64_t)piece ^ -sign);",
                Instance("", 64, "product"),
            ),
            Mutant(
                "two pieces",
                "cbits/core/accumulator.h",
                "for (int j = 0; j < 3; j++, product",
                "for (int j = 0; j < 2; j++, product",
                Instance("", 64, "product"),
            ),
            Mutant(
                "fifth piece",
                "cbits/core/accumulator.h",
                "product >> (96 + 1) >> (31 - shift)",
                "product >> 96 >> (31 - shift)",
                Instance("", 128, "product"),
            ),
            Mutant(
                "range of the chunks",
                "cbits/core/accumulator.h",
                "nf_touch(q, i, 5);",
                "nf_touch(q, i, 4);",
                Instance("", 128, "product"),
            ),
            Mutant(
                "carries never due",
                "cbits/core/accumulator.h",
                "if (++q->pending == PENDING_MAX)",
                "if (++q->pending == 0)",
                Instance("", 64, "double"),
            ),
        ),
    ),
]
