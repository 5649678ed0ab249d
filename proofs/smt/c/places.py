# SPDX-License-Identifier: BSD-3-Clause
"""What can be assigned to in C, and where is it in memory?

A place is a pointer, (location, path of fields), and a type; a pointer into an array has the index
of the element beside them.
"""

from __future__ import annotations

from pycparser import c_ast

from proofs.smt import terms as t
from proofs.smt.c.cells import Cells
from proofs.smt.c.operators import Operators
from proofs.smt.c.types import Array, Int, Pointer, UnsupportedError


class Places(Operators):
    """`fr` maps the names of a function to (pointer, type)."""

    def place(self, n, st, fr):
        """The pointer and the type of what can be assigned to."""
        rule = getattr(self, "place_" + type(n).__name__, None)
        if rule is None:
            raise UnsupportedError(f"assignment to {type(n).__name__} at {n.coord}")
        return rule(n, st, fr)

    def place_ID(self, n, st, fr):
        if n.name in fr:
            return fr[n.name]
        if n.name not in self.globals:
            raise UnsupportedError(f"name {n.name} at {n.coord}")
        declaration, ty = self.globals[n.name]
        location = "global " + n.name
        if location not in st.mem:
            st.mem[location] = self.initial(declaration.init, ty, self.nowhere(), {})
        return (location, ()), ty

    def place_StructRef(self, n, st, fr):
        if n.type == "->":
            ref, ty = self.ev(n.name, st, fr)
            ty = ty.to
        else:
            ref, ty = self.place(n.name, st, fr)
        return (ref[0], (*ref[1], n.field.name)), ty.fields[n.field.name]

    def place_UnaryOp(self, n, st, fr):
        if n.op != "*":
            raise UnsupportedError(f"assignment to {n.op} at {n.coord}")
        ref, ty = self.ev(n.expr, st, fr)
        return ref, ty.to

    def array(self, n, st, fr):
        """Of an element: the array's place and type, and the index and its type."""
        if isinstance(n.name, c_ast.FuncCall):
            ref, ty = self.ev(n.name, st, fr)
        else:
            ref, ty = self.place(n.name, st, fr)
            ref = st.read(ref) if isinstance(ty, Pointer) else ref
        index, of = self.ev(n.subscript, st, fr)
        if len(ref) == 3:  # a pointer into an array
            index = t.add(ref[2], self.convert(index, of, Int(ref[2].w, signed=True)))
        return ref[:2], ty, index, of

    def place_ArrayRef(self, n, st, fr):
        ref, ty, index, _ = self.array(n, st, fr)
        return self.element(n, st, ref, ty, index)

    @staticmethod
    def element(n, st, ref, ty, index):
        """The place of an element, and its type."""
        if isinstance(st.read(ref), Cells):
            name = st.read(ref).at(index)
        elif t.is_const(index):
            name = str(index.val)
        else:
            raise UnsupportedError(f"index that is no constant at {n.coord}")
        return (ref[0], (*ref[1], name)), ty.to if isinstance(ty, Pointer) else ty.of

    @staticmethod
    def value(ref, ty, st):
        """What is at a place; an array decays to a pointer to it (C11, 6.3.2.1)."""
        return (ref, Pointer(ty.of)) if isinstance(ty, Array) else (st.read(ref), ty)
