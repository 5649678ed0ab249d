# SPDX-License-Identifier: BSD-3-Clause
"""Which numbers from outside do tests bring to a format, and what does the oracle say about them?"""

from __future__ import annotations

import copy
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

import numformats as nf
from constructed import edges
from helpers import UFUNCS, oracle_of

# The smallest formats, no zero, no fraction, unsigned, wrapping, truncated, at random, 64 bits.
TEXTS = [
    "posit<2,es=0>", "posit<8,es=2>", "posit16", "posit64", "bposit64", "takum_linear16", "takum_linear64",
    "float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2", "float8_e8m0fnu", "float4_e2m1fn", "bfloat16",
    "binary64", "float<exp=4,man=0,inf=none,nan=none,overflow=saturate>", "float<exp=4,man=3,signed=false>",
    "float<exp=15,man=48>", "float<exp=8,man=7,rounding=toward_zero>",
    "float<exp=5,man=10,rounding=toward_negative>", "q7", "q15", "fixed<8,frac=0>", "fixed<64,frac=0>",
    "fixed<64,frac=63>", "fixed<16,frac=8,signed=false>", "fixed<12,frac=4,overflow=wrap>",
    "fixed<64,frac=70,overflow=wrap>", "fixed<32,frac=-5,overflow=wrap,rounding=toward_negative>",
    "truncated<exp=8,man=23,compute_man=10>", "truncated<exp=8,man=23,compute_man=10,truncate=operand>",
    "truncated<exp=8,man=23,compute_man=10,truncate=align>", "truncated<exp=8,man=23,compute_man=10,truncate=product>",
]  # fmt: skip
TYPES = {text: nf.parse_format(text) for text in TEXTS}
SHORT = [0, 1, -1, 2, 3, -3, 7, 10, 100, -255, 257, 500, 2**31 - 1, -(2**31), 2**53 + 1, 2**63 - 1,
         -(2**63), 2**64 - 1, 3**40]  # fmt: skip
LONG = [
    2**64 + 1,
    2**200 + 1,
    1 - 2**200,
    (2**200 - 1) // 3,
    3**100,
    -(10**400),
    2**4096,
    2**5000 - 1,
]


@cache
def oracle_with_strangers(T: Any) -> Any:
    """The oracle whose codes may also be Fractions: numbers that stand for themselves."""
    oracle = copy.copy(oracle_of(T))
    codec = copy.copy(oracle.codec)
    base = type(codec)

    class Strangers(base):  # type: ignore[valid-type, misc]
        def decode(self, code: Any) -> Any:
            return code if isinstance(code, Fraction) else base.decode(self, code)

    codec.__class__ = Strangers
    oracle.codec = codec
    return oracle


def some_codes(T: Any, count: int, rng: np.random.Generator) -> list[int]:
    """Edges and random codes."""
    known = edges(oracle_of(T))
    picked = [known[i] for i in rng.integers(0, len(known), count // 2)]
    words = rng.integers(0, 2**64, count - len(picked), dtype=np.uint64)
    return picked + [int(w) >> (64 - T.format.bits) for w in words]


def integers_beside(T: Any, codes: list[int], limit: int) -> list[int]:
    """Integers next to values of the format, to the middle between two and to multiples."""
    oracle, found = oracle_of(T), []
    for code in codes:
        value, above = oracle.decode(code), oracle.decode(oracle.next_up(code))
        for x in (value, above):
            if isinstance(x, Fraction) and abs(x) < limit:
                found += [int(x) + d for d in (-1, 0, 1)]
        if isinstance(value, Fraction) and isinstance(above, Fraction):
            middle = (value + above) / 2
            found += [int(middle) + d for d in (-1, 0, 1) if abs(middle) < limit]
    return [n for n in found if abs(n) < limit]


def ufunc(op: str) -> Any:
    return UFUNCS[op]
