# SPDX-License-Identifier: BSD-3-Clause
"""Is linear algebra what its definition says, one rounding at a time, in any format?"""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest

import numformats as nf
from helpers import oracle_of, plain
from numformats import linalg

FORMATS = [nf.posit8, nf.posit16, nf.posit32, nf.bposit32, nf.bfloat16, nf.binary32,
           nf.takum_linear32, nf.posit64, np.float64, np.float32]  # fmt: skip
each = pytest.mark.parametrize("T", FORMATS, ids=lambda T: T.__name__)


def rows(a):
    return [[Fraction(*x.as_integer_ratio()) for x in r] for r in a]


def rounded(T, x):
    T = {np.float64: nf.binary64, np.float32: nf.binary32}.get(T, T)
    return nf.from_bits(np.array([oracle_of(T).encode(x)], f"u{T.format.storage_bytes}"), T)[0]


def value(x):
    return Fraction(*x.as_integer_ratio())


def matrix(T, shape, seed):
    return np.random.default_rng(seed).standard_normal(shape).astype(T)


@each
@pytest.mark.parametrize("shape", [(1, 1), (5, 5), (6, 4), (3, 7)])
def test_every_entry_of_lu_is_rounded_as_defined(T, shape):
    a = matrix(T, shape, 1)
    p, lower, upper = linalg.lu(a)
    assert p.dtype == lower.dtype == upper.dtype == a.dtype
    x = rows(p.T @ a)
    n, k = shape[0], min(shape)
    el, u = rows(lower), rows(upper)
    for i in range(n):
        for j in range(shape[1]):
            s = x[i][j] - sum(el[i][m] * u[m][j] for m in range(min(i, j, k)))
            if i <= j:
                assert u[i][j] == value(rounded(T, s))
            elif j < k:
                once = value(rounded(T, s))
                assert el[i][j] == value(rounded(T, once / u[j][j]))
                assert abs(once) <= abs(u[j][j])  # the pivot was the largest
    assert all(el[i][i] == 1 for i in range(k))


@each
def test_every_entry_of_cholesky(T):
    b = matrix(T, (5, 5), 2)
    a = (b @ b.T + 4 * np.eye(5).astype(T)).astype(T)
    lower = rows(linalg.cholesky(a))
    x = rows(a)
    for j in range(5):
        for i in range(j, 5):
            s = rounded(T, x[i][j] - sum(lower[i][m] * lower[j][m] for m in range(j)))
            want = np.sqrt(s) if i == j else rounded(T, value(s) / lower[j][j])
            assert lower[i][j] == value(want)
        assert all(lower[i][j] == 0 for i in range(j))


@each
def test_systems_in_small_integers(T):
    """Solutions that every step can hold."""
    a = np.array([[2, 1, 0], [4, 4, 2], [0, 2, 8]], float).astype(T)
    x = np.array([1, -2, 3], float).astype(T)
    b = (a.astype(float) @ x.astype(float)).astype(T)
    assert (linalg.solve(a, b) == x).all()
    assert (linalg.solve(a, np.stack([b, b], 1)) == np.stack([x, x], 1)).all()
    assert (linalg.solve(np.stack([a, a]), b[:, None])[..., 0] == x).all()
    refined = linalg.solve(a, b, refine=True)
    assert isinstance(refined, linalg.Refined)
    assert refined.converged
    assert refined.backward_error == 0
    assert (refined.x == x).all()
    assert float(linalg.det(a)) == 24
    assert (linalg.det(np.stack([a, a[::-1]])).astype(float) == [24, -24]).all()
    assert (a @ linalg.inv(a)).dtype == a.dtype


def test_refinement_of_hilberts_matrix():
    n = 5
    for T, digits in ((nf.posit32, 7), (nf.binary32, 6), (np.float64, 15)):
        a = (1 / (np.arange(n)[:, None] + np.arange(n) + 1)).astype(T)
        b = np.ones(n).astype(T)
        exact = mpmath.lu_solve(*(mpmath.matrix(v) for v in (
            [[mpmath.mpf(x.numerator) / x.denominator for x in r] for r in rows(a)],
            [mpmath.mpf(1)] * n)))  # fmt: skip
        plain_x, refined = linalg.solve(a, b), linalg.solve(a, b, refine=True)
        assert refined.converged
        assert refined.iterations >= 1
        size = max(abs(v) for v in exact)
        errors = [max(abs(mpmath.mpf(float(v)) - w) for v, w in zip(x, exact, strict=True)) / size
                  for x in (plain_x, refined.x)]  # fmt: skip
        assert errors[1] <= errors[0]
        assert errors[1] < 10.0**-digits
        assert refined.backward_error < 10.0**-digits


@each
def test_qr_and_least_squares(T):
    eps = float(nf.finfo(T).eps) if T not in (np.float64, np.float32) else float(np.finfo(T).eps)
    a, b = matrix(T, (7, 3), 3), matrix(T, 7, 4)
    q, r = linalg.qr(a)
    assert (np.abs((q @ r).astype(float) - a.astype(float)) < 40 * eps + 1e-14).all()
    assert (np.abs((q.T @ q).astype(float) - np.eye(7)) < 40 * eps + 1e-14).all()
    assert (np.tril(r.astype(float), -1) == 0).all()
    x, rest = linalg.lstsq(a, b)
    want = np.linalg.lstsq(a.astype(float), b.astype(float), rcond=None)
    assert (np.abs(x.astype(float) - want[0]) < 100 * eps + 1e-13).all()
    assert abs(float(rest) ** 2 - want[1][0]) < (100 * eps + 1e-13) * (1 + want[1][0])
    assert x.dtype == a.dtype


