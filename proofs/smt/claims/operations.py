# SPDX-License-Identifier: BSD-3-Clause
"""Is the result of +, *, /, sqrt and a*b + c the exact one, rounded once?  The chain, and what holds it together.

nf_el_add and its like load their operands, do one exact operation, and round its result:

    codes --nf_load--> numbers --nf_add_finite or its like--> number, jammed --nf_result--> code

Whatever the row, this is what is proved, and by which claim:

(1) A code is loaded as the value that the definition gives it                  codec.decode_definition
(2) It fits the lemma of the operation: at most so many significant bits        here, "operand"
(3) nf_el_<op>, and the makes of it that loops inline (nf_folded_, nf_short_),  here, "glue"
    hand exactly the loaded numbers to the operation, at the width at which
    the row computes, and exactly what that gives to nf_result
(4) The field that the operation gives is the exact value, or                   add.sum (add.jam, normalise.exact),
    both lie strictly inside one cell of 8 units of the field (sums)            mul.exact, div.exact, div.long,
    or of 2 units (the others), and the sign is that of the exact value         sqrt.step (sqrt.ends), sqrt.long, fma.sum
    A root of `digits` bits: in one of 2^(W - digits) units, all of which has   here, "cell of the root"
    one code
(5) The code of a field is the right one for every value in its cell            codec.encode_cell
    (truncated floats: codec.truncated)
(6) Where an operand is special, and where a sum is 0, the code and the         here, "special", with nf_load and
    flags are those of the definition                                           nf_result as they are

From (1) to (3) the operation gets the exact operands; by (4) and (5) the code is the exact result rounded once.  As one
theorem over these lemmas it is in proofs/coq/Cells.v.  (4) holds of a width, not of a row: `lemmas` says which, by
executing nf_el_<op> and seeing what it calls.

For all rows of a family at once (2), (3) and (6) are proved here, too, and (5) by codec.encode_cell: of posits, takums and
fixed point up to 32 bits and floats up to 16.  Of longer rows at once (5) is open, as it is where they round stochastically
and for the field of 128 bits that short rows take to fuse; a named row has all of it.

Rows that wrap divide, take roots and fuse in numbers of any size (wrap.c), which no solver reads: unsupported.
"""

from __future__ import annotations

from proofs.claim import Instance
from proofs.smt import rows
from proofs.smt import terms as t
from proofs.smt.c.types import ULONG, UnsupportedError
from proofs.smt.claims.chain import calls, needs, texts, wanted_by
from proofs.smt.claims.codec_rows import EVERY, Subject, codec_core, every
from proofs.smt.claims.glue import BIG, MAKERS, OPERANDS, glue, reachable, rows_of, width_of
from proofs.smt.claims.operations_mutants import MUTANTS
from proofs.smt.operands import any_number, captured, leads, near_zero, number_type
from proofs.smt.query import Query
from proofs.smt.replay import operation, search
from proofs.smt.smt_claim import smt_claim
from proofs.smt.spec import operations as definition
from proofs.smt.spec import parameters as p
from proofs.smt.spec.special import FINITE, Special

EXACT = (
    "nf_add_finite_64",
    "nf_add_finite_128",
    "nf_mul_finite_64",
    "nf_mul_finite_128",
    "nf_div_finite_64",
)
EXACT += (
    "nf_div_finite_128",
    "nf_div_long",
    "nf_sqrt_finite_64",
    "nf_sqrt_finite_128",
    "nf_sqrt_long",
    "nf_add_wide",
)


def refuse_wrapping(s, op):
    """UnsupportedError where the operation of a row that wraps leaves the fields."""
    wraps = not s.every and s.fields["family"] == p.FIXED and s.fields["overflow"] == p.WRAP
    if wraps and op in BIG:
        raise UnsupportedError(
            f"{op} of rows that wrap is made of numbers of any size (wrap.c): no solver reads them"
        )


