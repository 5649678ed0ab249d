# SPDX-License-Identifier: BSD-3-Clause
"""Is the cost proxy what its formula says, in every family?"""

from __future__ import annotations

import pytest

import numformats as nf
from numformats.analysis.candidate import as_candidate
from numformats.analysis.hardware_cost import HardwareCost, cost_of

# By hand from the formula; multiplier, align, subnormals, decode, exponent, round.
KNOWN = {
    nf.binary32: (24 * 24, 2 * 48 * 6, 3 * 24 * 5, 0, 2 * 8, 24),
    nf.mlu32: (24 * 24, 2 * 48 * 6, 0, 0, 2 * 8, 0),  # flushes, and cuts its results
    nf.TruncatedFloat(compute_man=15, truncate="operand"): (256, 2 * 32 * 5, 0, 0, 16, 0),
    nf.Float(5, 10, rounding="toward_zero"): (121, 2 * 22 * 5, 3 * 11 * 4, 0, 10, 0),
    nf.posit16: (144, 2 * 24 * 5, 0, 3 * 16 * 4, 2 * 7, 12),
    nf.bposit32: (625, 2 * 50 * 6, 0, 3 * 32 * 3, 2 * 9, 25),
    nf.takum_linear32: (784, 2 * 56 * 6, 0, 3 * 32 * 3, 2 * 9, 28),
    nf.q15: (256, 0, 0, 0, 0, 16),
}


@pytest.mark.parametrize("T", KNOWN, ids=lambda T: str(T.format))
def test_cells_are_counted_by_the_formula(T):
    assert cost_of(as_candidate(T)) == HardwareCost(*KNOWN[T])
    assert cost_of(as_candidate(T)).total == sum(KNOWN[T])


def test_every_named_format_has_a_cost():
    assert all(cost_of(as_candidate(T)).total > 0 for T in nf.formats())
    assert cost_of(as_candidate("float32")) == cost_of(as_candidate(nf.binary32))
