# SPDX-License-Identifier: BSD-3-Clause
"""Do the bounds of matrices, solutions, recurrences, quires and feedback hold, and the running ones?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from helpers import ids, oracle_of
from measured_errors import exact_value
from numformats.analysis import (
    AprioriBound,
    Bias,
    Drift,
    ErrorModel,
    NoBoundError,
    drift,
    exponential_model,
    feedback_bound,
    linear_recurrence_bound,
    lipschitz_recurrence_bound,
    matmul_bound,
    model,
    quire_bound,
    quire_width,
    running_dot,
    running_horner,
    running_sum,
    solve_bound,
)
from numformats.oracle import quire_layout


def fractions(a):
    return np.array([Fraction(*v.as_integer_ratio()) for v in np.ravel(a)], object).reshape(
        np.shape(a)
    )


# ---- matrices ----------------------------------------------------------------------------------------

FLOATS = [nf.binary16, nf.bfloat16, nf.mlu32, nf.bposit16, nf.takum_linear16]


@pytest.mark.parametrize("T", [*FLOATS, nf.q15], ids=ids)
def test_matrix_products(T):
    rng = np.random.default_rng(4)
    a, b = (rng.uniform(-0.3, 0.3, shape).astype(T) for shape in ((3, 9), (9, 4)))
    exact = fractions(a) @ fractions(b)
    computed = fractions(nf.matmul(a, b, accumulate="sequential"))
    bound = matmul_bound(T, a, b)
    assert bound.value.shape == (3, 4)
    assert (np.abs(computed - exact) <= bound.value).all()
    if not T.format.is_tapered:  # whose unit is that of its shortest fractions
        assert (np.abs(computed - exact) > bound.value / 200).any()
    with pytest.raises(ValueError, match="cannot be multiplied"):
        matmul_bound(T, a, a)


def eliminated(a):
    """L and U in the format, without pivoting, and the largest element of all stages."""
    u, n = a.copy(), len(a)
    lower = np.eye(n).astype(a.dtype)
    largest = np.abs(u.astype(float)).max()
    for k in range(n - 1):
        for i in range(k + 1, n):
            lower[i, k] = u[i, k] / u[k, k]
            u[i, k:] = u[i, k:] - lower[i, k] * u[k, k:]
            u[i, k] = 0
        largest = max(largest, np.abs(u.astype(float)).max())
    return lower, np.triu(u), largest


def substituted(lower, upper, b):
    n, y = len(b), b.copy()
    for i in range(n):
        for j in range(i):
            y[i] = y[i] - lower[i, j] * y[j]
    x = y.copy()
    for i in reversed(range(n)):
        for j in range(i + 1, n):
            x[i] = x[i] - upper[i, j] * x[j]
        x[i] = x[i] / upper[i, i]
    return x


@pytest.mark.parametrize("T", FLOATS, ids=ids)
def test_residuals_of_solutions(T):
    rng = np.random.default_rng(6)
    a = (rng.uniform(-0.2, 0.2, (5, 5)) + np.diag([2, 1.5, 1.25, 3, 1.0])).astype(T)
    a = a[np.argsort(-np.abs(a[:, 0].astype(float)))] if T is nf.binary16 else a
    b = rng.uniform(0.5, 1, 5).astype(T)
    lower, upper, largest = eliminated(a)
    x = substituted(lower, upper, b)
    residual = np.abs(fractions(b) - fractions(a) @ fractions(x))
    bound = solve_bound(T, x, factors=(lower, upper))
    assert (residual <= bound.value).all()
    if not T.format.is_tapered:
        assert (residual > bound.value / 500).any()
    growth = largest / np.abs(a.astype(float)).max()
    coarse = solve_bound(T, x, matrix=a, growth_factor=growth)
    assert max(residual) <= float(coarse)
    assert max(bound.value) < float(coarse)


def test_solutions_without_a_bound():
    with pytest.raises(NoBoundError, match="absolute errors"):
        solve_bound(nf.q15, [0.5], factors=([[1]], [[1]]))
    with pytest.raises(NoBoundError, match="give lo and hi"):
        solve_bound(nf.posit16, [0.5], factors=([[1]], [[1]]))
    with pytest.raises(NoBoundError, match="n u < 1"):
        solve_bound(nf.float8_e5m2, np.ones(4), factors=(np.eye(4), np.eye(4)))
    with pytest.raises(TypeError, match="growth_factor"):
        solve_bound(nf.binary16, [0.5])
    with pytest.raises(ValueError, match="must be"):
        solve_bound(nf.binary16, [0.5], factors=(np.eye(2), np.eye(2)))


# ---- recurrences -------------------------------------------------------------------------------------


def test_a_product_of_many_factors_stays_within_the_linear_recurrence():
    for T in (nf.mlu32, nf.bfloat16):
        factor, n = T(1.0078125) if T is nf.bfloat16 else T(1.001), 60
        product = np.multiply.accumulate(np.full(n + 1, factor).astype(T))[-1]
        exact = Fraction(float(factor)) ** (n + 1)
        error = abs(Fraction(float(product)) / exact - 1)
        unit = model(T).unit
        assert error <= float(linear_recurrence_bound(unit, n))
        # What carries a first error on and forgets the others is far below.
        assert float(error) > 3 * exponential_model(unit, n, initial=unit)


def test_a_filter_in_fixed_point_stays_within_the_lipschitz_bound():
    for rounding, share in (("nearest_even", 1), ("toward_negative", 1)):
        T = nf.Fixed(16, 12, rounding=rounding)
        step = model(T).absolute * share
        for a in (0.5, -0.875, 0.96875):
            x, exact = T(1.3), Fraction(float(T(1.3)))
            for n in range(1, 60):
                x, exact = T(a) * x + T(0.1), Fraction(a) * exact + Fraction(float(T(0.1)))
                error = abs(Fraction(float(x)) - exact)
                assert error <= float(lipschitz_recurrence_bound(abs(a), step, n))
            assert float(lipschitz_recurrence_bound(abs(a), step, 10**6)) <= 1.0001 * step / (
                1 - abs(a)
            )


def test_recurrences_in_the_limit():
    assert float(lipschitz_recurrence_bound(1, 1e-3, 10)) == pytest.approx(1e-2)
    assert float(lipschitz_recurrence_bound(2, 1e-3, 10, initial=1e-3)) == pytest.approx(
        1.024 + 1.023
    )
    assert float(lipschitz_recurrence_bound(2, 1.0, 5000)) == np.inf
    assert float(linear_recurrence_bound(1e-3, 0, initial=0.5)) == pytest.approx(0.5)
    assert float(linear_recurrence_bound(1.0, 10**4)) == np.inf
    for wrong in (lambda: linear_recurrence_bound(-1, 2), lambda: linear_recurrence_bound(1, -2),
                  lambda: lipschitz_recurrence_bound(-1, 1, 1), lambda: exponential_model(np.nan, 1, 0)):  # fmt: skip
        with pytest.raises(ValueError, match="must"):
            wrong()


# ---- one rounding ------------------------------------------------------------------------------------


@pytest.mark.parametrize("T", [nf.posit16, nf.bposit32, nf.binary16, nf.q15, nf.mlu32], ids=ids)
def test_dot_products_in_a_quire_have_one_rounding_at_any_length(T):
    rng = np.random.default_rng(3)
    for n in (1, 10, 3000):
        scale = 0.9 / np.sqrt(n)
        x, y = (rng.uniform(-scale, scale, n).astype(T) for _ in range(2))
        exact = sum(
            (Fraction(float(p)) * Fraction(float(q)) for p, q in zip(x, y, strict=True)),
            Fraction(0),
        )
        error = abs(Fraction(float(nf.fdot(x, y))) - exact)
        bound = quire_bound(T, x, y)
        assert error <= float(bound)
        relative = float(bound) <= float(abs(exact)) * (model(T).unit or 2.0**-10)
        assert relative or T.format.family == "fixed"


def test_quires_of_the_layouts_are_wide_enough():
    for T in (
        nf.posit8,
        nf.posit16,
        nf.posit64,
        nf.bposit16,
        nf.bposit64,
        nf.binary16,
        nf.binary32,
        nf.takum_linear16,
        nf.q31,
    ):
        assert quire_width(T) <= quire_layout(T)[0]
        assert quire_width(T, 1) < quire_width(T) <= quire_width(T, 1) + 32
    with pytest.raises(ValueError, match="terms=0"):
        quire_width(nf.posit8, 0)
    with pytest.raises(NoBoundError, match="saturates"):
        quire_bound(nf.q15, [1 - 2.0**-15] * 4, [1 - 2.0**-15] * 4)
    with pytest.raises(ValueError, match="same length"):
        quire_bound(nf.q15, [0.5], [0.5, 0.5])


def fed_back(T, samples):
    """The errors of the running totals of samples cut into T with error feedback, by fractions."""
    oracle, e, total = oracle_of(T), Fraction(0), Fraction(0)
    for x in samples:
        y = exact_value(oracle, oracle.codec.store(x + e, None)[0])
        e = x + e - y
        total += y - x
        yield total, y - x


@pytest.mark.parametrize(
    "T", [nf.mlu32, nf.bfloat16, nf.Fixed(16, 8, rounding="toward_negative"), nf.bposit16], ids=ids
)
def test_error_feedback_keeps_totals_within_one_rounding(T):
    rng = np.random.default_rng(9)
    samples = [Fraction(float(x)) for x in rng.uniform(0.25, 1.75, 400)]
    bound = feedback_bound(T, 1.9)
    errors = [total for total, _ in fed_back(T, samples)]
    assert max(map(abs, errors)) <= float(bound)
    assert max(map(abs, errors)) > float(bound) / 4  # which one rounding does make
    weights = 1 + np.sin(np.arange(400) / 50)
    parts = [
        Fraction(float(w)) * part
        for w, (_, part) in zip(weights, fed_back(T, samples), strict=True)
    ]
    assert abs(sum(parts)) <= float(feedback_bound(T, 1.9, weights=weights))
    with pytest.raises(NoBoundError, match="within the limits"):
        feedback_bound(T, 1e300)


# ---- the drift of truncation, and running bounds of arrays ---------------------------------------------


def test_truncated_sums_drift_as_estimated_and_rounded_ones_do_not():
    rng = np.random.default_rng(1)
    x = rng.uniform(0, 1, 20_000).astype(np.float32)
    exact = x.astype(float).sum()
    measured = float(np.cumsum(x.astype(nf.mlu32))[-1]) - exact
    assert 0.85 < drift(nf.mlu32, x).mean / measured < 1.15
    assert measured < 0  # a flipped sign would be seen
    assert drift(nf.binary32, x).mean == 0
    down = nf.Float(8, 20, rounding="toward_negative")
    measured = float(np.cumsum((-x).astype(down))[-1]) + exact
    assert measured < 0
    assert 0.8 < drift(down, -x).mean / measured < 1.2
    for T in (nf.q15, nf.TruncatedFloat(truncate="align")):
        with pytest.raises(NoBoundError):
            drift(T, x)


def test_running_bounds_of_arrays_and_of_what_saturates():
    p = running_horner(nf.posit16, [1, -2, 1], np.array([[0.99], [1.5]]))
    assert p.value.shape == p.error.shape == (2, 1)
    assert running_sum(nf.q15, [0.9, 0.9]).error == np.inf
    assert running_dot(nf.binary16, [1e4, 1], [1e4, 1]).error == np.inf
    assert running_sum(nf.binary16, []) == (0, 0.0)
    assert running_sum(nf.posit8, [1, 2]).error == 0.0
    with pytest.raises(ValueError, match="must be a vector"):
        running_sum(nf.posit8, 1.0)
    with pytest.raises(ValueError, match="same number"):
        running_dot(nf.posit8, [1], [1, 2])


def test_answers_say_what_they_rest_on():
    bound = matmul_bound(nf.binary16, np.eye(3), np.eye(3), form="gamma")
    assert isinstance(bound, AprioriBound)
    text = repr(bound)
    assert text.startswith("|computed - exact| <= up to ")
    for part in (
        "shape (3, 3)",
        "formula: 3 u / (1 - 3 u) |a| @ |b|",
        "if no result overflows",
        "source: Higham",
    ):
        assert part in text
    probable = repr(
        matmul_bound(nf.binary16, np.eye(3), np.eye(3), form="probabilistic", confidence=0.5)
    )
    assert "with probability 0.5" in probable
    m = model(nf.Float(5, 10, rounding="toward_positive"))
    assert isinstance(m, ErrorModel)
    assert m.bias == Bias("upward", m.bias.mean, True, False)
    assert m.bias.mean > 0
    estimate = drift(nf.mlu32, [1, 2, 3])
    assert isinstance(estimate, Drift)
    assert "log-uniform" in estimate.hypotheses[0]
