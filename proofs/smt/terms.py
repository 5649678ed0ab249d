# SPDX-License-Identifier: BSD-3-Clause
"""How are terms built?  Each builder folds what it can, which is what keeps the terms of a constant row small.

Nothing here knows C or a solver.  Folding uses constants, and `ite` whose sides are constants: the
core is full of them, as a class or a Boolean is one.
"""

from __future__ import annotations

from functools import partial

from proofs.smt.meaning import COMPARISONS, WORDS
from proofs.smt.node import T, make, signed

__all__ = ["T", "make", "signed"]

TRUE, FALSE = make("const", (), 0, 1), make("const", (), 0, 0)


def bv(value, w):
    """A constant word."""
    return make("const", (), w, value & ((1 << w) - 1))


def boolean(b):
    """A constant Boolean."""
    return TRUE if b else FALSE


def var(name, w):
    """A variable; the same name is the same variable."""
    return make("var", (), w, name)


def raw(text, *args):
    """A Boolean in SMT-LIB's own words, {i} for the arguments: of floating-point theory."""
    return make("raw", args, 0, text)


def is_const(x):
    """Is this a constant?"""
    return x.op == "const"


def _either(x):
    """Is this `ite` of two constants?"""
    return x.op == "ite" and is_const(x.args[1]) and is_const(x.args[2])


def _each(f, x):
    """f of both sides of an `ite`."""
    return ite(x.args[0], f(x.args[1]), f(x.args[2]))


# ---- words ------------------------------------------------------------------------------------------

COMMUTE = {"bvadd", "bvmul", "bvand", "bvor", "bvxor"}
BITWISE = ("bvand", "bvor", "bvxor")
# x op 0 is x; x op 0 is 0; x op 1 is x; x op x is x; x op x is 0.
ZERO_KEEPS = {"bvadd", "bvsub", "bvor", "bvxor", "bvshl", "bvlshr", "bvashr"}
ZERO_WINS = {"bvand", "bvmul"}
ONE_KEEPS = {"bvmul", "bvudiv", "bvsdiv"}
SAME_KEEPS, SAME_CLEARS = {"bvand", "bvor"}, {"bvxor", "bvsub"}


def _binary(op, x, y):
    w = x.w
    assert w == y.w, (op, x.w, y.w)
    if is_const(x) and is_const(y):
        return bv(WORDS[op](x.val, y.val, w), w)
    if op in COMMUTE and is_const(x):
        x, y = y, x
    folded = _with_constant(op, x, y.val, w) if is_const(y) else None
    if folded is not None:
        return folded
    if is_const(y) and _either(x):
        return _each(lambda side: _binary(op, side, y), x)
    if is_const(x) and _either(y):
        return _each(lambda side: _binary(op, x, side), y)
    if op in BITWISE and _is_truth(x) and _is_truth(y):
        connective = {"bvand": land, "bvor": lor, "bvxor": lxor}[op]
        return ite(connective(_truth(x), _truth(y)), bv(1, w), bv(0, w))
    if x is y and op in SAME_KEEPS | SAME_CLEARS:
        return x if op in SAME_KEEPS else bv(0, w)
    return make(op, (x, y), w)


def _with_constant(op, x, k, w):
    """x op k, folded, or None."""
    ones = (1 << w) - 1
    if (
        (k == 0 and op in ZERO_KEEPS)
        or (k == 1 and op in ONE_KEEPS)
        or (k == ones and op == "bvand")
    ):
        return x
    if (k == 0 and op in ZERO_WINS) or (k >= w and op in ("bvshl", "bvlshr")):
        return bv(0, w)
    if k == ones and op == "bvor":
        return bv(ones, w)
    if op == "bvudiv" and k and k & (k - 1) == 0:
        return _binary("bvlshr", x, bv(k.bit_length() - 1, w))
    return None


def _is_truth(x):
    """Is this 0 or 1, by a condition?"""
    return _either(x) and x.args[1].val <= 1 and x.args[2].val <= 1


def _truth(x):
    """The condition under which it is 1."""
    c, p, q = x.args
    return lite(c, boolean(p.val), boolean(q.val))


add, sub, mul = partial(_binary, "bvadd"), partial(_binary, "bvsub"), partial(_binary, "bvmul")
band, bor, bxor = partial(_binary, "bvand"), partial(_binary, "bvor"), partial(_binary, "bvxor")
shl, lshr, ashr = partial(_binary, "bvshl"), partial(_binary, "bvlshr"), partial(_binary, "bvashr")
udiv, urem = partial(_binary, "bvudiv"), partial(_binary, "bvurem")
sdiv, srem = partial(_binary, "bvsdiv"), partial(_binary, "bvsrem")


