# SPDX-License-Identifier: BSD-3-Clause
"""Is the field of a square root its leading bits, with the remainder jammed into the last?

The loop of nf_sqrt_finite takes two bits of the radicand and makes one of the root each time.
sqrt.step proves of its body, executed from any state, that it keeps

    R = root^2 + remainder,   remainder <= 2 * root,   root < 2^i         R: the bits of the radicand taken so far

and that the next R is 4 R + the next two bits.  No solver sees the square: it is a variable S, and
(2 root + 1)^2 = 4 S + 4 root + 1.  sqrt.ends proves what is before and behind the loop.

The induction.  Before the loop root = remainder = 0 and R = 0: the invariant holds for i = 0.  The first step finds
two bits that are not both 0 and sets the root's leading bit, which every step doubles: behind step i the root has
exactly i bits.  Behind the last step, i = digits, R is the radicand times a power of four, exactly, for `digits` is at
least W/2 and a field has no more than W/2 pairs of bits.  remainder <= 2 root says R < (root + 1)^2: root is the
integer part of sqrt(R), and remainder = 0 exactly when root is sqrt(R).  sqrt.ends shifts it to the top of the field
and sets the last bit where the remainder is not 0:

    field     1rrrrrrrrr r | 0000 ... 0001       the exact root and the field lie in one open cell of 2^(W - digits)
              |<-digits->|                       units: more than the 2 of other operations, see operations.py
"""

from __future__ import annotations

from pycparser import c_ast

from proofs.claim import Instance, Mutant
from proofs.smt import terms as t
from proofs.smt.c.types import BOOL, INT
from proofs.smt.claims.sums import looked_for
from proofs.smt.operands import bit, leads, operand, shown, sig_type
from proofs.smt.query import Query
from proofs.smt.smt_claim import smt_claim

NAMES = ("root", "remainder", "taken")


def pieces(run, width):
    """The statements of nf_sqrt_finite before its loop, the loop, and those behind it."""
    items = run.p.functions[f"nf_sqrt_finite_{width}"].body.block_items
    (at,) = (i for i, s in enumerate(items) if isinstance(s, c_ast.For))
    return items[:at], items[at], items[at + 1 :]


def any_state(run, width):
    """Variables for the loop's three words, and the names of the function for them."""
    names = {}
    for name in NAMES:
        run.st.mem[name] = t.var(name, width)
        names[name] = ((name, ()), sig_type(run, width))
    return names, [run.st.mem[name] for name in NAMES]


def step(core, instance):
    """The loop's body keeps the invariant, from any state in which it holds."""
    run, w = core.run(), instance.width
    names, (root, remainder, taken) = any_state(run, w)
    _, loop, _ = pieces(run, w)
    run.p.run([loop.stmt], run.st, dict(names), INT)
    root_2, remainder_2, taken_2 = (run.st.mem[name] for name in NAMES)

    size = 2 * w + 4
    i, square, so_far = t.var("i", 32), t.var("square", size), t.var("so_far", size)

    def wide(v):
        return t.zext(v, size)

    def power(n):
        return t.shl(t.bv(1, size), wide(n))

    def times(v, k):
        return t.shl(v, t.bv(k.bit_length() - 1, size))

    known = (
        t.eq(so_far, t.add(square, wide(remainder))),
        t.ule(wide(remainder), times(wide(root), 2)),
        t.ult(i, t.bv(w - 2, 32)),
        t.ult(wide(root), power(i)),
        t.ult(square, power(t.shl(i, t.bv(1, 32)))),
    )
    grown = t.ne(root_2, t.shl(root, t.bv(1, w)))
    odd = bit(grown, size)
    so_far_2 = t.add(times(so_far, 4), wide(t.lshr(taken, t.bv(w - 2, w))))
    square_2 = t.add(
        times(square, 4), t.ite(grown, t.add(times(wide(root), 4), odd), t.bv(0, size))
    )
    keeps = t.land(
        t.eq(so_far_2, t.add(square_2, wide(remainder_2))),
        t.ule(wide(remainder_2), times(wide(root_2), 2)),
        t.eq(wide(root_2), t.add(times(wide(root), 2), odd)),
        t.ult(wide(root_2), power(t.add(i, t.bv(1, 32)))),
        t.eq(taken_2, t.shl(taken, t.bv(2, w))),
    )
    first = t.land(
        t.eq(root, t.bv(0, w)),
        t.eq(remainder, t.bv(0, w)),
        t.ne(t.extract(w - 1, w - 2, taken), t.bv(0, 2)),
    )
    leading = t.implies(first, t.eq(root_2, t.bv(1, w)))
    say = {
        "root": root,
        "remainder": remainder,
        "taken": taken,
        "next root": root_2,
        "next remainder": remainder_2,
    }
    yield Query(
        "step",
        t.land(keeps, leading),
        known,
        say,
        t.land(grown, t.ult(t.bv(5, 32), i)),
        looked_for("sqrt", w),
    )
    yield Query("defined", run.defined(), known, say)


