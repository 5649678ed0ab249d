# SPDX-License-Identifier: BSD-3-Clause
"""Do rotors stay rotors, with no other grades, and does descent find the rotation of noisy pairs?"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from numformats.training.geometric import (
    Algebra,
    Multivector,
    RotorDescent,
    bivector_gradient,
    exp,
    norm_error,
    normalise,
    sandwich,
    tangent,
)

SPACE, PROJECTIVE = Algebra(3), Algebra(3, 0, 1)
EPS = {"posit16": 2.0**-11, "posit32": 2.0**-27, "binary16": 2.0**-10, "float32": 2.0**-23}


def in_fractions(algebra, bivector):
    """exp by Taylor's series in Fractions of 160 bits, with dictionaries: nothing shared with the package."""

    def times(x, y):
        found = {}
        for i, p in x.items():
            for j, q in y.items():
                blade, sign = algebra.multiply(i, j)
                found[blade] = found.get(blade, 0) + sign * p * q
        return {k: Fraction(round(v * 2**160), 2**160) for k, v in found.items()}

    total = {0: Fraction(1)}
    term = {0: Fraction(1)}
    for n in range(1, 80):
        term = {k: v / n for k, v in times(term, bivector).items()}
        for k, v in term.items():
            total[k] = total.get(k, 0) + v
    return total


@pytest.mark.parametrize(
    "signature", [(2,), (3,), (2, 1), (1, 0, 2), (3, 0, 1), (2, 1, 1), (4,), (1, 3), (4, 1)]
)
@pytest.mark.parametrize("size", [0.0, 1e-9, 0.3, 1.02, 4.0])
def test_exp_is_that_of_the_series(signature, size):
    algebra = Algebra(*signature)
    blades = algebra.blades(2)
    for seed in range(3):
        values = size * np.random.default_rng(seed).standard_normal(len(blades))
        if seed == 2:  # one plane only, perhaps a null one
            values[:-1] = 0
        given = dict(zip(blades, map(Fraction, values), strict=True))
        wanted = in_fractions(algebra, given)
        found = exp(algebra.bivector(values))
        scale = max(1.0, *(abs(float(v)) for v in wanted.values()))
        for blade, value in zip(algebra.blades(found.grades), found.values, strict=True):
            assert abs(float(value) - wanted.get(blade, 0)) <= 200 * 2**-52 * scale**2, (
                blade,
                seed,
            )


def test_exp_is_rounded_once():
    """All components of a rotor of space, against the series, rounded by nf.quantize."""
    rng, blades = np.random.default_rng(7), SPACE.blades(2)
    for form in (nf.posit16, nf.binary16, nf.bfloat16):
        for values in rng.standard_normal((40, 3)).astype(form):
            wanted = in_fractions(
                SPACE, dict(zip(blades, (Fraction(float(v)) for v in values), strict=True))
            )
            found = exp(SPACE.bivector(values))
            whole = nf.quantize([wanted[b] for b in SPACE.blades((0, 2))], form)
            assert nf.to_bits(found.values).tolist() == nf.to_bits(whole).tolist()


def test_exp_refuses_what_is_no_bivector_and_what_is_not_finite():
    with pytest.raises(ValueError, match=r"exp takes a bivector; this has grades \[1\]"):
        exp(SPACE.vector([1, 2, 3]))
    with pytest.raises(FloatingPointError, match="not finite"):
        exp(Algebra(4).bivector([np.inf, 0, 0, 0, 0, 0]))
    with pytest.raises(FloatingPointError, match="halve the bivector"), np.errstate(all="ignore"):
        exp(Algebra(4).bivector(np.full(6, 1e18)))


