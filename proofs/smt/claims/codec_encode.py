# SPDX-License-Identifier: BSD-3-Clause
"""Is encoding correctly rounded?  For every number of the field, and for all that it may stand for."""

from __future__ import annotations

from proofs.claim import Instance
from proofs.smt import rows, spec
from proofs.smt import terms as t
from proofs.smt.c.types import ULONG
from proofs.smt.claims import codec_mutants as mutants
from proofs.smt.claims.codec_replay import encoding
from proofs.smt.claims.codec_rows import EVERY, Subject, codec_core, every, fields_of, units
from proofs.smt.query import Query
from proofs.smt.smt_claim import smt_claim
from proofs.smt.spec import parameters as p
from proofs.smt.spec.special import special_of


class Encoding:
    """An execution of nf_encode_W on a number of the field; `word` is what stochastic rounding draws."""

    def __init__(self, core, instance, function="nf_encode", low_bits=0):
        self.subject = s = Subject(core, instance)
        self.word = t.var("word", 64)
        s.run.p.externals["nf_random"] = lambda _p, _n, _st, _args: (self.word, ULONG)
        self.x, self.hypotheses = s.number(low_bits)
        self.y = s.run.call(f"{function}_{s.w}", s.row, (self.x, None), s.run.env)
        self.code = s.as_code(self.y)

    def right(self, number):
        """A term: the code and the flags are those of this number, rounded once."""
        s = self.subject
        args = (self.code, s.run.flags, number, self.word)
        right = s.spec.encodes(*args)
        if s.spec.parameters.family == p.FIXED:
            wrap = s.spec.parameters.equals("overflow", p.WRAP)
            if wrap is not t.FALSE:
                right = t.lite(wrap, s.spec.wraps(*args), right)
        return t.land(s.fits(self.y), right)

    def shown(self):
        """Code first, then the number."""
        x = self.x
        return self.subject.shown(
            code=self.y, sign=x["sign"], exponent=x["exp"], significand=x["sig"], word=self.word
        )


def encode_nearest(core, instance):
    """Finite numbers are rounded once; zeros, infinities, poles and NaNs become what the format has."""
    e = Encoding(core, instance)
    s, shown = e.subject, e.shown()
    hypotheses = (*s.legal, *e.hypotheses)
    goal = e.right(spec.number_of(e.x))
    replay = encoding(instance.row, s.w)
    interesting = t.ne(t.extract(0, 0, e.x["sig"]), t.bv(0, 1))
    yield Query("encode is correctly rounded", goal, hypotheses, shown, interesting, replay)
    yield Query("defined", s.run.defined(), hypotheses, shown)
    yield from specials(core, instance)


def specials(core, instance):
    """What is no number but zero."""
    s = Subject(core, instance)
    x = {"sig": t.bv(0, s.w), "exp": t.var("pole", 32), "cls": t.var("cls", 8)}
    x["sign"] = t.zext(t.var("sign", 1), 8)
    y = s.run.call(f"nf_encode_{s.w}", s.row, (x, None), s.run.env)
    infinite = t.eq(x["cls"], t.bv(2, 8))
    below = t.land(t.ne(x["sign"], t.bv(0, 8)), t.lnot(s.has("is_signed")))
    pole = t.land(infinite, t.ule(x["exp"], t.bv(2, 32)), t.lnot(below))
    classes = t.land(t.ule(x["cls"], t.bv(3, 8)), t.ne(x["cls"], t.bv(1, 8)))
    hypotheses = (*s.legal, classes, t.lor(t.eq(x["exp"], t.bv(0, 32)), pole))
    goal = t.land(s.fits(y), s.spec.encodes_special(s.as_code(y), s.run.flags, special_of(x)))
    shown = s.shown(code=y, cls=x["cls"], sign=x["sign"], pole=x["exp"])
    yield Query("specials", goal, hypotheses, shown, infinite)
    yield Query("specials defined", s.run.defined(), hypotheses, shown)


