# SPDX-License-Identifier: BSD-3-Clause
"""How far from its function is a double kernel of cbits/levels/function_doubles.h, proved from its text?

The kernels are preprocessed, parsed, and run on intervals of arguments which together hold all that
a kernel takes (near_numbers.py): every operation adds its rounding, every polynomial its distance
from its function (of the coefficients in the text), every constant what it lost.  A comparison that
an interval does not decide sends it both ways.

The exact value E of which the errors are bounded is that of the same expression without roundings,
with functions for polynomials.  That E is the function which the kernel is named after is seen at
points only (test_kernel_bounds.py): there the interval of E is narrow.  What C says in bits, and
what intervals do not see, is in kernel_lemmas.py.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
from pycparser import c_ast, c_parser

from proofs.bounds.kernel_lemmas import LEMMAS, MODELS, PREMISES, NotProvedError
from proofs.bounds.near_numbers import Near, U, add, divide, least_of, multiply, square

COMPILER = shlex.split(os.environ.get("CC", "cc"))
CBITS = Path(__file__).resolve().parents[2] / "cbits"
GENERATED = {
    "doubles.h": ("functions/constants.py", "doubles"),
    "polynomials.h": ("levels/polynomials.py",),
    "two_over_pi.h": ("levels/two_over_pi.py",),
}
# cut below to 53 bits: the last parts of constants
CUT = ("LN2_2", "LOG2E", "LOG10E", "LOG2_10_2", "PI", "HALF_PI_3", "2_PI", "1_PI", "CBRT2", "CBRT4")
KERNEL = re.compile(
    r"\bstatic inline __attribute__\(\(always_inline, unused\)\)\s+"
    r"((?:double |nf_dd |_Bool nf_dd_)\w+\([^{}]*\)\s*\{[^{}]*\})"
)


def script(path):
    """A script of the build as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def generate(directory, cbits=CBITS):
    """The headers which the build writes; flags to find all of them."""
    for name, (path, *arguments) in GENERATED.items():
        run = [sys.executable, str(cbits / path), *arguments]
        text = subprocess.run(run, check=True, capture_output=True, text=True).stdout
        (directory / name).write_text(text)
    return ["-I", str(directory), "-I", str(cbits), "-I", str(cbits / "include")]


def changed(text, old, new):
    """The text with a fault planted, at one place that has to be there."""
    found, count = re.subn(old, new, text, count=1)
    assert count == 1
    return found


def preprocessed(directory, header="function_doubles.h", cbits=CBITS):
    """The text of all kernels and their parts; the values of constants that are cut."""
    flags = generate(directory, cbits)
    command = [*COMPILER, "-std=gnu11", "-E", "-P", *flags, str(cbits / "levels" / header)]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    constants = dict(re.findall(r"#define NF_(\w+) (\S+)", (directory / "doubles.h").read_text()))
    return "\n".join(KERNEL.findall(text)), {float.fromhex(constants[name]) for name in CUT}


class Cell:
    """A variable whose address is passed."""

    value = None


