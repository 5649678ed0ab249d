# SPDX-License-Identifier: BSD-3-Clause
"""Is the field of a sum the exact sum, or in one cell of 8 units with it?

A solver does not see the whole of an aligned addition.  It sees each part, with the part's callee
replaced by what another lemma says of it:

    add.jam           x shifted right by n is r: exactly, or r is odd and x/2^n lies strictly between r - 1 and r + 1
    add.sum           of operands of b bits, the word handed over to nf_normalise is the exact sum at its place; or it
                      is odd, at least 2^(W-3), and the exact sum lies strictly between its two neighbours
    normalise.exact   a word is shifted up by exactly its leading zeros

So the field is the exact sum, or, where bits were jammed, at most two leading zeros went, and both
lie strictly inside one cell:

    sum       001xxxxxx ... xxxx1               odd, within 1 of the exact sum
    field     1xxxxxx ... xxxx100               a multiple of 4 that is none of 8, within 4
              |<-- same cell -->|...            8 units: no rounding threshold of up to W - 3 bits is inside

Inexact values are drawn as halves: 2 * exact = 2 * r + side, with side -1, 0 or 1, says on which side of r a
value is and no more; only the side matters for cells.
"""

from __future__ import annotations

from proofs.claim import Instance, Mutant
from proofs.smt import terms as t
from proofs.smt.c.types import BOOL, INT
from proofs.smt.operands import (
    any_number,
    bit,
    captured,
    leads,
    near_zero,
    number_type,
    operand,
    shown,
    sig_type,
)
from proofs.smt.query import Query
from proofs.smt.replay import search
from proofs.smt.smt_claim import smt_claim

# Significant bits of operands.  64: of rows up to 32 bits, and all that nf_computes_narrow lets in; 128: of any row.
SIZES = ((64, 32), (64, 60), (128, 64))
# Rows that compute so: where counterexamples of lemmas are looked for.  What is far below a sum shows in 32-bit rows
# only where rounding is directed, and not always: a lemma may say more than a row's codes can show.
CALLED = {(64, 32): "posit32", (64, 60): "posit64", (64, 64): "binary64"}
DIRECTED = "float<exp=8,man=23,rounding=toward_zero>"
LONGEST = "float<exp=11,man=52,rounding=toward_zero>"


def looked_for(op, width, bits=32):
    """The replay of a lemma about a width and so many significant bits: codes at which the core is wrong."""
    if op == "add" and bits == SIZES[0][1] and width == SIZES[0][0]:
        return search(op, DIRECTED)
    return search(op, CALLED.get((width, bits), LONGEST))


def instances():
    return [Instance("", w, f"{b} bits") for w, b in SIZES]


def bits_of(instance):
    """The significant bits that an instance's part names."""
    return int(instance.part.split()[0])


def contract(x, n, r, side, bits):
    """What add.sum may know of r = nf_shr_jam(x, n), 2 * (x / 2^n) being drawn as 2 * r + side."""
    w = x.w
    size = w + 4
    wide = [t.zext(v, size) for v in (x, r)]
    two = t.add(t.shl(wide[1], t.bv(1, size)), t.sext(side, size))
    inexact = t.ne(side, t.bv(0, 2))
    odd = t.eq(t.extract(0, 0, r), t.bv(1, 1))
    return t.land(
        t.ne(side, t.bv(2, 2)),
        t.implies(
            inexact,
            t.land(odd, t.ult(wide[1], t.bv(1 << bits, size)), t.slt(t.bv(w - bits, 32), n)),
        ),
        t.implies(t.eq(n, t.bv(1, 32)), t.eq(two, wide[0])),
        t.implies(
            t.sle(t.bv(2, 32), n), t.sle(two, t.add(t.lshr(wide[0], t.bv(1, size)), t.bv(1, size)))
        ),
    )


