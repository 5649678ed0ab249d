# SPDX-License-Identifier: BSD-3-Clause
"""Are results right where rounding is hard: beside midpoints, at edges, after cancellation?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from constructed import OPERANDS, edges, generate, hardest_triples, log2, operands
from helpers import check, named, oracle_of

# Without a name: other widths, every directed rounding, the widest significands, wrapping.
PARAMETRIC = [
    "posit<64,es=0>",
    "posit<64,es=5>",
    "posit<33,es=3>",
    "posit<32,es=0>",
    "bposit<64,rs=2,es=0>",
    "bposit<29,rs=9,es=3>",
    "takum_linear<37>",
    "float<exp=2,man=61,signed=false,inf=none,nan=none>",
    "float<exp=1,man=62,inf=none,nan=none>",
    "float<exp=15,man=48>",
    "float<exp=5,man=58,subnormals=false>",
    *(
        f"float<exp={exp},man={man},rounding={mode}>"
        for exp, man in ((11, 52), (8, 23))
        for mode in ("nearest_away", "toward_zero", "toward_positive", "toward_negative", "to_odd")
    ),
    "truncated<exp=11,man=52,compute_man=40>",
    *(
        f"truncated<exp=8,man=23,compute_man=20,truncate={cut}>"
        for cut in ("operand", "align", "product", "rounded")
    ),
    "truncated<exp=8,man=23,compute_man=23,ftz=false,daz=false>",
    "fixed<64,frac=32>",
    "fixed<64,frac=63,signed=false>",
    "fixed<64,frac=20,overflow=wrap,rounding=toward_negative>",
    "fixed<32,frac=16,overflow=wrap>",
    "fixed<33,frac=40,rounding=to_odd>",
]
WIDE = [*named(64, 9).values(), *map(nf.parse_format, PARAMETRIC)]
FIELDS_OF_64 = [T for T in WIDE if T.format.bits > 32 and T.format.family != "fixed"]
by_format = pytest.mark.parametrize("T", WIDE, ids=lambda T: T.__name__)
COUNT = 250


def columns(tuples):
    return tuple(np.array(c, dtype=np.uint64) for c in zip(*tuples, strict=True))


@by_format
@pytest.mark.parametrize("op", OPERANDS)
def test_hard_operands(T, op):
    """Solved operands, edges and random codes; codes and flags."""
    found = operands(oracle_of(T), op, COUNT, seed=T.format.bits)
    assert check(T, op, *columns(found)) >= COUNT


@pytest.mark.parametrize("T", FIELDS_OF_64, ids=lambda T: T.__name__)
@pytest.mark.parametrize("op", ["mul", "div"])
def test_the_operands_are_hard(T, op):
    """Of the solved ones at least one in sixteen needs half a significand more to be rounded."""
    oracle = oracle_of(T)
    found = generate(oracle, op, COUNT, seed=T.format.bits)
    hard = 0
    for a, b in found:
        x, y = oracle.decode(a), oracle.decode(b)
        exact = abs(x * y if op == "mul" else x / y)
        low = oracle.encode(exact, rounding="toward_zero")
        above = oracle.next_up(low)
        if above == low or not isinstance(oracle.decode(above), Fraction):
            continue  # beyond the end
        middle = (oracle.decode(low) + oracle.decode(above)) / 2
        away = abs(exact - middle)
        width = log2(exact) - log2(oracle.decode(oracle.next_up(low)) - oracle.decode(low))
        hard += away == 0 or log2(exact) - log2(away) >= width + width // 2
    assert hard >= len(found) // 16, f"{hard} of {len(found)}"


@by_format
@pytest.mark.parametrize("op", ["rint", "floor", "ceil", "trunc", "spacing", "modf", "frexp",
                                "neg", "abs", "sign", "signbit", "isnan", "isinf", "isfinite",
                                "nonzero", "pos"])  # fmt: skip
def test_edges_unary(T, op):
    check(T, op, np.array(edges(oracle_of(T)), np.uint64))


@by_format
@pytest.mark.parametrize("op", ["copysign", "nextafter", "maximum", "minimum", "fmax", "fmin",
                                "heaviside", "equal", "not_equal", "less", "less_equal",
                                "greater", "greater_equal", "divmod"])  # fmt: skip
def test_edges_binary(T, op):
    rng = np.random.default_rng(3)
    codes = np.array(edges(oracle_of(T)), np.uint64)
    a, b = rng.choice(codes, COUNT), rng.choice(codes, COUNT)
    equal = rng.choice(codes, 40)
    check(T, op, np.concatenate([a, equal]), np.concatenate([b, equal]))


@by_format
def test_powers(T):
    """Powers of 1 and its neighbours, of edges, and up to the ends of the range."""
    rng = np.random.default_rng(4)
    oracle = oracle_of(T)
    one = oracle.encode(1)
    near = [one, oracle.next_up(one), oracle.next_down(one), oracle.neg(one), 0]
    picked = rng.choice(np.array(edges(oracle), np.uint64), COUNT)
    codes = np.concatenate([np.array(near * 4, np.uint64), picked])
    k = rng.choice([-64, -63, -7, -3, -2, -1, 0, 1, 2, 3, 4, 5, 7, 31, 63, 64], codes.size)
    check(T, "powi", codes, k)
    shifts = [-(2**63), -40000, -300, -64, -1, 0, 1, 63, 300, 40000, 2**63 - 1]
    check(T, "ldexp", codes, rng.choice(np.array(shifts), codes.size))


def test_triples_need_more_than_128_bits():
    """The product of three 63-bit significands: some differ from a tie below the 128th bit only."""
    T = nf.parse_format("float<exp=1,man=62,inf=none,nan=none>")
    oracle = oracle_of(T)
    found = hardest_triples(oracle, 60)
    check(T, "fmm", *columns(found))
    gaps = []
    for codes in found:
        x, y, z = map(oracle.decode, codes)
        exact = x * y * z
        low = oracle.decode(oracle.encode(exact, rounding="toward_zero"))
        high = oracle.decode(oracle.encode(exact, rounding="toward_positive"))
        gaps.append(log2(exact) - log2(exact - (low + high) / 2))
    assert max(gaps) > 128, max(gaps)
