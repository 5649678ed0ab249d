# SPDX-License-Identifier: BSD-3-Clause
"""Which operands make rounding hard?  Results one unit beside midpoints, and all kinds of edges.

Uniform random operands miss what matters: a product of two 60-bit significands lies close enough
to a midpoint to need its last bits once in 2^60 pairs.  Here the operands are solved for
(hard_pairs, hard_triples, hard_fixed).  Only the oracle is used: nothing native.
"""

from __future__ import annotations

import random
from fractions import Fraction
from typing import TYPE_CHECKING

from hard_fixed import fixed_product, fixed_quotient, fixed_root, fixed_total
from hard_pairs import cancellation, inverse, product, quotient, root, square, total
from hard_triples import fused_cancellation, fused_sticky, fused_tie, hardest_triples, triple
from numformats.oracle import Special
from solving import Codes, log2, nearest, signs, two

if TYPE_CHECKING:
    from numformats.oracle import Oracle

__all__ = ["OPERANDS", "edges", "generate", "hardest_triples", "log2", "operands", "two"]


# ---- edges -----------------------------------------------------------------------------------------


def edges(oracle: Oracle) -> list[int]:
    """Specials, ends, powers of two, and the codes around every power of two as an integer."""
    codec, bits = oracle.codec, oracle.row.bits
    found = {0, codec.nan, codec.mask, 1 << (bits - 1)}
    for i in range(bits):
        for near in (-2, -1, 0, 1, 2):
            code = (1 << i) + near & codec.mask
            found |= {code, code ^ codec.mask, -code & codec.mask}
    for place in (codec.first, codec.last, codec.last_finite, -codec.last_finite, 0):
        for near in range(-3, 4):
            found.add(codec.at_index(min(max(place + near, codec.first), codec.last)))
    for n in (1, 2, 3, 10, 2**8, 2**24 - 1, 2**53 + 1, 2**63):
        for x in (Fraction(n), Fraction(1, n), Fraction(n) + Fraction(1, 2)):
            code = nearest(oracle, x)
            found |= {code, oracle.next_up(code), oracle.next_down(code), oracle.neg(code)}
    if oracle.row.family in ("float", "truncated"):
        smallest = 1 << oracle.row.man
        for near in (-2, -1, 0, 1):
            code = smallest + near & codec.mask
            found |= {code, code | 1 << (bits - 1)}
        found |= {codec.encode(s, "nearest_even", codec.overflow, None)[0] for s in Special}
    return sorted(found)


# ---- the generators --------------------------------------------------------------------------------

_TAPERED_OR_FLOAT = {
    "mul": (product,),
    "square": (square,),
    "div": (quotient,),
    "reciprocal": (inverse,),
    "sqrt": (root,),
    "add": (total, cancellation),
    "sub": (total, cancellation),
    "floor_divide": (quotient,),
    "remainder": (quotient, total),
    "fmod": (quotient, total),
    "ieee_remainder": (quotient, total),
    "fma": (fused_tie, fused_sticky, fused_cancellation),
    "fmm": (triple,),
}
_FIXED = {
    "mul": (fixed_product,),
    "div": (fixed_quotient,),
    "sqrt": (fixed_root,),
    "add": (fixed_total,),
    "sub": (fixed_total,),
    "floor_divide": (fixed_quotient,),
}
ARITY = {"sqrt": 1, "square": 1, "reciprocal": 1, "fma": 3, "fmm": 3}
OPERANDS = tuple(_TAPERED_OR_FLOAT)


def generate(oracle: Oracle, op: str, count: int, seed: int = 1) -> list[Codes]:
    """Up to `count` solved operand tuples of an operation, with signs mixed in."""
    rng = random.Random(f"{oracle.row}{op}{seed}")
    makers = (_FIXED if oracle.row.family == "fixed" else _TAPERED_OR_FLOAT).get(op, ())
    found: list[Codes] = []
    for _ in range(8 * count if makers else 0):
        codes = rng.choice(makers)(oracle, rng)
        if codes is not None:
            found.append(codes if op == "sqrt" else signs(codes, oracle, rng))
        if len(found) == count:
            break
    return found


def operands(oracle: Oracle, op: str, count: int, seed: int = 1) -> list[Codes]:
    """Solved operands, then as many of edges and random codes, in all combinations."""
    rng = random.Random(f"{oracle.row}{op}{seed}edges")
    arity, special = ARITY.get(op, 2), edges(oracle)
    found = generate(oracle, op, count, seed)
    for _ in range(count):
        found.append(
            tuple(
                rng.choice(special) if rng.random() < 0.7 else rng.getrandbits(oracle.row.bits)
                for _ in range(arity)
            )
        )
    if arity == 1:
        found += [(c,) for c in special]
    return found
