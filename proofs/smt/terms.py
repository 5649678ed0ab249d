# SPDX-License-Identifier: BSD-3-Clause
"""What is a bit-vector term?  Hash-consed, and folded while it is built.

Sort: `w` bits; w = 0 is Bool.  Nothing here knows C or a solver.
"""

from __future__ import annotations

_table = {}


class T:
    __slots__ = ("args", "id", "op", "val", "w")

    def __repr__(self):
        return f"<{self.op}:{self.w} {self.val if self.val is not None else ''}>"


def make(op, args, w, val=None):
    key = (op, args, w, val)
    t = _table.get(key)
    if t is None:
        t = T()
        t.op, t.args, t.w, t.val, t.id = op, args, w, val, len(_table)
        _table[key] = t
    return t


def bv(val, w):
    return make("const", (), w, val & ((1 << w) - 1))


TRUE, FALSE = make("const", (), 0, 1), make("const", (), 0, 0)


def boolean(b):
    return TRUE if b else FALSE


def var(name, w):
    return make("var", (), w, name)


def is_const(t):
    return t.op == "const"


def signed(v, w):
    return v - (1 << w) if v >> (w - 1) else v


def fold(op, a, w):
    m = (1 << w) - 1
    x = a[0]
    y = a[1] if len(a) > 1 else None
    if op == "bvadd":
        return x + y & m
    if op == "bvsub":
        return x - y & m
    if op == "bvmul":
        return x * y & m
    if op == "bvand":
        return x & y
    if op == "bvor":
        return x | y
    if op == "bvxor":
        return x ^ y
    if op == "bvnot":
        return ~x & m
    if op == "bvneg":
        return -x & m
    if op == "bvshl":
        return x << y & m if y < w else 0
    if op == "bvlshr":
        return x >> y if y < w else 0
    if op == "bvashr":
        return signed(x, w) >> min(y, w) & m
    if op == "bvudiv":
        return x // y if y else m
    if op == "bvurem":
        return x % y if y else x
    if op == "bvsdiv":
        p, q = signed(x, w), signed(y, w)
        if q == 0:
            return (1 if p < 0 else m) & m
        r = abs(p) // abs(q)
        return (-r if (p < 0) != (q < 0) else r) & m
    if op == "bvsrem":
        p, q = signed(x, w), signed(y, w)
        if q == 0:
            return x
        r = abs(p) % abs(q)
        return (-r if p < 0 else r) & m
    raise KeyError(op)


def _ite_consts(t):
    return t.op == "ite" and is_const(t.args[1]) and is_const(t.args[2])


COMMUTE = {"bvadd", "bvmul", "bvand", "bvor", "bvxor"}


def _binary(op, x, y):
    w = x.w
    assert w == y.w, (op, x.w, y.w)
    if is_const(x) and is_const(y):
        return bv(fold(op, (x.val, y.val), w), w)
    if op in COMMUTE and is_const(x):
        x, y = y, x
    if is_const(y):
        k, ones = y.val, (1 << w) - 1
        if k == 0:
            if op in ("bvadd", "bvsub", "bvor", "bvxor", "bvshl", "bvlshr", "bvashr"):
                return x
            if op in ("bvand", "bvmul"):
                return y
        if k == ones and op == "bvand":
            return x
        if k == ones and op == "bvor":
            return y
        if k == 1 and op in ("bvmul", "bvudiv", "bvsdiv"):
            return x
        if k >= w and op in ("bvshl", "bvlshr"):
            return bv(0, w)
        if op in ("bvudiv", "bvsdiv") and k & (k - 1) == 0 and op == "bvudiv":
            return _binary("bvlshr", x, bv(k.bit_length() - 1, w))
        if _ite_consts(x) and op != "bvudiv":
            c, p, q = x.args
            return ite(c, _binary(op, p, y), _binary(op, q, y))
    if is_const(x) and _ite_consts(y):
        c, p, q = y.args
        return ite(c, _binary(op, x, p), _binary(op, x, q))
    if op in ("bvand", "bvor", "bvxor") and _ite_consts(x) and _ite_consts(y):
        vals = {t.val for t in x.args[1:] + y.args[1:]}
        if vals <= {0, 1}:
            p, q = _truth(x), _truth(y)
            r = land(p, q) if op == "bvand" else lor(p, q) if op == "bvor" else lxor(p, q)
            return ite(r, bv(1, w), bv(0, w))
    if x is y:
        if op in ("bvand", "bvor"):
            return x
        if op in ("bvxor", "bvsub"):
            return bv(0, w)
    return make(op, (x, y), w)


def _truth(t):
    c, p, q = t.args
    return (
        c if p.val == 1 and q.val == 0 else lnot(c) if p.val == 0 and q.val == 1 else boolean(p.val)
    )


def add(x, y):
    return _binary("bvadd", x, y)


def sub(x, y):
    return _binary("bvsub", x, y)


def mul(x, y):
    return _binary("bvmul", x, y)


def band(x, y):
    return _binary("bvand", x, y)


def bor(x, y):
    return _binary("bvor", x, y)


def bxor(x, y):
    return _binary("bvxor", x, y)


def shl(x, y):
    return _binary("bvshl", x, y)


def lshr(x, y):
    return _binary("bvlshr", x, y)


def ashr(x, y):
    return _binary("bvashr", x, y)


def udiv(x, y):
    return _binary("bvudiv", x, y)


