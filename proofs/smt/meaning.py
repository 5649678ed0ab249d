# SPDX-License-Identifier: BSD-3-Clause
"""What do the operators of SMT-LIB compute?  Of integers; constants fold by it, and terms are evaluated.

The theory of fixed-size bit vectors: shifts by the width and more give 0 (or the sign), x / 0 is all
ones and x % 0 is x.
"""

from __future__ import annotations

from proofs.smt.node import order, signed


def quotient(x, y, w):
    """bvsdiv: toward zero."""
    p, q = signed(x, w), signed(y, w)
    if q == 0:
        return 1 if p < 0 else -1
    return abs(p) // abs(q) * (1 if (p < 0) == (q < 0) else -1)


def remainder(x, y, w):
    """bvsrem: the sign of the dividend."""
    p, q = signed(x, w), signed(y, w)
    return p if q == 0 else abs(p) % abs(q) * (-1 if p < 0 else 1)


# Of two words of width w; the result is cut to w bits.
WORDS = {
    "bvadd": lambda x, y, _w: x + y,
    "bvsub": lambda x, y, _w: x - y,
    "bvmul": lambda x, y, _w: x * y,
    "bvand": lambda x, y, _w: x & y,
    "bvor": lambda x, y, _w: x | y,
    "bvxor": lambda x, y, _w: x ^ y,
    "bvshl": lambda x, y, w: x << y if y < w else 0,
    "bvlshr": lambda x, y, w: x >> y if y < w else 0,
    "bvashr": lambda x, y, w: signed(x, w) >> min(y, w),
    "bvudiv": lambda x, y, _w: x // y if y else -1,
    "bvurem": lambda x, y, _w: x % y if y else x,
    "bvsdiv": quotient,
    "bvsrem": remainder,
}
COMPARISONS = {
    "=": lambda x, y, _w: x == y,
    "bvult": lambda x, y, _w: x < y,
    "bvule": lambda x, y, _w: x <= y,
    "bvslt": lambda x, y, w: signed(x, w) < signed(y, w),
    "bvsle": lambda x, y, w: signed(x, w) <= signed(y, w),
}
# Of the node and its arguments' values.
OTHERS = {
    "const": lambda n, _a: n.val,
    "bvnot": lambda _n, a: ~a[0],
    "bvneg": lambda _n, a: -a[0],
    "ite": lambda _n, a: a[1] if a[0] else a[2],
    "not": lambda _n, a: not a[0],
    "and": lambda _n, a: all(a),
    "xor": lambda _n, a: a[0] ^ a[1],
    "extract": lambda n, a: a[0] >> n.val[1],
    "zero_extend": lambda _n, a: a[0],
    "sign_extend": lambda n, a: signed(a[0], n.args[0].w),
    "concat": lambda n, a: a[0] << n.args[1].w | a[1],
}


def value(node, a):
    """The value of a node that is no variable, from those of its arguments."""
    if node.op in WORDS:
        v = WORDS[node.op](a[0], a[1], node.w)
    elif node.op in COMPARISONS:
        v = COMPARISONS[node.op](a[0], a[1], node.args[0].w)
    else:
        v = OTHERS[node.op](node, a)
    return v & ((1 << node.w) - 1) if node.w else int(v)


def evaluator(roots):
    """A function of the variables' values, by name, that gives those of terms: their order is found once."""
    nodes = [(node, [x.id for x in node.args]) for node in order(roots)]

    def of(values):
        out = {}
        for node, args in nodes:
            out[node.id] = (
                values[node.val] if node.op == "var" else value(node, [out[i] for i in args])
            )
        return [out[r.id] for r in roots]

    return of


def evaluate(roots, values):
    """The values of terms; `values` holds those of the variables, by name."""
    return evaluator(roots)(values)