def operand_fits(core, instance, op, replay):
    """A loaded number has the lemma's significant bits, leads, and is far from the ends of exponents."""
    seen = set()
    for call, bits, when in calls(core, instance, op):
        width = width_of(call.name)
        if (width, bits, when) in seen:
            continue
        seen.add((width, bits, when))
        s = rows_of(core, instance, op)
        code, used = s.code("a")
        x = s.run.call(f"nf_load_{width}", s.row, (code, None))
        finite, none = t.eq(x["cls"], t.bv(FINITE, 8)), t.eq(x["sig"], t.bv(0, width))
        below = width - bits
        low = t.eq(t.extract(below - 1, 0, x["sig"]), t.bv(0, below)) if below else t.TRUE
        fits = t.land(leads(x["sig"]), low, *near_zero(x["exp"], 1 << 18))
        goal = t.land(
            t.lite(finite, fits, none), t.ule(x["sign"], t.bv(1, 8)), t.ule(x["cls"], t.bv(3, 8))
        )
        say, known = s.shown(a=code), (*s.legal, *used, when)
        yield Query(f"operand of {bits} bits in {width}", goal, known, say, None, replay)
        yield Query("loading is defined", s.run.defined(), known, say)


def special(s, op, replay):
    """Code and flags where an operand is special, by the definition; everything but exact operations executed."""
    run, names = s.run, "abc"[: OPERANDS[op]]
    for name in EXACT:
        width = width_of(name)
        made = any_number(run, width, name) | {"cls": t.bv(FINITE, 8)}
        captured(run, name, lambda _, made=made, width=width: (made, number_type(run, width)))
    codes, used = {}, []
    for name in names:
        codes[name], more = s.code(name)
        used += more
    y = run.call(f"nf_el_{op}", s.row, *[(codes[name], None) for name in names], run.env)
    kinds = [loaded(s, codes[name]) for name in names]
    down = s.spec.parameters.equals("rounding", p.TOWARD_NEGATIVE)
    cases = getattr(definition, op)(*kinds, *((down,) if op in ("add", "fma") else ()))
    goals = []
    for when, then in cases:
        if isinstance(then, int):
            if s.every:
                continue  # the operand goes to the rounding as it is: `passed`, and codec.round_trip
            right = passes(s, codes[names[then]], kinds[then], y)
        else:
            right = t.land(s.fits(y), then.is_given(s.spec, s.as_code(y), run.flags))
        goals.append(t.implies(when, right))
    say = s.shown(**codes, result=y, flags=run.flags)
    yield Query("special operands", t.land(*goals), (*s.legal, *used), say, None, replay)


def loaded(s, code):
    """What a code means to an operation: a truncated row may take what is below its least normal number as 0."""
    kind = s.spec.decode(s.as_code(code))
    if s.spec.parameters.family != p.TRUNCATED:
        return kind
    flat = t.land(s.spec.flushes(s.as_code(code)), t.lnot(kind.nan))
    return type(kind)(
        t.lor(kind.zero, flat), kind.infinite, kind.nan, kind.negative, kind.magnitude
    )


def passes(s, code, kind, y):
    """The result is this operand's value, rounded once more: its own code, but where a row stores fewer."""
    if s.spec.parameters.family == p.TRUNCATED:
        again = s.run.core.run()
        again.st.mem["row"] = s.run.st.mem["row"]
        x = again.call("nf_load_128", s.row, (code, None))
        return t.eq(y, again.call("nf_result_128", s.row, (x, None), again.env))
    if s.spec.parameters.family == p.FIXED:
        number = type_of_number(kind)
        return (
            t.land(s.fits(y), s.spec.encodes(s.as_code(y), s.run.flags, number))
            if not wrapping(s)
            else t.eq(y, code)
        )
    return t.land(t.eq(y, code), t.eq(s.run.flags, t.bv(0, 32)))


def wrapping(s):
    return not s.every and s.fields["overflow"] == p.WRAP


def type_of_number(kind):
    """The number that a decoded code is."""
    from proofs.smt.spec import Number

    return Number(kind.negative, kind.magnitude)


def exact_zero(core, instance, op, replay):
    """The zero that a sum hands over, of either sign, becomes the row's zero."""
    for width in sorted({width_of(call.name) for call, _, _ in calls(core, instance, op)}):
        s, sign, no = rows_of(core, instance, op), t.var("sign", 1), t.FALSE
        x = {"sig": t.bv(0, width), "exp": t.bv(0, 32), "cls": t.bv(0, 8), "sign": t.zext(sign, 8)}
        y = s.run.call(f"nf_result_{width}", s.row, (x, None), s.run.env)
        value = Special(t.TRUE, no, no, t.eq(sign, t.bv(1, 1)), no, no)
        right = s.spec.encodes_special(s.as_code(y), s.run.flags, value)
        goal = t.land(s.fits(y), right)
        yield Query("a sum that is 0", goal, s.legal, s.shown(sign=sign, code=y), None, replay)


