# SPDX-License-Identifier: BSD-3-Clause
"""Are the results of slices put together exactly, in integers of 256 bits?

What the digits of slices are, and that sums of their products are exact in any order, is gappa.digits.
"""

from __future__ import annotations

from proofs.claim import Instance, Mutant
from proofs.smt import smtlib
from proofs.smt import terms as t
from proofs.smt.accumulators import within
from proofs.smt.c.loops import Invariant
from proofs.smt.c.types import DOUBLE, INT, LONG, Int, Pointer, Void
from proofs.smt.core import Core
from proofs.smt.node import make
from proofs.smt.query import Query
from proofs.smt.smt_claim import smt_claim

INT256_H, CUT_C = "cbits/exact/int256.h", "cbits/exact/cut.c"
I128, WIDE = Int(128, signed=True), 520


def slices_core(checkout):
    return Core(checkout, '#include "exact/int256.h"\n#include "exact/cut.c"\n')


def wide(run, name):
    """Any integer of 256 bits: a place, the struct, and its value in WIDE bits."""
    run.st.mem[name] = {"low": t.var(name + "_low", 128), "high": t.var(name + "_high", 128)}
    return (name, ()), run.st.mem[name]


def value(w):
    """The integer that an nf_wide is."""
    return t.sext(t.concat(w["high"], w["low"]), WIDE)


def fits(exact):
    """Is it an integer of 256 bits?"""
    return t.eq(t.sext(t.extract(255, 0, exact), WIDE), exact)


def addition(core, shift):
    run, x = core.run(), t.var("x", 128)
    place, w = wide(run, "w")
    known_shift = (t.bv(shift, 32), INT)
    run.call("nf_wide_add", (place, Pointer(run.p.types["nf_wide"])), (x, I128), known_shift)
    exact = t.add(value(w), t.shl(t.sext(x, WIDE), t.bv(shift, WIDE)))
    shown = {"w": value(w), "x": x, "shift": t.bv(shift, 32)}
    goal = t.land(run.defined(), t.eq(value(run.st.mem["w"]), exact))
    yield Query(
        f"sum at {shift}",
        goal,
        (fits(exact),),
        shown,
        t.slt(x, t.bv(0, 128)) if shift == 200 else None,
    )


def negation(core):
    run = core.run()
    _, w = wide(run, "w")
    exact = t.neg(value(w))
    r = run.call("nf_wide_negated", (w, None))
    yield Query("negated", t.eq(value(r), exact), (fits(exact),), {"w": value(w)}, t.TRUE)
    yield Query("defined", run.defined(), (), {"w": value(w)})


def shifting(core, shift):
    run = core.run()
    _, w = wide(run, "w")
    r = run.call("nf_wide_shifted", (w, None), (t.bv(shift, 32), INT))
    exact = t.shl(value(w), t.bv(shift, WIDE))
    shown = {"w": value(w), "shift": t.bv(shift, 32)}
    goal = t.land(run.defined(), t.eq(value(r), exact))
    kept = t.eq(t.ashr(exact, t.bv(shift, WIDE)), value(w))
    yield Query(
        f"shifted by {shift}", goal, (fits(exact), kept), shown, t.slt(w["high"], t.bv(0, 128))
    )


def integer_of(core):
    """nf_integer_of a double that is 0 or normal."""
    run, x = core.run(), t.var("x", 64)
    r = run.call("nf_integer_of", (x, DOUBLE))
    field, fraction = t.extract(62, 52, x), t.extract(51, 0, x)
    zero = t.eq(field, t.bv(0, 11))
    m = t.zext(t.concat(t.bv(1, 1), fraction), 64)
    signed = t.ite(t.eq(t.extract(63, 63, x), t.bv(1, 1)), t.neg(m), m)
    right = t.land(
        t.eq(r["value"], signed), t.eq(r["exp"], t.sub(t.zext(field, 32), t.bv(1075, 32)))
    )
    known = (t.ult(field, t.bv(2047, 11)), t.implies(zero, t.eq(fraction, t.bv(0, 52))))
    goal = t.lite(zero, t.eq(r["value"], t.bv(0, 64)), right)
    yield Query("the integer of a double", goal, known, {"x": x}, t.slt(x, t.bv(0, 64)))
    yield Query("defined", run.defined(), known, {"x": x})


