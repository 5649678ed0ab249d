# SPDX-License-Identifier: BSD-3-Clause
"""Does every convolution give the exact sum over its window, rounded once?  Loops over fractions."""

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from exact_layers import fractions_of, rounded
from numformats.training import AvgPool2d, Conv2d, MaxPool2d, Pass

T = nf.posit16
# Size, stride and padding.
SHAPES = [(3, 1, 0), (3, 1, "same"), ((2, 3), (2, 1), (0, 1)), (1, 2, 0), ((4, 1), 1, (2, 0))]


def wild(shape, seed):
    """Numbers of very different sizes."""
    rng = np.random.default_rng(seed)
    return (rng.normal(size=shape) * 2.0 ** rng.integers(-8, 8, shape)).astype(T)


def places(layer, x):
    """For each result the offsets of its window in the image, and the image with zeros around."""
    (kh, kw), (sh, sw), (ph, pw) = layer.size, layer.stride, layer.padding
    height, width = x.shape[1] + 2 * ph, x.shape[2] + 2 * pw
    for i in range((height - kh) // sh + 1):
        for j in range((width - kw) // sw + 1):
            yield i, j, i * sh - ph, j * sw - pw


def window(layer, image, top, left):
    """(row, column, channel, value) of what a window covers; what is outside of the image is 0."""
    for a in range(layer.size[0]):
        for b in range(layer.size[1]):
            if 0 <= top + a < len(image) and 0 <= left + b < len(image[0]):
                for c, value in enumerate(image[top + a][left + b]):
                    yield a, b, c, value


@pytest.mark.parametrize("given", SHAPES, ids=str)
def test_results_are_exact_sums(given):
    size, stride, padding = given
    layer = Conv2d(2, 3, size, stride=stride, padding=padding, dtype=T)
    layer.own["weight"][...] = wild(layer.own["weight"].shape, 1)
    layer.own["bias"][...] = wild(3, 2)
    x = wild((2, 5, 6, 2), 3)
    y = layer(x)
    w, bias, images = (fractions_of(v) for v in (layer.own["weight"], layer.own["bias"], x))
    count = 0
    for n, image in enumerate(images):
        for i, j, top, left in places(layer, x):
            covered = list(window(layer, image, top, left))
            for o in range(3):
                exact = sum((v * w[a][b][c][o] for a, b, c, v in covered), bias[o])
                assert y[n, i, j, o].tobytes() == rounded(exact, T).tobytes()
                count += 1
    assert count == y.size


@pytest.mark.parametrize("given", SHAPES, ids=str)
def test_derivative_of_a_weight_is_one_sum_over_all_windows(given):
    size, stride, padding = given
    layer = Conv2d(2, 2, size, stride=stride, padding=padding, dtype=T)
    x = wild((2, 4, 5, 2), 4)
    y, pull = nf.autodiff.vjp(lambda p: layer.forward(p, x, Pass()), layer.parameters())
    g = wild(y.shape, 5)
    (found,) = pull(g)
    sums = {}
    images, gs = fractions_of(x), fractions_of(g)
    for n, image in enumerate(images):
        for i, j, top, left in places(layer, x):
            for a, b, c, v in window(layer, image, top, left):
                for o in range(2):
                    sums[a, b, c, o] = sums.get((a, b, c, o), Fraction(0)) + v * gs[n][i][j][o]
    for place in np.ndindex(found["weight"].shape):
        assert found["weight"][place].tobytes() == rounded(sums.get(place, 0), T).tobytes()
    for o in range(2):
        total = sum(gs[n][i][j][o] for n, i, j, _ in np.ndindex((*y.shape[:3], 1)))
        assert found["bias"][o].tobytes() == rounded(total, T).tobytes()


def test_means_are_sums_divided_and_rounded_once():
    x = wild((1, 4, 6, 2), 6)
    y = AvgPool2d((2, 3))(x)
    exact = fractions_of(x)[0]
    for i, j, c in np.ndindex(2, 2, 2):
        some = [exact[2 * i + a][3 * j + b][c] for a in range(2) for b in range(3)]
        assert y[0, i, j, c].tobytes() == rounded(sum(some) / 6, T).tobytes()


def test_maxima_keep_nan_and_leave_out_what_no_window_covers():
    x = np.arange(25.0).reshape(1, 5, 5, 1).astype(T)
    assert MaxPool2d(2)(x)[0, ..., 0].astype(float).tolist() == [[6, 8], [16, 18]]
    x[0, 0, 0, 0] = np.nan
    y = MaxPool2d(2)(x)[0, ..., 0]
    assert np.isnan(y).tolist() == [[True, False], [False, False]]


def test_the_first_of_equal_numbers_gets_the_derivative():
    x = np.ones((1, 2, 2, 1), T)
    _, pull = nf.autodiff.vjp(lambda x: MaxPool2d(2).forward({}, x, Pass()), x)
    assert pull(np.ones((1, 1, 1, 1), T))[0][0, ..., 0].astype(float).tolist() == [[1, 0], [0, 0]]
