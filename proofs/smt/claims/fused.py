# SPDX-License-Identifier: BSD-3-Clause
"""Is the field of a fused a*b + c in one cell of 2 units with the exact value?

The product of operands of more than 32 bits fills the field of 128 bits, so its sum with c takes
256. As for sums (sums.py), the shift is one lemma and the sum around it another:

    fma.jam   x:0 shifted right by n is hi:lo: exactly, or lo is odd and x * 2^(128-n) lies strictly within 1 of it
    fma.sum   with s = a:0 + or - that word, the field of nf_add_wide is the first 128 bits of s from its leading one,
              with what is behind them jammed; where the shift was inexact s is odd; an exact zero has the sign `down`

So an inexact exact value, s plus or minus less than 1, lies in the same open cell of 2 units of the field as s: the
ends of cells are multiples of 2^n with n >= 1, and s, odd, is none.  The larger operand's bit 0 has to be clear where signs
differ, which a product of two significands of at most 63 bits leaves so; equal signs take any 128 bits.
"""

from __future__ import annotations

from proofs.claim import Instance, Mutant
from proofs.smt import terms as t
from proofs.smt.c.types import BOOL, INT
from proofs.smt.operands import any_number, bit, captured, leads, number_type, operand, shown
from proofs.smt.query import Query
from proofs.smt.replay import search
from proofs.smt.smt_claim import smt_claim

WIDE = 256
REPLAY = search("fma", "posit64")


def contract(x, n, word, side):
    """What fma.sum may know of the word hi:lo that x:0 shifted by n leaves, the exact value being word + side/2."""
    size = 260
    start, moved = t.shl(t.zext(x, size), t.bv(128, size)), t.zext(word, size)
    inexact = t.ne(side, t.bv(0, 2))
    small = t.land(t.slt(t.bv(128, 32), n), t.ult(moved, t.bv(1 << 128, size)))
    return t.land(
        t.ne(side, t.bv(2, 2)),
        t.implies(inexact, t.land(t.eq(t.extract(0, 0, word), t.bv(1, 1)), small)),
        t.implies(t.eq(n, t.bv(0, 32)), t.eq(moved, start)),
        t.implies(t.slt(t.bv(0, 32), n), t.ule(moved, t.lshr(start, t.bv(1, size)))),
    )


def jam(core, _instance):
    """The contract holds of nf_shr_jam_256 of any word whose lower half is 0, and the exact value is within 1."""
    run = core.run()
    x, n = t.var("x", 128), t.var("n", 32)
    pair = ({"hi": x, "lo": t.bv(0, 128)}, run.p.types["nf_sig_256"])
    r = run.call("nf_shr_jam_256", pair, (n, INT))
    word = t.concat(r["hi"], r["lo"])
    # the exact word with 130 bits behind the point; farther down it is one bit there
    size = 400
    exact = t.lshr(t.shl(t.zext(x, size), t.bv(258, size)), t.zext(n, size))
    exact = t.ite(t.slt(t.bv(258, 32), n), t.bv(1, size), exact)
    mine, one = t.shl(t.zext(word, size), t.bv(130, size)), t.bv(1 << 130, size)
    side = t.ite(t.eq(mine, exact), t.bv(0, 2), t.ite(t.ult(exact, mine), t.bv(-1, 2), t.bv(1, 2)))
    within = t.land(t.ult(t.sub(mine, one), exact), t.ult(exact, t.add(mine, one)))
    goal = t.land(t.lor(t.eq(mine, exact), within), contract(x, n, word, side))
    known = (t.sle(t.bv(0, 32), n), leads(x))
    say = {"x": x, "n": n, "hi": r["hi"], "lo": r["lo"]}
    yield Query("jam", goal, known, say, t.ne(side, t.bv(0, 2)), REPLAY)
    yield Query("defined", run.defined(), known, say)


def total(core, instance):
    """nf_add_wide with its callees by their contracts, for one relation of the signs."""
    run, alike = core.run(), instance.part == "equal signs"
    bits = 128 if alike else 127
    (a, ha), (b, hb) = operand("a", 128, bits), operand("b", 128, bits)
    b["sign"] = a["sign"] if alike else t.bxor(a["sign"], t.bv(1, 8))
    hi, lo, side, down = t.var("hi", 128), t.var("lo", 128), t.var("side", 2), t.var("down", 1)
    word, zeros, normal = t.concat(hi, lo), t.var("zeros", 32), any_number(run, 128, "normal")
    shifts = captured(
        run, "nf_shr_jam_256", lambda _: ({"hi": hi, "lo": lo}, run.p.types["nf_sig_256"])
    )
    counts = captured(run, "nf_clz_128", lambda _: (zeros, INT))
    ends = captured(run, "nf_normalise_128", lambda _: (normal, number_type(run, 128)))
    y = run.call("nf_add_wide", (a, None), (b, None), (t.zext(down, 8), BOOL))
    ((_, (shifted, n)),) = shifts

    swap = t.lor(
        t.slt(a["exp"], b["exp"]), t.land(t.eq(a["exp"], b["exp"]), t.ult(a["sig"], b["sig"]))
    )
    large = {name: t.ite(swap, b[name], a[name]) for name in ("sig", "exp", "sign")}
    small = {name: t.ite(swap, a[name], b[name]) for name in ("sig", "exp", "sign")}
    distance = t.sub(large["exp"], small["exp"])
    aligned = t.land(
        t.eq(shifted["hi"], small["sig"]), t.eq(shifted["lo"], t.bv(0, 128)), t.eq(n, distance)
    )
    known = (*ha, *hb, contract(small["sig"], distance, word, side))
    inexact = t.ne(side, t.bv(0, 2))
    if alike:
        goal = added(y, large, word, inexact)
    else:
        goal, more = taken_off(y, large, word, inexact, down, counts, ends, normal)
        known += more
    say = {
        **shown(a=a, b=b),
        "hi": hi,
        "lo": lo,
        "side": side,
        "sum.sig": y["sig"],
        "sum.exp": y["exp"],
    }
    yield Query("wide sum", t.land(aligned, goal), known, say, inexact, REPLAY)
    yield Query("defined", run.defined(), known, say)


