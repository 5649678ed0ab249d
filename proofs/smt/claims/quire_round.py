# SPDX-License-Identifier: BSD-3-Clause
"""Is what an exact sum is rounded from in the cell of the exact value, and of its sign?

A carried sum has 32 bits in each chunk, and its last carry tells its sign.  Its leading chunk is
found, and 128 bits are taken from there, the last one jammed; codec.encode_cell says that a number in
the cell of a value is rounded as the value.
"""

from __future__ import annotations

from proofs.claim import Instance, Mutant
from proofs.smt import terms as t
from proofs.smt.accumulators import (
    Below,
    accumulator,
    array,
    chunks_of,
    quire_core,
    within,
)
from proofs.smt.c.loops import Invariant
from proofs.smt.c.types import INT, Void
from proofs.smt.query import Query
from proofs.smt.smt_claim import smt_claim

CARRY_C = "cbits/core/accumulate.c"
TURNS = [Instance("", 0, part) for part in ("carry_through", "pass_carries")]


def leading(core, _instance):
    """All chunks have 32 bits, and chunk[top] is not 0; v is their sum in units of chunk[top - 4]."""
    run, chunks = core.run(), chunks_of("chunk")
    chunks.holds = lambda x: t.ult(x, t.bv(1 << 32, 64))
    below, top, exp = Below(chunks), t.var("top", 32), t.var("exponent", 32)

    def is_sticky(value):
        i, lost = value("i"), t.ne(t.extract(31, 0, value("next")), t.bv(0, 32))
        end = t.sub(value("top"), t.bv(4, 32))
        inside = t.land(
            t.sle(t.bv(0, 32), i), t.sle(i, t.ite(t.slt(end, t.bv(0, 32)), t.bv(0, 32), end))
        )
        return t.land(inside, t.eq(t.ne(value("sticky"), t.bv(0, 8)), t.lor(lost, below(i))))

    run.p.invariants["leading_bits.1"] = Invariant(
        is_sticky, measure=lambda value: t.sub(value("top"), value("i"))
    )
    r = run.call("leading_bits", array(run, "chunk", chunks), (top, INT), (exp, INT))
    known = [t.sle(t.bv(0, 32), top), t.slt(top, t.bv(1 << 20, 32)), within(1 << 24)(exp)]
    v, s = t.bv(0, 170), 170
    for j in range(5):
        cell = chunks[chunks.at(t.sub(top, t.bv(j, 32)))]
        part = t.ite(t.slt(top, t.bv(j, 32)), t.bv(0, 64), cell)
        v = t.add(v, t.shl(t.zext(part, s), t.bv(128 - 32 * j, s)))
    known.append(t.ne(chunks[chunks.at(top)], t.bv(0, 64)))
    ends = [i for i in below.seen.values() if i.op == "var"]
    rest = below(ends[-1])  # where the loop ended: top - 4, or 0
    known += [*chunks.facts.values(), *below.known()]
    shown = {"top": top, "leading chunks": v, "sig": r["sig"], "exp": r["exp"]}
    yield from run.loops(known, shown)
    known += run.p.assumed
    goal = in_cell(
        r, t.concat(v, t.ite(rest, t.bv(1, 1), t.bv(0, 1))), t.add(exp, t.shl(top, t.bv(5, 32)))
    )
    yield Query(
        "the number is in the cell of the sum",
        goal,
        tuple(known),
        shown,
        t.land(rest, t.slt(t.bv(5, 32), top)),
    )
    yield Query("defined", run.defined(), tuple(known), shown)


def in_cell(r, twice, exp):
    """r is v 2^(exp - 128), twice = 2 v (and 1 where v is a little more); or r is odd and v within 1 of it."""
    s = 210
    up = t.sub(r["exp"], exp)  # the unit of r is 2^(up + 1) of v's
    scale = t.add(t.zext(up, s), t.bv(2, s))
    mine, exact = t.shl(t.zext(r["sig"], s), scale), t.zext(twice, s)
    one = t.shl(t.bv(1, s), scale)
    odd = t.eq(t.extract(0, 0, r["sig"]), t.bv(1, 1))
    near = t.land(odd, t.ult(t.sub(mine, one), exact), t.ult(exact, t.add(mine, one)))
    return t.land(
        t.eq(r["cls"], t.bv(1, 8)),
        t.eq(t.extract(127, 127, r["sig"]), t.bv(1, 1)),
        t.sle(t.bv(0, 32), up),
        t.sle(up, t.bv(31, 32)),
        t.lor(t.eq(mine, exact), near),
    )


