# SPDX-License-Identifier: BSD-3-Clause
"""Are codes compared, negated and stepped as the numbers that they are?

A number is drawn as a signed word, its key: exponent and significand of what its code decodes to,
two's complement for negative numbers.  Zero is 0, infinities are the ends; NaR is below everything
and equals itself, as the Posit Standard has it; other NaNs have no order.

    order.less         less and equal, and with them all six comparisons
    order.negation     -x has the negated key; a zero that has a sign changes it
    order.extremes     maximum and minimum give one of the two, a NaN where there is one, and -0 is below +0
    order.neighbours   nextafter(a, b) lies between a and b, or is b, and nothing lies between it and a
"""

from __future__ import annotations

from proofs.claim import Instance
from proofs.smt import rows
from proofs.smt import terms as t
from proofs.smt.c.types import ULONG
from proofs.smt.claims.codec_rows import EVERY, Subject, codec_core, every
from proofs.smt.claims.ordering_mutants import MUTANTS
from proofs.smt.query import Query
from proofs.smt.smt_claim import smt_claim
from proofs.smt.spec import parameters as p
from proofs.smt.spec.special import FINITE, INFINITE, NOT_A_NUMBER, ZERO

LONG = 300.0


class Codes:
    """Codes of a row, decoded and with keys."""

    def __init__(self, core, instance, names):
        self.s = Subject(core, instance)
        self.family, self.known, self.codes = self.s.spec.parameters.family, [*self.s.legal], {}
        for name in names:
            self.codes[name], used = self.s.code(name)
            self.known += used
        self.numbers = {name: self.decoded(code) for name, code in self.codes.items()}

    def decoded(self, code):
        """What the core decodes a code to."""
        return self.s.run.call(f"nf_decode_{self.s.w}", self.s.row, (code, ULONG))

    def call(self, name, *codes, env=False):
        """A function of the core on codes."""
        more = [self.s.run.env] if env else []
        return self.s.run.call(f"nf_el_{name}", self.s.row, *[(c, ULONG) for c in codes], *more)

    @staticmethod
    def is_class(x, *classes):
        return t.lor(*[t.eq(x["cls"], t.bv(c, 8)) for c in classes])

    def nan(self, x):
        return self.is_class(x, NOT_A_NUMBER)

    def key(self, x):
        """The place of a number in the order of numbers."""
        exp = t.add(t.extract(19, 0, x["exp"]), t.bv(1 << 18, 20))
        k = t.concat(t.bv(0, 2), t.concat(exp, x["sig"]))
        k = t.ite(self.is_class(x, ZERO), t.bv(0, k.w), k)
        k = t.ite(self.is_class(x, INFINITE), t.bv((1 << k.w - 1) - 1, k.w), k)
        k = t.ite(t.eq(x["sign"], t.bv(1, 8)), t.neg(k), k)
        return t.ite(self.nan(x), t.bv(1 << k.w - 1, k.w), k)

    def is_last(self, y, x, other):
        """A term: y is finite, on the other side of zero than x, and no finite number is beyond it."""
        ky, kz = self.key(y), self.key(other)
        up = t.eq(y["sign"], t.bv(0, 8))
        end = t.lite(up, t.sle(kz, ky), t.sle(ky, kz))
        apart = t.ne(x["sign"], y["sign"])
        return t.land(self.is_class(y, FINITE), apart, t.implies(self.is_class(other, FINITE), end))

    def query(self, name, goal, known=(), interesting=None, **more):
        """A question about these codes."""
        say = self.s.shown(**self.codes, **more)
        return Query(name, goal, (*self.known, *known), say, interesting)

    @property
    def is_float(self):
        return self.family in (p.FLOAT, p.TRUNCATED)


