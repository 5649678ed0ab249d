# SPDX-License-Identifier: BSD-3-Clause
"""How are terms written in SMT-LIB 2.6?  One definition for each node, arguments first."""

from __future__ import annotations

from proofs.smt.meaning import evaluate
from proofs.smt.node import order

__all__ = ["evaluate", "order", "smtlib"]


def sort(w):
    return f"(_ BitVec {w})" if w else "Bool"


def constant(node):
    return f"(_ bv{node.val} {node.w})" if node.w else ("true" if node.val else "false")


def operator(node):
    """The head of an application."""
    if node.op == "extract":
        return f"(_ extract {node.val[0]} {node.val[1]})"
    if node.op in ("zero_extend", "sign_extend"):
        return f"(_ {node.op} {node.val})"
    return node.op


def smtlib(asserts, extra=""):
    """The script that asks whether values satisfy all of `asserts`."""
    nodes, name = order(asserts), {}
    declared, defined = [], []
    for node in nodes:
        args = [name[a.id] for a in node.args]
        if node.op == "var":
            name[node.id] = node.val
            declared.append(f"(declare-const {node.val} {sort(node.w)})")
        elif node.op == "const":
            name[node.id] = constant(node)
        else:
            name[node.id] = f"t{node.id}"
            text = (
                node.val.format(*args)
                if node.op == "raw"
                else f"({operator(node)} {' '.join(args)})"
            )
            defined.append(f"(define-fun t{node.id} () {sort(node.w)} {text})")
    asked = [f"(assert {name[a.id]})" for a in asserts]
    return "\n".join(["(set-logic ALL)", *declared, *defined, *asked]) + extra + "\n(check-sat)\n"
