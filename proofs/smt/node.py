# SPDX-License-Identifier: BSD-3-Clause
"""What is a term?  A node of a graph in which equal terms are one node.

Sort: `w` bits; w = 0 is Bool.  `val` is a constant's value, a variable's name, or the numbers of an
operator: (high, low) of extract, the bits added by an extension, the text of `raw`.
"""

from __future__ import annotations

_table = {}


class T:
    """One node; `make` is the only place that makes one."""

    __slots__ = ("args", "id", "op", "val", "w")

    def __repr__(self):
        return f"<{self.op}:{self.w} {self.val if self.val is not None else ''}>"


def make(op, args, w, val=None):
    """The node of an operator and its arguments, as they are: nothing is folded."""
    key = (op, args, w, val)
    node = _table.get(key)
    if node is None:
        node = T()
        node.op, node.args, node.w, node.val, node.id = op, args, w, val, len(_table)
        _table[key] = node
    return node


def signed(v, w):
    """A word as a two's-complement integer."""
    return v - (1 << w) if v >> (w - 1) else v


def order(roots):
    """All nodes below the roots, arguments first."""
    seen, out, stack = set(), [], [(r, False) for r in roots]
    while stack:
        node, done = stack.pop()
        if done:
            out.append(node)
        elif node.id not in seen:
            seen.add(node.id)
            stack.append((node, True))
            stack.extend((a, False) for a in node.args)
    return out
