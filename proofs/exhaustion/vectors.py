# SPDX-License-Identifier: BSD-3-Clause
"""Do operations of vectors.h give what they say for all words, as portable text and as intrinsics?"""

from __future__ import annotations

import ctypes
import time

import numformats as nf
from proofs.claim import PROVED, REFUTED, SKIPPED, Claim, Instance, Mutant, Outcome
from proofs.exhaustion.checker import chosen, part_of, text_of
from proofs.native import compiled

SLICES = 256
WORDS = 1 << 32
AT_ONCE = 1 << 20
OPS = ("position", "absolute", "shift_left", "shift_down", "signed_as", "exact_pair")
LEVELS = {"portable": (), "avx2": ("-mavx2",)}
HEADER = "cbits/levels/vectors.h"


_made = {}


def library(checkout, level):
    """The loops, with the text of a checkout, at a level."""
    key = (str(checkout.root), level)
    if key not in _made:
        flags = ("-O2", "-ffp-contract=off", *LEVELS[level])
        _made[key] = compiled(checkout, text_of("vectors.c"), flags, sources=())
    return _made[key]


def prove(instance, checkout, seconds):
    """One operation at one level: its slice of all words."""
    name, k, n = part_of(instance.part)
    op, _, level = name.partition("@")
    if level not in nf.build_info()["runnable"].split():
        return Outcome(SKIPPED, why=f"this machine has no {level}")
    start = time.process_time()
    outcome = Outcome(PROVED, solver="exhaustion", files={HEADER: checkout.digest(HEADER)})
    check = getattr(library(checkout, level), f"check_{op}")
    check.restype = ctypes.c_int64
    for first in range(WORDS // n * k, WORDS // n * (k + 1), AT_ONCE):
        end = min(first + AT_ONCE, WORDS // n * (k + 1))
        word = check(ctypes.c_uint64(first), ctypes.c_uint64(end))
        if word >= 0:
            outcome.result, outcome.why = REFUTED, f"nf_{op} at level {level}"
            outcome.counterexample = [f"x = {word:#x}", f"nf_{op}(x) is not what its comment says"]
            break
    outcome.seconds = time.process_time() - start
    return outcome


def quick(instance):
    """One slice of each operation at each level."""
    name, k, n = part_of(instance.part)
    return k == chosen(name, among=n // 2)  # positions are of words below 2^31


def mutant(name, old, new, part):
    return Mutant(name, HEADER, old, new, Instance(part=part))


CLAIMS = [
    Claim(
        "exhaustive.vectors",
        "Operations of vectors.h give in every lane what they say of one word, for all 2^32 (positions: 2^31) words",
        "exhaustion",
        tuple(f"nf_{op}" for op in OPS),
        prove,
        tuple(
            Instance(part=f"{op}@{level} {k}/{SLICES}")
            for op in OPS
            for level in LEVELS
            for k in range(SLICES if op != "position" else SLICES // 2)
        ),
        quick=quick,
        mutants=(
            mutant(
                "a float that rounds up",
                "(nf_ints)(x & ~(x >> 1))",
                "(nf_ints)x",
                "position@portable 127/256",
            ),
            mutant(
                "a shift by 32 keeps its word",
                "(nf_words)(count < 32)",
                "(nf_words)(count < 33)",
                "shift_left@portable 1/4096",
            ),
            mutant(
                "a shift down without the sign",
                "(nf_words)((nf_ints)x >> (nf_ints)nf_least(count, nf_all(31)))",
                "(x >> nf_least(count, nf_all(31)))",
                "shift_down@portable 4095/4096",
            ),
            mutant(
                "one's complement",
                "return (x ^ negative) - negative;",
                "return x ^ negative;",
                "signed_as@portable 1/4096",
            ),
            mutant(
                "the halves of a register in the other order",
                "x = nf_reorder(x); /* back: the order is its own inverse */",
                ";",
                "exact_pair@avx2 0/4096",
            ),
        ),
        trusts="that lanes of a vector do not depend on each other",
    )
]
