# SPDX-License-Identifier: BSD-3-Clause
"""Is every derivative of the tables the derivative?  Against central differences in 60 digits."""

import numpy as np
import pytest

import numformats as nf
from numformats.analysis.algebra import Reference, mp_algebra
from numformats.autodiff import jvp, vjp
from numformats.autodiff.rules import BILINEAR, ELEMENTWISE, LINEAR, back_of, has_rule, used_by
from numformats.tracing import TraceError
from rule_points import points_of

# Where digamma has float64's digits, and no more.
CLOSE = dict.fromkeys([nf.gamma, nf.lgamma], 1e-15)
STEP = 1e-20


def relative_errors(f, rules):
    """Of each operand, how far the rule is from the central difference, in 60 digits."""
    run = Reference(mp_algebra(60))
    boxes = [run.lift(p) for p in points_of(f)]
    step, ones = run.lift(np.array(STEP)), run.lift(np.ones(4))
    value = f(*boxes)
    for i, rule in enumerate(rules):
        up, down = (f(*boxes[:i], boxes[i] + way * step, *boxes[i + 1 :]) for way in (1, -1))
        difference = (up - down) / (2 * step)
        slope = 0 * difference if rule is None else rule(ones, value, *boxes)
        size = np.maximum(np.abs(difference), 1e-3)
        yield run.f64(np.max(np.abs(slope - difference) / size))


@pytest.mark.parametrize("f", ELEMENTWISE, ids=lambda f: f.__name__)
def test_rule_is_the_derivative(f):
    assert max(relative_errors(f, ELEMENTWISE[f])) < CLOSE.get(f, 1e-30)


@pytest.mark.parametrize("f", ELEMENTWISE, ids=lambda f: f.__name__)
def test_a_wrong_sign_in_a_rule_is_seen(f):
    """Planted in each map of the table, and 1 % beside the truth."""
    rules = ELEMENTWISE[f]
    for i, rule in enumerate(rules):
        if rule is None:
            continue
        for factor in (-1, 1.01):
            planted = lambda g, *a, rule=rule, factor=factor: rule(factor * g, *a)  # noqa: E731
            wrong = (*rules[:i], planted, *rules[i + 1 :])
            assert max(relative_errors(f, wrong)) > 1e-3


@pytest.mark.parametrize("f", ELEMENTWISE, ids=lambda f: f.__name__)
@pytest.mark.parametrize("T", [nf.posit32, nf.bfloat16])
def test_both_directions_agree_in_the_format(f, T):
    """An elementwise map is its own transpose: the same bits."""
    x = [p.astype(T) for p in points_of(f)]
    g = np.array([1.0, -0.5, 3.0, 0.25]).astype(T)
    value, pull = vjp(f, *x)
    back = pull(g)
    assert value.tobytes() == f(*x).tobytes()
    for i, slope in enumerate(back):
        tangents = [np.zeros_like(p) for p in x]
        tangents[i] = g
        forth = jvp(f, tuple(x), tuple(tangents))[1]
        assert forth.dtype == slope.dtype == np.dtype(T)
        np.testing.assert_allclose(
            slope.astype(float), forth.astype(float), rtol=0, atol=0, equal_nan=True
        )


def test_a_power_at_zero_has_its_derivative():
    x, y = np.array([0.0, 0.0, 0.0]), np.array([0.0, 1.0, 2.0])
    _, pull = vjp(np.power, x, y)
    by_base, by_exponent = pull(np.ones(3))
    assert by_base.tolist() == [0, 1, 0]
    assert by_exponent.tolist() == [0, 0, 0]


def test_at_a_tie_the_two_derivatives_add_up_to_one():
    x = np.array([1.0, 2.0])
    for f in (np.maximum, np.minimum):
        _, pull = vjp(f, x, x.copy())
        assert sum(pull(np.ones(2))).tolist() == [1, 1]


