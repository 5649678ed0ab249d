# SPDX-License-Identifier: BSD-3-Clause
"""What do the operators of C do to terms?  Promotions, usual conversions, and what is undefined.

A double is a word of 64 bits, a float one of 32: their operations are those of the solver's
floating-point theory, each with a fresh word as its result (any NaN will do), which `axioms` ties
to the operands.  `mode` is the rounding mode, which a claim's stand-in of the host's control word
may change.
"""

from __future__ import annotations

import math
import operator
import struct

from proofs.smt import terms as t
from proofs.smt.c.types import (
    INT,
    Array,
    Double,
    Int,
    Pointer,
    Struct,
    UnsupportedError,
    Void,
)

SORT = {64: "(_ to_fp 11 53)", 32: "(_ to_fp 8 24)"}
FLOAT_COMPARISONS = {
    "<": "fp.lt",
    ">": "fp.gt",
    "<=": "fp.leq",
    ">=": "fp.geq",
    "==": "fp.eq",
    "!=": "fp.eq",
}
FLOAT_OPERATIONS = {"+": "fp.add", "-": "fp.sub", "*": "fp.mul", "/": "fp.div"}
PYTHON = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
ONES = (1 << 64) - 1
WORDS = {"+": t.add, "-": t.sub, "*": t.mul, "&": t.band, "|": t.bor, "^": t.bxor}


def word_of(x):
    """The word of a Python float."""
    return t.bv(struct.unpack("<Q", struct.pack("<d", x))[0], 64)


def float_of(word):
    """The Python float of a constant word."""
    return struct.unpack("<d", struct.pack("<Q", word.val))[0]


def real(ty, i):
    """Argument i of a raw term, a word, as the floating-point number of that type."""
    return f"({SORT[ty.w]} {{{i}}})"


def compared(op, x, y, *, signed):
    """The truth of a comparison of words."""
    less, most = (t.slt, t.sle) if signed else (t.ult, t.ule)
    match op:
        case "<":
            return less(x, y)
        case ">":
            return less(y, x)
        case "<=":
            return most(x, y)
        case ">=":
            return most(y, x)
        case "==":
            return t.eq(x, y)
    return t.ne(x, y)


