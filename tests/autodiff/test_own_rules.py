# SPDX-License-Identifier: BSD-3-Clause
"""Does a rule of the user's own serve forward, reverse, higher orders and containers of calls?"""

import pickle

import numpy as np
import pytest

import numformats as nf
from numformats.analysis import trace
from numformats.autodiff import grad, hvp, jacobian, jvp, primitive, rule, vjp
from numformats.autodiff.own_rules import OWN
from numformats.tracing import LOWERED, TraceError, is_traced, register

R = np.random.default_rng(2)
X, LABELS = R.standard_normal((4, 3)), np.array([2, 0, 1, 1])


def softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def plain(x, labels):
    shifted = x - np.max(x, axis=-1, keepdims=True)
    return np.log(np.sum(np.exp(shifted), axis=-1)) - shifted[np.arange(len(x)), labels]


def back(g, r, x, labels):
    return g[:, None] * (softmax(x) - np.eye(x.shape[-1], dtype=int)[labels])


def forth(t, r, x, labels):
    return np.sum(t * (softmax(x) - np.eye(x.shape[-1], dtype=int)[labels]), axis=-1)


WAYS = {
    "backward": primitive(backward=(back, None))(plain),
    "forward": primitive(forward=(forth, None))(plain),
    "both": primitive(forward=(forth, None), backward=(back, None))(plain),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("T", [np.float64, nf.posit32, nf.bfloat16])
def test_a_loss_with_a_rule_of_its_own(way, T):
    """One map is enough: the other direction is its transpose."""
    f, x = WAYS[way], X.astype(T)
    close = {"rtol": 0.03 if T is nf.bfloat16 else 1e-6, "atol": 0.02 if T is nf.bfloat16 else 1e-6}
    g, t = np.arange(1.0, 5), R.standard_normal(X.shape)
    value, pull = vjp(lambda x: f(x, LABELS), x)
    assert value.tobytes() == plain(x, LABELS).tobytes()
    exact = back(g, None, X, LABELS)
    np.testing.assert_allclose(pull(g)[0].astype(float), exact, **close)
    dy = jvp(lambda x: f(x, LABELS), (x,), (t,))[1]
    np.testing.assert_allclose(dy.astype(float), forth(t, None, X, LABELS), **close)


@pytest.mark.parametrize("way", WAYS)
def test_higher_derivatives_trace_the_maps(way):
    total = lambda x: np.sum(WAYS[way](x, LABELS))  # noqa: E731
    expected = hvp(lambda x: np.sum(plain(x, LABELS)), X, X[::-1])
    np.testing.assert_allclose(hvp(total, X, X[::-1]), expected, rtol=1e-12)
    assert jacobian(grad(total))(X).shape == (4, 3, 4, 3)


def test_an_elementwise_function_has_one_map():
    @primitive(lambda g, r, _, y: g * r * y, lambda g, r, x, _: g * r * x)
    def expxy(x, y):
        return np.exp(x * y)

    assert expxy(0.0, 3.0) == 1
    assert grad(expxy, (0, 1))(0.5, 2.0) == pytest.approx((2 * np.e, 0.5 * np.e))
    assert jvp(expxy, (0.5, 2.0), (1.0, 0.0))[1] == pytest.approx(2 * np.e)
    assert grad(grad(expxy))(0.5, 2.0) == pytest.approx(4 * np.e)
    row = grad(lambda x: np.sum(expxy(x, np.ones(3).astype(nf.posit16))))(nf.posit16(0))
    assert float(row) == 3  # the tape undoes broadcasting


def test_other_runs_go_through_the_code():
    f = WAYS["backward"]
    report = trace(lambda x: np.sum(f(x, LABELS)), X, dtype=nf.posit16)
    assert float(report.result) == pytest.approx(float(np.sum(plain(X, LABELS))), rel=1e-2)
    assert LOWERED[f] is plain


def test_keywords_reach_the_maps():
    @primitive(lambda g, *_, scale=1.0: g * scale)
    def scaled(x, scale=1.0):
        return x * scale

    assert grad(lambda x: scaled(x, scale=3.0))(2.0) == 3
    with pytest.raises(TraceError, match="given to it by position, not by keyword"):
        grad(lambda x: scaled(x=x))(2.0)


def test_rules_for_functions_that_are_there():
    try:
        rule(np.rint, lambda g, *_: g)
        assert grad(lambda x: np.rint(x) * 3)(1.4) == 3
        rule(np.i0, lambda g, *_: g * 5)  # not traced without a rule
        assert grad(np.i0)(1.0) == 5
    finally:
        del OWN[np.rint], OWN[np.i0]
    assert grad(np.rint)(1.4) == 0
    with pytest.raises(TraceError, match=r"np.i0 has no derivative; give it one: nf.autodiff.rule"):
        grad(np.i0)(1.0)


def test_a_ufunc_of_another_package():
    cube = np.frompyfunc(lambda x: x**3, 1, 1)
    rule(cube, lambda g, _, x: g * 3 * x * x)
    assert is_traced(cube)
    assert grad(lambda x: np.sum(cube(x)))(2.0) == 12


def test_a_primitive_is_pickled_by_its_name():
    assert pickle.loads(pickle.dumps(named)) is named
    assert repr(named) == "<operation named>"
    assert register(named) is named


@primitive(lambda g, *_: g)
def named(x):
    return x


def test_errors_say_what_is_wrong():
    with pytest.raises(TypeError, match="a trace does not meet plain.*@nf.autodiff.primitive"):
        rule(plain, backward=(back, None))
    with pytest.raises(TypeError, match="no map is given"):
        rule(named)
    with pytest.raises(TypeError, match="give maps of an elementwise function, or"):
        rule(named, back, backward=(back,))
    with pytest.raises(TypeError, match="1 maps forward, 2 backward"):
        rule(named, forward=(forth,), backward=(back, None))
    with pytest.raises(TypeError, match="add has 2 operands and 1 results, not 1 and 1"):
        rule(np.add, lambda g, *_: g)
    later = primitive()(lambda x: x * x)
    assert grad(later)(3.0) == 6  # through its code, until it has a rule
