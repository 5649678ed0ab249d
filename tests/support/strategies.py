# SPDX-License-Identifier: BSD-3-Clause
"""What does hypothesis draw?  Formats of every family, codes, exact numbers, array layouts."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

import numformats as nf
from constructed import edges
from helpers import NAMED, oracle_of

__all__ = ["codes", "exact_numbers", "formats", "layouts", "posits"]

# A fixed menu: every format made stays registered in NumPy for the life of the process.
MENU = [*NAMED.values(), *map(nf.parse_format, [
    "posit<2,es=2>", "posit<5,es=0>", "posit<24,es=1>", "posit<47,es=5>", "bposit<20,rs=4,es=3>",
    "takum_linear<9>", "takum_linear<50>", "float<exp=2,man=1>", "float<exp=6,man=17>",
    "float<exp=3,man=60,inf=none,nan=none>", "float<exp=4,man=3,subnormals=false>",
    "float<exp=5,man=2,signed=false>", "float<exp=8,man=7,rounding=toward_negative>",
    "float<exp=8,man=7,rounding=to_odd>", "float<exp=6,man=5,inf=top,nan=negative_zero>",
    "truncated<exp=5,man=10,compute_man=6,truncate=operand>",
    "truncated<exp=11,man=52,compute_man=30,truncate=align,ftz=false>",
    "fixed<2,frac=0>", "fixed<24,frac=-7>", "fixed<64,frac=70>",
    "float<exp=5,man=2,bias=16,inf=top,nan=negative_zero,rounding=to_odd>",
    "float<exp=5,man=2,rounding=nearest_zero,overflow=saturate_finite>",
    "fixed<10,frac=4,rounding=nearest_positive,overflow=saturate_symmetric>",
    "fixed<10,frac=4,rounding=nearest_negative,overflow=zero>",
    "fixed<17,frac=9,signed=false,overflow=wrap>", "fixed<40,frac=20,rounding=toward_zero>",
])]  # fmt: skip

formats = st.sampled_from(MENU)
posits = st.sampled_from([T for T in MENU if T.format.family in {"posit", "takum_linear"}])


@st.composite
def codes(draw, T):
    """Any code; edges often; near another drawn code sometimes."""
    top = (1 << T.format.bits) - 1
    return draw(st.one_of(st.integers(0, top), st.sampled_from(edges(oracle_of(T)))))


def exact_numbers():
    """Exact values of all sizes: dyadic ones next to powers of two, and others."""
    dyadic = st.builds(
        lambda m, e, d: (m + Fraction(d, 1 << 90)) * Fraction(2) ** e,
        st.integers(-(2**70), 2**70),
        st.integers(-400, 400),
        st.integers(-2, 2),
    )
    return st.one_of(dyadic, st.fractions(), st.integers(-(2**80), 2**80).map(Fraction))


@st.composite
def layouts(draw, T, most=9):
    """An array of T that may be strided, reversed, unaligned, broadcast, 0-d, empty, read-only."""
    shape = draw(st.lists(st.integers(0, 4), max_size=3).map(tuple))
    size = int(np.prod(shape))
    words = draw(st.lists(codes(T), min_size=size, max_size=size)) if size <= most * 8 else []
    storage = np.array(words, np.uint64).astype(f"u{T.format.storage_bytes}").reshape(shape)
    kind = draw(st.sampled_from(["plain", "step", "reverse", "unaligned", "fortran", "read-only"]))
    a = nf.from_bits(storage, T)
    if kind == "step" and shape:
        wide = np.empty((*shape[:-1], 3 * shape[-1]), a.dtype)
        wide[..., ::3] = a
        return wide[..., ::3]
    if kind == "reverse" and shape:
        return a[::-1].copy()[::-1]
    if kind == "unaligned":
        raw = np.empty(a.nbytes + 1, np.uint8)
        moved = raw[1:].view(a.dtype).reshape(shape)
        moved[...] = a
        return moved
    if kind == "fortran":
        return np.asfortranarray(a)
    if kind == "read-only":
        a = a.copy()
        a.flags.writeable = False
    return a
