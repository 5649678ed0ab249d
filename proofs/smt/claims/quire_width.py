# SPDX-License-Identifier: BSD-3-Clause
"""Has every term of an exact sum its place, and is there room for the sums of many of them?

Of all legal rows of a family at once: their parameters are variables, nf_format_check is the
hypothesis.  An accumulator's extent is then proved of any two factors and any third row, of which
only the exponents are known that quire.range gives.
"""

from __future__ import annotations

from proofs.claim import Instance, Mutant
from proofs.smt import rows
from proofs.smt import terms as t
from proofs.smt.accumulators import TEXT
from proofs.smt.c.types import ULONG, Void
from proofs.smt.core import Core
from proofs.smt.query import Query
from proofs.smt.smt_claim import smt_claim

FAMILIES = {
    "every posit": 0,
    "every takum": 1,
    "every float": 2,
    "every truncated": 3,
    "every fixed": 4,
}
BOOLEANS = ("is_signed", "zero", "signed_zero", "subnormals", "ftz", "daz")
# Exponents of all values of all rows: floats with 15 exponent bits and a bias of any 16 bits.
LEAST, MOST, SPAN = -65800, 65700, 33000
CARRY = 31
ACCUMULATE_C, QUIRE_C, LIMITS_C = (
    "cbits/core/accumulate.c",
    "cbits/exact/quire.c",
    "cbits/core/limits.c",
)


def width_core(checkout):
    return Core(checkout, '#include "core/formats.c"\n#include "core/limits.c"\n' + TEXT)


class AnyValue:
    """A finite value, not 0, of a row, and the row's fields: of a named row or of every legal one."""

    def __init__(self, core, instance):
        self.run, self.known = core.run(), []
        if instance.row in FAMILIES:
            self.f, fields = self.run.any_row(family=FAMILIES[instance.row])
            self.known.append(t.eq(self.run.call("nf_format_check", self.f), t.bv(0, 32)))
            self.known += [t.ule(fields[name], t.bv(1, 8)) for name in BOOLEANS]
        else:
            self.f = self.run.row(instance.row)
            fields = self.run.st.mem["row"]
        self.fields, self.code = fields, t.var("code", 64)
        bits = t.zext(fields["bits"], 64)
        inside = t.ult(self.code, t.shl(t.bv(1, 64), bits))
        self.known.append(t.lor(t.eq(bits, t.bv(64, 64)), inside))
        self.run.p.obligations.clear()
        self.x = self.run.call("nf_decode_128", self.f, (self.code, ULONG))
        self.known.append(t.eq(self.x["cls"], t.bv(1, 8)))
        self.shown = {
            "code": self.code,
            **{
                n: v
                for n, v in fields.items()
                if n in ("bits", "rs", "es", "exp", "man", "frac", "bias", "is_signed")
            },
        }

    def range(self):
        """nf_exponent_range of the row."""
        self.run.st.mem |= {"least": t.bv(0, 32), "most": t.bv(0, 32)}
        self.run.call(
            "nf_exponent_range", self.f, *[((name, ()), None) for name in ("least", "most")]
        )
        return self.run.st.mem["least"], self.run.st.mem["most"]

    def is_multiple(self, exponent):
        """Is the value a multiple of 2^exponent?  Its field counts units of 2^(exp - 127)."""
        below = t.sub(exponent, t.sub(self.x["exp"], t.bv(127, 32)))  # so many bits must be 0
        mask = t.sub(t.shl(t.bv(1, 128), t.zext(below, 128)), t.bv(1, 128))
        return t.lor(
            t.sle(below, t.bv(0, 32)),
            t.land(t.slt(below, t.bv(128, 32)), t.eq(t.band(self.x["sig"], mask), t.bv(0, 128))),
        )


def are_exponents(least, most):
    """What quire.range says of any row."""
    span = t.sle(t.sub(most, least), t.bv(SPAN, 32))
    return t.land(
        t.sle(t.bv(LEAST, 32), least), t.slt(least, most), t.sle(most, t.bv(MOST, 32)), span
    )


def ranges(core, instance):
    """Every value is a multiple of 2^least below 2^most, and these are not far apart."""
    v = AnyValue(core, instance)
    least, most = v.range()
    goal = t.land(v.is_multiple(least), t.slt(v.x["exp"], most), are_exponents(least, most))
    shown = {**v.shown, "least": least, "most": most}
    yield Query("exponents are in the range", goal, tuple(v.known), shown, t.TRUE)
    yield Query("defined", v.run.defined(), tuple(v.known), shown)


def layouts(core, instance):
    """Every value and product is a multiple of 2^lsb, and 2^31 - 1 of them are below 2^(lsb + bits - 1)."""
    v = AnyValue(core, instance)
    least, _ = v.range()
    layout = v.run.call("nf_quire_layout_of", v.f)
    bits, lsb = layout["bits"], layout["lsb"]
    power = t.eq(t.shl(v.x["sig"], t.bv(1, 128)), t.bv(0, 128))
    bound = t.add(v.x["exp"], t.ite(power, t.bv(0, 32), t.bv(1, 32)))  # |x| <= 2^bound
    twice = t.add(bound, bound)
    end = t.sub(t.add(lsb, bits), t.bv(1 + CARRY, 32))
    room = t.land(t.sle(bound, end), t.sle(twice, end))
    held = t.land(t.sle(lsb, least), t.sle(lsb, t.add(least, least)))
    shown = {**v.shown, "quire bits": bits, "lsb": lsb, "a value is at most 2^": bound}
    yield Query("terms are held", held, tuple(v.known), shown, t.TRUE)
    yield Query("there is room for 2^31 - 1 terms", room, tuple(v.known), shown)
    yield Query("defined", v.run.defined(), tuple(v.known), shown)


