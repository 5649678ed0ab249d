# SPDX-License-Identifier: BSD-3-Clause
"""Do the stages round to odd, and is to odd and then to nearest the same as to nearest?

Claims take an exact value x: a sign, an exponent, and 128 bits whose last one is sticky.  What the
CPU makes of it is a hypothesis: z is x rounded to nearest or toward zero, and e is what the stage
computes as its error.  That e has the sign of x - z is a theorem about real numbers, in Coq, and
these are its words:

    same_sign e (x - z)    (e = 0 <-> x - z = 0) /\\ (e < 0 <-> x - z < 0)      proofs/coq/Doubles.v

for sums (Sums.v: TwoSum finds the error), products, quotients and roots (the remainder is a double,
or at least not zero where it should not be).  What is proved here is the text around the operations:
the bits of nf_to_odd, the arguments of every operation, and the rounding mode each is done in.
"""

from __future__ import annotations

from proofs.claim import Instance, Mutant
from proofs.smt import rows
from proofs.smt import terms as t
from proofs.smt.c.types import DOUBLE, ULONG
from proofs.smt.claims.lane_codes import FINITE, is_class
from proofs.smt.lanes import LaneCore, NearestCore, integer
from proofs.smt.query import Query
from proofs.smt.smt_claim import smt_claim

EVEN, TOWARD_ZERO, TO_ODD = 0, 5, 8  # nf_rounding
LEAST, TOP = -1073, 1022  # exponents of exact values


class Exact:
    """Any exact value, and what binary64 makes of it in a rounding mode, by the core."""

    def __init__(self, run, width=128, least=LEAST):
        self.run, self.width = run, width
        self.x = {
            "sig": t.concat(t.bv(1, 1), t.var("exact_sig", width - 1)),
            "exp": t.var("exact_exp", 32),
            "cls": t.bv(FINITE, 8),
            "sign": t.zext(t.var("exact_sign", 1), 8),
        }
        exp = self.x["exp"]
        self.hypotheses = (t.sle(t.bv(least, 32), exp), t.sle(exp, t.bv(TOP, 32)))

    def rounded(self, mode):
        """The double of the value."""
        d, _ = row = self.run.row("binary64", f"doubles_{mode}")
        self.run.st.mem[d[0]] = {**self.run.st.mem[d[0]], "rounding": t.bv(mode, 8)}
        return self.run.call(f"nf_encode_{self.width}", row, (self.x, None), self.run.env)

    def key(self, y):
        """Magnitudes compare as this signed word; that of 0 is the least."""
        word = t.concat(t.extract(15, 0, y["exp"]), y["sig"])
        return t.ite(is_class(y, FINITE), word, t.bv(1 << (word.w - 1), word.w))

    def same_sign(self, e, z):
        """same_sign e (x - z); e is a number."""
        d = self.run.row("binary64", "doubles")
        y = self.run.call(f"nf_decode_{self.width}", d, (z, ULONG))
        less = t.slt(self.key(self.x), self.key(y))
        equal = t.eq(self.key(self.x), self.key(y))
        minus = t.lxor(less, t.eq(self.x["sign"], t.bv(1, 8)))  # x - z < 0
        zero = t.eq(t.extract(62, 0, e), t.bv(0, 63))
        negative = t.eq(t.extract(63, 63, e), t.bv(1, 1))
        return t.land(
            t.lnot(is_nan(e)),
            t.eq(zero, equal),
            t.implies(t.lnot(zero), t.eq(negative, t.land(minus, t.lnot(equal)))),
        )


def is_nan(word):
    return t.ult(t.bv(0x7FF << 52, 63), t.extract(62, 0, word))


def finite(word):
    return t.ult(t.extract(62, 0, word), t.bv(0x7FF << 52, 63))


def nonzero(word):
    return t.ne(t.extract(62, 0, word), t.bv(0, 63))


def to_odd(core, instance):
    """nf_to_odd of the nearest double, nf_cut_to_odd of the one toward zero."""
    run = core.run()
    exact = Exact(run)
    name, mode = {"nearest": ("nf_to_odd", EVEN), "cut": ("nf_cut_to_odd", TOWARD_ZERO)}[
        instance.part
    ]
    z, right = exact.rounded(mode), exact.rounded(TO_ODD)
    e = t.var("e", 64)
    got = run.call(name, (z, DOUBLE), (e, DOUBLE))
    known = (*exact.hypotheses, finite(z), nonzero(z), exact.same_sign(e, z), *run.p.axioms)
    shown = {"z": z, "e": e, "given": got, "to odd": right, **exact.x}
    yield Query("to odd", t.eq(got, right), known, shown, interesting=nonzero(e))
    any_z = t.var("any_z", 64)
    run = core.run()
    kept = run.call(name, (any_z, DOUBLE), (e, DOUBLE))
    odd_error = (t.lor(t.lnot(nonzero(e)), is_nan(e)), *run.p.axioms)
    yield Query(
        "no error, or NaN: z stays", t.eq(kept, any_z), odd_error, {"z": any_z, "e": e}, is_nan(e)
    )


