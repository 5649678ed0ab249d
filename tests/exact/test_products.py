# SPDX-License-Identifier: BSD-3-Clause
"""Do nf.fsum, fdot, vecdot and matmul keep NumPy's shapes, and their word about rounding?"""

from __future__ import annotations

import math
import os
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import numformats as nf
from helpers import oracle_of, plain, raised

doubles = st.floats(allow_nan=False, allow_infinity=False, width=64)
SHAPES = [((), None), ((5,), 0), ((3, 4), None), ((3, 4), 0), ((3, 4), -1), ((2, 3, 4), (0, 2)),
          ((2, 3, 4), 1), ((0, 3), 0), ((3, 0), 1), ((2, 0, 3), (0, 1)), ((2, 3), ())]  # fmt: skip


# ---- sums ----------------------------------------------------------------------------------------


@given(st.lists(doubles, max_size=60))
def test_fsum_is_the_rounded_sum(x):
    exact = sum(map(Fraction, x), Fraction(0))
    try:
        want = float(exact)
    except OverflowError:
        want = math.inf if exact > 0 else -math.inf
    with np.errstate(over="ignore"):
        assert nf.fsum(np.array(x, np.float64)) == want


@pytest.mark.parametrize(("shape", "axis"), SHAPES)
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("T", [np.float64, np.float32, np.float16, nf.posit16, nf.bfloat16])
def test_axes_of_fsum(shape, axis, keepdims, T):
    a = np.arange(math.prod(shape)).reshape(shape).astype(T)
    want = a.astype(np.float64).sum(axis=axis, keepdims=keepdims)
    for x in (a, np.asarray(a, order="F")):
        got = nf.fsum(x, axis=axis, keepdims=keepdims)
        assert got.dtype == np.dtype(T)
        assert np.shape(got) == np.shape(want)
        assert (np.asarray(got).astype(np.float64) == want).all()


def test_fsum_into_another_format_and_array():
    x = np.array([[1, 2.0**-30], [3, 2.0**-40]])
    assert nf.fsum(x, dtype=nf.posit8) == nf.posit8(4)
    out = np.empty(2, np.float32)
    assert nf.fsum(x, axis=0, out=out) is out
    assert out.tolist() == [4, np.float32(2.0**-30 + 2.0**-40)]
    strided = np.zeros((2, 2))[:, 0]
    assert nf.fsum(x, axis=0, out=strided).tolist() == [4, 2.0**-30 + 2.0**-40]
    wide = np.empty(2)
    nf.fsum(x.astype(np.float32), axis=1, dtype=np.float32, out=wide)
    assert wide.tolist() == [1, 3]


@pytest.mark.parametrize("x", [[np.nan, 1], [np.inf, 1], [-np.inf, -np.inf], [-0.0, -0.0]])
@pytest.mark.parametrize("n", [0, 40])
def test_specials_in_sums(x, n):
    a = np.array(x + [1.0] * n)
    got, flags = raised(nf.fsum, a)
    assert got == a.sum() or np.isnan(a.sum())
    assert flags == frozenset()
    got, flags = raised(nf.fsum, np.array([np.inf, -np.inf, *a]))
    assert np.isnan(got)
    assert ("invalid" in flags) == (not np.isnan(a).any())


@pytest.mark.parametrize("bad", [np.arange(3), np.ones(3, complex), ["a"], [True], None])
def test_other_dtypes_are_errors(bad):
    for call in (nf.fsum, lambda x: nf.matmul(x, x), lambda x: nf.vecdot(x, x)):
        with pytest.raises((TypeError, ValueError)) as found:
            call(bad)
        assert any(word in str(found.value) for word in ("dtype", "shape", "dimension"))


def test_bad_arguments_of_sums():
    x = np.ones((2, 3))
    with pytest.raises(np.exceptions.AxisError):
        nf.fsum(x, axis=2)
    with pytest.raises(ValueError, match=r"out has shape \(2,\); the result has \(3,\)"):
        nf.fsum(x, axis=0, out=np.empty(2))
    with pytest.raises(TypeError, match="out must be an array, not list"):
        nf.fsum(x, axis=0, out=[0, 0, 0])
    frozen = np.zeros(3)
    frozen.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        nf.fsum(x, axis=0, out=frozen)
    with pytest.raises(TypeError, match="cast"):
        nf.fsum(x, axis=0, dtype=float, out=np.zeros(3, int))


# ---- products ------------------------------------------------------------------------------------

PAIRS = [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 4)), ((2, 3), (3, 4)), ((5, 2, 3), (3, 4)),
         ((2, 3), (5, 3, 4)), ((5, 1, 2, 3), (6, 3, 4)), ((0, 3), (3, 2)), ((2, 0), (0, 2)),
         ((5, 2, 3), (3,)), ((3,), (5, 3, 2))]  # fmt: skip


