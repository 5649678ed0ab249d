# SPDX-License-Identifier: BSD-3-Clause
"""Do TwoSum, Fast2Sum and TwoProd, in operations of the core, give the exact error in their domains?

The domain of sums is that of `nf.two_sum`: multiples of 2^least whose sum is at most 2^most.  Dekker's
needs |a| >= |b|, too, and a sum whose unit in the last place is at most twice that of a.  Products:
the last bit of a times that of b is a multiple of 2^least, and no finer than the unit of numbers
just below half a unit of the product.
"""

from __future__ import annotations

import ctypes

import numformats as nf
from proofs.claim import Claim, Instance, Mutant
from proofs.exhaustion import judge
from proofs.exhaustion.checker import chosen, part_of, run, shown
from proofs.exhaustion.pairs import slices

SLICES = 256

KINDS = {"two_sum": "add", "fast_two_sum": "add", "two_prod": "mul"}
ROWS = ("posit16", "bposit16", "bposit16q", "takum_linear16", "binary16", "bfloat16")


class Count(ctypes.Structure):
    """`count` of error_terms.c."""

    _fields_ = [(name, ctypes.c_uint64) for name in ("inside", "outside", "exact_outside")]


def wrong(core, text, part, count):
    """Counterexamples of a slice; `count` adds up its pairs."""
    kind, k, n = part_of(part)
    row, (tables, _kept) = core.row(text), judge.judge(text, KINDS[kind])
    domain, _kept_too = judge.domain(text)
    check = core.library.check_error_terms
    check.restype = ctypes.c_int64
    given = [ctypes.byref(x) for x in (row, tables, domain)]
    for first, end in slices(k, n):
        pair = check(*given, list(KINDS).index(kind), first, end, ctypes.byref(count))
        if pair >= 0:
            yield counterexample(core, text, kind, pair >> 16, pair & 0xFFFF)


def counterexample(core, text, kind, a, b):
    """Both operands, the rounded result, and what its error is."""
    oracle, op = nf.oracle.for_format(nf.parse_format(text)), KINDS[kind]
    s, _ = core.call(op, core.row(text), a, b)
    x, y, z = (oracle.decode(c) for c in (a, b, s))
    left = (x * y if op == "mul" else x + y) - z
    return [
        shown(oracle, "a", a),
        shown(oracle, "b", b),
        shown(oracle, f"the compiled core's {op}", s),
        f"{kind} misses the error {float(left)}",
    ]


def prove(instance, checkout, seconds):
    count = Count()
    outcome = run(instance, checkout, lambda core: wrong(core, instance.row, instance.part, count))
    outcome.vacuity = "satisfiable" if count.inside else ""
    if outcome.result == "proved":
        outcome.why = (
            f"{count.inside} pairs inside, {count.outside} outside, exact: {count.exact_outside}"
        )
    return outcome


def quick(instance):
    """One slice of one kind of each row, in turn."""
    kind, k, n = part_of(instance.part)
    turn = ROWS.index(instance.row) % len(KINDS)
    return kind == list(KINDS)[turn] and k == chosen(instance.row, kind, among=n)


CLAIMS = [
    Claim(
        "exhaustive.error_terms",
        "Knuth's, Dekker's and the fma's steps give the exact error of sums and products of 16 bits in their domains",
        "exhaustion",
        ("nf_el_add", "nf_el_sub", "nf_el_mul", "nf_el_fma", "nf_el_neg"),
        prove,
        tuple(
            Instance(row, 64, f"{kind} {k}/{SLICES}")
            for row in ROWS
            for kind in KINDS
            for k in range(SLICES)
        ),
        quick=quick,
        mutants=(
            Mutant(
                "to nearest cuts",
                "cbits/core/round.h",
                "return (dropped > half) | ((dropped == half) & odd);",
                "return false;",
                Instance("posit16", 64, f"two_sum 0/{SLICES}"),
            ),
        ),
        trusts="doubles of the host, numformats.sweep.codes",
    )
]
