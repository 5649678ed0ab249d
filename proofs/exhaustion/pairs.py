# SPDX-License-Identifier: BSD-3-Clause
"""Is each operation of two operands right at all 2^32 pairs of 16 bits?  In 64 slices."""

from __future__ import annotations

import ctypes

import numformats as nf
from proofs.claim import Claim, Instance, Mutant
from proofs.exhaustion import judge
from proofs.exhaustion.checker import chosen, part_of, run, shown

SLICES = 64
AT_ONCE = 4  # left operands in one call: some hundredths of a second


def slices(k, n):
    """The left operands of slice k of n, a few at a time: (first, end)."""
    width = judge.CODES // n
    for first in range(k * width, (k + 1) * width, AT_ONCE):
        yield first, min(first + AT_ONCE, (k + 1) * width)


def wrong(core, text, part):
    """Counterexamples of a slice."""
    op, k, n = part_of(part)
    row, (tables, _kept) = core.row(text), judge.judge(text, op)
    check = core.library.check_pairs
    check.restype = ctypes.c_int64
    for first, end in slices(k, n):
        pair = check(ctypes.byref(row), ctypes.byref(tables), judge.OPS.index(op), first, end)
        if pair >= 0:
            yield counterexample(core, text, op, pair >> 16, pair & 0xFFFF)


def counterexample(core, text, op, a, b):
    """What the compiled core gives, and what is right, by the oracle."""
    oracle = nf.oracle.for_format(nf.parse_format(text))
    code, _ = core.call(op, core.row(text), a, b)
    return [
        shown(oracle, "a", a),
        shown(oracle, "b", b),
        shown(oracle, "the compiled core gives", code),
        shown(oracle, "right is", getattr(oracle, op)(a, b)),
    ]


def prove(instance, checkout, seconds):
    return run(instance, checkout, lambda core: wrong(core, instance.row, instance.part))


def quick(instance):
    """One slice of one operation of each row; the rows take the operations in turn."""
    op, k, n = part_of(instance.part)
    turn = judge.ROWS.index(instance.row) % len(judge.OPS)
    return op == judge.OPS[turn] and k == chosen(instance.row, op, among=n)


def mutant(name, path, old, new, row, op):
    return Mutant(name, path, old, new, Instance(row, 64, f"{op} 0/{SLICES}"))


CLAIMS = [
    Claim(
        "exhaustive.pairs",
        "Sums, differences, products and quotients of two codes of 16 bits are correctly rounded",
        "exhaustion",
        ("nf_el_add", "nf_el_sub", "nf_el_mul", "nf_el_div", "nf_decode_W", "nf_encode_W"),
        prove,
        tuple(
            Instance(row, 64, f"{op} {k}/{SLICES}")
            for row in judge.ROWS
            for op in judge.OPS
            for k in range(SLICES)
        ),
        quick=quick,
        mutants=(
            mutant(
                "no end of the regime",
                "cbits/core/tapered.h",
                "int length = run + (run < f->rs);\n    NF_SIG regime",
                "int length = run + 1;\n    NF_SIG regime",
                "bposit16",
                "add",
            ),
            mutant(
                "small results are 0",
                "cbits/core/tapered.h",
                "m = m == 0 ? 1 : m > maxpos",
                "m = m > maxpos",
                "posit16",
                "mul",
            ),
        ),
        trusts="doubles of the host, numformats.sweep.codes, the oracle where a result is NaN, infinite or 0",
    )
]
