# SPDX-License-Identifier: BSD-3-Clause
"""Do arrays of quires carry sums and products, broadcast, and merge in one step?"""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import numformats as nf
from helpers import plain


def test_arrays_carry_matrix_products():
    T, rng = nf.posit16, np.random.default_rng(7)
    a, b = (rng.standard_normal(s).astype(T) for s in ((6, 30), (30, 5)))
    sums = nf.QuireArray(T, (6, 5))
    for part in (slice(0, 11), slice(11, 30)):
        assert sums.add_matmul(a[:, part], b[part]) is sums
    assert plain(sums.round()).tolist() == plain(a @ b).tolist()
    other = nf.QuireArray(T, (6, 5)).load_bytes(sums.to_bytes())
    assert other.value.tolist() == sums.value.tolist()
    total = sums.sum(0).sum(0)
    assert total.value == sum(sums.value.ravel())
    assert (sums - other).value.tolist() == [[0] * 5] * 6
    assert (-sums).sum(1).value.tolist() == [-sum(r) for r in sums.value.tolist()]
    sums[2, 3].add(T(1))  # shares memory
    assert sums.value[2, 3] == other.value[2, 3] + 1
    sums[0] += T("nan")
    assert sums.is_nar.tolist() == [[True] * 5, *[[False] * 5] * 5]
    assert sums.value[0, 0] is None
    assert pickle.loads(pickle.dumps(sums)).to_bytes() == sums.to_bytes()


def test_arrays_broadcast():
    T = nf.bfloat16
    q = nf.QuireArray(T, (2, 3))
    q.fma(np.array([1, 2, 3], T), T(2)).fms(np.array([[1], [2]], T), 1)
    q += np.array([10, 20, 30], T)
    assert q.value.tolist() == [[11, 23, 35], [10, 22, 34]]
    assert q.reshape(3, 2).shape == (3, 2)
    assert len(q) == 2
    assert q.shape == (2, 3)
    with pytest.raises(ValueError, match="broadcast"):
        q.fma(np.ones(4, T), T(1))
    with pytest.raises(ValueError, match="matrices"):
        q.add_matmul(np.ones(3, T), np.ones((3, 3), T))
    with pytest.raises(ValueError, match="3 terms against 2"):
        q.add_matmul(np.ones((2, 3), T), np.ones((2, 3), T))
    assert nf.QuireArray(T, (0, 2)).round().shape == (0, 2)
    assert nf.QuireArray(T, (0, 2)).to_bytes() == b""


def test_a_sum_of_quires_is_one_step():
    """Partial sums that are too long for the quire do not matter."""
    q = nf.QuireArray(nf.posit8, 3, bits=52)
    q.add(np.array([7, 7, -7], nf.posit8))
    assert q.sum().value == 7
    assert (q[0] + q[1]).is_nar
    q[1] += nf.posit8("nan")
    assert q.sum().is_nar


def test_empty_arrays_of_quires():
    q = nf.QuireArray(nf.posit8, (0, 3))
    assert q.fma(1, 2).add(1).round().shape == (0, 3)
    assert q.sum(1).shape == (0,)
    assert q.sum(0).value.tolist() == [0, 0, 0]
    with pytest.raises(ValueError, match=r"product has shape \(2, 2\)"):
        q.add_matmul(np.ones((2, 1), nf.posit8), np.ones((1, 2), nf.posit8))
