# SPDX-License-Identifier: BSD-3-Clause
"""How does a claim execute the shipped core?  Its text as a program, a row, a state, and calls."""

from __future__ import annotations

from proofs.native import native
from proofs.smt import terms as t
from proofs.smt.c.preprocess import preprocess
from proofs.smt.c.program import Program
from proofs.smt.c.state import State
from proofs.smt.c.types import INT, ULONG, Pointer, UnsupportedError, Void
from proofs.smt.query import Query

TEXT = '#include "elements.h"\n#include "order.h"\n'
# What the inlined core calls and the compiled one defines elsewhere: any value may come back.
ANYTHING = ("nf_random", "nf_wrap_op")


class Core:
    """The core of a checkout as a program of terms; `extra` is C text behind the headers of TEXT."""

    PROGRAM = Program

    def __init__(self, checkout, extra="", lanes=(), defines=()):
        self.checkout = checkout
        source, self.paths = preprocess(TEXT + extra, checkout, defines)
        self.program = self.PROGRAM(source, lanes)

    @property
    def native(self):
        """The same text, compiled."""
        return native(self.checkout.root)

    def digests(self):
        """SHA-256 of the files that the program was made of, by path."""
        return {path: self.checkout.digest(path) for path in self.paths}

    def run(self):
        """A new execution, with an environment that holds no flags."""
        return Run(self)


def copied(_program, call, st, args):
    """memcpy of one whole object of a type that both sides have: a double's word, an integer."""
    (to, a), (source, b), (size, _) = args
    words = [getattr(ty.to, "w", 64) for ty in (a, b)]
    if not t.is_const(size) or words != [8 * size.val] * 2:
        raise UnsupportedError(f"memcpy of parts at {call.coord}")
    st.write(to, st.read(source))
    return None, Void()


class Run:
    """One execution: a state with an environment and a row.

    >>> Run(core).call("nf_decode_64", run.row("posit16"), u64(code))  # doctest: +SKIP
    """

    def __init__(self, core):
        self.core, self.p = core, core.program.copy()
        for name in ANYTHING:
            self.p.externals[name] = lambda p, _n, _st, _args, name=name: (
                p.fresh(ULONG, name),
                ULONG,
            )
        self.p.externals["memcpy"] = copied
        self.st = State({}, t.TRUE)
        env = self.p.types["nf_env"]
        self.st.mem["env"] = {**self.p.fresh(env, "env"), "flags": t.bv(0, 32)}
        self.env = (("env", ()), Pointer(env))
        self.rows = {}

    def row(self, text, name="row"):
        """The row that a text names, of constants: what a C function takes; `rows` has its fields."""
        fields = native(self.core.checkout.origin.root).row(text).fields()
        ty = self.p.types["nf_format"]
        self.st.mem[name] = {f: t.bv(fields[f], x.w) for f, x in ty.fields.items()}
        self.rows[name] = fields
        return (name, ()), Pointer(ty)

    def any_row(self, name="row", **fixed):
        """A row whose parameters are variables but for `fixed`; what a C function takes, and the fields."""
        ty = self.p.types["nf_format"]
        fields = {
            f: t.bv(fixed[f], x.w) if f in fixed else t.var(f"{name}_{f}", x.w)
            for f, x in ty.fields.items()
        }
        self.st.mem[name] = fields
        return ((name, ()), Pointer(ty)), fields

    def call(self, name, *args):
        """The value of a function of the core; arguments are (term or pointer, type)."""
        return self.p.call(name, list(args), self.st)[0]

    @property
    def flags(self):
        """The flags that have been raised."""
        return self.st.mem["env"]["flags"]

    def frame(self, **variables):
        """Places in memory for the variables of a loop's body, from (value, type)."""
        self.st.mem |= {"of " + name: value for name, (value, _) in variables.items()}
        return {name: (("of " + name, ()), ty) for name, (_, ty) in variables.items()}

    def variable(self, name):
        """What a variable of `frame` holds."""
        return self.st.mem["of " + name]

    def turn(self, loop, **variables):
        """Do one turn of a loop, function.0 for the first of a function, from this state."""
        self.p.run([self.p.body_of(loop)], self.st, self.frame(**variables), INT)

    def loops(self, known, shown):
        """A query for each lemma of the loops that were left by their invariants."""
        for name, goal in self.p.lemmas:
            yield Query(name, goal, tuple(known), shown)

    def defined(self):
        """A term: nothing executed so far was undefined behaviour."""
        return t.lnot(t.lor(*[bad for _, bad in self.p.obligations]))


def u64(v):
    """A word as an argument of type uint64_t."""
    return t.zext(v, 64), ULONG
