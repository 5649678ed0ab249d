# SPDX-License-Identifier: BSD-3-Clause
"""Do float64, pairs, decimal digits and fractions mean the same by each ufunc, sum and product?"""

from __future__ import annotations

import itertools
import threading
from fractions import Fraction

import mpmath
import numpy as np
import pytest

import numformats as nf
from numformats.analysis import algebra_objects
from numformats.analysis.algebra import (
    DoubleDouble,
    Float64,
    digits_algebra,
    fraction_algebra,
    mp_algebra,
    truth,
)
from numformats.analysis.algebra_base import to_f64
from numformats.analysis.algebra_float64 import INTEGER_SECOND, OWN_UFUNCS, WITHOUT_MEANING
from numformats.tracing.value import TraceError

EVERY = {
    "float64": Float64(),
    "double": DoubleDouble(),
    "mpmath": mp_algebra(50),
    "gmpy2": digits_algebra(50),
    "exact": fraction_algebra(),
}
LONG = [name for name in EVERY if name != "float64"]
VALUES = [
    0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 3.0, -3.0, 7.25,
    170.6, 2.0**60, 1e-20, 1e-300, 1e300, -1e300,
]  # fmt: skip


def has_loop(f):
    """Does posit16 have a loop of this ufunc, with one result that is a number?"""
    operands = [np.array([0.5]).astype(nf.posit16)] * f.nin
    if f in INTEGER_SECOND:
        operands[1] = np.array([2])
    with np.errstate(all="ignore"):
        try:
            result = f(*operands)
        except TypeError:
            return False
    return not isinstance(result, tuple) and result.dtype != bool


EVERY_UFUNC = {f for f in vars(np).values() if isinstance(f, np.ufunc)} | OWN_UFUNCS
UFUNCS = sorted(
    (f for f in EVERY_UFUNC if f.signature is None and has_loop(f)), key=lambda f: f.__name__
)


# The functions whose values are fractions, for squares and small whole numbers at least.
ROOTS = {np.sqrt, nf.rsqrt, np.hypot, np.power, np.float_power}
SQUARES = [1.0, -1.0, np.inf, np.nan]
RATIONAL = ROOTS | {
    np.add, np.subtract, np.multiply, np.divide, np.negative, np.absolute, np.reciprocal, np.square,
    np.positive, np.conjugate, np.fabs, np.sign, np.trunc, np.floor, np.ceil, np.rint, np.maximum,
    np.minimum, np.fmax, np.fmin, np.copysign, np.heaviside, np.floor_divide, np.remainder, np.fmod,
    nf.fma, nf.fmm, nf.ieee_remainder, nf.rint_ties_away,
}  # fmt: skip


def operands_of(f):
    found = [np.array(x) for x in zip(*itertools.product(VALUES, repeat=f.nin), strict=True)]
    if f.nin == 3:
        found = [x[::7] for x in found]
    if f in INTEGER_SECOND:
        whole = np.isfinite(found[1]) & (found[1] == np.rint(found[1])) & (abs(found[1]) < 1e6)
        found = [x[whole] for x in found]
    return found


def agree(a, b):
    with np.errstate(all="ignore"):
        near = np.abs(a - b) <= 1e-13 * np.abs(b)
    return (np.isnan(a) & np.isnan(b)) | (a == b) | near


def test_there_are_enough_ufuncs():
    assert len(UFUNCS) >= 80
    assert {nf.fma, nf.sigmoid, nf.gelu, np.logaddexp, np.remainder, np.power} <= set(UFUNCS)


@pytest.mark.parametrize("f", UFUNCS, ids=lambda f: f.__name__)
def test_each_ufunc_of_the_formats_means_the_same_in_each_algebra(f):
    xs = operands_of(f)
    if f in WITHOUT_MEANING:
        for algebra in EVERY.values():
            with pytest.raises(TraceError, match=rf"test_algebra\.py:\d+: np\.{f.__name__} has no"):
                algebra.ufunc(f, *(algebra.lift(x) for x in xs))
        return
    plain = EVERY["float64"].ufunc(f, *(Float64().lift(x) for x in xs))[0]
    minus_zero = np.any([(x == 0) & np.signbit(x) for x in xs], axis=0)
    for name in LONG:
        algebra = EVERY[name]
        if name == "exact" and f not in RATIONAL:
            with pytest.raises(TraceError, match="has no exact value"):
                algebra.ufunc(f, *(algebra.lift(x) for x in xs))
            continue
        if f in ROOTS and name == "exact":
            xs = [np.where(np.isin(x, SQUARES), x, 0) for x in xs]
            xs = [xs[0], np.where(xs[0] == 0, xs[1], 0)] if f is np.hypot else xs
            plain = Float64().ufunc(f, *map(Float64().lift, xs))[0]
        found = algebra.f64(algebra.ufunc(f, *(algebra.lift(x) for x in xs)))
        right = agree(found, plain)
        if name != "double":  # Python's numbers know one zero
            right |= minus_zero
        assert right.all(), (name, [(x[~right][:3]) for x in xs], found[~right][:3])


