# SPDX-License-Identifier: BSD-3-Clause
"""What can a circuit do with words?  One set of operations, for NumPy's integers and for a solver.

A circuit is a function of words that uses Python's operators, and of `Algebra` what Python has no
operator for.  Words are signed integers that never overflow; comparisons give truths, which
have & | ~.  `>>` keeps the sign.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Algebra", "Integers", "Truth", "Word", "jammed", "shifted"]

# NumPy's arrays, or a solver's terms with the same operators.
Word: TypeAlias = Any
Truth: TypeAlias = Any


class Algebra(ABC):
    """What circuits need beside Python's operators."""

    @abstractmethod
    def where(self, condition: Truth, x: Word | int, y: Word | int) -> Word:
        """One of two words."""

    @abstractmethod
    def count(self, x: Word, starts: Sequence[int]) -> Word:
        """How many of these ascending integers are at most x."""

    @abstractmethod
    def divide(self, n: Word, d: Word) -> tuple[Word, Truth]:
        """The whole quotient of n >= 0 and d > 0, and whether something remains.

        For d = 0 anything.
        """

    @abstractmethod
    def root(self, n: Word) -> tuple[Word, Truth]:
        """The whole square root of n >= 0, and whether something remains."""

    @abstractmethod
    def multiply(self, x: Word, y: Word, bits: int) -> Word:
        """The product of two significands of that many bits, with their leading ones in place."""

    def length(self, x: Word, bits: int) -> Word:
        """The number of bits of an integer from 0 to below 2**bits."""
        return self.count(x, [1 << i for i in range(bits)])

    def least(self, x: Word, y: int) -> Word:
        """The smaller of two."""
        return self.where(x < y, x, y)


def shifted(x: Word, left: int) -> Word:
    """Shift by a constant, to the left or, where it is negative, to the right."""
    return x << left if left >= 0 else x >> -left


def jammed(algebra: Algebra, x: Word, right: Word | int) -> Word:
    """Shift x >= 0 to the right; the last bit also says whether anything was lost."""
    kept = x >> right
    return kept | algebra.where((kept << right) == x, 0, 1)


class Integers(Algebra):
    """Words are NumPy's 64-bit integers."""

    def where(self, condition: Truth, x: Word | int, y: Word | int) -> Word:
        """One of two words."""
        return np.where(condition, x, y)

    def count(self, x: Word, starts: Sequence[int]) -> Word:
        """How many of these ascending integers are at most x."""
        return np.searchsorted(np.array(starts, np.int64), x, "right").astype(np.int64)

    def divide(self, n: Word, d: Word) -> tuple[Word, Truth]:
        """The whole quotient and whether something remains."""
        quotient, rest = np.divmod(n, np.maximum(d, 1))
        return quotient, rest != 0

    def root(self, n: Word) -> tuple[Word, Truth]:
        """The whole square root and whether something remains."""
        near = np.sqrt(n.astype(np.float64)).astype(np.int64)
        near -= near * near > n
        near += (near + 1) * (near + 1) <= n
        return near, near * near != n

    def multiply(self, x: Word, y: Word, bits: int) -> Word:  # noqa: ARG002 - as the solver's
        """The product."""
        return x * y
