# SPDX-License-Identifier: BSD-3-Clause
"""Is decode then encode the identity, for every code of a row?"""

from __future__ import annotations

from proofs.claim import Instance, Mutant
from proofs.smt import rows
from proofs.smt import terms as t
from proofs.smt.core import u64
from proofs.smt.query import Query
from proofs.smt.replay import round_trip as round_trip_replay
from proofs.smt.smt_claim import smt_claim


def round_trip(core, instance):
    """NaNs become the row's one NaN; where there are no subnormals their codes are zero."""
    run, w = core.run(), instance.width
    f = run.row(instance.row)
    row = run.rows["row"]
    code = t.var("code", row["bits"])
    x = run.call(f"nf_decode_{w}", f, u64(code))
    y = run.call(f"nf_encode_{w}", f, (x, None), run.env)
    same = t.eq(y, t.zext(code, 64))
    if row["family"] in (2, 3):
        nan = t.land(t.eq(x["cls"], t.bv(3, 8)), t.eq(y, run.call("nf_nan_code", f)))
        flat = t.land(t.eq(x["cls"], t.bv(0, 8)), t.boolean(not row["subnormals"]))
        same = t.lor(same, nan, flat)
    shown = {"code": code, "encoded": y}
    replay = round_trip_replay(instance.row, w)
    yield Query(
        "round trip", t.land(same, t.eq(run.flags, t.bv(0, 32))), shown=shown, replay=replay
    )
    yield Query("defined", run.defined(), shown=shown)


def of_row(row_text):
    return [Instance(row_text, 64), Instance(row_text, 128)]


CLAIMS = [
    smt_claim(
        "codec.round_trip",
        "Encoding what a code decodes to gives the code back and raises no flag",
        ("nf_decode_W", "nf_encode_W"),
        round_trip,
        rows.both_widths(rows.of_families()),
        of_row=of_row,
        mutants=(
            Mutant(
                "no end of the regime",
                "cbits/core/tapered.h",
                "int length = run + (run < f->rs);\n    NF_SIG regime",
                "int length = run + 1;\n    NF_SIG regime",
                Instance("bposit16", 64),
            ),
        ),
    )
]
