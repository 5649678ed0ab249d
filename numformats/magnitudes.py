# SPDX-License-Identifier: BSD-3-Clause
"""What are the exact magnitudes of an array's elements, as integers times powers of two?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from numformats import _dtypes, _native
from numformats._array_formats import format_of
from numformats._native import ffi, lib
from numformats.arrays import code_dtype
from numformats.number_format import Format

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Magnitudes", "magnitudes"]


@dataclass(frozen=True)
class Magnitudes:
    """Numbers in C order: x = sign * significand * 2**exponent, exactly.

    significand: uint64, odd, or 0 where x is; exponent: int32, 0 where x is 0; sign: int8, -1, 0 or
    1; shape: that of x.
    """

    significand: NDArray[np.uint64]
    exponent: NDArray[np.int32]
    sign: NDArray[np.int8]
    shape: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.significand)

    def span(self) -> tuple[int, int]:
        """(low, high): every magnitude is a multiple of 2**low and below 2**high; (0, 0): all 0."""
        some = self.significand != 0
        if not some.any():
            return 0, 0
        exponents = self.exponent[some]
        # At most 64 bits: their number need not be exact.
        return int(exponents.min()), int(exponents.max()) + 64

    def fraction(self, i: int) -> Fraction:
        """The magnitude of one element."""
        return Fraction(int(self.significand[i])) * Fraction(2) ** int(self.exponent[i])

    def native(self) -> Any:
        """The C struct of these arrays, which it does not keep alive."""
        return ffi.new(
            "nf_magnitudes *",
            {
                "significand": ffi.cast("uint64_t *", _native.address(self.significand)),
                "exponent": ffi.cast("int32_t *", _native.address(self.exponent)),
                "sign": ffi.cast("int8_t *", _native.address(self.sign)),
                "count": len(self),
            },
        )


def magnitudes(x: ArrayLike, name: str = "x") -> Magnitudes:
    """Take numbers apart, without rounding and without floating point.

    x: lists or an array of any shape: integers, booleans, float16, float32, float64, any format;
    lists may mix them.
    Raises TypeError for other dtypes, ValueError for an infinity or a NaN; both call x `name`.

    >>> m = magnitudes([0.75, -6])
    >>> m.significand.tolist(), m.exponent.tolist(), m.sign.tolist()
    ([3, 3], [-2, 1], [1, -1])
    """
    array = np.asarray(x)
    if array.dtype == object or (array.dtype.kind == "f" and not isinstance(x, np.ndarray)):
        objects = np.asarray(x, dtype=object)
        if array.dtype == object or any(isinstance(item, int) for item in objects.flat):
            return _one_by_one(objects, name)  # floats lose digits of long integers among them
    if array.dtype.kind in "fiu":
        array = array.astype(array.dtype.newbyteorder("="), copy=False)
    f = _format_of(array.dtype, name)
    codes = np.asarray(array, order="C").view(code_dtype(f)).reshape(-1)
    found = _room(array.shape)
    wrong = lib.nf_magnitudes_of(_native.row(f), _native.address(codes), found.native())
    if wrong == -2:
        _dtypes.raise_stop()
    if wrong >= 0:
        _refuse(array, wrong, name, "finite numbers")
    return found


def _room(shape: tuple[int, ...]) -> Magnitudes:
    n = math.prod(shape)
    return Magnitudes(np.zeros(n, np.uint64), np.zeros(n, np.int32), np.zeros(n, np.int8), shape)


def _one_by_one(objects: NDArray[Any], name: str) -> Magnitudes:
    """The slow path, for lists of numbers of several types."""
    found = _room(objects.shape)
    for i, item in enumerate(objects.flat):
        try:
            ratio = item.as_integer_ratio()
        except (OverflowError, ValueError):  # infinities and NaNs
            _refuse(objects, i, name, "finite numbers")
        except AttributeError:
            raise TypeError(f"{name} has an element {item!r}; allowed: {_ALLOWED}") from None
        above, below = abs(ratio[0]), ratio[1]
        if not above:
            continue
        zeros = (above & -above).bit_length() - 1
        if above >> zeros >> 64 or below & (below - 1):
            _refuse(objects, i, name, _ALLOWED)
        found.significand[i] = above >> zeros
        found.exponent[i] = zeros - (below.bit_length() - 1)
        found.sign[i] = 1 if ratio[0] > 0 else -1
    return found


def _refuse(array: NDArray[Any], i: int, name: str, allowed: str) -> NoReturn:
    place = tuple(int(k) for k in np.unravel_index(i, array.shape))
    where = f"[{', '.join(map(str, place))}]" if place else ""
    raise ValueError(f"{name}{where} is {array[place]}; allowed: {allowed}") from None


def _format_of(dtype: np.dtype[Any], name: str) -> Format:
    if dtype.kind in "uib":
        return Format("fixed", 8 * dtype.itemsize, is_signed=dtype.kind == "i")
    try:
        return format_of(dtype, name)
    except TypeError:
        raise TypeError(f"{name} has dtype {dtype}; allowed: {_ALLOWED}") from None


_ALLOWED = "integers of up to 64 bits, float16, float32, float64, number formats"
