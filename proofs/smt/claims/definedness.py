# SPDX-License-Identifier: BSD-3-Clause
"""Is anything undefined in a whole operation, whatever the codes?

Every shift, signed sum, division and count of zeros that is executed is an obligation (c/operators.py).
Operations are executed whole, without contracts: from codes to code.  Rounding to integers and the
remainders are made of functions that loop over numbers of any size (integer.c, bignum.c): not here.
"""

from __future__ import annotations

from proofs.claim import Instance, Mutant
from proofs.smt import rows
from proofs.smt import terms as t
from proofs.smt.c.types import ULONG
from proofs.smt.claims.codec_rows import EVERY, Subject, codec_core, every
from proofs.smt.operands import FINITE, any_number, captured, leads, near_zero, number_type
from proofs.smt.query import Query
from proofs.smt.smt_claim import smt_claim

# Operations that one claim is about, and how many codes they take; those of QUIET take no environment.
GROUPS = {
    "add": {"add": 2, "sub": 2},
    "mul": {"mul": 2, "square": 1, "fmm": 3},
    "div": {"div": 2, "reciprocal": 1},
    "fma": {"fma": 3},
    "sqrt": {"sqrt": 1},
    "neg": {"neg": 1, "abs": 1, "copysign": 2, "sign": 1},
    "nextafter": {"nextafter": 2},
    "spacing": {"spacing": 1},
    "order": {"minimum": 2, "maximum": 2, "less": 2, "equal": 2},
}
QUIET = ("nextafter", "sign", "minimum", "maximum", "less", "equal")


def defined(group):
    """The queries about the operations of a group."""

    def queries(core, instance):
        for op, count in GROUPS[group].items():
            s = Subject(core, instance)
            codes, known = {}, [*s.legal]
            for name in "abc"[:count]:
                codes[name], used = s.code(name)
                known += used
            if op == "sqrt" and s.every:
                known += any_root(s)
            env = [] if op in QUIET else [s.run.env]
            s.run.call(f"nf_el_{op}", s.row, *[(c, ULONG) for c in codes.values()], *env)
            interesting = t.TRUE if s.every else None
            yield Query(op, s.run.defined(), tuple(known), s.shown(**codes), interesting)

    return queries


def any_root(s):
    """Of all rows at once the digits of a root differ: sqrt.step and sqrt.ends say that its loop is defined."""
    facts = []
    for width in (64, 128):
        x = any_number(s.run, width, f"root_{width}") | {"cls": t.bv(FINITE, 8)}
        facts += [leads(x["sig"]), *near_zero(x["exp"])]
        given = (x, number_type(s.run, width))
        captured(s.run, f"nf_sqrt_finite_{width}", lambda _, given=given: given)
    return facts


def roots(instance):
    """The lemmas about that loop."""
    if not instance.row.startswith(EVERY):
        return []
    ends = [("sqrt.ends", Instance("", w, part)) for w in (64, 128) for part in ("", "fine")]
    return [("sqrt.step", Instance("", 64)), ("sqrt.step", Instance("", 128)), *ends]


def cast(core, instance):
    """From the row to binary64 and to binary32, and back."""
    for other in ("binary64", "binary32"):
        for there in (True, False):
            s = Subject(core, instance)
            to = s.run.row(other, "other")
            code, used = s.code("a")
            if not there:
                code, used = t.zext(t.var("a", int(other[-2:])), 64), ()
            pair = (s.row, to) if there else (to, s.row)
            s.run.call("nf_el_cast", *pair, (code, ULONG), s.run.env)
            name = f"cast {'to' if there else 'from'} {other}"
            yield Query(name, s.run.defined(), (*s.legal, *used), s.shown(a=code))


def claim(group, queries, mutant):
    """The claim about a group of operations, for named rows and for all rows of a family at once."""
    names = [f"nf_el_{op}" for op in GROUPS.get(group, {group: 0})]
    return smt_claim(
        f"defined.{group}",
        f"{', '.join(names)}: nothing is done that C leaves undefined",
        names,
        queries,
        [Instance(name) for name in rows.of_families()] + TOGETHER,
        core=codec_core,
        quick=lambda i: not i.row.startswith(EVERY),
        of_row=lambda text: [Instance(text)],
        needs=roots if group == "sqrt" else lambda _instance: [],
        mutants=(mutant,),
        seconds=300.0,
    )


FLOATS = ("float", "truncated")
PARTS = ("bits 2-16", "bits 17-32", "bits 33-48", "bits 49-64")
TOGETHER = [
    *every(128, "posit", "takum", "fixed", parts=("bits 2-64",)),
    *every(128, *FLOATS, parts=PARTS),
]
FIELD, TAPERED, DIV, SQRT, FMA, ORDER = (
    f"cbits/core/{name}.h" for name in ("field", "tapered", "div", "sqrt", "fma", "order")
)
BELOW, FAR = "} else if (x.exp < -top) {", "} else if (x.exp < -top - 4096) {"
MUTANTS = {
    "add": Mutant(
        "distance", FIELD, "if (n >= NF_W)\n        return x != 0;", "", Instance("binary32")
    ),
    "mul": Mutant("regime of a small product", TAPERED, BELOW, FAR, Instance("posit64")),
    "div": Mutant(
        "x / 0",
        DIV,
        "if (a.cls == NF_FINITE && b.cls == NF_FINITE)",
        "if (a.cls == NF_FINITE)",
        Instance("posit32"),
    ),
    "fma": Mutant("shift by 0", FMA, "if (n == 0)\n        return x;", "", Instance("binary64")),
    "sqrt": Mutant("digits", SQRT, "NF_W / 2 + 2;", "NF_W + 2;", Instance("posit32")),
    "neg": Mutant(
        "sign bit",
        ORDER,
        "return (uint64_t)1 << (f->bits - 1);",
        "return (uint64_t)1 << f->bits;",
        Instance("binary64"),
    ),
    "nextafter": Mutant(
        "sign of a key",
        ORDER,
        "return f->is_signed && (a >> (f->bits - 1) & 1)",
        "return f->is_signed && (a >> f->bits & 1)",
        Instance("binary64"),
    ),
    "spacing": Mutant(
        "shift by 0", FIELD, "if (n == 0)\n        return x;", "", Instance("binary32")
    ),
    "order": Mutant(
        "place of a key",
        ORDER,
        "uint64_t top = a << (64 - f->bits);",
        "uint64_t top = a << (128 - f->bits);",
        Instance("posit32"),
    ),
}
CLAIMS = [claim(group, defined(group), MUTANTS[group]) for group in GROUPS]
CLAIMS.append(
    claim(
        "cast", cast, Mutant("regime of a small number", TAPERED, BELOW, FAR, Instance("posit16"))
    )
)
