# SPDX-License-Identifier: BSD-3-Clause
"""Where a row goes through plain doubles (NEAR), is the second rounding innocuous?

    exact  ->  binary64, to nearest  ->  the row        is        exact  ->  the row

Sums are proved whole.  Products of such rows are exact doubles.  For quotients and roots the proof
has two halves.  The one here, for any exact value x: where the two ways differ, the double z beside x
is a threshold, with p + 1 significant bits at most, and x is not z.  The other one is arithmetic: let
a, b and z be integers A, B, Z times powers of two, with p, p and p + 1 bits.  x = a/b within half an
ulp of z says |A 2^k - Z B| < Z B / 2^52 < 2^(2p + 1 - 52) <= 1, so that x is z; for x = sqrt(a),
|A 2^k - Z Z| < 2 Z Z / 2^53 + ... < 1.  (In Coq: Near.v, for all tapered rows, by 2p + 2 <= 53.)
"""

from __future__ import annotations

from proofs.claim import Instance, Mutant
from proofs.smt import rows
from proofs.smt import terms as t
from proofs.smt.c.types import BOOL, UINT, ULONG, Pointer, UnsupportedError
from proofs.smt.claims.lane_decode import FINITE, is_class
from proofs.smt.claims.signed_rows import NARROW
from proofs.smt.core import u64
from proofs.smt.exact_values import Exact
from proofs.smt.lane_replay import operands
from proofs.smt.lanes import LaneCore
from proofs.smt.query import Query
from proofs.smt.smt_claim import smt_claim

NEAR, ODD = 0, 1  # nf_way


def route(run, f, op):
    """Does the operation go through doubles, and which way?  Terms, by target.c."""
    run.st.mem["way"] = t.bv(ODD, 32)
    number = t.bv(run.core.program.enums["NF_OP_" + op], 32)
    yes = run.call("nf_goes_through_doubles", f, (number, UINT), (("way", ()), Pointer(UINT)))
    return t.ne(yes, t.bv(0, yes.w)), run.st.mem["way"]


def goes_near(run, f, op, text):
    """UnsupportedError unless the row's operation goes through plain doubles."""
    yes, way = route(run, f, op)
    if not (yes is t.TRUE and t.is_const(way) and way.val == NEAR):
        raise UnsupportedError(f"{op} of {text} does not go through plain doubles")


def both_ways(run, f, x):
    """The codes of a number at once and through binary64, and its double."""
    d = run.row("binary64", "doubles")
    once = run.call("nf_result_64", f, (x, None), run.env)
    z = run.call("nf_encode_64", d, (x, None), run.env)
    y = run.call("nf_decode_64", d, (z, ULONG))
    return once, run.call("nf_result_64", f, (y, None), run.env), z, y


def sums(core, instance):
    run = core.run()
    f = run.row(instance.row)
    goes_near(run, f, "add", instance.row)
    codes = [run.code(name)[0] for name in "ab"]
    x, y = (run.call("nf_load_64", f, u64(code)) for code in codes)
    known = (is_class(x, FINITE), is_class(y, FINITE))
    exact = run.call("nf_add_finite_64", (x, None), (y, None), (t.bv(0, 8), BOOL))
    once, twice, z, _ = both_ways(run, f, exact)
    shown = {"a": codes[0], "b": codes[1], "double": z, "once": once, "twice": twice}
    replay = operands("add", instance.row, "a", "b")
    yield Query("sum", t.eq(once, twice), known, shown, t.ne(x["sign"], y["sign"]), replay)


def significand_bits(run, f):
    """p, a constant."""
    return t.signed(run.call("nf_significand_bits", f).val, 32)


def has_bits(x, n):
    """The significand has n bits at most."""
    return t.eq(t.extract(63 - n, 0, x["sig"]), t.bv(0, 64 - n)) if n < 64 else t.TRUE


def any_result(core, instance, op):
    """A row of which target.c sends the operation through plain doubles, any exact result, and p."""
    run = core.run()
    f = run.row(instance.row)
    goes_near(run, f, op, instance.row)
    return run, f, Exact(run, 64, least=-1022), significand_bits(run, f)


def products(core, instance):
    """Any number of 2p bits in the range that target.c allows."""
    run, f, exact, p = any_result(core, instance, "mul")
    known = (*exact.hypotheses, has_bits(exact.x, 2 * p))
    once, twice, z, y = both_ways(run, f, exact.x)
    same = t.land(t.eq(y["sig"], exact.x["sig"]), t.eq(y["exp"], exact.x["exp"]), t.eq(once, twice))
    shown = {"double": z, "once": once, "twice": twice, **exact.x}
    yield Query("product", same, known, shown, interesting=t.lnot(has_bits(exact.x, 2 * p - 1)))


def thresholds(core, instance):
    """Two ways that differ differ at a threshold, and beside it."""
    run, f, exact, p = any_result(core, instance, "div")
    once, twice, z, y = both_ways(run, f, exact.x)
    beside = t.ne(y["sig"], exact.x["sig"])
    goal = t.lor(t.eq(once, twice), t.land(has_bits(y, p + 1), beside))
    shown = {"double": z, "once": once, "twice": twice, **exact.x}
    yield Query("threshold", goal, exact.hypotheses, shown, interesting=t.ne(once, twice))
    bits = t.boolean(2 * p + 2 <= 53)
    yield Query("2p + 2 <= 53", bits, (), {})


FEW_BITS = [
    name
    for name in rows.of_families("posit", "takum", "float")
    if name in NARROW and name not in ("posit32", "bposit32q", "takum_linear32")
]
EXACT_PRODUCTS = [*FEW_BITS, "bposit32q", "mlu32", "q7", "q15"]
TARGET = "cbits/routes/target.c"


def of_row(text):
    return [Instance(text)]


CLAIMS = [
    smt_claim(
        "near.sum",
        "Sums of doubles, rounded to nearest, round on to what the exact sum rounds to",
        ("nf_goes_through_doubles", "nf_add_finite_64", "nf_result_64"),
        sums,
        [Instance(name) for name in [*FEW_BITS, "q7", "q15", "q31"]],
        core=LaneCore,
        of_row=of_row,
        mutants=(
            Mutant(
                "innocuous up to 28 bits",
                "cbits/routes/target.c",
                "2 * x.p + 2 <= 53, exact",
                "2 * x.p + 2 <= 58, exact",
                Instance("float<exp=5,man=26>"),
            ),
        ),
    ),
    smt_claim(
        "near.product",
        "Where a product goes through plain doubles it is a double, exactly",
        ("nf_goes_through_doubles", "nf_result_64"),
        products,
        [Instance(name) for name in EXACT_PRODUCTS],
        core=LaneCore,
        of_row=of_row,
        mutants=(
            Mutant(
                "products of 56 bits",
                TARGET,
                "exact = 2 * x.p <= 53;",
                "exact = 2 * x.p <= 56;",
                Instance("posit32"),
            ),
        ),
    ),
    smt_claim(
        "near.threshold",
        "Where quotients and roots go through plain doubles, these go wrong beside a double of p + 1 bits only",
        ("nf_goes_through_doubles", "nf_result_64"),
        thresholds,
        [Instance(name) for name in FEW_BITS],
        core=LaneCore,
        of_row=of_row,
        trusts="proofs/coq/Near.v: no quotient or root is beside a double of p + 1 bits",
        mutants=(
            Mutant(
                "innocuous up to 28 bits",
                TARGET,
                "2 * x.p + 2 <= 53, exact",
                "2 * x.p + 2 <= 58, exact",
                Instance("posit32"),
            ),
        ),
    ),
]
