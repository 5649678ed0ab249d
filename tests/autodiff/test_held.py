# SPDX-License-Identifier: BSD-3-Clause
"""Do cotangents that are held unrounded have the exact value, wherever they come from and wait?"""

import pickle
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from numformats.autodiff import Held, grad, vjp
from numformats.autodiff.contractions import Product

R = np.random.default_rng(5)
T = nf.posit16
X = R.standard_normal((6, 4)).astype(T)
PLACES = np.array([2, 0, 2, 2, 1, 2])


def fractions(a):
    return np.array([Fraction(float(v)) for v in np.ravel(a)], object).reshape(np.shape(a))


# Of each: the function of a (4, 3) array, and the exact cotangent from the cotangent g.
USES = {
    "product": (lambda w: nf.matmul(X, w), lambda x, g: x.T @ g),
    "transposed": (lambda w: nf.matmul(w.T, X.T).T, lambda x, g: x.T @ g),
    "rows": (lambda w: w[PLACES], lambda _, g: np.stack([g[i == PLACES].sum(0) for i in range(4)])),
    "part": (
        lambda w: nf.matmul(X[:, 1:3], w[1:3]),
        lambda x, g: np.concatenate([0 * g[:1], x[:, 1:3].T @ g, 0 * g[:1]]),
    ),
    "beside constants": (
        lambda w: nf.matmul(
            np.concatenate([X, X], axis=1), np.concatenate([w, np.ones((4, 3), T)])
        ),
        lambda x, g: x.T @ g,
    ),
    "repeated": (
        lambda w: nf.matmul(X[:, :1], w[[2, 2, 3]][:1]) + nf.matmul(X, w[[2, 2, 2, 0]]),
        lambda x, g: np.stack(
            [x[:, 3] @ g, 0 * g[0], x[:, 0] @ g + x[:, :3].sum(axis=1) @ g, 0 * g[0]]
        ),
    ),
    "in another format": (lambda w: nf.matmul(X.astype(nf.posit32), w.astype(nf.posit32)), lambda x, g: x.T @ g),
}  # fmt: skip


@pytest.mark.parametrize("use", USES)
def test_the_value_is_exact(use):
    f, exact = USES[use]
    value, pull = vjp(f, np.ones((4, 3), T))
    g = R.standard_normal(value.shape).astype(value.dtype)
    g[0] = [2.0**-20, 2.0**-22, -(2.0**-21)]  # what rounding to posit16 would lose
    expected = exact(fractions(X), fractions(g)) + Fraction(0)
    (held,) = pull.held(g)
    whole = held.round()
    quires = held.quires()
    assert (quires.value == expected).all()
    assert whole.dtype == np.dtype(T)
    assert whole.tobytes() == quires.round(T).tobytes() == pull.held(g)[0].round().tobytes()


def test_parts_and_their_order_do_not_show():
    """Split at each place, as terms and as quires, by way of a pickle or not: one pattern of bits."""
    f = lambda w, x: nf.matmul(np.tanh(nf.matmul(x, w)), w.T)  # noqa: E731
    w = R.standard_normal((4, 3)).astype(T)
    patterns = set()
    for at in range(1, 6):
        for quires in (False, True):
            parts = []
            for rows in (X[at:], X[:at]):
                value, pull = vjp(lambda w, x=rows: f(w, x), w)
                (held,) = pull.held(np.full(value.shape, 0.1))
                if quires:
                    held.quires()
                parts.append(pickle.loads(pickle.dumps(held)) if at % 2 else held)
            patterns.add(parts[0].merge(parts[1]).round().tobytes())
    assert len(patterns) == 1
    _, pull = vjp(lambda w: f(w, X), w)
    assert pull.held(np.full((6, 4), 0.1))[0].round().tobytes() in patterns
    assert pull(np.full((6, 4), 0.1))[0].tobytes() in patterns  # a plain pull is one sum, too


def test_many_terms_wait_in_no_more_than_the_quires_take():
    held, quires = Held((4, 3), T), 12 * 32
    x = np.ones((4, 2), T)
    for _ in range(100):
        held.add([(None, Product(x, np.ones((2, 3), T), (4, 3)))])
        assert held.nbytes <= quires + max(quires, 4 * 28)
    assert held.round().tolist() == np.full((4, 3), 200, T).tolist()


@pytest.mark.parametrize("F", [np.float32, nf.bfloat16, nf.posit16])
def test_infinities_and_nans_are_the_same_with_and_without_quires(F):
    """An infinity times 0 is a NaN, an overflow of the rounding is none of a product."""
    with np.errstate(all="ignore"):
        x = np.array([[3e38, 1, 0, 1], [np.inf, -0.5, 0, 1]]).astype(F)
        g = np.array([[3e38, 2, np.inf], [3e38, 0, np.nan]]).astype(F)
        results = []
        for quires in (False, True):
            _, pull = vjp(lambda w: nf.matmul(x, w)[:, [2, 0, 1]], np.ones((4, 3)).astype(F))
            (held,) = pull.held(g)
            if quires:
                held.quires()
                held = Held((4, 3), F).merge(held)
            results.append(held.round())
        expected = nf.matmul(x.T, g[:, [1, 2, 0]])
    np.testing.assert_array_equal(results[0].astype(float), expected.astype(float))
    assert np.isnan(results[0][0]).any()
    assert np.isfinite(results[0][1][0])
    np.testing.assert_array_equal(results[0].astype(float), results[1].astype(float))


def test_an_infinite_gradient_stays_one():
    with np.errstate(all="ignore"):
        slope = grad(lambda x: np.sum(np.log(x)))(np.array([0.0, 2.0]))
    assert slope.tolist() == [np.inf, 0.5]


def test_float64_is_held_too():
    x = np.array([[1e300, 1.0, -1e300], [1e-300, 1e16, 1.0]])
    _, pull = vjp(lambda w: x @ w, np.ones((3, 2)))
    (held,) = pull.held([[1e300, 1e-300], [1.0, 1.0]])
    assert (held.quires().value == fractions(x).T @ fractions([[1e300, 1e-300], [1.0, 1.0]])).all()


def test_errors_say_what_is_wrong():
    with pytest.raises(ValueError, match=r"posit16 \(2,\) and posit8 \(2,\) are not of one array"):
        Held((2,), nf.posit16).merge(Held((2,), nf.posit8))
    wide = nf.Posit(64, es=5)
    _, pull = vjp(lambda w: nf.matmul(np.ones((2, 3), wide), w.astype(wide)), np.ones((3, 2), T))
    quires = pull.held(np.ones((2, 2)))[0].quires()
    assert quires.format.dtype == wide.dtype
    assert Held((2,), T).round().tolist() == [0, 0]
