# SPDX-License-Identifier: BSD-3-Clause
"""Which types, constants and functions does a preprocessed text declare?"""

from __future__ import annotations

import copy

from pycparser import c_ast, c_parser

from proofs.smt import terms as t
from proofs.smt.c.statements import Statements
from proofs.smt.c.types import (
    NAMES,
    UINT,
    Array,
    Double,
    Int,
    Pointer,
    Struct,
    UnsupportedError,
    Void,
)


class Program(Statements):
    """The text's functions, ready to be executed with terms as arguments.

    `lanes`: names of vector types; a vector is one of its lanes.  `externals` maps the name of a
    function to what stands for it: a Python function of (program, call, state, arguments) that
    gives a term and a type; `operations` maps +, -, * or / of doubles to what stands for it.
    """

    def __init__(self, source, lanes=()):
        self.types, self.structs, self.enums, self.functions, self.globals = (
            dict(NAMES),
            {},
            {},
            {},
            {},
        )
        self.declared = {}  # functions without a body
        self.count, self.obligations, self.axioms, self.externals = 0, [], [], {}
        self.mode, self.operations = "RNE", {}
        self.invariants, self.lemmas, self.assumed = {}, [], []
        self.lanes = frozenset(lanes)
        for d in c_parser.CParser().parse(source).ext:
            if isinstance(d, c_ast.FuncDef):
                self.functions[d.decl.name] = d
            elif isinstance(d, c_ast.Typedef):
                self.types[d.name] = (
                    self.lane(self.type(d.type)) if d.name in self.lanes else self.type(d.type)
                )
            elif isinstance(d, c_ast.Decl) and isinstance(d.type, c_ast.FuncDecl):
                self.declared[d.name] = d.type
            elif isinstance(d, c_ast.Decl):
                ty = self.type(d.type)
                if d.name and d.init is not None:
                    self.globals[d.name] = (d, ty)

    def copy(self):
        """The same text, without what executions have left: obligations, axioms, externals."""
        other = copy.copy(self)
        other.obligations, other.axioms, other.externals = [], [], {}
        other.mode, other.operations = "RNE", {}
        other.invariants, other.lemmas, other.assumed = {}, [], []
        return other

    @staticmethod
    def lane(ty):
        return (
            Double(ty.w, lane=True) if isinstance(ty, Double) else Int(ty.w, ty.signed, lane=True)
        )

    def type(self, n):
        """The type that a node of the tree names."""
        if isinstance(n, (c_ast.Typename, c_ast.TypeDecl)):
            return self.type(n.type)
        if isinstance(n, c_ast.PtrDecl):
            return Pointer(self.type(n.type))
        if isinstance(n, c_ast.FuncDecl):
            return Void()
        if isinstance(n, c_ast.ArrayDecl):
            return Array(self.type(n.type), self.constant(n.dim) if n.dim else None)
        if isinstance(n, c_ast.IdentifierType):
            return self.named(" ".join(n.names))
        if isinstance(n, c_ast.Enum):
            return self.enumeration(n)
        if isinstance(n, (c_ast.Struct, c_ast.Union)):
            return self.structure(n)
        raise UnsupportedError(f"type {type(n).__name__} at {n.coord}")

    def named(self, name):
        if name not in self.types:
            raise UnsupportedError(f"type {name}")
        return self.types[name]

    def enumeration(self, n):
        value = 0
        for e in n.values.enumerators if n.values else ():
            value = self.constant(e.value) if e.value else value
            self.enums[e.name] = value
            value += 1
        return UINT

    def structure(self, n):
        s = self.structs.get(n.name) if n.name else None
        if s is None:
            s = Struct(n.name)
            if n.name:
                self.structs[n.name] = s
        for d in n.decls or ():
            s.fields[d.name] = self.type(d.type)
        return s

    def constant(self, n):
        """The value of a constant expression."""
        value, ty = self.ev(n, self.nowhere(), {})
        if not t.is_const(value):
            raise UnsupportedError(f"not a constant at {n.coord}")
        return t.signed(value.val, value.w) if ty.signed else value.val

    def location(self, name):
        """A new place of memory."""
        self.count += 1
        return f"{name}#{self.count}"

    def fresh(self, ty, hint="v"):
        """Any value of a type: new variables."""
        if isinstance(ty, Struct):
            return {f: self.fresh(x, f"{hint}_{f}") for f, x in ty.fields.items()}
        if isinstance(ty, Array) and ty.n is not None:
            return {str(i): self.fresh(ty.of, f"{hint}_{i}") for i in range(ty.n)}
        if not isinstance(ty, (Int, Double)):
            raise UnsupportedError(f"any value of a {type(ty).__name__.lower()}: {hint}")
        self.count += 1
        return t.var(f"{hint}_{self.count}", ty.w)

    def zero(self, ty):
        """The value that zero initialisation gives."""
        if isinstance(ty, Struct):
            return {f: self.zero(x) for f, x in ty.fields.items()}
        if isinstance(ty, Array):
            return {str(i): self.zero(ty.of) for i in range(ty.n)}
        return t.bv(0, ty.w)
