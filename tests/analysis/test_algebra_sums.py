# SPDX-License-Identifier: BSD-3-Clause
"""Are order, sums, products and fractions right in every algebra, and are algebras found by name?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from algebras import EVERY, LONG, exact_sum
from numformats.analysis.algebra import (
    DoubleDouble,
    Float64,
    fraction_algebra,
    mp_algebra,
    truth,
)
from numformats.analysis.algebra_base import to_f64
from numformats.tracing.value import TraceError


@pytest.mark.parametrize("name", LONG)
def test_neighbours_beyond_float64_are_told_apart(name):
    algebra = EVERY[name]
    one, tiny = algebra.lift(np.ones(3)), algebra.lift(np.array([2.0**-80, 0.0, -(2.0**-80)]))
    x = algebra.ufunc(np.add, one, tiny)
    assert algebra.compare(np.less, one, x).tolist() == [True, False, False]
    assert algebra.compare(np.greater, one, x).tolist() == [False, False, True]
    assert algebra.compare(np.equal, one, x).tolist() == [False, True, False]
    assert algebra.compare(np.less_equal, one, x).tolist() == [True, True, False]
    assert np.argmax(algebra.key(x)) == 0
    assert np.argsort(algebra.key(x)).tolist() == [2, 1, 0]
    assert algebra.f64(algebra.ufunc(np.maximum, one, x)).tolist() == [1, 1, 1]
    larger = algebra.ufunc(np.maximum, one, x)
    assert algebra.compare(np.equal, larger, x).tolist() == [True, True, False]


@pytest.mark.parametrize("name", EVERY)
def test_nan_sorts_last_and_compares_false(name):
    algebra = EVERY[name]
    x = algebra.lift(np.array([np.nan, 1.0, -np.inf]))
    assert np.argsort(algebra.key(x)).tolist() == [2, 1, 0]
    assert np.argmax(algebra.key(x)) == 0
    assert not algebra.compare(np.less, x, algebra.lift(np.array(5.0)))[0]
    assert algebra.compare(np.not_equal, x, x).tolist() == [True, False, False]


SHAPES = [((3, 4), (4, 2)), ((4,), (4, 2)), ((3, 4), (4,)), ((4,), (4,)), ((2, 3, 4), (4, 5)),
          ((2, 3, 4), (2, 4, 1)), ((3, 0), (0, 2)), ((1, 200), (200, 1)), ((0, 3), (3, 2))]  # fmt: skip


@pytest.mark.parametrize("shapes", SHAPES, ids=str)
@pytest.mark.parametrize("name", EVERY)
def test_products_of_matrices(name, shapes):
    rng, algebra = np.random.default_rng(1), EVERY[name]
    x, y = (rng.standard_normal(s) for s in shapes)
    found = algebra.f64(algebra.matmul(algebra.lift(x), algebra.lift(y)))
    assert found.shape == (x @ y).shape
    assert np.allclose(found, x @ y, rtol=1e-12)


def test_products_of_unequal_lengths_are_refused():
    for algebra in EVERY.values():
        with pytest.raises(ValueError, match="match|dimension"):
            algebra.matmul(algebra.lift(np.ones((2, 3))), algebra.lift(np.ones((1, 2))))


@pytest.mark.parametrize("axis", [None, 0, 1, -1, (0, 1), (0, -1), ()], ids=str)
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("name", EVERY)
def test_sums_over_axes(name, axis, keepdims):
    x = np.random.default_rng(2).standard_normal((3, 5, 2))
    algebra = EVERY[name]
    found = algebra.f64(algebra.sum(algebra.lift(x), axis, keepdims))
    exact = np.sum(x, axis=axis, keepdims=keepdims)
    assert found.shape == exact.shape
    assert np.allclose(found, exact)


@pytest.mark.parametrize("name", EVERY)
def test_empty_and_running_sums(name):
    algebra = EVERY[name]
    assert algebra.f64(algebra.sum(algebra.lift(np.zeros((0, 2))), 0, False)).tolist() == [0, 0]
    x = np.random.default_rng(2).standard_normal((4, 3))
    for axis in (None, 0, 1, -1):
        found = algebra.f64(algebra.cumsum(algebra.lift(x), axis))
        assert np.allclose(found, np.cumsum(x, axis=axis))


@pytest.mark.parametrize("name", LONG)
def test_cancelling_sums_keep_what_float64_loses(name):
    x = np.array([1e17, 1.0, -1e17, 2.0**-60])
    algebra = EVERY[name]
    exact = 1 + Fraction(2) ** -60
    assert exact_sum(algebra, algebra.sum(algebra.lift(x), None, False)) == [exact]
    last = tuple(p[-1:] for p in algebra.cumsum(algebra.lift(x), 0))
    assert exact_sum(algebra, last) == [exact]
    ones = algebra.lift(np.ones(4))
    assert exact_sum(algebra, algebra.matmul(algebra.lift(x), ones)) == [exact]


def test_fractions_stay_exact():
    exact = fraction_algebra()
    x, y = exact.lift(np.array([0.1, 3.0])), exact.lift(np.array([0.7, 7.0]))
    (q,) = exact.ufunc(np.divide, x, y)
    assert q.tolist() == [Fraction(0.1) / Fraction(0.7), Fraction(3, 7)]
    (q,) = exact.ufunc(np.divide, exact.lift(1.0), exact.lift(np.inf))
    assert type(q[()]) is Fraction  # no float comes back in by way of infinity
    (r,) = exact.ufunc(np.sqrt, exact.lift(np.array([4.0, 2.25, 0.0])))
    assert r.tolist() == [2, Fraction(3, 2), 0]


@pytest.mark.parametrize("f", [np.sqrt, np.exp, np.log, np.sin, nf.sigmoid, np.cbrt])
def test_what_has_no_fraction_is_named(f):
    exact = fraction_algebra()
    with pytest.raises(TraceError, match=f"{f.__name__} has no exact value in the reference"):
        exact.ufunc(f, exact.lift(2.0))


def test_truths_by_name():
    assert isinstance(truth("float64"), Float64)
    assert isinstance(truth(), DoubleDouble)
    assert truth("exact").exact
    assert truth(70).name == truth("70").name == "70 digits"
    own = Float64()
    assert truth(own) is own


@pytest.mark.parametrize("bad", ["quad", "", 3, 0, -50, 1.5, True, None, 10**6])
def test_other_names_are_refused(bad):
    with pytest.raises(ValueError, match="it must be 'float64', 'double', 'exact', or a number"):
        truth(bad)


@pytest.mark.parametrize(
    ("dtype", "name"),
    [
        (nf.posit64, "double"), (nf.binary64, "double"), ("float64", "double"), ("int64", "double"),
        (nf.Float(12, 30), "50 digits"), (nf.Posit(64, es=5), "50 digits"), (nf.mlu32, "double"),
        (nf.takum_linear64, "double"), (nf.Fixed(64, frac=63), "double"),
    ],
)  # fmt: skip
def test_formats_beyond_pairs_get_digits(dtype, name):
    assert truth("double", dtype).name == name


def test_to_f64_of_what_is_too_large():
    big = np.array([Fraction(10) ** 400, -(10**400), 1], dtype=object)
    assert to_f64(big).tolist() == [np.inf, -np.inf, 1.0]


def test_the_face_of_a_number_is_of_its_class():
    algebra = mp_algebra(50)
    x = algebra.ufunc(
        np.power,
        algebra.lift(np.array([10.0, -10.0, 10.0])),
        algebra.lift(np.array([401, 401, -401])),
    )
    assert np.isinf(algebra.f64(x)).tolist() == [True, True, False]
    face = algebra.face(x)
    assert np.isfinite(face).all()
    assert np.sign(face).tolist() == [1, -1, 1]
