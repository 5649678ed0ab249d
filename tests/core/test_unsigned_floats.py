# SPDX-License-Identifier: BSD-3-Clause
"""Are floats without a sign right where their codes fill the word?

The stages compare words as signed integers: a float of 32 bits without a sign has magnitudes beyond
these, and must not go through them.  A proof for every row (lane.order) found it.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from numformats import oracle

FORMATS = [
    nf.Float(8, 24, signed=False),
    nf.Float(8, 23, signed=False),
    nf.Float(7, 25, signed=False, inf="none", nan="all_ones", overflow="nan"),
    nf.Float(6, 26, signed=False, inf="top", nan="none"),
]


def operands(T):
    """All pairs of codes around the places where a word's bits change."""
    ends = (0, 1 << 30, 1 << 31, 3 << 30, 1 << 32)
    codes = sorted({(end + d) & ((1 << T.format.bits) - 1) for end in ends for d in (-1, 0, 5)})
    pairs = [(a, b) for a in codes for b in codes]
    return pairs, *(np.array(side, np.uint32).view(T.dtype) for side in zip(*pairs, strict=True))


@pytest.mark.parametrize("T", FORMATS, ids=lambda T: T.__name__)
def test_order(T):
    pairs, x, y = operands(T)
    right = oracle.for_format(T)
    for name in ("equal", "less", "greater_equal"):
        expected = [getattr(right, name)(*pair) for pair in pairs]
        assert getattr(np, name)(x, y).tolist() == expected
    for name in ("maximum", "fmin"):
        expected = [getattr(right, name)(*pair) for pair in pairs]
        assert getattr(np, name)(x, y).view(np.uint32).tolist() == expected


@pytest.mark.parametrize("T", FORMATS, ids=lambda T: T.__name__)
def test_values(T):
    pairs, x, y = operands(T)
    right = oracle.for_format(T)
    values = [[right.decode(code) for code in pair] for pair in pairs]
    for value, double in zip(values, x.astype(np.float64).tolist(), strict=True):
        if isinstance(value[0], Fraction):
            assert value[0] == double
    with np.errstate(all="ignore"):
        sums = x + y
    assert sums.view(np.uint32).tolist() == [right.add(*pair) for pair in pairs]
    usual = np.array([isinstance(a, Fraction) and a < 2**70 for a, _ in values])
    total = sum(a for (a, _), one in zip(values, usual, strict=True) if one)
    ones = np.ones(np.count_nonzero(usual), T)
    assert int(nf.fdot(x[usual], ones).view(np.uint32)) == right.encode(total)