def extent(core, _instance):
    """nf_accumulator_bytes of any rows a, b and c, of which quire.range says what is known."""
    run = core.run()
    ends = [
        (t.var(f"least_{n}", 32), t.var(f"most_{n}", 32)) for n in "cab"
    ]  # in the order of calls
    calls = iter(ends)

    def exponent_range(_p, _call, st, args):
        for (place, _), value in zip(args[1:], next(calls), strict=True):
            index = str(place[2].val) if len(place) == 3 else "0"
            one = (place[0], (*place[1], index)) if place[0].startswith(("x#", "y#")) else place
            st.write(one, value)
        return None, Void()

    run.p.externals["nf_exponent_range"] = exponent_range
    rows_ = [run.any_row(name)[0] for name in "abc"]
    e = run.call("extent_with", *rows_)
    known = [are_exponents(low, high) for low, high in ends]
    (c_low, c_high), (a_low, a_high), (b_low, b_high) = ends
    lsb, size = e["lsb"], e["size"]
    five, field = t.bv(5, 32), t.bv(127, 32)
    terms = [
        (t.add(a_low, b_low), t.add(a_high, b_high)),
        (a_low, a_high),
        (b_low, b_high),
        (c_low, c_high),
    ]
    shown = {"lsb": lsb, "chunks": size, **{x.val: x for pair in ends for x in pair}}
    chunks = t.bv(core.program.enums["CHUNKS_MAX"], 32)
    interesting = t.eq(c_low, t.bv(LEAST, 32))
    yield Query("no more than CHUNKS_MAX", t.sle(size, chunks), tuple(known), shown, interesting)
    for low, high in terms:
        # bit 0 of a term's field, and the chunk after the last one that its five pieces reach
        first = t.sub(t.sub(low, t.bv(126, 32)), lsb)
        yield Query("a term's lowest bit", t.sle(t.bv(0, 32), first), tuple(known), shown)
        last = t.add(t.ashr(t.sub(t.sub(high, field), lsb), five), t.bv(5, 32))
        inside = t.sle(last, t.sub(size, t.bv(1, 32)))
        yield Query("a term's highest chunk", inside, tuple(known), shown)
        # 2^63 of them are below a unit of the last chunk
        many = t.add(t.sub(high, lsb), t.bv(63, 32))
        below = t.sle(many, t.shl(t.sub(size, t.bv(1, 32)), five))
        yield Query("2^63 terms", below, tuple(known), shown)
    yield Query("defined", run.defined(), tuple(known), shown)


EVERY = [Instance(name, 128) for name in FAMILIES]
ANY = Instance("", 0)
NO_ANSWER = ("every float", "every truncated")  # none within 40 s: their named rows
FLOATS = [Instance(name, 128) for name in rows.of_families("float", "truncated")]


def of_row(text):
    return [Instance(text, 128)]


CLAIMS = [
    smt_claim(
        "quire.range",
        "Every value is a multiple of 2^least and below 2^most",
        ("nf_exponent_range",),
        ranges,
        EVERY,
        core=width_core,
        quick=lambda instance: instance.row in ("every takum", "every fixed"),
        seconds=120,
        of_row=of_row,
        mutants=(
            Mutant(
                "least of floats",
                LIMITS_C,
                "*least = nf_min_normal_exp(f) - f->man;",
                "*least = nf_min_normal_exp(f) - f->man + 1;",
                EVERY[2],
            ),
            Mutant(
                "most of posits",
                LIMITS_C,
                "f->rs * (1 << f->es) : 255",
                "f->rs * (1 << f->es) - 1 : 254",
                EVERY[0],
            ),
            Mutant(
                "least of fixed",
                LIMITS_C,
                "*least = -f->frac; break;",
                "*least = 1 - f->frac; break;",
                EVERY[4],
            ),
        ),
    ),
    smt_claim(
        "quire.layout",
        "A quire holds every product of two values of its row, and sums of 2^31 - 1 of them",
        ("nf_quire_layout_of",),
        layouts,
        [every for every in EVERY if every.row not in NO_ANSWER] + FLOATS,
        core=width_core,
        quick=lambda instance: instance.row in ("every takum", "every fixed"),
        seconds=120,
        of_row=of_row,
        mutants=(
            Mutant(
                "the lowest value",
                QUIRE_C,
                "return f->bits - 1 - f->frac;",
                "return f->bits - 1 - f->frac - (f->bits == 2);",
                EVERY[4],
            ),
            Mutant(
                "fewer carries", QUIRE_C, "enum { CARRY = 31 };", "enum { CARRY = 30 };", EVERY[1]
            ),
            Mutant(
                "products only",
                QUIRE_C,
                "int lsb = least > 0 ? least : 2 * least;",
                "int lsb = 2 * least;",
                EVERY[4],
            ),
        ),
    ),
    smt_claim(
        "quire.width",
        "An accumulator of any three rows has chunks for every term, room above for 2^63 of them, and no more than CHUNKS_MAX",
        ("extent_of", "extent_with"),
        extent,
        [ANY],
        core=width_core,
        seconds=180,
        needs=lambda _instance: [("quire.range", every) for every in EVERY],
        mutants=(
            Mutant("no room above", "cbits/core/accumulator.h", "ROOM = 4,", "ROOM = 3,", ANY),
            Mutant(
                "fewer chunks",
                "cbits/core/accumulator.h",
                "CHUNKS_MAX = 6200",
                "CHUNKS_MAX = 6100",
                ANY,
            ),
            Mutant(
                "a field's width", ACCUMULATE_C, "int lsb = low - 126;", "int lsb = low - 62;", ANY
            ),
        ),
    ),
]
