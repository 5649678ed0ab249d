# SPDX-License-Identifier: BSD-3-Clause
"""Do the vectors of codes compare, and change their sign, as the core does; and fixed point add and multiply?

The stages of order and of fixed point work on codes: no doubles.  They are executed for one element;
the conditions of by_words.c under which they are used are hypotheses, or are decided by the row.
"""

from __future__ import annotations

from proofs.claim import Instance, Mutant
from proofs.smt import terms as t
from proofs.smt.c.types import INT, U128, UINT, Pointer
from proofs.smt.claims.lane_decode import covers
from proofs.smt.claims.signed_rows import NARROW
from proofs.smt.core import u64
from proofs.smt.lane_replay import operands
from proofs.smt.lanes import FAMILIES, LaneCore, integer
from proofs.smt.query import Query
from proofs.smt.smt_claim import smt_claim

COMPARISONS = ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal")
CLASSES = ("isnan", "isinf", "isfinite", "signbit", "nonzero")
CHOICES = ("maximum", "minimum", "fmax", "fmin", "clip")
SIGNS = ("neg", "abs", "copysign")
ORDER = COMPARISONS + CLASSES + CHOICES + SIGNS
OPERANDS = {**dict.fromkeys((*CLASSES, "neg", "abs"), 1), "clip": 3}
FLAGGED = SIGNS  # their element may raise a flag


class Words:
    """One execution of a stage that works on codes, and of the core's element."""

    def __init__(self, core, row_text, op):
        self.run, self.op, self.text = core.run(), op, row_text
        run = self.run
        self.f, self.known, self.row = run.any_or(row_text)
        codes = [run.code(name) for name in "abc"]
        self.codes = [code for code, _ in codes]
        self.op_argument = (t.bv(core.program.enums["NF_OP_" + op], 32), UINT)
        self.known += [is_one for _, is_one in codes]
        self.known.append(run.served("fits", self.f, self.op_argument))

    def stage(self, name):
        """The flags and the word of a stage."""
        run = self.run
        places = [run.words(f"x{i}", code)[0] for i, code in enumerate(self.codes)]
        run.st.mem["x"] = dict(zip("012", places, strict=True))
        x = (("x", ()), Pointer(Pointer(UINT)))
        out = run.words("out", t.var("before", 32))
        seen = run.call(name, self.f, self.op_argument, x, integer(1), out)
        self.defined = run.defined()
        return seen, run.st.mem["out"]

    def element(self):
        """The core's word of the operation, and its flags."""
        run = self.run
        n = OPERANDS.get(self.op, 2)
        env = [run.env] if self.op not in ORDER or self.op in FLAGGED else []
        word = run.call(f"nf_el_{self.op}", self.f, *[u64(code) for code in self.codes[:n]], *env)
        return t.zext(word, 64), run.flags

    def queries(self, stage):
        seen, word = self.stage(stage)
        right, flags = self.element()
        alone = self.run.alone(seen)
        goal = t.land(
            t.eq(t.zext(word, 64), right),
            covers(seen, flags),
            t.implies(alone, t.eq(seen, flags)),
        )
        n = OPERANDS.get(self.op, 2)
        shown = dict(zip("abc"[:n], self.codes, strict=False))
        shown |= {"given": word, "the core's": right, "flags": seen, **self.row}
        known = (*self.known, *self.run.p.axioms)
        replay = operands(self.op, self.text, *"abc"[:n])
        yield Query(self.op, goal, known, shown, t.TRUE, replay)
        yield Query(f"{self.op}: defined", self.defined, known, shown)


def exact_code(run, f, sign, magnitude, exponent):
    """The core's code of an exact integer times a power of two, and the flags."""
    one = t.bv(127, 32)
    x = run.call("nf_normalise_128", (sign, INT), (t.add(one, exponent), INT), (magnitude, U128))
    return run.call("nf_encode_128", f, (x, None), run.env), run.flags


def fixed(core, instance):
    """Sums and products of fixed point: the core's rounding of the exact integer."""
    op, _, half = instance.part.partition(" ")
    words = Words(core, instance.row, op)
    run, f, (a, b, _) = words.run, words.f, words.codes
    run.p.half, run.p.products = int(half == "odd"), []
    seen, word = words.stage("fixed")
    row = run.st.mem["row"]
    x, y = (integer_of(row, code) for code in (a, b))
    frac = t.sext(row["frac"], 32)
    known, alone = [*words.known], run.alone(seen)
    if op == "mul":
        # of long words two are made, the other one of the lane beside this one
        left, right, product = run.p.products[-1 if half == "odd" else 0]
        others = [p for _, _, p in run.p.products if p is not product]
        alone = t.land(alone, *[t.eq(p, t.bv(0, p.w)) for p in others])
        known.append(t.ule(t.zext(product, 128), square_of_end(row)))
        sizes = [t.eq(t.zext(p, 64), magnitude(q)) for p, q in ((left, x), (right, y))]
        sign = t.lxor(minus(x), minus(y))
        right, flags = exact_code(
            run, f, truth(sign), t.zext(product, 128), t.neg(t.add(frac, frac))
        )
    else:
        sizes, exact = [], t.add(x, y) if op == "add" else t.sub(x, y)
        sign, size = truth(minus(exact)), t.zext(magnitude(exact), 128)
        right, flags = exact_code(run, f, sign, size, t.neg(frac))
    goal = t.land(
        *sizes,
        t.eq(t.zext(word, 64), right),
        covers(seen, flags),
        t.implies(alone, t.eq(seen, flags)),
    )
    shown = {
        "a": a,
        "b": b,
        "given": word,
        "the core's": right,
        "flags": seen,
        "the core's flags": flags,
    }
    replay = operands(op, instance.row, "a", "b")
    yield Query(instance.part, goal, tuple(known), shown, t.TRUE, replay)
    yield Query(f"{instance.part}: defined", words.defined, tuple(known), shown)


