# SPDX-License-Identifier: BSD-3-Clause
"""Do carries keep an exact sum, and can no chunk overflow before they are passed on?

Carries are passed on by loops of which one turn is proved from any state.  By induction over the
chunks, from the lowest one, the sum stays what it was:

    sum of to[j] 2^(32 j), j < i, and carry 2^(32 i)  =  sum of factor from[j] 2^(32 j), j < i

holds for i = 0, and a turn adds factor from[i] 2^(32 i) to both sides.
"""

from __future__ import annotations

from proofs.claim import Instance, Mutant
from proofs.smt import terms as t
from proofs.smt.accumulators import (
    accumulator,
    array,
    chunks_of,
    known_of,
    piece_limit,
    quire_core,
    within,
)
from proofs.smt.c.types import INT, LONG, UINT, Void
from proofs.smt.query import Query
from proofs.smt.smt_claim import smt_claim

CARRY = 1 << 31  # what goes from one chunk into the next is not larger


def a_turn(factor, before, after, known):
    """factor x + carry = low + 2^32 next: low has 32 bits, and next is no larger than a carry may be."""
    (x, carry), (low, following), s = before, after, 80
    left = t.add(t.mul(t.sext(factor, s), t.sext(x, s)), t.sext(carry, s))
    right = t.add(t.zext(low, s), t.shl(t.sext(following, s), t.bv(32, s)))
    goal = t.land(t.eq(left, right), t.ult(low, t.bv(1 << 32, 64)), within(CARRY)(following))
    shown = {"chunk": x, "carry": carry, "low": low, "next": following}
    large = t.slt(t.bv(1 << 61, 64), x)
    return Query("a turn keeps the sum", goal, (within(CARRY)(carry), *known), shown, large)


def turn_of_carry_through(core):
    run = core.run()
    source, target, carry = (
        chunks_of("source", piece_limit(core)),
        chunks_of("target"),
        t.var("carry", 64),
    )
    factor = t.ite(t.var("negative", 0), t.bv(-1, 32), t.bv(1, 32))
    arrays = {"from": array(run, "source", source), "to": array(run, "target", target)}
    numbers = {"carry": (carry, LONG), "factor": (factor, INT), "i": (t.var("i", 32), INT)}
    run.turn("carry_through.0", **arrays, **numbers)
    ((name, low),) = run.st.mem["target"].items()
    known = known_of(source)
    yield a_turn(factor, (source[name], carry), (low, run.variable("carry")), known)
    yield Query("defined", run.defined(), (within(CARRY)(carry), *known), {"carry": carry})


def turn_of_pass_carries(core):
    """The chunk at i has a carry from below already; the one above it has not."""
    run = core.run()
    chunks, i = chunks_of("chunk"), t.var("i", 32)
    q = accumulator(run, chunks)
    run.turn("nf_accumulator_pass_carries.0", q=q, i=(i, INT))
    after = run.st.mem["q"]["chunk"]
    here, above = chunks.at(i), chunks.at(t.add(i, t.bv(1, 32)))
    if set(after) != {here, above}:
        raise ValueError("a turn of nf_accumulator_pass_carries changes other chunks than two")
    limit = piece_limit(core)
    known = (within(limit + CARRY)(chunks[here]), within(limit)(chunks[above]), within(1 << 20)(i))
    following = t.sub(after[above], chunks[above])
    yield a_turn(t.bv(1, 32), (chunks[here], t.bv(0, 64)), (after[here], following), known)
    yield Query("defined", run.defined(), known, {"chunk": chunks[here], "above": chunks[above]})


def whole(core, n):
    """carry_through of n chunks: its loop does turns, from the lowest chunk up, and ends."""
    run = core.run()
    source, target = chunks_of("source", piece_limit(core)), chunks_of("target")
    factor = t.ite(t.var("negative", 0), t.bv(-1, 32), t.bv(1, 32))
    run.call(
        "carry_through",
        array(run, "target", target),
        array(run, "source", source),
        (t.bv(n, 32), INT),
        (factor, INT),
    )
    s = 32 * n + 100

    def total(cells, count):
        value = t.bv(0, s)
        for j in range(count):
            value = t.add(value, t.shl(t.sext(cells[f"c_{j}"], s), t.bv(32 * j, s)))
        return value

    to = run.st.mem["target"]
    exact = total(source, n)
    goal = t.land(
        t.eq(total(to, n + 1), t.ite(t.var("negative", 0), t.neg(exact), exact)),
        *[t.ult(to[f"c_{j}"], t.bv(1 << 32, 64)) for j in range(n)],
    )
    shown = {f"chunk {j}": source[f"c_{j}"] for j in range(n)}
    yield Query(f"{n} chunks", goal, known_of(source), shown, t.TRUE)
    yield Query("defined", run.defined(), known_of(source), shown)