def jam(core, instance):
    """The contract holds, with side the side of r on which x/2^n lies; and x/2^n lies within 1 of r."""
    run, w, bits = core.run(), instance.width, bits_of(instance)
    head, n = t.var("x", bits), t.var("n", 32)
    x = t.concat(head, t.bv(0, w - bits)) if bits < w else head
    r = run.call(f"nf_shr_jam_{w}", (x, sig_type(run, w)), (n, INT))
    # x/2^n with w bits behind the point; farther down it is one bit there, for it only has to be more than 0
    size = 2 * w + 2
    exact = t.lshr(t.shl(t.zext(x, size), t.bv(w, size)), t.zext(n, size))
    exact = t.ite(t.slt(t.bv(w, 32), n), bit(t.ne(x, t.bv(0, w)), size), exact)
    mine, one = t.shl(t.zext(r, size), t.bv(w, size)), t.bv(1 << w, size)
    side = t.ite(t.eq(mine, exact), t.bv(0, 2), t.ite(t.ult(exact, mine), t.bv(-1, 2), t.bv(1, 2)))
    within = t.land(t.ult(t.sub(mine, one), exact), t.ult(exact, t.add(mine, one)))
    goal = t.land(t.lor(t.eq(mine, exact), within), contract(x, n, r, side, bits))
    places = [t.sle(t.bv(0, 32), n)]
    say = {"x": x, "n": n, "shifted": r}
    yield Query("jam", goal, tuple(places), say, t.ne(side, t.bv(0, 2)), looked_for("add", w, bits))
    yield Query("defined", run.defined(), tuple(places), say)


def total(core, instance):
    """nf_add_finite up to its call of nf_normalise, whose result it returns; an exact zero has the sign `down`."""
    run, w, bits = core.run(), instance.width, bits_of(instance)
    (a, ha), (b, hb) = operand("a", w, bits), operand("b", w, bits)
    jammed, side, down = t.var("jammed", w), t.var("side", 2), t.var("down", 1)
    normal = any_number(run, w, "normal")
    shifts = captured(run, f"nf_shr_jam_{w}", lambda _: (jammed, sig_type(run, w)))
    ends = captured(run, f"nf_normalise_{w}", lambda _: (normal, number_type(run, w)))
    y = run.call(f"nf_add_finite_{w}", (a, None), (b, None), (t.zext(down, 8), BOOL))
    ((_, (x, n)),), ((_, (sign, exp, handed)),) = shifts, ends

    swap = t.lor(
        t.slt(a["exp"], b["exp"]), t.land(t.eq(a["exp"], b["exp"]), t.ult(a["sig"], b["sig"]))
    )
    large = {name: t.ite(swap, b[name], a[name]) for name in ("sig", "exp", "sign")}
    small = {name: t.ite(swap, a[name], b[name]) for name in ("sig", "exp", "sign")}
    aligned = t.land(
        t.eq(x, small["sig"]),
        t.eq(n, t.add(t.sub(large["exp"], small["exp"]), t.bv(1, 32))),
        t.eq(sign, t.zext(large["sign"], 32)),
        t.eq(exp, t.add(large["exp"], t.bv(1, 32))),
    )
    # twice the exact sum, in units of half the field's last place: large/2 + (r + side/2), or minus it
    size = w + 4
    differ = t.ne(a["sign"], b["sign"])
    two = t.add(t.shl(t.zext(jammed, size), t.bv(1, size)), t.sext(side, size))
    exact = t.add(t.zext(large["sig"], size), t.ite(differ, t.neg(two), two))
    mine = t.shl(t.zext(handed, size), t.bv(1, size))
    above = t.eq(t.eq(side, t.bv(1, 2)), differ)  # the word handed over is above the exact sum
    near = t.land(
        t.eq(t.extract(0, 0, handed), t.bv(1, 1)),
        t.eq(mine, t.add(exact, t.ite(above, t.bv(1, size), t.bv(-1, size)))),
        t.ule(t.bv(1 << w - 3, w), handed),
    )
    inexact = t.ne(side, t.bv(0, 2))
    zero = t.land(t.eq(y["cls"], t.bv(0, 8)), t.eq(y["sign"], t.zext(down, 8)))
    passed = t.land(*[t.eq(y[name], normal[name]) for name in ("sig", "exp", "cls", "sign")])
    goal = t.land(
        aligned,
        t.lite(inexact, near, t.eq(mine, exact)),
        t.lite(t.eq(exact, t.bv(0, size)), zero, passed),
    )
    known = (*ha, *hb, contract(x, n, jammed, side, bits))
    say = {**shown(a=a, b=b), "jammed": jammed, "side": side, "handed over": handed}
    yield Query("sum", goal, known, say, t.land(inexact, differ), looked_for("add", w, bits))
    yield Query("defined", run.defined(), (*ha, *hb), say)


