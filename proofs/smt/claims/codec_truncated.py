# SPDX-License-Identifier: BSD-3-Clause
"""Do truncating datapaths load and store what their definition says, in all five places of the cut?"""

from __future__ import annotations

from proofs.claim import Instance, Mutant
from proofs.smt import rows, spec
from proofs.smt import terms as t
from proofs.smt.claims.codec_encode import Encoding, has_cells, in_one_cell
from proofs.smt.claims.codec_rows import Subject, codec_core, every, fields_of, units
from proofs.smt.core import u64
from proofs.smt.query import Query
from proofs.smt.smt_claim import smt_claim
from proofs.smt.spec import Magnitude, special
from proofs.smt.spec import parameters as p

# A machine of each kind that has no name, and one that neither flushes nor cuts.
MACHINES = [
    f"truncated<exp=8,man=23,compute_man=20,truncate={cut}>"
    for cut in ("operand", "align", "product", "rounded")
]
MACHINES += ["truncated<exp=5,man=10,compute_man=10,ftz=false,daz=false>"]
MACHINES += ["truncated<exp=8,man=7,compute_man=3,ftz=false>"]
PARTS = ("load", "result", "8 units")


def truncated(core, instance):
    """`part`: "load", "result", or the cells of a result."""
    if instance.part == "load":
        return load(core, instance)
    return result(core, instance)


def result(core, instance):
    """Of any number of the field; with "8 units", of any number in its open cell."""
    e = Encoding(core, instance, "nf_result_truncated")
    s = e.subject
    exact, cell = e.x["sig"], ()
    size = units(instance.part)
    if size:
        exact, cell, _ = in_one_cell(e.x["sig"], size)
    right = s.spec.stores(e.code, s.run.flags, spec.number_of(e.x, exact))
    hypotheses = (*s.legal, *e.hypotheses, *cell)
    shown = {**e.shown(), "exact": exact}
    interesting = t.ne(t.extract(1, 0, exact), t.bv(0, 2))
    goal = t.land(s.fits(e.y), right)
    yield Query("the result is cut and flushed", goal, hypotheses, shown, interesting)
    yield Query("defined", s.run.defined(), hypotheses, shown)


def load(core, instance):
    """Of any code: as it is decoded, but flushed and cut."""
    s = Subject(core, instance)
    code, used = s.code()
    x = s.run.call(f"nf_load_{s.w}", s.row, u64(code))
    word = s.as_code(code)
    d = s.spec.decode(word)
    finite = t.lnot(t.lor(d.zero, d.infinite, d.nan, s.spec.flushes(word)))
    zero = t.lor(d.zero, s.spec.flushes(word))
    kinds = {special.ZERO: zero, special.FINITE: finite, special.INFINITE: d.infinite}
    same = [t.eq(t.eq(x["cls"], t.bv(k, 8)), holds) for k, holds in kinds.items()]
    sign = t.eq(x["sign"], t.ite(d.negative, t.bv(1, 8), t.bv(0, 8)))
    loaded = Magnitude(t.extract(spec.EXPONENT - 1, 0, x["exp"]), x["sig"])
    number = t.implies(finite, s.spec.loads(d.magnitude, loaded))
    shown = s.shown(code=code, **{f"loaded {k}": v for k, v in x.items()})
    goal = t.land(*same, t.lor(d.nan, sign), number)
    yield Query("operands are flushed and cut", goal, (*s.legal, *used), shown)
    yield Query("defined", s.run.defined(), (*s.legal, *used), shown)


def of_row(text):
    """All parts at both fields (a store of more than 32 bits: at the wide one)."""
    fields = fields_of(text)
    if fields["family"] != p.TRUNCATED:
        raise ValueError("it is no truncated float")
    fields_wide = [x for x in rows.both_widths([text]) if x.width == 128 or fields["bits"] <= 32]
    return [
        Instance(text, x.width, part)
        for x in fields_wide
        for part in PARTS
        if part != "8 units" or has_cells(fields, x.width, 8)
    ]


NAMED = [
    Instance(x.row, x.width, part)
    for x in rows.both_widths([*rows.of_families("truncated"), *MACHINES])
    for part in PARTS
]
# All stores of up to 16 bits, by the place of the cut; of longer ones at once there is no answer.
CELLS = [f"8 units, bits 2-16, cut {cut}-{cut}" for cut in range(5)]
CODEC = "cbits/core/codec.h"
CLAIMS = [
    smt_claim(
        "codec.truncated",
        "Truncating datapaths cut and flush operands and results where their definition says",
        ("nf_load_W", "nf_result_truncated_W"),
        truncated,
        [*NAMED, *every(64, "truncated", parts=("load", *CELLS))],
        core=codec_core,
        quick=lambda instance: not instance.row.startswith("every"),
        of_row=of_row,
        seconds=200.0,
        mutants=(
            Mutant(
                "no flush of results",
                CODEC,
                "if (f->ftz && m >> f->man == 0)",
                "if (0)",
                Instance("mlu32", 64, "result"),
            ),
            Mutant(
                "a bit more is kept",
                CODEC,
                "int keep = f->compute_man + 1;",
                "int keep = f->compute_man + 2;",
                Instance("mlu32", 64, "result"),
            ),
            Mutant(
                "infinities are masked",
                CODEC,
                "if (f->cut == NF_CUT_ROUNDED && m <= nf_max_finite(f))",
                "if (f->cut == NF_CUT_ROUNDED)",
                Instance("truncated<exp=8,man=23,compute_man=20,truncate=rounded>", 64, "result"),
                equivalent="the low bits of an infinity are 0",
            ),
            Mutant(
                "masks one bit less",
                CODEC,
                "code &= ~nf_mask(f->man - f->compute_man);",
                "code &= ~nf_mask(f->man - f->compute_man - 1);",
                Instance("truncated<exp=8,man=23,compute_man=20,truncate=rounded>", 64, "8 units"),
            ),
            Mutant(
                "subnormals keep all bits",
                CODEC,
                "if (below > 0 && f->man + 1 - below < keep)",
                "if (0)",
                Instance(
                    "truncated<exp=5,man=10,compute_man=10,ftz=false,daz=false>", 64, "result"
                ),
            ),
            Mutant(
                "no flush of operands",
                CODEC,
                "if (f->daz && x.exp < nf_min_normal_exp(f))",
                "if (0)",
                Instance("mlu32", 64, "load"),
            ),
            Mutant(
                "operands keep a bit more",
                CODEC,
                "x.sig = NF_N(nf_cut)(x.sig, f->compute_man + 1);",
                "x.sig = NF_N(nf_cut)(x.sig, f->compute_man + 2);",
                Instance("truncated<exp=8,man=23,compute_man=20,truncate=operand>", 64, "load"),
            ),
        ),
    )
]
