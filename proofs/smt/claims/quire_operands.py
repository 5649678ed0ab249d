# SPDX-License-Identifier: BSD-3-Clause
"""Do factors of products fill only the upper half of their field, as exact sums take for granted?

sig   1 f f f f f f f | 0 0 0 0 0 0 0 0      the width rule (core/field.h): at most W/2 bits
"""

from __future__ import annotations

from proofs.claim import Instance, Mutant
from proofs.smt import terms as t
from proofs.smt.claims.codec_rows import EVERY, FAMILIES, Subject, codec_core, of_row
from proofs.smt.core import u64
from proofs.smt.query import Query
from proofs.smt.smt_claim import smt_claim

NARROW = t.bv(32, 8)


def short(core, instance):
    """The loaded operand of any code, of rows that the field is for: up to 32 bits at W = 64."""
    s = Subject(core, instance)
    code, used = s.code()
    x = s.run.call(f"nf_load_{s.w}", s.row, u64(code))
    bits = s.run.st.mem["row"]["bits"]
    fits = t.TRUE if s.w == 128 else t.ule(bits, NARROW)
    lower = t.extract(s.w // 2 - 1, 0, x["sig"])
    leads = t.eq(
        t.eq(x["cls"], t.bv(1, 8)), t.eq(t.extract(s.w - 1, s.w - 1, x["sig"]), t.bv(1, 1))
    )
    goal = t.land(t.eq(lower, t.bv(0, s.w // 2)), leads)
    hypotheses = (*s.legal, *used, fits)
    yield Query(
        "short factors",
        goal,
        hypotheses,
        s.shown(code=code, sig=x["sig"]),
        t.eq(x["cls"], t.bv(1, 8)),
    )


CLAIMS = [
    smt_claim(
        "quire.operands",
        "An operand's significand fills the upper half of its field only, and leads it exactly if it is finite",
        ("nf_load_W", "nf_decode_W"),
        short,
        [Instance(EVERY + family, width) for family in FAMILIES for width in (64, 128)],
        core=codec_core,
        of_row=of_row,
        mutants=(
            Mutant(
                "a fraction too low",
                "cbits/core/tapered.h",
                "uint64_t rest = body << length;",
                "uint64_t rest = body << length | 2;",
                Instance("every posit", 64),
            ),
        ),
    )
]
