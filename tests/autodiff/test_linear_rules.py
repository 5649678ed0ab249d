# SPDX-License-Identifier: BSD-3-Clause
"""Are the rules of sums, products and systems, forward and back, the derivative?  In 60 digits."""

import numpy as np
import pytest

import numformats as nf
from numformats.analysis.algebra import Reference, mp_algebra
from numformats.autodiff import jvp, vjp
from numformats.autodiff.contractions import BILINEAR, LINEAR
from numformats.autodiff.linear_systems import SYSTEMS
from numformats.autodiff.own_rules import OWN, OwnRule

R = np.random.default_rng(8)
A = R.standard_normal((3, 3)) + 3 * np.eye(3)
B = R.standard_normal((3, 2))
STACK = R.standard_normal((2, 3, 3)) + 3 * np.eye(3)
SINGULAR = np.array([[1.0, 2.0], [2.0, 4.0]])
STEP = 1e-20

CASES = [
    (np.sum, [B], {}),
    (np.sum, [STACK], {"axis": (0, 2)}),
    (np.sum, [STACK], {"axis": -1, "keepdims": True}),
    (nf.fsum, [B], {"axis": 0}),
    (np.cumsum, [B], {}),
    (np.cumsum, [B], {"axis": 1}),
    (np.matmul, [A, B], {}),
    (np.matmul, [STACK, B], {}),
    (nf.matmul, [A[0], B], {}),
    (np.linalg.solve, [A, B], {}),
    (np.linalg.solve, [A, B[:, 0]], {}),
    (nf.linalg.solve, [STACK, B], {}),
    (np.linalg.inv, [A], {}),
    (nf.linalg.inv, [STACK], {}),
    (np.linalg.det, [A], {}),
    (np.linalg.det, [SINGULAR], {}),
    (np.linalg.det, [np.zeros((3, 3))], {}),
    (nf.linalg.det, [STACK], {}),
]
by_case = pytest.mark.parametrize(
    ("f", "operands", "keywords"), CASES, ids=[f"{f.__module__}.{f.__name__}" for f, *_ in CASES]
)


def errors(f, operands, keywords):
    """Of each operand, how far forward and reverse are from the central difference."""
    run = Reference(mp_algebra(60))
    boxes = [run.lift(x) for x in operands]
    step = run.lift(np.array(STEP))
    for i, x in enumerate(operands):

        def of_one(x, i=i):
            return f(*boxes[:i], x, *boxes[i + 1 :], **keywords)

        t = run.lift(np.random.default_rng(i).standard_normal(x.shape))
        difference = (of_one(boxes[i] + step * t) - of_one(boxes[i] - step * t)) / (2 * step)
        slope = jvp(of_one, (boxes[i],), (t,))[1]
        g = run.lift(np.random.default_rng(7).standard_normal(difference.shape))
        back = np.sum(vjp(of_one, boxes[i])[1](g)[0] * t) - np.sum(g * difference)
        yield run.f64(np.max(np.abs(slope - difference))), float(run.f64(np.abs(back)))


def worst(*case):
    return np.max([list(pair) for pair in errors(*case)], axis=0)


@by_case
def test_rule_is_the_derivative(f, operands, keywords):
    assert (worst(f, operands, keywords) < 1e-30).all()


@by_case
def test_a_wrong_sign_is_seen(f, operands, keywords, monkeypatch):
    """Planted in each map back, and in each map forward of a system."""
    if f in LINEAR:
        right = LINEAR[f]
        monkeypatch.setitem(LINEAR, f, lambda g, *a, **k: right(-g, *a, **k))
        assert worst(f, operands, keywords)[1] > 1e-3
    elif f in BILINEAR:
        for i in range(2):
            maps = list(BILINEAR[f])
            maps[i] = lambda g, *a, right=maps[i]: right(-g, *a)
            with monkeypatch.context() as m:
                m.setitem(BILINEAR, f, tuple(maps))
                assert list(errors(f, operands, keywords))[i][1] > 1e-3
    else:
        for way in range(2):
            for i in range(len(operands)):
                maps = [list(side) for side in SYSTEMS[f]]
                maps[way][i] = lambda g, *a, right=maps[way][i], **k: right(-g, *a, **k)
                with monkeypatch.context() as m:
                    m.setitem(OWN, f, OwnRule(*map(tuple, maps)))
                    seen = list(errors(f, operands, keywords))[i][way]
                assert seen > 1e-3 or not operands[i].any()


def test_all_rules_of_the_tables_are_here():
    assert {f for f, *_ in CASES} == {*LINEAR, *BILINEAR, *SYSTEMS}


@pytest.mark.parametrize("T", [nf.posit32, np.float32])
def test_systems_in_a_format(T):
    """The rule solves once more; a trace of elimination would keep every step."""
    a, b = A.astype(T), B.astype(T)
    solve = nf.linalg.solve if T is nf.posit32 else np.linalg.solve
    x, pull = vjp(solve, a, b)
    da, db = pull(np.ones((3, 2)))
    expected = np.linalg.solve(A.T, np.ones((3, 2)))
    np.testing.assert_allclose(db.astype(float), expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(
        da.astype(float), -expected @ np.linalg.solve(A, B).T, rtol=1e-5, atol=1e-6
    )
    assert x.tobytes() == solve(a, b).tobytes()
    assert da.dtype == db.dtype == np.dtype(T)
