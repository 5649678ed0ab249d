# SPDX-License-Identifier: BSD-3-Clause
"""Are operations of one operand right at all 2^32 codes of 32 bits?  Round trips and square roots, in slices.

The root of a double is the nearest one to the exact root, and rounding keeps order: strictly between
the ends of a code, which are doubles, lies the exact root where its double does.  The oracle decides
the rest.
"""

from __future__ import annotations

import numpy as np

import numformats as nf
from numformats.sweep.codes import Codes
from proofs.claim import Claim, Instance, Mutant
from proofs.exhaustion.checker import chosen, part_of, run, shown

SLICES = 256
AT_ONCE = 1 << 16
ROUND_TRIPS = ("posit32", "bposit32", "bposit32q", "takum_linear32", "q31")
ROOTS = ("posit32", "bposit32", "bposit32q", "takum_linear32", "binary32")


def open_places(text, op, codes, results):
    """Places whose result is not certainly right."""
    if op == "round_trip":  # of rows in which every code is a number of its own
        return np.flatnonzero(results != codes)
    numbers = Codes(nf.parse_format(text).format)
    with np.errstate(invalid="ignore"):
        exact = np.sqrt(numbers.values(codes))
        low, high = numbers.ends(results)
        sure = (low < exact) & (exact < high)
    no_number = np.isnan(exact)  # of a negative number, of NaN or NaR: one code for all
    if no_number.any():
        oracle = nf.oracle.for_format(nf.parse_format(text))
        sure |= no_number & (results == oracle.sqrt(int(codes[np.argmax(no_number)])))
    return np.flatnonzero(~sure)


def by_oracle(oracle, op, code):
    return code if op == "round_trip" else getattr(oracle, op)(code)


def wrong(core, text, part):
    """Counterexamples of a slice."""
    op, k, n = part_of(part)
    row, oracle = core.row(text), nf.oracle.for_format(nf.parse_format(text))
    width = (1 << 32) // n
    for first in range(k * width, (k + 1) * width, AT_ONCE):
        codes = np.arange(first, min(first + AT_ONCE, (k + 1) * width), dtype=np.uint64)
        rows = [row, row] if op == "round_trip" else [row]
        name = "cast" if op == "round_trip" else op
        results, _ = core.table(name, rows, [codes])
        for place in open_places(text, op, codes, results):
            code, result = int(codes[place]), int(results[place])
            right = by_oracle(oracle, op, code)
            if result != right:
                yield [
                    shown(oracle, "a", code),
                    shown(oracle, "the compiled core gives", result),
                    shown(oracle, "right is", right),
                ]


def prove(instance, checkout, seconds):
    return run(instance, checkout, lambda core: wrong(core, instance.row, instance.part))


def quick(instance):
    """One slice of each operation of each row."""
    op, k, n = part_of(instance.part)
    return k == chosen(instance.row, op, among=n)


CLAIMS = [
    Claim(
        "exhaustive.words",
        "Every code of 32 bits is encoded to itself again, and its square root is correctly rounded",
        "exhaustion",
        ("nf_el_cast", "nf_el_sqrt", "nf_decode_W", "nf_encode_W"),
        prove,
        tuple(
            Instance(row, 64, f"{op} {k}/{SLICES}")
            for op, rows in (("round_trip", ROUND_TRIPS), ("sqrt", ROOTS))
            for row in rows
            for k in range(SLICES)
        ),
        quick=quick,
        mutants=(
            Mutant(
                "ties and less are cut",
                "cbits/core/round.h",
                "return (dropped > half) | ((dropped == half) & odd);",
                "return false;",
                Instance("posit32", 64, "sqrt 16385/65536"),
            ),
            Mutant(
                "no end of the regime",
                "cbits/core/tapered.h",
                "int length = run + (run < f->rs);\n    NF_SIG regime",
                "int length = run + 1;\n    NF_SIG regime",
                Instance("bposit32", 64, "round_trip 1/65536"),
            ),
        ),
        trusts="doubles of the host, numformats.sweep.codes, the oracle where they do not decide",
    )
]