def integer_of(row, code):
    """The integer of a code of up to 32 bits, in 64 bits."""
    bits = t.zext(row["bits"], 64)
    top = t.shl(t.zext(code, 64), t.sub(t.bv(64, 64), bits))
    down = t.sub(t.bv(64, 64), bits)
    return t.ite(t.ne(row["is_signed"], t.bv(0, 8)), t.ashr(top, down), t.lshr(top, down))


def square_of_end(row):
    """The largest magnitude of a product."""
    end = t.sub(t.zext(row["bits"], 128), t.zext(row["is_signed"], 128))
    largest = t.sub(t.shl(t.bv(1, 128), end), t.sub(t.bv(1, 128), t.zext(row["is_signed"], 128)))
    return t.mul(largest, largest)


def magnitude(x):
    return t.ite(minus(x), t.neg(x), x)


def minus(x):
    return t.slt(x, t.bv(0, x.w))


def truth(c):
    return t.ite(c, t.bv(1, 32), t.bv(0, 32))


def order(core, instance):
    for op in instance.part.split():
        yield from Words(core, instance.row, op).queries("order")


def served_signs(name):
    return SIGNS if "fnuz" not in name and "e8m0" not in name else ()


def parts(name):
    """The operations in groups, each of which is one instance."""
    groups = [COMPARISONS, CLASSES, CHOICES, served_signs(name)]
    return [Instance(name, part=" ".join(group)) for group in groups if group]


def quick(instance):
    """Of all rows at once, the truths that take seconds."""
    return instance.row not in EVERY or "isnan" in instance.part


EVERY = [f"every {family}" for family in FAMILIES]

FIXED = (
    "q7",
    "q15",
    "q31",
    "fixed<8,frac=3,signed=false,rounding=nearest_away>",
    "fixed<16,frac=4,rounding=toward_negative,overflow=wrap>",
    "fixed<24,frac=30,signed=false,rounding=to_odd,overflow=wrap>",
    "fixed<32,frac=16,rounding=nearest_negative>",
    "fixed<12,frac=0,rounding=toward_positive>",
)


def fixed_parts(text):
    """Products of more than 16 bits are made of every second lane at a time."""
    return [Instance(text, part=part) for part in ("add", "sub", "mul even", "mul odd")]


CLAIMS = [
    smt_claim(
        "lane.order",
        "A lane of the order stage compares, classifies, chooses and changes signs as the core's element does",
        ("order", "nf_view_of", "nf_truth", "nf_reordered"),
        order,
        [one for name in [*NARROW, *EVERY] for one in parts(name)],
        core=LaneCore,
        quick=quick,
        seconds=180,
        of_row=parts,
        mutants=(
            Mutant(
                "unsigned floats of 32 bits",
                "cbits/levels/stages.h",
                "(is_float && !f->is_signed ? 31 : 32)",
                "32",
                Instance("every float", part="isnan"),
            ),
            Mutant(
                "-0 below 0",
                "cbits/levels/order_vectors.h",
                "return (nf_words)(a.key < b.key) & ~(a.zero & b.zero);",
                "return (nf_words)(a.key < b.key);",
                Instance("binary16", part="less"),
            ),
            Mutant(
                "a NaN is ordered",
                "cbits/levels/order_vectors.h",
                "return ~(nf_less_views(b, a) | unordered);",
                "return ~nf_less_views(b, a);",
                Instance("binary32", part="less_equal"),
            ),
            Mutant(
                "NaR wins",
                "cbits/levels/order_vectors.h",
                "return nf_select(x.nan & y.nan, nan, nf_select(x.nan, b, nf_select(y.nan, a, r)));",
                "return r;",
                Instance("posit16", part="fmin"),
            ),
            Mutant(
                "-2^(bits - 1) has no limit",
                "cbits/levels/order_vectors.h",
                "m += beyond; /* less 1 */",
                "",
                Instance("q15", part="neg"),
            ),
        ),
    ),
    smt_claim(
        "lane.fixed",
        "A lane of the fixed-point stage is the core's rounding of the exact sum or product",
        ("fixed", "nf_fixed_sum", "nf_fixed_product", "nf_set_rounding"),
        fixed,
        [
            *[one for name in FIXED for one in fixed_parts(name)],
            *[Instance("every fixed", part=part) for part in ("add", "sub")],
        ],
        core=LaneCore,
        quick=lambda instance: instance.row not in EVERY,
        seconds=180,
        of_row=fixed_parts,
        mutants=(
            Mutant(
                "overflow unnoticed",
                "cbits/levels/fixed_vectors.h",
                "    *over |= beyond;\n    if (f->overflow",
                "    if (f->overflow",
                Instance("q15", part="add"),
            ),
            Mutant(
                "a carry is none",
                "cbits/levels/fixed_vectors.h",
                "nf_words large = subtract ? y : s;",
                "nf_words large = y;",
                Instance("fixed<8,frac=3,signed=false,rounding=nearest_away>", part="add"),
            ),
            Mutant(
                "ties up",
                "cbits/levels/rounding_constants.c",
                "t->add = step / 2 - 1, t->even = 1;",
                "t->add = step / 2, t->even = 1;",
                Instance("q15", part="mul even"),
            ),
            Mutant(
                "the high word is the low one",
                "cbits/levels/fixed_vectors.h",
                "(nf_longs)x >> 32, (nf_longs)y >> 32",
                "(nf_longs)x, (nf_longs)y >> 32",
                Instance("q31", part="mul odd"),
            ),
        ),
    ),
]