class Machine:
    """Runs kernels on intervals.

    rest: what reductions of the circle leave of x (MODELS), in `quadrant`.
    guesses: what open comparisons are taken for, in their order.
    """

    models, lemmas, premises = MODELS, LEMMAS, PREMISES
    heads = "typedef unsigned long uint64_t; typedef unsigned long size_t;\n"
    counted = 2.0**-1000, 2.0**1000  # results that count are between

    def __init__(self, text, cut):
        words = " ".join(text.split())
        for premise in self.premises.strip().splitlines():
            if premise not in words:
                raise NotProvedError(f"lemmas are of another text: {premise}")
        tree = c_parser.CParser().parse(self.heads + text)
        self.functions = {f.decl.name: f for f in tree.ext if isinstance(f, c_ast.FuncDef)}
        self.cut, self.script = cut, script(CBITS / "levels" / "polynomials.py")
        self.distances, self.rest, self.quadrant = {}, None, 0

    def run(self, name, x, guesses):
        """The kernel's value on a path; comparisons that were open, by number, and where."""
        self.guesses, self.open, self.asked, self.shape = list(guesses), [], 0, x.lo.shape
        return self.start(name, x), self.open

    def start(self, name, x):
        return self.call("nf_near_" + name, x)

    def at(self, mask):
        """The machine for some cases only."""
        part = object.__new__(type(self))
        part.__dict__ |= self.__dict__ | {"rest": self.rest and self.rest.at(mask)}
        return part

    # ---- decisions -------------------------------------------------------------------------------

    def decide(self, surely, never):
        """True or False for each case; open ones as guessed, or True and noted."""
        unknown = np.broadcast_to(~(surely | never), self.shape)
        if self.asked == len(self.guesses):
            self.guesses.append(True)
            if unknown.any():
                self.open.append((self.asked, unknown))
        self.asked += 1
        return np.where(unknown, self.guesses[self.asked - 1], surely)

    def less(self, a, b):
        (a_lo, a_hi), (b_lo, b_hi) = a.computed(), b.computed()
        return self.decide(a_hi < b_lo, a_lo >= b_hi)

    def equal(self, a, b):
        (a_lo, a_hi), (b_lo, b_hi) = a.computed(), b.computed()
        return self.decide((a_lo == b_hi) & (a_hi == b_lo), (a_hi < b_lo) | (a_lo > b_hi))

    # ---- the language ----------------------------------------------------------------------------

    def call(self, name, *arguments):
        if name in self.models:
            return self.models[name](self, *arguments)
        if name.startswith("nf_poly_"):
            return self.polynomial(name, *arguments)
        return self.text(name, *arguments)

    def text(self, name, *arguments):
        """What the function returns; lemmas know of parameters, variables, and "return"."""
        f, names = self.functions[name], {}
        for p, argument in zip(f.decl.type.args.params, arguments, strict=True):
            names[p.name] = self.lemma(name, p.name, argument, names)
        for statement in f.body.block_items:
            if isinstance(statement, c_ast.Return):
                return self.lemma(name, "return", self.value(statement.expr, names), names)
            self.statement(name, statement, names)
        raise AssertionError(f"{name} returns nothing")

    def lemma(self, function, variable, z, names):
        known = self.lemmas.get((function, variable))
        return z if known is None else known(self, z, names)

    def statement(self, function, statement, names):
        if isinstance(statement, c_ast.Decl):
            name, init = statement.name, statement.init
            z = Cell() if init is None else self.value(init, names)
            names[name] = self.lemma(function, name, z, names)
            return
        assert isinstance(statement, c_ast.Assignment), statement
        value, name = self.value(statement.rvalue, names), statement.lvalue.name
        if statement.op != "=":
            value = self.arithmetic(statement.op[0], names[name], value)
        names[name] = value

    def value(self, e, names):
        return EXPRESSIONS[type(e)](self, e, names)

    def named(self, e, names):
        """A Cell without a value is an address, passed on."""
        held = names[e.name]
        return held.value if isinstance(held, Cell) and held.value is not None else held

    def unary(self, e, names):
        assert e.op in "&-", e
        return names[e.expr.name] if e.op == "&" else -self.value(e.expr, names)

    def binary(self, e, names):
        a, b = self.value(e.left, names), self.value(e.right, names)
        if a is b and e.op in "-*":  # a variable, twice
            return square(a) if e.op == "*" else Near(0, 0)
        return self.arithmetic(e.op, a, b)

    def called(self, e, names):
        """NaN is 0 here, which is not counted."""
        arguments = [] if e.args is None else e.args.exprs
        if e.name.name == "__builtin_nan":
            return Near(0, 0)
        return self.call(e.name.name, *(self.value(a, names) for a in arguments))

    def constant(self, text):
        value = float.fromhex(text) if "0x" in text else float(text)
        if value in self.cut:
            return Near(value, np.nextafter(value, np.inf), off=2 * U * value)
        return Near(value, value)

    def arithmetic(self, op, a, b):
        if op == "^":  # of the sign: errors are the same on both sides
            return a
        if not isinstance(a, Near) or not isinstance(b, Near):  # whole numbers and truths
            return WHOLE[op](
                *(np.asarray(x.lo if isinstance(x, Near) else x).astype(int) for x in (a, b))
            )
        if op in ("<", ">="):
            return self.less(a, b) ^ (op == ">=")
        if op in (">", "<="):
            return self.less(b, a) ^ (op == "<=")
        return ARITHMETIC[op](self, a, b)

    # ---- polynomials -----------------------------------------------------------------------------

    def distance(self, name):
        """How far the polynomial in the text is from its function, and where that holds."""
        if name not in self.distances:
            items = self.functions[name].body.block_items
            steps = [s.rvalue.args.exprs[2] for s in items if isinstance(s, c_ast.Assignment)]
            coefficients = [
                Fraction(float(self.value(c, {}).lo)) for c in (*steps[::-1], items[0].init)
            ]
            kernel = self.script.kernels()[name.removeprefix("nf_poly_")]
            bound = float(self.script.distance(coefficients, kernel)) * (1 + 2 * U)
            self.distances[name] = bound, float(kernel.least), float(kernel.most)
        return self.distances[name]

    def polynomial(self, name, y):
        """By its text; E is the function's value, but for the start of the cube root."""
        bound, least, most = self.distance(name)
        if np.any((y.lo < least) | (y.hi > most)):
            raise NotProvedError(f"{name}: an argument outside of its interval")
        p = self.text(name, y)
        if name == "nf_poly_cbrt":  # made up for, whatever it is
            return p.as_it_is()
        return Near(p.lo - bound, p.hi + bound, p.off + bound)


