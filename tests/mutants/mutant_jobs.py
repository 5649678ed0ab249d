# SPDX-License-Identifier: BSD-3-Clause
"""What must a mutant's core return?  Operands of constructed.py, results of the oracle."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import numformats as nf
from constructed import edges, generate, hardest_triples
from containment import holds
from core_driver import Job
from numformats import _native
from numformats.oracle import for_format, philox4x64

__all__ = ["FLAG_BITS", "FORMATS", "expectations", "row_bytes"]

COUNT = 60  # solved operands for each operation and format
FORMATS = [
    "posit8", "posit16", "posit32", "posit64", "bposit64", "takum_linear8", "takum_linear64",
    "binary16", "binary32", "binary64", "float8_e4m3fn", "float8_e5m2fnuz", "float8_e8m0fnu",
    "float6_e2m3fn", "mlu32", "q15", "posit<64,es=0>",
    "float<exp=11,man=52,rounding=toward_positive>", "float<exp=11,man=52,rounding=to_odd>",
    "float<exp=8,man=23,rounding=toward_negative>", "float<exp=8,man=23,rounding=nearest_away>",
    "float<exp=1,man=62,inf=none,nan=none>", "float<exp=4,man=3,subnormals=false>",
    "truncated<exp=8,man=23,compute_man=20,truncate=align>",
    "truncated<exp=8,man=23,compute_man=20,truncate=operand,ftz=false>",
    "truncated<exp=8,man=23,compute_man=20,truncate=product>",
    "truncated<exp=8,man=23,compute_man=20,truncate=rounded>",
    "fixed<64,frac=63,signed=false>", "fixed<16,frac=8,overflow=wrap>",
    "fixed<64,frac=40,rounding=toward_negative>", "float<exp=8,man=7,rounding=stochastic>",
    "bposit32", "takum_linear32", "bfloat16", "posit<24,es=3>", "float<exp=8,man=23,rounding=to_odd>",
    "q31", "fixed<24,frac=20,rounding=nearest_away>",
    "fixed<24,frac=20,rounding=nearest_positive,overflow=saturate_symmetric>",
    "fixed<24,frac=20,rounding=nearest_negative,overflow=zero>",
    "float<exp=8,man=23,rounding=nearest_zero,overflow=saturate_finite>",
    "float<exp=5,man=2,bias=16,inf=top,nan=negative_zero,rounding=to_odd>",
    "float<exp=8,man=15,rounding=nearest_positive>", "float<exp=8,man=15,rounding=nearest_negative>",
    "float<exp=5,man=3,signed=false,inf=top,nan=all_ones,rounding=toward_positive>",
    "float<exp=5,man=3,signed=false,inf=top,nan=all_ones,overflow=saturate>",
]  # fmt: skip
UNARY = ("neg", "abs", "sqrt", "square", "reciprocal", "rint", "floor", "ceil", "trunc", "rint_ties_away", "spacing",
         "sign", "isnan", "isinf", "signbit", "nonzero")  # fmt: skip
POWERS = (-64, -3, -2, -1, 0, 1, 2, 3, 7, 64)
BINARY = ("powi", "add", "sub", "mul", "div", "floor_divide", "remainder", "fmod", "ieee_remainder", "copysign", "nextafter",
          "maximum", "minimum", "fmax", "less", "equal", "less_equal")  # fmt: skip
TERNARY = ("fma", "fmm")
FLAG_BITS = {"invalid": 1, "divide": 2, "overflow": 4}


def row_bytes(T: Any) -> bytes:
    return bytes(_native.ffi.buffer(_native.row(T.format)))


def operand_tuples(oracle, op, arity):
    special = edges(oracle)
    if op == "powi":
        step = max(1, len(special) // 25)
        return [(code, k) for code in special[::step] for k in POWERS]
    found = list(generate(oracle, op, COUNT))
    if op == "fmm" and oracle.row.man == 62:
        found += hardest_triples(oracle, 30, 500)
    step = max(1, len(special) // 50)
    for i, code in enumerate(special[::step]):
        found.append(tuple(special[(i * 37 * (j + 1) + j) % len(special)] if j else code
                           for j in range(arity)))  # fmt: skip
        found.append(tuple([code] * arity))
    if arity == 1:
        found += [(c,) for c in special]
    return found


def jobs_of(text: str) -> list[Job]:
    T = nf.parse_format(text)
    oracle, row = for_format(T), row_bytes(T)
    stochastic = T.format.rounding == "stochastic"
    oracle.random = 0  # for the generators
    jobs = []
    for arity, ops in ((1, UNARY), (2, BINARY), (3, TERNARY)):
        for op in ops:
            if stochastic and op not in {"add", "mul", "div", "fma"}:
                continue
            operands = operand_tuples(oracle, op, arity)
            results, flags = [], []
            for i, codes in enumerate(operands):
                oracle.random = philox4x64(3, 5, i) if stochastic else None
                results.append(int(getattr(oracle, op)(*codes)))
                flags.append(sum(FLAG_BITS[f] for f in oracle.last_flags))
            columns = [list(c) for c in zip(*operands, strict=True)]
            jobs.append(Job(row, text, op, columns, results, flags))
    return jobs if stochastic else jobs + casts_of(T, oracle, row, text) + [contains_of(row, text)]


def casts_of(T, oracle, row, text):
    codes = [*edges(oracle), *(c for t in generate(oracle, "mul", COUNT) for c in t)]
    jobs = []
    for name in (
        "posit16",
        "binary64",
        "binary16",
        "float8_e4m3",
        "takum_linear32",
        "q15",
        "bposit64",
    ):
        target = nf.parse_format(name)
        if target is T:
            continue
        to = for_format(target)
        results, flags = [], []
        for c in codes:
            results.append(to.cast_from(oracle, c))
            flags.append(sum(FLAG_BITS[f] for f in to.last_flags))
        jobs.append(
            Job(row, f"{text} -> {name}", "cast", [codes], results, flags, row_bytes(target))
        )
    return jobs


def contains_of(row, text):
    """Promotion: which formats hold this one, decided by exact values."""
    me = for_format(nf.parse_format(text))
    others = [nf.parse_format(t) for t in FORMATS]
    results = [int(holds(for_format(T), me)) for T in others]
    return Job(row, text, "contains", [list(range(len(others)))], results, [0] * len(others))


# Formats whose products take every path, and shapes that do: (m, k, n).
PRODUCTS = ("posit8", "posit16", "posit32", "bposit32", "takum_linear32", "binary32", "bfloat16",
            "float8_e4m3fn", "float8_e5m2fnuz", "float<exp=5,man=26>", "q15", "mlu32", "binary64")  # fmt: skip
SHAPES = ((1, 600, 1), (2, 40, 3), (25, 30, 26))


def products_of(text: str) -> list[Job]:
    """Sums that cancel but for residuals and small products, on every path; see test_exact_paths."""
    T = nf.parse_format(text)
    oracle, row, rng = for_format(T), row_bytes(T), random.Random(text)
    jobs = []
    for m, k, n in SHAPES:
        for spread in (0, 1, 12, 40):  # 0: digits as long as they can be
            scale = 1 / 8 if T.format.family == "fixed" else 1

            ends = [oracle.codec.at_index(i) for i in (1, 2, oracle.codec.last_finite)]

            def draw(spread=spread, scale=scale, ends=ends):
                if spread == 0:
                    return oracle.encode(scale * (2 - rng.random() / 4), overflow="saturate")
                if rng.random() < 0.01:
                    return rng.choice(ends)
                x = rng.gauss(0, scale) * 2.0 ** rng.randint(-spread, spread // 3)
                return oracle.encode(x, overflow="saturate") if rng.random() < 0.98 else 0

            a = [[draw() for _ in range(k // 2)] for _ in range(m)]
            a = [[*r, *(oracle.neg(c) for c in r)] for r in a]
            b = [[draw() for _ in range(n)] for _ in range(k // 2)]
            b = [*b, *([c if rng.random() < 0.9 else oracle.next_up(c) for c in r] for r in b)]
            addend = [draw() for _ in range(m * n)]
            one = oracle.encode(1, overflow="saturate")
            minus, plus = [[oracle.neg(c) for c in r] for r in a], [one] * (oracle.decode(one) == 1)
            for rows, more in ((a, []), *([(minus, addend)] if plus else [])):
                results, flags = [], []
                for i, r in enumerate(rows):
                    for j in range(n):
                        x, y = (
                            [*r, *plus[: len(more)]],
                            [*(c[j] for c in b), *more[i * n + j :][:1]],
                        )
                        results.append(oracle.dot(x, y))
                        flags.append(sum(FLAG_BITS[f] for f in oracle.last_flags))
                columns = [[c for r in x for c in r] for x in (a, b)] + [more] * bool(more)
                jobs += [Job(row, text, f"product {path} {m} {k} {n}", columns, results, flags)
                         for path in ("loop", "extract", "slices")]  # fmt: skip
    return jobs + far_tie_of(oracle, row, text) + small_products_of(oracle, row, text)


def small_products_of(oracle, row, text):
    """x*y - z1 - z2, which is 0 where z1 + z2 has all the bits of x*y: all of them far below others
    of their lines, which meet zeros.  One column is deep, others are not."""
    one, rng, jobs = oracle.encode(1), random.Random(text), []
    if oracle.decode(one) != 1:
        return []
    for shift, top in ((14, 0), (27, 0), (40, 0), (60, 0), (0, 30), (0, 50)):
        big = oracle.encode(Fraction(2**top), overflow="saturate")
        x, y = (
            oracle.encode(Fraction(rng.getrandbits(60) | 1 << 60, 2**60) / 2**s) for s in (0, shift)
        )
        left, minus = oracle.decode(x) * oracle.decode(y), []
        for _ in range(2):
            minus.append(oracle.encode(-left))
            value = oracle.decode(minus[-1])
            left += value if isinstance(value, Fraction) else 0  # the negative zero
        a = [[x, *minus, big, *[0] * 296], [oracle.neg(x), *minus, big, *[0] * 296]]
        b = [
            [y, one, one],
            *[[one, one, 0]] * 2,
            [0, one, one],
            *[[big, 0, one]] * 2,
            *[[0] * 3] * 294,
        ]
        results, flags = [], []
        for r in a:
            for j in range(3):
                results.append(oracle.dot(r, [c[j] for c in b]))
                flags.append(sum(FLAG_BITS[f] for f in oracle.last_flags))
        columns = [[c for r in m for c in r] for m in (a, b)]
        jobs += [Job(row, text, f"product {path} 2 300 3", columns, results, flags)
                 for path in ("loop", "extract", "slices")]  # fmt: skip
    return jobs


def far_tie_of(oracle, row, text):
    """1, half an ulp of it, and a product that lies more than 128 bits below."""
    if text not in {"binary32", "binary64"}:
        return []
    one, half = oracle.encode(1), oracle.encode(2.0 ** (-53 if text == "binary64" else -24))
    tiny = oracle.encode(2.0**-70)
    a, b = [one, one, tiny], [one, half, tiny]
    return [Job(row, text, f"product {path} 1 3 1", [a, b], [oracle.dot(a, b)], [0])
            for path in ("loop", "extract")]  # fmt: skip


def expectations() -> list[Job]:
    jobs = [job for text in FORMATS for job in jobs_of(text)]
    return jobs + [job for text in PRODUCTS for job in products_of(text)]
