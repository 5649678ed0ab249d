# SPDX-License-Identifier: BSD-3-Clause
"""What does a convolution with fewer multiplications cost in accuracy: Winograd's?

F(2x2, 3x3) and F(4x4, 3x3): tiles of images and filters are transformed, multiplied element by
element, and transformed back: Y = A^T [(G g G^T) * (B^T d B)] A.  Every product
and sum is rounded in the format.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from numformats._array_formats import native
from numformats._overridable import overridable
from numformats.exact.products import matmul
from numformats.linalg.operands import Array, matrices

__all__ = ["convolution_error_bound", "direct_convolution", "winograd_convolution"]

TAPS = 3


class _Transforms(NamedTuple):
    """The matrices of F(m x m, 3 x 3): rows of exact numbers."""

    image: list[list[int]]  # B^T
    filter: list[list[Fraction]]  # G
    output: list[list[int]]  # A^T


def _fractions(rows: list[list[int]], over: list[int]) -> list[list[Fraction]]:
    return [[Fraction(x, d) for x in row] for row, d in zip(rows, over, strict=True)]


_TRANSFORMS = {
    2: _Transforms(
        [[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]],
        _fractions([[1, 0, 0], [1, 1, 1], [1, -1, 1], [0, 0, 1]], [1, 2, 2, 1]),
        [[1, 1, 1, 0], [0, 1, -1, -1]],
    ),
    4: _Transforms(
        [
            [4, 0, -5, 0, 1, 0],
            [0, -4, -4, 1, 1, 0],
            [0, 4, -4, -1, 1, 0],
            [0, -2, -1, 2, 1, 0],
            [0, 2, -1, -2, 1, 0],
            [0, 4, 0, -5, 0, 1],
        ],
        _fractions(
            [[1, 0, 0], [-1, -1, -1], [-1, 1, -1], [1, 2, 4], [1, -2, 4], [0, 0, 1]],
            [4, 6, 6, 24, 24, 1],
        ),
        [[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]],
    ),
}


@overridable
def winograd_convolution(x: Any, w: Any, tile: int = 2) -> Any:
    """Correlate images with 3 x 3 filters by Winograd's tiles, every operation in the format.

    Parameters
    ----------
    x : array_like (images, channels, height, width), height and width 3 or more
    w : array_like (filters, channels, 3, 3) of the same format
    tile : 2 for F(2x2, 3x3): 16 multiplications for 4 outputs, where the direct product has 36; 4
        for F(4x4, 3x3): 36 for 16 outputs, where it has 144

    Returns (images, filters, height - 2, width - 2), in the format.  The matrices' elements are
    rounded into the format: 1/6, 1/12 and 1/24 of the larger tile are in none of base 2.
    Raises ValueError for shapes that do not match and other tiles, TypeError as `strassen` does.

    >>> import numpy as np, numformats as nf
    >>> x = np.arange(16).reshape(1, 1, 4, 4).astype(nf.posit16)
    >>> nf.linalg.winograd_convolution(x, np.ones((1, 1, 3, 3), nf.posit16)).astype(int).tolist()
    [[[[45, 54], [81, 90]]]]

    Source: Lavin and Gray, "Fast algorithms for convolutional neural networks" (2016).
    """
    images, filters = _operands(x, w)
    t = _transforms(tile)
    count, channels, height, width = images.shape
    rows, columns = (-(-(n - TAPS + 1) // tile) for n in (height, width))
    side = tile + TAPS - 1
    padded = np.zeros((count, channels, rows * tile + 2, columns * tile + 2), images.dtype)
    padded[:, :, :height, :width] = images
    tiles = _windows(padded, side, tile)
    turned = _both_sides(t.image, tiles.reshape(-1, side, side))
    kernels = _both_sides(t.filter, filters.reshape(-1, TAPS, TAPS))
    left = turned.reshape(count, channels, rows * columns, side, side).transpose(3, 4, 0, 2, 1)
    right = kernels.reshape(len(filters), channels, side, side).transpose(2, 3, 1, 0)
    left = left.reshape(side, side, count * rows * columns, channels)
    sums = matmul(left, np.ascontiguousarray(right), accumulate="sequential")
    back = _both_sides(t.output, sums.transpose(2, 3, 0, 1).reshape(-1, side, side))
    back = back.reshape(count, rows, columns, len(filters), tile, tile)
    whole = back.transpose(0, 3, 1, 4, 2, 5).reshape(
        count, len(filters), rows * tile, columns * tile
    )
    result = np.ascontiguousarray(whole[:, :, : height - TAPS + 1, : width - TAPS + 1])
    return result.view(native(np.asarray(x).dtype))


@overridable
def direct_convolution(x: Any, w: Any, *, accumulate: Any = "sequential") -> Any:
    """Correlate images with 3 x 3 filters term by term; arguments as `winograd_convolution`.

    accumulate : as for `nf.matmul`; "exact" rounds each output once.

    >>> import numpy as np, numformats as nf
    >>> x = np.arange(16).reshape(1, 1, 4, 4).astype(nf.posit16)
    >>> nf.linalg.direct_convolution(x, np.ones((1, 1, 3, 3), nf.posit16)).astype(int).tolist()
    [[[[45, 54], [81, 90]]]]
    """
    images, filters = _operands(x, w)
    patches = _windows(images, TAPS, 1)
    count, channels, rows, columns = patches.shape[:4]
    terms = patches.transpose(0, 2, 3, 1, 4, 5).reshape(count, rows * columns, channels * 9)
    sums = matmul(terms, filters.reshape(len(filters), -1).T, accumulate=accumulate)
    result = np.ascontiguousarray(sums.transpose(0, 2, 1)).reshape(
        count, len(filters), rows, columns
    )
    return result.view(native(np.asarray(x).dtype))


def convolution_error_bound(x: Any, w: Any, tile: int, u: float) -> Any:
    """The most that each output of `winograd_convolution` can be off, as float64.

    tile: 2 or 4, or 1 for `direct_convolution`.  u: unit roundoff, for all operations and for the
    matrices' elements.  It holds while nothing overflows, saturates or underflows:
    ((1 + u)^k - 1) times the same transforms with all numbers replaced by their magnitudes, where k
    roundings at most lie between an input and an output.

    >>> import numpy as np
    >>> x, w = np.ones((1, 1, 4, 4)), np.ones((1, 1, 3, 3))
    >>> direct, fast = (convolution_error_bound(x, w, t, 2.0**-24).max() for t in (1, 2))
    >>> bool(direct < fast)
    True
    """
    images, filters = (np.abs(np.asarray(a).astype(np.float64)) for a in (x, w))
    channels = images.shape[1]
    if tile == 1:
        steps, total = 9 * channels, direct_convolution(images, filters, accumulate="exact")
    else:
        t = _transforms(tile)
        # Elements of the three matrices, their products, the sums along a row; both sides.
        longest = [max(sum(v != 0 for v in row) for row in m) + 1 for m in t]
        steps = 2 * sum(longest) + channels
        total = _magnitudes(images, filters, t, tile)
    u = float(u)
    growth = np.expm1(steps * np.log1p(u))
    return total * growth * (1 + 2.0**-30)  # the roundings of this bound itself


def _magnitudes(x: Array, w: Array, t: _Transforms, tile: int) -> Array:
    """The sum over all paths of the magnitudes of what is multiplied along them."""
    image, kernel, output = (np.abs(np.array(m, np.float64)) for m in t)
    count, _, height, width = x.shape
    rows, columns = (-(-(n - TAPS + 1) // tile) for n in (height, width))
    padded = np.zeros((*x.shape[:2], rows * tile + 2, columns * tile + 2))
    padded[:, :, :height, :width] = x
    tiles = image @ _windows(padded, tile + 2, tile) @ image.T
    kernels = kernel @ w @ kernel.T
    sums = np.einsum("ncijpq,fcpq->nfijpq", tiles, kernels)
    back = output @ sums @ output.T
    whole: Array = back.transpose(0, 1, 2, 4, 3, 5).reshape(
        count, len(w), rows * tile, columns * tile
    )
    return whole[:, :, : height - TAPS + 1, : width - TAPS + 1]


def _transforms(tile: int) -> _Transforms:
    if isinstance(tile, bool) or tile not in _TRANSFORMS:
        msg = f"tile={tile!r}; allowed: {', '.join(map(str, _TRANSFORMS))}"
        raise ValueError(msg)
    return _TRANSFORMS[tile]


def _operands(x: Any, w: Any) -> tuple[Array, Array]:
    images, filters = (np.asarray(v) for v in (x, w))
    for name, a in (("x", images), ("w", filters)):
        if a.ndim != 4:
            msg = f"{name} has shape {a.shape}; it must have four axes"
            raise ValueError(msg)
    if filters.shape[2:] != (TAPS, TAPS) or filters.shape[1] != images.shape[1]:
        msg = (
            f"w has shape {filters.shape}; allowed: (filters, {images.shape[1]}, 3, 3), as x has"
            f" {images.shape[1]} channels"
        )
        raise ValueError(msg)
    if min(images.shape[2:]) < TAPS:
        msg = f"x has shape {images.shape}; height and width must be 3 or more"
        raise ValueError(msg)
    if images.dtype != filters.dtype:
        msg = f"x has dtype {images.dtype} and w {filters.dtype}: use astype on one of them"
        raise TypeError(msg)
    return matrices("x", images), matrices("w", filters)


def _windows(images: Array, side: int, step: int) -> Array:
    """(images, channels, rows, columns, side, side): squares of the images, step apart."""
    views = np.lib.stride_tricks.sliding_window_view(images, (side, side), axis=(2, 3))
    return views[:, :, ::step, ::step]


def _both_sides(m: Any, squares: Array) -> Array:
    """The product m s m^T for each square matrix s, each product and sum rounded in the format."""
    half = _times(m, squares)
    return _times(m, half.swapaxes(-1, -2)).swapaxes(-1, -2)


def _times(m: Any, squares: Array) -> Array:
    """The product m s, term by term in order; 0 gives no term, and 1 and -1 no multiplication."""
    scalar = squares.dtype.type
    rows = []
    for row in m:
        total: Any = None
        for factor, line in zip(row, np.moveaxis(squares, -2, 0), strict=True):
            if factor:
                term = line if abs(factor) == 1 else scalar(abs(factor)) * line
                if total is None:
                    total = term if factor > 0 else -term
                else:
                    total = total + term if factor > 0 else total - term
        rows.append(total)
    return np.stack(rows, axis=-2)
