# SPDX-License-Identifier: BSD-3-Clause
"""Do the stages round to odd?

The hypotheses are those of exact_values.py; what is proved here is the text around the operations:
the bits of nf_to_odd, the arguments of every operation, and the rounding mode each is done in.
"""

from __future__ import annotations

from proofs.claim import Instance, Mutant
from proofs.smt import terms as t
from proofs.smt.c.types import DOUBLE
from proofs.smt.exact_values import (
    EVEN,
    TO_ODD,
    TOWARD_ZERO,
    Exact,
    Host,
    finite,
    is_nan,
    minus,
    nonzero,
    same_double,
)
from proofs.smt.lanes import LaneCore, NearestCore, integer
from proofs.smt.query import Query
from proofs.smt.smt_claim import smt_claim


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


def quick_sum(core, instance):
    """Most blocks of sums are exact: one pass finds out, and only if it fails the errors are asked for.

    That a sum which gives both of its operands back is exact is a theorem (Sums.v); another element
    of the block may fail where this one does not.
    """
    run = core.run()
    exact = Exact(run)
    z, right = exact.rounded(EVEN), exact.rounded(TO_ODD)
    names = ("a", "b", "e", "z_less_a", "z_less_y", "other_z", "other_1", "other_2", "other_e")
    a, b, e, first, second, *others = (t.var(name, 64) for name in names)
    other_z, other_1, other_2, other_e = others
    y = b if instance.part == "add" else minus(b)
    host = Host(run, [z, first, second, other_z, other_1, other_2, z, e, other_z, other_e])
    x = [run.two_doubles(name, word) for name, word in (("a", a), ("b", b))]
    out = run.array("z", {"0": t.var("before", 64), "1": t.var("other_before", 64)}, DOUBLE)
    run.call(f"stage_odd_{instance.part}", *x, integer(2), out)
    gives_back = t.land(same_double(first, y), same_double(second, a))
    known = (
        *exact.hypotheses,
        finite(z),
        nonzero(z),
        exact.same_sign(e, z),
        t.implies(gives_back, t.lnot(nonzero(e))),
        *run.p.axioms,
    )
    ours = [host.noted[i] for i in (0, 1, 2, 6, 7)]
    expected = [
        ("+", "RNE", (a, y)),
        ("-", "RNE", (z, a)),
        ("-", "RNE", (z, y)),
        ("+", "RNE", (a, y)),
        ("residual of sum", "RNE", (a, y, z)),
    ]
    host.noted = ours
    got = run.st.mem["z"]["0"]
    goal = t.land(host.as_expected(*expected), t.eq(got, right))
    shown = {"a": a, "b": b, "z": z, "e": e, "given": got, "to odd": right}
    yield Query("quick sum", goal, known, shown, interesting=t.land(gives_back, finite(a)))
    yield Query("quick sum, inexact", goal, known, shown, interesting=nonzero(e))


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


OPERATIONS = ("add", "sub", "mul", "div", "sqrt")
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
        "odd.quick_sum",
        "The sums that test for exactness first give the exact sum to odd, whatever the block holds",
        ("stage_odd_add", "stage_odd_sub"),
        quick_sum,
        [Instance(part="add"), Instance(part="sub")],
        core=LaneCore,
        trusts="proofs/coq/Sums.v: a sum that gives both operands back is exact",
        mutants=(
            Mutant(
                "an inexact block passes",
                "cbits/levels/double_operations.h",
                "(sum - y == a[i] ? 0 : 1)",
                "(sum - y == a[i] ? 0 : 0)",
                Instance(part="add"),
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
]