def less(core, instance):
    """Comparisons."""
    c = Codes(core, instance, "ab")
    a, b = c.codes.values()
    x, y = c.numbers.values()
    unordered = t.lor(c.nan(x), c.nan(y)) if c.is_float else t.FALSE
    got = {
        name: t.ne(v, t.bv(0, v.w))
        for name in ("less", "equal", "not_equal", "less_equal", "greater", "greater_equal")
        for v in [c.call(name, a, b)]
    }
    ordered = t.lnot(unordered)
    below, same = t.slt(c.key(x), c.key(y)), t.eq(c.key(x), c.key(y))
    yield c.query("less", t.eq(got["less"], t.land(ordered, below)), interesting=t.TRUE)
    yield c.query("equal", t.eq(got["equal"], t.land(ordered, same)))
    # the others by these two; that numbers are either below, equal or above is arithmetic
    more = t.ne(c.call("less", b, a), t.bv(0, 8))
    rest = t.land(
        t.eq(got["not_equal"], t.lnot(got["equal"])),
        t.eq(got["less_equal"], t.lor(got["less"], got["equal"])),
        t.eq(got["greater"], more),
        t.eq(got["greater_equal"], t.lor(more, got["equal"])),
    )
    yield c.query("the other comparisons", rest)
    yield c.query("defined", c.s.run.defined())


def negation(core, instance):
    """-x: rows without a sign have none, and the last number of fixed point has none there.

    Without a sign bit of its own (NaN is the code of -0) -x is encoded again: infinities saturate where
    the row says that they do.
    """
    c = Codes(core, instance, "ab")
    (a, _), (x, any_other), q = c.codes.values(), c.numbers.values(), c.s.spec.parameters
    minus = c.call("neg", a, env=True)
    y = c.decoded(minus)
    signed_zero = q.has("signed_zero") if c.is_float else t.FALSE
    turned = t.implies(t.land(signed_zero, c.is_class(x, ZERO)), t.ne(x["sign"], y["sign"]))
    right = t.land(t.eq(c.key(y), t.neg(c.key(x))), turned)
    if c.is_float:
        again = t.land(
            q.equals("overflow", p.SATURATE_FINITE), q.equals("nan", p.NAN_NEGATIVE_ZERO)
        )
        right = t.lite(t.land(again, c.is_class(x, INFINITE)), c.is_last(y, x, any_other), right)
    right = t.lite(c.nan(x), c.nan(y), right)
    known = [q.has("is_signed")]
    if c.family == p.FIXED:
        places = t.sub(t.zext(q.bits, 64), t.bv(1, 64))
        known.append(t.ne(a, t.shl(t.bv(1, 64), places)))
    yield c.query("negation", right, known, t.TRUE if c.s.every else None, minus=minus)
    yield c.query("defined", c.s.run.defined())


def extremes(core, instance):
    """Maximum and minimum."""
    c = Codes(core, instance, "ab")
    a, b = c.codes.values()
    x, y = c.numbers.values()
    nan, zeros = t.lor(c.nan(x), c.nan(y)), t.land(c.is_class(x, ZERO), c.is_class(y, ZERO))
    kx, ky = c.key(x), c.key(y)
    for name, first, sign in (
        ("maximum", t.slt(ky, kx), t.band(x["sign"], y["sign"])),
        ("minimum", t.slt(kx, ky), t.bor(x["sign"], y["sign"])),
    ):
        got = c.call(name, a, b)
        z = c.decoded(got)
        right = t.land(
            t.lor(t.eq(got, a), t.eq(got, b)),
            t.eq(c.key(z), t.ite(first, kx, ky)),
            t.implies(zeros, t.eq(z["sign"], sign)),
        )
        yield c.query(name, t.lite(nan, c.nan(z), right), got=got)
    yield c.query("defined", c.s.run.defined())