def product(core):
    """nf_wide_add_product adds the product of two integers in units of 2^base, of which it is a multiple."""
    yield from integer_of(core)
    run, base, added = core.run(), t.var("base", 32), []
    ty = run.p.types["nf_integer"]
    parts = [{"value": t.var(n, 64), "exp": t.var(n + "_exp", 32)} for n in "xy"]
    calls = iter(parts)

    def add(_p, _call, st, args):
        added.append((st.path, args[1][0], args[2][0]))
        return None, Void()

    run.p.externals |= {"nf_integer_of": lambda *_: (next(calls), ty), "nf_wide_add": add}
    place, _ = wide(run, "w")
    doubles = [(t.var("double_" + n, 64), DOUBLE) for n in "xy"]
    run.call("nf_wide_add_product", (place, Pointer(run.p.types["nf_wide"])), *doubles, (base, INT))
    ((path, integer, shift),) = added
    exact = t.mul(*[t.sext(part["value"], 128) for part in parts])
    at = t.sub(t.add(parts[0]["exp"], parts[1]["exp"]), base)
    below, opaque = t.slt(at, t.bv(0, 32)), t.var("product", 128)
    roots = replaced([path, integer, shift], {exact: opaque})
    path, integer, shift = roots
    down = t.zext(t.neg(at), 128)
    some = t.ne(opaque, t.bv(0, 128))
    whole = t.land(t.slt(t.bv(-128, 32), at), t.eq(t.shl(t.ashr(opaque, down), down), opaque))
    known = [t.implies(t.land(some, below), whole), within(1 << 20)(base)]
    known += [within(1 << 20)(part["exp"]) for part in parts]
    right = t.land(
        t.eq(shift, t.ite(below, t.bv(0, 32), at)),
        t.eq(integer, t.ite(below, t.ashr(opaque, down), opaque)),
    )
    shown = {"product": opaque, "exponent": at, "base": base}
    goal = t.lite(some, t.land(path, right), t.lnot(path))
    yield Query("the product in units of 2^base", goal, tuple(known), shown, t.land(some, below))


def replaced(roots, table):
    """The terms with some nodes replaced."""
    found = {}
    for x in smtlib.order(roots):
        new = tuple(found[y.id] for y in x.args)
        found[x.id] = table.get(x) or (make(x.op, new, x.w, x.val) if new else x)
    return [found[x.id] for x in roots]


def digits(core, _instance):
    """w of any k up to 2^50: k 2^(2 w - 2) <= 2^53, and a bit more would be too many."""
    run, k = core.run(), t.var("k", 64)

    def holds(v):
        count = t.zext(v("count"), 64)
        before = t.shl(t.bv(1, 64), t.sub(count, t.bv(1, 64)))
        return t.land(t.ult(count, t.bv(52, 64)), t.lor(t.eq(count, t.bv(0, 64)), t.ult(before, k)))

    run.p.invariants["nf_digit_bits.0"] = Invariant(
        holds, measure=lambda v: t.sub(t.bv(64, 32), v("count"))
    )
    w = run.call("nf_digit_bits", (k, LONG))
    known = (t.sle(t.bv(1, 64), k), t.sle(k, t.bv(1 << 50, 64)))
    shown = {"k": k, "w": w}
    yield from run.loops(known, shown)
    known = (*known, *run.p.assumed)
    twice = t.zext(t.sub(t.shl(w, t.bv(1, 32)), t.bv(2, 32)), 128)
    most = t.shl(t.zext(k, 128), twice)
    goal = t.land(
        t.sle(t.bv(2, 32), w),
        t.sle(w, t.bv(27, 32)),
        t.ule(most, t.bv(1 << 53, 128)),
        t.ult(t.bv(1 << 53, 128), t.shl(most, t.bv(3, 128))),
    )
    yield Query(
        "sums of k products of digits have 53 bits", goal, known, shown, t.eq(k, t.bv(1000, 64))
    )
    yield Query("defined", run.defined(), known, shown)


PARTS = {
    "add": addition,
    "negate": negation,
    "shift": shifting,
    "product": product,
}


def integers(core, instance):
    part = PARTS[instance.part]
    if instance in (ADD, SHIFT):
        for shift in range(256):
            yield from part(core, shift)
    else:
        yield from part(core)


ADD, NEGATE, SHIFT, PRODUCT = (Instance("", 256, part) for part in PARTS)
CLAIMS = [
    smt_claim(
        "slices.integers",
        "Sums, negation, shifts and products of doubles in 256 bits are exact where they fit",
        (
            "nf_wide_add",
            "nf_wide_negated",
            "nf_wide_shifted",
            "nf_wide_add_product",
        ),
        integers,
        [ADD, NEGATE, SHIFT, PRODUCT],
        core=slices_core,
        quick=lambda i: i != ADD,  # 256 shifts take 21 s
        mutants=(
            Mutant("carry", INT256_H, "(nf_u128)high + (w->low < low));", "(nf_u128)high);", ADD),
            Mutant("sign of a term", INT256_H, ": x >> 127;", ": 0;", ADD),
            Mutant(
                "borrow",
                INT256_H,
                "(nf_i128)(~(nf_u128)w.high + (low == 0))",
                "(nf_i128)(~(nf_u128)w.high + 1)",
                NEGATE,
            ),
            Mutant(
                "bits between words",
                INT256_H,
                "w.high << shift | w.low >> (128 - shift))",
                "w.high << shift)",
                SHIFT,
            ),
            Mutant("unit of a double", INT256_H, "field - 1075};", "field - 1074};", PRODUCT),
        ),
    ),
    smt_claim(
        "slices.digits",
        "k 2^(2w - 2) <= 2^53 for w digits bits of k products, for every k",
        ("nf_digit_bits",),
        digits,
        [Instance()],
        core=slices_core,
        mutants=(
            Mutant(
                "a bit more",
                CUT_C,
                "return (53 - count + 2) / 2;",
                "return (53 - count + 3) / 2;",
                Instance(),
            ),
            Mutant(
                "rounded down",
                CUT_C,
                "while ((INT64_C(1) << count) < k)",
                "while ((INT64_C(2) << count) <= k)",
                Instance(),
            ),
        ),
    ),
]