@pytest.mark.parametrize("dtype", EPS)
def test_ten_thousand_steps_leave_a_rotor_and_no_odd_grade(dtype):
    rng = np.random.default_rng(3)
    descent = RotorDescent(SPACE.scalar(1.0, dtype), lr=0.05)
    worst = 0.0
    for step, gradient in enumerate(rng.standard_normal((10_000, 3)).astype(descent.rotor.dtype)):
        descent.step(SPACE.bivector(gradient))
        if step % 97 == 0:
            worst = max(worst, abs(float(norm_error(descent.rotor))))
    worst = max(worst, abs(float(norm_error(descent.rotor))))
    assert worst <= 4 * EPS[dtype]
    assert descent.steps == 10_000
    assert descent.rotor.grades == (0, 2)
    dense = descent.rotor.dense()
    assert not dense[[b for b in range(8) if b.bit_count() % 2]].astype(float).any()
    point = sandwich(descent.rotor, SPACE.vector([1, 2, 3], dtype))
    assert point.grades == (1,)


def test_without_renormalising_the_norm_drifts():
    gradients = np.random.default_rng(3).standard_normal((500, 3)).astype(nf.binary16)
    drift = []
    for every in (0, 1, 10):
        descent = RotorDescent(SPACE.scalar(1.0, "binary16"), lr=0.05, renormalise=every)
        for gradient in gradients:
            descent.step(SPACE.bivector(gradient))
        drift.append(abs(float(norm_error(descent.rotor))) / EPS["binary16"])
    assert drift[0] > 4
    assert max(drift[1:]) <= 4


def test_motors_stay_motors():
    rng = np.random.default_rng(4)
    descent = RotorDescent(PROJECTIVE.scalar(1.0, "posit32"), lr=0.05)
    for gradient in rng.standard_normal((300, 6)).astype(nf.posit32):
        descent.step(PROJECTIVE.bivector(gradient))
    motor = descent.rotor
    assert motor.grades == (0, 2, 4)
    assert abs(float(norm_error(motor))) <= 4 * EPS["posit32"]
    unit = (motor.astype(float) * ~motor.astype(float)).values
    assert abs(float(unit[-1])) < 1e-7  # the pseudoscalar of R ~R
    plane = sandwich(motor, PROJECTIVE.vector([1, 0, 0, 2], "posit32"))
    assert abs(float(nf.vecdot(plane.values[:3], plane.values[:3])) - 1) < 1e-6


def test_normalise_and_its_measure():
    for algebra, grades in ((SPACE, (0, 2)), (PROJECTIVE, (0, 2, 4)), (Algebra(4), (0, 2, 4))):
        count = len(algebra.blades(grades))
        values = np.random.default_rng(1).standard_normal(count) * 0.2
        values[0] = 3
        unit = normalise(Multivector(algebra, values, grades))
        square = (unit * ~unit).values.astype(float)
        assert abs(square[0] - 1) < 1e-15
        assert np.abs(square[1:]).max() < 1e-12
    exact = Fraction(5, 4) ** 2 + Fraction(1, 2**30) ** 2 - 1
    rotor = SPACE.multivector([1.25, 0, 2.0**-30, 0], (0, 2))
    assert float(norm_error(rotor)) == float(exact)
    with pytest.raises(ValueError, match=r"no rotor: R ~R is 0.0; allowed: above 0"):
        normalise(SPACE.multivector([0, 0, 0, 0], (0, 2)))


