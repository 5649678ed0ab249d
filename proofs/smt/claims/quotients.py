# SPDX-License-Identifier: BSD-3-Clause
"""Is the field of a quotient its leading bits, with the remainder jammed into the last?

No solver divides 64 by 32 bits.  So each n / y and n % y becomes what they are: q and r with
n = m + r, r < y, where m stands for q * y, a variable.  What is known of m is monotony alone, at
the two ends of a digit of h bits:

    q >= 2^(h-1)  exactly when  m >= 2^(h-1) * y        q >= 2^h  exactly when  m >= 2^h * y

div.exact, in two digits: x * 2^k = m1 * 2^h + m0 + r0, the digits are in range, and the field is
q1 * 2^h + q0, with its last bit set where r0 is not 0.  As m1 = q1*y and m0 = q0*y, that is
x * 2^k = (q1 * 2^h + q0) * y + r0 with r0 < y: the leading bits of the quotient, and what is below
is jammed.  div.long: the same of one digit of 64 bits.
"""

from __future__ import annotations

from proofs.claim import Instance, Mutant
from proofs.smt import terms as t
from proofs.smt.claims.products import finite
from proofs.smt.claims.sums import looked_for
from proofs.smt.operands import bit, operand, shown, substituted
from proofs.smt.query import Query
from proofs.smt.smt_claim import smt_claim
from proofs.smt.smtlib import order


def digit(q, m, y, h, size):
    """Monotony of multiplication by y at 2^(h-1) and 2^h, as facts of m = q * y; all in `size` bits."""
    q, m, y = (t.zext(v, size) for v in (q, m, y))
    ends = [(t.bv(1 << n, size), t.shl(y, t.bv(n, size))) for n in (h - 1, h)]
    facts = [t.implies(t.ule(end, q), t.ule(times, m)) for end, times in ends]
    return facts + [t.implies(t.ult(q, end), t.ule(m, t.sub(times, y))) for end, times in ends]


def exponent(a, b, less):
    """Of a quotient whose significands are in that order."""
    return t.sub(t.sub(a["exp"], b["exp"]), bit(less, 32))


def divisions(root):
    """The divisions of a term; the one of another's remainder comes last."""
    found = [n for n in order([root]) if n.op == "bvudiv"]
    return sorted(found, key=lambda d: any(n.op == "bvurem" for n in order([d])))


def short(core, instance):
    """nf_div_finite: operands of half a field, a quotient of two digits."""
    run, w = core.run(), instance.width
    h, size = w // 2, w + w // 2 + 4
    (a, ha), (b, hb) = operand("a", w, h), operand("b", w, h)
    result = run.call(f"nf_div_finite_{w}", (a, None), (b, None))
    y = t.extract(w - 1, h, b["sig"])
    table, known, steps = {}, [*ha, *hb], []
    for i, node in enumerate(divisions(result["sig"])):
        n, by = (substituted(x, table) for x in node.args)
        q, r, m = (t.var(f"{name}{1 - i}", w) for name in "qrm")
        table |= {node: q, t.make("bvurem", node.args, w): r}
        known += [t.eq(by, t.zext(y, w)), t.ult(r, by)]
        known += [
            t.eq(t.zext(n, size), t.add(t.zext(m, size), t.zext(r, size))),
            *digit(q, m, y, h, size),
        ]
        steps.append((q, r, m))
    (q1, _, m1), (q0, r0, m0) = steps
    less = t.ult(a["sig"], b["sig"])
    x = t.zext(t.extract(w - 1, h, a["sig"]), size)
    scaled = t.shl(x, t.ite(less, t.bv(w, size), t.bv(w - 1, size)))
    total = t.add(t.shl(t.zext(m1, size), t.bv(h, size)), t.add(t.zext(m0, size), t.zext(r0, size)))
    field = t.bor(t.bor(t.shl(q1, t.bv(h, w)), q0), bit(t.ne(r0, t.bv(0, w)), w))
    result = {**result, "sig": substituted(result["sig"], table)}
    goal = t.land(
        t.eq(scaled, total),
        t.ult(q0, t.bv(1 << h, w)),
        t.ule(t.bv(1 << h - 1, w), q1),
        t.ult(q1, t.bv(1 << h, w)),
        t.eq(result["sig"], field),
        finite(result, a, b, exponent(a, b, less)),
    )
    # that the divisor is the one that the facts are of is part of the claim, and no hypothesis
    divisors = [k for k in known if k.op == "=" and k.args[0].w == w]
    known = [k for k in known if k not in divisors]
    say = {**shown(a=a, b=b), "q1": q1, "q0": q0, "quotient.sig": result["sig"]}
    replay = looked_for("div", w)
    yield Query(
        "quotient", t.land(goal, *divisors), tuple(known), say, t.ne(r0, t.bv(0, w)), replay
    )
    yield Query("defined", run.defined(), (*ha, *hb), say)


