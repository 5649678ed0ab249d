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
from algebras import EVERY, LONG, exact_sum
from numformats.analysis import algebra_objects
from numformats.analysis.algebra import (
    Float64,
    digits_algebra,
    mp_algebra,
)
from numformats.analysis.algebra_float64 import INTEGER_SECOND, OWN_UFUNCS, WITHOUT_MEANING
from numformats.tracing.value import TraceError

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
