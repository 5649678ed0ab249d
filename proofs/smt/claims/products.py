# SPDX-License-Identifier: BSD-3-Clause
"""Is the field of a product the exact product, or in one cell of 2 units with it?

Of operands that fill half of the field the product is exact.  Of longer ones the field holds its
leading W bits, and its last bit is set where anything is below: a cell of 2 units.

No solver multiplies two words of 128 bits.  The core does it by four partial products, schoolbook:

         ah al * bh bl          ah*bh . .
                                  ah*bl .            each is a variable here, bounded by what the
                                  al*bh .            halves can be; that the sum of them is the
                                    al*bl            product is the distributive law
"""

from __future__ import annotations

from proofs.claim import Instance, Mutant
from proofs.smt import terms as t
from proofs.smt.claims.sums import bits_of, looked_for
from proofs.smt.operands import bit, leads, operand, shown, substituted
from proofs.smt.query import Query
from proofs.smt.smt_claim import smt_claim
from proofs.smt.smtlib import order

PARTIAL = 64  # bits of the halves that nf_mul_finite_128 multiplies
SIZES = ((64, 32), (64, 64), (128, 32), (128, 64), (128, 128))


def leading(product, w):
    """The field of a product of 2w bits, leading one on top, and whether it carried: was 2 or more."""
    carried = leads(product)
    product = t.ite(carried, product, t.shl(product, t.bv(1, 2 * w)))
    below = t.ne(t.extract(w - 1, 0, product), t.bv(0, w))
    return t.bor(t.extract(2 * w - 1, w, product), bit(below, w)), carried


def finite(y, a, b, exp):
    """The rest of a finite result's fields."""
    return t.land(
        t.eq(y["cls"], t.bv(1, 8)),
        t.eq(y["sign"], t.bxor(a["sign"], b["sign"])),
        t.eq(y["exp"], exp),
        leads(y["sig"]),
    )


def exact(core, instance):
    """The product's leading bits, with what is below jammed; and of operands of half a field, exact."""
    run, w, bits = core.run(), instance.width, bits_of(instance)
    (a, ha), (b, hb) = operand("a", w, bits), operand("b", w, bits)
    y = run.call(f"nf_mul_finite_{w}", (a, None), (b, None))
    if bits <= w // 2:  # the same product of half the width: nothing is below
        h = w // 2
        product = t.mul(*[t.zext(t.extract(w - 1, h, v["sig"]), w) for v in (a, b)])
        carried = leads(product)
        field = t.ite(carried, product, t.shl(product, t.bv(1, w)))
    else:
        product = (
            partial(a, b) if w > PARTIAL else t.mul(*[t.zext(v["sig"], 2 * w) for v in (a, b)])
        )
        field, carried = leading(product, w)
    exp = t.add(t.add(a["exp"], b["exp"]), bit(carried, 32))
    goal = t.land(t.eq(y["sig"], field), finite(y, a, b, exp))
    if 2 * bits < w:  # it has twice the bits of an operand: what a fused sum of short rows takes
        low = w - 2 * bits
        goal = t.land(goal, t.eq(t.extract(low - 1, 0, y["sig"]), t.bv(0, low)))
    known = (*ha, *hb)
    say = {**shown(a=a, b=b), "product.sig": y["sig"], "product.exp": y["exp"]}
    if bits > PARTIAL:
        goal, known, say = opaque(goal, known, a, b)
    yield Query("product", goal, known, say, t.TRUE, looked_for("mul", w, bits))
    yield Query("defined", run.defined(), (*ha, *hb), say)


def halves(v):
    """The upper and the lower half of a significand of 128 bits, as words of 128 bits."""
    return [t.zext(t.extract(63, 0, t.lshr(v["sig"], t.bv(n, 128))), 128) for n in (64, 0)]


def parts(a, b):
    """The partial products, high to low."""
    (ah, al), (bh, bl) = halves(a), halves(b)
    return [t.mul(x, y) for x, y in ((ah, bh), (ah, bl), (al, bh), (al, bl))]


def partial(a, b, size=256):
    """The exact product as the sum of its partial products, in a word of so many bits."""
    hh, hl, lh, ll = (t.zext(m, size) for m in parts(a, b))
    middle = t.shl(t.add(hl, lh), t.bv(64, size))
    return t.add(t.add(t.shl(hh, t.bv(128, size)), ll), middle)


def opaque(goal, known, a, b):
    """The same goal with the partial products as variables, and what bounds them.

    Each is at most (2^64 - 1)^2, the highest at least 2^126, and all of them fit into 256 bits.
    """
    fits = t.eq(t.extract(259, 256, partial(a, b, 260)), t.bv(0, 4))
    everything = t.land(goal, fits)
    table = {n: t.var(f"product_{n.id}", n.w) for n in order([everything]) if n.op == "bvmul"}
    hh, *rest = (table[m] for m in parts(a, b))
    most = t.bv((2**64 - 1) ** 2, 128)
    bounds = [t.ule(v, most) for v in (hh, *rest)] + [t.ule(t.bv(1 << 126, 128), hh)]
    known = (*known, *bounds, substituted(fits, table))
    return substituted(goal, table), known, {f"part {i}": v for i, v in enumerate((hh, *rest))}


CLAIMS = [
    smt_claim(
        "mul.exact",
        "The field of a product is its leading bits, with everything below jammed into the last",
        ("nf_mul_finite_W",),
        exact,
        [Instance("", w, f"{bits} bits") for w, bits in SIZES],
        quick=lambda instance: bits_of(instance) <= PARTIAL,  # 128 bits: 36 s
        seconds=240.0,
        mutants=(
            Mutant(
                "no sticky bit",
                "cbits/core/mul.h",
                "(uint64_t)(product >> 64) | ((uint64_t)product != 0)",
                "(uint64_t)(product >> 64)",
                Instance("", 64, "64 bits"),
            ),
            Mutant(
                "no sticky bit is needed of short operands",
                "cbits/core/mul.h",
                "(uint64_t)(product >> 64) | ((uint64_t)product != 0)",
                "(uint64_t)(product >> 64)",
                Instance("", 64, "32 bits"),
                equivalent="a product of two 32-bit significands has no bit below a field of 64",
            ),
            Mutant(
                "carry",
                "cbits/core/mul.h",
                "product <<= 1 - carry;",
                "product <<= 1;",
                Instance("", 64, "32 bits"),
            ),
            Mutant(
                "carry of the middle",
                "cbits/core/mul.h",
                "nf_u128 middle = (ll >> 64) + (uint64_t)lh + (uint64_t)hl;",
                "nf_u128 middle = (uint64_t)((ll >> 64) + (uint64_t)lh + (uint64_t)hl);",
                Instance("", 128, "128 bits"),
            ),
        ),
    )
]
