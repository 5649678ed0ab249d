# SPDX-License-Identifier: BSD-3-Clause
"""Does nf_el_<op> hand the loaded operands to the exact operation, and what that gives to the rounding?

It is executed with its callees captured: loading gives any finite number, the same at both widths
of the field; the exact operations give any number; the rounding gives any code.  Every path that
ends has to have called them with the right arguments.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from proofs.smt import terms as t
from proofs.smt.c.types import ULONG
from proofs.smt.claims.codec_rows import Subject
from proofs.smt.claims.cuts import aligned, cut
from proofs.smt.operands import any_number, leads, near_zero, number_type
from proofs.smt.query import Query, ask
from proofs.smt.spec import parameters as p

OPERANDS = {"add": 2, "mul": 2, "div": 2, "sqrt": 1, "fma": 3}
BIG = ("div", "sqrt", "fma")  # of rows that wrap, these are made of numbers of any size
FIELDS = ("sig", "exp", "cls", "sign")
# What makes the exact result of each operation.  At 64 bits: of rows that compute there.
MAKERS = {
    "add": ("nf_add_finite_64", "nf_add_finite_128"),
    "mul": ("nf_mul_finite_64", "nf_mul_finite_128"),
    "div": ("nf_div_finite_64", "nf_div_finite_128", "nf_div_long"),
    "sqrt": ("nf_sqrt_finite_64", "nf_sqrt_finite_128", "nf_sqrt_long"),
    "fma": ("nf_mul_finite_128", "nf_add_finite_128", "nf_add_wide"),
}


def width_of(name):
    """The field at which a function works."""
    return 64 if name.endswith(("_64", "_long")) else 128


@dataclass
class Call:
    """One call of a captured function: the path to it, its arguments, what it gave."""

    name: str
    path: t.T
    args: list
    given: object


@dataclass
class Glued:
    """An execution of nf_el_<op> on finite operands, with what it called."""

    subject: Subject
    numbers: dict
    known: list
    result: t.T
    calls: list[Call] = field(default_factory=list)

    def of(self, *names):
        """The calls of these functions."""
        return [c for c in self.calls if c.name in names]


def number(tag, *, positive):
    """A finite number of 64 significant bits."""
    sig, exp = t.var(f"{tag}_sig", 64), t.var(f"{tag}_exp", 32)
    sign = t.bv(0, 8) if positive else t.zext(t.var(f"{tag}_sign", 1), 8)
    x = {"sig": sig, "exp": exp, "cls": t.bv(1, 8), "sign": sign}
    return x, [leads(sig), *near_zero(exp, 1 << 18)]


def at(x, width):
    """A number of 64 significant bits in a field."""
    return x if width == 64 else {**x, "sig": t.concat(x["sig"], t.bv(0, 64))}


def rows_of(core, instance, op):
    """The rows of an instance, in a new execution; of all rows at once without those that wrap by wrap.c."""
    s = Subject(core, instance)
    if s.every and s.spec.parameters.family == p.FIXED and op in BIG:
        s.legal = (*s.legal, t.lnot(s.spec.parameters.equals("overflow", p.WRAP)))
    return s


def makes(op):
    """The beginnings of the names of an operation: of any row, with the codec inlined, of narrow rows alone."""
    return ("nf_el", "nf_folded", "nf_short") if op != "fma" else ("nf_el",)


def executed(core, instance, op, zero="", make="nf_el"):
    """An operation on any finite operands; `zero`: the name of one that is 0; `make`: one of makes(op)."""
    s = rows_of(core, instance, op)
    run, names = s.run, "abc"[: OPERANDS[op]]
    codes = {name: t.var(f"code_{name}", 64) for name in names}
    numbers, known = {}, list(s.legal)
    for name in names:
        numbers[name], facts = number(name, positive=op == "sqrt")
        if name == zero:
            numbers[name] |= {"sig": t.bv(0, 64), "exp": t.bv(0, 32), "cls": t.bv(0, 8)}
            continue
        known += facts
    if make == "nf_short":
        known.append(truth(run.call("nf_is_narrow", s.row)))
    calls = []

    def capture(name, value):
        def stand_in(_program, _node, state, args):
            given, ty = value([a for a, _ in args])
            calls.append(Call(name, state.path, [a for a, _ in args], given))
            return given, ty

        run.p.externals[name] = stand_in

    for w in (64, 128):

        def load(args, w=w):
            of = [name for name in names if codes[name] is args[1]]
            x = at(numbers[of[0]], w) if of else any_number(run, w, "unknown")
            return x, number_type(run, w)

        capture(f"nf_load_{w}", load)
        capture(f"nf_result_{w}", lambda _: (t.var(f"result_{len(calls)}", 64), ULONG))
    for name in MAKERS[op]:
        capture(
            name,
            lambda _, name=name: (
                made(run, name, op, len(calls)),
                number_type(run, width_of(name)),
            ),
        )
    y = run.call(f"{make}_{op}", s.row, *[(codes[name], ULONG) for name in names], run.env)
    exact = [c.given for c in calls if c.name in MAKERS[op] and "add" not in c.name]
    for x in exact:  # which their lemmas say
        known += [leads(x["sig"]), *near_zero(x["exp"])]
    return Glued(s, numbers, known, y, calls)


def made(run, name, op, n):
    """What an exact operation gives: any number, finite but for sums."""
    x = any_number(run, width_of(name), f"exact_{n}")
    return x if "add" in name else {**x, "cls": t.bv(1, 8)}


def equal(x, y):
    """The same number."""
    return t.land(*[t.eq(x[name], y[name]) for name in FIELDS])


def either(call, a, b):
    """The first two arguments are these, in either order."""
    x, y = call.args[:2]
    return t.lor(t.land(equal(x, a), equal(y, b)), t.land(equal(x, b), equal(y, a)))


def right_call(g, call, op):
    """A term: the arguments of an exact operation are the loaded operands, as the row cuts them."""
    q, x = g.subject.spec.parameters, {n: at(v, width_of(call.name)) for n, v in g.numbers.items()}
    if op == "sqrt":
        asked = equal(call.args[0], x["a"])
        fine = q.equals("rounding", p.STOCHASTIC)
        return t.land(asked, t.eq(truth(call.args[1]), fine)) if len(call.args) > 1 else asked
    if op == "div":
        return t.land(equal(call.args[0], x["a"]), equal(call.args[1], x["b"]))
    if op == "mul":
        return either(call, x["a"], x["b"])
    down = t.eq(truth(call.args[2]), q.equals("rounding", p.TOWARD_NEGATIVE))
    pairs = [tuple(narrowed(v, width_of(call.name)) for v in pair) for pair in addends(g, op)]
    return t.land(down, t.lor(*[either(call, *aligned(q_of(g), *pair)) for pair in pairs]))


def addends(g, op):
    """The pairs of numbers that an operation may add: operands, or the product and c, in 128 bits."""
    x = {n: at(v, 128) for n, v in g.numbers.items()}
    if op == "add":
        return [(x["a"], x["b"])]
    return [(cut(q_of(g), c.given, p.CUT_PRODUCT), x["c"]) for c in g.of("nf_mul_finite_128")]


def nothing_left(g, op, given):
    """A term: a row that cuts at alignment leaves nothing of one addend, and the other one is given."""
    if op not in ("add", "fma") or g.subject.spec.parameters.family != p.TRUNCATED:
        return t.FALSE
    width = given["sig"].w
    found = []
    for pair in addends(g, op):
        a, b = (narrowed(x, width) for x in pair)
        short_a, short_b = aligned(q_of(g), a, b)
        for short, other in ((short_a, b), (short_b, a)):
            found.append(t.land(t.eq(short["sig"], t.bv(0, width)), equal(given, other)))
    return t.lor(*found)


def narrowed(x, width):
    """A number of 64 significant bits in 128, in a field of this width."""
    return {**x, "sig": t.extract(127, 128 - width, x["sig"])}


def q_of(g):
    """The parameters of the row."""
    return g.subject.spec.parameters


def truth(v):
    return t.ne(v, t.bv(0, v.w))


def glue(core, instance, op, replay):
    """What is asked of each make of an operation."""
    for make in makes(op):
        if is_made(core, instance, make):
            yield ends_in_one_rounding(core, instance, op, make, replay)
            yield from passed(core, instance, op, make, replay)


def is_made(core, instance, make):
    """Is there a row of the instance that is served by this make?"""
    s = Subject(core, instance)
    narrow = truth(s.run.call("nf_is_narrow", s.row)) if make == "nf_short" else t.TRUE
    return narrow is not t.FALSE and reachable(narrow, s.legal)


def reachable(when, known):
    """Is there a row for which the condition holds?  Of constants it is known by folding."""
    return when is t.TRUE or ask([when, *known], 60).status != "unsat"


def ends_in_one_rounding(core, instance, op, make, replay):
    """Every path on finite operands ends in one rounding of one exact result."""
    g = executed(core, instance, op, make=make)
    last = [c for c in g.of(*MAKERS[op]) if op != "fma" or c.name != "nf_mul_finite_128"]
    ends = []
    for r in g.of("nf_result_64", "nf_result_128"):
        w = width_of(r.name)
        sources = [
            t.land(c.path, right_call(g, c, op), equal(r.args[1], rounded_of(g, c, op)))
            for c in last
            if width_of(c.name) == w
        ]
        sources.append(nothing_left(g, op, r.args[1]))
        ends.append(t.land(r.path, t.eq(g.result, r.given), t.lor(*sources)))
    products = [
        either(c, at(g.numbers["a"], 128), at(g.numbers["b"], 128))
        for c in g.of("nf_mul_finite_128")
    ]
    goal = t.land(t.lor(*ends), t.eq(g.subject.run.flags, t.bv(0, 32)))
    if op == "fma":
        goal = t.land(goal, *products)
    say = g.subject.shown(result=g.result)
    return Query(f"glue of {make}_{op}", goal, tuple(g.known), say, t.TRUE, replay)


def passed(core, instance, op, make, replay):
    """Where one addend is 0, the other one goes to the rounding as it is."""
    for zero in {"add": "ab", "fma": "ac"}.get(op, ""):
        g = executed(core, instance, op, zero, make)
        ends = []
        for r in g.of("nf_result_64", "nf_result_128"):
            other = at(
                g.numbers["c" if op == "fma" else "b" if zero == "a" else "a"], width_of(r.name)
            )
            whole = [
                equal(r.args[1], cut(q_of(g), c.given, p.CUT_PRODUCT))
                for c in g.of("nf_mul_finite_128")
            ]
            same = t.lor(*whole) if zero == "c" else equal(r.args[1], other)
            ends.append(t.land(r.path, t.eq(g.result, r.given), same))
        goal = t.land(t.lor(*ends), t.eq(g.subject.run.flags, t.bv(0, 32)))
        say = g.subject.shown(result=g.result)
        yield Query(
            f"glue of {make}_{op} where {zero} is 0", goal, tuple(g.known), say, None, replay
        )


def rounded_of(g, call, op):
    """What the rounding has to get: the exact result, products as a truncated row cuts them."""
    return cut(q_of(g), call.given, p.CUT_PRODUCT) if op == "mul" else call.given