def long(core, _instance):
    """nf_div_long: full fields of 64 bits, one division of double width."""
    run = core.run()
    (a, ha), (b, hb) = operand("a", 64, 64), operand("b", 64, 64)
    result = run.call("nf_div_long", (a, None), (b, None))
    (node,) = divisions(result["sig"])
    q, m, size = t.var("q", 128), t.var("m", 128), 132
    numerator, by = node.args
    # the one product of the text is q * y: its low half is m's
    times = [n for n in order([result["sig"]]) if n.op == "bvmul"]
    table = {node: q, **{n: t.extract(63, 0, m) for n in times}}
    asked = [
        {t.make("bvmul", pair, 64) for pair in ((p, o), (o, p))}
        for p, o in [(t.extract(63, 0, node), b["sig"])]
    ]
    same = t.boolean(len(times) == 1 and times[0] in asked[0])
    result = {**result, "sig": substituted(result["sig"], table)}
    r = t.sub(numerator, m)
    known = [
        *ha,
        *hb,
        t.ule(m, numerator),
        t.ult(r, t.zext(b["sig"], 128)),
        *digit(q, m, b["sig"], 64, size),
    ]
    less = t.ult(a["sig"], b["sig"])
    scaled = t.shl(t.zext(a["sig"], 128), t.ite(less, t.bv(64, 128), t.bv(63, 128)))
    goal = t.land(
        same,
        t.eq(by, t.zext(b["sig"], 128)),
        t.eq(numerator, scaled),
        t.ule(t.bv(1 << 63, 128), q),
        t.ult(q, t.bv(1 << 64, 128)),
        t.eq(result["sig"], t.bor(t.extract(63, 0, q), bit(t.ne(r, t.bv(0, 128)), 64))),
        finite(result, a, b, exponent(a, b, less)),
    )
    say = {**shown(a=a, b=b), "q": q, "quotient.sig": result["sig"]}
    yield Query(
        "quotient", goal, tuple(known), say, t.ne(r, t.bv(0, 128)), looked_for("div", 64, 64)
    )
    yield Query("defined", run.defined(), (*ha, *hb), say)


AT_64 = Instance("", 64)
CLAIMS = [
    smt_claim(
        "div.exact",
        "The field of a quotient of operands of half a field is its leading bits, the remainder jammed into the last",
        ("nf_div_finite_W",),
        short,
        [Instance("", 64), Instance("", 128)],
        mutants=(
            Mutant(
                "numerator",
                "cbits/core/div.h",
                "NF_SIG numerator = x << (less ? NF_HALF : NF_HALF - 1);",
                "NF_SIG numerator = x << (NF_HALF - 1);",
                AT_64,
            ),
            Mutant("no sticky bit", "cbits/core/div.h", "q0 | (r0 != 0)", "q0", AT_64),
            Mutant(
                "exponent",
                "cbits/core/div.h",
                "a.exp - b.exp - less, q1",
                "a.exp - b.exp, q1",
                AT_64,
            ),
        ),
        trusts="monotony of multiplication at powers of two, and n = (n / y) * y + n % y",
    ),
    smt_claim(
        "div.long",
        "The field of a quotient of full fields of 64 bits is its leading bits, the remainder jammed into the last",
        ("nf_div_long",),
        long,
        [AT_64],
        mutants=(
            Mutant(
                "numerator",
                "cbits/core/div.h",
                "nf_u128 numerator = (nf_u128)a.sig << (63 + less);",
                "nf_u128 numerator = (nf_u128)a.sig << 63;",
                AT_64,
            ),
            Mutant("no sticky bit", "cbits/core/div.h", "q | (r != 0)", "q", AT_64),
        ),
        trusts="monotony of multiplication at powers of two, and n = (n / y) * y + n % y",
    ),
]