def neighbours(core, instance):
    """nextafter; `c` is any code, which shows that there is none between."""
    c = Codes(core, instance, "abc")
    a, b, _ = c.codes.values()
    got = c.call("nextafter", a, b)
    x, y, z, u = (*c.numbers.values(), c.decoded(got))
    kx, ky, kz, ku = (c.key(v) for v in (x, y, z, u))
    up = t.land(t.slt(kx, ku), t.sle(ku, ky), t.lnot(t.land(t.slt(kx, kz), t.slt(kz, ku))))
    down = t.land(t.slt(ku, kx), t.sle(ky, ku), t.lnot(t.land(t.slt(kz, kx), t.slt(ku, kz))))
    stays = t.eq(got, b)
    right = t.lite(t.eq(kx, ky), stays, t.lite(t.slt(kx, ky), up, down))
    nan = t.lor(c.nan(x), c.nan(y))
    goal = t.lite(nan, c.nan(u), t.implies(t.lnot(c.nan(z)), t.land(t.lnot(c.nan(u)), right)))
    yield c.query("nextafter", goal, interesting=t.TRUE, got=got)
    yield c.query("defined", c.s.run.defined())


SATURATING = (
    "float<exp=5,man=2,inf=top,nan=negative_zero,overflow=saturate_finite>"  # P3109, SatFinite
)


def named():
    """Every named row, at the narrower field that holds its codes, and one that has no name."""
    found = [*rows.of_families(), SATURATING]
    return [Instance(name, 128 if name.endswith("64") else 64) for name in found]


def is_short(instance):
    """A named row of up to 16 bits, or a float of up to 32: a second or two; longer ones are `long`."""
    long = instance.row.endswith(("32", "32q", "q31", "64", "64q")) and instance.row != "binary32"
    return not instance.row.startswith(EVERY) and not long


def definition(instance):
    return [] if instance.row.startswith(EVERY) else [("codec.decode_definition", instance)]


SLOW = (EVERY + "fixed",)  # 12 s
FAST, ALL = ("takum", "fixed"), ("takum", "fixed", "posit", "float", "truncated")
PARTS = ("bits 2-8", "bits 9-16", "bits 17-24", "bits 25-32")
# Neighbours speak of four numbers: posits by their exponent bits, and floats of up to 16 bits only;
# one exponent size of longer floats takes a minute ("bits 17-24, exp 8-8").
STEPS = {"posit": (*PARTS[:3], *[f"bits 25-32, es {es}-{es}" for es in range(6)])}
STEPS |= {"float": PARTS[:2], "truncated": PARTS[:2]}


def claim(name, says, functions, queries, together):
    """A claim about order; `together`: families of which all rows up to 32 bits are proved by `make proofs`."""
    alone = {f: PARTS for f in ALL if f not in together} | (STEPS if name == "neighbours" else {})
    return smt_claim(
        f"order.{name}",
        says,
        functions,
        queries,
        [
            *named(),
            *every(64, *together),
            *[i for family, parts in alone.items() for i in every(64, family, parts=parts)],
        ],
        core=codec_core,
        quick=lambda i: (i in every(64, *together) and i.row not in SLOW) or is_short(i),
        of_row=lambda text: [Instance(text, 128)],
        needs=definition,
        mutants=MUTANTS[name],
        seconds=LONG,
    )


CLAIMS = [
    claim(
        "less",
        "Comparisons of codes are those of numbers; NaN has no order",
        ("nf_el_less", "nf_el_equal", "nf_key"),
        less,
        FAST,
    ),
    claim(
        "negation",
        "-x is the number on the other side of zero",
        ("nf_el_neg",),
        negation,
        FAST,
    ),
    claim(
        "extremes",
        "Maximum and minimum are one of the two, NaN where there is one, and -0 is below +0",
        ("nf_el_maximum", "nf_el_minimum"),
        extremes,
        (),
    ),
    claim(
        "neighbours",
        "nextafter is the code next to its first argument, on the side of the second",
        ("nf_el_nextafter", "nf_step_magnitude"),
        neighbours,
        (),
    ),
]