@pytest.mark.parametrize("f", UFUNCS, ids=lambda f: f.__name__)
def test_gmpy2_changes_no_result(f):
    """Not of minus zero either, which MPFR knows and mpmath does not."""
    if f in WITHOUT_MEANING:
        return
    xs = operands_of(f)
    first, second = (
        a.f64(a.ufunc(f, *(a.lift(x) for x in xs))) for a in (EVERY["mpmath"], EVERY["gmpy2"])
    )
    assert agree(first, second).all()
    assert not np.signbit(first[first == 0]).any()
    assert not np.signbit(second[second == 0]).any()


@pytest.mark.parametrize("f", UFUNCS, ids=lambda f: f.__name__)
def test_fifty_digits_are_fifty(f):
    if f in WITHOUT_MEANING:
        return
    rng = np.random.default_rng(7)
    xs = [rng.uniform(0.01, 0.99, 12) * rng.choice([1, 1e-9, 8], 12) for _ in range(f.nin)]
    if f in INTEGER_SECOND:
        xs[1] = np.rint(xs[1] * 10)
    if f == np.arccosh:
        xs = [1 + x for x in xs]
    more = mp_algebra(90)
    exact = more.ufunc(f, *(more.lift(x) for x in xs))
    for name in ("mpmath", "gmpy2"):
        algebra = EVERY[name]
        found = more.lift(algebra.ufunc(f, *(algebra.lift(x) for x in xs))[0])
        error = np.abs(more.f64(more.ufunc(np.subtract, found, exact)))
        size = np.abs(more.f64(exact))
        real = ~np.isnan(size)
        assert real.sum() >= 3
        assert (error[real] <= 1e-50 * size[real]).all(), name


def test_gmpy2_is_taken_where_it_is():
    gmpy2 = pytest.importorskip("gmpy2")
    assert isinstance(digits_algebra(30).lift(0.1)[0][()], type(gmpy2.mpfr(0)))


def test_mpmath_is_taken_where_gmpy2_is_not(monkeypatch):
    monkeypatch.setattr(algebra_objects, "is_installed", lambda: False)
    algebra = digits_algebra(30)
    third = algebra.ufunc(np.divide, algebra.lift(1), algebra.lift(3))[0][()]
    assert type(third).__module__.startswith("mpmath")
    assert abs(Fraction(*third.as_integer_ratio()) - Fraction(1, 3)) < Fraction(1, 10**30)


def test_neither_the_users_mpmath_nor_threads_change_the_digits():
    algebra, found = digits_algebra(50), []

    def third():
        found.append(algebra.ufunc(np.divide, algebra.lift(1), algebra.lift(3))[0][()])

    with mpmath.workdps(5):
        thread = threading.Thread(target=third)
        thread.start()
        thread.join()
        found.append(
            mp_algebra(50).ufunc(np.divide, *(mp_algebra(50).lift(v) for v in (1, 3)))[0][()]
        )
    for number in found:
        ratio = Fraction(*(int(n) for n in number.as_integer_ratio()))
        assert abs(ratio - Fraction(1, 3)) < Fraction(1, 10**50)


# ---- numbers come in exactly ---------------------------------------------------------------------


def exact_sum(algebra, parts):
    """The values of parts as Fractions."""
    return [
        sum(Fraction(*(int(n) for n in p.as_integer_ratio())) for p in numbers)
        for numbers in zip(*(part.astype(object).ravel().tolist() for part in parts), strict=True)
    ]


def plain_arrays():
    rng = np.random.default_rng(3)
    words = rng.integers(0, 2**63, 40, dtype=np.uint64) * 2 + rng.integers(0, 2, 40).astype(
        np.uint64
    )
    for T in (nf.posit64, nf.Posit(64, es=0), nf.takum_linear64, nf.Fixed(64, frac=9), nf.bposit64):
        x = words.view(T.dtype)
        yield x[np.isfinite(x)]
    yield words
    yield words.view(np.int64)
    yield np.array([2**63 - 1, -(2**63), 2**53 + 1])
    yield np.array([True, False])
    yield np.longdouble([1, 2]) / 3
    yield np.array([Fraction(1, 1024), 3, 2.5, 2**80 + 1], dtype=object)
    yield np.array([0.1, 2.0**-1074, 1.7e308])
    yield np.float32([0.1])
    yield np.array([0.1, 3]).astype(nf.posit16)


@pytest.mark.parametrize("x", list(plain_arrays()), ids=lambda x: str(x.dtype))
@pytest.mark.parametrize("name", LONG)
def test_arrays_are_lifted_exactly(name, x):
    exact = [Fraction(*(int(n) for n in v.as_integer_ratio())) for v in x.astype(object)]
    assert exact_sum(EVERY[name], EVERY[name].lift(x)) == exact


@pytest.mark.parametrize("name", EVERY)
def test_special_numbers_are_lifted(name):
    x = np.array([np.nan, np.inf, -np.inf, 0.0])
    assert np.array_equal(EVERY[name].f64(EVERY[name].lift(x)), x, equal_nan=True)
    nar = np.array([np.nan]).astype(nf.posit64)
    assert np.isnan(EVERY[name].f64(EVERY[name].lift(nar))[0])


def test_complex_numbers_are_refused():
    with pytest.raises(TypeError, match="complex128"):
        mp_algebra(50).lift(np.array([1j]))


# ---- order ---------------------------------------------------------------------------------------


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


# ---- sums and products ---------------------------------------------------------------------------

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


# ---- fractions -----------------------------------------------------------------------------------


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


# ---- by name -------------------------------------------------------------------------------------


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
