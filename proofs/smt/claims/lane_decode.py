# SPDX-License-Identifier: BSD-3-Clause
"""Does the decoding stage make of every code of a row the double that the core says it is?

    codes -> to_doubles -> doubles

The core's decoder is proved by itself (codec.*); here the stage is the text that is proved, and the
core is the specification.
"""

from __future__ import annotations

from proofs.claim import Instance, Mutant
from proofs.smt import rows
from proofs.smt import terms as t
from proofs.smt.core import u64
from proofs.smt.lane_replay import decoded_lane
from proofs.smt.lanes import FAMILIES, LaneCore, integer
from proofs.smt.query import Query
from proofs.smt.smt_claim import smt_claim

ZERO, FINITE, INFINITE, NAN = range(4)
TRUNCATED = 3
QUIET_NAN = 0x7FF8000000000000


def is_class(x, cls):
    return t.eq(x["cls"], t.bv(cls, 8))


def same_number(x, y):
    """The same value: a NaN has neither sign nor fraction, a zero and an infinity have a sign."""
    sign = t.eq(x["sign"], y["sign"])
    value = t.land(t.eq(x["exp"], y["exp"]), t.eq(x["sig"], y["sig"]))
    return t.land(
        t.eq(x["cls"], y["cls"]),
        t.lor(is_class(x, NAN), sign),
        t.lor(t.lnot(is_class(x, FINITE)), value),
    )


def decode(core, instance):
    """The double is the value of the code, exactly; NaN is the positive quiet one.

    (Of rows that go through the host's binary32 it is the NaN that the host makes of the positive
    quiet one: the theory of floats has one NaN, and says nothing of its bits.)  Operands of truncated floats are what the core loads of them (cut, flushed).
    """
    run = core.run()
    f, known, row = run.any_or(instance.row)
    known.append(run.served("nf_decodes_to_doubles", f))
    code, is_one = run.code("code")
    known.append(is_one)
    words, out = run.words("words", code), run.doubles("out", t.var("before", 64))
    run.call("to_doubles", f, words, integer(1), out)
    defined = run.defined()
    z = run.st.mem["out"]
    x = run.call("nf_load_64", f, u64(code))
    y = run.call("nf_decode_64", run.row("binary64", "doubles"), u64(z))
    hosts = run.call("begins_binary32", f)
    quiet = t.lor(t.ne(hosts, t.bv(0, 8)), t.lnot(is_class(x, NAN)), t.eq(z, t.bv(QUIET_NAN, 64)))
    shown = {"code": code, "double": z, **expected(run, x), **row}
    known = (*known, *run.p.axioms)
    right = t.land(same_number(x, y), quiet)
    replay = decoded_lane(instance.row)
    yield Query("a decoded lane", right, known, shown, is_class(x, FINITE), replay)
    yield Query("defined", defined, known, shown)


def expected(run, x):
    """What the core makes of a number in binary64, for a counterexample."""
    d = run.row("binary64", "doubles")
    return {"the core's double": run.call("nf_encode_64", d, (x, None), run.env)}


def covers(some, others):
    """All flags of `others` are among `some`."""
    return t.eq(t.band(others, t.bnot(some)), t.bv(0, others.w))


STAGED = [
    name
    for name in rows.NAMED
    if name not in ("posit64", "bposit64", "bposit64q", "takum_linear64", "binary64")
]


EVERY = [f"every {family}" for family in FAMILIES]


def of_row(text):
    return [Instance(text)]


CLAIMS = [
    smt_claim(
        "lane.decode",
        "A lane of the decoding stage is exactly the value that the core loads of the code",
        ("to_doubles", "nf_posit_pair", "nf_takum_pair", "nf_float_pair", "nf_fixed_pair"),
        decode,
        [Instance(name) for name in [*STAGED, *EVERY]],
        core=LaneCore,
        quick=lambda i: i.row not in ("every truncated", "every fixed"),  # 8 s each
        of_row=of_row,
        mutants=(
            Mutant(
                "no cap of the regime",
                "cbits/levels/decode.h",
                "before = nf_least(before, nf_all(rs - 1));",
                "",
                Instance("bposit32"),
            ),
            Mutant(
                "a characteristic too large",
                "cbits/levels/decode.h",
                "1 - (one << (r + 1))",
                "2 - (one << (r + 1))",
                Instance("takum_linear16"),
            ),
            Mutant(
                "negative zero is no NaN",
                "cbits/levels/decode.h",
                "nan |= (nf_words)(m == 0) & (nf_words)((nf_ints)sign < 0) & zero_is_nan;",
                "",
                Instance("float8_e4m3fnuz"),
            ),
            Mutant(
                "infinity is NaN",
                "cbits/levels/host_numbers.h",
                "(uint32_t)(m > 0x7F800000)",
                "(uint32_t)(m >= 0x7F800000)",
                Instance("binary32"),
            ),
            Mutant(
                "subnormals stay",
                "cbits/levels/host_numbers.h",
                "bits &= ~small | 0x80000000;",
                ";",
                Instance("mlu32"),
            ),
            Mutant(
                "unsigned words from the middle",
                "cbits/levels/decode.h",
                "const uint32_t middle = f->is_signed ? 0 : 0x80000000;",
                "const uint32_t middle = 0;",
                Instance("fixed<32,frac=8,signed=false>"),
            ),
            Mutant(
                "unsigned floats of 32 bits",
                "cbits/levels/stages.h",
                "(is_float && !f->is_signed ? 31 : 32)",
                "32",
                Instance("every float"),
            ),
        ),
    ),
]
