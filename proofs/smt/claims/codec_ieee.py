# SPDX-License-Identifier: BSD-3-Clause
"""Is encoding into a float what the solver's own theory of floating point says, in its five roundings?

The specification is to_fp of SMT-LIB, which is neither the core's nor ours: a number of the field is
a float with 20 bits of exponent and as many significant ones as the field.
"""

from __future__ import annotations

from proofs.claim import Instance, Mutant
from proofs.smt import rows
from proofs.smt import terms as t
from proofs.smt.claims.codec_encode import encodes_at_64
from proofs.smt.claims.codec_replay import encoding
from proofs.smt.claims.codec_rows import Subject, codec_core, fields_of
from proofs.smt.query import Query
from proofs.smt.smt_claim import smt_claim
from proofs.smt.spec import parameters as p

ROUNDINGS = {
    "nearest_even": ("RNE", p.NEAREST_EVEN),
    "nearest_away": ("RNA", p.NEAREST_AWAY),
    "toward_zero": ("RTZ", p.TOWARD_ZERO),
    "toward_positive": ("RTP", p.TOWARD_POSITIVE),
    "toward_negative": ("RTN", p.TOWARD_NEGATIVE),
}


def as_float(x, w):
    """The bits of a number of the field as a float of 20 bits of exponent, w significant ones."""
    exp = t.extract(19, 0, t.add(x["exp"], t.bv((1 << 19) - 1, 32)))
    return t.concat(t.extract(0, 0, x["sign"]), t.concat(exp, t.extract(w - 2, 0, x["sig"])))


def encode_ieee(core, instance):
    """The row's own rounding is replaced by the instance's."""
    name, mode = ROUNDINGS[instance.part]
    s = Subject(core, instance)
    s.run.st.mem["row"]["rounding"] = t.bv(mode, 8)
    x, hypotheses = s.number()
    y = s.run.call(f"nf_encode_{s.w}", s.row, (x, None), s.run.env)
    f = s.fields
    sort = f"(_ to_fp {f['exp']} {f['man'] + 1})"
    source = f"(_ to_fp 20 {s.w})"
    code = t.extract(f["bits"] - 1, 0, y)
    same = t.raw(f"(= ({sort} {{0}}) ({sort} {name} ({source} {{1}})))", code, as_float(x, s.w))
    goal = t.land(same, t.eq(y, t.zext(code, 64)))
    shown = {
        "code": y,
        "sign": x["sign"],
        "exponent": x["exp"],
        "significand": x["sig"],
        "word": t.bv(0, 64),
    }
    replay = encoding(instance.row, s.w) if mode == f["rounding"] else None
    interesting = t.ne(t.extract(0, 0, x["sig"]), t.bv(0, 1))
    yield Query(f"to_fp {name}", goal, hypotheses, shown, interesting, replay)


def is_ieee(fields):
    """The theory's floats: usual bias, zeros of two signs, subnormals, infinities, NaNs as in IEEE 754."""
    usual = fields["exp"] > 1 and fields["bias"] == (1 << (fields["exp"] - 1)) - 1
    has = all(fields[n] for n in ("is_signed", "zero", "signed_zero", "subnormals"))
    specials = fields["inf"] == p.INF_IEEE and fields["overflow"] == p.INF
    return fields["family"] == p.FLOAT and usual and has and specials


def of_row(text):
    """Five roundings at each field, of a float of IEEE 754's kind."""
    fields = fields_of(text)
    if not is_ieee(fields):
        raise ValueError("the solver's floats have the bias, specials and overflow of IEEE 754")
    narrow = encodes_at_64(fields)
    both = [x for x in rows.both_widths([text]) if x.width == 128 or narrow]
    return [Instance(text, x.width, rounding) for x in both for rounding in ROUNDINGS]


FLOATS = ("binary16", "binary32", "binary64", "bfloat16", "tf32")
FLOATS += ("float8_e3m4", "float8_e4m3", "float8_e5m2")
CLAIMS = [
    smt_claim(
        "codec.encode_ieee",
        "Encoding into an IEEE 754 float is to_fp of the solver's theory, in its five roundings",
        ("nf_encode_ieee_W",),
        encode_ieee,
        [Instance(x.row, x.width, part) for x in rows.both_widths(FLOATS) for part in ROUNDINGS],
        core=codec_core,
        quick=lambda x: x.row != "binary64" or (x.width == 64 and x.part == "nearest_even"),
        of_row=of_row,
        seconds=200.0,
        solvers=("bitwuzla", "z3"),  # of narrow floats, cvc5 has single and double precision only
        mutants=(
            Mutant(
                "ties away",
                "cbits/core/round.h",
                "(dropped > half) | ((dropped == half) & odd);",
                "dropped >= half;",
                Instance("binary32", 64, "nearest_even"),
            ),
            Mutant(
                "toward zero overflows",
                "cbits/core/ieee.h",
                "case NF_TOWARD_ZERO: return true;",
                "case NF_TOWARD_ZERO: return false;",
                Instance("binary16", 64, "toward_zero"),
            ),
            Mutant(
                "subnormals without a sticky bit",
                "cbits/core/ieee.h",
                "NF_SIG sig = NF_N(nf_shr_jam)(x.sig, below);",
                "NF_SIG sig = below < NF_W ? x.sig >> below : 0;",
                Instance("bfloat16", 128, "toward_positive"),
            ),
        ),
    )
]
