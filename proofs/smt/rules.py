# SPDX-License-Identifier: BSD-3-Clause
"""Which text of the core do the proofs not read?  `make lint` fails where the answer has changed.

Every function of the inlined core is executed with any arguments; what the translator does not read
has to be in KNOWN, with the reason.  A header of cbits/core is in SCOPE, in what SCOPE includes, or
in OUTSIDE, with the reason.
"""

from __future__ import annotations

import re
import subprocess
import sys

from pycparser import c_ast

from proofs.checkout import Checkout
from proofs.smt.c.preprocess import COMPILER, ROOMS
from proofs.smt.c.types import Pointer, UnsupportedError, Void
from proofs.smt.core import Core

SCOPE = (
    "accumulator.h",
    "double_bits.h",
    "ieee_rows.h",
    "rows.h",
    "patterns.h",
)  # beside elements.h and order.h
HEAP = "an accumulator's chunks are on the heap: claims capture nf_add_piece and nf_touch"
LOOP = "its loop has as many steps as `fine` says: claims take the body from any state"
KNOWN = {
    "nf_load_code": "copies 1, 2, 4 or 8 bytes of an array",
    "nf_store_code": "copies 1, 2, 4 or 8 bytes of an array",
    "nf_same_row": "compares the bytes of two rows",
    "nf_is_binary32": "calls nf_same_row",
    "nf_is_binary64": "calls nf_same_row",
    **dict.fromkeys(
        (f"nf_{name}_{w}" for name in ("sqrt_finite", "sqrt", "do_sqrt") for w in (64, 128)), LOOP
    ),
    **dict.fromkeys(("nf_el_sqrt", "nf_folded_sqrt", "nf_short_sqrt"), LOOP),
    **dict.fromkeys(("nf_touch", "nf_add_piece", "nf_accumulate_codes"), HEAP),
    **dict.fromkeys(
        (f"nf_accumulate_{name}_{w}" for name in ("product", "numbers") for w in (64, 128)), HEAP
    ),
}
OUTSIDE = {
    "bignum.h": "integers of any length: loops over limbs; tested, not proved",
    "digits.h": "declares conversions of decimal text, which use bignum.h",
    "draws.h": "random words; tested against Philox's definition",
    "format_reader.h": "text of formats",
    "format_words.h": "text of formats",
    "host_rounding.h": "the host's rounding mode",
    "each_instance.h": "a list of instances, for loops of levels/",
}
# Rule 3 and 4 of the design: where words are copied, and where the machine's own instructions are.
COPIES = {"nf_bits_of", "nf_double_of", "nf_load_code", "nf_store_code"}
BUILTINS = {"nf_clz_64", "nf_trailing_zeros"}


class Rules(c_ast.NodeVisitor):
    """Breaches of the rules in one function: jumps, returns in loops, copies, builtins."""

    def __init__(self, name):
        self.name, self.inside, self.breaches = name, [], []

    def breach(self, n, text):
        self.breaches.append(f"{n.coord}: {text} in {self.name}")

    def enter(self, n):
        self.inside.append(type(n))
        self.generic_visit(n)
        self.inside.pop()

    visit_For = visit_While = visit_Switch = enter  # noqa: N815 - pycparser's names

    def visit_Goto(self, n):
        self.breach(n, "goto")

    def visit_DoWhile(self, n):
        self.breach(n, "do")

    def visit_Continue(self, n):
        self.breach(n, "continue")

    def visit_Break(self, n):
        if self.inside[-1] is not c_ast.Switch:
            self.breach(n, "break outside switch")

    def visit_Return(self, n):
        if set(self.inside) - {c_ast.Switch}:
            self.breach(n, "return inside a loop")
        self.generic_visit(n)

    def visit_FuncCall(self, n):
        called = n.name.name
        if called in ("memcpy", "memset", "memmove") and self.name not in COPIES:
            self.breach(n, called)
        if called.startswith(("__builtin", "_mm")) and self.name not in BUILTINS:
            self.breach(n, called)
        self.generic_visit(n)


def unread(core, name):
    """Why the translator does not read a function, or an empty text."""
    run = core.run()
    p = run.p
    elsewhere = {other: ty for other, ty in p.declared.items() if other.startswith("nf_")}
    for other, ty in elsewhere.items():
        p.externals.setdefault(other, anything(p.type(ty.type), other))
    try:
        p.call(name, [argument(run, n) for n in parameters(p.functions[name])], run.st)
    except UnsupportedError as error:
        return str(error)
    return ""


def anything(ty, hint):
    """What stands for a function whose text is elsewhere."""
    return lambda p, _n, _st, _args: (None if isinstance(ty, Void) else p.fresh(ty, hint), ty)


def parameters(function):
    found = function.decl.type.args.params if function.decl.type.args else []
    return [n for n in found if getattr(n, "name", None)]


def argument(run, n):
    """Any value of a parameter; a pointer is to an object of its own."""
    ty = run.p.type(n.type)
    if not isinstance(ty, Pointer):
        return run.p.fresh(ty, n.name), ty
    location = run.p.location(n.name)
    run.st.mem[location] = run.p.fresh(ty.to, n.name)
    return (location, ()), ty


def breaches(checkout, names=None):
    """Lines that say what has changed; only the functions of these names are looked at, or all."""
    core = Core(checkout, extra="".join(f'#include "{name}"\n' for name in SCOPE))
    found = []
    for name in names or core.program.functions:
        rules = Rules(name)
        rules.visit(core.program.functions[name].body)
        found += rules.breaches
        why = unread(core, name)
        if why and name not in KNOWN:
            found.append(f"{name} is not read by the translator: {why}")
        if name in KNOWN and not why:
            found.append(f"{name} is read by the translator now: take it out of KNOWN")
    read = {path.rpartition("/")[2] for path in core.paths}
    headers = sorted(p.name for p in (checkout.cbits / "core").glob("*.h"))
    found += [
        f"{name} is neither read nor in OUTSIDE"
        for name in headers
        if name not in read | OUTSIDE.keys()
    ]
    return found + hidden(checkout)


def hidden(checkout):
    """Names that hide others, by the compiler's -Wshadow."""
    include = [f"-I{checkout.cbits / room}" for room in ROOMS]
    text = '#include "elements.h"\n#include "order.h"\n' + "".join(
        f'#include "{name}"\n' for name in SCOPE
    )
    command = [*COMPILER, "-std=gnu11", "-fsyntax-only", "-Wshadow", *include, "-x", "c", "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    return re.findall(r"^.*\[-Wshadow\].*$|^.*error:.*$", done.stderr, flags=re.MULTILINE)


def main():
    found = breaches(Checkout())
    sys.stdout.write("".join(line + "\n" for line in found))
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