@pytest.mark.parametrize(("left", "right"), PAIRS)
@pytest.mark.parametrize("T", [np.float64, nf.posit32])
def test_shapes_of_matmul(left, right, T):
    rng = np.random.default_rng(1)
    a, b = rng.integers(-9, 9, left).astype(float), rng.integers(-9, 9, right).astype(float)
    want = np.matmul(a, b)
    got = nf.matmul(a.astype(T), b.astype(T))
    assert got.dtype == np.dtype(T)
    assert np.shape(got) == np.shape(want)
    assert (np.asarray(got).astype(float) == want).all()
    out = np.empty(np.shape(want), T)
    assert nf.matmul(a.astype(T), b.astype(T), out=out) is out
    assert (out.astype(float) == want).all()


@pytest.mark.parametrize(("left", "right"), [((), ()), ((), (3,)), ((3,), (3,)), ((2, 3), (3, 4)),
                                             ((2, 3), (5, 3, 4)), ((6, 2, 3), (3,)),
                                             ((6, 2, 3), (5, 3, 4)), ((2, 2), ())])  # fmt: skip
def test_shapes_of_fdot(left, right):
    rng = np.random.default_rng(1)
    a, b = rng.integers(-9, 9, left) * 1.0, rng.integers(-9, 9, right) * 1.0
    got = nf.fdot(a, b)
    assert np.shape(got) == np.shape(np.dot(a, b))
    assert (got == np.dot(a, b)).all()


def test_vecdot():
    rng = np.random.default_rng(3)
    a, b = rng.integers(-9, 9, (4, 1, 5)) * 1.0, rng.integers(-9, 9, (3, 5)) * 1.0
    assert (nf.vecdot(a, b) == np.vecdot(a, b)).all()
    assert (nf.vecdot(a, a, axis=0) == np.vecdot(a, a, axis=0)).all()
    out = np.empty((4, 3), nf.posit16)
    assert nf.vecdot(a, b, out=out) is out
    assert (out.astype(float) == np.vecdot(a, b)).all()
    assert type(nf.vecdot(b[0], b[1])) is np.float64


def test_the_result_may_be_an_operand():
    for T in (np.float64, nf.posit32):
        a = np.arange(9.0).reshape(3, 3).astype(T)
        want = nf.matmul(a, a)
        nf.matmul(a, a, out=a)
        assert (a == want).all()
        x = np.arange(6.0).reshape(2, 3).astype(T)
        want = nf.vecdot(x, x)
        assert (nf.vecdot(x, x, out=x[:, 0]) == want).all()


@given(st.lists(st.tuples(doubles, doubles), max_size=40))
def test_fdot_of_doubles_is_correctly_rounded(pairs):
    x, y = (np.array([p[i] for p in pairs]) for i in (0, 1))
    exact = sum((Fraction(p) * Fraction(q) for p, q in pairs), Fraction(0))
    oracle = oracle_of(nf.binary64)
    with np.errstate(over="ignore"):
        got = nf.fdot(x, y)
    assert int(np.float64(got).view(np.uint64)) == oracle.encode(exact)


def test_bad_arguments_of_products():
    a = np.ones((2, 3))
    with pytest.raises(ValueError, match="3 terms against 2"):
        nf.matmul(a, a)
    with pytest.raises(ValueError, match="one dimension or more"):
        nf.matmul(a, 3.0)
    with pytest.raises(ValueError, match="3 terms against 4"):
        nf.vecdot(a, np.ones(4))
    with pytest.raises(TypeError, match="posit64"):
        nf.matmul(np.ones((2, 2), nf.posit64), np.ones((2, 2), nf.takum_linear64))
    assert nf.matmul(np.ones((2, 2), nf.posit64), np.ones((2, 2), nf.takum_linear64),
                     dtype=nf.posit8).dtype == nf.posit8.dtype  # fmt: skip


# ---- threads -------------------------------------------------------------------------------------


@pytest.mark.parametrize("T", [nf.posit32, np.float64, nf.posit64])
def test_threads_do_not_change_a_bit(T):
    rng = np.random.default_rng(4)
    side = 120 if T is nf.posit64 else 300
    a, b = (rng.standard_normal((side, side)).astype(T) for _ in "ab")
    before = nf.get_num_threads()
    try:
        found = []
        for n in (1, 2, 3, 7):
            nf.set_num_threads(n)
            found.append(plain(nf.matmul(a, b)))
            nf.set_num_threads(1)
            assert plain(nf.matmul(a[:50], b)).tolist() == found[0][:50].tolist()
    finally:
        nf.set_num_threads(before)
    for other in found[1:]:
        assert (other == found[0]).all()


