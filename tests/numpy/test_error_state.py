# SPDX-License-Identifier: BSD-3-Clause
"""Does NumPy's error state decide what happens at a division by zero, an overflow, an invalid operation?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from constructed import edges
from families import by_family
from helpers import array, oracle_of, raised

EVENTS = [
    (np.divide, (1, 0), "divide", nf.posit32),
    (np.divide, (0, 0), "invalid", nf.posit32),
    (np.sqrt, (-1,), "invalid", nf.posit32),
    (np.reciprocal, (0,), "divide", nf.takum_linear16),
    (np.divide, (1, 0), "divide", nf.binary16),
    (np.multiply, (60000, 60000), "over", nf.binary16),
    (np.multiply, (400, 400), "over", nf.float8_e4m3fn),
    (np.add, (448, 448), "over", nf.float8_e4m3fn),
    (np.multiply, (-1, -1), "over", nf.q15),
    (np.divide, (0.5, 0), "divide", nf.q15),
    (np.fmod, (1, 0), "invalid", nf.binary32),
    (np.subtract, (np.inf, np.inf), "invalid", nf.binary32),
    (np.multiply, (3e38, 10), "over", nf.mlu32),
]


@pytest.mark.parametrize(("u", "values", "kind", "T"), EVENTS)
def test_the_error_state_decides(u, values, kind, T):
    operands = [np.array([v], T) for v in values]
    with np.errstate(all="raise"), pytest.raises(FloatingPointError):
        u(*operands)
    with np.errstate(all="raise", **{kind: "ignore"}):
        u(*operands)
    with np.errstate(all="ignore", **{kind: "warn"}), pytest.warns(RuntimeWarning):
        u(*operands)
    _, seen = raised(u, *operands)
    assert seen == {{"over": "overflow"}.get(kind, kind)}
    scalars = [x[0] for x in operands]
    with np.errstate(all="raise"), pytest.raises(FloatingPointError):
        u(*scalars)


@by_family
def test_quiet_operations_raise_nothing(T):
    """Comparisons, tests, extremes and signs of anything, NaN and infinities included."""
    codes = np.array(edges(oracle_of(T)), np.uint64)
    a = array(T, codes)
    b = a[::-1]
    with np.errstate(all="raise"):
        for u in (np.less, np.equal, np.maximum, np.minimum, np.fmax, np.fmin, np.greater_equal):
            u(a, b)
        for u in (np.isnan, np.isinf, np.isfinite, np.signbit, np.positive, np.sign):
            u(a)


def test_a_posit_saturates_silently():
    top = nf.posit16.from_bits(0x7FFF)
    a = np.array([top, top])
    with np.errstate(all="raise"):
        assert (a * a == a).all()
        assert (a + a == a).all()
        tiny = np.array([nf.posit16.from_bits(1)])
        assert (tiny * tiny == tiny).all()
