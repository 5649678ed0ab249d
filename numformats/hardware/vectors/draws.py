# SPDX-License-Identifier: BSD-3-Clause
"""Which random numbers are the same on every machine, with every NumPy?  Raw words of Philox."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Draws"]

_T = TypeVar("_T")
_HELD = 1024


class Draws:
    """A stream of random words, found by a seed and a text.

    NumPy promises the raw words of a bit generator for good, not what its Generator makes of them;
    so everything here is integer arithmetic on words.  Word i is `nf.oracle.philox4x64(seed,
    stream, i)`, where the stream is the leading 64 bits of a hash of the text.

    >>> Draws(7, "an example").below(1000), Draws(7, "an example").below(1000)
    (876, 876)
    """

    def __init__(self, seed: int, text: str) -> None:
        """Start the stream; seed is 0..2**64 - 1."""
        digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
        self.stream = int.from_bytes(digest, "little")
        self._source = np.random.Philox(key=np.array([seed, self.stream], np.uint64))
        self._held: list[int] = []

    def words(self, count: int) -> np.ndarray[Any, np.dtype[np.uint64]]:
        """The next words of the stream that are not held for `word`."""
        return self._source.random_raw(count)

    def word(self) -> int:
        """The next word."""
        if not self._held:
            self._held = self.words(_HELD)[::-1].tolist()
        return self._held.pop()

    def bits(self, count: int) -> int:
        """An integer of at most so many bits, of any size."""
        value = 0
        for _ in range(-(-count // 64)):
            value = value << 64 | self.word()
        return value & ((1 << count) - 1)

    def below(self, end: int) -> int:
        """An integer of 0..end - 1; the chances differ by 2^-64 at most."""
        width = end.bit_length() + 64
        return self.bits(width) * end >> width

    def between(self, low: int, high: int) -> int:
        """An integer of low..high."""
        return low + self.below(high - low + 1)

    def choice(self, of: Sequence[_T]) -> _T:
        """One of them."""
        return of[self.below(len(of))]

    def one_in(self, n: int) -> bool:
        """True once in n times."""
        return self.below(n) == 0

    def odd(self, bits: int) -> int:
        """An odd integer of exactly so many bits, at least one."""
        return 1 << (bits - 1) | self.bits(bits - 1) | 1

    def codes(self, count: int, bits: int) -> np.ndarray[Any, np.dtype[np.uint64]]:
        """Codes of 2..64 bits, all equally likely."""
        return self.words(count) >> np.uint64(64 - bits)
