# SPDX-License-Identifier: BSD-3-Clause
"""How is a term written in SMT-LIB, and what is its value at given variables?"""

from __future__ import annotations

from proofs.smt.terms import fold, signed


def order(roots):
    """All nodes below the roots, arguments first."""
    seen, out, stack = set(), [], [(r, False) for r in roots]
    while stack:
        t, done = stack.pop()
        if done:
            out.append(t)
        elif t.id not in seen:
            seen.add(t.id)
            stack.append((t, True))
            stack.extend((a, False) for a in t.args)
    return out


def sort(w):
    return f"(_ BitVec {w})" if w else "Bool"


def smtlib(asserts, extra=""):
    lines, name = ["(set-logic ALL)"], {}
    nodes = order(asserts)
    for t in nodes:
        if t.op == "var":
            name[t.id] = t.val
            lines.append(f"(declare-const {t.val} {sort(t.w)})")
    for t in nodes:
        if t.op == "const":
            name[t.id] = f"(_ bv{t.val} {t.w})" if t.w else ("true" if t.val else "false")
        elif t.op == "raw":
            name[t.id] = f"t{t.id}"
            text = t.val.format(*[name[a.id] for a in t.args])
            lines.append(f"(define-fun t{t.id} () {sort(t.w)} {text})")
        elif t.op != "var":
            args = " ".join(name[a.id] for a in t.args)
            if t.op == "extract":
                head = f"(_ extract {t.val[0]} {t.val[1]})"
            elif t.op in ("zero_extend", "sign_extend"):
                head = f"(_ {t.op} {t.val})"
            else:
                head = t.op
            name[t.id] = f"t{t.id}"
            lines.append(f"(define-fun t{t.id} () {sort(t.w)} ({head} {args}))")
    lines += [f"(assert {name[a.id]})" for a in asserts]
    return "\n".join(lines) + extra + "\n(check-sat)\n"


def evaluate(roots, values):
    out = {}
    for t in order(roots):
        a = [out[x.id] for x in t.args]
        if t.op == "const":
            v = t.val
        elif t.op == "var":
            v = values[t.val]
        elif t.op == "ite":
            v = a[1] if a[0] else a[2]
        elif t.op == "not":
            v = int(not a[0])
        elif t.op == "and":
            v = int(all(a))
        elif t.op == "xor":
            v = a[0] ^ a[1]
        elif t.op == "=":
            v = int(a[0] == a[1])
        elif t.op == "bvult":
            v = int(a[0] < a[1])
        elif t.op == "bvule":
            v = int(a[0] <= a[1])
        elif t.op in ("bvslt", "bvsle"):
            w = t.args[0].w
            p, q = signed(a[0], w), signed(a[1], w)
            v = int(p < q if t.op == "bvslt" else p <= q)
        elif t.op == "extract":
            v = a[0] >> t.val[1] & ((1 << t.w) - 1)
        elif t.op == "zero_extend":
            v = a[0]
        elif t.op == "sign_extend":
            v = signed(a[0], t.args[0].w) & ((1 << t.w) - 1)
        elif t.op == "concat":
            v = a[0] << t.args[1].w | a[1]
        else:
            v = fold(t.op, a, t.w)
        out[t.id] = v
    return [out[r.id] for r in roots]
