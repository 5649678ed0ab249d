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
from proofs.smt.claims.codec_rows import EVERY, Subject, bounds, codec_core, units
from proofs.smt.claims.glue import MAKERS, executed, reachable, width_of
from proofs.smt.core import Core
from proofs.smt.smt_claim import core_of
from proofs.smt.spec import parameters as p

SHORT = 32  # bits of a row that fill half of the field of 64
CODEC = ("codec.decode_definition", "codec.encode_cell")
CODEC_EVERY = ("codec.encode_nearest",)  # of all rows at once
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


def is_product(call, op):
    """Is it the product of a fused operation, which is not rounded but where c is 0, and then is exact?"""
    return op == "fma" and call.name.startswith("nf_mul_finite")


def needs(op):
    """The lemmas of one operation, as the registry asks for them."""

    def of(instance):
        try:
            core = core_of(Checkout(), codec_core)
            wanted = wanted_by(core, instance, op)
        except UnsupportedError:
            return []  # the claim itself says so
        return wanted

    return of


def wanted_by(core, instance, op):
    """The lemmas of an operation of a row, short ones first; UnsupportedError where the codec has none."""
    found = [x for text in texts(core, op) for x in calls(text, instance, op)]
    family = Subject(core, instance).spec.parameters.family
    fields = {(width_of(c.name), cell(c.name)) for c, _, _ in found if not is_product(c, op)}
    lemmas_ = [x for call, bits, _ in found for x in lemmas(call.name, bits)]
    return list(dict.fromkeys([*lemmas_, *codec(instance, family, fields)]))


def cell(name):
    """Units of the cell in which the field of an exact operation and the exact value lie."""
    return 8 if name.startswith("nf_add_finite") else 2


def codec(instance, family, fields):
    """The instances of the codec's claims for the rows of an instance, of fields of (width, units of a cell).

    An open cell of 2 units lies in one of 8.  UnsupportedError where a row has no claim about its cells.
    """
    from proofs.smt.claims import CLAIMS

    found, widths = {c.id: c for c in CLAIMS}, {width for width, _ in fields}
    every = instance.row.startswith(EVERY)
    missing = set() if every else set(fields)
    for name in CODEC_TRUNCATED if family == p.TRUNCATED else (*CODEC, *CODEC_EVERY * every):
        known = found[name].instances if every else found[name].of_row(instance.row)
        for i in known:
            size = units(i.part) or 0
            served = {(w, u) for w, u in fields if w == i.width and u <= size}
            asked = i.row == instance.row and (not every or overlaps(i, instance))
            if asked and i.width in (0, *widths) and (served or not size):
                missing -= served
                yield name, i
    if missing:
        raise UnsupportedError(
            f"{instance.row}: no claim of the codec says that all numbers in a cell of "
            + " or ".join(f"{size} units of {width} bits" for width, size in sorted(missing))
            + " have one code"
        )


def overlaps(one, other):
    """Do two instances about all rows of a family speak of a common number of bits?"""
    (low, high), (least, most) = bounds(one), bounds(other)
    return low <= most and least <= high
