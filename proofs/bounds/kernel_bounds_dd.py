# SPDX-License-Identifier: BSD-3-Clause
"""How far from its function is a double-double kernel of cbits/levels, proved from its text?

The machine of kernel_bounds.py, on pairs (near_pairs.py).  A literal pair of a constant is that
constant, known to what it lost; any other literal has no low part.
"""

from __future__ import annotations

import ctypes
import subprocess
from fractions import Fraction

import numpy as np
from pycparser import c_ast

from proofs.bounds.kernel_bounds import CBITS, COMPILER, Machine, bound, generate, script
from proofs.bounds.kernel_domains import bins, both
from proofs.bounds.kernel_domains_dd import LINE, TWO, Two, away, domains, grid, with_any
from proofs.bounds.kernel_lemmas import LEMMAS, MODELS, PREMISES, NotProvedError
from proofs.bounds.kernel_lemmas_dd import CIRCLE_ERROR, PAIR_LEMMAS, PAIR_MODELS, PAIR_PREMISES
from proofs.bounds.near_numbers import U, outward
from proofs.bounds.near_pairs import Pair, of


def number(text):
    return float.fromhex(text) if "0x" in text else float(text)


def cut(t, bits):
    """t > 0 with so many bits, cut below."""
    unit = Fraction(2) ** (len(bin(int(t * 2**200))) - 2 - 200 - bits)
    return float(t / unit // 1 * unit)


def constants():
    """The first double of each pair -> the number that the pair is of (to 2^-500)."""
    known = script(CBITS / "functions" / "constants.py")
    ln2, ln10 = (Fraction(x, 2**512) for x in known.logarithms(512))
    pi = Fraction(known.pi(512), 2**512)
    numbers = ln2, ln2 - Fraction(cut(ln2, 40)), 1 / ln2, 1 / ln10, ln10 / ln2, pi, 1 / pi
    return {cut(t, 53): t for t in numbers}


class PairMachine(Machine):
    models = MODELS | PAIR_MODELS
    lemmas = LEMMAS | PAIR_LEMMAS
    premises = PREMISES + PAIR_PREMISES
    heads = Machine.heads + "typedef struct nf_dd { double hi, lo; } nf_dd;\n"
    counted = 2.0**-500, 2.0**500  # as in join() of function_loops_dd.c
    numbers = constants()
    circle_error = CIRCLE_ERROR  # of what reductions of the circle leave

    def start(self, name, x):
        return self.call("nf_dd_" + name, *((x.x, x.y) if isinstance(x, Two) else (x,)))

    def call(self, name, *arguments):
        if name.startswith("nf_dd_poly_"):
            return self.polynomial_of_pairs(name, *arguments)
        return super().call(name, *arguments)

    def value(self, e, names):
        if isinstance(e, c_ast.StructRef):
            assert e.field.name == "hi", e
            return self.value(e.name, names).high()
        if isinstance(e, c_ast.FuncCall) and e.name.name == "nf_dd_of":
            hi, lo = e.args.exprs
            if isinstance(hi, c_ast.Constant):
                return self.literal(*(number(part.value) for part in (hi, lo)))
            return of(self.value(hi, names), self.value(lo, names))
        return super().value(e, names)

    def literal(self, hi, lo):
        if hi in self.numbers:
            t = self.numbers[hi]
            lost = float(abs(t - Fraction(hi) - Fraction(lo))) * (1 + 2 * U)
            return Pair(*outward(float(t), float(t)), off=lost)
        if lo:
            raise NotProvedError(f"{hi} + {lo} is of no known number")
        return Pair(hi, hi)

    def coefficients(self, name):
        """From the constant on: (value,) or (high, low)."""
        found = []
        for s in self.functions[name].body.block_items:
            if isinstance(s, c_ast.Decl) and s.name == "high":
                found.append([s.init])
            elif isinstance(s, c_ast.Assignment):
                found.append(s.rvalue.args.exprs[2:])
        return [[Fraction(float(self.value(c, {}).lo)) for c in parts] for parts in found[::-1]]

    def distance_of_pairs(self, name):
        if name not in self.distances:
            short = name.removeprefix("nf_").replace("poly_", "")
            kernel = self.script.kernels()[short]
            sums = [sum(parts) for parts in self.coefficients(name)]
            bound = float(self.script.distance(sums, kernel)) * (1 + 2 * U)
            self.distances[name] = bound, float(kernel.least), float(kernel.most)
        return self.distances[name]

    def polynomial_of_pairs(self, name, y):
        """By its text, high terms in doubles; E is the function's value."""
        bound, least, most = self.distance_of_pairs(name)
        if np.any((y.lo < least) | (y.hi > most)):
            raise NotProvedError(f"{name}: an argument outside of its interval")
        p = self.text(name, y)
        return Pair(p.lo - bound, p.hi + bound, p.off + bound)


# ---- functions of two arguments ------------------------------------------------------------------


class Exponents(PairMachine):
    """Of powers, what the exponential is taken of."""

    models = PairMachine.models | {"nf_dd_power_of": lambda _, t: t}


def bound_of_power(machine, name):
    """e^t has the relative error of t times |t|: t's is bounded first."""
    exponents = object.__new__(Exponents)
    exponents.__dict__ |= machine.__dict__
    parts = domains()["log1p" if name == "compound" else "log"]
    rel = max(bound(exponents, name, two) for x in parts for two in with_any(x))
    t = bins(*both(LINE), [0.0])
    return bound(machine, "power_of", Pair(t.lo, t.hi, rel=np.where(t.size > 0, rel, 0)))


def bound_of_sum(machine, name):
    """Of all differences, and all numbers."""
    machine.rest = away(*both(LINE), [0.0])
    shape = machine.rest.lo.shape
    anything = Pair(np.full(shape, -TWO[-1]), np.full(shape, TWO[-1]))
    return bound(machine, name, Two(anything, anything))


BOUNDS_2 = {
    "hypot": lambda machine, name: bound(machine, name, grid(1)),
    **dict.fromkeys(("arctan2", "arctan2pi"), lambda machine, name: bound(machine, name, grid(1, -1))),
    **dict.fromkeys(("pow", "compound", "rootn"), bound_of_power),
    **dict.fromkeys(("logaddexp", "logaddexp2"), bound_of_sum),
}  # fmt: skip


# ---- compiled ------------------------------------------------------------------------------------


def compiled(directory, functions):
    """A library of functions with pointers and a count: (parameters, statement) by their names."""
    source, library = directory / "dd.c", directory / "dd.so"
    lines = (f"void {name}({head}) {{ {body} }}" for name, (head, body) in functions.items())
    source.write_text(
        "\n".join(
            [
                '#include "levels/function_doubles.h"',
                '#include "levels/function_of_two_dd.h"',
                *lines,
                "",
            ]
        )
    )
    command = [*COMPILER, *["-std=c11", "-O1", "-ffp-contract=off", "-w", "-fPIC", "-shared"]]
    command += [*generate(directory), str(source), "-o", str(library), "-lm"]
    subprocess.run(command, check=True)
    found = ctypes.CDLL(str(library))

    def run(name, *arrays):
        pointers = (a.ctypes.data_as(ctypes.c_void_p) for a in arrays)
        found[name](*pointers, len(arrays[0]))

    return run
