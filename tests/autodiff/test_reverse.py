# SPDX-License-Identifier: BSD-3-Clause
"""Does the tape follow views, writes and masks?  Against central differences; every order, twice."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

import numformats as nf
from numformats.autodiff import grad, jvp, vjp
from numformats.tracing import TraceError

_EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "hilbert.py"
_spec = importlib.util.spec_from_file_location("hilbert_example", _EXAMPLE)
hilbert = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(hilbert)


def in_place(x):
    y = x * 2
    y[1:] -= y[:-1] * x[0]
    y[0] = x[2] * x[2]
    return y


def row_views(x):
    a = np.outer(x, x) + 1
    row = a[1]
    row *= x
    a[0, 1:] -= row[1:] * x[0]
    return a


def overwrites_an_operand(x):
    y = x + 1
    z = y * y  # the tape refers to y, which is overwritten next
    y[:] = 0
    y[::2] += z[::2]
    return y * z


def swaps(x):
    y = x.copy()
    y[[0, 2]] = y[[2, 0]]
    z = y * x
    y[y > 0.5] *= 3
    return z + y


def adds_at(x):
    y = np.zeros_like(x)
    np.add.at(y, [0, 2, 0, 1], x)
    return y * x


def broadcasts(x):
    return x[:, None] * x[None, :2] + np.sum(x) * np.ones_like(x)[:, None]


def sorts(x):
    return np.sort(x) * np.cumsum(x) - np.max(x)


def composites(x):
    return np.einsum("i,j->ij", x, x) @ x + np.mean(x) / np.linalg.norm(x)


def reuses(x):
    for _ in range(3):
        x = x * x + x[::-1]
    return x


PROGRAMS = [in_place, row_views, overwrites_an_operand, swaps, adds_at, broadcasts, sorts,
            composites, reuses]  # fmt: skip
X = np.array([0.7, -0.4, 1.3, 0.9])


@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)
def test_against_central_differences(f):
    value, pull = vjp(f, X)
    assert value.tobytes() == f(X.copy()).tobytes()
    g = np.random.default_rng(7).standard_normal(value.shape)
    slope = pull(g)[0]
    for i, step in enumerate(np.eye(4) * 1e-6):
        difference = np.sum(g * (f(X + step) - f(X - step))) / 2e-6
        assert slope[i] == pytest.approx(difference, rel=2e-8, abs=1e-8)
        assert np.sum(g * jvp(f, (X,), (np.eye(4)[i],))[1]) == pytest.approx(slope[i], rel=1e-12)


@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)
def test_pulling_twice_is_the_same_and_leaves_the_values(f):
    value, pull = vjp(f, X)
    before = value.tobytes()
    first, second = (pull(np.ones_like(value))[0].tobytes() for _ in range(2))
    assert first == second
    assert value.tobytes() == before


def test_a_pull_that_fails_leaves_the_values():
    value, pull = vjp(overwrites_an_operand, X)
    before = value.tobytes()
    with pytest.raises(ValueError):
        pull(np.ones(7))
    assert value.tobytes() == before
    np.testing.assert_array_equal(
        pull(np.ones(4))[0], vjp(overwrites_an_operand, X)[1](np.ones(4))[0]
    )


@pytest.mark.parametrize("T", [nf.posit16, nf.bposit32])
def test_the_order_of_what_arrives_does_not_show(T):
    """Contributions to one number are summed at once, with one rounding."""
    r = np.random.default_rng(3)
    batch = r.standard_normal((40, 5)).astype(T)

    def loss(w, batch):
        return np.sum(np.tanh(batch * w) * 100)

    patterns = set()
    for _ in range(6):
        order = r.permutation(len(batch))
        patterns.add(grad(loss)(np.ones(5).astype(T), batch[order]).tobytes())
    assert len(patterns) == 1
    sequential = {
        grad(loss, exact=False)(np.ones(5).astype(T), batch[r.permutation(40)]).tobytes()
        for _ in range(6)
    }
    assert len(sequential) > 1


def test_elimination_against_the_inverse():
    h = 1 / (np.indices((5, 5)).sum(axis=0) + 1.0)
    b, g = h.sum(axis=1), np.arange(1.0, 6)
    _, pull = vjp(lambda b: hilbert.solve(h * np.ones_like(b)[:, None], b.copy()), b)
    expected = np.linalg.solve(h.T, g)
    np.testing.assert_allclose(pull(g)[0], expected, rtol=1e-9)


def test_higher_derivatives():
    third = grad(grad(grad(lambda x: x * x * x * x)))
    assert float(third(np.array(2.0))) == 48
    value, slope = jvp(grad(lambda x: np.sum(np.exp(x) * x)), (X,), (np.ones(4),))
    np.testing.assert_allclose(value, np.exp(X) * (X + 1), rtol=1e-14)
    np.testing.assert_allclose(slope, np.exp(X) * (X + 2), rtol=1e-14)


def test_errors_say_what_is_wrong():
    with pytest.raises(ValueError, match="a gradient is of a scalar"):
        grad(lambda x: x)(X)
    with pytest.raises(
        ValueError, match="tangent 0 has shape .3,.; it must have that of its value, .4,."
    ):
        jvp(np.sin, (X,), (np.ones(3),))
    with pytest.raises(TraceError):
        vjp(lambda x: float(x[0]) * x, X)


def test_a_constant_result_has_no_slope():
    value, pull = vjp(np.ones_like, X)
    assert pull(value)[0].tolist() == [0, 0, 0, 0]
