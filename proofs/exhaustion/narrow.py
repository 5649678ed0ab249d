# SPDX-License-Identifier: BSD-3-Clause
"""Do operations of narrow rows give the oracle's code and flags at all operands?

Of two operands in rows of at most 8 bits, of one operand and casts in rows of at most 16, fma of 6.
"""

from __future__ import annotations

import numpy as np

import numformats as nf
from proofs.claim import Claim, Instance, Mutant
from proofs.exhaustion.checker import run, shown
from proofs.smt.rows import NAMED

UNARY = (
    "sqrt", "reciprocal", "square", "neg", "abs", "rint", "rint_ties_away", "floor", "ceil", "trunc", "spacing",
)  # fmt: skip
BINARY = (
    "add", "sub", "mul", "div", "floor_divide", "remainder", "fmod", "ieee_remainder", "copysign", "nextafter",
    "maximum", "minimum", "fmax", "fmin", "equal", "less", "less_equal",
)  # fmt: skip
TERNARY = ("fma", "fmm")
FLAGS = {"invalid": 1, "divide": 2, "overflow": 4}
AT_ONCE = 1 << 12
BITS = {name: nf.parse_format(name).format.bits for name in NAMED}
WIDEST = (16, 8, 6)  # bits of rows, by one, two or three operands


def operands(bits, op):
    """All operands of an operation: arrays of codes, a piece at a time."""
    count = 3 if op in TERNARY else 2 if op in BINARY else 1
    whole, mask = 1 << (count * bits), np.uint64((1 << bits) - 1)
    for first in range(0, whole, AT_ONCE):
        place = np.arange(first, min(first + AT_ONCE, whole), dtype=np.uint64)
        yield [place >> np.uint64(n * bits) & mask for n in reversed(range(count))]


def differences(core, text, op):
    """Counterexamples: codes or flags that are not the oracle's."""
    name, _, target = op.partition(" to ")
    oracle = nf.oracle.for_format(nf.parse_format(text))
    row = core.row(text)
    other = nf.oracle.for_format(nf.parse_format(target)) if target else None
    rows = [row] if other is None else [row, core.row(target)]
    for arrays in operands(oracle.row.bits, name):
        codes, flags = core.table(name, rows, arrays)
        for *given, code, flag in zip(*[v.tolist() for v in (*arrays, codes, flags)], strict=True):
            result = other or oracle
            right = (
                int(getattr(oracle, name)(*given))
                if other is None
                else other.cast_from(oracle, *given)
            )
            raised = sum(FLAGS[name] for name in result.last_flags)
            if code != right or (flag != raised and name not in QUIET):
                yield [
                    *(shown(oracle, n, c) for n, c in zip("abc", given, strict=False)),
                    f"{shown(result, 'the compiled core gives', code)}, flags {flag}",
                    f"{shown(result, 'right is', right)}, flags {raised}",
                ]


QUIET = ("copysign", "nextafter", "maximum", "minimum", "fmax", "fmin", "equal", "less", "less_equal")  # fmt: skip


def prove(instance, checkout, seconds):
    return run(instance, checkout, lambda core: differences(core, instance.row, instance.part))


def of_row(text):
    """Every operation of a row that has few enough operands."""
    f = nf.parse_format(text).format
    bits = f.bits
    if f.rounding == "stochastic":
        raise ValueError(f"{text} draws random words; allowed: any other rounding")
    if bits > WIDEST[0]:
        raise ValueError(f"{text} has {bits} bits; allowed: at most {WIDEST[0]}")
    ops = [*UNARY, *(f"cast to {to}" for to in NAMED if BITS[to] <= WIDEST[0])]
    ops += BINARY if bits <= WIDEST[1] else ()
    ops += TERNARY if bits <= WIDEST[2] else ()
    return [Instance(text, 64, op) for op in ops]


QUICK = {"add", "mul", "div"}


def quick(instance):
    """All of fewer than 8 bits but the largest ones; of 8 bits those of one operand, and three more."""
    bits = BITS[instance.row]
    if instance.part in TERNARY:
        return bits < 6
    return bits < 8 or (bits == 8 and (instance.part not in BINARY or instance.part in QUICK))


CLAIMS = [
    Claim(
        "exhaustive.narrow",
        "Operations of two operands of rows of at most 8 bits, of one operand and casts of 16, and fma of 6 give the "
        "oracle's code and flags",
        "exhaustion",
        ("nf_el_*", "nf_decode_W", "nf_encode_W"),
        prove,
        tuple(i for row in NAMED if BITS[row] <= WIDEST[0] for i in of_row(row)),
        quick=quick,
        of_row=of_row,
        mutants=(
            Mutant(
                "ties away from zero",
                "cbits/core/round.h",
                "((dropped == half) & odd)",
                "(dropped == half)",
                Instance("posit8", 64, "add"),
            ),
            Mutant(
                "zero divided by zero raises nothing",
                "cbits/core/div.h",
                "return NF_N(nf_invalid)(env);",
                "return NF_N(nf_special)(NF_NOT_A_NUMBER, 0);",
                Instance("posit8", 64, "div"),
            ),
            Mutant(
                "the wrong neighbour of 0",
                "cbits/core/order.h",
                "bool negative = from ? from < 0 : to < 0;",
                "bool negative = from < 0;",
                Instance("float6_e3m2fn", 64, "nextafter"),
            ),
        ),
        trusts="the oracle",
    )
]
