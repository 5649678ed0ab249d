# SPDX-License-Identifier: BSD-3-Clause
"""How are integers of 128 bits kept in arrays?  In two words, in two's complement."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["Int128"]


class Int128:
    """Integers high * 2^64 + low: `high` is int64, `low` is uint64, both of one shape.

    Results of `integer_matmul` that int64 might not hold.  An index gives Python's int for an
    element, else another Int128; `to_object` gives an object array of Python's ints.

    >>> x = Int128(np.array([-1, 0]), np.array([2**64 - 1, 5], np.uint64))
    >>> x[0], x.to_object().tolist(), x
    (-1, [-1, 5], Int128([-1, 5]))
    """

    def __init__(self, high: Any, low: Any) -> None:
        self.high, self.low = np.asarray(high, np.int64), np.asarray(low, np.uint64)
        if self.high.shape != self.low.shape:
            raise ValueError(f"high has shape {self.high.shape}, low has {self.low.shape}")

    @classmethod
    def of_limbs(cls, limbs: list[tuple[Any, int]]) -> Int128:
        """The sum modulo 2^128 of limb * 2^shift, limbs integers of up to 2^54 in float64."""
        shape = np.shape(limbs[0][0])
        total = cls(np.zeros(shape, np.int64), np.zeros(shape, np.uint64))
        for limb, shift in limbs:
            total = total + cls._shifted(limb.astype(np.int64), shift)
        return total

    @classmethod
    def _shifted(cls, x: Any, shift: int) -> Int128:
        """int64 times 2^shift, from 0 to 127."""
        if shift >= 64:
            return cls(x << (shift - 64), np.zeros(x.shape, np.uint64))
        low = x.astype(np.uint64) << np.uint64(shift)
        # The sign fills what comes from above; a shift by 64 is none in C.
        high = x >> (64 - shift) if shift else x >> 63
        return cls(high, low)

    def __add__(self, other: Int128) -> Int128:
        low = self.low + other.low
        carry = (low < self.low).astype(np.int64)
        return Int128(self.high + other.high + carry, low)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of both words."""
        return self.high.shape

    def to_object(self) -> Any:
        """An object array of Python's ints."""
        return self.high.astype(object) * 2**64 + self.low.astype(object)

    def __getitem__(self, index: Any) -> Any:
        high, low = self.high[index], self.low[index]
        if np.ndim(high) == 0:
            return int(high) * 2**64 + int(low)
        return Int128(high, low)

    def __len__(self) -> int:
        return len(self.high)

    def __repr__(self) -> str:
        return f"Int128({self.to_object().tolist()})"
