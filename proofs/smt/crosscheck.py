# SPDX-License-Identifier: BSD-3-Clause
"""Do the terms of the core's operations have the values that the compiled core gives?

This is no proof: it watches the translator, which the proofs trust.  Operands are those that look
for faults of hardware, spread over all of them.
"""

from __future__ import annotations

import time

from proofs.claim import PROVED, REFUTED, UNSUPPORTED, Claim, Instance, Mutant, Outcome
from proofs.native import ARGUMENTS, native
from proofs.smt import terms as t
from proofs.smt.c.types import UnsupportedError
from proofs.smt.core import Core, u64
from proofs.smt.meaning import evaluator
from proofs.smt.replay import cases
from proofs.smt.smt_claim import core_of

OPERATIONS = ("add", "sub", "mul", "div", "sqrt", "fma")
ROWS = (
    "posit8", "posit32", "posit64", "bposit16", "bposit32q", "takum_linear16", "takum_linear64", "binary32", "binary64",
    "float8_e4m3fn", "float8_e8m0fnu", "mlu32", "q31", "float<exp=4,man=3,rounding=toward_negative>",
)  # fmt: skip
EACH = 40  # evaluations of one operation of one row


def agree(instance, checkout, _seconds):
    """The outcome of EACH evaluations of each operation of a row."""
    start, outcome = time.monotonic(), Outcome(PROVED, solver="evaluation")
    core = core_of(checkout, Core)
    outcome.files = core.digests()
    try:
        for op in OPERATIONS:
            differing = difference(core, op, instance.row)
            if differing:
                outcome.result, outcome.counterexample = REFUTED, differing
                outcome.why = f"{op} of terms is not that of the compiled core"
                break
    except UnsupportedError as error:
        outcome.result, outcome.why = UNSUPPORTED, str(error)
    outcome.seconds = time.monotonic() - start
    return outcome


def difference(core, op, text):
    """Lines about the first operands at which terms and compiled core differ; none where they agree."""
    run = core.run()
    f, compiled = run.row(text), native(core.checkout.origin.root)
    names = "abc"[: ARGUMENTS[op]]
    bits = run.rows["row"]["bits"]
    code = run.call(f"nf_el_{op}", f, *[u64(t.var(name, bits)) for name in names], run.env)
    of = evaluator([code, run.flags])
    for codes in spread(op, text):
        values = dict(zip(names, codes, strict=True))
        terms = tuple(of(AnyValue(values)))
        given = compiled.call(op, compiled.row(text), *codes)
        if terms != given:
            shown = [f"{name} = {value:#x}" for name, value in values.items()]
            return [*shown, f"terms give code and flags {terms}, the compiled core {given}"]
    return []


def spread(op, text):
    """EACH of the cases for this operation, from all kinds of them."""
    found = list(cases(op, text, count=80 * EACH))
    return found[:: max(1, len(found) // EACH)]


class AnyValue(dict):
    """Values of variables: those that are given, 0 for what C leaves without a value."""

    def __missing__(self, _name):
        return 0


CLAIMS = [
    Claim(
        "translator.agrees",
        f"Terms of {', '.join(OPERATIONS)} have the values and flags that the compiled core gives, at {EACH} operands each",
        "cross-check",
        tuple(f"nf_el_{op}" for op in OPERATIONS),
        agree,
        tuple(Instance(row) for row in ROWS),
        of_row=lambda row: [Instance(row)],
        mutants=(
            Mutant(
                "a product without its carry",
                "cbits/core/mul.h",
                "product <<= 1 - carry;",
                "product <<= 1;",
                Instance("posit32"),
            ),
            Mutant(
                "ties away",
                "cbits/core/round.h",
                "return (dropped > half) | ((dropped == half) & odd);",
                "return dropped >= half;",
                Instance("bposit16"),
            ),
        ),
        trusts="the operands that were tried",
    )
]
