# SPDX-License-Identifier: BSD-3-Clause
"""Do bfloat16 and binary16 in the CPU's binary32 give what the core gives, one lane at a time?

This stage has no portable text: the intrinsics that it calls are given by what Intel's manual says
of one lane of them.  VCVTPH2PS and VCVTPS2PH are the theory's conversions between its floats of 16
and of 32 bits.

    codes -> binary32      exactly, NaNs to NaNs
    binary32 -> codes      to nearest even, or the block is given to the doubles
    exact -> binary32 -> codes is exact -> codes, but beside a binary32 of p + 1 bits: as near.threshold
"""

from __future__ import annotations

from proofs.claim import Instance, Mutant
from proofs.smt import terms as t
from proofs.smt.c.types import BOOL, INT, SINGLE, UINT, Int, Pointer, Void
from proofs.smt.claims.lane_decode import FINITE, INFINITE, NAN, is_class, same_number
from proofs.smt.core import Core, u64
from proofs.smt.exact_values import Exact
from proofs.smt.lanes import CUTTING, DEFINES, LANES, VECTORS, LaneProgram, LaneRun
from proofs.smt.query import Query
from proofs.smt.smt_claim import smt_claim

HALVES = ("binary16", "bfloat16")
MACHINE = ("__m256i", "__m128i", "__m256", "__m256d")
HALF = "(_ to_fp 5 11)"
SINGLE_OF = "((_ to_fp 8 24) {%d})"


def words(function):
    """An intrinsic of words as (program, call, state, arguments)."""
    return lambda p, _n, _st, args: function(p, *[a[0] for a in args])


def word(p, value):
    return value, p.types["__m256i"]


def short(p, value):
    return value, p.types["__m128i"]


def to_single(p, half):
    return p.of_theory(SINGLE, f"((_ to_fp 8 24) {{mode}} ({HALF} {{0}}))", half), p.types["__m256"]


def to_half(p, single, _mode):
    """To nearest even, which the immediate says whatever the control word does."""
    code = p.fresh(Int(16, False), "half")
    p.axioms.append(t.raw(f"(= ({HALF} {{0}}) ({HALF} RNE {SINGLE_OF % 1}))", code, single))
    return short(p, code)


def saturated(x):
    return t.ite(t.ult(t.bv(0xFFFF, 32), x), t.bv(0xFFFF, 32), x)


def store(_p, _n, st, args):
    st.write(args[0][0], args[1][0])
    return None, Void()


INTRINSICS = {
    "_mm256_min_epu32": words(lambda p, x, y: word(p, t.ite(t.ult(x, y), x, y))),
    "_mm256_cvtepu16_epi32": words(lambda p, x: word(p, t.zext(x, 32))),
    "_mm256_slli_epi32": words(lambda p, x, n: word(p, t.shl(x, n))),
    "_mm256_castsi256_ps": words(lambda p, x: (x, p.types["__m256"])),
    "_mm256_castsi256_si128": words(lambda p, x: short(p, t.extract(15, 0, x))),
    "_mm256_zextsi128_si256": words(lambda p, x: word(p, t.zext(x, 32))),
    "_mm256_packus_epi32": words(lambda p, x, _y: word(p, saturated(x))),
    "_mm256_permute4x64_epi64": words(lambda p, x, _order: word(p, x)),
    "_mm256_cvtph_ps": words(to_single),
    "_mm256_cvtps_ph": words(to_half),
    "_mm_loadu_si128": lambda p, _n, st, args: short(p, st.read(args[0][0])),
    "_mm_storeu_si128": store,
    "_mm_and_si128": words(lambda p, x, y: short(p, t.band(x, y))),
    "_mm_set1_epi16": words(lambda p, x: short(p, t.extract(15, 0, x))),
    "_mm_cmpeq_epi16": words(
        lambda p, x, y: short(p, t.ite(t.eq(x, y), t.bv(-1, 16), t.bv(0, 16)))
    ),
}


class HalfCore(Core):
    """The core and half_floats.h, as an x86 with AVX2 and F16C compiles them."""

    PROGRAM = LaneProgram

    def __init__(self, checkout):
        machine = (*DEFINES, CUTTING, "-D__AVX2__", "-D__F16C__", f"-I{checkout.cbits}")
        text = '#include "levels/half_floats.h"\n'
        super().__init__(checkout, text, (*VECTORS, *MACHINE), machine)

    def run(self):
        run = LaneRun(self)
        run.p.externals.update(LANES)
        run.p.externals.update(INTRINSICS)
        return run


def exactly(run, f, code, single):
    """A float is the value of a code."""
    x = run.call("nf_decode_64", f, u64(code))
    y = run.call("nf_decode_64", run.row("binary32", "singles"), u64(single))
    return same_number(x, y)