class Operators:
    """`obligations`: (where, condition of undefined behaviour); `axioms`: what doubles are."""

    def oblige(self, what, n, st, bad):
        """Note that `bad`, on this path, is undefined."""
        bad = t.land(st.path, bad)
        if bad is not t.FALSE:
            self.obligations.append((f"{what} at {n.coord}", bad))

    # ---- conversions
    def convert(self, v, a, b):
        """v of type a as type b."""
        if isinstance(b, (Void, Struct, Array, Pointer)) or isinstance(a, Pointer):
            return v
        if isinstance(b, Double):
            return self.to_double(v, a, b)
        if isinstance(a, Double):
            if a.lane or b.lane:
                return v
            raise UnsupportedError("conversion of a double to an integer")
        if b.boolean and not b.lane:
            return t.ite(t.ne(v, t.bv(0, v.w)), t.bv(1, 8), t.bv(0, 8))
        if b.w < a.w:
            return t.extract(b.w - 1, 0, v)
        return t.sext(v, b.w) if a.signed else t.zext(v, b.w)

    def to_double(self, v, a, b):
        if isinstance(a, Double):
            return v if a.w == b.w else self.of_theory(b, f"({SORT[b.w]} {{mode}} {real(a, 0)})", v)
        if a.lane or (b.lane and a.w == 64):  # casts of lanes keep bits
            return v
        if t.is_const(v) and b.w == 64:
            return word_of(float(t.signed(v.val, v.w) if a.signed else v.val))
        kind = SORT[b.w] if a.signed else SORT[b.w].replace("to_fp", "to_fp_unsigned")
        return self.of_theory(b, f"({kind} {{mode}} {{0}})", v)

    def cut_to_integer(self, n, v, a, b, st):
        """The integer of a double without its fraction (C11, 6.3.1.4), which must be one of the type."""
        low, high = (-1 << (b.w - 1), 1 << (b.w - 1)) if b.signed else (0, 1 << b.w)
        wide = b.w + 2
        whole = self.fresh(Int(wide, True), "whole")
        self.axioms.append(t.raw(f"(= {{1}} ((_ fp.to_sbv {wide}) RTZ {real(a, 0)}))", v, whole))
        inside = t.land(t.sle(t.bv(low, wide), whole), t.slt(whole, t.bv(high, wide)))
        reach = f"(fp.lt (fp.abs {real(a, 0)}) ((_ to_fp 11 53) RNE {float(1 << (b.w + 1)):.1f}))"
        self.oblige("double beyond the integer", n, st, t.lnot(t.land(t.raw(reach, v), inside)))
        return t.extract(b.w - 1, 0, whole)

    def of_theory(self, ty, text, *args):
        """The word of a floating-point value in SMT-LIB's words: {0}... for arguments, {mode}."""
        r = self.fresh(ty, "double")
        text = text.replace("{mode}", self.mode)
        self.axioms.append(t.raw(f"(= {real(ty, len(args))} {text})", *args, r))
        return r

    def promote(self, v, ty):
        """Integer promotion: what is narrower than int becomes an int, except in lanes."""
        if isinstance(ty, Int) and not ty.lane and ty.w < 32:
            return self.convert(v, ty, INT), INT
        return v, ty

    def usual(self, x, tx, y, ty):
        """Usual arithmetic conversions (C11, 6.3.1.8): both operands in their common type."""
        if getattr(tx, "lane", False) or getattr(ty, "lane", False):
            to = tx if getattr(tx, "lane", False) else ty
        elif isinstance(tx, Double) or isinstance(ty, Double):
            doubles = [one for one in (tx, ty) if isinstance(one, Double)]
            to = max(doubles, key=lambda one: one.w)
        else:
            x, tx = self.promote(x, tx)
            y, ty = self.promote(y, ty)
            to = max(tx, ty, key=lambda one: (one.w, not one.signed))
        return self.convert(x, tx, to), self.convert(y, ty, to), to

    @staticmethod
    def from_truth(c):
        """A Boolean term as an int."""
        return t.ite(c, t.bv(1, 32), t.bv(0, 32)), INT

    # ---- operators
    def unary(self, n, v, ty, st):
        """-, ~ and + of a promoted operand."""
        if isinstance(ty, Double):
            return (t.bxor(v, t.bv(1 << 63, 64)) if n.op == "-" else v), ty
        if n.op == "-":
            if ty.signed and not ty.lane:
                self.oblige("overflow of -", n, st, t.eq(v, t.bv(1 << (ty.w - 1), ty.w)))
            return t.neg(v), ty
        if n.op not in "~+":
            raise UnsupportedError(f"operator {n.op} at {n.coord}")
        return (t.bnot(v) if n.op == "~" else v), ty

    def binary(self, n, op, left, right, st):
        """A binary operator but && and ||; operands are (term, type)."""
        if op in ("<<", ">>"):
            return self.shift(n, op, self.promote(*left), self.promote(*right), st)
        x, y, ty = self.usual(*left, *right)
        if isinstance(ty, Double):
            return self.of_doubles(op, x, y, ty)
        if op in FLOAT_COMPARISONS:
            c = compared(op, x, y, signed=ty.signed)
            return self.from_lane(c, ty) if ty.lane else self.from_truth(c)
        if op in "/%":
            return self.divide(n, op, x, y, ty, st)
        if ty.signed and not ty.lane and op in "+-*":
            return self.checked(n, op, x, y, ty, st)
        return WORDS[op](x, y), ty

    @staticmethod
    def from_lane(c, ty):
        """A comparison of lanes is 0 or all ones."""
        return t.ite(c, t.bv(-1, ty.w), t.bv(0, ty.w)), Int(ty.w, True, lane=True)

    def shift(self, n, op, left, right, st):
        (x, tx), (y, ty) = left, right
        if not (t.is_const(y) and y.val < tx.w):
            self.oblige("shift " + op, n, st, t.lnot(t.ult(y, t.bv(tx.w, y.w))))
        k = self.convert(y, Int(ty.w, False), Int(tx.w, False))
        if op == ">>":
            return (t.ashr if tx.signed else t.lshr)(x, k), tx
        if tx.signed and not tx.lane:
            back = t.ashr(t.shl(x, k), k)
            self.oblige("overflow of <<", n, st, t.lor(t.slt(x, t.bv(0, tx.w)), t.ne(back, x)))
        return t.shl(x, k), tx

    def checked(self, n, op, x, y, ty, st):
        """A sum, difference or product of signed integers, which must not overflow."""
        wide = 2 * ty.w if op == "*" else ty.w + 1
        result = WORDS[op](x, y)
        exact = WORDS[op](t.sext(x, wide), t.sext(y, wide))
        self.oblige("overflow of " + op, n, st, t.ne(t.sext(result, wide), exact))
        return result, ty

    def divide(self, n, op, x, y, ty, st):
        bad = t.eq(y, t.bv(0, ty.w))
        if ty.signed:
            bad = t.lor(bad, t.land(t.eq(x, t.bv(1 << (ty.w - 1), ty.w)), t.eq(y, t.bv(-1, ty.w))))
        self.oblige("division", n, st, bad)
        return {"/": (t.udiv, t.sdiv), "%": (t.urem, t.srem)}[op][ty.signed](x, y), ty

    def of_doubles(self, op, x, y, ty):
        known = None
        constant = t.is_const(x) and t.is_const(y) and ty.w == 64
        if constant and (op in FLOAT_COMPARISONS or self.mode == "RNE"):
            known = PYTHON[op](float_of(x), float_of(y)) if op != "/" or y.val << 1 & ONES else None
        if op in FLOAT_COMPARISONS:
            if known is not None:
                c = t.boolean(known)
                return self.from_lane(c, Int(ty.w, True)) if ty.lane else self.from_truth(c)
            c = t.raw(f"({FLOAT_COMPARISONS[op]} {real(ty, 0)} {real(ty, 1)})", x, y)
            c = t.lnot(c) if op == "!=" else c
            return self.from_lane(c, Int(ty.w, True)) if ty.lane else self.from_truth(c)
        if op in self.operations:
            return self.operations[op](self, x, y), ty
        if known is not None and math.isfinite(known):
            return word_of(known), ty
        if op == "-" and t.is_const(y) and y.val == 0 and self.mode != "RTN":  # x - 0 is x
            return x, ty
        text = f"({FLOAT_OPERATIONS[op]} {{mode}} {real(ty, 0)} {real(ty, 1)})"
        return self.of_theory(ty, text, x, y), ty
