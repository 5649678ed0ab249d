# SPDX-License-Identifier: BSD-3-Clause
"""Do the encoding stages make of every double the code and the flags that the core makes of it?

    doubles -> encode_... -> codes        all 2^64 doubles

The core's rounding is proved by itself (codec.*); here the stages are the text that is proved, and
the core is the specification.
"""

from __future__ import annotations

from proofs.claim import Instance, Mutant
from proofs.smt import terms as t
from proofs.smt.c.types import UINT, ULONG
from proofs.smt.claims.lane_decode import FINITE, INFINITE, NAN, STAGED, covers, is_class
from proofs.smt.claims.signed_rows import SIGNED
from proofs.smt.lane_replay import encoded_lane
from proofs.smt.lanes import AGAIN, SPECIAL, LaneCore, integer
from proofs.smt.query import Query
from proofs.smt.smt_claim import smt_claim

TRUNCATED = 3  # nf_family
STAGES = (
    "encode_posits",
    "encode_takums",
    "encode_any_floats",
    "encode_truncated",
    "encode_fixeds",
)


def encode(core, instance):
    """Code and flags are the core's, or the block is given to the core (NF_AGAIN)."""
    run = core.run()
    f, known, row = run.any_or(instance.row)
    known.append(run.served("nf_encodes_doubles", f))
    family = run.st.mem["row"]["family"].val
    conversion = instance.part == "conversion"
    z = t.var("z", 64)
    target = run.target(f, conversion=conversion)
    hosts = run.call("nf_is_binary32", f)
    if not t.is_const(hosts):  # binary32 is an instance of its own
        known.append(t.eq(hosts, t.bv(0, 8)))
        hosts = t.bv(0, 8)
    stage = STAGES[2 if conversion and family == TRUNCATED else family]
    seen, code = stage_call(run, stage, target, z, hosts=hosts)
    defined = run.defined()
    x = run.call("nf_decode_64", run.row("binary64", "doubles"), (z, ULONG))
    rounding = "nf_encode_64" if conversion else "nf_result_64"
    right = run.call(rounding, f, (x, None), run.env)
    known = (*known, *run.p.axioms)
    shown = {"double": z, "code": code, "the core's code": right, "flags": seen, **row}
    goal, replay = as_core(run, x, seen, code, right), encoded_lane(instance.row)
    yield Query("an encoded lane", goal, known, shown, is_class(x, FINITE), replay)
    yield Query("defined", defined, known, {"double": z, **row})


def stage_call(run, stage, target, z, *, hosts):
    """Flags and code of a stage; `hosts`: it is a loop over elements, which may see another one."""
    before, other = t.var("before", 32), t.var("other_before", 32)
    if not hosts.val:
        out = run.words("codes", before)
        return run.call(stage, target, run.doubles("z", z), integer(1), out), run.st.mem["codes"]
    out = run.array("codes", {"0": before, "1": other}, UINT)
    seen = run.call(stage, target, run.two_doubles("z", z), integer(2), out)
    return seen, run.st.mem["codes"]["0"]


def as_core(run, x, seen, code, right, given=t.FALSE):
    """What a stage has made of the number x: its code and flags, against those of the core.

    Other lanes may give the block to the core, and may raise flags; alone, the lane raises just the
    core's, and nothing finite that raises nothing, but for what is `given`, is given to the core.
    """
    again = t.ne(t.band(seen, t.bv(AGAIN, 32)), t.bv(0, 32))
    noticed = t.ne(t.band(seen, t.bv(AGAIN | SPECIAL, 32)), t.bv(0, 32))
    raised = t.band(seen, t.bv(~(AGAIN | SPECIAL), 32))
    alone = run.alone(seen, code)
    unusual = t.lor(is_class(x, INFINITE), is_class(x, NAN))
    quiet = t.land(t.eq(run.flags, t.bv(0, 32)), t.lnot(given))
    return t.land(
        t.lor(again, t.land(t.eq(t.zext(code, 64), right), covers(raised, run.flags))),
        t.implies(unusual, noticed),
        t.implies(t.land(alone, t.lnot(again)), t.eq(raised, run.flags)),
        t.implies(t.land(alone, t.lnot(unusual), quiet), t.lnot(again)),
    )


ENCODED = [name for name in STAGED if name in SIGNED]


def both_targets(text):
    """Results of arithmetic and, where they differ, conversions."""
    return [
        Instance(text),
        *([Instance(text, part="conversion")] if "mlu" in text or "truncated" in text else []),
    ]


CLAIMS = [
    smt_claim(
        "lane.encode",
        "A lane of the encoding stages has the code and the flags of the core, for every double",
        STAGES,
        encode,
        [
            *[one for name in ENCODED for one in both_targets(name)],
            Instance("every posit"),
            Instance("every takum"),
        ],
        core=LaneCore,
        of_row=both_targets,
        quick=lambda instance: not instance.row.startswith("every"),
        seconds=300,
        mutants=(
            Mutant(
                "sticky lost",
                "cbits/levels/encode_tapered.h",
                "nf_words sticky = nf_least(lo << (10 - es), nf_all(1));",
                "nf_words sticky = nf_all(0);",
                Instance("posit32"),
            ),
            Mutant(
                "ties away",
                "cbits/levels/encode_tapered.h",
                "(dropped | (m & 1))",
                "(dropped | 1)",
                Instance("posit16"),
            ),
            Mutant(
                "regime of rs bits is ended",
                "cbits/levels/encode_tapered.h",
                "(nf_words)(run == rs)",
                "(nf_words)(run > rs)",
                Instance("bposit32"),
            ),
            Mutant(
                "sticky lost of takums",
                "cbits/levels/encode_tapered.h",
                "nf_least(lo << 12, one)",
                "nf_all(0)",
                Instance("takum_linear32"),
            ),
            Mutant(
                "sum with the least normal number not to odd",
                "cbits/levels/encode_floats.h",
                "inexact = (nf_longs)(e != 0) & 1",
                "inexact = (nf_longs)(e != 0) & 0",
                Instance("binary16"),
            ),
            Mutant(
                "past ignored",
                "cbits/levels/encode_floats.h",
                "((nf_longs)s - (past & inexact))",
                "((nf_longs)s)",
                Instance("float8_e4m3fn"),
            ),
            Mutant(
                "no flush",
                "cbits/levels/encode_floats.h",
                "const uint32_t flushed = t->f.ftz ? (uint32_t)1 << t->f.man : 0;",
                "const uint32_t flushed = 0;",
                Instance("mlu32"),
            ),
            Mutant(
                "one more bit survives",
                "cbits/routes/target.c",
                "uint64_t cut = ~(uint64_t)0 << (52 - f->compute_man);",
                "uint64_t cut = ~(uint64_t)0 << (51 - f->compute_man);",
                Instance("mlu32"),
            ),
            Mutant(
                "the end is beyond",
                "cbits/levels/encode_fixed.h",
                "over |= m > end;",
                "over |= m >= end;",
                Instance("q15"),
            ),
            Mutant(
                "overflow of the host is no overflow",
                "cbits/levels/host_numbers.h",
                "return overflow ? NF_AGAIN : NF_SPECIAL;",
                "return NF_SPECIAL;",
                Instance("binary32"),
            ),
        ),
    ),
]
