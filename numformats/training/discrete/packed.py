# SPDX-License-Identifier: BSD-3-Clause
"""How are 4-bit weights kept in half a byte each, and updated there without wrapping?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.quantization import pack, unpack

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["PackedInt4"]


class PackedInt4:
    """Integers -8..7 of any shape, two in a byte: the element of even number is in the low half.

    `saturated` counts the elements that `subtract` would have moved beyond the ends.  Raises
    TypeError for what are no integers, ValueError for one outside of -8..7.

    >>> w = PackedInt4([[1, -8, 7]])
    >>> w.packed.tolist(), w.nbytes
    ([129, 7], 2)
    >>> w.subtract([[-2, 1, 0]])
    1
    >>> w.codes().tolist(), w.saturated
    ([[3, -8, 7]], 1)
    """

    def __init__(self, codes: ArrayLike) -> None:
        given = np.asarray(codes)
        if given.dtype.kind not in "iu" and given.size:
            raise TypeError(f"codes have dtype {given.dtype}; allowed: integers")
        wrong = (given < -8) | (given > 7)
        if wrong.any():
            place = tuple(int(i) for i in np.argwhere(wrong)[0])
            raise ValueError(f"codes{list(place)} is {given[place]}; allowed: -8..7")
        self.shape = given.shape
        self.saturated = 0
        self.packed: NDArray[np.uint8] = pack(given.reshape(-1))

    @property
    def nbytes(self) -> int:
        """Bytes of the codes."""
        return self.packed.nbytes

    def codes(self) -> NDArray[np.int8]:
        """The integers, as a new array."""
        found: NDArray[np.int8] = unpack(self.packed, math.prod(self.shape)).reshape(self.shape)
        return found

    def subtract(self, u: Any) -> int:
        """Move each integer by -u, no farther than -8 or 7; how many were held at an end."""
        wanted = self.codes().astype(np.int64) - np.asarray(u)
        if wanted.dtype.kind != "i" or wanted.shape != self.shape:
            raise TypeError(f"u must hold integers of shape {self.shape}")
        moved = np.clip(wanted, -8, 7)
        held = int((moved != wanted).sum())
        self.packed = pack(moved.reshape(-1))
        self.saturated += held
        return held
