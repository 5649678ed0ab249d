# SPDX-License-Identifier: BSD-3-Clause
"""What does a loop leave behind whose end is no constant?  What its invariant says.

The rule of Floyd and Hoare: the invariant holds at first; one turn from any state that satisfies it
and the loop's condition keeps it; then it holds at the end, where the condition does not.  The two
lemmas go to `lemmas`, to be proved; what follows from them goes to `assumed`, hypotheses of the rest,
but not of these lemmas: that a loop has an end is proved before its end is spoken of.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pycparser import c_ast

from proofs.smt import terms as t
from proofs.smt.c.expressions import Expressions
from proofs.smt.c.types import INT, Int, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Invariant:
    """`holds(value)` is a Boolean, value(name) being what a variable of the function holds.

    `measure(value)`: a word that each turn makes smaller.
    """

    holds: Callable[..., t.T]
    measure: Callable[..., t.T]


def loops_of(function):
    """The loops of a function, in the order of its text."""
    found = []

    def visit(n):
        if isinstance(n, (c_ast.For, c_ast.While)):
            found.append(n)
        for _, child in n.children():
            visit(child)

    visit(function.body)
    return found


def assigned(n):
    """Names of the variables that a statement assigns to."""
    names = set()
    if n is None:
        return names
    if isinstance(n, c_ast.Assignment) or (
        isinstance(n, c_ast.UnaryOp) and ("++" in n.op or "--" in n.op)
    ):
        place = n.lvalue if isinstance(n, c_ast.Assignment) else n.expr
        if not isinstance(place, c_ast.ID):
            raise UnsupportedError(
                f"a loop by its invariant writes to what is no variable at {n.coord}"
            )
        names.add(place.name)
    for _, child in n.children():
        names |= assigned(child)
    return names


class Loops(Expressions):
    """`invariants`: by the name of a loop, function.0 for the first of a function."""

    def loop_name(self, s):
        """The name of a loop."""
        for name, function in self.functions.items():
            for i, loop in enumerate(loops_of(function)):
                if loop.coord == s.coord and loop.stmt is s.stmt:
                    return f"{name}.{i}"
        raise UnsupportedError(f"a loop outside of functions at {s.coord}")

    def body_of(self, name):
        """The compound that a loop repeats: function.0 names the first loop of a function."""
        function, _, i = name.rpartition(".")
        return loops_of(self.functions[function])[int(i)].stmt

    def forget(self, names, st, fr):
        """Any values for these variables; those of the block itself are new in every turn."""
        for name in names & set(fr):
            ref, ty = fr[name]
            value = self.fresh(ty, name)
            if isinstance(ty, Int) and ty.boolean:
                value = self.convert(value, Int(ty.w, signed=False), ty)
            st.write(ref, value)

    def by_invariant(self, s, st, fr, rule):
        """Leave the state at the end of a loop behind; it has done its first statement already."""
        name = self.loop_name(s)
        names = assigned(s.stmt) | assigned(s.next) | assigned(s.cond)

        def value_in(state):
            return lambda variable: state.read(fr[variable][0])

        so_far = t.land(st.path, *self.assumed)
        at_first = t.implies(so_far, rule.holds(value_in(st)))
        self.lemmas.append((f"{name}: its invariant holds at first", at_first))
        turn = st.fork(t.TRUE)
        self.forget(names, turn, fr)
        turn.path = t.land(turn.path, rule.holds(value_in(turn)))
        turn = turn.fork(self.condition(s.cond, turn, fr))
        before = turn.fork(t.TRUE)
        self.run([s.stmt], turn, dict(fr), INT)
        if s.next is not None:
            self.ev(s.next, turn, fr)
        changed = {fr[variable][0][0] for variable in names & set(fr)}
        if any(turn.mem[x] is not before.mem[x] for x in before.mem if x not in changed):
            raise UnsupportedError(f"{name}: a turn writes to more than its variables")
        smaller = t.ult(rule.measure(value_in(turn)), rule.measure(value_in(before)))
        kept = t.implies(t.land(so_far, before.path), t.land(rule.holds(value_in(turn)), smaller))
        self.lemmas.append((f"{name}: a turn keeps its invariant", kept))
        self.forget(names, st, fr)
        over = t.land(rule.holds(value_in(st)), t.lnot(self.condition(s.cond, st, fr)))
        self.assumed.append(t.implies(st.path, over))
