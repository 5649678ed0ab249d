# SPDX-License-Identifier: BSD-3-Clause
"""How does a claim execute one lane of the vector stages?  Their text, with a vector as one element.

A stage is a loop over groups of eight elements without anything that goes from one to another, but
for `nf_any`, which asks whether any lane is unusual.  So a vector is one of its lanes here, an array
one of its elements, and a stage is executed for one element; `nf_any(x)` is x, or a fresh truth:
another lane may be the one, and both ways must be right for this one.

What moves lanes about (shuffles between words and doubles, loads and stores) is given as what it
does to one lane; that the intrinsics do the same as the portable text is tested (test_lane_vectors).
"""

from __future__ import annotations

from proofs.smt import smtlib
from proofs.smt import terms as t
from proofs.smt.c.expressions import zeros
from proofs.smt.c.operators import real
from proofs.smt.c.program import Program
from proofs.smt.c.types import BOOL, DOUBLE, INT, UINT, ULONG, Int, Pointer, UnsupportedError, Void
from proofs.smt.core import Core, Run

VECTORS = ("nf_words", "nf_ints", "nf_singles", "nf_longs", "nf_signed_longs", "nf_doubles")
HEADERS = (
    "levels/of_level.h",
    "levels/families.h",
    "levels/double_operations.h",
    "levels/fixed_vectors.h",
    "levels/order_vectors.h",
    "levels/fetch_store.h",
    "levels/rounding_constants.c",
    "core/formats.c",
    "core/limits.c",
    "routes/target.c",
    "routes/by_words.c",
    "routes/cast.c",
)
TEXT = "#define NF_LEVEL portable\n" + "".join(f'#include "{name}"\n' for name in HEADERS)
# A level that computes, and a host whose rounding mode can be set: what most users run.
DEFINES = ("-D__FMA__", "-D__builtin_convertvector(x,t)=(t)(x)")
CUTTING = "-D__x86_64__"  # NF_CUTS: products, quotients and roots are made in rounding toward zero
NEAREST, TOWARD_ZERO = 0x1F80, 0x7F80  # of the host's control word
FAMILIES = {"posit": 0, "takum": 1, "float": 2, "truncated": 3, "fixed": 4}  # nf_family
AGAIN, SPECIAL = 1 << 31, 1 << 30  # NF_AGAIN, NF_SPECIAL


class LaneProgram(Program):
    """Pointers go nowhere: p + i and p[i] are the element at p, and v[i] is the lane v.

    `half`: where vectors of words are seen as vectors of half as many long words, the word is the
    low half of one (0), or the high one (1) beside any other word.  `products`, if a list, notes the
    operands of lanes that are multiplied and gives variables for the products.
    """

    half, products = 0, None

    def __init__(self, source, lanes=()):
        super().__init__(source, lanes)
        self.enums.update(NF_LANES=1, NF_GROUP=1)

    def convert(self, v, a, b):
        if getattr(a, "lane", False) and getattr(b, "lane", False) and self.half:
            if (a.w, b.w) == (32, 64):
                return t.concat(v, self.fresh(UINT, "other_half"))
            if (a.w, b.w) == (64, 32):
                return t.extract(63, 32, v)
        return super().convert(v, a, b)

    def binary(self, n, op, left, right, st):
        if isinstance(left[1], Pointer) and op == "+":
            return left
        if op == "*" and self.products is not None and isinstance(left[1], Int) and left[1].lane:
            product = self.fresh(left[1], "product")
            self.products.append((left[0], right[0], product))
            return product, left[1]
        return super().binary(n, op, left, right, st)

    def place_ArrayRef(self, n, st, fr):
        ref, ty = self.ev(n.name, st, fr) if self.points(n.name, st, fr) else (None, None)
        if ref is not None:
            inside = st.read(ref)
            index, _ = self.ev(n.subscript, st, fr)
            if isinstance(inside, dict) and t.is_const(index) and str(index.val) in inside:
                return (ref[0], (*ref[1], str(index.val))), ty.to
            return ref, ty.to
        ref, ty = self.place(n.name, st, fr)
        if getattr(ty, "lane", False):
            return ref, ty
        return super().place_ArrayRef(n, st, fr)

    def ev_ArrayRef(self, n, st, fr):
        """What a pointer points to is the one lane, or an element of it."""
        if self.points(n.name, st, fr) or getattr(self.place(n.name, st, fr)[1], "lane", False):
            return self.value(*self.place(n, st, fr), st)
        return super().ev_ArrayRef(n, st, fr)

    def points(self, n, st, fr):
        return isinstance(self.place(n, st, fr)[1], Pointer)


