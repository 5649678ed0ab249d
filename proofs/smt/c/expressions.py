# SPDX-License-Identifier: BSD-3-Clause
"""What is the value of an expression of C, and where is its behaviour undefined?

An expression has a term and a type.  `&&`, `||` and `?:` fork the state, for their right sides may
call.  Each place where C leaves the behaviour undefined becomes an obligation: (where, condition
under which it happens).
"""

from __future__ import annotations

import struct

from pycparser import c_ast

from proofs.smt import terms as t
from proofs.smt.c.cells import Cells
from proofs.smt.c.places import Places
from proofs.smt.c.state import merge
from proofs.smt.c.types import (
    DOUBLE,
    INT,
    LONG,
    SINGLE,
    UINT,
    ULONG,
    Array,
    Double,
    Int,
    Pointer,
    Struct,
    UnsupportedError,
    Void,
)


def integer(text):
    """The value and type of an integer constant (C11, 6.4.4.1)."""
    digits = text.lower().rstrip("ul")
    suffix, value = text.lower()[len(digits) :], int(digits, 0)
    types = [INT, UINT, LONG, ULONG] if digits.startswith("0x") else [INT, LONG]
    if "u" in suffix:
        types = [UINT, ULONG]
    if "l" in suffix:
        types = [ty for ty in types if ty.w == 64]
    ty = next(ty for ty in types if value < 1 << (ty.w - ty.signed))
    return t.bv(value, ty.w), ty