EXPRESSIONS = {
    c_ast.Constant: lambda machine, e, _: machine.constant(e.value),
    c_ast.ID: Machine.named,
    c_ast.UnaryOp: Machine.unary,
    c_ast.BinaryOp: Machine.binary,
    c_ast.FuncCall: Machine.called,
}
WHOLE = {"&&": np.logical_and, "&": np.bitwise_and, "+": np.add, "<<": np.left_shift}
ARITHMETIC = {
    "+": lambda _, a, b: add(a, b),
    "-": lambda _, a, b: add(a, -b),
    "*": lambda _, a, b: multiply(a, b),
    "/": lambda _, a, b: divide(a, b),
    "==": Machine.equal,
}


# ---- all paths -----------------------------------------------------------------------------------


def paths(machine, name, x):
    """For each path through the kernel: which cases may take it, and their values."""
    waiting = [([], np.ones(x.lo.shape, bool))]
    while waiting:
        guesses, which = waiting.pop()
        part = machine.at(which)
        z, undecided = part.run(name, x.at(which), guesses)
        for number, unknown in undecided:
            other = which.copy()
            other[which] = unknown
            waiting.append(([*part.guesses[:number], False], other))
        yield which, z


def bound(machine, name, x):
    """The greatest |C - E| / |E| on intervals x, of results that count."""
    worst, (least, most) = 0.0, machine.counted
    for which, z in paths(machine, name, x):
        counted = (z.size > least) & (z.least < most)
        rel = np.where(np.broadcast_to(counted, which.sum()), z.rel, 0.0)
        assert not np.isnan(rel).any()
        worst = max(worst, float(rel.max()))
    return worst


def enclosure(machine, name, x, *, computed=False):
    """Between what E lies on all paths, or C; of their magnitudes."""
    low, high = np.full(x.lo.shape, np.inf), np.zeros(x.lo.shape)
    for which, z in paths(machine, name, x):
        lo, hi = z.computed() if computed else (z.lo, z.hi)
        low[which] = np.minimum(low[which], least_of(lo, hi))
        high[which] = np.maximum(high[which], np.maximum(abs(lo), abs(hi)))
    return low, high