def encode_cell(core, instance):
    """The code of a field is right for every real number in its open cell of 8, or of 2, units."""
    size = units(instance.part)
    e = Encoding(core, instance)
    s = e.subject
    exact, cell, exactly = in_one_cell(e.x["sig"], size)
    hypotheses = (*s.legal, *e.hypotheses, *cell, *coarse(s, e.x, exactly))
    goal = e.right(spec.number_of(e.x, exact))
    shown = {**e.shown(), "exact": exact}
    replay = encoding(instance.row, s.w)
    yield Query(f"cells of {size} units", goal, hypotheses, shown, t.lnot(exactly), replay)


def in_one_cell(sig, size):
    """A significand with two more bits, the hypothesis that one open cell holds both, "they are equal".

        field    1 f f f f f f f f | f f f      cells of 8 units: the last three bits are somewhere
        number   1 f f f f f f f f | ? ? ? ? ?  in it, and so is the number, as far as is known

    The two bits say of the number where it is: codes, and what lies between two of them, are
    multiples of half a unit at the least, so that a quarter stands for all that is between.
    """
    w, guard = sig.w, size.bit_length() - 1
    exact = t.var("exact", w + 2)
    inside = t.land(
        t.eq(t.extract(w + 1, guard + 2, exact), t.extract(w - 1, guard, sig)),
        t.ne(t.extract(guard + 1, 0, exact), t.bv(0, guard + 2)),
        t.ne(t.extract(guard - 1, 0, sig), t.bv(0, guard)),
    )
    exactly = t.eq(exact, t.concat(sig, t.bv(0, 2)))
    return exact, (t.lor(exactly, inside),), exactly


def coarse(s, x, exactly):
    """Rows that wrap take numbers of more steps than the field has bits only if they are exact."""
    if s.spec.parameters.family != p.FIXED:
        return ()
    wrap = s.spec.parameters.equals("overflow", p.WRAP)
    steps = t.add(x["exp"], t.sext(s.fields["frac"], 32) if s.every else t.bv(s.fields["frac"], 32))
    return (t.implies(wrap, t.lor(exactly, t.sle(steps, t.bv(s.w - 5, 32)))),)


# ---- which field does a row take?
def encodes_at_64(fields):
    """Does the core round numbers of the 64-bit field into this row?  (nf_el_cast and nf_is_narrow)"""
    short = fields["bits"] <= 32 or fields["family"] in (p.POSIT, p.TAKUM, p.FIXED)
    short = short or (fields["family"] == p.FLOAT and fields["man"] <= 52)
    return short and fields["rounding"] != p.STOCHASTIC


def significant_bits(fields):
    """Bits of the longest significand of a row."""
    family, bits = fields["family"], fields["bits"]
    longest = {p.POSIT: bits - 2 - fields["es"], p.TAKUM: bits - 4, p.FIXED: bits}
    return max(1, longest.get(family, fields["man"] + 1))


def has_cells(fields, width, size):
    """Are codes, and what lies half way between them, at ends of cells?  D * 2^64 may end half a cell lower.

    Not so where steps wrap: a number of many steps has fewer than 64 bits below them in the field.
    """
    guard, bits = size.bit_length() - 1, significant_bits(fields)
    if fields["rounding"] == p.STOCHASTIC:
        wraps = fields["family"] == p.FIXED and fields["overflow"] == p.WRAP
        return not wraps and bits <= width - 64 - guard + 1
    return bits <= width - guard - 1


def widths(text):
    """An instance of each field that the row is rounded from."""
    narrow = encodes_at_64(fields_of(text))
    return [x for x in rows.both_widths([text]) if x.width == 128 or narrow]


def cells(text):
    """An instance of each field: the cells of 8 units that sums leave, or where a row is too long for
    these, the cells of 2 units of products and quotients.  (One of 2 units lies in one of 8.)"""
    fields = fields_of(text)
    valid = [[u for u in (8, 2) if has_cells(fields, x.width, u)] for x in widths(text)]
    return [
        Instance(text, x.width, f"{sizes[0]} units")
        for x, sizes in zip(widths(text), valid, strict=True)
        if sizes
    ]