class Host:
    """The host's operations as a stage meets them: results by hypothesis, arguments and modes noted."""

    def __init__(self, run, results):
        self.run, self.results, self.noted = run, list(results), []
        run.p.operations = {op: self.binary(op) for op in "+-*/"}
        run.p.externals["__builtin_fma"] = self.call("fma")
        run.p.externals["__builtin_sqrt"] = self.call("sqrt")
        run.p.externals["nf_residual_of_sum"] = self.call("residual of sum")

    def note(self, name, mode, args):
        self.noted.append((name, mode, tuple(args)))
        return self.results[len(self.noted) - 1]

    def binary(self, op):
        return lambda p, x, y: self.note(op, p.mode, (x, y))

    def call(self, name):
        return lambda p, _n, _st, args: (self.note(name, p.mode, [a[0] for a in args]), DOUBLE)

    def as_expected(self, *expected):
        """The operations were these, with these arguments, in these modes."""
        if [(name, mode) for name, mode, _ in self.noted] != [(n, m) for n, m, _ in expected]:
            return t.FALSE
        pairs = [
            (x, y)
            for (*_, xs), (*_, ys) in zip(self.noted, expected, strict=True)
            for x, y in zip(xs, ys, strict=True)
        ]
        return t.land(*[t.eq(x, y) for x, y in pairs])


def minus(x):
    return t.bxor(x, t.bv(1 << 63, 64))


def stage(core, instance):
    """The loop of an operation, as the table of stages has it: arguments, modes, and the result."""
    run = core.run()
    exact = Exact(run)
    op = instance.part
    cuts = core.CUTS and op not in ("add", "sub")
    mode, host_mode = (TOWARD_ZERO, "RTZ") if cuts else (EVEN, "RNE")
    z, right = exact.rounded(mode), exact.rounded(TO_ODD)
    a, b, e = (t.var(name, 64) for name in ("a", "b", "e"))
    host = Host(run, [z, e])
    sources = [run.doubles("a", a), run.doubles("b", b)][: 1 if op == "sqrt" else 2]
    name = {"add": "stage_any_add", "sub": "stage_any_sub"}.get(op, f"stage_odd_{op}")
    run.call(name, *sources, integer(1), run.doubles("z", t.var("before", 64)))
    error = e
    if op == "div":  # e is the remainder; the error has its sign, divided by that of b
        error = t.bxor(e, t.band(b, t.bv(1 << 63, 64)))
    expected = {
        "add": [("+", "RNE", (a, b)), ("residual of sum", "RNE", (a, b, z))],
        "sub": [("+", "RNE", (a, minus(b))), ("residual of sum", "RNE", (a, minus(b), z))],
        "mul": [("*", host_mode, (a, b)), ("fma", host_mode, (a, b, minus(z)))],
        "div": [("/", host_mode, (a, b)), ("fma", host_mode, (minus(z), b, a))],
        "sqrt": [("sqrt", host_mode, (a,)), ("fma", host_mode, (minus(z), z, a))],
    }[op]
    goal = t.land(
        host.as_expected(*expected),
        t.boolean(run.p.mode == "RNE"),
        t.eq(run.st.mem["z"], right),
    )
    known = (*exact.hypotheses, finite(z), nonzero(z), exact.same_sign(error, z), *run.p.axioms)
    shown = {"a": a, "b": b, "z": z, "e": e, "given": run.st.mem["z"], "to odd": right}
    yield Query(op, goal, known, shown, interesting=nonzero(e))


def fused(core, _instance):
    """nf_odd_fma is Boldo's and Melquiond's emulation, as Fma.v has it; 0 and infinities are p + c."""
    run = core.run()
    names = ("p", "q", "t", "u", "v", "w", "odd_inner", "odd_outer", "p_plus_c")
    p, q, s, u, v, w, inner, outer, last = (t.var(name, 64) for name in names)
    host = Host(run, [p, q, s, u, v, w, inner, outer, last])
    run.p.externals["nf_odd_sum"] = host.call("odd sum")
    a, b, c = (t.var(name, 64) for name in "abc")
    got = run.call("nf_odd_fma", (a, DOUBLE), (b, DOUBLE), (c, DOUBLE))
    expected = [
        ("*", "RNE", (a, b)),
        ("fma", "RNE", (a, b, minus(p))),
        ("+", "RNE", (c, q)),
        ("residual of sum", "RNE", (c, q, s)),
        ("+", "RNE", (p, s)),
        ("residual of sum", "RNE", (p, s, v)),
        ("odd sum", "RNE", (u, w)),
        ("odd sum", "RNE", (v, inner)),
        ("+", "RNE", (p, c)),
    ]
    usual = t.land(finite(v), nonzero(outer))
    goal = t.land(host.as_expected(*expected), t.eq(got, t.ite(usual, outer, last)))
    yield Query(
        "fused",
        goal,
        tuple(run.p.axioms),
        dict(zip("abcvzr", (a, b, c, v, outer, got), strict=True)),
    )


