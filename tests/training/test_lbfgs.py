# SPDX-License-Identifier: BSD-3-Clause
"""Does L-BFGS find minima, and lose nothing where it cannot?"""

import numpy as np
import pytest

import numformats as nf
from numformats.training import LBFGS


def rosenbrock(p):
    """The valley of Rosenbrock in several dimensions, and its gradient."""
    x = p["w"]
    away, ahead = 1 - x[:-1], x[1:] - x[:-1] ** 2
    g = np.zeros_like(x)
    g[:-1] = -2 * away - 400 * x[:-1] * ahead
    g[1:] += 200 * ahead
    return np.sum(away**2 + 100 * ahead**2), {"w": g}


@pytest.mark.parametrize("start", [[-1.2, 1.0], [2.0, -2.0], [-1.2, 1.0, -0.5, 0.8, 3.0, -1.0]])
def test_rosenbrock(start):
    w, optimizer = {"w": np.array(start)}, LBFGS()
    losses = [optimizer.step(w, rosenbrock) for _ in range(80)]
    assert losses[-1] < 1e-20
    assert np.abs(w["w"] - 1).max() < 1e-10
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] == rosenbrock(w)[0]


def test_a_quadratic_ends_after_as_many_steps_as_dimensions():
    scales = np.array([1.0, 10.0, 100.0])
    w, optimizer = {"w": np.ones(3)}, LBFGS()
    for _ in range(12):
        loss = optimizer.step(w, lambda p: (scales @ p["w"] ** 2, {"w": 2 * scales * p["w"]}))
    assert loss < 1e-12


@pytest.mark.parametrize("T", [nf.posit32, nf.bposit32, np.float32, nf.posit16, nf.bfloat16])
def test_in_a_format(T):
    """As near to the minimum as the format allows, and never worse than before."""
    w, optimizer = {"a": np.ones((2, 2), T), "b": np.ones(1, T)}, LBFGS()

    def loss(p):
        a, b = p["a"].astype(float) - 0.3, p["b"].astype(float) + 0.7
        value = np.sum(a**2) + 3 * np.sum(b**2)
        return value, {"a": (2 * a).astype(T), "b": (6 * b).astype(T)}

    losses = [optimizer.step(w, loss) for _ in range(15)]
    assert losses == sorted(losses, reverse=True)
    spacing = float(np.spacing(T(0.7)))
    assert np.abs(w["a"].astype(float) - 0.3).max() <= 2 * spacing
    assert np.abs(w["b"].astype(float) + 0.7).max() <= 2 * spacing


def test_wide_vectors_for_narrow_parameters():
    w = {"a": np.ones(2, nf.posit8), "b": np.ones(2, nf.bfloat16)}

    def loss(p):
        return sum(np.sum(v.astype(float) ** 2) for v in p.values()), dict(p)

    with pytest.raises(ValueError, match="dtypes bfloat16, posit8: give state_dtype="):
        LBFGS().step(w, loss)
    optimizer = LBFGS(state_dtype=np.float64)
    assert optimizer.step(w, loss) < 8


def test_state_goes_on():
    runs = []
    for stop in (None, 7):
        w, optimizer = {"w": np.array([-1.2, 1.0])}, LBFGS()
        for i in range(20):
            if i == stop:
                saved, optimizer = optimizer.state_dict(), LBFGS()
                optimizer.load_state_dict(saved)
            optimizer.step(w, rosenbrock)
        runs.append(w["w"].tobytes())
    assert runs[0] == runs[1]
    with pytest.raises(ValueError, match="the state is of SGD, the optimiser is LBFGS"):
        LBFGS().load_state_dict({"kind": "SGD"})


def test_where_there_is_no_better_point_nothing_moves():
    w = {"w": np.array([1.0, 2.0])}
    assert LBFGS(evaluations=5).step(w, lambda _: (1.0, {"w": np.ones(2)})) == 1.0
    assert w["w"].tolist() == [1.0, 2.0]
    assert np.isnan(LBFGS().step(w, lambda _: (np.nan, {"w": np.full(2, np.nan)})))
    assert w["w"].tolist() == [1.0, 2.0]


def test_an_interrupted_search_loses_nothing():
    w, calls = {"w": np.array([-1.2, 1.0])}, []

    def stops(p):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return rosenbrock(p)

    with pytest.raises(KeyboardInterrupt):
        LBFGS().step(w, stops)
    assert w["w"].tolist() == [-1.2, 1.0]


def test_refusals():
    with pytest.raises(ValueError, match="memory=0; allowed: 1 or more"):
        LBFGS(0)
    with pytest.raises(ValueError, match="0 < decrease < curvature < 1"):
        LBFGS(decrease=0.95)
    with pytest.raises(ValueError, match="parameter 'w' has no gradient"):
        LBFGS().step({"w": np.ones(2)}, lambda _: (1.0, {}))