class FiniteSum:
    """finite_sum of any accumulator, with what quire.carry and quire.leading say in place of its calls.

    `plus` and `minus` are the carried chunks of the sum and of minus it.  Their last chunk has the
    sign of the whole, as the others are not negative: minus the sum has none below 0 where it has.
    """

    def __init__(self, core):
        self.run, self.called, self.above = core.run(), {}, {}
        self.lsb, self.low, self.high = (t.var(name, 32) for name in ("lsb", "low", "high"))
        self.sums = {1: chunks_of("plus"), -1: chunks_of("minus")}
        self.n = t.sub(self.high, self.low)
        self.run.p.externals |= {
            name: getattr(self, name) for name in ("carry_through", "drop_wrapped", "leading_bits")
        }
        self.run.p.invariants["finite_sum.0"] = Invariant(
            self.zeros_above, measure=lambda value: t.add(value("n"), t.bv(1, 32))
        )
        q = accumulator(self.run, chunks_of("chunk"), lsb=self.lsb, low=self.low, high=self.high)
        self.result = self.run.call("finite_sum", q, self.run.any_row()[0], self.run.env)

    def carry_through(self, _p, _call, st, args):
        (target, _), (source, _), (n, _), (factor, _) = args
        right = t.boolean(source[:2] == ("q", ("chunk",)) and len(source) == 3)
        if len(source) == 3:
            right = t.land(right, t.eq(source[2], self.low), t.eq(n, self.n))
        self.called[t.signed(factor.val, 32)] = (st.path, right)
        st.write(target, self.sums[t.signed(factor.val, 32)])
        return None, Void()

    @staticmethod
    def drop_wrapped(_p, _call, _st, args):
        """Of a sum that does not wrap; of those that do nothing is claimed."""
        return args[2][0], INT

    def leading_bits(self, p, _call, st, args):
        (chunk, _), (top, _), (exp, _) = args
        self.leading = (st.path, st.read(chunk), top, exp)
        ty = p.types["nf_number_128"]
        self.number = {**p.fresh(ty, "number"), "cls": t.bv(1, 8), "sign": t.bv(0, 8)}
        return self.number, ty

    def zeros_above(self, value):
        """Every chunk above n is 0: a variable for each n."""
        n, self.chunk = value("n"), value("chunk")
        self.above[n.id] = n
        return t.land(t.sle(t.bv(-1, 32), n), t.sle(n, self.n), t.var(f"above_{n.id}", 0))

    def known(self):
        """What the variables `above` mean, and what the sign of a sum is."""
        facts = [t.var(f"above_{self.n.id}", 0)]
        for n in list(self.above.values()):
            before, here = t.sub(n, t.bv(1, 32)), t.var(f"above_{n.id}", 0)
            zero = t.eq(self.chunk.peek(self.chunk.at(n)), t.bv(0, 64))
            facts.append(t.eq(t.var(f"above_{before.id}", 0), t.land(here, zero)))
            for cells in self.sums.values():  # n may be the last chunk
                same = t.eq(cells.peek(cells.at(n)), cells.peek(cells.at(self.n)))
                facts.append(t.implies(t.eq(n, self.n), same))
        small = [within(1 << 24)(x) for x in (self.lsb, self.low, self.high)]
        carry, of_minus = (cells.peek(cells.at(self.n)) for cells in self.sums.values())
        self.negative = t.slt(carry, t.bv(0, 64))
        opposite = t.implies(self.negative, t.sle(t.bv(0, 64), of_minus))
        return (*facts, *small, opposite)


