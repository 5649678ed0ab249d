# SPDX-License-Identifier: BSD-3-Clause
"""What must a mutant return of numbers that no format holds?  Exact operands, even distances, stops.

Results are the oracle's on fractions; how often a loop is told to stop is what nf_stop.h promises.
"""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import numpy as np

import numformats as nf
from core_driver import Job, Number
from mutant_jobs import FLAG_BITS, row_bytes
from strangers import LONG, SHORT, TYPES, integers_beside, oracle_with_strangers, some_codes

__all__ = ["exact_expectations"]

ARITHMETIC = ("add", "sub", "mul", "div", "floor_divide", "remainder", "fmod", "ieee_remainder")
FORMATS = ("posit16", "posit64", "takum_linear64", "float8_e4m3fn", "binary64", "q15", "fixed<64,frac=63>",
           "fixed<12,frac=4,overflow=wrap>", "fixed<64,frac=70,overflow=wrap>",
           "truncated<exp=8,man=23,compute_man=10,truncate=align>")  # fmt: skip
FUNCTIONS = {"posit16": ("hypot", "arctan2"), "bfloat16": ("hypot", "arctan2")}
# first, step, divisor, exponent: thirds, ties and numbers beside them, of the width allowed, and two
# 1 / 2^59 above ties of binary64 and posit16, which only the second word of a quotient shows
EVENLY = ((0, 1, 3, -2), (-7, 2, 5, 0), (2**11 + 1, 2, 1, -12), (-(2**126), 2**120 + 1, 1, -126),
          ((2**60 - 1) * (2**12 + 1), 1, 2**60 - 1, -12), ((2**60 - 1) * (2**12 + 1) - 3, 1, 2**60 - 1, -12),
          (2**64 + 2**12 + 1, 2**63, 3 * 2**57 + 1, -3), (2**53 + 1, 1, 1, -53), (5, -3, 7, 1),
          ((2**53 + 1 << 68) + 1, 1, 2**59, -62), ((2**12 + 1 << 114) + 1, 1, 2**59, -67))  # fmt: skip


def oracle_flags(oracle: Any) -> int:
    return sum(FLAG_BITS[f] for f in oracle.last_flags)


def tuples_of(text: str, op: str) -> list[tuple[Fraction, ...]]:
    """Values of the format and integers of 64 bits, in every order."""
    T, rng = TYPES[text], random.Random(f"{text} {op}")
    oracle = oracle_with_strangers(T)
    codes = some_codes(T, 60, np.random.default_rng(5))
    values = [x for x in map(oracle.decode, codes) if isinstance(x, Fraction)]
    strangers = [Fraction(n) for n in (*SHORT, *integers_beside(T, codes, 2**64))]
    found = [(rng.choice(values), rng.choice(strangers)) for _ in range(60)]
    found += [(y, x) for x, y in found]
    found += [(rng.choice(strangers), rng.choice(strangers)) for _ in range(60)]
    if op in {"fma", "fmm"}:
        found = [(*pair, rng.choice(values + strangers)) for pair in found]
    return found


def exact_jobs(text: str) -> list[Job]:
    T, jobs = TYPES[text], []
    oracle = oracle_with_strangers(T)
    oracle.random = None
    for op in (*ARITHMETIC, "fma", "fmm", *FUNCTIONS.get(text, ())):
        tuples = tuples_of(text, op)
        results, flags = [], []
        for operands in tuples:
            results.append(int(getattr(oracle, op)(*operands)))
            flags.append(oracle_flags(oracle))
        columns = [list(map(Number.of, column)) for column in zip(*tuples, strict=True)]
        jobs.append(Job(row_bytes(T), text, f"exact {op}", columns, results, flags))
    return jobs


def evenly_jobs(text: str) -> list[Job]:
    T, count, jobs = nf.parse_format(text), 20, []
    oracle = oracle_with_strangers(T)
    for first, step, divisor, exponent in EVENLY:
        results, flags = [], []
        for i in range(count):
            value = Fraction(first + i * step, divisor) * Fraction(2) ** exponent
            results.append(oracle.encode(value))
            flags.append(oracle_flags(oracle))
        line = [first, step, divisor, exponent]
        jobs.append(Job(row_bytes(T), text, "evenly", [line], results, flags))
    return jobs


def stop_job() -> Job:
    """The answers of the caller, then: is it asked at all, was it told, is that taken once?"""
    return Job(b"", "", "stop", [[False, True, False, False]], [0, 1, 0, 1, 0, 0], [0])


def exact_expectations() -> list[Job]:
    assert all(
        n.bit_length() > 64 for n in LONG
    )  # those are Python's, and tests/numpy/test_strangers.py's
    jobs = [job for text in (*FORMATS, "bfloat16") for job in exact_jobs(text)]
    return [*jobs, *(job for text in ("posit16", "binary64", "posit64", "q15") for job in evenly_jobs(text)),
            stop_job()]  # fmt: skip