@each
def test_norms_and_conditions(T):
    a = matrix(T, (4, 4), 5)
    x = rows(a)
    assert value(linalg.norm(a, 1)) == max(
        value(rounded(T, sum(abs(x[i][j]) for i in range(4)))) for j in range(4)
    )
    assert value(linalg.norm(a, np.inf)) == max(value(rounded(T, sum(map(abs, r)))) for r in x)
    assert linalg.norm(a, "fro") == linalg.norm(a) == nf.norm2(a)
    assert linalg.norm(a, 2, axis=1).tolist() == nf.norm2(a, 1).tolist()
    assert linalg.norm(a[0], 1) == nf.fsum(np.abs(a[0]))
    assert linalg.norm(a[0], np.inf) == np.max(np.abs(a[0]))
    eps = float(nf.finfo(T).eps) if T not in (np.float64, np.float32) else float(np.finfo(T).eps)
    double = a.astype(float)
    assert abs(float(linalg.norm(a, 2, (0, 1))) / np.linalg.norm(double, 2) - 1) < 2 * eps + 1e-13
    assert abs(float(linalg.cond(a)) / np.linalg.cond(double) - 1) < 2 * eps + 1e-13
    for p in (1, np.inf, "fro"):
        assert abs(float(linalg.cond(a, p)) / np.linalg.cond(double, p) - 1) < 400 * eps + 1e-12
    assert linalg.norm(a, 1, keepdims=True).shape == (1, 1)


def test_singular_and_other_bad_matrices():
    T = nf.posit16
    for call in (linalg.solve, lambda a, _: linalg.inv(a)):
        with pytest.raises(np.linalg.LinAlgError, match="column 1 has no pivot"):
            call(np.array([[1, 2], [2, 4]], T), np.ones(2, T))
    assert linalg.det(np.array([[1, 2], [2, 4]], T)) == 0
    with pytest.raises(np.linalg.LinAlgError, match=r"shape \(2, 3\)"):
        linalg.solve(np.ones((2, 3), T), np.ones(2, T))
    with pytest.raises(np.linalg.LinAlgError, match="two dimensions"):
        linalg.lu(np.ones(3, T))
    with pytest.raises(np.linalg.LinAlgError, match=r"nan at \(1, 0\)"):
        linalg.solve(np.array([[1, 0], ["nar", 1]], T), np.ones(2, T))
    with pytest.raises(np.linalg.LinAlgError, match="b has inf"):
        linalg.solve(np.eye(2), np.array([1, np.inf]))
    with pytest.raises(np.linalg.LinAlgError, match="not positive definite: the pivot of column 1"):
        linalg.cholesky(np.array([[1, 2], [2, 1]], T))
    with pytest.raises(np.linalg.LinAlgError, match="no fewer rows"):
        linalg.lstsq(np.ones((2, 3)), np.ones(2))
    with pytest.raises(np.linalg.LinAlgError, match="depends on"):
        linalg.lstsq(np.zeros((3, 2)), np.ones(3))
    with pytest.raises(ValueError, match="2 rows"):
        linalg.solve(np.eye(2), np.ones(3))
    with pytest.raises(TypeError, match="astype"):
        linalg.solve(np.eye(2), np.ones(2, T))
    with pytest.raises(ValueError, match="ord is 3"):
        linalg.norm(np.eye(2), 3)
    with pytest.raises(np.linalg.LinAlgError, match="least singular value is 0"):
        linalg.cond(np.zeros((2, 2)))
    for T in (nf.q15, nf.float8_e8m0fnu, nf.Float(4, 3, rounding="stochastic")):
        with pytest.raises(TypeError, match="linear algebra needs"):
            linalg.solve(np.full((1, 1), 0.5, T), np.full(1, 0.5, T))
    with pytest.raises(TypeError, match="int64"):
        linalg.solve(np.eye(2, dtype=int), np.ones(2))


def test_empty_and_stacked():
    for T in (nf.posit16, np.float64):
        empty = np.empty((0, 0), T)
        assert linalg.solve(empty, np.empty(0, T)).shape == (0,)
        assert linalg.solve(empty, np.empty(0, T), refine=True).converged
        assert linalg.det(empty) == 1
        assert linalg.inv(empty).shape == (0, 0)
        assert linalg.inv(np.empty((0, 3, 3), T)).shape == (0, 3, 3)
        stack = matrix(T, (2, 3, 4, 4), 6)
        p, lower, upper = linalg.lu(stack)
        assert p.shape == lower.shape == upper.shape == stack.shape
        assert (plain(linalg.inv(stack)[1, 2]) == plain(linalg.inv(stack[1, 2]))).all()
        assert linalg.det(stack).shape == (2, 3)
        assert linalg.cond(stack, 1).shape == (2, 3) if T is np.float64 else True