def urem(x, y):
    return _binary("bvurem", x, y)


def sdiv(x, y):
    return _binary("bvsdiv", x, y)


def srem(x, y):
    return _binary("bvsrem", x, y)


def _unary(op, x):
    if is_const(x):
        return bv(fold(op, (x.val,), x.w), x.w)
    if x.op == op:
        return x.args[0]
    if _ite_consts(x):
        return ite(x.args[0], _unary(op, x.args[1]), _unary(op, x.args[2]))
    return make(op, (x,), x.w)


def bnot(x):
    return _unary("bvnot", x)


def neg(x):
    return _unary("bvneg", x)


def extract(hi, lo, x):
    w = hi - lo + 1
    if w == x.w:
        return x
    if is_const(x):
        return bv(x.val >> lo, w)
    if _ite_consts(x):
        return ite(x.args[0], extract(hi, lo, x.args[1]), extract(hi, lo, x.args[2]))
    if x.op == "extract":
        return extract(hi + x.val[1], lo + x.val[1], x.args[0])
    if x.op in ("zero_extend", "sign_extend") and hi < x.args[0].w:
        return extract(hi, lo, x.args[0])
    if x.op == "zero_extend" and lo >= x.args[0].w:
        return bv(0, w)
    if x.op == "concat":
        lw = x.args[1].w
        if hi < lw:
            return extract(hi, lo, x.args[1])
        if lo >= lw:
            return extract(hi - lw, lo - lw, x.args[0])
    return make("extract", (x,), w, (hi, lo))


def _extend(op, x, w):
    if w == x.w:
        return x
    if is_const(x):
        return bv(x.val if op == "zero_extend" else signed(x.val, x.w), w)
    if _ite_consts(x):
        return ite(x.args[0], _extend(op, x.args[1], w), _extend(op, x.args[2], w))
    if x.op in (op, "zero_extend"):
        return _extend(x.op, x.args[0], w)
    return make(op, (x,), w, w - x.w)


def zext(x, w):
    return _extend("zero_extend", x, w)


def sext(x, w):
    return _extend("sign_extend", x, w)


def concat(x, y):
    if is_const(x) and is_const(y):
        return bv(x.val << y.w | y.val, x.w + y.w)
    if is_const(x) and x.val == 0:
        return zext(y, x.w + y.w)
    return make("concat", (x, y), x.w + y.w)


def _compare(op, x, y, f):
    assert x.w == y.w, (op, x.w, y.w)
    if is_const(x) and is_const(y):
        return boolean(f(x.val, y.val))
    if x is y:
        return boolean(op in ("bvule", "bvsle", "="))
    if is_const(y) and _ite_consts(x):
        return lite(x.args[0], _compare(op, x.args[1], y, f), _compare(op, x.args[2], y, f))
    if is_const(x) and _ite_consts(y):
        return lite(y.args[0], _compare(op, x, y.args[1], f), _compare(op, x, y.args[2], f))
    if op == "=" and is_const(y) and x.op == "zero_extend":
        n = x.args[0].w
        return FALSE if y.val >> n else eq(x.args[0], bv(y.val, n))
    return make(op, (x, y), 0)


def eq(x, y):
    if x.w == 0:
        return lnot(lxor(x, y))
    if is_const(x):
        x, y = y, x
    return _compare("=", x, y, lambda p, q: p == q)


def ult(x, y):
    return _compare("bvult", x, y, lambda p, q: p < q)


def ule(x, y):
    return _compare("bvule", x, y, lambda p, q: p <= q)


def slt(x, y):
    return _compare("bvslt", x, y, lambda p, q: signed(p, x.w) < signed(q, x.w))


def sle(x, y):
    return _compare("bvsle", x, y, lambda p, q: signed(p, x.w) <= signed(q, x.w))


def ne(x, y):
    return lnot(eq(x, y))


def lnot(x):
    if is_const(x):
        return boolean(not x.val)
    return x.args[0] if x.op == "not" else make("not", (x,), 0)


def land(*xs):
    out = []
    for x in xs:
        if x is FALSE:
            return FALSE
        if x is not TRUE and x not in out:
            out.append(x)
    for x in out:
        if lnot(x) in out:
            return FALSE
    return TRUE if not out else out[0] if len(out) == 1 else make("and", tuple(out), 0)


def lor(*xs):
    return lnot(land(*[lnot(x) for x in xs]))


def implies(x, y):
    return lor(lnot(x), y)


def lxor(x, y):
    if is_const(x):
        return lnot(y) if x.val else y
    if is_const(y):
        return lnot(x) if y.val else x
    return FALSE if x is y else make("xor", (x, y), 0)


def lite(c, x, y):
    return lor(land(c, x), land(lnot(c), y)) if not is_const(c) else x if c.val else y


def ite(c, x, y):
    assert x.w == y.w, (x.w, y.w)
    if is_const(c):
        return x if c.val else y
    if x is y:
        return x
    if x.w == 0:
        return lite(c, x, y)
    if c.op == "not":
        return ite(c.args[0], y, x)
    if x.op == "ite" and x.args[0] is c:
        x = x.args[1]
    if y.op == "ite" and y.args[0] is c:
        y = y.args[2]
    return make("ite", (c, x, y), x.w)


def raw(text, *args):
    """A Boolean in SMT-LIB's own words, {i} for the arguments: of floating-point theory."""
    return make("raw", args, 0, text)
