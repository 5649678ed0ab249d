# SPDX-License-Identifier: BSD-3-Clause
"""What does a symbolic execution know at one place?  What memory holds, and how it came here.

Memory maps a location to a term, or to a dictionary of terms for structs and arrays.  A pointer is
(location, path of fields).
"""

from __future__ import annotations

from proofs.smt import terms as t
from proofs.smt.c.cells import Cells
from proofs.smt.c.types import UnsupportedError


class State:
    """`path`: the condition under which execution is here."""

    def __init__(self, mem, path):
        self.mem, self.path = mem, path

    def fork(self, condition):
        """The state in which the condition holds as well."""
        return State(dict(self.mem), t.land(self.path, condition))

    def read(self, ref):
        """The value at a pointer."""
        value = self.mem[ref[0]]
        for name in ref[1]:
            value = value[name]
        return value

    def write(self, ref, value):
        """Change what is at a pointer; dictionaries are copied, since forks share them."""

        def put(old, path):
            if not path:
                return value
            if isinstance(old, Cells):
                return old.changed(path[0], put(old.peek(path[0]), path[1:]))
            return {**old, path[0]: put(old[path[0]], path[1:])}

        self.mem[ref[0]] = put(self.mem.get(ref[0]), ref[1])

    def join(self, condition, yes, no):
        """After a branch: what both sides left behind."""
        for location in self.mem:
            self.mem[location] = merge(condition, yes.mem[location], no.mem[location])


def merge(condition, x, y):
    """x where the condition holds, else y."""
    if x is y:
        return x
    if isinstance(x, Cells):
        return x.merged(condition, y)
    if isinstance(x, dict):
        return {name: merge(condition, x[name], y[name]) for name in x}
    if isinstance(x, tuple):
        if x != y:
            raise UnsupportedError("pointers that differ by branch")
        return x
    return t.ite(condition, x, y)
