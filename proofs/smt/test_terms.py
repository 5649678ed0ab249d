# SPDX-License-Identifier: BSD-3-Clause
"""Do builders of terms, which fold, mean what the unfolded operators mean?"""

import random

import pytest

from proofs.smt import terms as t
from proofs.smt.meaning import COMPARISONS, WORDS, evaluate
from proofs.smt.node import make
from proofs.smt.query import ask
from proofs.smt.smtlib import smtlib

BINARY = {
    "bvadd": t.add, "bvsub": t.sub, "bvmul": t.mul, "bvand": t.band, "bvor": t.bor, "bvxor": t.bxor, "bvshl": t.shl,
    "bvlshr": t.lshr, "bvashr": t.ashr, "bvudiv": t.udiv, "bvurem": t.urem, "bvsdiv": t.sdiv, "bvsrem": t.srem,
}  # fmt: skip
COMPARED = {"=": t.eq, "bvult": t.ult, "bvule": t.ule, "bvslt": t.slt, "bvsle": t.sle}
W = 5
EDGES = (0, 1, 2, 4, 5, 15, 16, 30, 31)


def leaves(draw):
    """Words that folding looks at: variables, constants, `ite` of constants, extensions."""
    c = draw.choice([t.var("c", 0), t.lnot(t.var("d", 0)), t.var("e", 0)])
    k = [t.bv(draw.choice(EDGES), W) for _ in range(3)]
    x = t.var(draw.choice("xy"), W)
    return draw.choice(
        [x, k[0], t.ite(c, k[1], k[2]), t.ite(c, t.bv(1, W), t.bv(0, W)), t.zext(t.var("z", 3), W)]
    )


def values(draw):
    return {
        "x": draw.choice(EDGES), "y": draw.randrange(32), "z": draw.randrange(8),
        "c": draw.randrange(2), "d": draw.randrange(2), "e": draw.randrange(2),
    }  # fmt: skip


@pytest.mark.parametrize("op", [*BINARY, *COMPARED])
def test_folding_keeps_the_meaning(op):
    draw = random.Random(op)
    for _ in range(600):
        x, y = leaves(draw), leaves(draw)
        built = (BINARY.get(op) or COMPARED[op])(x, y)
        plain = make(op, (x, y), W if op in BINARY else 0)
        at = values(draw)
        assert evaluate([built], at) == evaluate([plain], at), (op, x, y, at)


def test_of_one_operand_and_of_parts():
    draw = random.Random(1)
    for _ in range(1500):
        x, y, at = leaves(draw), leaves(draw), values(draw)
        (a, b) = evaluate([x, y], at)
        high = draw.randrange(W)
        low = draw.randrange(high + 1)
        built = [
            t.bnot(x),
            t.neg(x),
            t.zext(x, 9),
            t.sext(x, 9),
            t.sext(t.zext(x, 7), 9),
            t.concat(x, y),
        ]
        built += [
            t.extract(high, low, x),
            t.extract(high + 2, low, t.concat(x, y)),
            t.extract(high, low, t.sext(x, 9)),
        ]
        wide = a << W | b
        mask = (1 << (high - low + 1)) - 1
        right = [31 - a, -a & 31, a, (a ^ 16) - 16 & 511, a, wide]
        right += [a >> low & mask, wide >> low & ((mask << 2) | 3), ((a ^ 16) - 16) >> low & mask]
        assert evaluate(built, at) == right


def test_a_constant_may_lose_zeros_only():
    """And a variable nothing at all: the text of such a query would be another one."""
    assert t.zext(t.bv(12, 20), 4) is t.bv(12, 4)
    assert t.sext(t.bv(-3, 20), 4) is t.bv(-3, 4)
    c = t.var("c", 0)
    assert t.zext(t.ite(c, t.bv(3, 9), t.bv(5, 9)), 3) is t.ite(c, t.bv(3, 3), t.bv(5, 3))
    x = t.var("x", 20)
    for extend, value in (
        (t.zext, t.bv(16, 20)),
        (t.sext, t.bv(12, 20)),
        (t.zext, x),
        (t.sext, x),
        (t.zext, t.zext(t.var("z", 3), 20)),
    ):
        with pytest.raises(AssertionError):
            extend(value, 4)


def test_booleans():
    draw = random.Random(2)
    for _ in range(500):
        at = values(draw)
        p, q = (t.eq(leaves(draw), leaves(draw)) for _ in range(2))
        (a, b) = evaluate([p, q], at)
        built = [
            t.land(p, q),
            t.lor(p, q),
            t.lxor(p, q),
            t.implies(p, q),
            t.lite(p, q, t.lnot(q)),
            t.land(p, t.lnot(p)),
        ]
        assert evaluate(built, at) == [a & b, a | b, a ^ b, int(not a or b), int(a == b), 0]


@pytest.mark.parametrize("op", [*WORDS, *COMPARISONS])
def test_the_meaning_is_the_solvers(op):
    """Constants of a variable's value: bitwuzla finds no other result than ours."""
    x, y = t.var("x", W), t.var("y", W)
    wrong = []
    for a in EDGES:
        for b in EDGES:
            node = make(op, (x, y), W if op in WORDS else 0)
            (v,) = evaluate([node], {"x": a, "y": b})
            other = t.ne(node, t.bv(v, W)) if op in WORDS else (t.lnot(node) if v else node)
            wrong.append(t.land(t.eq(x, t.bv(a, W)), t.eq(y, t.bv(b, W)), other))
    assert ask([t.lor(*wrong)], 30).status == "unsat"
    assert ask([t.lnot(t.lor(*wrong))], 30).status == "sat"


def test_text_of_a_query():
    x = t.var("x", 8)
    text = smtlib([t.ult(t.extract(3, 0, x), t.bv(3, 4))])
    assert "(declare-const x (_ BitVec 8))" in text
    assert "((_ extract 3 0) x)" in text
    assert text.rstrip().endswith("(check-sat)")