@pytest.mark.parametrize("algebra", [SPACE, PROJECTIVE, Algebra(2), Algebra(4)], ids=repr)
def test_the_gradient_is_that_of_autodiff_and_of_the_tangents(algebra):
    rng, count = np.random.default_rng(2), len(algebra.blades(2))
    rotor = exp(algebra.bivector(rng.standard_normal(count)))
    y = algebra.vector(rng.standard_normal((5, algebra.vectors)))
    pull = rng.standard_normal((5, algebra.vectors))
    x = sandwich(rotor, y)
    found = bivector_gradient(algebra.vector(pull), x)
    by_tangents = [
        float(np.sum(pull * tangent(algebra.bivector(row), x).values)) for row in np.eye(count)
    ]
    assert np.allclose(found.values, by_tangents, rtol=1e-13)

    def loss(b):
        moved = sandwich(product_of(exp(algebra.bivector(b)), rotor), y)
        return nf.fsum(moved.values * pull)

    def product_of(a, b):
        return a * b

    if algebra.vectors < 4 or algebra.r:  # the series of the others is not for traces
        assert np.allclose(nf.autodiff.grad(loss)(np.zeros(count)), found.values, rtol=1e-12)
        at = rng.standard_normal(count)
        steps = [(loss(at + 1e-6 * e) - loss(at - 1e-6 * e)) / 2e-6 for e in np.eye(count)]
        assert np.allclose(nf.autodiff.grad(loss)(at), steps, rtol=1e-6, atol=1e-7)
        slope, h = nf.autodiff.grad(loss), 1e-5
        for origin in (np.zeros(count), at):  # s is 0 at the first
            along = rng.standard_normal(count)
            second = (slope(origin + h * along) - slope(origin - h * along)) / (2 * h)
            found_second = nf.autodiff.hvp(loss, (origin,), (along,))
            assert np.allclose(found_second, second, rtol=1e-6, atol=1e-6)


def test_the_gradient_is_one_exact_sum_in_any_order():
    rng = np.random.default_rng(8)
    x, pull = (rng.standard_normal((200, 3)).astype(nf.posit16) for _ in range(2))
    exact = [Fraction(0)] * 3
    for row in np.stack([pull, x], axis=1).astype(float):
        c, p = ([Fraction(v) for v in one] for one in row)
        for k, (i, j) in enumerate(
            [(0, 1), (0, 2), (1, 2)]
        ):  # e_ij x - x e_ij = 2 (x_j e_i - x_i e_j)
            exact[k] += 2 * (c[i] * p[j] - c[j] * p[i])
    wanted = nf.to_bits(nf.quantize(exact, nf.posit16)).tolist()
    for order in (np.arange(200), rng.permutation(200)):
        found = bivector_gradient(SPACE.vector(pull[order]), SPACE.vector(x[order]))
        assert nf.to_bits(found.values).tolist() == wanted


@pytest.mark.parametrize("dtype", ["float64", "posit16"])
def test_the_rotation_of_noisy_pairs(dtype):
    rng = np.random.default_rng(6)
    truth = exp(SPACE.bivector([0.5, -0.9, 0.3]))
    y = rng.standard_normal((40, 3))
    target = sandwich(truth, SPACE.vector(y)).values + 0.05 * rng.standard_normal((40, 3))
    descent = RotorDescent(SPACE.scalar(1.0, dtype), lr=0.1)
    points = SPACE.vector(y, dtype)
    for _ in range(150):
        x = sandwich(descent.rotor, points)
        difference = (x.values.astype(float) - target) / 40
        descent.step(bivector_gradient(SPACE.vector(difference, dtype), x))
    u, _, v = np.linalg.svd(target.T @ y)
    best = u @ np.diag([1, 1, np.linalg.det(u @ v)]) @ v
    ours = sandwich(descent.rotor.astype(float), SPACE.vector(np.eye(3))).values.T
    assert np.abs(ours - best).max() < (1e-6 if dtype == "float64" else 3e-3)


def test_bad_steps_are_refused():
    with pytest.raises(ValueError, match=r"even grades only; this has \[1\]"):
        RotorDescent(SPACE.vector([1, 0, 0]), lr=1.0)
    with pytest.raises(ValueError, match="lr=0"):
        RotorDescent(SPACE.scalar(), lr=0)
    with pytest.raises(ValueError, match="renormalise is -1"):
        RotorDescent(SPACE.scalar(), lr=1.0, renormalise=-1)
    with pytest.raises(ValueError, match=r"-lr=-1e-30 becomes -?0"):
        RotorDescent(SPACE.scalar(1.0, "binary16"), lr=1e-30)
    with pytest.raises(ValueError, match="the cotangent has grades"):
        bivector_gradient(SPACE.scalar(), SPACE.vector([1, 2, 3]))
    assert math.isclose(float(exp(SPACE.bivector([0.0, 0.0, 0.0])).values[0]), 1)
