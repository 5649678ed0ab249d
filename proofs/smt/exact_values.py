# SPDX-License-Identifier: BSD-3-Clause
"""What is any exact value to a claim, and what does the host's arithmetic make of it?

An exact value is a sign, an exponent, and 128 bits whose last one is sticky.  What the CPU makes of
it is a hypothesis: z is it rounded to nearest or toward zero, and an error e has the sign of what was
lost.  The latter is a theorem about real numbers, in Coq, and these are its words:

    same_sign e (x - z)    (e = 0 <-> x - z = 0) /\\ (e < 0 <-> x - z < 0)      proofs/coq/Doubles.v
"""

from __future__ import annotations

from proofs.smt import terms as t
from proofs.smt.c.types import DOUBLE, ULONG

FINITE = 1  # nf_class
EVEN, TOWARD_ZERO, TO_ODD = 0, 5, 8  # nf_rounding
LEAST, TOP = -1073, 1022  # exponents of exact values


class Exact:
    """Any exact value, and what binary64 makes of it in a rounding mode, by the core."""

    def __init__(self, run, width=128, least=LEAST):
        self.run, self.width = run, width
        self.x = {
            "sig": t.concat(t.bv(1, 1), t.var("exact_sig", width - 1)),
            "exp": t.var("exact_exp", 32),
            "cls": t.bv(FINITE, 8),
            "sign": t.zext(t.var("exact_sign", 1), 8),
        }
        exp = self.x["exp"]
        self.hypotheses = (t.sle(t.bv(least, 32), exp), t.sle(exp, t.bv(TOP, 32)))

    def rounded(self, mode):
        """The double of the value."""
        d, _ = row = self.run.row("binary64", f"doubles_{mode}")
        self.run.st.mem[d[0]] = {**self.run.st.mem[d[0]], "rounding": t.bv(mode, 8)}
        return self.run.call(f"nf_encode_{self.width}", row, (self.x, None), self.run.env)

    def key(self, y):
        """Magnitudes compare as this signed word; that of 0 is the least."""
        word = t.concat(t.extract(15, 0, y["exp"]), y["sig"])
        return t.ite(t.eq(y["cls"], t.bv(FINITE, 8)), word, t.bv(1 << (word.w - 1), word.w))

    def same_sign(self, e, z):
        """same_sign e (x - z); e is a number."""
        d = self.run.row("binary64", "doubles")
        y = self.run.call(f"nf_decode_{self.width}", d, (z, ULONG))
        less = t.slt(self.key(self.x), self.key(y))
        equal = t.eq(self.key(self.x), self.key(y))
        minus = t.lxor(less, t.eq(self.x["sign"], t.bv(1, 8)))  # x - z < 0
        zero = t.eq(t.extract(62, 0, e), t.bv(0, 63))
        negative = t.eq(t.extract(63, 63, e), t.bv(1, 1))
        return t.land(
            t.lnot(is_nan(e)),
            t.eq(zero, equal),
            t.implies(t.lnot(zero), t.eq(negative, t.land(minus, t.lnot(equal)))),
        )


def is_nan(word):
    return t.ult(t.bv(0x7FF << 52, 63), t.extract(62, 0, word))


def finite(word):
    return t.ult(t.extract(62, 0, word), t.bv(0x7FF << 52, 63))


def nonzero(word):
    return t.ne(t.extract(62, 0, word), t.bv(0, 63))


class Host:
    """The host's operations as a stage meets them: results by hypothesis, arguments and modes noted."""

    def __init__(self, run, results):
        self.run, self.results, self.noted = run, list(results), []
        run.p.operations = {op: self.binary(op) for op in "+-*/"}
        run.p.externals["__builtin_fma"] = self.call("fma")
        run.p.externals["__builtin_sqrt"] = self.call("sqrt")
        run.p.externals["nf_residual_of_sum"] = self.call("residual of sum")

    def note(self, name, mode, args):
        self.noted.append((name, mode, tuple(args)))
        return self.results[len(self.noted) - 1]

    def binary(self, op):
        return lambda p, x, y: self.note(op, p.mode, (x, y))

    def call(self, name):
        return lambda p, _n, _st, args: (self.note(name, p.mode, [a[0] for a in args]), DOUBLE)

    def as_expected(self, *expected):
        """The operations were these, with these arguments, in these modes."""
        if [(name, mode) for name, mode, _ in self.noted] != [(n, m) for n, m, _ in expected]:
            return t.FALSE
        pairs = [
            (x, y)
            for (*_, xs), (*_, ys) in zip(self.noted, expected, strict=True)
            for x, y in zip(xs, ys, strict=True)
        ]
        return t.land(*[t.eq(x, y) for x, y in pairs])


def minus(x):
    return t.bxor(x, t.bv(1 << 63, 64))


def same_double(x, y):
    return t.raw("(fp.eq ((_ to_fp 11 53) {0}) ((_ to_fp 11 53) {1}))", x, y)
