# SPDX-License-Identifier: BSD-3-Clause
"""Stochastic rounding, whole numbers and integers of the host, one lane at a time: are they right?"""

from __future__ import annotations

from proofs.claim import Instance, Mutant
from proofs.smt import terms as t
from proofs.smt.c.operators import real
from proofs.smt.c.types import BOOL, DOUBLE, INT, LONG, ULONG
from proofs.smt.claims.lane_decode import FINITE, is_class
from proofs.smt.claims.lane_encode import as_core
from proofs.smt.lanes import LaneCore, integer
from proofs.smt.query import Query
from proofs.smt.smt_claim import smt_claim


def stochastic(core, instance):
    """The word compared with what is dropped is the core's: nf_random of the element."""
    run = core.run()
    f, known, row = run.any_or(instance.row)
    known.append(run.served("nf_encodes_stochastically", f))
    z, word = t.var("z", 64), t.var("random", 64)
    run.p.externals["nf_random"] = lambda _p, _n, _st, _args: (word, ULONG)
    target = run.target(f, conversion=True)
    out = run.words("codes", t.var("before", 32))
    random = run.array("words", word, ULONG)
    seen = run.call("encode_stochastic", target, run.doubles("z", z), integer(1), random, out)
    defined, code = run.defined(), run.st.mem["codes"]
    x = run.call("nf_decode_128", run.row("binary64", "doubles"), (z, ULONG))
    right = run.call("nf_encode_128", f, (x, None), run.env)
    least = run.call("nf_min_normal_exp", f)
    small = t.land(is_class(x, FINITE), t.slt(x["exp"], least))  # these are for the core
    known = (*known, *run.p.axioms)
    shown = {"double": z, "random": word, "code": code, "the core's code": right, "flags": seen}
    goal = as_core(run, x, seen, code, right, given=small)
    yield Query("a lane", goal, known, shown | row, t.lnot(small))
    yield Query("defined", defined, known, shown | row)


def whole(core, instance):
    """rint, floor, ceil and trunc of every double are the theory's; signs of zeros, too."""
    run = core.run()
    a = t.var("a", 64)
    run.call(
        f"stage_{instance.part}",
        run.doubles("a", a),
        integer(1),
        run.doubles("z", t.var("before", 64)),
    )
    z = run.st.mem["z"]
    mode = {"rint": "RNE", "floor": "RTN", "ceil": "RTP", "trunc": "RTZ"}[instance.part]
    text = f"(= {real(DOUBLE, 0)} (fp.roundToIntegral {mode} {real(DOUBLE, 1)}))"
    yield Query(instance.part, t.raw(text, z, a), tuple(run.p.axioms), {"a": a, "given": z})


def integers(core, instance):
    """Integers of 64 bits on their way into a row lose nothing that its rounding would see."""
    run = core.run()
    f, known, row = run.any_or(instance.row)
    known.append(run.served("nf_encodes_doubles", f))
    is_signed = instance.part == "int64"
    n = t.var("n", 64)
    negative = t.land(t.boolean(is_signed), t.slt(n, t.bv(0, 64)))
    source, out = run.array("n", n, ULONG), run.doubles("out", t.var("before", 64))
    stride = (t.bv(8, 64), LONG)
    run.call("load_integers", source, stride, (t.bv(is_signed, 8), BOOL), integer(1), out)
    z = run.st.mem["out"]
    magnitude = t.ite(negative, t.neg(n), n)
    sign = t.ite(negative, t.bv(1, 32), t.bv(0, 32))
    x = run.call("nf_normalise_64", (sign, INT), (t.bv(63, 32), INT), (magnitude, ULONG))
    y = run.call("nf_decode_64", run.row("binary64", "doubles"), (z, ULONG))
    once = run.call("nf_encode_64", f, (x, None), run.env)
    flags, run.st.mem["env"] = run.flags, {**run.st.mem["env"], "flags": t.bv(0, 32)}
    twice = run.call("nf_encode_64", f, (y, None), run.env)
    goal = t.land(t.eq(once, twice), t.eq(flags, run.flags))
    shown = {"integer": n, "double": z, "once": once, "twice": twice, **row}
    yield Query(instance.part, goal, (*known, *run.p.axioms), shown, interesting=t.TRUE)
    if is_signed:
        yield from short_integers(core)


def short_integers(core):
    """Below 2^51 they are doubles, exactly; else the stage says that they are too long."""
    run = core.run()
    n = t.var("n", 64)
    out = run.doubles("out", t.var("before", 64))
    source = run.array("n", n, LONG)
    yes = run.call("fetch_integers", source, integer(1), out)
    z = run.st.mem["out"]
    exact = t.raw(f"(= {real(DOUBLE, 0)} ((_ to_fp 11 53) RNE {{1}}))", z, n)
    goal = t.lor(t.eq(yes, t.bv(0, yes.w)), exact)
    short = t.land(t.slt(t.bv(-(1 << 51), 64), n), t.slt(n, t.bv(1 << 51, 64)))
    goal = t.land(goal, t.implies(short, t.ne(yes, t.bv(0, yes.w))))
    yield Query("short integers", goal, tuple(run.p.axioms), {"integer": n, "double": z})


STOCHASTIC = [f"float<exp={e},man={m},rounding=stochastic>" for e, m in ((5, 10), (8, 7), (4, 3))]
OPERATIONS = ("rint", "floor", "ceil", "trunc")


def kinds(text):
    return [Instance(text, part=part) for part in ("int64", "uint64")]


CLAIMS = [
    smt_claim(
        "lane.stochastic",
        "A lane of stochastic rounding goes up exactly when the core's random word is below what is dropped",
        ("encode_stochastic",),
        stochastic,
        [Instance(text) for text in STOCHASTIC],
        core=LaneCore,
        of_row=lambda text: [Instance(text)],
        mutants=(
            Mutant(
                "up at equality",
                "cbits/levels/encode_floats.h",
                "(nf_signed_longs)(dropped ^ NF_SIGN) > (nf_signed_longs)(word ^ NF_SIGN);",
                "(nf_signed_longs)(dropped ^ NF_SIGN) >= (nf_signed_longs)(word ^ NF_SIGN);",
                Instance(STOCHASTIC[0]),
            ),
        ),
    ),
    smt_claim(
        "lane.whole",
        "rint, floor, ceil and trunc of every double are those of IEEE 754",
        tuple(f"stage_{op}" for op in OPERATIONS),
        whole,
        [Instance(part=op) for op in OPERATIONS],
        core=LaneCore,
        mutants=(
            Mutant(
                "-0.5 goes up to 0",
                "cbits/levels/double_operations.h",
                "return nf_double_of(nf_bits_of(t) | (nf_bits_of(a) & NF_SIGN));",
                "return t == 0 ? t : nf_double_of(nf_bits_of(t) | (nf_bits_of(a) & NF_SIGN));",
                Instance(part="ceil"),
            ),
        ),
    ),
    smt_claim(
        "lane.integers",
        "Integers of 64 bits, as doubles that remember what they lost, round into a row as the integers do",
        ("load_integers", "fetch_integers"),
        integers,
        [one for name in ("posit32", "takum_linear32", "binary32", "q31") for one in kinds(name)],
        core=LaneCore,
        of_row=kinds,
        mutants=(
            Mutant(
                "nothing remembered",
                "cbits/routes/cast.c",
                "u >> 11 | ((u & 2047) != 0)",
                "u >> 11",
                Instance("posit32", part="int64"),
            ),
        ),
    ),
]
