# SPDX-License-Identifier: BSD-3-Clause
"""Do Jacobians, linear parts and products with the Hessian agree, whichever way they are made?"""

import numpy as np
import pytest

import numformats as nf
from numformats.autodiff import grad, hvp, jacobian, jvp, linearize

X = np.array([0.7, -0.4, 1.3])
EPS = {np.float64: 2.0**-52, nf.posit32: 2.0**-27, nf.bfloat16: 2.0**-7}


def in_place(x):
    y = x * 2
    y[1:] *= y[:-1]
    return y


FUNCTIONS = {
    "more outputs": lambda x: np.outer(np.sin(x), x),
    "fewer outputs": lambda x: np.stack([np.sum(x * x), x[0] / x[2]]),
    "a scalar": lambda x: np.exp(x[0]) * x[1],
    "in place": in_place,
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("T", [np.float64, nf.posit32])
def test_both_modes_agree_with_differences(name, T):
    f, x = FUNCTIONS[name], X.astype(T)
    ways = {mode: jacobian(f, mode=mode)(x) for mode in ("forward", "reverse", "auto")}
    y = f(X)
    steps = np.eye(3) * 1e-6
    expected = np.stack([(f(X + s) - f(X - s)) / 2e-6 for s in steps], axis=-1)
    for found in ways.values():
        assert found.shape == (*y.shape, 3)
        assert found.dtype == x.dtype
        np.testing.assert_allclose(found.astype(float), expected, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(
        ways["forward"].astype(float), ways["reverse"].astype(float), rtol=3e-8, atol=3e-8
    )
    chosen = "forward" if y.size > 3 else "reverse"
    assert ways["auto"].tobytes() == ways[chosen].tobytes()


def test_more_columns_than_are_carried_at_once():
    x = np.arange(1.0, 41)
    assert jacobian(lambda x: np.concatenate([x * x, x]), mode="forward")(x).tolist() == (
        np.concatenate([np.diag(2 * x), np.eye(40)]).tolist()
    )


def test_jacobians_in_other_formats_and_places():
    x = np.array([0.25, 0.5]).astype(nf.q15)
    with pytest.raises(ValueError, match="cotangent 1, which q15.*dtype="):
        jacobian(lambda x: x * x)(x)
    for mode in ("forward", "reverse"):
        found = jacobian(lambda _, x: x * x, 1, mode=mode, dtype="posit16")(0, x)
        assert found.tolist() == [[0.5, 0], [0, 1]]
        assert found.dtype == np.dtype(nf.posit16)
    with pytest.raises(ValueError, match="mode='sideways'; allowed"):
        jacobian(np.sin, mode="sideways")
    with pytest.raises(TypeError, match="a Jacobian is of one array; the function gives a tuple"):
        jacobian(lambda x: (x, x))(1.0)
    with pytest.raises(TypeError, match="the place of one argument"):
        jacobian(np.sin, (0, 1))(1.0)
    assert jacobian(lambda x, y: x * y, -1)(2.0, 3.0) == 2


@pytest.mark.parametrize("T", [np.float64, nf.posit32, nf.bfloat16])
def test_the_linear_part_is_the_derivative(T):
    f = lambda x, y: np.tanh(x) * y[::-1] + np.sum(x * y)  # noqa: E731
    x, y = X.astype(T), X[::-1].astype(T)
    value, push = linearize(f, x, y)
    assert value.tobytes() == f(x, y).tobytes()
    eps = EPS[T]
    for t, u in (np.eye(3)[:2], X * np.array([[2], [3]])):
        forth = jvp(f, (x, y), (t, u))[1]
        np.testing.assert_allclose(
            push(t, u).astype(float), forth.astype(float), rtol=8 * eps, atol=8 * eps
        )
    twice = push(2 * X, 4 * X).astype(float)
    np.testing.assert_allclose(twice, 2 * push(X, 2 * X).astype(float), rtol=2 * eps)
    with pytest.raises(ValueError, match="2 arguments have 1 tangents"):
        push(X)


def test_the_function_runs_once():
    calls = []

    def f(x):
        calls.append(1)
        return x * x

    _, push = linearize(f, 3.0)
    assert [float(push(t)) for t in (1, 2, 3)] == [6, 12, 18]
    assert len(calls) == 1


@pytest.mark.parametrize("T", [np.float64, nf.posit32])
def test_products_with_the_hessian(T):
    f = lambda x: np.sum(np.exp(x) * x[::-1]) + x[0] * x[1] * x[2]  # noqa: E731
    x = X.astype(T)
    whole = jacobian(grad(f))(x).astype(float)
    for v in (np.eye(3)[0], X):
        for found in (hvp(f, x, v), hvp(f, (x,), (v,))):
            np.testing.assert_allclose(found.astype(float), whole @ v, rtol=1e-6, atol=1e-7)
    g = lambda x, y: np.sum(x * y * y)  # noqa: E731
    a, b = hvp(g, (x, x), (np.zeros(3), np.ones(3)))
    assert a.tolist() == (x + x).tolist()
    np.testing.assert_allclose(b.astype(float), 2 * X, rtol=1e-6)
    assert hvp(lambda x: x * x * x, 2.0, 1.0) == 12
    assert hvp(g, (x, x), (X, X), dtype="posit64")[0].dtype == np.dtype(nf.posit64)
