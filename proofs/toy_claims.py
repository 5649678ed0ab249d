# SPDX-License-Identifier: BSD-3-Clause
"""Which claims do tests of the runner run: one of each way in which a proof can end?"""

from __future__ import annotations

import os
import signal
import subprocess
import time

from proofs.claim import (
    PROVED,
    REFUTED,
    SKIPPED,
    UNKNOWN,
    UNSUPPORTED,
    Claim,
    Instance,
    Mutant,
    Outcome,
)

# As a person has it who starts Python in the checkout: tests of the package keep its folder off the path.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONSAFEPATH"}
FILE = "cbits/core/toy.h"
TEXT = "#define NF_TOY 7\n"
ONE, TWO = Instance("posit8", 64), Instance("posit16", 64)


def read(checkout, result, **more):
    """An outcome that rests on the text of FILE."""
    return Outcome(result, files={FILE: checkout.digest(FILE)}, **more)


def is_seven(_instance, checkout, _seconds, solver="first"):
    """Proved of the text that says 7."""
    if "7" in (checkout.root / FILE).read_text("utf-8"):
        return read(checkout, PROVED, solver=solver, vacuity="satisfiable", nodes=3)
    return read(
        checkout,
        REFUTED,
        why="it is not 7",
        counterexample=["a = 0x40 = 1", "the compiled core gives 0x41"],
    )


def sleeps(_instance, _checkout, _seconds):
    """Stuck, with a program of its own running."""
    subprocess.run(["sleep", "1000"], check=False)


def dies(_instance, _checkout, _seconds):
    os.kill(os.getpid(), signal.SIGKILL)


def raises(_instance, _checkout, _seconds):
    raise ZeroDivisionError("nothing to divide by")


def slow(_instance, checkout, seconds):
    """No answer within the limit."""
    time.sleep(min(seconds, 0.05))
    return read(checkout, UNKNOWN, why=f"sum: no answer within {seconds:g} s")


def says(result, **more):
    return lambda _instance, checkout, _seconds: read(checkout, result, **more)


def of_row(row):
    if "posit" not in row:
        raise ValueError("it is about posits")
    return [Instance(row, 64)]


def toy(name, prove, instances=(ONE,), **more):
    more = {"trusts": "nobody", **more}
    return Claim(f"toy.{name}", f"It {name}", "toy", ("nf_toy",), prove, tuple(instances), **more)


SEVEN = Mutant("eight", FILE, "7", "8", ONE)
CLAIMS = [
    toy("seven", is_seven, (ONE, TWO), of_row=of_row, mutants=(SEVEN,), solvers=("z3",)),
    toy("rests", is_seven, of_row=of_row, needs=lambda _i: [("toy.seven", TWO)]),
    toy("long", is_seven, (ONE, TWO), quick=lambda i: i == ONE),
    toy("all_long", is_seven, quick=lambda _i: False),
    toy("weak", says(PROVED), mutants=(SEVEN,)),
    toy("equivalent", says(PROVED), mutants=(Mutant("same", FILE, "7", "07", ONE, "octal"),)),
    toy("refuted", says(REFUTED, counterexample=["a = 0x40 = 1"])),
    toy("sleeps", sleeps),
    toy("dies", dies),
    toy("raises", raises),
    toy("slow", slow),
    toy("empty", says(UNKNOWN, vacuity="unsat", why="the hypotheses are unsat")),
    toy("unsupported", says(UNSUPPORTED, why="goto in toy.h:1")),
    toy("skipped", says(SKIPPED, why="toyc is not installed: apt install toyc")),
]