def root_cell(core, instance, replay):
    """All numbers in one open cell of 2^(W - digits) units of the field have one code, and the same flags.

    Stochastic rounding of 63 and 64 significant bits looks at more bits than a root of W - 2 digits has: of all rows at
    once these are left out, and one such row is refuted.

    Any of them with W bits and a sticky one is nearer to the exact root than that, and codec.encode_cell speaks of it.
    """
    fine = Subject(core, instance).spec.parameters.equals("rounding", p.STOCHASTIC)
    for call, _, when in calls(core, instance, "sqrt"):
        w = width_of(call.name)
        for guard, mode in ((2, fine), (w // 2 - 2, t.lnot(fine))):
            here = t.land(when, mode)
            s = rows_of(core, instance, "sqrt")
            if call.name == "nf_sqrt_long" or here is t.FALSE or not reachable(here, s.legal):
                continue
            head, low, exp = t.var("root", w - guard), t.var("low", guard), t.var("exponent", 32)
            s.run.p.externals["nf_random"] = lambda _p, _n, _s, _a: (t.var("drawn", 64), ULONG)
            given = []
            for last in (low, t.bv(1, guard)):
                x = {
                    "sig": t.concat(head, last),
                    "exp": exp,
                    "cls": t.bv(FINITE, 8),
                    "sign": t.bv(0, 8),
                }
                s.run.st.mem["env"] = {**s.run.st.mem["env"], "flags": t.bv(0, 32)}
                y = s.run.call(f"nf_result_{w}", s.row, (x, None), s.run.env)
                given.append((y, s.run.flags))
            (y, flags), (z, others) = given
            open_cell = t.ne(low, t.bv(0, guard))
            exact_draws = (t.ule(s.fields["bits"], t.bv(62, 8)),) if s.every and guard == 2 else ()
            known = (*s.legal, *exact_draws, leads(head), *near_zero(exp, 1 << 18), here, open_cell)
            say = s.shown(root=head, low=low, exp=exp, code=y, other=z)
            goal = t.land(t.eq(y, z), t.eq(flags, others))
            yield Query("cell of the root", goal, known, say, t.TRUE, replay)


def of_text(core, instance, op):
    """All queries about an operation in one text."""
    s = rows_of(core, instance, op)
    names = "abc"[: OPERANDS[op]]
    replay = None if s.every else operation(op, s.text, *names)
    look = None if s.every else search(op, s.text)
    yield from special(s, op, replay)
    yield from glue(core, instance, op, look)
    yield from operand_fits(core, instance, op, look)
    if op in ("add", "fma"):
        yield from exact_zero(core, instance, op, look)
    if op == "sqrt":
        yield from root_cell(core, instance, look)


def correct(op):
    """The queries of one operation."""

    def queries(core, instance):
        refuse_wrapping(Subject(core, instance), op)
        wanted_by(core, instance, op)  # or the row is unsupported
        for text in texts(core, op):
            yield from of_text(text, instance, op)

    return queries


# All rows of a family, short and long ones: the definition of floats has words that grow with the bits.
SHORT, LONG = ("bits 2-16", "bits 17-32"), ("bits 33-64",)
FLOATS = ("float", "truncated")
TOGETHER = [*every(64, "posit", "takum", "fixed"), *every(64, *FLOATS, parts=SHORT)]
TOGETHER += every(128, "posit", "takum", "fixed", *FLOATS, parts=LONG)


SAYS = {
    "add": "A sum is the exact one, rounded once",
    "mul": "A product is the exact one, rounded once",
    "div": "A quotient is the exact one, rounded once",
    "sqrt": "A square root is the exact one, rounded once",
    "fma": "a*b + c is the exact value, rounded once",
}


def claim(op, *mutants):
    """The claim about one operation, for each named row."""
    functions = (f"nf_el_{op}", "nf_load_W", "nf_result_W", *MAKERS[op])
    return smt_claim(
        f"{op}.correct",
        SAYS[op],
        functions,
        correct(op),
        [Instance(name) for name in rows.of_families()] + TOGETHER,
        core=codec_core,
        of_row=lambda text: [Instance(text)],
        needs=needs(op),
        quick=lambda i: not i.row.startswith(EVERY),
        seconds=300.0,
        mutants=mutants,
        trusts="the chain of lemmas (Coq: Cells.v)",
    )


CLAIMS = [claim(op, *MUTANTS[op]) for op in OPERANDS]
