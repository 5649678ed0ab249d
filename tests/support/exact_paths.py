# SPDX-License-Identifier: BSD-3-Clause
"""What does each path to an exact product give, and of which operands do tests ask?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from helpers import NAMED, plain, raised
from numformats.exact import core_calls

FAST = {n: T for n, T in NAMED.items() if T.format.bits <= 32} | {"binary64": nf.binary64}
PARAMETRIC = ["posit<31,es=3>", "posit<17,es=0>", "posit<9,es=5>", "bposit<24,rs=6,es=5>",
              "bposit<13,rs=2,es=3>", "takum_linear<27>", "takum_linear<9>", "float<exp=5,man=26>",
              "float<exp=8,man=21,nan=negative_zero,inf=none,overflow=nan>",
              "float<exp=3,man=4,subnormals=false>", "float<exp=6,man=9,signed=false>",
              "float<exp=4,man=3,nan=none,inf=none,overflow=saturate,rounding=to_odd>",
              "float<exp=4,man=3,nan=all_ones,inf=top>", "fixed<32,frac=31,signed=false>",
              "fixed<24,frac=-20>", "fixed<16,frac=8,overflow=wrap>", "float<exp=2,man=1>",
              "truncated<exp=8,man=23,compute_man=20,truncate=operand>"]  # fmt: skip
TYPES = [*FAST.values(), *map(nf.parse_format, PARAMETRIC)]
every = pytest.mark.parametrize("T", TYPES, ids=lambda T: T.__name__)


def product(a, b, path, T=None, **addend):
    """The codes and flags of a @ b on one path; addend=, subtract= as core_calls.multiply has."""
    out = np.empty((a.shape[0], b.shape[1]), T or a.dtype)
    return raised(lambda: plain(core_calls.multiply(a, b, out, path=path, **addend)))


def agree(a, b, paths=("extract", "slices"), T=None, **addend):
    """Every path gives the codes and flags of the plain loop, which are returned."""
    nf.seed(1)
    want, flags = product(a, b, "loop", T, **addend)
    for path in paths:
        nf.seed(1)
        got, raised_there = product(a, b, path, T, **addend)
        assert got.tolist() == want.tolist(), (path, a.shape, b.shape)
        assert raised_there == flags, path
    return want


def values(T, shape, rng, spread):
    x = rng.standard_normal(shape) * 2.0 ** rng.integers(-spread, spread + 1, shape)
    with np.errstate(all="ignore"):
        return (x / 8 if T.format.family == "fixed" else x).astype(T)
