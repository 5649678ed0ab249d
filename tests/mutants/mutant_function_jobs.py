# SPDX-License-Identifier: BSD-3-Clause
"""What must a mutant return of the elementary functions?  Operands of all ranges, and the hardest.

Results are the oracle's, which reads no C.  Formats of up to 32 bits run through the kernels, too.
"""

from __future__ import annotations

import random
from collections import defaultdict
from fractions import Fraction

import numformats as nf
from constructed import edges
from core_driver import Job
from function_arguments import CASES
from mutant_jobs import FLAG_BITS, row_bytes
from numformats.oracle import Special, for_format
from numformats.oracle.functions import NAMES_1, NAMES_2, NAMES_INT

__all__ = ["function_expectations"]

FORMATS = (
    "posit8", "posit16", "posit32", "posit64", "bposit32", "takum_linear32", "binary16", "bfloat16",
    "binary32", "binary64", "q15", "float<exp=8,man=23,rounding=toward_negative>",
    "float<exp=8,man=23,rounding=to_odd>", "float<exp=11,man=52,rounding=toward_positive>",
    "float<exp=15,man=16,bias=-32832>", "float<exp=15,man=16,bias=32832>",
    "float<exp=15,man=48,rounding=toward_zero>", "float<exp=5,man=3,signed=false>",
    "float<exp=10,man=20,bias=5>", "fixed<32,frac=20>", "fixed<8,frac=0,overflow=wrap>",
)  # fmt: skip
# quarters, powers and their roots, and where functions come near what they never reach
TOLD_APART = (
    *(Fraction(k, 4) for k in range(-20, 21)),
    *(Fraction(10) ** k for k in range(-2, 11)), *(Fraction(10) ** k - 1 for k in range(1, 5)),
    8, 27, -27, 24, 49, 97, 125, -64, 100, -100, 306, 705, -705, 710, -745, 1010, -1010, 1023, -1074,
    20000,
    Fraction(1, 27), Fraction(1, 8), -Fraction(7, 8), Fraction(183, 16), -Fraction(25, 2),
)  # fmt: skip
INTEGERS = (-(2**40), -101, -3, -2, -1, 0, 1, 2, 3, 5, 7, 64, 100, 2**40 + 1)


def draws(rng: random.Random, count: int) -> list[float]:
    """Of all sizes in which functions are neither flat nor trivial, and far ones."""
    sizes = [(-16, 4)] * 4 + [(-3, 1)] * 2 + [(4, 60), (-60, -16), (60, 400)]
    return [rng.choice((-1, 1)) * 2 ** rng.uniform(*rng.choice(sizes)) for _ in range(count)]


def codes_of(oracle, rng: random.Random, count: int) -> list[int]:
    values = [*TOLD_APART, *map(Fraction, draws(rng, count))]
    special = edges(oracle)
    return [*(oracle.encode(Fraction(x), overflow="saturate") for x in values),
            *map(oracle.encode, Special), *special[:: max(1, len(special) // count)],
            *(rng.getrandbits(oracle.row.bits) for _ in range(count))]  # fmt: skip


def exact_pairs(oracle, rng: random.Random) -> list[tuple[int, int]]:
    """Squares to the power of halves, sides of right triangles, equals, and the limits."""
    found = []
    for _ in range(10):
        m = 2 * rng.getrandbits(rng.randint(4, 25)) + 1
        found += [(m * m, Fraction(k, 2)) for k in (-1, 1, 3)]
        found.append((3 * m, 4 * m))
    ends = [*Special, 0, 1, -1, Fraction(1, 2), 3]
    found += [(a, b) for a in ends for b in ends]
    return [(oracle.encode(a), oracle.encode(b)) for a, b in found]


def jobs_of_operation(oracle, row, text, op, operands: list[tuple[int, ...]]) -> list[Job]:
    """One for each set of flags, because a call tells those of all elements together."""
    rows = defaultdict(list)
    for codes in operands:
        result = int(getattr(oracle, op)(*codes))
        rows[sum(FLAG_BITS[f] for f in oracle.last_flags)].append((*codes, result))
    jobs = []
    for flags, found in rows.items():
        *columns, results = ([*c] for c in zip(*found, strict=True))
        jobs.append(Job(row, text, op, columns, results, [flags] * len(results)))
    return jobs


def jobs_of(text: str) -> list[Job]:
    T = nf.parse_format(text)
    oracle, row, jobs = for_format(T), row_bytes(T), []
    for op in (*NAMES_1, *NAMES_2, *NAMES_INT):
        rng = random.Random(op + text)
        codes = codes_of(oracle, rng, 40)
        if op in NAMES_1:
            hard = CASES.get(text, {}).get(op, ())
            operands = [(c,) for c in [*codes, *(int(h.split()[0], 16) for h in hard)]]
        elif op in NAMES_2:
            operands = [(rng.choice(codes), rng.choice(codes)) for _ in range(150)]
            operands += [*exact_pairs(oracle, rng), *((c, c) for c in codes[::4])]
        else:
            operands = [(c, n) for c in codes[::4] for n in INTEGERS]
        jobs += jobs_of_operation(oracle, row, text, op, operands)
    return jobs


def function_expectations() -> list[Job]:
    return [job for text in FORMATS for job in jobs_of(text)]