# ---- what stands for functions that are not one lane's text: (program, call, state, arguments)
def any_lane(p, _n, _st, args):
    """True where this lane is; where it is not, another one may be."""
    here = t.ne(args[0][0], t.bv(0, args[0][0].w))
    other = t.eq(p.fresh(Int(1, False), "other_lane"), t.bv(1, 1))
    return t.ite(t.lor(here, other), t.bv(1, 8), t.bv(0, 8)), BOOL


def pair(p, word):
    """Both halves hold the element."""
    return {"at": {"0": word, "1": word}}, p.types["nf_pair"]


def zipped(p, _n, _st, args):
    return pair(p, t.concat(args[0][0], args[1][0]))


def unzipped(_p, _n, st, args):
    word = args[0][0]["at"]["0"]
    st.write(args[1][0], t.extract(63, 32, word))
    st.write(args[2][0], t.extract(31, 0, word))
    return None, Void()


def position(p, n, st, args):
    """127 + the place of the leading one; 0 for 0.  All words: exhaustive.position."""
    x = args[0][0]
    p.oblige("nf_position of 2^31 and more", n, st, t.slt(x, t.bv(0, 32)))
    place = t.sub(t.bv(127 + 31, 32), zeros(t.concat(x, t.bv(0xFFFFFFFF, 32)), leading=True))
    return t.ite(t.eq(x, t.bv(0, 32)), t.bv(0, 32), place), p.types["nf_words"]


def exact_pair(p, _n, _st, args):
    """A signed word as a double."""
    return pair(p, p.convert(args[0][0], Int(32, True), DOUBLE))


def get(name):
    return lambda p, _n, st, args: (st.read(args[0][0]), p.types[name])


def get_pair(p, _n, st, args):
    return pair(p, st.read(args[0][0]))


def put(_p, _n, st, args):
    st.write(args[0][0], args[1][0])
    return None, Void()


def put_pair(_p, _n, st, args):
    st.write(args[0][0], args[1][0]["at"]["0"])
    return None, Void()


def memcpy(_p, n, st, args):
    """Of one object, to one as wide."""
    to, source = args[0][0], st.read(args[1][0])
    assert st.read(to).w == source.w, f"memcpy at {n.coord}"
    st.write(to, source)
    return None, Void()


def same_row(_p, _n, st, args):
    a, b = (st.read(x[0]) for x in args)
    return t.ite(t.land(*[t.eq(a[f], b[f]) for f in a]), t.bv(1, 8), t.bv(0, 8)), BOOL


def set_mode(p, n, _st, args):
    p.mode = {NEAREST: "RNE", TOWARD_ZERO: "RTZ"}[args[0][0].val]
    return None, Void()


def fused(p, _n, _st, args):
    x, y, z = (a[0] for a in args)
    text = f"(fp.fma {{mode}} {real(DOUBLE, 0)} {real(DOUBLE, 1)} {real(DOUBLE, 2)})"
    return p.of_theory(DOUBLE, text, x, y, z), DOUBLE


def root(p, _n, _st, args):
    return p.of_theory(DOUBLE, f"(fp.sqrt {{mode}} {real(DOUBLE, 0)})", args[0][0]), DOUBLE


def first(_p, _n, _st, args):
    return args[0]


