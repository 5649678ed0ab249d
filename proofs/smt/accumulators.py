# SPDX-License-Identifier: BSD-3-Clause
"""How does a claim hold an exact sum whose chunks it does not know, and what does a proof say of them?"""

from __future__ import annotations

from proofs.smt import terms as t
from proofs.smt.c.cells import Cells
from proofs.smt.c.types import LONG, Pointer, Void
from proofs.smt.core import Core

TEXT = '#include "accumulator.h"\n#include "accumulate.c"\n#include "exact/quire.c"\n'


def quire_core(checkout):
    """The core with the exact sums behind it."""
    return Core(checkout, TEXT)


def within(limit):
    """The predicate |x| <= limit of a signed word."""

    def holds(x):
        return t.land(t.sle(t.bv(-limit, x.w), x), t.sle(x, t.bv(limit, x.w)))

    return holds


def piece_limit(core):
    """No chunk is larger between two passes of carries.

    A pass leaves less than 2^32, a quire's words add less than 2^33, and PENDING_MAX terms add a
    piece below 2^32 each (quire.pending).
    """
    return min((core.program.enums["PENDING_MAX"] + 8) << 32, 1 << 63) - 1


def accumulator(run, chunks, **fields):
    """An accumulator in memory with these chunks; the argument that is passed for it."""
    ty = run.p.types["nf_accumulator"]
    run.st.mem["q"] = {
        name: fields.get(name, chunks if name == "chunk" else run.p.fresh(of, "q_" + name))
        for name, of in ty.fields.items()
        if name == "chunk" or not isinstance(of, (Pointer, Void))
    }
    return ("q", ()), Pointer(ty)


def known_of(chunks):
    """Hypotheses: what is known of the cells that were read."""
    return tuple(chunks.facts.values())


def array(run, name, cells):
    """An array of int64_t in memory; the argument that is passed for it."""
    run.st.mem[name] = cells
    return (name, ()), Pointer(LONG)


def chunks_of(name, limit=None):
    """Cells of 64 bits, all of them within the limit."""
    return Cells(name, 64, within(limit) if limit else None)


class Below:
    """Whether any chunk below an index is not 0: a variable for each index, and what it must satisfy."""

    def __init__(self, chunks):
        self.chunks, self.seen = chunks, {}

    def __call__(self, i):
        self.seen[i.id] = i
        return t.var(f"below_{i.id}", 0)

    def known(self):
        """Nothing lies below 0, and below i + 1 lies what lies below i, and chunk i."""
        zero = t.bv(0, 32)
        facts = [t.lnot(self(zero))]
        for i in list(self.seen.values()):
            after = t.add(i, t.bv(1, 32))
            some = t.ne(self.chunks.peek(self.chunks.at(i)), t.bv(0, 64))
            facts.append(t.eq(t.var(f"below_{after.id}", 0), t.lor(self(i), some)))
        return facts
