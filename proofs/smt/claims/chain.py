# SPDX-License-Identifier: BSD-3-Clause
"""Which lemmas does an operation of a row need, and what do they ask of its operands?

Those of what nf_el_<op> is seen to call on finite operands (glue.py): a lemma is one of a width and
of so many significant bits, not of a row.
"""

from __future__ import annotations

from proofs.checkout import Checkout
from proofs.claim import Instance
from proofs.smt import terms as t
from proofs.smt.c.types import UnsupportedError
from proofs.smt.claims.codec_rows import EVERY, Subject, bounds, codec_core
from proofs.smt.claims.glue import MAKERS, executed, width_of
from proofs.smt.core import Core
from proofs.smt.smt_claim import core_of
from proofs.smt.spec import parameters as p

SHORT = 32  # bits of a row that fill half of the field of 64
CODEC = ("codec.decode_definition", "codec.encode_cell")
CODEC_TRUNCATED = ("codec.decode_definition", "codec.truncated")


def significant(name, op, *, short, signed):
    """Significant bits of operands that the lemma of a function takes, of rows up to 32 bits or longer ones.

    A fused product goes to a sum of 64 bits, or of 128; that has to have bit 0 clear where signs may differ.
    """
    if op == "fma":
        return SHORT if name == "nf_add_finite_128" or short else 64 - signed
    if name == "nf_add_finite_64":
        return SHORT if short else 60
    return SHORT if name in ("nf_div_finite_64", "nf_mul_finite_64") and short else 64


def lemmas(name, bits):
    """The claims, with those that they need, about a function on operands of so many bits."""
    w = width_of(name)
    normal, part = ("normalise.exact", Instance("", w)), f"{bits} bits"
    if name.startswith("nf_add_finite"):
        at = Instance("", w, part if w == 64 else "64 bits")
        return [("add.jam", at), normal, ("add.sum", at)]
    if name == "nf_add_wide":
        sums = [("fma.sum", Instance("", 128, f"{signs} signs")) for signs in ("equal", "opposite")]
        return [("fma.jam", Instance("", 256)), normal, *sums]
    if name.startswith("nf_mul_finite"):
        return [("mul.exact", Instance("", w, part if part != "63 bits" else "64 bits"))]
    if name.startswith("nf_div_finite"):
        return [("div.exact", Instance("", w))]
    if name.startswith("nf_sqrt_finite"):
        ends = [("sqrt.ends", Instance("", w, part)) for part in ("", "fine")]
        return [("sqrt.step", Instance("", w)), *ends]
    return [("div.long" if name == "nf_div_long" else "sqrt.long", Instance("", 64))]


def vector_core(checkout):
    """The core as a host with SSE2 compiles it: roots of full fields by nf_sqrt_long."""
    return Core(checkout, '#include "../core/formats.c"\n', defines=("-D__SSE2__=1",))


def texts(core, op):
    """The texts that hosts compile of an operation: the portable one, and for roots the one for SSE2."""
    yield core
    if op == "sqrt":
        yield core_of(core.checkout, vector_core)


def calls(core, instance, op):
    """(call, significant bits, condition) of each exact operation that an instance's rows may reach."""
    g = executed(core, instance, op)
    bits = g.subject.spec.parameters.bits
    signed = g.subject.spec.parameters.has("is_signed")
    for call in g.of(*MAKERS[op]):
        for short in (True, False):
            for sign in (True, False):
                here = [t.lnot(signed), signed][sign]
                small = t.ule(bits, t.bv(SHORT, bits.w))
                when = t.land(call.path, small if short else t.lnot(small), here)
                if when is not t.FALSE and reachable(when, g.known):
                    yield call, significant(call.name, op, short=short, signed=sign), when


def reachable(when, known):
    """Is there a row for which the condition holds?  Of constants it is known by folding."""
    from proofs.smt.query import ask

    return when is t.TRUE or ask([when, *known], 60).status != "unsat"


def needs(op):
    """The lemmas of one operation, and of the codec at the widths that it takes."""

    def of(instance):
        try:
            core = core_of(Checkout(), codec_core)
            found = [x for text in texts(core, op) for x in calls(text, instance, op)]
            family = Subject(core, instance).spec.parameters.family
        except UnsupportedError:
            return []  # the claim itself says so
        wanted = [x for call, bits, _ in found for x in lemmas(call.name, bits)]
        fields = {(width_of(call.name), cell(call.name)) for call, _, _ in found}
        return list(dict.fromkeys([*codec(instance, family, fields), *wanted]))

    return of


def cell(name):
    """The cell in which the field of an exact operation and the exact value lie."""
    return "8 units" if name.startswith("nf_add_finite") else "2 units"


def codec(instance, family, fields):
    """The instances of the codec's claims for the rows of an instance, of fields of (width, cell)."""
    from proofs.registry import claims

    found = claims()
    widths = {width for width, _ in fields}
    every = instance.row.startswith(EVERY)
    for name in CODEC_TRUNCATED if family == p.TRUNCATED else CODEC:
        claim = found[name]
        known = claim.instances if every else claim.of_row(instance.row)
        for i in known:
            asked = i.row == instance.row and (not every or overlaps(i, instance))
            right = i.width in (0, *widths) and (
                "units" not in i.part or (i.width, i.part) in fields
            )
            if asked and right:
                yield name, i


def overlaps(one, other):
    """Do two instances about all rows of a family speak of a common number of bits?"""
    (low, high), (least, most) = bounds(one), bounds(other)
    return low <= most and least <= high