def field(y, large, sig, exp):
    """y is the finite number of this significand and exponent, with the larger operand's sign."""
    return t.land(
        t.eq(y["cls"], t.bv(1, 8)),
        t.eq(y["sign"], large["sign"]),
        t.eq(y["exp"], exp),
        t.eq(y["sig"], sig),
        leads(sig),
    )


def begins(total, n):
    """The first 128 bits of `total` after its first n, with what is behind them jammed."""
    moved = t.shl(total, t.zext(n, total.w))
    low = total.w - 128
    return t.bor(
        t.extract(total.w - 1, low, moved),
        bit(t.ne(t.extract(low - 1, 0, moved), t.bv(0, low)), 128),
    )


def added(y, large, word, inexact):
    """large:0 + word begins with the field at its leading bit; where bits were jammed, it is odd."""
    total = t.add(t.zext(t.concat(large["sig"], t.bv(0, 128)), 257), t.zext(word, 257))
    carried = leads(total)
    sig = t.ite(carried, begins(total, t.bv(0, 32)), begins(total, t.bv(1, 32)))
    odd = t.eq(t.extract(0, 0, total), t.bv(1, 1))
    return t.land(
        field(y, large, sig, t.add(large["exp"], bit(carried, 32))), t.implies(inexact, odd)
    )


def taken_off(y, large, word, inexact, down, counts, ends, normal):
    """The same of large:0 - word; and what is known of its leading zeros.

    Where the upper half is 0 nothing was jammed, and nf_normalise makes the field of the lower.
    """
    total = t.sub(t.concat(large["sig"], t.bv(0, 128)), word)
    upper, lower = t.extract(255, 128, total), t.extract(127, 0, total)
    ((_, (counted,)),), ((_, (sign, *handed)),) = counts, ends
    zeros = t.var("zeros", 32)
    is_counted = t.implies(
        t.ne(upper, t.bv(0, 128)),
        t.land(t.ult(zeros, t.bv(128, 32)), leads(t.shl(upper, t.zext(zeros, 128)))),
    )
    exp = t.sub(large["exp"], t.bv(128, 32))
    passed = t.land(*[t.eq(y[name], normal[name]) for name in ("sig", "exp", "cls", "sign")])
    right = [t.eq(x, z) for x, z in zip((sign, *handed), (large["sign"], exp, lower), strict=True)]
    zero = t.land(t.eq(y["cls"], t.bv(0, 8)), t.eq(y["sign"], t.zext(down, 8)))
    long = field(y, large, begins(total, zeros), t.sub(large["exp"], zeros))
    goal = t.land(
        t.ule(word, t.concat(large["sig"], t.bv(0, 128))),
        t.implies(
            inexact, t.land(t.eq(t.extract(0, 0, total), t.bv(1, 1)), t.ne(upper, t.bv(0, 128)))
        ),
        t.lite(
            t.ne(upper, t.bv(0, 128)),
            t.land(t.eq(counted, upper), long),
            t.lite(t.eq(lower, t.bv(0, 128)), zero, t.land(passed, t.lnot(inexact), *right)),
        ),
    )
    return goal, (is_counted,)


EQUAL, OPPOSITE = Instance("", 128, "equal signs"), Instance("", 128, "opposite signs")
CLAIMS = [
    smt_claim(
        "fma.jam",
        "A shift of 256 bits that jams is exact, or odd and within 1 of the exact value",
        ("nf_shr_jam_256",),
        jam,
        [Instance("", WIDE)],
        mutants=(
            Mutant(
                "no sticky bit",
                "cbits/core/fma.h",
                "r.lo = nf_shr_jam_128(x.hi, n - 128) | (x.lo != 0);",
                "r.lo = x.hi >> (n - 128);",
                Instance("", WIDE),
            ),
        ),
        seconds=200.0,
    ),
    smt_claim(
        "fma.sum",
        "The field of a fused sum is the exact one, or odd and strictly within one unit of it",
        ("nf_add_wide",),
        total,
        [EQUAL, OPPOSITE],
        needs=lambda _instance: [
            ("fma.jam", Instance("", WIDE)),
            ("normalise.exact", Instance("", 128)),
        ],
        mutants=(
            Mutant(
                "borrow",
                "cbits/core/fma.h",
                "nf_u128 hi = a.sig - s.hi - (s.lo != 0);",
                "nf_u128 hi = a.sig - s.hi;",
                OPPOSITE,
            ),
            Mutant("carry", "cbits/core/fma.h", "a.exp + carry, hi", "a.exp, hi", EQUAL),
        ),
        seconds=300.0,
    ),
]
