# SPDX-License-Identifier: BSD-3-Clause
"""Is the sum of two arrays of quires that of their integers, with every carry, NaR and overflow?"""

import itertools

import numpy as np
import pytest

import numformats as nf
from numformats.exact import quire_state
from numformats.exact.quire_state import Layout
from numformats.exact.quire_sums import added


@pytest.mark.parametrize("bits", [2, 5, 63, 64, 65, 127, 128, 129, 586])
def test_against_integers(bits):
    layout = Layout(bits, 0)
    most = (1 << (bits - 1)) - 1
    near = {0, 1, -1, most, -most, most - 1, most // 2, most // 2 + 1, -most // 2, layout.nar}
    near |= {s * ((1 << k) + d) for k in (31, 63, 64, 65, 126) for s in (1, -1) for d in (-1, 0, 1)}
    codes = sorted(c for c in near if c == layout.nar or layout.holds(c))
    pairs = list(itertools.product(codes, codes))
    a, b = (quire_state.words_of([p[i] for p in pairs], layout) for i in (0, 1))
    sums = [layout.nar if layout.nar in p else sum(p) for p in pairs]
    expected = quire_state.words_of(sums, layout)  # what needs more bits becomes NaR
    np.testing.assert_array_equal(added(a, b, layout), expected)


def test_some_elements_are_read_and_written():
    """Places that are no slice: a copy is read, and an assignment writes."""
    quires = nf.QuireArray(nf.posit16, (4, 2)).add(np.arange(8).reshape(4, 2))
    some = quires[[3, 0]]
    quires[[0, 3]] = some
    assert quires.round().astype(float).tolist() == [[6, 7], [2, 3], [4, 5], [0, 1]]
    quires[np.array([True, False, False, True]), 1] = nf.QuireArray(nf.posit16, 2)
    quires[..., 0] = nf.QuireArray(nf.posit16, 4).add([1, 1, 1, 1])
    assert quires.round().astype(float).tolist() == [[1, 0], [1, 3], [1, 5], [1, 0]]