class Expressions(Places):
    """Values and places; `fr` maps the names of a function to (pointer, type)."""

    def ev(self, n, st, fr):
        """The term and the type of an expression."""
        rule = getattr(self, "ev_" + type(n).__name__, None)
        if rule is None:
            raise UnsupportedError(f"{type(n).__name__} at {n.coord}")
        return rule(n, st, fr)

    def ev_Constant(self, n, _st, _fr):
        if n.type in ("double", "float"):
            text = n.value.lower().rstrip("f" if n.type == "float" else "")
            x = float.fromhex(text) if text.startswith("0x") else float(text)
            word, ty = ("<If", SINGLE) if n.type == "float" else ("<Qd", DOUBLE)
            return t.bv(struct.unpack("<" + word[1], struct.pack("<" + word[2], x))[0], ty.w), ty
        return integer(n.value)

    def ev_ID(self, n, st, fr):
        if n.name in self.enums and n.name not in fr:
            return t.bv(self.enums[n.name], 32), INT
        return self.value(*self.place(n, st, fr), st)

    def ev_StructRef(self, n, st, fr):
        if n.type == "." and not isinstance(
            n.name, (c_ast.ID, c_ast.StructRef, c_ast.ArrayRef, c_ast.UnaryOp)
        ):
            value, ty = self.ev(n.name, st, fr)  # of a call's result
            return value[n.field.name], ty.fields[n.field.name]
        return self.value(*self.place(n, st, fr), st)

    def ev_ArrayRef(self, n, st, fr):
        """An element; of an array of known length at any index: one of all, by comparisons."""
        ref, ty, index, of = self.array(n, st, fr)
        if t.is_const(index) or isinstance(st.read(ref), Cells):
            return self.value(*self.element(n, st, ref, ty, index), st)
        if not isinstance(ty, Array) or ty.n is None:
            raise UnsupportedError(f"index that is no constant at {n.coord}")
        self.oblige("index", n, st, t.lnot(t.ult(index, t.bv(ty.n, of.w))))
        elements = st.read(ref)
        value = elements["0"]
        for i in range(1, ty.n):
            value = merge(t.eq(index, t.bv(i, of.w)), elements[str(i)], value)
        return value, ty.of

    def ev_Cast(self, n, st, fr):
        value, ty = self.ev(n.expr, st, fr)
        to = self.type(n.to_type)
        if isinstance(ty, Double) and isinstance(to, Int) and not (ty.lane or to.lane):
            return self.cut_to_integer(n, value, ty, to, st), to
        return self.convert(value, ty, to), to

    def ev_CompoundLiteral(self, n, st, fr):
        ty = self.type(n.type)
        return self.initial(n.init, ty, st, fr), ty

    def ev_ExprList(self, n, st, fr):
        for e in n.exprs:
            last = self.ev(e, st, fr)
        return last

    # ---- what forks
    def condition(self, n, st, fr):
        """The truth of an expression as a Boolean term."""
        value, ty = self.ev(n, st, fr)
        return t.TRUE if isinstance(ty, Pointer) else t.ne(value, t.bv(0, value.w))

    def ev_TernaryOp(self, n, st, fr):
        c = self.condition(n.cond, st, fr)
        if t.is_const(c):
            return self.ev(n.iftrue if c.val else n.iffalse, st, fr)
        yes, no = st.fork(c), st.fork(t.lnot(c))
        x, tx = self.ev(n.iftrue, yes, fr)
        y, ty = self.ev(n.iffalse, no, fr)
        st.join(c, yes, no)
        if isinstance(tx, (Struct, Pointer)):
            return merge(c, x, y), tx
        x, y, ty = self.usual(x, tx, y, ty)
        return t.ite(c, x, y), ty

    def ev_BinaryOp(self, n, st, fr):
        if n.op in ("&&", "||"):
            return self.both(n, st, fr)
        x, tx = self.ev(n.left, st, fr)
        y, ty = self.ev(n.right, st, fr)
        if n.op == "+" and isinstance(tx, Pointer) and len(x) == 2:
            return (*x, y), tx  # the cell that is so many beyond the first one
        return self.binary(n, n.op, (x, tx), (y, ty), st)

    def both(self, n, st, fr):
        """The right side of && is executed where the left one holds, of || where it does not."""
        c = self.condition(n.left, st, fr)
        entered = t.lnot(c) if n.op == "||" else c
        if entered is t.FALSE:
            return self.from_truth(t.boolean(n.op == "||"))
        yes, no = st.fork(entered), st.fork(t.lnot(entered))
        d = self.condition(n.right, yes, fr)
        st.join(entered, yes, no)
        return self.from_truth(t.land(c, d) if n.op == "&&" else t.lor(c, d))

    # ---- operators of one operand
    def ev_UnaryOp(self, n, st, fr):
        if n.op == "&":
            ref, ty = self.place(n.expr, st, fr)
            return ref, Pointer(ty)
        if n.op == "*":
            ref, ty = self.place(n, st, fr)
            return st.read(ref), ty
        if n.op == "!":
            return self.from_truth(t.lnot(self.condition(n.expr, st, fr)))
        if n.op == "sizeof":
            return self.size_of(n, st, fr)
        if n.op in ("p++", "p--", "++", "--"):
            return self.step(n, st, fr)
        return self.unary(n, *self.promote(*self.ev(n.expr, st, fr)), st)

    def size_of(self, n, st, fr):
        ty = self.type(n.expr) if isinstance(n.expr, c_ast.Typename) else self.ev(n.expr, st, fr)[1]
        if not isinstance(ty, (Int, Double)):
            raise UnsupportedError(f"sizeof at {n.coord}")
        return t.bv(ty.w // 8, 64), ULONG

    def step(self, n, st, fr):
        ref, ty = self.place(n.expr, st, fr)
        old, one = st.read(ref), t.bv(1, ty.w)
        up = "++" in n.op
        if ty.signed and not ty.lane:
            self.oblige("overflow of " + n.op, n, st, t.eq(old, t.bv((1 << (ty.w - 1)) - up, ty.w)))
        new = t.add(old, one) if up else t.sub(old, one)
        st.write(ref, new)
        return (old if n.op.startswith("p") else new), ty

    def ev_Assignment(self, n, st, fr):
        ref, ty = self.place(n.lvalue, st, fr)
        value, tv = self.ev(n.rvalue, st, fr)
        if n.op != "=":
            value, tv = self.binary(n, n.op[:-1], (st.read(ref), ty), (value, tv), st)
        value = self.convert(value, tv, ty)
        st.write(ref, value)
        return value, ty

    # ---- calls
    def ev_FuncCall(self, n, st, fr):
        name = n.name.name
        args = [self.ev(a, st, fr) for a in (n.args.exprs if n.args else ())]
        if name in self.externals:
            return self.externals[name](self, n, st, args)
        if name in ("__builtin_clzll", "__builtin_ctzll"):
            x = self.convert(*args[0], ULONG)
            self.oblige(name + " of 0", n, st, t.eq(x, t.bv(0, 64)))
            return zeros(x, leading=name == "__builtin_clzll"), INT
        if name == "memcpy":
            return self.copied(n, st, *args)
        if name not in self.functions:
            raise UnsupportedError(f"call of {name} at {n.coord}")
        return self.call(name, args, st)

    def copied(self, n, st, to, source, size):
        """memcpy of one whole word: of a double to its bits, and back."""
        new, old = st.read(source[0]), st.read(to[0])
        widths = {x.w if isinstance(x, t.T) else None for x in (new, old)}
        if not t.is_const(size[0]) or widths != {8 * size[0].val}:
            raise UnsupportedError(f"memcpy of what is no whole word at {n.coord}")
        st.write(to[0], new)
        return to

    def call(self, name, args, st):
        """Execute a function; its value and type.  `args`: (term or pointer, type), None: as declared."""
        f = self.functions[name]
        fr = {}
        for p, (value, ty) in zip(
            f.decl.type.args.params if f.decl.type.args else [], args, strict=False
        ):
            if p.name is None:
                continue
            to = self.type(p.type)
            location = self.location(p.name)
            st.mem[location] = value if ty is None else self.convert(value, ty, to)
            fr[p.name] = ((location, ()), to)
        result = self.type(f.decl.type.type)
        value = self.run(list(f.body.block_items or ()), st, fr, result)
        for (location, _), _ in fr.values():
            if "#" in location:
                st.mem.pop(location, None)
        return value, Void() if isinstance(result, Void) else result


def zeros(x, *, leading):
    """Leading or trailing zeros of a word whose width is a power of two, by halves; w - 1 for 0."""
    n, w = t.bv(0, 32), x.w
    while w > 1:
        h = w // 2
        high, low = t.extract(w - 1, h, x), t.extract(h - 1, 0, x)
        half, other = (high, low) if leading else (low, high)
        none = t.eq(half, t.bv(0, h))
        n = t.add(n, t.ite(none, t.bv(h, 32), t.bv(0, 32)))
        x, w = t.ite(none, other, half), h
    return n