def pending(core, _instance):
    """|chunk| <= (pending + 5) 2^32 between terms, pending < PENDING_MAX: one piece keeps it.

    It holds after a pass and a quire's words, which leave less than 2^32 and add less than 2^33.
    """
    run, last = core.run(), core.program.enums["PENDING_MAX"]
    i, before, count = t.var("i", 32), chunks_of("chunk"), t.var("pending", 32)
    passed = chunks_of("passed")
    passed.holds = lambda x: t.ult(x, t.bv(1 << 32, 64))

    def pass_carries(_program, _call, st, _args):
        st.mem["q"] = {**st.mem["q"], "chunk": passed, "pending": t.bv(0, 32)}
        return None, Void()

    run.p.externals["nf_accumulator_pass_carries"] = pass_carries
    q = accumulator(run, before, pending=count)
    name = before.at(i)
    passed.at(i)
    old = before[name]
    run.call("nf_touch", q, (i, INT), (t.bv(1, 32), INT))
    run.call(
        "nf_add_piece",
        q,
        (i, INT),
        (t.var("piece", 32), UINT),
        (t.zext(t.var("sign", 1), 64), LONG),
    )
    after = run.st.mem["q"]

    def kept(chunk, terms):
        s = 80
        most = t.shl(t.add(t.zext(terms, s), t.bv(5, s)), t.bv(32, s))
        x = t.sext(chunk, s)
        return t.land(t.sle(t.neg(most), x), t.sle(x, most), t.ult(terms, t.bv(last, 32)))

    known = (kept(old, count), within(1 << 20)(i), *known_of(passed))
    goal = t.land(kept(after["chunk"][name], after["pending"]), within(piece_limit(core))(old))
    shown = {"chunk": old, "pending": count, "after": after["chunk"][name]}
    yield Query("a piece keeps the limit", goal, known, shown, t.eq(count, t.bv(last - 1, 32)))
    yield Query("defined", run.defined(), known, shown)


def carries(core, instance):
    if instance.part == "carry_through":
        yield from turn_of_carry_through(core)
    elif instance.part == "pass_carries":
        yield from turn_of_pass_carries(core)
    else:
        yield from whole(core, int(instance.part.split()[0]))


CARRY_C = "cbits/core/accumulate.c"
TURNS = [Instance("", 0, part) for part in ("carry_through", "pass_carries")]
CLAIMS = [
    smt_claim(
        "quire.carry",
        "Passing carries on keeps an exact sum, leaves 32 bits in each chunk, and overflows nowhere",
        ("carry_through", "nf_accumulator_pass_carries"),
        carries,
        [*TURNS, *[Instance("", 0, f"{n} chunks") for n in (1, 2, 4)]],
        core=quire_core,
        mutants=(
            Mutant(
                "carry lost",
                CARRY_C,
                "factor * from[i] + carry;",
                "factor * from[i];",
                Instance("", 0, "carry_through"),
            ),
            Mutant(
                "a bit less",
                CARRY_C,
                "to[i] = t & PIECE_MASK;",
                "to[i] = t & PIECE_MASK >> 1;",
                Instance("", 0, "carry_through"),
            ),
            Mutant(
                "last carry", CARRY_C, "to[n] = carry;", "to[n] = 0;", Instance("", 0, "2 chunks")
            ),
            Mutant(
                "no carry",
                CARRY_C,
                "q->chunk[i + 1] += q->chunk[i] >> PIECE;",
                "q->chunk[i + 1] += q->chunk[i] >> PIECE & PIECE_MASK;",
                Instance("", 0, "pass_carries"),
            ),
            Mutant(
                "more terms between passes",
                "cbits/core/accumulator.h",
                "PENDING_MAX = 1 << 30",
                "PENDING_MAX = 2147483647",
                Instance("", 0, "carry_through"),
            ),
        ),
    ),
    smt_claim(
        "quire.pending",
        "No chunk overflows between two passes of carries, whatever is added",
        ("nf_touch", "nf_add_piece"),
        pending,
        [Instance("", 64)],
        core=quire_core,
        mutants=(
            Mutant(
                "no pass",
                "cbits/core/accumulator.h",
                "if (++q->pending == PENDING_MAX)",
                "if (q->pending == PENDING_MAX)",
                Instance("", 64),
            ),
            Mutant(
                "terms not counted",
                "cbits/core/accumulator.h",
                "PENDING_MAX = 1 << 30",
                "PENDING_MAX = 2147483647",
                Instance("", 64),
            ),
        ),
    ),
]