NAMED = rows.of_families()
# Formats of all kinds that have no name: the smallest ones, every mode and overflow.
PLAIN = "inf=none,nan=none,overflow=saturate"
UNNAMED = (
    "posit<2,es=5>",
    "bposit<20,rs=5,es=3>",
    "takum_linear<13>",
    f"float<exp=1,man=1,{PLAIN}>",
    f"float<exp=2,man=0,signed=false,{PLAIN}>",
    "float<exp=2,man=0,signed=false,zero=false,subnormals=false,inf=none,nan=all_ones,rounding=to_odd,overflow=nan>",
    "float<exp=2,man=1,inf=top,nan=negative_zero,rounding=stochastic,overflow=saturate_finite>",
    "float<exp=3,man=2,subnormals=false,rounding=toward_negative>",
    "float<exp=15,man=48,rounding=to_odd>",
    "fixed<2,frac=0,signed=false,rounding=nearest_negative,overflow=zero>",
    "fixed<3,frac=128,rounding=nearest_positive,overflow=saturate_symmetric>",
    "fixed<4,frac=-64,rounding=toward_zero,overflow=wrap>",
)
UNNAMED_NARROW = [
    x for x in rows.both_widths(UNNAMED) if x.width == 128 or "stochastic" not in x.row
]
# nf.quantize rounds into any format by any mode: the row's rounding as a variable.  Stochastic
# rounding needs the wide field.
ANY_MODE = [Instance(name, 128, "rounding 0-9") for name in NAMED if name != "mlu32"]
# All rows of a family up to 32 bits, in parts of at most some minutes: posits and b-posits by their
# exponent bits, floats by theirs.  Stochastic rounding is of the wide field.
POSITS = [
    f"bits {bits}, es {es}-{es}, rounding 0-8"
    for es in range(6)
    for bits in ("2-16", "17-24", "25-32")
]
FLOATS = [f"bits 2-16, exp {exp}-{exp}, rounding 0-8" for exp in range(1, 16)]
FIXED = ["rounding 0-4", "rounding 5-8"]
EVERY_PART = {"posit": POSITS, "takum": ["rounding 0-8"], "fixed": FIXED, "float": FLOATS}
EVERY_ROW = [x for family, parts in EVERY_PART.items() for x in every(64, family, parts=parts)]
SHORT = ("posit8", "posit16", "bposit8q", "bposit16", "takum_linear16")
SHORT += ("float8_e4m3fn", "float8_e5m2", "float8_e8m0fnu")


def quick(instance):
    """What takes seconds: no codes of 64 bits, no claim about all rows, any mode of short codes at 64 bits."""
    row = instance.row
    if row.startswith(EVERY) or row.endswith(("64", "64q")):
        return False
    return not instance.part.startswith("rounding") or (row in SHORT and instance.width == 64)


CLAIMS = [
    smt_claim(
        "codec.encode_nearest",
        "Encoding rounds any number of the field once, by the row's mode, and projects what is too large",
        ("nf_encode_W",),
        encode_nearest,
        [*rows.both_widths(NAMED), *UNNAMED_NARROW, *ANY_MODE, *EVERY_ROW],
        core=codec_core,
        quick=quick,
        of_row=widths,
        seconds=300.0,
        mutants=mutants.NEAREST,
    ),
    smt_claim(
        "codec.encode_cell",
        "The code of a field is right for every real number in its open cell of 8, or of 2, units",
        ("nf_encode_W",),
        encode_cell,
        [
            *[Instance(x.row, x.width, "8 units") for x in rows.both_widths(NAMED)],
            *[x for text in UNNAMED for x in cells(text)],
            *[Instance(x.row, x.width, f"8 units, {x.part}") for x in EVERY_ROW],
        ],
        core=codec_core,
        quick=quick,
        of_row=cells,
        seconds=300.0,
        mutants=mutants.CELL,
    ),
]