LANES = {
    "nf_any": any_lane,
    "nf_zip": zipped,
    "nf_unzip": unzipped,
    "nf_reorder": first,
    "nf_low_words": lambda p, _n, _st, a: (t.extract(31, 0, a[0][0]), p.types["nf_words"]),
    "nf_position": position,
    "nf_exact_pair": exact_pair,
    "nf_get": get("nf_words"),
    "nf_get_pair": get_pair,
    "nf_put": put,
    "nf_put_pair": put_pair,
    "memcpy": memcpy,
    "nf_same_row": same_row,
    "nf_bits_of": lambda _p, _n, _st, a: (a[0][0], ULONG),
    "nf_double_of": lambda _p, _n, _st, a: (a[0][0], DOUBLE),
    "_mm_setcsr": set_mode,
    "__builtin_fma": fused,
    "__builtin_sqrt": root,
}


class LaneCore(Core):
    """The core and the stages of a checkout."""

    PROGRAM, CUTS = LaneProgram, True

    def __init__(self, checkout):
        defines = (*DEFINES, *([CUTTING] if self.CUTS else []), f"-I{checkout.cbits}")
        super().__init__(checkout, TEXT, VECTORS, defines)

    def run(self):
        return LaneRun(self)


class NearestCore(LaneCore):
    """The same on a host whose rounding mode the stages leave alone."""

    CUTS = False


class LaneRun(Run):
    """One execution of a stage for one element; `alone` is true where no other lane is unusual."""

    def __init__(self, core):
        super().__init__(core)
        self.p.externals.update(LANES)

    def any_or(self, text):
        """The row of a text, or any legal one of a family ("every float"), of up to 32 bits.

        Gives what a C function takes, hypotheses, and what a counterexample shows of the row.
        """
        family = text.removeprefix("every ")
        if family == text:
            return self.row(text), [], {}
        f, row = self.any_row(family=FAMILIES[family])
        status = self.call("nf_format_check", f)
        known = [t.eq(status, t.bv(0, status.w)), t.ule(row["bits"], t.bv(32, 8))]
        return f, known, {f"row {name}": x for name, x in row.items() if not t.is_const(x)}

    def code(self, name):
        """Any code of the row, in 32 bits, and the hypothesis that it is one."""
        bits = self.st.mem["row"]["bits"]
        if t.is_const(bits):
            return t.zext(t.var(name, bits.val), 32), t.TRUE
        code = t.var(name, 32)
        unused = t.sub(t.bv(32, 32), t.zext(bits, 32))
        return code, t.ule(code, t.lshr(t.bv(0xFFFFFFFF, 32), unused))

    def served(self, condition, *args):
        """The hypothesis that a condition of the routes lets the row go through a stage.

        UnsupportedError where it keeps a row away.
        """
        yes = self.call(condition, *args)
        if t.is_const(yes) and not yes.val:
            raise UnsupportedError(f"the stages do not serve this row: {condition} is false")
        return t.ne(yes, t.bv(0, yes.w))

    def array(self, name, value, ty):
        """An array of elements, of which `value` is the one."""
        self.st.mem[name] = value
        return (name, ()), Pointer(ty)

    def two_doubles(self, name, value):
        """Of a loop that asks whether any element is unusual: the element and any other one."""
        other = t.var("other_lane_" + name, 64)
        return self.array(name, {"0": value, "1": other}, DOUBLE)

    def words(self, name, value):
        return self.array(name, value, UINT)

    def doubles(self, name, value):
        return self.array(name, value, DOUBLE)

    def target(self, f, *, conversion=False):
        """The nf_target of a row."""
        value = self.call("nf_target_of", f, (t.bv(conversion, 8), BOOL))
        return self.array("target", value, self.p.types["nf_target"])

    @staticmethod
    def alone(*roots):
        """No other lane is unusual, in the terms below `roots`."""
        others = [
            x for x in smtlib.order(roots) if x.op == "var" and x.val.startswith("other_lane")
        ]
        return t.land(*[t.eq(x, t.bv(0, x.w)) for x in others])


def integer(n):
    """An int as an argument."""
    return t.bv(n, 32), INT
