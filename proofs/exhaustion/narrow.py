# SPDX-License-Identifier: BSD-3-Clause
"""Is every operation of every row of at most 8 bits what the oracle says, at all operands?

And every operation of one operand, and every cast, of rows of at most 16 bits.  Codes and flags.
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
FLAGS = {"invalid": 1, "divide": 2, "overflow": 4}
AT_ONCE = 1 << 12
BITS = {name: nf.parse_format(name).format.bits for name in NAMED}
ROWS = {
    "unary": [n for n in NAMED if BITS[n] <= 16],
    "binary": [n for n in NAMED if BITS[n] <= 8],
}


def operands(bits, op):
    """All operands of an operation: arrays of codes, a piece at a time."""
    mask = np.uint64((1 << bits) - 1)
    for first in range(0, 1 << (2 * bits if op in BINARY else bits), AT_ONCE):
        place = np.arange(first, min(first + AT_ONCE, 1 << 2 * bits), dtype=np.uint64)
        right, left = place & mask, place >> np.uint64(bits)
        yield [left, right] if op in BINARY else [right]


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
                    *(shown(oracle, n, c) for n, c in zip("ab", given, strict=False)),
                    f"{shown(result, 'the compiled core gives', code)}, flags {flag}",
                    f"{shown(result, 'right is', right)}, flags {raised}",
                ]


QUIET = ("copysign", "nextafter", "maximum", "minimum", "fmax", "fmin", "equal", "less", "less_equal")  # fmt: skip


def prove(instance, checkout, seconds):
    return run(instance, checkout, lambda core: differences(core, instance.row, instance.part))


def instances():
    for text in ROWS["unary"]:
        yield from (Instance(text, 64, op) for op in UNARY)
        yield from (Instance(text, 64, f"cast to {to}") for to in NAMED if BITS[to] <= 16)
    for text in ROWS["binary"]:
        yield from (Instance(text, 64, op) for op in BINARY)


QUICK = {"add", "mul", "div", "less"}


def quick(instance):
    """All of one operand and 8 bits; four of two operands, and all of two operands of fewer bits."""
    bits = BITS[instance.row]
    return bits < 8 or (bits == 8 and (instance.part not in BINARY or instance.part in QUICK))


CLAIMS = [
    Claim(
        "exhaustive.narrow",
        "Every operation of rows of at most 8 bits, and every one of one operand and every cast of 16 bits, gives "
        "the oracle's code and flags",
        "exhaustion",
        ("nf_el_*", "nf_decode_W", "nf_encode_W"),
        prove,
        tuple(instances()),
        quick=quick,
        mutants=(
            Mutant(
                "ties away from zero",
                "cbits/core/round.h",
                "((dropped == half) & odd)",
                "(dropped == half)",
                Instance("posit8", 64, "add"),
            ),
        ),
        trusts="the oracle",
    )
]
