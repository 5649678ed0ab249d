# SPDX-License-Identifier: BSD-3-Clause
"""Is divmod what floor_divide and remainder are, where results are drawn at random, too?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from helpers import all_codes, array, pairs

STOCHASTIC = [
    nf.Float(4, 3, rounding="stochastic"),
    nf.Float(3, 1, inf="top", nan="negative_zero", rounding="stochastic"),
    nf.Fixed(8, 5, rounding="stochastic"),
    nf.Fixed(7, 3, signed=False, rounding="stochastic", overflow="wrap"),
]


def from_seed(call, *operands):
    nf.seed(11)
    with np.errstate(all="ignore"):
        return call(*operands)


@pytest.mark.parametrize("T", STOCHASTIC, ids=lambda T: T.__name__)
def test_divmod_draws_what_its_parts_draw(T):
    a, b = (array(T, codes) for codes in pairs(T))
    whole, rest = from_seed(np.divmod, a, b)
    assert np.array_equal(nf.to_bits(whole), nf.to_bits(from_seed(np.floor_divide, a, b)))
    assert np.array_equal(nf.to_bits(rest), nf.to_bits(from_seed(np.remainder, a, b)))


def test_remainders_are_really_drawn():
    """Some remainder is not a value of the format, so that two streams would differ."""
    T = STOCHASTIC[0]
    a, b = (array(T, codes) for codes in pairs(T))
    with np.errstate(all="ignore"):
        first, second = np.remainder(a, b), np.remainder(a, b)  # the second call: another stream
    assert (nf.to_bits(first) != nf.to_bits(second)).any()


@pytest.mark.parametrize("T", STOCHASTIC, ids=lambda T: T.__name__)
def test_scalars(T):
    rng = np.random.default_rng(3)
    x = array(T, rng.permutation(all_codes(T))[:100])
    y = array(T, rng.permutation(all_codes(T))[:100])
    for a, b in zip(x, y, strict=True):
        whole, rest = from_seed(divmod, a, b)
        assert whole.bits == from_seed(lambda s, t: s // t, a, b).bits
        assert rest.bits == from_seed(lambda s, t: s % t, a, b).bits