def through(core, instance):
    """Any exact value, to odd in binary64 and then by the row's rounding: the same as at once."""
    run = core.run()
    f, known, row = run.any_or(instance.row)
    known.append(run.served("nf_encodes_doubles", f))
    exact = Exact(run, 64, least=-1022)
    known.extend(exact.hypotheses)
    z = exact.rounded(TO_ODD)
    before = run.flags
    once = run.call("nf_encode_64", f, (exact.x, None), run.env)
    raised = run.flags
    run.st.mem["env"] = {**run.st.mem["env"], "flags": before}
    y = run.call("nf_decode_64", run.row("binary64", "doubles"), (z, ULONG))
    twice = run.call("nf_encode_64", f, (y, None), run.env)
    shown = {"to odd": z, "once": once, "twice": twice, **exact.x, **row}
    goal = t.land(t.eq(once, twice), t.eq(raised, run.flags))
    yield Query("through odd", goal, tuple(known), shown, interesting=t.TRUE)


OPERATIONS = ("add", "sub", "mul", "div", "sqrt")
THROUGH = [name for name in rows.NAMED if "64" not in name and name != "float8_e8m0fnu"]
COQ = "proofs/coq: the error has the sign of what was lost (Doubles.v, Sums.v)"

CLAIMS = [
    smt_claim(
        "odd.to_odd",
        "nf_to_odd and nf_cut_to_odd round to odd, given a double beside the exact value and the sign of the error",
        ("nf_to_odd", "nf_cut_to_odd"),
        to_odd,
        [Instance(part="nearest"), Instance(part="cut")],
        core=LaneCore,
        trusts=COQ,
        mutants=(
            Mutant(
                "past ignored",
                "cbits/levels/round_to_odd.h",
                "return nf_double_of((u - (past & inexact)) | inexact);",
                "return nf_double_of(u | inexact);",
                Instance(part="nearest"),
            ),
            Mutant(
                "nothing remembered",
                "cbits/levels/double_operations.h",
                "nf_bits_of(z) | (nf_magnitude_of(e) > 0 ? 1 : 0)",
                "nf_bits_of(z)",
                Instance(part="cut"),
            ),
        ),
    ),
    smt_claim(
        "odd.stage",
        "Each stage of ODD does the operation and its error in the right rounding mode, and gives the exact result to odd",
        tuple(f"stage_odd_{op}" for op in OPERATIONS),
        stage,
        [Instance(part=op) for op in OPERATIONS],
        core=LaneCore,
        trusts=COQ,
        mutants=(
            Mutant(
                "sign of the remainder",
                "cbits/levels/double_operations.h",
                "remainder = __builtin_fma(-z, b, a);",
                "remainder = __builtin_fma(z, b, -a);",
                Instance(part="div"),
            ),
            Mutant(
                "mode not set back",
                "cbits/levels/double_operations.h",
                "    stage_cut_sqrt(a, n, z);\n    nf_host_float_nearest();",
                "    stage_cut_sqrt(a, n, z);",
                Instance(part="sqrt"),
            ),
            Mutant(
                "the addend is not negated",
                "cbits/levels/double_operations.h",
                "return nf_odd_sum(a, -b);",
                "return nf_odd_sum(a, b);",
                Instance(part="sub"),
            ),
        ),
    ),
    smt_claim(
        "odd.nearest_stage",
        "The same on hosts whose rounding mode the stages do not set: products, quotients and roots to nearest",
        tuple(f"stage_odd_{op}" for op in OPERATIONS),
        stage,
        [Instance(part=op) for op in ("mul", "div", "sqrt")],
        core=NearestCore,
        trusts=COQ,
        mutants=(
            Mutant(
                "divisor's sign ignored",
                "cbits/levels/double_operations.h",
                "nf_double_of(nf_bits_of(remainder) ^ (nf_bits_of(b) & NF_SIGN))",
                "remainder",
                Instance(part="div"),
            ),
        ),
    ),
    smt_claim(
        "odd.fused",
        "nf_odd_fma is the emulation of Fma.v, with p + c where that has no sign or is no number",
        ("nf_odd_fma",),
        fused,
        [Instance()],
        core=LaneCore,
        trusts="proofs/coq/Fma.v",
        mutants=(
            Mutant(
                "the inner sum to nearest",
                "cbits/levels/double_operations.h",
                "nf_odd_sum(v, nf_odd_sum(u, w))",
                "nf_odd_sum(v, u + w)",
                Instance(),
            ),
            Mutant(
                "zeros without their sign",
                "cbits/levels/double_operations.h",
                "((nf_not_finite(v) != 0) | (z == 0)) ? p + c : z",
                "nf_not_finite(v) != 0 ? p + c : z",
                Instance(),
            ),
        ),
    ),
    smt_claim(
        "odd.through",
        "To odd in binary64 and then by the row's own rounding is that rounding of the exact value",
        ("nf_encode_64",),
        through,
        [Instance(name) for name in THROUGH],
        core=LaneCore,
        of_row=lambda text: [Instance(text)],
        mutants=(
            Mutant(
                "to odd is up",
                "cbits/core/round.h",
                "case NF_TO_ODD: return dropped && !odd;",
                "case NF_TO_ODD: return dropped;",
                Instance("posit32"),
            ),
        ),
    ),
]
