# SPDX-License-Identifier: BSD-3-Clause
"""What becomes of an exact sum into which a NaN, an infinity or an invalid product came?"""

from __future__ import annotations

from proofs.claim import Instance, Mutant
from proofs.smt import terms as t
from proofs.smt.accumulators import accumulator, chunks_of, quire_core
from proofs.smt.c.cells import Cells
from proofs.smt.c.types import INT, ULONG
from proofs.smt.query import Query
from proofs.smt.smt_claim import smt_claim

CARRY_C = "cbits/core/accumulate.c"
ZERO, FINITE, INFINITE, NOT_A_NUMBER = range(4)


def byte(condition):
    """A Boolean as C holds it."""
    return t.ite(condition, t.bv(1, 8), t.bv(0, 8))


def products(core):
    """What a product with a factor that is 0 or no number leaves behind (IEEE 754-2019, 7.2)."""
    run = core.run()
    a, b, sign, negate = t.var("a", 8), t.var("b", 8), t.var("sign", 1), t.var("negate", 1)
    old = {name: t.var("old_" + name, 0) for name in ("nan", "invalid")}
    infinities = Cells("infinite", 8)  # of a sign
    q = accumulator(
        run,
        chunks_of("chunk"),
        negate=t.zext(negate, 32),
        nan=byte(old["nan"]),
        invalid=byte(old["invalid"]),
        infinite=infinities,
    )
    classes = [(t.zext(x, 32), INT) for x in (a, b, sign)]
    run.call("nf_accumulator_special", q, *classes)
    after = run.st.mem["q"]

    def either(cls):
        return t.lor(t.eq(a, t.bv(cls, 8)), t.eq(b, t.bv(cls, 8)))

    nan = either(NOT_A_NUMBER)
    infinite = t.land(t.lnot(nan), either(INFINITE))
    invalid = t.land(infinite, either(ZERO))
    side = infinities.at(t.bxor(t.zext(sign, 32), t.zext(negate, 32)))
    goal = t.land(
        t.eq(after["nan"], byte(t.lor(old["nan"], nan))),
        t.eq(after["invalid"], byte(t.lor(old["invalid"], invalid))),
        t.boolean(set(after["infinite"]) == {side}),
        t.eq(
            after["infinite"].peek(side),
            t.ite(t.land(infinite, t.lnot(invalid)), t.bv(1, 8), infinities.peek(side)),
        ),
        t.boolean(not after["chunk"]),
    )
    both = t.land(*[t.eq(x, t.bv(FINITE, 8)) for x in (a, b)])
    known = (*[t.ult(x, t.bv(4, 8)) for x in (a, b)], t.lnot(both))
    shown = {"class of a": a, "class of b": b, "sign": sign, "negate": negate}
    yield Query("a special product", goal, known, shown, invalid)


def results(core):
    """What is rounded, and which flag is raised: invalid, but not for a NaN that came in."""
    run, calls = core.run(), []
    ty = run.p.types["nf_number_128"]
    number = {**run.p.fresh(ty, "sum"), "cls": t.bv(FINITE, 8)}

    def result(p, _call, st, args):
        calls.append((st.path, args[1][0]))
        return p.fresh(ULONG, "code"), ULONG

    run.p.externals |= {"finite_sum": lambda *_: (number, ty), "nf_result_128": result}
    nan, invalid, plus, minus = (t.var(name, 0) for name in ("nan", "invalid", "plus", "minus"))
    q = accumulator(
        run,
        chunks_of("chunk"),
        nan=byte(nan),
        invalid=byte(invalid),
        infinite={"0": byte(plus), "1": byte(minus)},
    )
    run.call("nf_accumulator_round", q, run.any_row()[0], run.env)
    none = t.lor(nan, invalid, t.land(plus, minus))
    raised = t.bv(core.program.enums["NF_INVALID"], 32)
    goal = [
        t.eq(run.flags, t.ite(t.land(none, t.lnot(nan)), raised, t.bv(0, 32))),
        t.lor(*[path for path, _ in calls]),
    ]
    for path, x in calls:
        is_nan, is_infinite = (t.eq(x["cls"], t.bv(cls, 8)) for cls in (NOT_A_NUMBER, INFINITE))
        infinity = t.land(is_infinite, t.eq(x["sign"], byte(minus)))
        goal.append(
            t.implies(
                path,
                t.lite(none, is_nan, t.lite(t.lor(plus, minus), infinity, t.boolean(x is number))),
            )
        )
    shown = {"nan": nan, "invalid": invalid, "+infinity": plus, "-infinity": minus}
    yield Query("a special sum", t.land(*goal), (), shown)


def special(core, instance):
    yield from products(core) if instance.part == "products" else results(core)


PRODUCTS, RESULTS = Instance("", 0, "products"), Instance("", 0, "results")
CLAIMS = [
    smt_claim(
        "quire.special",
        "A sum is NaN where a product was NaN or invalid or infinities of both signs came in, and infinite where one did",
        ("nf_accumulator_special", "nf_accumulator_round"),
        special,
        [PRODUCTS, RESULTS],
        core=quire_core,
        mutants=(
            Mutant(
                "zero times infinity",
                CARRY_C,
                "else if (a == NF_ZERO || b == NF_ZERO)",
                "else if (a == NF_ZERO)",
                PRODUCTS,
            ),
            Mutant(
                "sign of a subtracted infinity",
                CARRY_C,
                "q->infinite[sign ^ q->negate] = true;",
                "q->infinite[sign] = true;",
                PRODUCTS,
            ),
            Mutant(
                "infinities of both signs",
                CARRY_C,
                "if (q->nan || q->invalid || both)",
                "if (q->nan || q->invalid)",
                RESULTS,
            ),
            Mutant(
                "flag of a quiet NaN",
                CARRY_C,
                "if ((q->invalid || both) && !q->nan)",
                "if (q->invalid || both)",
                RESULTS,
            ),
        ),
    ),
]