def test_errors_and_warnings_of_threads_reach_the_caller():
    a = np.full((300, 300), 6e4, np.float16)
    before = nf.get_num_threads()
    nf.set_num_threads(3)
    try:
        with np.errstate(over="raise"), pytest.raises(FloatingPointError):
            nf.matmul(a, a)
        with np.errstate(over="ignore"):
            assert np.isinf(nf.matmul(a, a)).all()
    finally:
        nf.set_num_threads(before)


@pytest.mark.parametrize("n", [0, -1, 2000])
def test_bad_numbers_of_threads(n):
    with pytest.raises(ValueError, match=r"allowed: 1\.\.1024"):
        nf.set_num_threads(n)


def test_the_variable_for_threads():
    program = "import numformats as nf; print(nf.get_num_threads())"
    for text, want in (("5", "5"), ("many", "allowed: 1..1024"), ("0", "allowed: 1..1024")):
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True,
                              env={**os.environ, "NUMFORMATS_NUM_THREADS": text},
                              check=False)  # fmt: skip
        assert want in done.stdout + done.stderr


def test_the_other_byte_order():
    a = np.arange(1.0, 7).reshape(2, 3)
    swapped = a.astype(">f8")
    assert nf.fsum(swapped) == 21
    assert nf.matmul(swapped, swapped.T).tolist() == (a @ a.T).tolist()
    out = np.empty((2, 2), ">f8")
    assert nf.matmul(swapped, a.T, out=out) is out
    assert out.tolist() == (a @ a.T).tolist()
    assert nf.fsum(a, axis=0, out=np.empty(3, ">f8")).tolist() == [5, 7, 9]
    assert nf.fsum(a, axis=0, dtype=">f4").tolist() == [5, 7, 9]
    assert nf.fmean(swapped) == 3.5
    assert nf.norm2(swapped[0, :1]) == 1
    assert nf.det2(swapped, swapped, a, a).tolist() == [[0] * 3] * 2
    assert nf.horner_exact(np.array([1, 2], ">f8"), swapped)[0, 0] == 3
    square = swapped[:, :2]
    assert nf.linalg.solve(square, square).tolist() == [[1, 0], [0, 1]]
    assert nf.linalg.norm(square, 1) == 7
    assert nf.Quire(np.float64).add(swapped).value == 21


@pytest.mark.parametrize("rounding", ["nearest_even", "toward_negative", "to_odd"])
def test_long_sums_wrap(rounding):
    """Low bits that lie far below the leading ones, which a wrapping format drops."""
    rng = np.random.default_rng(1)
    for T in (nf.Fixed(16, frac=8, overflow="wrap", rounding=rounding),
              nf.Fixed(64, frac=-3, overflow="wrap", rounding=rounding),
              nf.Fixed(9, frac=60, signed=False, overflow="wrap", rounding=rounding)):  # fmt: skip
        oracle = oracle_of(T)
        for n in (2, 5, 40):
            x = np.ldexp(rng.integers(-999, 999, n) * 1.0, rng.integers(-90, 400, n))
            x[0] = 3.5
            want = oracle.encode(sum(map(Fraction, x.tolist())))
            for a in (x, np.append(x, 2.0**300)):
                got, flags = raised(lambda a=a, T=T: nf.fsum(a, dtype=T))
                want = oracle.encode(sum(map(Fraction, a.tolist())))
                assert int(plain(np.asarray(got))) == want
                assert flags == oracle.last_flags
                with np.errstate(all="ignore"):
                    q = nf.Quire(np.float64).add(a).round(T)
                    m = nf.matmul(np.tile(a, (30, 1)), np.ones((len(a), 30)), dtype=T)
                assert int(plain(np.asarray(q))) == want
                assert (plain(m) == want).all()


def test_stochastic_results_draw_from_the_process():
    """As ufuncs do: `nf.seed` starts the words anew, and each call takes others."""
    T = nf.Float(4, 3, rounding="stochastic")
    x = np.full((400, 1), 1.0625)

    def draws():
        q = nf.QuireArray(T, 400).add(np.full(400, 1.125, T)).fms(np.full(400, 0.25, T), T(0.25))
        return [nf.fsum(x, axis=1, dtype=T), nf.matmul(x, np.ones((1, 1)), dtype=T),
                q.round(), nf.fmean(np.tile(np.array([1, 1.125], T), (400, 1)), 1)]  # fmt: skip

    nf.seed(3)
    first, second = draws(), draws()
    nf.seed(3)
    for a, b, c in zip(first, second, draws(), strict=True):
        assert (a == c).all()
        assert (a != b).any()
        assert set(a.astype(float).ravel()) == {1.0, 1.125}
