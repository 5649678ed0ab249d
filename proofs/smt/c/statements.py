# SPDX-License-Identifier: BSD-3-Clause
"""What do the statements of a function leave behind?

Branches fork the state and join it; a branch that returns takes the rest of its function along, so
that nothing is executed twice unless both sides fall through.  Loops run while their condition
folds to a constant.
"""

from __future__ import annotations

from pycparser import c_ast

from proofs.smt import terms as t
from proofs.smt.c.cells import Cells
from proofs.smt.c.loops import Loops
from proofs.smt.c.state import State, merge
from proofs.smt.c.types import INT, Array, Double, Int, Struct, UnsupportedError

FEW = 64  # an array of more is seen beside one index


class Choice:
    """An `if` whose condition is a term already."""

    def __init__(self, cond, iftrue, iffalse):
        self.cond, self.iftrue, self.iffalse = cond, iftrue, iffalse


def returns(n):
    """Is there a return in this statement?"""
    if isinstance(n, Choice):
        return returns(n.iftrue) or returns(n.iffalse)
    if n is None or isinstance(n, c_ast.Return):
        return n is not None
    return any(returns(c) for _, c in n.children())


class Statements(Loops):
    """`run` does a list of statements that ends its function, and gives the value returned."""

    def run(self, todo, st, fr, result):
        while todo:
            s, todo = todo[0], todo[1:]
            if isinstance(s, c_ast.Return):
                return None if s.expr is None else self.convert(*self.ev(s.expr, st, fr), result)
            if isinstance(s, c_ast.Compound):
                todo = [*(s.block_items or ()), *todo]
            elif isinstance(s, c_ast.DeclList):
                todo = [*s.decls, *todo]
            elif isinstance(s, c_ast.Switch):
                todo = [self.unswitch(s, st, fr), *todo]
            elif isinstance(s, (c_ast.If, Choice)):
                c = s.cond if isinstance(s, Choice) else self.condition(s.cond, st, fr)
                yes, no = [s.iftrue] if s.iftrue else [], [s.iffalse] if s.iffalse else []
                if t.is_const(c):
                    todo = (yes if c.val else no) + todo
                elif returns(s.iftrue) or returns(s.iffalse):
                    return self.part(c, yes + todo, no + todo, st, fr, result)
                else:
                    self.part(c, yes, no, st, fr, INT)
            else:
                self.simple(s, st, fr)
        return None

    def part(self, c, yes, no, st, fr, result):
        """Both sides of a branch, joined; the value that they return."""
        a, b = st.fork(c), st.fork(t.lnot(c))
        x = self.run(yes, a, dict(fr), result)
        y = self.run(no, b, dict(fr), result)
        st.join(c, a, b)
        return None if x is None else merge(c, x, y)

    def simple(self, s, st, fr):
        if isinstance(s, c_ast.For):
            self.loop(s, st, fr)
        elif isinstance(s, c_ast.Decl):
            self.declare(s, st, fr)
        elif isinstance(s, c_ast.While):
            self.loop(c_ast.For(None, s.cond, None, s.stmt, s.coord), st, fr)
        elif isinstance(s, (c_ast.DoWhile, c_ast.Break, c_ast.Continue, c_ast.Goto, c_ast.Label)):
            raise UnsupportedError(f"{type(s).__name__} at {s.coord}")
        elif not isinstance(s, (c_ast.EmptyStatement, c_ast.StaticAssert)):
            self.ev(s, st, fr)

    def loop(self, s, st, fr):
        if returns(s.stmt):
            raise UnsupportedError(f"return in a loop at {s.coord}")
        fr = dict(fr)
        if s.init is not None:
            self.run([s.init], st, fr, INT)
        while True:
            start = st.fork(t.TRUE)
            c = self.condition(s.cond, st, fr)
            if not t.is_const(c) and self.loop_name(s) in self.invariants:
                st.mem = start.mem
                return self.by_invariant(s, st, fr, self.invariants[self.loop_name(s)])
            if not t.is_const(c):
                raise UnsupportedError(f"loop whose end is no constant at {s.coord}")
            if not c.val:
                return None
            self.run([s.stmt], st, dict(fr), INT)
            if s.next is not None:
                self.ev(s.next, st, fr)

    def declare(self, d, st, fr):
        ty = self.type(d.type)
        location = self.location(d.name)
        if d.init is None and isinstance(ty, Array) and ty.n > FEW:
            st.mem[location] = Cells(f"undefined_{d.name}_{self.count}", ty.of.w)
        elif d.init is None:
            st.mem[location] = self.fresh(ty, "undefined_" + d.name)
        else:
            st.mem[location] = self.initial(d.init, ty, st, fr)
        fr[d.name] = ((location, ()), ty)

    def initial(self, init, ty, st, fr):
        """The value of an initialiser."""
        if not isinstance(init, c_ast.InitList):
            return self.convert(*self.ev(init, st, fr), ty)
        if isinstance(ty, (Int, Double)):  # {0} of a lane
            return self.initial(init.exprs[0], ty, st, fr)
        value = self.zero(ty)
        names = list(ty.fields) if isinstance(ty, Struct) else [str(i) for i in range(ty.n)]
        for i, e in enumerate(init.exprs):
            name, e_ = names[i] if i < len(names) else "", e
            if isinstance(e, c_ast.NamedInitializer):
                name = (
                    e.name[0].name
                    if isinstance(e.name[0], c_ast.ID)
                    else str(self.constant(e.name[0]))
                )
                e_ = e.expr
            value[name] = self.initial(
                e_, ty.fields[name] if isinstance(ty, Struct) else ty.of, st, fr
            )
        return value

    def unswitch(self, s, st, fr):
        """A switch as a chain of choices; a case that falls through takes the next along."""
        v, ty = self.promote(*self.ev(s.cond, st, fr))
        items = list(s.stmt.block_items)

        def tail(i):
            out = []
            for x in (x for c in items[i:] for x in c.stmts):
                if isinstance(x, c_ast.Break):
                    break
                out.append(x)
                if isinstance(x, c_ast.Return):
                    break
            return c_ast.Compound(out)

        default = [i for i, c in enumerate(items) if isinstance(c, c_ast.Default)]
        chain = tail(default[0]) if default else c_ast.Compound([])
        for i in reversed(range(len(items))):
            if isinstance(items[i], c_ast.Case):
                k, tk = self.ev(items[i].expr, st, fr)
                chain = Choice(t.eq(v, self.convert(k, tk, ty)), tail(i), chain)
        return chain

    @staticmethod
    def nowhere():
        """A state without memory: of constants."""
        return State({}, t.TRUE)
