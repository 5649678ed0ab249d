# SPDX-License-Identifier: BSD-3-Clause
"""Are derivatives of fake quantisation the masks and the formula that they claim to be?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from numformats.autodiff import grad, jvp
from numformats.quantization import Affine
from numformats.training.quantized import fake_quantize, learned_step

X = np.array([[-9.0, -3.6, -3.4, -0.5, 0.0], [0.3, 1.7, 3.4, 3.6, 9.0]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64, nf.posit16, nf.bfloat16])
@pytest.mark.parametrize("layout", [{}, {"axis": 1}, {"axis": 1, "group": 2}], ids=str)
def test_the_gradient_is_the_cotangent_where_nothing_is_clipped(dtype, layout):
    x = X.astype(dtype)
    weights = np.arange(1.0, 11.0).reshape(2, 5).astype(dtype)
    q = Affine(3, symmetric=False, **layout).fit(X / 3)
    fake = fake_quantize(x, affine=q)
    assert fake.dtype == x.dtype
    assert (fake == q.dequantize(q.quantize(x), x.dtype)).all()
    got = grad(lambda v: (fake_quantize(v, affine=q) * weights).sum())(x)
    assert got.dtype == x.dtype
    assert (got == np.where(q.inside(x), weights, np.zeros_like(weights))).all()
    assert 0 < q.inside(x).sum() < x.size


def test_forward_mode_is_the_transpose():
    q = Affine(3, scale=1.0)
    value, tangent = jvp(lambda v: fake_quantize(v, affine=q), (X,), (np.ones_like(X),))
    assert (value == fake_quantize(X, affine=q)).all()
    assert (tangent == q.inside(X)).all()
    step = np.array(1.0)
    tangents = (np.zeros_like(X), np.array(1.0))
    _, by_step = jvp(lambda v, s: learned_step(v, s, affine=q).sum(), (X, step), tangents)
    by_reverse = grad(lambda s: learned_step(X, s, affine=q).sum())(step)
    assert np.isclose(float(by_step), float(by_reverse), rtol=1e-14)


def test_scales_that_are_not_fitted_follow_the_array():
    q = Affine(4, axis=1)
    x = np.random.default_rng(0).standard_normal((6, 3))
    fitted = q.fresh().fit(x)
    assert (fake_quantize(x, affine=q) == fitted.dequantize(fitted.quantize(x))).all()
    assert not q.fitted
    assert (grad(lambda v: fake_quantize(v, affine=q).sum())(x) == 1).all()  # nothing is clipped


@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize("layout", [{}, {"axis": 1}], ids=str)
def test_the_gradient_of_a_learned_step_is_the_papers(signed, layout):
    """Esser et al., equation 3, element by element, and the scale 1 / sqrt(N Q_P)."""
    rng = np.random.default_rng(1)
    x = rng.standard_normal((40, 3)) * 3
    q = Affine(4, symmetric=signed, **layout).fit(x if signed else np.abs(x))
    step = q.scale * 0.4
    low, high = (-7, 7) if signed else (0, 15)
    g = rng.standard_normal(x.shape)
    v = x / step
    inside = (np.rint(v) >= low) & (np.rint(v) <= high)
    slope = np.where(inside, np.rint(v) - v, np.where(v < 0, low, high))
    n = x.size // step.size
    total = (g * slope).sum(axis=0, keepdims=True) if layout else (g * slope).sum()
    got_x, got_step = grad(lambda a, s: (learned_step(a, s, affine=q) * g).sum(), argnums=(0, 1))(
        x, step
    )
    assert (got_x == g * inside).all()
    assert np.allclose(got_step, total / np.sqrt(n * high), rtol=1e-12)
    counted = grad(lambda s: (learned_step(x, s, affine=q, count=5) * g).sum())(step)
    assert np.allclose(counted, total / np.sqrt(5 * high), rtol=1e-12)
    # A negative step stands for its magnitude.
    mirrored = grad(lambda s: (learned_step(x, s, affine=q) * g).sum())(-step)
    assert np.allclose(mirrored, -got_step, rtol=1e-12)


def test_the_gradient_agrees_with_differences_where_the_codes_stay():
    """Beyond the ends the value is step * code, whose derivative needs no straight-through."""
    q = Affine(3, scale=0.5)
    x = np.array([5.0, -9.0])
    f = lambda s: float(learned_step(x, np.array(s), affine=q) @ [1.0, 2.0])  # noqa: E731
    by_difference = (f(0.5 + 1e-6) - f(0.5 - 1e-6)) / 2e-6
    by_rule = grad(lambda s: (learned_step(x, s, affine=q) * np.array([1.0, 2.0])).sum())(
        np.array(0.5)
    )
    assert np.isclose(by_rule * np.sqrt(2 * 3), by_difference)


@pytest.mark.parametrize("dtype", [np.float32, nf.posit16])
def test_learned_steps_in_formats(dtype):
    x, step = X.astype(dtype), np.array(0.75).astype(dtype)
    q = Affine(4, scale=1.0)
    got = grad(lambda s: learned_step(x, s, affine=q).sum())(step)
    assert got.dtype == step.dtype
    wide = grad(lambda s: learned_step(X, s, affine=q).sum())(np.array(0.75))
    assert np.isclose(float(got), float(wide), rtol=1e-2)


def test_steps_that_vanished():
    q = Affine(4, scale=1.0)
    for step in (0.0, np.nan, np.inf):
        with pytest.raises(FloatingPointError, match="a learned step is"):
            learned_step(X, np.array(step), affine=q)
