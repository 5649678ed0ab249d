# SPDX-License-Identifier: BSD-3-Clause
"""Are norms rounded once, whatever the order of features?"""

from fractions import Fraction

import mpmath
import numpy as np
import pytest

import numformats as nf
from numformats.training import LayerNorm, RMSNorm


def exactly(layer, row):
    """A sample normalised in 60 digits."""
    x = [mpmath.mpf(float(v)) for v in row]
    n, centred = len(x), type(layer) is LayerNorm
    mean = mpmath.fsum(x) / n if centred else 0
    square = mpmath.fsum((v - mean) ** 2 for v in x) / n
    gain = [mpmath.mpf(float(v)) for v in layer.own["gain"]]
    bias = [mpmath.mpf(float(v)) for v in layer.own["bias"]] if centred else [0] * n
    root = mpmath.sqrt(square + mpmath.mpf(layer.epsilon))
    return [float((v - mean) / root * g + b) for v, g, b in zip(x, gain, bias, strict=True)]


@pytest.mark.parametrize("kind", [LayerNorm, RMSNorm])
@pytest.mark.parametrize("T", [nf.posit16, nf.bfloat16, nf.posit8, nf.float8_e4m3fn, nf.binary32])
def test_one_rounding(kind, T):
    rng = np.random.default_rng(0)
    layer = kind(7, dtype=T)
    for array in layer.own.values():
        array[...] = rng.normal(size=7).astype(T)
    x = (rng.normal(size=(20, 7)) + 3 * rng.normal(size=(20, 1))).astype(T)
    with mpmath.workdps(60):
        wanted = np.array([exactly(layer, row) for row in x])
    np.testing.assert_array_equal(layer(x), wanted.astype(T))


@pytest.mark.parametrize("kind", [LayerNorm, RMSNorm])
@pytest.mark.parametrize("T", [np.float64, nf.posit64, nf.posit16])
def test_the_order_of_features_does_not_show(kind, T):
    rng = np.random.default_rng(1)
    layer = kind(50, dtype=T)
    x = (rng.normal(size=(3, 50)) * 2.0 ** rng.integers(-20, 20, (3, 50))).astype(T)
    y = layer(x)
    for _ in range(20):
        order = rng.permutation(50)
        assert layer(x[:, order]).tobytes() == y[:, order].tobytes()


def test_far_from_zero():
    """In posit32 1e6 + small numbers: the mean cancels, and what is left is right."""
    x = (1e6 + np.array([[0.25, -0.5, 0.125, 0.375]])).astype(nf.posit32)
    layer = LayerNorm(4, epsilon=0.0, dtype=nf.posit32)
    with mpmath.workdps(60):
        wanted = np.array([exactly(layer, row) for row in x]).astype(nf.posit32)
    assert Fraction(*x[0, 0].as_integer_ratio()) > 10**6
    np.testing.assert_array_equal(layer(x), wanted)


def test_constant_samples_are_zero():
    assert not LayerNorm(3, dtype="posit16")(np.full((2, 3), 7.0)).any()
    assert not RMSNorm(3, dtype="posit16")(np.zeros((2, 3))).any()
    with pytest.raises(ValueError, match="epsilon=-1; allowed: 0 or more"):
        LayerNorm(3, epsilon=-1)