def half(core, instance):
    """The loop of an operation: its operands in binary32, and the codes of whatever it gives."""
    run = core.run()
    f = run.row(instance.row)
    a, b, r = t.var("a", 16), t.var("b", 16), t.var("result", 32)
    noted = []

    def operation(name):
        def result(_p, *args):
            noted.append((name, *args))
            return r

        return result

    run.p.operations = {op: operation(op) for op in "+-*/"}
    root = operation("sqrt")
    run.p.externals["_mm256_sqrt_ps"] = lambda p, _n, _st, args: (
        root(p, args[0][0]),
        p.types["__m256"],
    )
    ty = Int(16, False)
    places = [
        run.array(name, value, ty)
        for name, value in (("x", a), ("y", b), ("out", t.var("before", 16)))
    ]
    op = instance.part
    number = (t.bv(core.program.enums["NF_OP_" + op], 32), UINT)
    brain = (t.bv(instance.row == "bfloat16", 8), BOOL)
    x, y, out = [(place, Pointer(ty)) for place, _ in places]
    done = run.call("halves", number, brain, x, y, (t.bv(1, 32), INT), out)
    code = run.st.mem["out"]
    done = t.ne(done, t.bv(0, done.w))
    symbol = {"add": "+", "sub": "-", "mul": "*", "div": "/", "sqrt": "sqrt"}[op]
    name, *args = noted[0] if len(noted) == 1 else (None,)
    operands = [exactly(run, f, c, arg) for c, arg in zip((a, b), args, strict=False)]
    single = run.call("nf_decode_64", run.row("binary32", "singles"), u64(r))
    right = run.call("nf_encode_64", f, (single, None), run.env)
    unusual = t.lor(is_class(single, INFINITE), is_class(single, NAN))
    # of binary16 no result is one
    subnormal = t.land(t.boolean(instance.row == "bfloat16"), is_class(single, FINITE))
    subnormal = t.land(subnormal, t.slt(single["exp"], t.bv(-126, 32)))
    goal = t.land(
        t.boolean(name == symbol),
        *operands,
        t.implies(done, t.land(t.eq(t.zext(code, 64), right), t.eq(run.flags, t.bv(0, 32)))),
        t.implies(t.lor(unusual, subnormal), t.lnot(done)),
    )
    shown = {"a": a, "b": b, "result": r, "given": code, "the core's": right}
    yield Query(
        op, goal, tuple(run.p.axioms), shown, interesting=t.land(done, is_class(single, FINITE))
    )


def both_ways(run, f, x):
    """Codes of a number at once and through binary32; its binary32 as a word and as a number."""
    single = run.row("binary32", "singles")
    z = run.call("nf_encode_64", single, (x, None), run.env)
    y = run.call("nf_decode_64", single, u64(z))
    once = run.call("nf_encode_64", f, (x, None), run.env)
    return once, run.call("nf_encode_64", f, (y, None), run.env), z, y


def threshold(core, instance):
    """As near.threshold, through binary32, where its numbers are normal; and sums whole."""
    run = core.run()
    f = run.row(instance.row)
    p = t.signed(run.call("nf_significand_bits", f).val, 32)
    exact = Exact(run, 64, least=-126)
    once, twice, z, y = both_ways(run, f, exact.x)
    narrow = t.eq(t.extract(62 - p, 0, y["sig"]), t.bv(0, 63 - p))
    goal = t.lor(t.eq(once, twice), t.land(narrow, t.ne(y["sig"], exact.x["sig"])))
    known = (*exact.hypotheses, is_class(y, FINITE))
    shown = {"binary32": z, "once": once, "twice": twice, **exact.x}
    yield Query(
        "threshold", t.land(goal, t.boolean(2 * p + 2 <= 24)), known, shown, t.ne(once, twice)
    )
    run = core.run()
    f = run.row(instance.row)
    codes = [t.var(name, 16) for name in "ab"]
    x, y = (run.call("nf_decode_64", f, u64(code)) for code in codes)
    total = run.call("nf_add_finite_64", (x, None), (y, None), (t.bv(0, 8), BOOL))
    known = (is_class(x, FINITE), is_class(y, FINITE))
    once, twice, z, _ = both_ways(run, f, total)
    shown = {"a": codes[0], "b": codes[1], "binary32": z, "once": once, "twice": twice}
    yield Query("sum", t.eq(once, twice), known, shown, t.ne(x["sign"], y["sign"]))


OPERATIONS = ("add", "sub", "mul", "div", "sqrt")

CLAIMS = [
    smt_claim(
        "lane.half",
        "bfloat16 and binary16 become binary32 exactly, and results of binary32 become the core's codes",
        ("halves", "nf_half_floats", "nf_half_codes", "nf_half_result"),
        half,
        [Instance(name, part=op) for name in HALVES for op in OPERATIONS],
        core=HalfCore,
        trusts="Intel's manual for 15 intrinsics",
        mutants=(
            Mutant(
                "subnormals of bfloat16",
                "cbits/levels/half_floats.h",
                "*odd |= tiny | (nf_words)((nf_ints)m > 0x7F7F7FFF);",
                "*odd |= (nf_words)((nf_ints)m > 0x7F7F7FFF);",
                Instance("bfloat16", part="mul"),
            ),
            Mutant(
                "ties up",
                "cbits/levels/half_floats.h",
                "u = (u + 0x7FFF + (u >> 16 & 1)) >> 16;",
                "u = (u + 0x8000) >> 16;",
                Instance("bfloat16", part="add"),
            ),
            Mutant(
                "infinities of binary16",
                "cbits/levels/half_floats.h",
                "__m128i full = _mm_cmpeq_epi16(field, _mm_set1_epi16(0x7C00));",
                "__m128i full = _mm_cmpeq_epi16(field, _mm_set1_epi16(0x7C01));",
                Instance("binary16", part="div"),
            ),
        ),
    ),
    smt_claim(
        "near.half",
        "Through binary32 and into a half, rounding twice goes wrong beside a binary32 of p + 1 bits only",
        ("nf_encode_64",),
        threshold,
        [Instance(name) for name in HALVES],
        core=HalfCore,
        trusts="near.threshold's arithmetic, with 24 for 53",
        mutants=(
            Mutant(
                "one bit less",
                "cbits/core/core.h",
                "f->man + 1;",
                "f->man;",
                Instance("binary16"),
            ),
        ),
    ),
]
