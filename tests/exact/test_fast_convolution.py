# SPDX-License-Identifier: BSD-3-Clause
"""Does Winograd's convolution round every step in the format, and is its bound one?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf

FORMATS = [nf.posit16, nf.bfloat16, nf.float8_e4m3fn, nf.Fixed(16, 8), nf.mlu32, np.float32]


def correlated(x, w):
    """The definition, in float64: a loop over all taps."""
    height, width = x.shape[2] - 2, x.shape[3] - 2
    total = np.zeros((len(x), len(w), height, width))
    for i in range(3):
        for j in range(3):
            part = x[:, :, i : i + height, j : j + width]
            total += np.einsum("nchw,fc->nfhw", part, w[:, :, i, j])
    return total


def one_tile_by_hand(d, g):
    """F(2x2, 3x3) of one tile and one channel on scalars, as Lavin and Gray write it."""
    half = g.dtype.type(0.5)

    def image(r):
        return [r[0] - r[2], r[1] + r[2], r[2] - r[1], r[1] - r[3]]

    def taps(r):
        return [
            r[0],
            half * r[0] + half * r[1] + half * r[2],
            half * r[0] - half * r[1] + half * r[2],
            r[2],
        ]

    def back(r):
        return [r[0] + r[1] + r[2], r[1] - r[2] - r[3]]

    def both(f, m):
        columns = [f(list(column)) for column in m.T]  # f on each column, then on each row
        return np.array([f(list(row)) for row in np.array(columns, dtype=d.dtype).T], dtype=d.dtype)

    return both(back, both(image, d) * both(taps, g))


@pytest.mark.parametrize("T", FORMATS, ids=str)
def test_every_step_is_rounded_in_the_format(T):
    rng = np.random.default_rng(1)
    for _ in range(20):
        d, g = rng.normal(size=(4, 4)).astype(T), rng.normal(size=(3, 3)).astype(T)
        found = nf.linalg.winograd_convolution(d[None, None], g[None, None], 2)
        assert found.dtype == np.dtype(T)
        assert found[0, 0].tolist() == one_tile_by_hand(d, g).tolist()


@pytest.mark.parametrize("tile", [2, 4])
@pytest.mark.parametrize("shape", [(3, 3), (4, 4), (5, 9), (8, 6), (3, 12), (7, 7)])
def test_it_is_the_convolution(shape, tile):
    rng = np.random.default_rng(2)
    x = rng.integers(-9, 9, (2, 3, *shape)).astype(float)
    w = 24.0 * rng.integers(-9, 9, (4, 3, 3, 3))
    truth = correlated(x, w)
    found = nf.linalg.winograd_convolution(x, w, tile)
    assert found.shape == truth.shape
    if tile == 2:  # every step is exact
        assert (found == truth).all()
    bound = nf.linalg.convolution_error_bound(x, w, tile, 2.0**-53)
    assert (np.abs(found - truth) <= bound).all()
    assert (bound < 1e-6).all()
    assert (nf.linalg.direct_convolution(x, w) == truth).all()


@pytest.mark.parametrize(
    ("T", "u"), [(nf.bfloat16, 2.0**-8), (np.float16, 2.0**-11), (nf.binary32, 2.0**-24)], ids=str
)
@pytest.mark.parametrize("tile", [1, 2, 4])
def test_the_bound_holds(tile, T, u):
    rng = np.random.default_rng(3)
    for channels in (1, 5):
        x = rng.uniform(-1, 1, (2, channels, 9, 10)).astype(T)
        w = rng.normal(size=(3, channels, 3, 3)).astype(T)
        if tile == 1:
            found = nf.linalg.direct_convolution(x, w)
        else:
            found = nf.linalg.winograd_convolution(x, w, tile)
        truth = nf.linalg.direct_convolution(x.astype(float), w.astype(float), accumulate="exact")
        error = np.abs(found.astype(float) - truth)
        bound = nf.linalg.convolution_error_bound(x, w, tile, u)
        assert (error <= bound).all()
        assert error.max() > 0


def test_larger_tiles_lose_more():
    rng = np.random.default_rng(4)
    x = rng.uniform(0, 1, (4, 4, 14, 14)).astype(nf.bfloat16)
    w = rng.normal(size=(4, 4, 3, 3)).astype(nf.bfloat16)
    truth = nf.linalg.direct_convolution(x, w, accumulate="exact").astype(float)
    errors = [
        np.abs(nf.linalg.winograd_convolution(x, w, t).astype(float) - truth).mean() for t in (2, 4)
    ]
    errors.insert(0, np.abs(nf.linalg.direct_convolution(x, w).astype(float) - truth).mean())
    assert errors == sorted(errors)


def test_what_cannot_be_is_named():
    x, w = np.ones((1, 2, 4, 4), nf.posit16), np.ones((3, 2, 3, 3), nf.posit16)
    fast = nf.linalg.winograd_convolution
    for tile in (1, 3, True, "2"):
        with pytest.raises(ValueError, match="tile=.*allowed: 2, 4"):
            fast(x, w, tile)
    with pytest.raises(
        ValueError, match=r"w has shape \(3, 1, 3, 3\); allowed: \(filters, 2, 3, 3\)"
    ):
        fast(x, w[:, :1])
    with pytest.raises(ValueError, match="height and width must be 3 or more"):
        fast(x[:, :, :2], w)
    with pytest.raises(ValueError, match="x has shape .* four axes"):
        fast(x[0], w)
    with pytest.raises(TypeError, match="x has dtype posit16 and w bfloat16"):
        fast(x, w.astype(nf.bfloat16))
    assert nf.linalg.direct_convolution(x[:0], w).shape == (0, 3, 2, 2)
    assert fast(x[:0], w).shape == (0, 3, 2, 2)


@pytest.mark.parametrize(
    ("tile", "steps"), [(1, 9 * 3), (2, 2 * (3 + 4 + 4) + 3), (4, 2 * (5 + 4 + 6) + 3)]
)
def test_the_bound_counts_every_rounding_on_a_path(tile, steps):
    """(1 + u)^k - 1 at u = 1 and at a tiny u: each tells k; constants of the matrices are one each."""
    x, w = np.ones((1, 3, 6, 6)), np.ones((2, 3, 3, 3))
    large, small = (nf.linalg.convolution_error_bound(x, w, tile, u) for u in (1.0, 2.0**-30))
    assert large / small == pytest.approx((2.0**steps - 1) / (steps * 2.0**-30), rel=1e-6)
