# SPDX-License-Identifier: BSD-3-Clause
"""Is decode then encode the identity, for every code of a row, and for every row at once?"""

from __future__ import annotations

from proofs.claim import Instance, Mutant
from proofs.smt import rows
from proofs.smt import terms as t
from proofs.smt.claims.codec_replay import row_of
from proofs.smt.claims.codec_rows import Subject, bounds, codec_core, every, of_row
from proofs.smt.core import u64
from proofs.smt.query import Query
from proofs.smt.replay import round_trip as round_trip_replay
from proofs.smt.smt_claim import smt_claim
from proofs.smt.spec import parameters as p
from proofs.smt.spec.special import raised

FLOAT_PARTS = ("bits 2-32", "bits 33-40", "bits 41-48", "bits 49-56", "bits 57-64")


def round_trip(core, instance):
    """What the row itself does not write is `mended`."""
    s = Subject(core, instance)
    code, used = s.code()
    x = s.run.call(f"nf_decode_{s.w}", s.row, u64(code))
    y = s.run.call(f"nf_encode_{s.w}", s.row, (x, None), s.run.env)
    same = t.land(t.eq(y, code), raised(s.run.flags, 0))
    shown = s.shown(code=code, encoded=y)

    def replay(native, values):
        text = row_of(native, instance.row, values)[1]
        return round_trip_replay(text, s.w)(native, values)

    hypotheses = (*s.legal, *used)
    interesting = unusual(s, instance) if s.every else None
    goal = t.lite(s.written(code), same, mended(s, code, y))
    yield Query("round trip", goal, hypotheses, shown, interesting, replay)
    yield Query("defined", s.run.defined(), hypotheses, shown)


def mended(s, code, y):
    """A term: the code is one that the row reads and does not write, and y is what it writes instead.

    Floats: all NaNs become one; codes between 0 and the least normal are zeros without subnormals;
    infinities are the last number where they saturate.  Fixed point: so is the lowest code where
    ends are symmetric.
    """
    family, line, flags = s.spec.parameters.family, s.spec, s.run.flags
    code, y = s.as_code(code), s.as_code(y)
    if family in (p.FLOAT, p.TRUNCATED):
        x = line.decode(code)
        nan = t.land(x.nan, t.eq(y, line.nan()), raised(flags, 0))
        zero = t.eq(y, line.signed(t.bv(0, line.wide), x.negative))
        end = t.eq(y, line.signed(line.last(), x.negative))
        return t.lor(
            nan,
            t.land(x.zero, zero, raised(flags, 0)),
            t.land(x.infinite, end, raised(flags, p.OVERFLOW)),
        )
    if family == p.FIXED:
        following = t.add(code, t.bv(1, line.wide))
        return t.land(t.eq(y, following), raised(flags, p.OVERFLOW))
    return t.FALSE


def unusual(s, instance):
    """A row of the family that has no name: the hypotheses about all rows must allow it."""
    values = {
        p.POSIT: {"rs": 9, "es": 3},
        p.TAKUM: {},
        p.FLOAT: {"exp": 5, "is_signed": 0, "subnormals": 0},
        p.TRUNCATED: {"exp": 5, "compute_man": 3, "cut": p.CUT_PRODUCT},
        p.FIXED: {"frac": -3, "is_signed": 0},
    }[s.spec.parameters.family]
    low, high = bounds(instance)
    values["bits"] = min(max(low, 13), high)
    return t.land(*[t.eq(s.fields[n], t.bv(v, s.fields[n].w)) for n, v in values.items()])


def quick(instance):
    """Below ten seconds: all named rows, and takums and fixed point of up to 32 bits."""
    return not instance.row.startswith("every") or instance in every(64, "takum", "fixed")


CLAIMS = [
    smt_claim(
        "codec.round_trip",
        "Encoding what a code decodes to gives the code back and raises no flag",
        ("nf_decode_W", "nf_encode_W"),
        round_trip,
        [
            *rows.both_widths(rows.of_families()),
            *every(64, "posit", "takum", "float", "truncated", "fixed"),
            *every(128, "posit", "takum", "truncated", "fixed"),
            *every(128, "float", parts=FLOAT_PARTS),
        ],
        core=codec_core,
        quick=quick,
        of_row=of_row,
        seconds=300.0,
        mutants=(
            Mutant(
                "no end of the regime",
                "cbits/core/tapered.h",
                "int length = run + (run < f->rs);\n    NF_SIG regime",
                "int length = run + 1;\n    NF_SIG regime",
                Instance("bposit16", 64),
            ),
            Mutant(
                "characteristic of takums above 1",
                "cbits/core/tapered.h",
                "int c = direction ? x.exp + 1 - (1 << r)",
                "int c = direction ? x.exp - (1 << r)",
                Instance("takum_linear16", 128),
            ),
            Mutant(
                "the lowest fixed-point code overflows",
                "cbits/core/fixed.h",
                "f->is_signed ? top + (f->overflow != NF_OVERFLOW_SATURATE_SYMMETRIC) : 0;",
                "f->is_signed ? top : 0;",
                Instance("q15", 64),
            ),
            Mutant(
                "the NaN of IEEE 754 is signalling",
                "cbits/core/ieee.h",
                "all - nf_mask(f->man) + ((uint64_t)1 << (f->man - 1));",
                "all - nf_mask(f->man) + 1;",
                Instance("binary32", 64),
            ),
            Mutant(
                "something is always lost",
                "cbits/core/tapered.h",
                "*lost = rest << (NF_W - 4 - r) != 0;",
                "*lost = true;",
                Instance("every takum", 64),
            ),
        ),
    )
]