def _unary(op, x):
    if is_const(x):
        return bv(~x.val if op == "bvnot" else -x.val, x.w)
    if x.op == op:
        return x.args[0]
    return _each(partial(_unary, op), x) if _either(x) else make(op, (x,), x.w)


bnot, neg = partial(_unary, "bvnot"), partial(_unary, "bvneg")


def extract(high, low, x):
    """Bits high to low of a word."""
    w = high - low + 1
    if w == x.w:
        return x
    if is_const(x):
        return bv(x.val >> low, w)
    if _either(x):
        return _each(partial(extract, high, low), x)
    if x.op == "extract":
        return extract(high + x.val[1], low + x.val[1], x.args[0])
    if x.op in ("zero_extend", "sign_extend") and high < x.args[0].w:
        return extract(high, low, x.args[0])
    if x.op == "zero_extend" and low >= x.args[0].w:
        return bv(0, w)
    if x.op == "concat":
        n = x.args[1].w
        if high < n:
            return extract(high, low, x.args[1])
        if low >= n:
            return extract(high - n, low - n, x.args[0])
    return make("extract", (x,), w, (high, low))


def _extend(op, x, w):
    """x in w bits; a constant of more bits than w may come, if it has the room: a shift's distance."""
    if w == x.w:
        return x
    if is_const(x):
        y = bv(x.val if op == "zero_extend" else signed(x.val, x.w), w)
        assert w > x.w or _extend(op, y, x.w) is x, (op, x.val, w)
        return y
    if _either(x):
        return _each(lambda side: _extend(op, side, w), x)
    assert w > x.w, (op, x.w, w)
    if x.op in (op, "zero_extend"):  # what zeros extend has no sign
        return _extend(x.op, x.args[0], w)
    return make(op, (x,), w, w - x.w)


zext, sext = partial(_extend, "zero_extend"), partial(_extend, "sign_extend")


def concat(x, y):
    """The bits of x above those of y."""
    if is_const(x) and is_const(y):
        return bv(x.val << y.w | y.val, x.w + y.w)
    if is_const(x) and x.val == 0:
        return zext(y, x.w + y.w)
    return make("concat", (x, y), x.w + y.w)


# ---- Booleans ---------------------------------------------------------------------------------------


def _compare(op, x, y):
    assert x.w == y.w, (op, x.w, y.w)
    if is_const(x) and is_const(y):
        return boolean(COMPARISONS[op](x.val, y.val, x.w))
    if x is y:
        return boolean(op in ("bvule", "bvsle", "="))
    if is_const(y) and _either(x):
        return _each(lambda side: _compare(op, side, y), x)
    if is_const(x) and _either(y):
        return _each(lambda side: _compare(op, x, side), y)
    if op == "=" and is_const(y) and x.op == "zero_extend":
        n = x.args[0].w
        return FALSE if y.val >> n else eq(x.args[0], bv(y.val, n))
    return make(op, (x, y), 0)


ult, ule = partial(_compare, "bvult"), partial(_compare, "bvule")
slt, sle = partial(_compare, "bvslt"), partial(_compare, "bvsle")


def eq(x, y):
    """Are two words, or two Booleans, equal?"""
    if x.w == 0:
        return lnot(lxor(x, y))
    return _compare("=", y, x) if is_const(x) else _compare("=", x, y)


def ne(x, y):
    """Do they differ?"""
    return lnot(eq(x, y))


def lnot(x):
    """Not x."""
    if is_const(x):
        return boolean(not x.val)
    return x.args[0] if x.op == "not" else make("not", (x,), 0)


def land(*xs):
    """All of them; true where there are none."""
    out = dict.fromkeys(x for x in xs if x is not TRUE)
    if FALSE in out or any(lnot(x) in out for x in out):
        return FALSE
    return TRUE if not out else next(iter(out)) if len(out) == 1 else make("and", tuple(out), 0)


def lor(*xs):
    """Any of them."""
    return lnot(land(*[lnot(x) for x in xs]))


def implies(x, y):
    """y wherever x."""
    return lor(lnot(x), y)


def lxor(x, y):
    """One of two."""
    if is_const(x):
        return lnot(y) if x.val else y
    if is_const(y):
        return lnot(x) if y.val else x
    return FALSE if x is y else make("xor", (x, y), 0)


def lite(c, x, y):
    """`ite` of Booleans."""
    if is_const(c):
        return x if c.val else y
    return lor(land(c, x), land(lnot(c), y))


def ite(c, x, y):
    """x where c holds, else y."""
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