def finite(core, _instance):
    """What is rounded is the sum's magnitude from its leading chunk on, and its sign."""
    s = FiniteSum(core)
    known, result = s.known(), s.result
    path, chunk, top, exp = s.leading
    leader = chunk.peek(chunk.at(top))
    plus, minus = (cells.peek(cells.at(top)) for cells in s.sums.values())
    some, zeros_above = t.slt(s.low, s.high), t.var(f"above_{top.id}", 0)
    asked = t.land(
        t.ne(leader, t.bv(0, 64)),
        t.eq(leader, t.ite(s.negative, minus, plus)),
        t.eq(exp, t.add(s.lsb, t.shl(s.low, t.bv(5, 32)))),
        zeros_above,
        t.sle(t.bv(0, 32), top),
        t.implies(t.eq(top, s.n), t.sle(t.bv(0, 64), leader)),
        *[t.eq(result[name], s.number[name]) for name in ("sig", "exp", "cls")],
        t.eq(result["sign"], t.ite(s.negative, t.bv(1, 8), t.bv(0, 8))),
    )
    all_zero = t.land(zeros_above, t.eq(top, t.bv(-1, 32)))
    nothing = t.land(t.eq(result["cls"], t.bv(0, 8)), t.implies(some, all_zero))
    carried = t.land(
        *[t.implies(where, right) for where, right in s.called.values()],
        t.eq(s.called[1][0], some),
        t.eq(s.called[-1][0], t.land(some, s.negative)),
    )
    shown = {"low": s.low, "high": s.high, "n": top, "chunk[n]": leader}
    yield from s.run.loops(known, shown)
    known = (*known, *s.run.p.assumed)
    yield Query("the right sums are carried", carried, known, shown)
    inside = t.land(path, s.negative, t.slt(top, s.n))
    yield Query("rounded is the sum", t.lite(path, asked, nothing), known, shown, inside)
    yield Query("defined", s.run.defined(), known, shown)


def lemmas(_instance):
    """What is handed over lies in the exact sum's cell; codec.encode_cell of the row says that its code is right."""
    return [("quire.carry", turn) for turn in TURNS] + [("quire.leading", Instance("", 128))]


CLAIMS = [
    smt_claim(
        "quire.leading",
        "The number that a carried sum is rounded from is the exact sum, or odd and within 1 of it",
        ("leading_bits",),
        leading,
        [Instance("", 128)],
        core=quire_core,
        mutants=(
            Mutant(
                "no sticky bit of the next chunk",
                CARRY_C,
                "bool sticky = (uint32_t)next != 0;",
                "bool sticky = 0;",
                Instance("", 128),
            ),
            Mutant(
                "sticky chunks",
                CARRY_C,
                "sticky |= chunk[i] != 0;",
                "sticky = chunk[i] != 0;",
                Instance("", 128),
            ),
            Mutant(
                "a chunk forgotten",
                CARRY_C,
                "for (int i = 0; i < top - 4; i++)",
                "for (int i = 1; i < top - 4; i++)",
                Instance("", 128),
            ),
            Mutant(
                "exponent",
                CARRY_C,
                "exp + PIECE * top + 31 - n",
                "exp + PIECE * top + 32 - n",
                Instance("", 128),
            ),
        ),
    ),
    smt_claim(
        "quire.round",
        "An exact sum is rounded from its sign and its magnitude's leading chunk on",
        ("finite_sum",),
        finite,
        [Instance("", 128)],
        core=quire_core,
        needs=lemmas,
        trusts="nf_accumulator.low and high bound what is not 0, as quire.pieces says",
        mutants=(
            Mutant("sign lost", CARRY_C, "sign = 1;\n", "sign = 0;\n", Instance("", 128)),
            Mutant(
                "leading zeros",
                CARRY_C,
                "while (n >= 0 && chunk[n] == 0)",
                "while (n > 0 && chunk[n] == 0)",
                Instance("", 128),
            ),
            Mutant(
                "place",
                CARRY_C,
                "leading_bits(chunk, n, q->lsb + PIECE * q->low);",
                "leading_bits(chunk, n, q->lsb);",
                Instance("", 128),
            ),
            Mutant(
                "a chunk not carried",
                CARRY_C,
                "int n = q->high - q->low, sign = 0;",
                "int n = q->high - q->low - 1, sign = 0;",
                Instance("", 128),
            ),
        ),
    ),
]
