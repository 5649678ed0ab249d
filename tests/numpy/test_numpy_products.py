# SPDX-License-Identifier: BSD-3-Clause
"""Do the products of matrices work, exactly, in every layout?"""

from __future__ import annotations

import warnings
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import numformats as nf
from numpy_features import array, check, each_format, each_real


@each_format
def test_products(fmt: Any) -> None:
    m, n = np.arange(6.0).reshape(2, 3), np.arange(12.0).reshape(3, 4) - 5
    a, b = m.astype(fmt), n.astype(fmt)
    check(a @ b, m @ n, fmt)
    check(np.matmul(a, b), m @ n, fmt)
    check(a @ b[:, 0], m @ n[:, 0], fmt)
    check(a[0] @ b, m[0] @ n, fmt)
    check(a[0] @ a[1], m[0] @ m[1], fmt)
    check(np.vecdot(a, a), np.vecdot(m, m), fmt)
    check(np.matvec(a, a[0]), np.matvec(m, m[0]), fmt)
    check(np.vecmat(a[0], b), np.vecmat(m[0], n), fmt)
    check(np.linalg.matmul(a, b), m @ n, fmt)
    check(np.linalg.matrix_power(a[:, :2], 3), np.linalg.matrix_power(m[:, :2], 3), fmt)
    out = np.empty((2, 4), fmt)
    assert np.matmul(a, b, out=out) is out
    check(out, m @ n, fmt)
    check(b.T @ a.T, n.T @ m.T, fmt)
    check(a[:, ::-1] @ b[::-1], m @ n, fmt)


@each_format
def test_batched_products(fmt: Any) -> None:
    m = np.arange(24.0).reshape(4, 2, 3) % 5 - 2
    n = np.arange(24.0).reshape(4, 3, 2) % 7 - 3
    check(m.astype(fmt) @ n.astype(fmt), m @ n, fmt)
    check(m.astype(fmt) @ n[0].astype(fmt), m @ n[0], fmt)
    check(np.vecdot(m.astype(fmt), m.astype(fmt)), np.vecdot(m, m), fmt)
    check(np.matvec(m.astype(fmt), m[:, 0].astype(fmt)), np.matvec(m, m[:, 0]), fmt)


@each_format
def test_the_dot_family(fmt: Any) -> None:
    m, n = np.arange(6.0).reshape(2, 3), np.arange(12.0).reshape(3, 4) - 5
    a, b = m.astype(fmt), n.astype(fmt)
    check(np.dot(a, b), m @ n, fmt)
    check(np.dot(a[0], a[1]), m[0] @ m[1], fmt)
    check(a.dot(b), m @ n, fmt)
    check(np.inner(a, a), np.inner(m, m), fmt)
    check(np.vdot(a, a), np.vdot(m, m), fmt)
    check(np.tensordot(a, b, 1), np.tensordot(m, n, 1), fmt)
    check(np.outer(a, a), np.outer(m, m), fmt)
    check(np.kron(a, a[:1]), np.kron(m, m[:1]), fmt)
    check(np.convolve(a[0], a[1]), np.convolve(m[0], m[1]), fmt)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        check(np.asarray(np.matrix(a) * np.matrix(b)), m @ n, fmt)
    check(np.einsum("ij,jk->ik", a, b, optimize=True), m @ n, fmt)
    check(np.dot(a[:, :0], b[:0]), np.zeros((2, 4)), fmt)
    check(np.trace(a @ a.T), np.trace(m @ m.T), fmt)
    check(np.cross(a[0], a[1]), np.cross(m[0], m[1]), fmt)


@each_real
def test_norms(real: Any) -> None:
    check(np.linalg.norm(array([3, 4], real)), 5, real)


def test_products_are_exact_sums() -> None:
    a = np.array([1e4, 1, -1e4], dtype=nf.posit16)
    ones = np.ones(3, nf.posit16)
    exact = float(sum(Fraction(*x.as_integer_ratio()) for x in a))
    for result in [a @ ones, np.dot(a, ones), np.vecdot(a, ones), np.inner(a, ones)]:
        assert float(result) == exact == 1.0
    assert float(a.sum()) != 1.0  # rounded at every step


@each_real
def test_linalg_and_fft_refuse(real: Any) -> None:
    a = np.eye(2, dtype=real)
    for function in [np.linalg.inv, np.linalg.svd, np.linalg.eigvals, np.fft.fft]:
        with pytest.raises(TypeError):
            function(a)
