# SPDX-License-Identifier: BSD-3-Clause
"""Is the derivative of every layer its derivative, forward and backward, in every format?"""

import numpy as np
import pytest

import numformats as nf
from layer_cases import FORMATS, LAYERS, case, inputs

# Roundings of values, times their number in the longest chain: the error of a derivative in units
# of the format's relative spacing, against the largest element.
ROUNDINGS = 60


def directions(parameters, x, seed=0):
    """A tangent for every parameter and for the input."""
    rng = np.random.default_rng(seed)
    moves = {name: rng.choice([-0.5, 0.25, 0.5], p.shape) for name, p in parameters.items()}
    return moves, rng.choice([-0.5, 0.25, 0.5], x.shape)


@pytest.mark.parametrize("name", LAYERS)
def test_derivative_is_the_central_difference(name):
    parameters, x, function = case(name, float)
    moves, move = directions(parameters, x)
    step = 1e-5

    def at(t):
        moved = {key: p + t * moves[key] for key, p in parameters.items()}
        return function(moved, x + t * move).astype(float)

    slope = nf.autodiff.jvp(function, (parameters, x), (moves, move))[1]
    np.testing.assert_allclose(slope, (at(step) - at(-step)) / (2 * step), rtol=2e-8, atol=2e-9)


@pytest.mark.parametrize("name", LAYERS)
def test_both_directions_agree(name):
    parameters, x, function = case(name, float)
    moves, move = directions(parameters, x)
    y, slope = nf.autodiff.jvp(function, (parameters, x), (moves, move))
    same, pull = nf.autodiff.vjp(function, parameters, x)
    assert same.tobytes() == y.tobytes() == function(parameters, x).tobytes()
    g = np.random.default_rng(1).normal(size=y.shape)
    back, back_x = pull(g)
    total = np.sum(back_x * move) + sum(np.sum(back[key] * moves[key]) for key in parameters)
    np.testing.assert_allclose(total, np.sum(slope * g), rtol=1e-12, atol=1e-13)


def spacing_of(T):
    """The distance from 1 to the next value, of fixed point its step; no less than 8 of float64."""
    T = np.dtype(T)
    eps = nf.finfo(T).exact_eps if hasattr(T.type, "format") else np.finfo(T).eps
    return max(float(eps), 2.0**-49)


@pytest.mark.parametrize("T", FORMATS)
@pytest.mark.parametrize("name", LAYERS)
def test_every_format_has_nearly_the_results_of_float64(name, T):
    if (name, T) == ("block", nf.q15):
        pytest.skip("cotangents of a block are up to 3: they do not fit q15")
    parameters, x, function = case(name, T)
    with np.errstate(over="ignore"):
        y, pull = nf.autodiff.vjp(function, parameters, x)
        g = inputs(y.shape, T, seed=2)
        back = pull(g)
    assert y.dtype == np.dtype(T)
    _, _, exact = case(name, float)
    wide = ({key: p.astype(float) for key, p in parameters.items()}, x.astype(float))
    y64, pull64 = nf.autodiff.vjp(exact, *wide)
    back64 = pull64(g.astype(float))
    pairs = [(y, y64), (back[1], back64[1])]
    pairs += [(back[0][key], back64[0][key]) for key in parameters]
    for found, exactly in pairs:
        assert found.dtype == np.dtype(T)
        wanted = np.clip(exactly, -1, 1) if T is nf.q15 else exactly
        # Some derivatives are 0, such as those of keys' biases: what is left of them is rounding.
        scale = 1 if T is nf.q15 else max(np.abs(wanted).max(), 0.05)
        assert np.abs(found.astype(float) - wanted).max() <= ROUNDINGS * spacing_of(T) * scale


@pytest.mark.parametrize(
    "name", ["linear", "convolution", "layer norm", "lstm", "causal attention", "gelu with tanh"]
)
def test_second_derivatives(name):
    """The derivative of a gradient along a direction, against a central difference of gradients."""
    parameters, x, function = case(name, float)
    moves, move = directions(parameters, x)

    def gradients(p, x):
        _, pull = nf.autodiff.vjp(function, p, x)
        return pull(np.asarray(function(p, x)))  # of half the sum of squares, but for its curvature

    slopes, slope = nf.autodiff.jvp(gradients, (parameters, x), (moves, move))[1]
    step = 1e-5
    ends = [
        gradients({k: p + t * moves[k] for k, p in parameters.items()}, x + t * move)
        for t in (step, -step)
    ]
    np.testing.assert_allclose(slope, (ends[0][1] - ends[1][1]) / (2 * step), rtol=1e-7, atol=1e-8)
    for key, found in slopes.items():
        difference = (ends[0][0][key] - ends[1][0][key]) / (2 * step)
        np.testing.assert_allclose(found, difference, rtol=1e-7, atol=1e-8)
