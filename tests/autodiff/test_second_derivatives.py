# SPDX-License-Identifier: BSD-3-Clause
"""Is the derivative of every rule the second derivative?  Forward and reverse, in 60 digits."""

import numpy as np
import pytest

import numformats as nf
from numformats.analysis.algebra import Reference, mp_algebra
from numformats.autodiff import grad, hvp, jvp, vjp
from numformats.autodiff.rules import ELEMENTWISE
from rule_points import points_of

STEP = 1e-20
# Where digamma has float64's digits, and no more.
CLOSE = dict.fromkeys([nf.gamma, nf.lgamma], 1e-8)


@pytest.mark.parametrize("f", ELEMENTWISE, ids=lambda f: f.__name__)
def test_each_rule_can_be_derived(f):
    run = Reference(mp_algebra(60))
    boxes = [run.lift(p) for p in points_of(f)]
    step, ones = run.lift(np.array(STEP)), run.lift(np.ones(4))
    for i in range(f.nin):

        def of_one(x, i=i):
            return f(*boxes[:i], x, *boxes[i + 1 :])

        def forward(x):
            return jvp(of_one, (x,), (ones,))[1]

        def reverse(x):
            return vjp(of_one, x)[1](ones)[0]

        up, down = (forward(boxes[i] + way * step) for way in (1, -1))
        difference = run.f64((up - down) / (2 * step))
        ways = {
            "forward over forward": jvp(forward, (boxes[i],), (ones,))[1],
            "forward over reverse": jvp(reverse, (boxes[i],), (ones,))[1],
            "reverse over reverse": vjp(reverse, boxes[i])[1](ones)[0],
            "reverse over forward": vjp(forward, boxes[i])[1](ones)[0],
        }
        for name, found in ways.items():
            np.testing.assert_allclose(
                run.f64(found), difference, rtol=CLOSE.get(f, 1e-14), atol=1e-15, err_msg=name
            )


@pytest.mark.parametrize("T", [nf.posit32, nf.bfloat16, np.float32])
def test_a_hessian_is_symmetric_in_a_format(T):
    x = np.array([0.5, -1.0, 1.5]).astype(T)
    rows = [hvp(lambda x: np.sum(np.exp(x) * x[::-1]), x, e) for e in np.eye(3)]
    hessian = np.stack(rows).astype(float)
    np.testing.assert_allclose(hessian, hessian.T, rtol=0.06 if T is nf.bfloat16 else 1e-6)
    expected = np.diag(np.exp([0.5, -1.0, 1.5]) * [1.5, -1.0, 0.5])
    expected += np.fliplr(np.diag(np.exp([0.5, -1.0, 1.5])))
    expected += np.fliplr(np.diag(np.exp([1.5, -1.0, 0.5])))
    np.testing.assert_allclose(hessian, expected, rtol=0.04, atol=0.04)


def test_third_derivatives_in_a_format():
    x = np.array(2.0).astype(nf.posit32)
    assert float(grad(grad(grad(lambda x: x * x * x * x)))(x)) == 48


def test_a_perturbation_of_an_inner_derivative_stays_inside():
    """d/dx (x d/dy (x + y)) at 1 is 1, not 2: perturbations have levels."""
    inner = lambda x: x * jvp(lambda y: x + y, (1.0,), (1.0,))[1]  # noqa: E731
    assert float(jvp(inner, (1.0,), (1.0,))[1]) == 1
