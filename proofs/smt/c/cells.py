# SPDX-License-Identifier: BSD-3-Clause
"""How is an array of any length seen, of which a function reads and writes a few cells?

An index is a term plus a constant, base + k.  A cell that was not written is a variable, one for
each base and k: two bases may mean one cell, and then two variables say less than is true, which a
proof may.  After a write that would be wrong: from then on only cells of its base may be touched.
"""

from __future__ import annotations

from proofs.smt import terms as t
from proofs.smt.c.types import UnsupportedError


def split(index):
    """An index as (base, k): the base is None where the index is a constant."""
    k = 0
    while index.op in ("bvadd", "bvsub") and t.is_const(index.args[1]):
        step = t.signed(index.args[1].val, index.w)
        k, index = k + (step if index.op == "bvadd" else -step), index.args[0]
    if t.is_const(index):
        return None, k + t.signed(index.val, index.w)
    return index, k


class Cells(dict):
    """`holds(value)`: what is known of every cell at first; it is collected in `facts`.

    `bases`: the terms of all bases, by the part of a cell's name that stands for them.
    """

    def __init__(self, name, w, holds=None):
        super().__init__()
        self.name, self.w, self.holds, self.base = name, w, holds, None
        self.facts, self.bases, self.origin = {}, {}, None

    def at(self, index):
        """The name of a cell: its base, and how far from it."""
        base, k = split(index)
        key = "c" if base is None else str(base.id)
        self.bases[key] = base
        return f"{key}_{'m' if k < 0 else ''}{abs(k)}"

    def check(self, name):
        base = name.rpartition("_")[0]
        if self.base not in (None, base):
            raise UnsupportedError(f"{self.name} is written at one index and touched at another")
        return base

    def first(self, name):
        """What a cell holds that was not written."""
        if self.origin is not None:
            return self.origin(name)
        value = t.var(f"{self.name}_{name}", self.w)
        if self.holds is not None:
            self.facts[name] = self.holds(value)
        return value

    def peek(self, name):
        return super().__getitem__(name) if name in self else self.first(name)

    def __getitem__(self, name):
        self.check(name)
        return self.peek(name)

    def clone(self):
        other = Cells(self.name, self.w, self.holds)
        other.update(self)
        other.facts, other.bases, other.base = self.facts, self.bases, self.base
        other.origin = self.origin
        return other

    def changed(self, name, value):
        """The cells after a write."""
        other = self.clone()
        other.base = self.check(name)
        other[name] = value
        return other

    def merged(self, condition, other):
        """These cells where the condition holds, else the other ones."""
        if self.name == other.name:
            both = self.clone()
        else:  # of two arrays: a cell that was not written differs as well
            both = Cells(f"{self.name}_or_{other.name}_by_{condition.id}", self.w)
            both.origin = lambda name: t.ite(condition, self.peek(name), other.peek(name))
            both.bases = {**self.bases, **other.bases}
        if None not in (self.base, other.base) and self.base != other.base:
            raise UnsupportedError(f"{self.name} is written at indices that depend on a branch")
        both.base = self.base or other.base
        for name in {*self, *other}:
            both[name] = t.ite(condition, self.peek(name), other.peek(name))
        return both