def normalised(core, instance):
    """sig << n with its leading one on top, exp - n, and the sign; 0 becomes a zero of that sign."""
    run, w = core.run(), instance.width
    sig, exp, sign = t.var("sig", w), t.var("exponent", 32), t.var("sign", 1)
    y = run.call(f"nf_normalise_{w}", (t.zext(sign, 32), INT), (exp, INT), (sig, sig_type(run, w)))
    n, size = t.sub(exp, y["exp"]), 2 * w
    moved = t.land(
        t.eq(y["cls"], t.bv(1, 8)),
        leads(y["sig"]),
        t.sle(t.bv(0, 32), n),
        t.slt(n, t.bv(w, 32)),
        t.eq(t.zext(y["sig"], size), t.shl(t.zext(sig, size), t.zext(n, size))),
    )
    zero = t.eq(y["cls"], t.bv(0, 8))
    goal = t.land(t.lite(t.eq(sig, t.bv(0, w)), zero, moved), t.eq(y["sign"], t.zext(sign, 8)))
    places = tuple(near_zero(exp))
    say = {"sig": sig, "exp": exp, "result.sig": y["sig"], "result.exp": y["exp"]}
    defined, some = run.defined(), t.ne(sig, t.bv(0, w))
    yield Query("normalise", goal, places, say, some, looked_for("add", w))
    n = run.call(f"nf_clz_{w}", (sig, sig_type(run, w)))
    counted = t.land(t.ult(n, t.bv(w, 32)), leads(t.shl(sig, t.zext(n, w))))
    yield Query("leading zeros", counted, (some,), {"x": sig, "n": n}, t.TRUE, looked_for("add", w))
    yield Query("defined", defined, places, say)


AT_32, AT_60 = Instance("", 64, "32 bits"), Instance("", 64, "60 bits")
CLAIMS = [
    smt_claim(
        "add.jam",
        "A shift right that jams is exact, or odd and within 1 of the exact value",
        ("nf_shr_jam_W",),
        jam,
        instances(),
        mutants=(
            Mutant(
                "no sticky bit",
                "cbits/core/field.h",
                "return (x >> n) | ((x << (NF_W - n)) != 0);",
                "return x >> n;",
                AT_32,
            ),
            Mutant(
                "nothing is left far down",
                "cbits/core/field.h",
                "return x != 0;",
                "return 0;",
                AT_32,
            ),
        ),
    ),
    smt_claim(
        "add.sum",
        "The word that a sum hands over is the exact sum, or odd, within 1 of it and at least 2^(W-3)",
        ("nf_add_finite_W",),
        total,
        instances(),
        needs=lambda instance: [
            ("add.jam", instance),
            ("normalise.exact", Instance("", instance.width)),
        ],
        mutants=(
            Mutant(
                "one's complement",
                "cbits/core/ops.h",
                "(small, distance + 1) ^ negate) - negate);",
                "(small, distance + 1) ^ negate));",
                AT_32,
            ),
            Mutant(
                "distance", "cbits/core/ops.h", "(small, distance + 1)", "(small, distance)", AT_32
            ),
            Mutant(
                "sign of the smaller",
                "cbits/core/ops.h",
                "swap ? b.sign : a.sign",
                "swap ? a.sign : b.sign",
                AT_60,
            ),
            Mutant(
                "sign of an exact zero",
                "cbits/core/ops.h",
                "if (sum == 0)\n        return NF_N(nf_special)(NF_ZERO, down);",
                "if (sum == 0)\n        return NF_N(nf_special)(NF_ZERO, sign);",
                AT_32,
            ),
        ),
        trusts="add.jam and normalise.exact",
    ),
    smt_claim(
        "normalise.exact",
        "A significand is shifted up by exactly its leading zeros",
        ("nf_normalise_W", "nf_clz_W"),
        normalised,
        [Instance("", 64), Instance("", 128)],
        mutants=(
            Mutant(
                "exponent",
                "cbits/core/field.h",
                "exp - n, sig << n",
                "exp - n + 1, sig << n",
                Instance("", 64),
            ),
            Mutant(
                "low half",
                "cbits/core/bits.h",
                "nf_clz_64(hi) : 64 + nf_clz_64",
                "nf_clz_64(hi) : 63 + nf_clz_64",
                Instance("", 128),
            ),
        ),
    ),
]