SHAPES = [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)), ((5, 2, 3), (5, 3, 4)),
          ((2, 3), (5, 3, 4)), ((5, 2, 3), (3,)), ((3,), (5, 3, 2)), ((5, 2, 3), (3, 4))]  # fmt: skip


@pytest.mark.parametrize("shapes", SHAPES, ids=str)
def test_transposes_of_products(shapes):
    r = np.random.default_rng(4)
    x, y = (r.standard_normal(s) for s in shapes)
    value, pull = vjp(np.matmul, x, y)
    g = r.standard_normal(value.shape)
    for i, slope in enumerate(pull(g)):
        t = r.standard_normal(shapes[i])
        tangents = [np.zeros_like(x), np.zeros_like(y)]
        tangents[i] = t
        forth = jvp(np.matmul, (x, y), tuple(tangents))[1]
        assert slope.shape == shapes[i]
        np.testing.assert_allclose(np.sum(slope * t), np.sum(g * forth), rtol=1e-12)


@pytest.mark.parametrize("axis", [None, 0, 1, -1, (0, 2), (-1, 0)])
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("f", [np.sum, nf.fsum], ids=["sum", "fsum"])
def test_transposes_of_sums(f, axis, keepdims):
    x = np.random.default_rng(5).standard_normal((2, 3, 4)).astype(nf.posit32)
    value, pull = vjp(lambda x: f(x, axis=axis, keepdims=keepdims), x)
    g = np.arange(1.0, value.size + 1).reshape(value.shape).astype(nf.posit32)
    expected = g if keepdims or axis is None else np.expand_dims(g, axis)
    assert pull(g)[0].tolist() == np.broadcast_to(expected, x.shape).tolist()


@pytest.mark.parametrize("axis", [None, 0, 1])
def test_transpose_of_cumsum(axis):
    x = np.arange(6.0).reshape(2, 3)
    value, pull = vjp(lambda x: np.cumsum(x, axis=axis), x)
    g = np.random.default_rng(1).standard_normal(value.shape)
    t = np.random.default_rng(2).standard_normal(x.shape)
    forth = jvp(lambda x: np.cumsum(x, axis=axis), (x,), (t,))[1]
    np.testing.assert_allclose(np.sum(pull(g)[0] * t), np.sum(g * forth), rtol=1e-13)


class Forbidden:
    """Any use of it is an error."""

    __array_ufunc__ = None


@pytest.mark.parametrize(
    "f", [f for f in ELEMENTWISE if hasattr(np, f.__name__)], ids=lambda f: f.__name__
)
def test_what_a_rule_is_said_not_to_use_it_does_not(f):
    x = list(points_of(f))
    for rule in filter(None, ELEMENTWISE[f]):
        given = (f(*x), *x)
        whole = rule(np.ones(4), *given)
        used = used_by(rule)
        partly = [a if u else Forbidden() for a, u in zip(given, used, strict=False)]
        np.testing.assert_array_equal(rule(np.ones(4), *partly), whole)


def test_what_has_no_rule_says_so(monkeypatch):
    assert has_rule(np.exp)
    assert not has_rule(np.mean)
    with pytest.raises(TraceError, match="np.sum with these arguments has no derivative"):
        back_of(np.sum, 0, None, [np.ones(3)], {"initial": 5})
    with pytest.raises(TraceError, match="np.add with where= has no derivative"):
        back_of(np.add, 0, None, [np.ones(3)] * 2, {"where": True})
    monkeypatch.delitem(ELEMENTWISE, np.tanh)
    with pytest.raises(
        TraceError,
        match=r"test_rules.py:\d+: np.tanh has no derivative; give it one: nf.autodiff.rule",
    ):
        vjp(np.tanh, np.ones(3))


def test_the_tables_are_apart():
    assert not ELEMENTWISE.keys() & (LINEAR.keys() | BILINEAR.keys())
    assert {len(rules) - f.nin for f, rules in ELEMENTWISE.items()} == {0}
