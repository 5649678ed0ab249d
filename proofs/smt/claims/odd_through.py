# SPDX-License-Identifier: BSD-3-Clause
"""Is rounding to odd in binary64, and then into a row, the same as rounding once?"""

from __future__ import annotations

from proofs.claim import Instance, Mutant
from proofs.smt import terms as t
from proofs.smt.c.types import ULONG
from proofs.smt.claims.signed_rows import NARROW
from proofs.smt.exact_values import TO_ODD, Exact
from proofs.smt.lanes import LaneCore
from proofs.smt.query import Query
from proofs.smt.smt_claim import smt_claim


def through(core, instance):
    """Any exact value, to odd in binary64 and then by the row's rounding: the same as at once."""
    run = core.run()
    f, known, row = run.any_or(instance.row)
    known.append(run.served("nf_encodes_doubles", f))
    exact = Exact(run, 64, least=-1022)
    known.extend(exact.hypotheses)
    z = exact.rounded(TO_ODD)
    before = run.flags
    once = run.call("nf_encode_64", f, (exact.x, None), run.env)
    raised = run.flags
    run.st.mem["env"] = {**run.st.mem["env"], "flags": before}
    y = run.call("nf_decode_64", run.row("binary64", "doubles"), (z, ULONG))
    twice = run.call("nf_encode_64", f, (y, None), run.env)
    shown = {"to odd": z, "once": once, "twice": twice, **exact.x, **row}
    goal = t.land(t.eq(once, twice), t.eq(raised, run.flags))
    yield Query("through odd", goal, tuple(known), shown, interesting=t.TRUE)


CLAIMS = [
    smt_claim(
        "odd.through",
        "To odd in binary64 and then by the row's own rounding is that rounding of the exact value",
        ("nf_encode_64",),
        through,
        [Instance(name) for name in NARROW],
        core=LaneCore,
        of_row=lambda text: [Instance(text)],
        mutants=(
            Mutant(
                "to odd is up",
                "cbits/core/round.h",
                "case NF_TO_ODD: return dropped && !odd;",
                "case NF_TO_ODD: return dropped;",
                Instance("posit32"),
            ),
        ),
    ),
]
