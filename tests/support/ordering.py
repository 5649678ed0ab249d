# SPDX-License-Identifier: BSD-3-Clause
"""In which order do codes sort, by the oracle's values, and with which formats is sorting tested?"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import numformats as nf
from helpers import all_codes, ids, named, oracle_of
from numformats.oracle.values import Special, compare

ODD: list[Any] = [  # wider storage, no subnormals, every place of NaN, unsigned
    nf.Posit(12, es=1), nf.TakumLinear(13), nf.Fixed(12, 4), nf.Fixed(12, 4, signed=False),
    nf.Float(5, 6), nf.Float(4, 3, subnormals=False), nf.Float(5, 4, subnormals=False),
    nf.P3109(8, 3), nf.P3109(8, 3, signed=False), nf.P3109(11, 4), nf.Posit(2), nf.Posit(5, es=1),
]  # fmt: skip
NARROW = [*named(16).values(), *ODD]
WIDE = [*named(64, 17).values(), nf.Posit(20, es=1), nf.TakumLinear(40), nf.Float(8, 11),
        nf.Float(11, 30), nf.Fixed(24, 8), nf.Fixed(40, 8, signed=False)]  # fmt: skip

each_narrow = pytest.mark.parametrize("T", NARROW, ids=ids)
each_wide = pytest.mark.parametrize("T", WIDE, ids=ids)
each = pytest.mark.parametrize("T", [*NARROW, *WIDE], ids=ids)


class Value:
    """An exact value in NumPy's order: NaN last, zeros alike."""

    def __init__(self, value: Any, *, descending: bool) -> None:
        self.value = value
        self.descending = descending

    def __lt__(self, other: Value) -> bool:
        if self.value is Special.NAN or other.value is Special.NAN:
            return self.value is not Special.NAN
        order = compare(self.value, other.value)
        return order > 0 if self.descending else order < 0


@cache
def decoded(T: Any) -> Any:
    return cache(oracle_of(T).codec.decode)


@cache
def all_ranks(T: Any, *, descending: bool) -> np.ndarray[Any, Any]:
    return ranks_of(T, all_codes(T), descending=descending)


def ranks(T: Any, codes: Any, *, descending: bool = False) -> np.ndarray[Any, Any]:
    """The oracle's order as integers: equal for codes that compare as equal."""
    if T.format.bits <= 16:
        return all_ranks(T, descending=descending)[codes]
    return ranks_of(T, codes, descending=descending)


def ranks_of(T: Any, codes: Any, *, descending: bool) -> np.ndarray[Any, Any]:
    distinct = np.unique(codes)
    values = [decoded(T)(int(c)) for c in distinct]
    order = sorted(
        range(len(values)), key=[Value(v, descending=descending) for v in values].__getitem__
    )
    rank = np.zeros(len(values), dtype=np.int64)
    for before, i in pairwise(order):
        lower = Value(values[before], descending=descending)
        both_nan = values[before] is values[i] is Special.NAN
        rank[i] = rank[before] + (not both_nan and lower < Value(values[i], descending=descending))
    return rank[np.searchsorted(distinct, codes)]


def specials(T: Any, rng: Any, n: int) -> Any:
    """Few distinct codes around zero, the ends and the sign: zeros of both signs, several NaNs."""
    bits = T.format.bits
    near = [base + d for base in (0, 1 << (bits - 1), 1 << (bits - 2), 3 << (bits - 2), -1)
            for d in (-2, -1, 0, 1)]  # fmt: skip
    words = [x % (1 << bits) for x in near]
    return rng.choice(np.array(words, dtype=np.uint64), n).astype(f"u{T.format.storage_bytes}")
