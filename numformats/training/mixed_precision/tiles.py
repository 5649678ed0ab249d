# SPDX-License-Identifier: BSD-3-Clause
"""How is a matrix held in an 8-bit format, with one scale for each tile of it?

x = code * scale: the scale takes the tile's largest element to the largest value of the format, or,
as a power of two, to that value at most.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.parse import as_format
from numformats.training.counts import checked_count

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Tiled", "quantize_tiles"]

Array = np.ndarray[Any, Any]
_LEAST, _MOST = -126, 127  # exponents of scales: normal numbers of binary32


@dataclass(frozen=True)
class Tiled:
    """A matrix as codes of a format, and a scale in float32 for each tile.

    tile: rows and columns of a tile; those at the ends may be smaller.
    """

    codes: Array
    scales: NDArray[np.float32]
    tile: tuple[int, int]

    @property
    def shape(self) -> tuple[int, int]:
        """Of the matrix."""
        rows, columns = self.codes.shape
        return rows, columns

    @property
    def T(self) -> Tiled:  # noqa: N802 - NumPy's name
        """The transposed matrix, with the same codes and scales."""
        return Tiled(self.codes.T, self.scales.T, self.tile[::-1])

    def dequantize(self) -> NDArray[np.float64]:
        """The numbers, exactly: a code times a scale fits float64.

        >>> quantize_tiles(np.ones((1, 2)), "float8_e5m2", (1, 128)).dequantize()
        array([[1., 1.]])
        """
        scales = spread(self.scales, self.tile, self.shape)
        return np.asarray(self.codes.astype(np.float64) * scales)


def spread(per_tile: Array, tile: tuple[int, int], shape: tuple[int, int]) -> Array:
    """A number for each element of the matrix, from one for each tile."""
    rows = np.repeat(per_tile, tile[0], axis=0)[: shape[0]]
    return np.repeat(rows, tile[1], axis=1)[:, : shape[1]]


def quantize_tiles(
    x: Any,
    T: Any,  # noqa: N803 - T is a type
    tile: tuple[int, int] = (1, 128),
    *,
    power_of_two: bool = True,
) -> Tiled:
    """A matrix rounded into T, each element once, with one scale for each tile.

    Parameters
    ----------
    x : matrix of numbers that float64 holds
    T : format of the codes, with values on both sides of 0
    tile : (rows, columns), such as (1, 128) for activations and (128, 128) for weights
    power_of_two : scales that round nothing by themselves; False: amax / largest value of T,
        rounded upward to float32, so that the largest element becomes the largest value

    A tile of zeros has the scale 1.  Raises ValueError for NaN and infinities, for what is no
    matrix, for elements beyond 2^127 times the largest value, and for T of more than 28 bits.

    >>> import numpy as np
    >>> found = quantize_tiles([[1.0, -7.0, 0.25, 0.0]], "float8_e4m3fn", (1, 2))
    >>> found.scales.tolist(), found.dequantize().tolist()
    ([[0.015625, 0.0009765625]], [[1.0, -7.0, 0.25, 0.0]])

    Source: DeepSeek-AI, "DeepSeek-V3 technical report", arXiv 2412.19437, 3.3.2.
    """
    rows, columns = (checked_count(n, "tile") for n in tile)
    dtype = np.dtype(as_format(T).dtype)
    if not float(nf.finfo(dtype).eps) >= 2.0**-27:
        raise ValueError(f"T={dtype} has more than 28 significant bits: it needs no scales")
    values = np.asarray(x).astype(np.float64)
    if values.ndim != 2:
        raise ValueError(f"x has shape {values.shape}; allowed: a matrix")
    if not np.isfinite(values).all():
        place = tuple(int(i) for i in np.argwhere(~np.isfinite(values))[0])
        raise ValueError(f"x[{place[0]}, {place[1]}] is {values[place]}: a scale needs numbers")
    top = float(nf.finfo(dtype).maxpos)
    amax = _largest(np.abs(values), (rows, columns))
    scales = _powers(amax, top) if power_of_two else _quotients(amax, top)
    scales = np.where(amax == 0, np.float32(1), scales)
    whole = spread(scales, (rows, columns), values.shape).astype(np.float64)
    # A midpoint M of two codes times a scale is a double (24 + 29 bits).  So a number that is not
    # M s differs from it by a unit in the last place, which is more than half of one in M after the
    # division: no quotient is rounded onto a midpoint, and the second rounding is the right one.
    codes = nf.quantize(values / whole, dtype, overflow="saturate")
    return Tiled(codes, scales, (rows, columns))


def _largest(sizes: NDArray[np.float64], tile: tuple[int, int]) -> NDArray[np.float64]:
    """The largest element of each tile."""
    if not sizes.size:
        counts = (-(-n // t) for n, t in zip(sizes.shape, tile, strict=True))
        return np.zeros(tuple(counts))
    for axis in (0, 1):
        starts = np.arange(0, sizes.shape[axis], tile[axis])
        sizes = np.maximum.reduceat(sizes, starts, axis=axis)
    return sizes


def _powers(amax: NDArray[np.float64], top: float) -> NDArray[np.float32]:
    """The least powers of two with amax <= top * scale."""
    significands, exponents = np.frexp(amax)
    own, its = np.frexp(top)
    found = exponents - its + (significands > own)
    _check_range(amax, found > _MOST, top)
    return np.asarray(np.ldexp(np.float32(1), np.maximum(found, _LEAST)))


def _quotients(amax: NDArray[np.float64], top: float) -> NDArray[np.float32]:
    """The least float32 with amax <= top * scale, which float64 computes exactly."""
    least = np.float32(2.0**_LEAST)
    _check_range(amax, amax > top * 2.0**_MOST, top)
    found = np.maximum((amax / top).astype(np.float32), least)
    below = found.astype(np.float64) * top < amax
    return np.where(below, np.nextafter(found, np.float32(np.inf)), found)


def _check_range(amax: NDArray[np.float64], beyond: NDArray[np.bool_], top: float) -> None:
    if beyond.any():
        raise ValueError(f"x has an element of size {amax.max():g}; allowed: to {top:g} * 2^127")
