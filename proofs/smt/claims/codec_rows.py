# SPDX-License-Identifier: BSD-3-Clause
"""Of which rows do claims about the codec speak?  One that is named, one of a user's, or all of a family."""

from __future__ import annotations

from proofs.checkout import ROOT
from proofs.claim import Instance
from proofs.native import native
from proofs.smt import rows, spec
from proofs.smt import terms as t
from proofs.smt.core import Core
from proofs.smt.spec import parameters as p

FAMILIES = {"posit": p.POSIT, "takum": p.TAKUM, "float": p.FLOAT, "truncated": p.TRUNCATED}
FAMILIES["fixed"] = p.FIXED
EVERY = "every "
# Exponents of values and of their products, quotients and fused sums: floats have 15 bits of
# exponent and biases of 16, so that those of a product are below 2^18.
REACH = 150_000


def codec_core(checkout):
    """The core with nf_format_check, which is the hypothesis about all rows."""
    return Core(checkout, '#include "../core/formats.c"\n')


class Subject:
    """The row of an instance in a new execution: constants, or variables that nf_format_check accepts.

    `row` is what C functions take, `spec` its definition, `legal` the hypotheses.  The part of an
    instance may give fields a range, of named rows too: "bits 33-40, rounding 0-4".
    """

    def __init__(self, core, instance):
        self.run, self.w, self.text = core.run(), instance.width, instance.row
        self.every = instance.row.startswith(EVERY)
        ranges = split(instance)
        if self.every:
            family = FAMILIES[instance.row.removeprefix(EVERY)]
            self.row, self.fields = self.run.any_row(family=family)
        else:
            self.row = self.run.row(instance.row)
            self.fields = dict(self.run.rows["row"])
        for name, (low, high) in ranges.items():
            self.fields[name] = self.ranging(name, low, high)
        self.legal = self.check(ranges) if self.every or ranges else ()
        self.spec = spec.of(self.fields, ranges.get("bits", (2, 64))[1])
        self.wide = self.spec.wide

    def ranging(self, name, low, high):
        """The field as a variable of the row, or as the one value of its range."""
        place = self.run.st.mem["row"]
        width = place[name].w
        value = t.bv(low, width) if low == high else t.var(f"row_{name}", width)
        self.run.st.mem["row"] = {**place, name: value}
        return value

    def check(self, ranges):
        """The hypotheses: nf_format_check accepts the row, and fields are in their ranges."""
        ok = t.eq(self.run.call("nf_format_check", self.row), t.bv(0, 32))
        self.run.p.obligations.clear()
        return ok, *[within(self.fields[name], *ends) for name, ends in ranges.items()]

    def code(self, name="code"):
        """Any code of the row: a word of 64 bits, and the hypothesis that it has no more than its bits."""
        if not self.every:
            return t.zext(t.var(name, self.fields["bits"]), 64), ()
        code, bits = t.var(name, 64), t.zext(self.fields["bits"], 64)
        full = t.eq(bits, t.bv(64, 64))
        return code, (t.lor(full, t.ult(code, t.shl(t.bv(1, 64), bits))),)

    def written(self, code):
        """A term: is this code the one that the row writes for its value?"""
        return self.spec.writes(self.as_code(code))

    def as_code(self, y):
        """A word of C as a code of the definition; FALSE where its upper bits are not 0."""
        if self.wide >= y.w:
            return t.zext(y, self.wide)
        return t.extract(self.wide - 1, 0, y)

    def fits(self, y):
        """A term: the word of C has no bits above those of a code of the definition."""
        return t.eq(y, fitted(self.as_code(y), y.w))

    def number(self, low_bits=0):
        """Any finite number of the field that is not zero: a struct for C, and the hypotheses.

        `low_bits`: so many low bits of its significand are 0, as in numbers of a shorter field.
        """
        w = self.w
        sig = t.var("significand", w - low_bits)
        sig = t.concat(sig, t.bv(0, low_bits)) if low_bits else sig
        exp, sign = t.var("exponent", 32), t.var("sign", 1)
        x = {"sig": sig, "exp": exp, "cls": t.bv(1, 8), "sign": t.zext(sign, 8)}
        reach = (t.sle(t.bv(-REACH, 32), exp), t.sle(exp, t.bv(REACH, 32)))
        return x, (t.eq(t.extract(w - 1, w - 1, sig), t.bv(1, 1)), *reach)

    def shown(self, **terms):
        """What a counterexample names: these terms, then the parameters of a row of variables."""
        fields = {f"row {k}": v for k, v in self.fields.items() if not isinstance(v, int)}
        return {**terms, **fields}

    def has(self, name):
        """A term: is the Boolean field set?"""
        return self.spec.parameters.has(name)


def fitted(x, w):
    """A word as one of w bits."""
    return t.zext(x, w) if x.w <= w else t.extract(w - 1, 0, x)


def within(word, low, high):
    """A term: an unsigned field is in the range."""
    return t.land(t.ule(t.bv(low, word.w), word), t.ule(word, t.bv(high, word.w)))


def split(instance):
    """The ranges of fields that the part of an instance names: "bits 2-16, rounding 0-4"."""
    every = instance.row.startswith(EVERY)
    ranges = {"bits": (2, 32 if instance.width == 64 else 64)} if every else {}
    for item in filter(None, instance.part.split(", ")):
        name, _, ends = item.partition(" ")
        if ends[:1].isdigit():
            low, _, high = ends.partition("-")
            ranges[name] = int(low), int(high or low)
    return ranges


def bounds(instance):
    """The least and the largest number of bits of the rows of an instance about all of a family."""
    return split(instance)["bits"]


def units(part):
    """The size of the cells that a part of a claim names, or None: "8 units"."""
    words = part.partition(",")[0].split()
    return int(words[0]) if words[1:] == ["units"] else None


def every(width, *families, parts=("",)):
    """Instances about all rows of families."""
    return [Instance(EVERY + f, width, part) for f in families for part in parts]


def of_row(text):
    """The instances for any one row: both widths of the field."""
    return rows.both_widths([text])


def fields_of(text):
    """The parameters of a row, as integers; ValueError where the text is no format."""
    return native(ROOT).row(text).fields()
