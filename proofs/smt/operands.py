# SPDX-License-Identifier: BSD-3-Clause
"""What is any finite operand of a lemma, and how does a lemma call the core on it?"""

from __future__ import annotations

from proofs.smt import terms as t

# |exponent| of operands in lemmas: beyond every product of two values of a row, far from overflow.
FARTHEST = 1 << 20
FINITE = 1


def operand(tag, width, bits):
    """Any finite number of at most so many significant bits, at the top of the field; and what makes it one.

    sig   1xxxxxxx 00000000      the leading bit is set, what is below `bits` is 0
    """
    head, exp, sign = t.var(f"{tag}_sig", bits), t.var(f"{tag}_exp", 32), t.var(f"{tag}_sign", 1)
    sig = t.concat(head, t.bv(0, width - bits)) if bits < width else head
    number = {"sig": sig, "exp": exp, "cls": t.bv(FINITE, 8), "sign": t.zext(sign, 8)}
    return number, [leads(head), *near_zero(exp)]


def leads(sig):
    """The word's top bit is set."""
    return t.eq(t.extract(sig.w - 1, sig.w - 1, sig), t.bv(1, 1))


def near_zero(exp, farthest=FARTHEST):
    """An exponent that no sum or difference of a few takes out of 32 bits."""
    return [t.sle(t.bv(-farthest, 32), exp), t.sle(exp, t.bv(farthest, 32))]


def sig_type(run, width):
    """The C type of a significand."""
    return run.p.types[f"nf_sig_{width}"]


def number_type(run, width):
    """The C type of an unpacked number."""
    return run.p.types[f"nf_number_{width}"]


def any_number(run, width, tag):
    """An unpacked number of which nothing is known."""
    return run.p.fresh(number_type(run, width), tag)


def captured(run, name, value):
    """Replace a function by `value(arguments)`; the list of (path, arguments) of its calls."""
    calls = []

    def stand_in(_program, _node, state, args):
        calls.append((state.path, [a for a, _ in args]))
        return value([a for a, _ in args])

    run.p.externals[name] = stand_in
    return calls


def bit(condition, width):
    """0 or 1 as a word."""
    return t.ite(condition, t.bv(1, width), t.bv(0, width))


def shown(**numbers):
    """The fields of operands under the names that a counterexample prints."""
    return {
        f"{tag}.{name}": number[name]
        for tag, number in numbers.items()
        for name in ("sign", "exp", "sig")
    }


def substituted(root, table):
    """The term with some nodes replaced: `table` maps nodes to terms."""
    from proofs.smt.smtlib import order

    out = {}
    for x in order([root]):
        out[x.id] = table.get(x) or (
            t.make(x.op, tuple(out[a.id] for a in x.args), x.w, x.val) if x.args else x
        )
    return out[root.id]