def ends(core, instance):
    """What the loop begins with, how often it runs, and what is made of the words that it leaves."""
    run, w, bits = core.run(), instance.width, instance.width // 2
    fine = instance.part == "fine"
    a, known = operand("a", w, w)
    before, loop, behind = pieces(run, w)
    result = run.p.types[f"nf_number_{w}"]
    run.st.mem |= {"a": a, "fine": t.bv(fine, 8)}
    names = {"a": (("a", ()), result), "fine": (("fine", ()), BOOL)}
    for statement in before:
        run.p.simple(statement, run.st, names)
    root, remainder, taken = (run.st.read(names[name][0]) for name in NAMES)
    odd = t.extract(0, 0, a["exp"])
    digits = w - 2 if fine else bits + 2
    count = run.st.read(names["digits"][0])
    runs = t.boolean(header(loop) == ("i", 0, "<", "digits", "p++"))
    begins = t.land(
        runs,
        t.eq(root, t.bv(0, w)),
        t.eq(remainder, t.bv(0, w)),
        t.eq(taken, t.ite(t.eq(odd, t.bv(1, 1)), a["sig"], t.lshr(a["sig"], t.bv(1, w)))),
        t.eq(count, t.bv(digits, 32)),
        t.ne(t.extract(w - 1, w - 2, taken), t.bv(0, 2)),
    )
    say = shown(a=a)
    yield Query("before the loop", begins, tuple(known), say, t.TRUE, looked_for("sqrt", w))

    left, (root, remainder, _) = any_state(run, w)
    y = run.p.run(list(behind), run.st, {**names, **left}, result)
    field = t.bor(t.shl(root, t.bv(w - digits, w)), bit(t.ne(remainder, t.bv(0, w)), w))
    ended = t.land(
        t.eq(y["cls"], t.bv(1, 8)),
        t.eq(y["sign"], t.bv(0, 8)),
        t.eq(t.add(t.shl(y["exp"], t.bv(1, 32)), t.zext(odd, 32)), a["exp"]),
        t.eq(y["sig"], field),
        leads(y["sig"]),
    )
    grown = t.eq(t.lshr(root, t.bv(digits - 1, w)), t.bv(1, w))  # exactly `digits` bits
    say |= {"root": root, "remainder": remainder, "result.sig": y["sig"], "result.exp": y["exp"]}
    yield Query("behind the loop", ended, (*known, grown), say, t.TRUE, looked_for("sqrt", w))
    yield Query("defined", run.defined(), (*known, grown), say)


def header(loop):
    """A loop's variable, its first value, the comparison, its end and the step, as they are written."""
    (first,) = loop.init.decls
    return first.name, int(first.init.value), loop.cond.op, loop.cond.right.name, loop.next.op


AT_64 = Instance("", 64)
CLAIMS = [
    smt_claim(
        "sqrt.step",
        "One step of a root keeps root^2 + remainder at the bits taken, and the remainder at most twice the root",
        ("nf_sqrt_finite_W",),
        step,
        [Instance("", 64), Instance("", 128)],
        mutants=(
            Mutant(
                "remainder > trial",
                "cbits/core/sqrt.h",
                "if (remainder >= trial)",
                "if (remainder > trial)",
                AT_64,
            ),
            Mutant(
                "trial",
                "cbits/core/sqrt.h",
                "NF_SIG trial = root << 2 | 1;",
                "NF_SIG trial = root << 2;",
                AT_64,
            ),
        ),
        trusts="(2r + 1)^2 = 4 r^2 + 4 r + 1, and the induction over the steps (Coq: Cells.v)",
    ),
    smt_claim(
        "sqrt.ends",
        "A root's loop begins with the radicand, runs W/2 + 2 or W - 2 times, and its words become the field",
        ("nf_sqrt_finite_W",),
        ends,
        [Instance("", w, part) for w in (64, 128) for part in ("", "fine")],
        mutants=(
            Mutant(
                "odd exponent",
                "cbits/core/sqrt.h",
                "a.sig >> (odd ? 0 : 1); /*",
                "a.sig >> 1; /*",
                AT_64,
            ),
            Mutant(
                "no sticky bit",
                "cbits/core/sqrt.h",
                "root << (NF_W - digits) | (remainder != 0)",
                "root << (NF_W - digits)",
                AT_64,
            ),
            Mutant("digits", "cbits/core/sqrt.h", "NF_W / 2 + 2;", "NF_W / 2 - 1;", AT_64),
        ),
    ),
]
